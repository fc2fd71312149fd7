import type { Expr, Operation, PolicyModel } from '../model/policy.ts';
import { isAuthItself } from '../model/expressions.ts';
import { rulesFor } from './permit.ts';

/** What is known of a request when a query is written. Undefined: either. */
export interface FoldWorld {
    /** Whether a request passes an object to `$setAuth`. */
    hasAuth: boolean;
    /** Whether a member of `auth()` is missing; asked only when there is an object. */
    isMissing(path: readonly string[]): boolean | undefined;
    /** Conditions whose value is known otherwise. */
    known?: (expr: Expr) => boolean | null | undefined;
}

/** A condition as it gets into a query: its value where that is known then, and what of it is left in the query. */
export interface Folded {
    /** Undefined: it depends on rows, or on values that aren't known. */
    value: boolean | null | undefined;
    left: ReadonlySet<Expr>;
}

const NOTHING: ReadonlySet<Expr> = new Set();

function constant(value: boolean): Folded {
    return { value, left: NOTHING };
}

function unite(parts: readonly Folded[]): ReadonlySet<Expr> {
    return new Set(parts.flatMap(({ left }) => [...left]));
}

/** `conjunction` and `disjunction` of the plugin: one part that decides drops all others, NULL decides nothing. */
function join(parts: readonly Folded[], deciding: boolean): Folded {
    const [only, ...others] = parts;
    if (!only) return constant(!deciding);
    if (others.length === 0) return only;
    if (parts.some(({ value }) => value === deciding)) return constant(deciding);
    const rest = parts.filter(({ value }) => value !== !deciding);
    if (rest.length === 0) return constant(!deciding);
    const [single, ...more] = rest;
    if (single && more.length === 0) return single;
    return { value: rest.every(({ value }) => value === null) ? null : undefined, left: unite(rest) };
}

/**
 * What of a condition gets into a query, as the policy plugin's `ExpressionTransformer` drops parts whose value it
 * knows already. In: the condition, the request. Out: `left` has every expression that is part of the query.
 */
export function foldExpr(expr: Expr, world: FoldWorld): Folded {
    const known = world.known?.(expr);
    if (known === true || known === false) return constant(known);
    const here = (value: boolean | null | undefined, ...parts: Folded[]): Folded => ({
        value,
        left: new Set([expr, ...unite(parts)]),
    });
    if (known === null) return here(null);
    switch (expr.kind) {
        case 'literal':
            if (typeof expr.value === 'boolean') return constant(expr.value);
            return here(expr.value === null ? null : undefined);
        case 'and':
            return join([foldExpr(expr.left, world), foldExpr(expr.right, world)], false);
        case 'or':
            return join([foldExpr(expr.left, world), foldExpr(expr.right, world)], true);
        case 'not': {
            const operand = foldExpr(expr.operand, world);
            return typeof operand.value === 'boolean' ? constant(!operand.value) : here(operand.value, operand);
        }
        case 'compare':
            return foldComparison(expr, world, here);
        case 'path':
            return here(isMissing(expr, world) === true ? null : undefined);
        case 'predicate':
            if (isMissing(expr.list, world) === true) return here(null);
            return here(undefined, foldExpr(expr.condition, world));
        case 'call':
            return here(undefined, ...expr.args.map((arg) => foldExpr(arg, world)));
        case 'array':
            return here(undefined, ...expr.items.map((item) => foldExpr(item, world)));
        case 'enum':
        case 'unknown':
            return here(undefined);
    }
}

/** Whether an operand is NULL when the query is written; false for rows' columns, whose value the query finds. */
function isMissing(expr: Expr, world: FoldWorld): boolean | undefined {
    if (expr.kind === 'literal') return expr.value === null;
    if (expr.kind !== 'path' || expr.root.kind !== 'auth') return false;
    const [first] = expr.members;
    if (!world.hasAuth) return true;
    return first ? world.isMissing(expr.members.map(({ name }) => name)) : false;
}

function isConstant(expr: Expr): boolean {
    return expr.kind === 'literal' || expr.kind === 'enum' || (expr.kind === 'path' && expr.root.kind === 'auth');
}

function foldComparison(
    expr: Expr & { kind: 'compare' },
    world: FoldWorld,
    here: (value: boolean | null | undefined, ...parts: Folded[]) => Folded,
): Folded {
    const { left, right, operator } = expr;
    const parts = [foldExpr(left, world), foldExpr(right, world)] as const;
    if (operator === 'in') return isMissing(left, world) === true ? constant(false) : here(undefined, ...parts);
    const isEquality = operator === '==' || operator === '!=';
    // A whole comparison with `auth()` is about its id, unless it is with null.
    if (isAuthItself(left) || isAuthItself(right)) {
        const other = isAuthItself(left) ? right : left;
        const isNull = other.kind === 'literal' && other.value === null;
        return isNull ? constant(world.hasAuth === (operator === '!=')) : here(undefined, ...parts);
    }
    const missing = [isMissing(left, world), isMissing(right, world)];
    if (missing.includes(true)) {
        if (!isEquality) return here(null);
        const other = missing[0] === true ? right : left;
        if (!isConstant(other)) return here(undefined, ...parts);
        const isOtherMissing = isMissing(other, world);
        if (isOtherMissing === undefined) return here(undefined);
        return constant(isOtherMissing === (operator === '=='));
    }
    return here(undefined, ...parts);
}

/**
 * What of a model's rules gets into a query, as the plugin's `buildPolicyFilter` puts them together.
 * In: the model, the operation, the request. Out: as for a condition.
 */
export function foldPolicy(model: PolicyModel, operation: Operation, world: FoldWorld): Folded {
    const rules = rulesFor(model, operation);
    const of = (effect: 'allow' | 'deny'): Folded[] =>
        rules.filter((rule) => rule.effect === effect).map((rule) => foldExpr(rule.condition, world));
    const allows = of('allow');
    const allowed = allows.length > 0 ? join(allows, true) : constant(operation === 'post-update');
    const denies = of('deny').map(({ value, left }): Folded =>
        typeof value === 'boolean' ? constant(!value) : { value: undefined, left },
    );
    return denies.length === 0 ? allowed : join([allowed, join(denies, false)], false);
}
