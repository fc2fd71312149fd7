import type { PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { rulesOf } from '../rules/expressions.ts';

/** A rule with a model that it holds for. */
export interface WrittenRule {
    rule: PolicyRule;
    /** The one that it is written in where that is a model, else the first that inherits it. */
    model: PolicyModel;
}

const collected = new WeakMap<PolicySchema, readonly WrittenRule[]>();

/**
 * The rules that count, each once however many models inherit it, in order of the models.
 * In: the schema. Out: none without the policy plugin; those of models that didn't parse, or that the ORM
 * ignores, are left out.
 */
export function writtenRules({ policies }: Pick<SchemaView, 'policies'>): readonly WrittenRule[] {
    const schema = policies();
    const known = collected.get(schema) ?? collect(schema);
    collected.set(schema, known);
    return known;
}

function collect({ hasPolicyPlugin, models }: PolicySchema): WrittenRule[] {
    if (!hasPolicyPlugin) return [];
    const found: WrittenRule[] = [];
    const inherited = new Set<PolicyRule>();
    const counts = ({ intact, isIgnored }: PolicyModel): boolean => intact && !isIgnored;
    for (const model of models.values()) {
        if (!counts(model)) continue;
        for (const rule of rulesOf(model)) {
            if (rule.declaredIn !== model.name) {
                const holder = models.get(rule.declaredIn);
                if ((holder && counts(holder)) || inherited.has(rule)) continue;
                inherited.add(rule);
            }
            found.push({ rule, model });
        }
    }
    return found;
}
