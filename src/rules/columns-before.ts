import type { Expr, PolicySchema } from '../model/policy.ts';

/**
 * The columns of the row as it was before an update, which the query joins for the rules about its result
 * (`getFieldsAccessForBeforeUpdatePolicies`): those that the model's own rules read by `before()`, and the ids; none
 * when there is no `before()`.
 */
export function columnsBefore(schema: PolicySchema, model: string): ReadonlySet<string> {
    const declaration = schema.models.get(model);
    const rules = declaration?.rules.filter(({ operations }) => operations.includes('post-update')) ?? [];
    const columns = new Set(rules.flatMap(({ condition }) => readBefore(condition)));
    if (columns.size > 0) for (const id of declaration?.idFields ?? []) columns.add(id);
    return columns;
}

function readBefore(expr: Expr): string[] {
    switch (expr.kind) {
        case 'path':
            return expr.root.kind === 'before' ? expr.members.slice(0, 1).map(({ name }) => name) : [];
        case 'array':
            return expr.items.flatMap(readBefore);
        case 'not':
            return readBefore(expr.operand);
        case 'and':
        case 'or':
        case 'compare':
            return [...readBefore(expr.left), ...readBefore(expr.right)];
        case 'predicate':
            return [...readBefore(expr.list), ...readBefore(expr.condition)];
        case 'call':
            return expr.args.flatMap(readBefore);
        default:
            return [];
    }
}
