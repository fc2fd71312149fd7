import type { Code, Finding } from '../model/finding.ts';
import type { Expr } from '../model/policy.ts';
import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import { isTenantMember } from '../model/tenant-names.ts';
import { isTextCall } from '../rules/atoms.ts';
import type { Atom } from '../rules/atoms.ts';
import { describeWitness } from '../rules/describe.ts';
import type { MissingCause } from '../rules/probe-missing.ts';
import { stepsOf } from '../rules/static-types.ts';
import type { CheckInput } from './check.ts';
import { addRule, editRule, guardEdits } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import type { RuleFindingParts } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';
import { codeOf, textAt } from './rule-text.ts';

/** The codes that come of one search: a condition that lets a request through because something is missing. */
export type MissingCode = Extract<
    Code,
    | 'rule-null-match'
    | 'rule-tenant-null-rows'
    | 'rule-negative-grant'
    | 'rule-deny-fails-open'
    | 'rule-substring-grant'
>;

/** What a cause is called. One code per cause: rows without a tenant contain a match of a missing tenant. */
export function codeOfCause(schema: PolicySchema, { atom, nulls }: MissingCause): MissingCode {
    if (atom.rule.effect === 'deny') {
        return nulls.column && isTenantAtom(schema, atom) ? 'rule-tenant-null-rows' : 'rule-deny-fails-open';
    }
    if (isTextCall(atom.expr)) return 'rule-substring-grant';
    const isEquality = atom.expr.kind === 'compare' && atom.expr.operator === '==';
    return isEquality && !atom.isNegated && nulls.column ? 'rule-null-match' : 'rule-negative-grant';
}

/** Whether an atom compares the tenant of `auth()`. */
export function isTenantAtom(schema: PolicySchema, { path }: Atom): boolean {
    const [first, ...more] = path?.members ?? [];
    const field = first && schema.auth?.fields.get(first.name);
    return field !== undefined && more.length === 0 && isTenantMember(field);
}

/** The findings of one of these codes. */
export function findMissing(input: CheckInput, code: MissingCode): Finding[] {
    const shared = ruleProbe(input);
    const findings = shared.models.flatMap((model) =>
        shared.findingsIn(code, model, () => {
            const { causes } = shared.missing(model);
            const coded = causes.map((cause) => ({ cause, code: codeOfCause(shared.schema, cause) }));
            return coded
                .filter((each) => each.code === code && !isContained(shared.schema, each, coded))
                .map(({ cause }) => ruleFinding(partsOf(input, model, code, cause)));
        }),
    );
    return oncePerPlace(findings);
}

/** A match of a missing tenant with rows that have none is a part of what `rule-tenant-null-rows` says of the model. */
function isContained(
    schema: PolicySchema,
    { cause, code }: { cause: MissingCause; code: MissingCode },
    all: readonly { cause: MissingCause; code: MissingCode }[],
): boolean {
    if (code !== 'rule-null-match' || !isTenantAtom(schema, cause.atom)) return false;
    return all.some((other) => other.code === 'rule-tenant-null-rows');
}

function partsOf(input: CheckInput, model: PolicyModel, code: MissingCode, cause: MissingCause): RuleFindingParts {
    const { view } = input;
    const shared = ruleProbe(input);
    const { atom, operations, witness } = cause;
    const { rule, expr, path } = atom;
    const shown = codeOf(view, rule.file, expr);
    const authText = path ? textAt(view, rule.file, path.span) : 'auth()';
    const member = `\`${authText}\``;
    const missing = (path?.members ?? []).slice(0, 1).map(({ name }) => name);
    const columns = columnsOf(shared.schema, atom);
    const counterexample = describeWitness(shared.probe, witness, { operations, missing, columns });
    const base = { code, rule, counterexample };
    const condition = rule.condition;
    const tested = testable(input, rule.file, path) ?? authText;
    const guarded = (target: Expr, extra = ''): NonNullable<RuleFindingParts['fixes']> => [
        editRule(view, rule, `Require ${tested}`, guardEdits(`${tested} != null${extra}`, target, condition)),
    ];
    switch (code) {
        case 'rule-null-match':
            return {
                ...base,
                span: expr.span,
                message: `${shown} is also true when both sides are missing.`,
                fixes: guarded(expr),
            };
        case 'rule-substring-grant':
            return {
                ...base,
                span: expr.span,
                message: `${shown} is true for every text when ${member} is missing or empty.`,
                fixes: guarded(expr, ` && ${authText} != ''`),
            };
        case 'rule-negative-grant':
            return {
                ...base,
                span: (atom.negation ?? expr).span,
                message: `${codeOf(view, rule.file, atom.negation ?? expr)} is also true when ${member} is missing.`,
                fixes: guarded(atom.negation ?? expr),
            };
        case 'rule-tenant-null-rows':
            return {
                ...base,
                span: expr.span,
                message: `Rows of ${model.name} without a tenant pass this deny, since ${shown} is not true for them.`,
                fixes: [denyNulls(input, cause)],
            };
        case 'rule-deny-fails-open':
            return {
                ...base,
                span: (atom.negation ?? expr).span,
                message: `This deny doesn't hit when ${cause.nulls.auth ? member : 'what it compares'} is missing: ${codeOf(view, rule.file, atom.negation ?? expr)} is not true then.`,
                fixes: [denyNulls(input, cause)],
            };
    }
}

