import { childrenOf, isNullLiteral } from '../model/expressions.ts';
import type { Expr, PolicyModel, PolicyRule } from '../model/policy.ts';

export type Path = Expr & { kind: 'path' };
export type Predicate = Expr & { kind: 'predicate' };

/**
 * Visits an expression and everything below it, the outer ones first.
 * In: the expression; what to do with each, given the predicates around it, outermost first.
 */
export function visitExpr(
    expr: Expr,
    look: (expr: Expr, predicates: readonly Predicate[]) => void,
    predicates: readonly Predicate[] = [],
): void {
    look(expr, predicates);
    if (expr.kind === 'predicate') {
        visitExpr(expr.list, look, predicates);
        visitExpr(expr.condition, look, [...predicates, expr]);
    } else for (const child of childrenOf(expr)) visitExpr(child, look, predicates);
}

/** The predicates around a part of a condition, outermost first; none when it isn't a part of it. */
export function predicatesAround(condition: Expr, part: Expr): readonly Predicate[] {
    let found: readonly Predicate[] = [];
    visitExpr(condition, (expr, predicates) => {
        if (expr === part) found = predicates;
    });
    return found;
}

/** Whether an expression or something below it has a property. */
export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
    return test(expr) || childrenOf(expr).some((child) => someExpr(child, test));
}

/** Whether a condition reads a member of the rule's own row by `this`. */
export function mentionsThis(expr: Expr): boolean {
    return someExpr(expr, (part) => part.kind === 'path' && part.root.kind === 'this');
}

/** A path that begins with `auth()`. */
export function isAuthPath(expr: Expr): expr is Path {
    return expr.kind === 'path' && expr.root.kind === 'auth';
}

/** Whether anything of `auth()` is read. */
export function readsAuth(expr: Expr): boolean {
    return someExpr(expr, isAuthPath);
}

/** `auth() == null`, `auth().x != null`: an explicit test, which says what it means. */
export function isNullTest(expr: Expr): boolean {
    return expr.kind === 'compare' && (isNullLiteral(expr.left) || isNullLiteral(expr.right));
}

const rulesByModel = new WeakMap<PolicyModel, readonly PolicyRule[]>();

/** The rules of a model, and those of its fields. */
export function rulesOf(model: PolicyModel): readonly PolicyRule[] {
    const known = rulesByModel.get(model);
    if (known) return known;
    const rules = [...model.rules];
    for (const field of model.fields.values()) if (field.rules.length > 0) rules.push(...field.rules);
    rulesByModel.set(model, rules);
    return rules;
}
