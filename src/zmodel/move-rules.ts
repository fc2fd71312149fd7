import type { Expr, PolicyRule } from '../model/policy.ts';
import { moveSpan } from './text-memory.ts';

/** A copy of a rule at a place that is `by` offsets further. */
export function moveRule(rule: PolicyRule, by: number): PolicyRule {
    return {
        ...rule,
        span: moveSpan(rule.span, by),
        operationsSpan: moveSpan(rule.operationsSpan, by),
        condition: moveExpr(rule.condition, by),
    };
}

/** A copy of an expression at a place that is `by` offsets further. */
export function moveExpr(expr: Expr, by: number): Expr {
    const place = { span: moveSpan(expr.span, by), ...(expr.outer && { outer: moveSpan(expr.outer, by) }) };
    switch (expr.kind) {
        case 'array':
            return { ...expr, ...place, items: expr.items.map((item) => moveExpr(item, by)) };
        case 'path':
            return {
                ...expr,
                ...place,
                rootSpan: moveSpan(expr.rootSpan, by),
                members: expr.members.map(({ name, span }) => ({ name, span: moveSpan(span, by) })),
            };
        case 'not':
            return { ...expr, ...place, operand: moveExpr(expr.operand, by) };
        case 'and':
        case 'or':
        case 'compare':
            return {
                ...expr,
                ...place,
                operatorSpan: moveSpan(expr.operatorSpan, by),
                left: moveExpr(expr.left, by),
                right: moveExpr(expr.right, by),
            };
        case 'predicate':
            return { ...expr, ...place, list: moveExpr(expr.list, by), condition: moveExpr(expr.condition, by) };
        case 'call':
            return {
                ...expr,
                ...place,
                functionSpan: moveSpan(expr.functionSpan, by),
                args: expr.args.map((arg) => moveExpr(arg, by)),
            };
        default:
            return { ...expr, ...place };
    }
}
