import type { Expr, Operation, PolicyModel, PolicySchema, Scalar } from '../model/policy.ts';
import { constantOf } from './constant.ts';
import { evaluateCall, evaluateValueCall } from './evaluate-call.ts';
import { evaluateComparison } from './evaluate-compare.ts';
import { evaluatePath } from './evaluate-path.ts';
import { evaluatePredicate } from './evaluate-predicate.ts';
import { isList } from './scope.ts';
import type { Operand, Scope } from './scope.ts';
import { RuleThrows, and, isUnknowable, not, or, unknowable } from './truth.ts';
import type { Truth } from './truth.ts';
import type { RowRef, World } from './world.ts';

export interface EvaluatorOptions {
    schema: PolicySchema;
    world: World;
    /**
     * Looks at the truth of each condition as it is evaluated and may replace it: to find out which part of a
     * rule is the reason for a result. Undefined leaves it.
     */
    override?: (expr: Expr, value: Truth, scope: Scope, evaluator: Evaluator) => Truth | undefined;
    /** Evaluates everything, also what can't change the result, so that whatever throws is found. */
    eager?: boolean;
    /** The truth of a policy, for `check()`. Without a row only what throws is of interest. */
    policy: (model: string, operation: Operation, row: RowRef | undefined, scope: Scope) => Truth;
}

/**
 * Evaluates conditions as ZenStack's policy plugin compiles them to SQL
 * (`ExpressionTransformer` and `ExpressionEvaluator` of @zenstackhq/plugin-policy 3.9.4).
 * What it can't evaluate is unknown. Throws `RuleThrows` where the ORM throws.
 */
export class Evaluator {
    readonly options: EvaluatorOptions;

    constructor(options: EvaluatorOptions) {
        this.options = options;
    }

    /** The truth of a condition. */
    truth(expr: Expr, scope: Scope): Truth {
        const value = this.#truth(expr, scope);
        const replaced = this.options.override?.(expr, value, scope, this);
        return replaced === undefined ? value : replaced;
    }

    #truth(expr: Expr, scope: Scope): Truth {
        switch (expr.kind) {
            case 'and':
            case 'or':
                return this.#join(expr, scope);
            case 'not':
                return not(this.truth(expr.operand, scope));
            case 'compare':
                return evaluateComparison(this, expr, scope);
            case 'predicate':
                return evaluatePredicate(this, expr, scope);
            case 'call':
                return evaluateCall(this, expr, scope);
            default: {
                const { value } = this.operand(expr, scope);
                if (typeof value === 'boolean' || value === null) return value;
                if (!isList(value) && isUnknowable(value)) return value;
                return unknowable('a value where a condition is expected', expr.span);
            }
        }
    }

    #join({ kind, left, right }: Expr & { kind: 'and' | 'or' }, scope: Scope): Truth {
        const decisive = kind === 'or';
        const side = (expr: Expr, other: Expr): Truth => {
            try {
                return this.truth(expr, scope);
            } catch (error) {
                // A constant at the other side keeps it out of the query.
                const isLeftOut =
                    error instanceof RuleThrows && error.inDatabase && constantOf(this, other, scope) === decisive;
                if (!isLeftOut) throw error;
                return decisive;
            }
        };
        const first = side(left, right);
        if (first === decisive && !this.options.eager) return first;
        const second = side(right, left);
        return decisive ? or(first, second) : and(first, second);
    }

    /** The value of an operand. */
    operand(expr: Expr, scope: Scope): Operand {
        switch (expr.kind) {
            case 'literal':
                return { value: expr.value, constant: true };
            case 'enum':
                return { value: expr.value, constant: true };
            case 'array': {
                const operands = expr.items.map((item) => this.operand(item, scope));
                const items = operands.map(({ value }) => value);
                const odd = items.find((item) => isList(item) || isUnknowable(item));
                if (odd === undefined) {
                    const isEmpty = operands.length === 1 && operands[0]?.isEmpty === true;
                    return { value: items as Scalar[], constant: true, ...(isEmpty && { isEmpty }) };
                }
                return { value: isList(odd) ? unknowable('a list within a list', expr.span) : odd, constant: true };
            }
            case 'path':
                return evaluatePath(this, expr, scope);
            case 'call':
                return evaluateValueCall(this, expr, scope);
            case 'unknown':
                return { value: unknowable(expr.reason, expr.span), constant: false };
            default:
                return { value: unknowable('a condition is compared', expr.span), constant: false };
        }
    }

    /** A model or type by its name. */
    model(name: string): PolicyModel | undefined {
        return this.options.schema.models.get(name) ?? this.options.schema.types.get(name);
    }
}
