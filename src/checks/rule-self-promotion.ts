import type { Finding } from '../model/finding.ts';
import type { PolicyModel } from '../model/policy.ts';
import { article, describeWitness } from '../rules/describe.ts';
import { rulesOf } from '../rules/expressions.ts';
import { probeAppointments, probeMemberAppointments } from '../rules/probe-appointment.ts';
import { columnsReadOfAuth, membershipTests, probeMemberships, probePromotions } from '../rules/probe-promotion.ts';
import type { Promotion } from '../rules/probe-promotion.ts';
import type { Check, CheckInput } from './check.ts';
import { rangeOf } from './places.ts';
import { addRule, fieldRule } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';
import { textAt } from './rule-text.ts';

/** Users may update, in their own row, a column that rules read as `auth().column`, or be made with any value of it. */
export const ruleSelfPromotion: Check = (input) => {
    const { probe, models } = ruleProbe(input);
    const tests = membershipTests(probe);
    const memberships = [...probeMemberships(probe, tests), ...probeMemberAppointments(probe, tests)]
        .filter(({ witness }) => models.some(({ name }) => name === witness.model))
        .map((promotion) => findingOf(input, promotion));
    return oncePerPlace([...ofSubject(input), ...memberships]);
};

/** Updates of the row behind `auth()`. */
function ofSubject(input: CheckInput): Finding[] {
    const { probe, schema, models } = ruleProbe(input);
    const subject = subjectModel(input);
    if (!subject || !schema.auth || !models.includes(subject.model)) return [];
    const readers = new Map(
        [...columnsReadOfAuth(probe)].filter(([name]) => name !== subject.member && comesFromRow(input, name)),
    );
    const id = { member: subject.member, column: subject.model.idFields[0] ?? '' };
    const found = [
        ...probePromotions(probe, subject.model, id, readers),
        ...probeAppointments(probe, subject.model, readers),
    ];
    return found.map((promotion) => findingOf(input, promotion));
}

/** The model whose row is behind `auth()`: the one that describes it, or the users' when a type does. */
function subjectModel(input: CheckInput): { model: PolicyModel; member: string } | undefined {
    const { schema } = ruleProbe(input);
    const auth = schema.auth;
    if (!auth) return undefined;
    if (schema.models.has(auth.name)) {
        const [member] = auth.idFields;
        return member === undefined ? undefined : { model: auth, member };
    }
    const member = auth.idFields[0] ?? ['userId', 'id'].find((name) => auth.fields.has(name));
    const users = [...schema.models.values()].filter(
        (model) => model.idFields.length === 1 && (/^users?$/i.test(model.name) || /^users?$/i.test(model.tableName)),
    );
    const [model, ...others] = users;
    return model && others.length === 0 && member !== undefined ? { model, member } : undefined;
}

/** Whether a member of `auth()` is a column of the user's row: by declaration, or because the calls take it from the user. */
function comesFromRow(input: CheckInput, name: string): boolean {
    const { schema, originsOf } = ruleProbe(input);
    if (schema.auth && schema.models.has(schema.auth.name)) {
        const origins = originsOf(name);
        return origins.length === 0 || origins.includes('user') || origins.includes('query');
    }
    return originsOf(name).join() === 'user';
}

function findingOf(input: CheckInput, promotion: Promotion): Finding {
    const { field, reader, rules, witness, predicate } = promotion;
    const { view } = input;
    const [rule] = rules;
    const related = [
        {
            location: rangeOf(view, field.file, field.nameSpan),
            message: `${field.name} of ${witness.model}`,
        },
        {
            location: rangeOf(view, reader.rule.file, reader.rule.span),
            message: `This rule of ${reader.model} reads it.`,
        },
    ];
    return ruleFinding({
        code: 'rule-self-promotion',
        rule: rule ?? { file: field.file },
        span: rule?.span ?? field.nameSpan,
        message: `${whatOf(promotion)}, ${
            predicate
                ? `by which a rule of ${reader.model} tells what they may do`
                : `which rules read as \`auth().${field.name}\``
        }.`,
        counterexample: describeWitness(ruleProbe(input).probe, witness, { columns: [field.name] }),
        related,
        fixes: fixesOf(input, promotion),
    });
}

function whatOf({ field, predicate, witness }: Promotion): string {
    if (witness.operation !== 'create') return `Users may set ${field.name} of their own ${witness.model}`;
    if (predicate) return `Users may make themselves ${article(witness.model)} with any ${field.name}`;
    return `Who creates ${article(witness.model)} may choose its ${field.name}`;
}

function fixesOf(input: CheckInput, promotion: Promotion): Finding['fixes'] {
    const { field, reader, predicate, witness } = promotion;
    if (witness.operation === 'create') return usualOnly(input, promotion);
    const nobody = fieldRule(field, `Let no update set ${field.name}`);
    const test = predicate ? undefined : privilegeTest(input, field.name, reader);
    return test === undefined ? [nobody] : [fieldRule(field, `Let only ${test} set ${field.name}`, test), nobody];
}

/** A deny that leaves the default as the only value that a row is made with, except by who runs things. */
function usualOnly(input: CheckInput, { field, reader, predicate, rules }: Promotion): Finding['fixes'] {
    const [rule] = rules;
    const value = field.default?.value;
    // The first member of something has to become its owner.
    if (predicate || !rule || (value?.kind !== 'literal' && value?.kind !== 'enum')) return [];
    const usual = textAt(input.view, field.file, value.span);
    const test = privilegeTest(input, field.name, reader);
    const except = test === undefined ? '' : ` && ${test.replace('==', '!=')}`;
    return [
        addRule(
            input.view,
            rule,
            test === undefined
                ? `Let nobody choose another ${field.name} than ${usual}`
                : `Let only ${test} choose another ${field.name} than ${usual}`,
            `@@deny('create', ${field.name} != ${usual}${except})`,
        ),
    ];
}

/** A test that the reading rule makes for someone who runs things, or any other does: `auth().role == 'admin'`. */
function privilegeTest(input: CheckInput, name: string, { rule }: Promotion['reader']): string | undefined {
    const { schema } = ruleProbe(input);
    const pattern = new RegExp(
        `auth\\(\\)\\.${name}\\s*==\\s*(?:'[^']*(?:admin|owner)[^']*'|"[^"]*(?:admin|owner)[^"]*"|\\w*(?:admin|owner)\\w*)`,
        'i',
    );
    const others = [...schema.models.values()].flatMap(rulesOf);
    for (const { file, span } of [rule, ...others]) {
        const [test] = pattern.exec(textAt(input.view, file, span)) ?? [];
        if (test !== undefined) return test;
    }
    return undefined;
}
