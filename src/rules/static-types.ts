import type { Expr, PolicyField, PolicyModel, PolicySchema } from '../model/policy.ts';
import { childrenOf } from '../model/expressions.ts';
import type { Path, Predicate } from './expressions.ts';

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
export function typesWithin(types: Types, { element = '', binding }: Predicate): Types {
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
    expr: Path,
    types: Types,
): { declaration: string; field: PolicyField }[] | undefined {
    const { root, members } = expr;
    let declaration: string | undefined;
    if (root.kind === 'auth') declaration = schema.auth?.name;
    else if (root.kind === 'binding') declaration = types.bindings.get(root.name);
    else declaration = root.kind === 'field' ? types.model : types.thisModel;
    const steps: { declaration: string; field: PolicyField }[] = [];
    const step = (name: string): boolean => {
        const field = declaration === undefined ? undefined : declarationOf(schema, declaration)?.fields.get(name);
        if (!field || declaration === undefined) return false;
        steps.push({ declaration, field });
        declaration = field.type.name;
        return true;
    };
    if (root.kind === 'field' && !step(root.name)) return undefined;
    for (const { name } of members) if (!step(name)) return undefined;
    return steps;
}

/**
 * The field that a path in a rule leads to.
 * In: the schema, the model that holds the rule, the path, the predicates around it, outermost first.
 * Out: undefined for a root by itself, and where it leads nowhere.
 */
export function fieldAt(
    schema: PolicySchema,
    model: PolicyModel,
    path: Path,
    predicates: readonly Predicate[],
): PolicyField | undefined {
    const types = predicates.reduce(typesWithin, typesOfRule(model.name));
    return stepsOf(schema, path, types)?.at(-1)?.field;
}

/** Visits an expression and everything below it with the types at each place. */
export function visitTyped(expr: Expr, types: Types, look: (expr: Expr, types: Types) => void): void {
    look(expr, types);
    switch (expr.kind) {
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
        default:
            for (const child of childrenOf(expr)) visitTyped(child, types, look);
    }
}