/** Names of the columns that an atom compares. */
function columnsOf(schema: PolicySchema, { other, types }: Atom): string[] {
    if (other?.kind !== 'path') return [];
    const [first] = stepsOf(schema, other, types) ?? [];
    const keys = first?.field.relation?.owned ? first.field.relation.keys.map(({ fk }) => fk) : [];
    return first ? [first.field.name, ...keys] : [];
}

/** A deny for requests and rows that lack what another deny compares. */
function denyNulls(input: CheckInput, { atom, nulls }: MissingCause): Finding['fixes'][number] | undefined {
    const { view } = input;
    const { rule, path, other, expr } = atom;
    const authText = path ? textAt(view, rule.file, path.span) : undefined;
    // Nothing tells a missing list from an empty one.
    if (expr.kind === 'predicate') return undefined;
    const authTest = `${testable(input, rule.file, path) ?? 'auth()'} == null`;
    const column = other && !atom.isInPredicate ? nullTestOf(input, atom, other) : undefined;
    const tests = [...(column === undefined ? [] : [column]), ...(path && (nulls.auth || other) ? [authTest] : [])];
    if (tests.length === 0 || (nulls.column && column === undefined)) return undefined;
    // What no row may lack it may not lose by an update either.
    const isUpdated = column !== undefined && rule.operations.includes('update') && rule.field === undefined;
    const names = isUpdated ? [...new Set([...rule.written, 'post-update'])] : rule.written;
    const operations = `'${names.join(',')}'`;
    return addRule(
        view,
        rule,
        column === undefined
            ? `Deny requests without ${authText ?? 'auth()'}`
            : path
              ? 'Deny rows and requests where either is missing'
              : 'Deny rows where it is missing',
        `${rule.field === undefined ? '@@' : '@'}deny(${operations}, ${tests.join(' || ')})`,
    );
}

/**
 * What of a path of `auth()` can be compared with null: ZenStack refuses it for a required member over a hop. Then the
 * last thing on the way that may be missing is tested.
 */
function testable(input: CheckInput, file: string, path: Atom['path']): string | undefined {
    if (!path) return undefined;
    const { schema } = ruleProbe(input);
    const steps = stepsOf(schema, path, { model: '', thisModel: '', bindings: new Map() }) ?? [];
    const at = steps.findLastIndex(({ field }) => field.type.optional);
    const last = steps.length > 1 ? path.members[Math.max(at, 0)] : path.members.at(-1);
    return textAt(input.view, file, { start: path.span.start, end: last?.span.end ?? path.span.end });
}

/** A test for a row's side of a comparison being null: of the first thing on its way that may be. */
export function nullTestOf(input: CheckInput, { types }: Atom, expr: Expr): string | undefined {
    if (expr.kind !== 'path') return undefined;
    const { schema } = ruleProbe(input);
    const steps = stepsOf(schema, expr, types);
    if (!steps) return undefined;
    const at = steps.findIndex(({ field }) => field.type.optional);
    if (at === -1) return undefined;
    const names = steps.slice(0, at + 1).map(({ field }) => field.name);
    const { root } = expr;
    const prefix = root.kind === 'this' ? ['this'] : root.kind === 'binding' ? [root.name] : [];
    return `${[...prefix, ...names].join('.')} == null`;
}
