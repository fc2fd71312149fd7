import type { Expr, PolicyRule, PolicySchema } from '../model/policy.ts';
import { foldExpr } from './fold.ts';
import type { FoldWorld } from './fold.ts';
import { isAuthItself } from '../model/expressions.ts';
import { isAuthPath } from './expressions.ts';
import { stepsOf, typesOfRule, typesWithin } from './static-types.ts';
import type { Types } from './static-types.ts';

const ANONYMOUS: FoldWorld = { hasAuth: false, isMissing: () => true };

/**
 * Whether rules are sure to refuse every anonymous request: a deny always hits, or no allow can be true. False where
 * it takes a search to tell.
 * In: the rules of a model for an operation, the model's name.
 */
export function refusesAnonymous(schema: PolicySchema, rules: readonly PolicyRule[], model: string): boolean {
    if (rules.some(({ effect, condition }) => effect === 'deny' && foldExpr(condition, ANONYMOUS).value === true)) {
        return true;
    }
    return rules.every(
        ({ effect, condition }) => effect === 'deny' || isNeverTrue(schema, condition, typesOfRule(model)),
    );
}

/**
 * Whether rules are sure to refuse every request that lacks a member of `auth()`: a deny hits then.
 * In: the member's name, the rules.
 */
export function refusesWithout(member: string, rules: readonly PolicyRule[]): boolean {
    const world: FoldWorld = {
        hasAuth: true,
        isMissing: (path) => (path.length === 1 && path[0] === member ? true : undefined),
    };
    return rules.some(({ effect, condition }) => effect === 'deny' && foldExpr(condition, world).value === true);
}

/** Whether a condition can't be true for an anonymous request. */
function isNeverTrue(schema: PolicySchema, expr: Expr, types: Types): boolean {
    switch (expr.kind) {
        case 'literal':
            return expr.value !== true;
        case 'and':
            return isNeverTrue(schema, expr.left, types) || isNeverTrue(schema, expr.right, types);
        case 'or':
            return isNeverTrue(schema, expr.left, types) && isNeverTrue(schema, expr.right, types);
        case 'path':
            return isAuthPath(expr);
        case 'predicate':
            if (isAuthPath(expr.list)) return true;
            return expr.operator === '?' && isNeverTrue(schema, expr.condition, typesWithin(types, expr));
        case 'compare':
            return isNeverEqual(schema, expr, types);
        default:
            return false;
    }
}

/** A comparison of what is missing with a column that always has a value, with a value, or with those of a list. */
function isNeverEqual(schema: PolicySchema, expr: Expr & { kind: 'compare' }, types: Types): boolean {
    const { left, right, operator } = expr;
    if (isAuthItself(left) || isAuthItself(right)) return foldExpr(expr, ANONYMOUS).value === false;
    if (operator === 'in') return isAuthPath(left);
    const other = isAuthPath(left) ? right : isAuthPath(right) ? left : undefined;
    if (!other || operator !== '==') return false;
    return hasValue(schema, other, types);
}

/** Whether an operand is never NULL: a value, or a required column over no relation. */
function hasValue(schema: PolicySchema, expr: Expr, types: Types): boolean {
    if (expr.kind === 'literal') return expr.value !== null;
    if (expr.kind === 'enum') return true;
    if (expr.kind !== 'path' || (expr.root.kind !== 'field' && expr.root.kind !== 'this')) return false;
    const steps = stepsOf(schema, expr, types);
    const [only, ...more] = steps ?? [];
    return only !== undefined && more.length === 0 && !only.field.relation && !only.field.type.optional;
}
