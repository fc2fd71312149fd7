import type { Expr } from './policy.ts';

const NOTHING: readonly Expr[] = [];

/** The expressions directly below one. */
export function childrenOf(expr: Expr): readonly Expr[] {
    switch (expr.kind) {
        case 'array':
            return expr.items;
        case 'not':
            return [expr.operand];
        case 'and':
        case 'or':
        case 'compare':
            return [expr.left, expr.right];
        case 'predicate':
            return [expr.list, expr.condition];
        case 'call':
            return expr.args;
        default:
            return NOTHING;
    }
}

/** `auth()` without a member. */
export function isAuthItself(expr: Expr): boolean {
    return expr.kind === 'path' && expr.root.kind === 'auth' && expr.members.length === 0;
}

export function isNullLiteral(expr: Expr): boolean {
    return expr.kind === 'literal' && expr.value === null;
}
