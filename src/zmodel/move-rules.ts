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
    const moved = { ...expr };
    moved.span = moveSpan(expr.span, by);
    if (expr.outer) moved.outer = moveSpan(expr.outer, by);
    switch (moved.kind) {
        case 'array':
            moved.items = moved.items.map((item) => moveExpr(item, by));
            break;
        case 'path':
            moved.rootSpan = moveSpan(moved.rootSpan, by);
            moved.members = moved.members.map(({ name, span }) => ({ name, span: moveSpan(span, by) }));
            break;
        case 'not':
            moved.operand = moveExpr(moved.operand, by);
            break;
        case 'and':
        case 'or':
        case 'compare':
            moved.operatorSpan = moveSpan(moved.operatorSpan, by);
            moved.left = moveExpr(moved.left, by);
            moved.right = moveExpr(moved.right, by);
            break;
        case 'predicate':
            moved.list = moveExpr(moved.list, by);
            moved.condition = moveExpr(moved.condition, by);
            break;
        case 'call':
            moved.functionSpan = moveSpan(moved.functionSpan, by);
            moved.args = moved.args.map((arg) => moveExpr(arg, by));
            break;
        case 'literal':
        case 'enum':
        case 'unknown':
            break;
    }
    return moved;
}
