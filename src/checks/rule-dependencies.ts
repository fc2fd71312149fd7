import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import { ownedRelationsOf } from '../rules/columns.ts';
import { stepsOf, typesOfRule, visitTyped } from '../rules/static-types.ts';

/** The declarations that what is found in a model depends on: the model's own, and those that its rules lead to. */
export function dependencies(schema: PolicySchema, model: PolicyModel): Set<string> {
    const names = new Set<string>();
    const visit = (at: PolicyModel): void => {
        if (names.has(at.name)) return;
        names.add(at.name);
        addBases(at);
        const types = typesOfRule(at.name);
        const rules = [...at.rules, ...[...at.fields.values()].flatMap((field) => field.rules)];
        for (const rule of rules) {
            visitTyped(rule.condition, types, (expr, where) => {
                if (expr.kind === 'predicate' && expr.element !== undefined) add(expr.element);
                if (expr.kind === 'path') {
                    for (const { declaration, field } of stepsOf(schema, expr, where) ?? []) {
                        add(declaration);
                        if (field.relation) add(field.relation.target);
                    }
                }
                if (expr.kind !== 'call' || expr.function !== 'check') return;
                const [relation] = expr.args;
                const step = relation?.kind === 'path' ? stepsOf(schema, relation, where)?.at(-1) : undefined;
                const target = schema.models.get(step?.field.relation?.target ?? '');
                if (target) visit(target);
            });
        }
    };
    const add = (name: string): void => {
        names.add(name);
        const found = schema.models.get(name) ?? schema.types.get(name);
        if (found) addBases(found);
    };
    const addBases = ({ base, mixins }: PolicyModel): void => {
        for (const name of [...(base === undefined ? [] : [base]), ...mixins]) if (!names.has(name)) add(name);
    };
    if (schema.auth) add(schema.auth.name);
    visit(model);
    // Which tenant a row belongs to is found over its relations.
    for (const { relation } of ownedRelationsOf(model)) {
        add(relation.target);
        const target = schema.models.get(relation.target);
        for (const next of target ? ownedRelationsOf(target) : []) add(next.relation.target);
    }
    return names;
}
