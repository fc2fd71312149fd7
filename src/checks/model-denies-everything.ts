import type { Finding } from '../model/finding.ts';
import { ALL_OPERATIONS } from '../model/policy.ts';
import type { PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import { isAuthTable } from '../insert/auth-tables.ts';
import type { Check, CheckInput } from './check.ts';
import { rangeOf } from './places.ts';

/**
 * Nothing allows access to a model, while other models have rules: it has none, only denies, or only rules for
 * `post-update`. Left out is what is closed on purpose: `@@ignore`, a deny of everything that says so, and the
 * tables of an authentication library. One finding for each file.
 */
export const modelDeniesEverything: Check = (input): Finding[] => {
    const { view } = input;
    const schema = view.policies();
    // Rules may be hidden as long as something doesn't parse.
    if (!schema.hasPolicyPlugin || !schema.complete) return [];
    const models = [...schema.models.values()].filter(({ kind }) => kind === 'model');
    if (!models.some(hasAllow)) return [];
    const closed = models.filter((model) => isClosed(model, schema, input));
    return [...new Set(closed.map(({ file }) => file))].flatMap((file): Finding[] => {
        const [first, ...others] = closed.filter((model) => model.file === file);
        if (!first) return [];
        const also = others.length === 0 ? '' : ` The same holds for ${others.length} more in this file.`;
        return [
            {
                code: 'model-denies-everything',
                severity: 'information',
                file,
                span: first.nameSpan,
                message: `${first.name} ${reasonFor(first)}, so every request with the policy plugin is refused.${also}`,
                related: others.map((model) => ({
                    location: rangeOf(view, model.file, model.nameSpan),
                    message: `${model.name} ${reasonFor(model)}`,
                })),
                fixes: [],
            },
        ];
    });
};

function isOfAll(rule: PolicyRule): boolean {
    return ALL_OPERATIONS.some((operation) => rule.operations.includes(operation));
}

function hasAllow(model: PolicyModel): boolean {
    return model.rules.some((rule) => rule.effect === 'allow' && isOfAll(rule));
}

function isClosed(model: PolicyModel, schema: PolicySchema, { view, configs }: CheckInput): boolean {
    if (!model.intact || model.isIgnored || hasAllow(model)) return false;
    const saysSo = model.rules.some(
        ({ effect, operations, condition }) =>
            effect === 'deny' &&
            condition.kind === 'literal' &&
            condition.value === true &&
            ALL_OPERATIONS.every((operation) => operations.includes(operation)),
    );
    if (saysSo) return false;
    // What extends it may be open: then it is only there to be extended.
    if (
        model.isDelegate &&
        [...schema.models.values()].some((sub) => extendsModel(sub, model, schema) && hasAllow(sub))
    ) {
        return false;
    }
    const declaration = view.declarations.find(({ name, file }) => name === model.name && file === model.file);
    return declaration !== undefined && !isAuthTable(declaration, configs);
}

function extendsModel(sub: PolicyModel, base: PolicyModel, schema: PolicySchema, seen = new Set<string>()): boolean {
    if (sub.base === undefined || seen.has(sub.name)) return false;
    seen.add(sub.name);
    if (sub.base === base.name) return true;
    const next = schema.models.get(sub.base);
    return next !== undefined && extendsModel(next, base, schema, seen);
}

function reasonFor({ rules }: PolicyModel): string {
    if (rules.length === 0) return 'has no rules';
    if (rules.some((rule) => rule.effect === 'allow')) return 'allows nothing but post-update';
    return 'has rules that deny, and none that allow';
}
