import type { PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { rulesOf } from '../rules/expressions.ts';
import { VersionMemory } from '../rules/version-memory.ts';

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
    const found = new Map<PolicyRule, WrittenRule>();
    for (const model of models.values()) {
        if (!model.intact || model.isIgnored) continue;
        for (const rule of rulesOf(model)) {
            if (!found.has(rule) || rule.declaredIn === model.name) found.set(rule, { rule, model });
        }
    }
    return [...found.values()];
}

/**
 * Tells the rules that a check has to look at. Of a model that didn't change, nor anything that was looked at for it,
 * is remembered that none of its rules passes a test.
 */
export class RuleFilter {
    readonly #memory = new VersionMemory<{ hasAny: boolean; surroundings: string }>();
    readonly #test: (written: WrittenRule, schema: PolicySchema, seen: Set<string>) => boolean;

    /** @param test - Passes what is worth a look; notes the names of other declarations that it depends on. */
    constructor(test: (written: WrittenRule, schema: PolicySchema, seen: Set<string>) => boolean) {
        this.#test = test;
    }

    /** The rules that count and may pass. In: the schema, what else the test depends on. */
    of(view: Pick<SchemaView, 'policies'>, surroundings = ''): WrittenRule[] {
        const schema = view.policies();
        const open = new Map<PolicyModel, boolean>();
        return writtenRules(view).filter(({ model }) => {
            const known = open.get(model) ?? this.hasAny(schema, model, surroundings);
            open.set(model, known);
            return known;
        });
    }

    /** Whether a rule of a model, or of a field of it, passes. */
    hasAny(schema: PolicySchema, model: PolicyModel, surroundings = ''): boolean {
        const make = (seen: Set<string>): { hasAny: boolean; surroundings: string } => ({
            // Every one is asked, so that all is noted that matters.
            hasAny: rulesOf(model).filter((rule) => this.#test({ rule, model }, schema, seen)).length > 0,
            surroundings,
        });
        return this.#memory.recall(schema, model, make, (known) => known.surroundings === surroundings).hasAny;
    }
}
