import type { Expr } from '../model/policy.ts';
import type { Evaluator } from './evaluate.ts';
import { isAuthItself } from '../model/expressions.ts';
import { elementScopes } from './evaluate-value.ts';
import { mentionsThis } from './expressions.ts';
import type { Operand, Scope } from './scope.ts';

/**
 * What a condition is when the query is written already, in so far as the plugin leaves out of the query what a
 * constant decides (`conjunction`, `disjunction` and `logicalNot`): true, false, or undefined for anything else.
 */
export function constantOf(evaluator: Evaluator, expr: Expr, scope: Scope): boolean | undefined {
    switch (expr.kind) {
        case 'literal':
            return typeof expr.value === 'boolean' ? expr.value : undefined;
        case 'not': {
            const value = constantOf(evaluator, expr.operand, scope);
            return value === undefined ? undefined : !value;
        }
        case 'and':
        case 'or': {
            const decisive = expr.kind === 'or';
            const left = constantOf(evaluator, expr.left, scope);
            const right = constantOf(evaluator, expr.right, scope);
            if (left === decisive || right === decisive) return decisive;
            return left === undefined || right === undefined ? undefined : !decisive;
        }
        case 'path':
            return expr.root.kind === 'auth' || scope.item ? asBoolean(evaluator.operand(expr, scope)) : undefined;
        case 'compare':
            return ofComparison(evaluator, expr, scope);
        case 'predicate': {
            const isValue = expr.list.kind === 'path' && expr.list.root.kind === 'auth';
            if (!isValue) return undefined;
            if (mentionsThis(expr.condition)) return ofElements(evaluator, expr, scope);
            const value = evaluator.truth(expr, scope);
            return typeof value === 'boolean' ? value : undefined;
        }
        default:
            return undefined;
    }
}

/** A list of which each element's condition becomes a part of the query. */
function ofElements(evaluator: Evaluator, expr: Expr & { kind: 'predicate' }, scope: Scope): boolean | undefined {
    const scopes = elementScopes(evaluator, expr, scope);
    const values = scopes?.map((each) => constantOf(evaluator, expr.condition, each));
    if (!values) return undefined;
    const decisive = expr.operator !== '!';
    const joined = values.includes(decisive) ? decisive : values.includes(undefined) ? undefined : !decisive;
    return joined === undefined || expr.operator !== '^' ? joined : !joined;
}

function asBoolean({ value, constant }: Operand): boolean | undefined {
    return constant && typeof value === 'boolean' ? value : undefined;
}

/** Comparisons with null of what is known beforehand. */
function ofComparison(evaluator: Evaluator, expr: Expr & { kind: 'compare' }, scope: Scope): boolean | undefined {
    const { left, right, operator } = expr;
    if (isAuthItself(left) || isAuthItself(right)) {
        const other = isAuthItself(left) ? right : left;
        if (other.kind !== 'literal' || other.value !== null) return undefined;
        return (operator === '==') === (evaluator.options.world.auth() === undefined);
    }
    const isKnown = ({ kind }: Expr): boolean => kind === 'literal' || kind === 'enum';
    const operands = [left, right].map((side) => {
        const isAuth = side.kind === 'path' && (side.root.kind === 'auth' || scope.item !== undefined);
        return isAuth || isKnown(side) ? evaluator.operand(side, scope) : undefined;
    });
    const [first, second] = operands;
    if (operator === 'in') return first?.constant && first.value === null ? false : undefined;
    if (operator !== '==' && operator !== '!=') return undefined;
    if (!first?.constant || !second?.constant || (first.value !== null && second.value !== null)) return undefined;
    return (operator === '==') === (first.value === second.value);
}
