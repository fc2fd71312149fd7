import type { Expr } from '../model/policy.ts';

/** Visits an expression and everything below it, the outer ones first. */
export function visitExpr(expr: Expr, look: (expr: Expr) => void): void {
    look(expr);
    for (const child of childrenOf(expr)) visitExpr(child, look);
}

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
            return [];
    }
}

/** Whether an expression or something below it has a property. */
export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
    return test(expr) || childrenOf(expr).some((child) => someExpr(child, test));
}

/** A path that begins with `auth()`. */
export function isAuthPath(expr: Expr): expr is Expr & { kind: 'path' } {
    return expr.kind === 'path' && expr.root.kind === 'auth';
}

/** Whether anything of `auth()` is read. */
export function readsAuth(expr: Expr): boolean {
    return someExpr(expr, isAuthPath);
}

export function isNullLiteral(expr: Expr): boolean {
    return expr.kind === 'literal' && expr.value === null;
}

/** `auth() == null`, `auth().x != null`: an explicit test, which says what it means. */
export function isNullTest(expr: Expr): boolean {
    return expr.kind === 'compare' && (isNullLiteral(expr.left) || isNullLiteral(expr.right));
}
