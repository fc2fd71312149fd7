import type { Expr, PolicyField, PolicyModel, PolicySchema } from '../model/policy.ts';

/** What bare names, `this` and bindings are about at a place in a rule. */
export interface Types {
    model: string;
    thisModel: string;
    bindings: ReadonlyMap<string, string>;
}

export function typesOfRule(model: string): Types {
    return { model, thisModel: model, bindings: new Map() };
}

/** The types within a predicate. */
export function typesWithin(types: Types, { element = '', binding }: Expr & { kind: 'predicate' }): Types {
    const bindings = binding === undefined ? types.bindings : new Map(types.bindings).set(binding, element);
    return { model: element, thisModel: types.thisModel, bindings };
}

export function declarationOf(schema: PolicySchema, name: string): PolicyModel | undefined {
    return schema.models.get(name) ?? schema.types.get(name);
}

/**
 * The fields that a path goes through, in order, each with the declaration that has it.
 * Out: undefined when some name leads nowhere; empty for `auth()`, `this` and `before()` by themselves.
 */
export function stepsOf(
    schema: PolicySchema,
    expr: Expr & { kind: 'path' },
    types: Types,
): { declaration: string; field: PolicyField }[] | undefined {
    const { root } = expr;
    const names = expr.members.map(({ name }) => name);
    let declaration: string | undefined;
    if (root.kind === 'auth') declaration = schema.auth?.name;
    else if (root.kind === 'binding') declaration = types.bindings.get(root.name);
    else declaration = root.kind === 'field' ? types.model : types.thisModel;
    const steps: { declaration: string; field: PolicyField }[] = [];
    for (const name of root.kind === 'field' ? [root.name, ...names] : names) {
        const field = declaration === undefined ? undefined : declarationOf(schema, declaration)?.fields.get(name);
        if (!field || declaration === undefined) return undefined;
        steps.push({ declaration, field });
        declaration = field.type.name;
    }
    return steps;
}

/** Visits an expression and everything below it with the types at each place. */
export function visitTyped(expr: Expr, types: Types, look: (expr: Expr, types: Types) => void): void {
    look(expr, types);
    switch (expr.kind) {
        case 'array':
            for (const item of expr.items) visitTyped(item, types, look);
            break;
        case 'not':
            visitTyped(expr.operand, types, look);
            break;
        case 'and':
        case 'or':
        case 'compare':
            visitTyped(expr.left, types, look);
            visitTyped(expr.right, types, look);
            break;
        case 'predicate':
            visitTyped(expr.list, types, look);
            visitTyped(expr.condition, typesWithin(types, expr), look);
            break;
        case 'call':
            for (const arg of expr.args) visitTyped(arg, types, look);
            break;
        default:
            break;
    }
}
