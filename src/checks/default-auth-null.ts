import type { Finding } from '../model/finding.ts';
import type { PolicyField, PolicyModel } from '../model/policy.ts';
import { article, describeWitness } from '../rules/describe.ts';
import { probeDefault } from '../rules/probe-default.ts';
import type { Check, CheckInput } from './check.ts';
import { addRule } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { textAt } from './rule-text.ts';
import { codeOfCause } from './rule-missing.ts';
import { ruleProbe } from './rule-probe.ts';

/** `@default(auth().x)` on a field, where a request that may create can lack the member. */
export const defaultAuthNull: Check = (input) => {
    const shared = ruleProbe(input);
    return oncePerPlace(
        shared.models.flatMap((model) =>
            shared.findingsIn('default-auth-null', model, () =>
                [...model.fields.values()].flatMap((field) => findingOf(input, model, field) ?? []),
            ),
        ),
    );
};

function findingOf(input: CheckInput, model: PolicyModel, field: PolicyField): Finding | undefined {
    const shared = ruleProbe(input);
    const value = field.default?.value;
    const [member] = value?.kind === 'path' && value.root.kind === 'auth' ? value.members : [];
    if (!value || !member || isFolded(input, model, field)) return undefined;
    const witness = probeDefault(shared.probe, model, field, member.name, shared.isKnownMissing(member.name));
    if (!witness) return undefined;
    const shown = textAt(input.view, field.file, value.span);
    const rule = model.rules.find(({ effect, operations }) => effect === 'allow' && operations.includes('create'));
    return ruleFinding({
        code: 'default-auth-null',
        rule: { file: field.file },
        span: field.default?.span ?? value.span,
        message: field.type.optional
            ? `Without \`${shown}\` this default stores null in ${field.name}.`
            : `Without \`${shown}\` creating ${article(model.name)} fails with an error of the database instead of being refused.`,
        counterexample: describeWitness(shared.probe, witness, { missing: [member.name], columns: [field.name] }),
        fixes: rule
            ? [addRule(input.view, rule, `Deny creating without ${shown}`, `@@deny('create', ${shown} == null)`)]
            : [],
    });
}

/** A finding about rows whose column is null says it already. */
function isFolded(input: CheckInput, model: PolicyModel, field: PolicyField): boolean {
    const shared = ruleProbe(input);
    return shared.missing(model).causes.some((cause) => {
        const code = codeOfCause(shared.schema, cause);
        const { other } = cause.atom;
        if (code !== 'rule-null-match' && code !== 'rule-tenant-null-rows') return false;
        return (
            other?.kind === 'path' &&
            other.root.kind === 'field' &&
            [field.name, ...field.keyOf].includes(other.root.name)
        );
    });
}
