import type { PolicyModel, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';

/** A rule with a model that it holds for. */
export interface WrittenRule {
    rule: PolicyRule;
    /** The one that it is written in where that is a model, else the first that inherits it. */
    model: PolicyModel;
}

/**
 * The rules that count, each once however many models inherit it, in order of the models.
 * In: the schema. Out: none without the policy plugin; those of models that didn't parse, or that the ORM
 * ignores, are left out.
 */
export function writtenRules({ policies }: Pick<SchemaView, 'policies'>): WrittenRule[] {
    const { hasPolicyPlugin, models } = policies();
    if (!hasPolicyPlugin) return [];
    const found = new Map<PolicyRule, WrittenRule>();
    for (const model of models.values()) {
        if (!model.intact || model.isIgnored) continue;
        for (const rule of [...model.rules, ...[...model.fields.values()].flatMap((field) => field.rules)]) {
            if (!found.has(rule) || rule.declaredIn === model.name) found.set(rule, { rule, model });
        }
    }
    return [...found.values()];
}
