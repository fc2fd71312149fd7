import type { Finding } from '../model/finding.ts';
import type { PolicyField, PolicyModel, PolicyRule } from '../model/policy.ts';
import { article, describeWitness, listOf } from '../rules/describe.ts';
import { belongingColumns, probeEscapes } from '../rules/probe-updates.ts';
import type { Escape } from '../rules/probe-updates.ts';
import type { Check, CheckInput } from './check.ts';
import { addRule, fieldRule } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';
import { crossTenantRoles } from './rule-cross-tenant-role.ts';

/** An update makes a row that the same user may not create: it takes a row over, or moves it to another tenant or owner. */
export const ruleTenantEscape: Check = (input) => {
    const shared = ruleProbe(input);
    const confused = new Set(crossTenantRoles(input).map(({ model }) => model));
    const found = shared.models
        .filter((model) => !confused.has(model))
        .flatMap((model) => shared.findingsIn('rule-tenant-escape', model, () => escapeIn(input, model)));
    // Rows that are given away are told once.
    const givenAway = found.find(({ severity }) => severity === 'information');
    return oncePerPlace(found.filter((finding) => finding.severity !== 'information' || finding === givenAway));
};

function escapeIn(input: CheckInput, model: PolicyModel): Finding[] {
    const { probe } = ruleProbe(input);
    const escapes = probeEscapes(probe, model, belongingColumns(probe, model));
    const moves = escapes.filter(({ kind }) => kind !== 'given away');
    const all = moves.length > 0 ? moves : escapes;
    const [escape] = all;
    if (!escape) return [];
    return [
        findingOf(
            input,
            model,
            escape,
            all.map(({ column }) => column.field),
        ),
    ];
}

function findingOf(input: CheckInput, model: PolicyModel, escape: Escape, fields: readonly PolicyField[]): Finding {
    const { column, kind, rules, witness } = escape;
    const [rule] = rules;
    const place = rule ?? { file: column.field.file };
    const one = article(model.name);
    const what = {
        'given away': `An update may give ${one} away to where the same user may not create one.`,
        'taken over': `An update may take ${one} over by its ${column.field.name}, which opens what only its owner may do.`,
        moved: `An update may move ${one} by its ${column.field.name} to where the same user may not create one.`,
    };
    return ruleFinding({
        code: 'rule-tenant-escape',
        ...(kind === 'given away' && { severity: 'information' }),
        rule: place,
        span: rule?.span ?? column.field.nameSpan,
        message: what[kind],
        counterexample: describeWitness(ruleProbe(input).probe, witness, { columns: [column.field.name] }),
        fixes: rule ? [fixOf(input, rule, column.field, fields)] : [],
    });
}

/** Keeps the columns as they are: by a rule beside the one that lets them change, or in a mixin, where `before()` leads nowhere, by one of the column. */
function fixOf(
    input: CheckInput,
    rule: PolicyRule,
    field: PolicyField,
    fields: readonly PolicyField[],
): Finding['fixes'][number] {
    if (!ruleProbe(input).schema.types.has(rule.declaredIn)) {
        const title = `Let no update change ${listOf(fields.map(({ name }) => name))}`;
        return addRule(input.view, rule, title, guardOf(fields));
    }
    return fieldRule(field, `Let no update change ${field.name}`);
}

/** A guard for which null is a value like any other. */
function guardOf(fields: readonly PolicyField[]): string {
    const changes = fields.flatMap(({ name, type }) => {
        const changed = `${name} != before().${name}`;
        const emptied = `(${name} == null && before().${name} != null)`;
        const filled = `(${name} != null && before().${name} == null)`;
        return type.optional ? [changed, emptied, filled] : [changed];
    });
    return `@@deny('post-update', ${changes.join(' || ')})`;
}
