import type { Finding } from '../model/finding.ts';
import type { PolicyField, PolicyModel } from '../model/policy.ts';
import { article, describeWitness, listOf } from '../rules/describe.ts';
import { someExpr } from '../rules/expressions.ts';
import { Permit } from '../rules/permit.ts';
import type { AnonymousGrant } from '../rules/probe-missing.ts';
import { isCoreTable, sensitiveColumns } from '../rules/sensitive.ts';
import type { Check, CheckInput } from './check.ts';
import { editRule, guardCondition } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';

/** A request without a user is allowed what the rules hardly mean to allow to everyone. */
export const ruleGrantsAnonymous: Check = (input) => {
    const shared = ruleProbe(input);
    const all = shared.models.flatMap((model) =>
        shared.findingsIn('rule-grants-anonymous', model, () => grantsIn(input, model)),
    );
    const hinted = new Set<string>();
    return oncePerPlace(
        all.filter(({ severity, file }) => {
            if (severity !== 'hint') return true;
            if (hinted.has(file)) return false;
            hinted.add(file);
            return true;
        }),
    );
};

/** What anonymous requests are allowed in a model; hints are for plain `true`. */
function grantsIn(input: CheckInput, model: PolicyModel): Finding[] {
    return ruleProbe(input)
        .missing(model)
        .grants.flatMap((grant) => {
            const writes = grant.operations.filter((operation) => operation !== 'read');
            const isPlain = !someExpr(grant.rule.condition, ({ kind }) => kind === 'path' || kind === 'call');
            const exposed = grant.operations.includes('read') ? exposedColumns(input, model, grant) : [];
            if (exposed.length > 0) return [exposure(input, model, grant, exposed)];
            if (writes.length === 0) return [];
            const isHint = isPlain && !isCoreTable(model);
            return [isHint ? plainGrant(input, model, grant) : writeGrant(input, model, grant)];
        });
}

/** The columns that aren't for everybody and that anonymous requests see. */
function exposedColumns(input: CheckInput, model: PolicyModel, { witness }: AnonymousGrant): PolicyField[] {
    const { schema } = ruleProbe(input);
    const permit = new Permit(schema, witness.world);
    return sensitiveColumns(model).filter(({ name }) => permit.permitsField('read', witness.row, name) === true);
}

function exposure(input: CheckInput, model: PolicyModel, grant: AnonymousGrant, exposed: PolicyField[]): Finding {
    const names = listOf(exposed.map(({ name }) => name));
    return ruleFinding({
        ...baseOf(input, grant, ['read']),
        message: `Everybody can read ${article(model.name)}, and with it ${names}.`,
    });
}

function writeGrant(input: CheckInput, model: PolicyModel, grant: AnonymousGrant): Finding {
    return ruleFinding({
        ...baseOf(input, grant, grant.operations),
        message: `This rule lets everybody ${verbsOf(grant)} ${article(model.name)}, without signing in.`,
    });
}

function plainGrant(input: CheckInput, model: PolicyModel, grant: AnonymousGrant): Finding {
    return ruleFinding({
        ...baseOf(input, grant, grant.operations),
        severity: 'hint',
        message: `This rule lets everybody ${verbsOf(grant)} ${article(model.name)}, without signing in. Such rules are told once per file.`,
    });
}

/** What is written: "create", "update and delete". */
function verbsOf({ operations }: AnonymousGrant): string {
    return listOf(operations.filter((operation) => operation !== 'read' && operation !== 'post-update'));
}

function baseOf(
    input: CheckInput,
    { rule, witness }: AnonymousGrant,
    operations: AnonymousGrant['operations'],
): Omit<Parameters<typeof ruleFinding>[0], 'message'> {
    const { probe } = ruleProbe(input);
    const { condition } = rule;
    const edits =
        condition.kind === 'literal'
            ? [{ ...condition.span, text: 'auth() != null' }]
            : guardCondition('auth() != null', condition);
    return {
        code: 'rule-grants-anonymous',
        rule,
        span: condition.span,
        counterexample: describeWitness(probe, witness, { operations }),
        fixes: [editRule(input.view, rule, 'Require a signed-in user', edits)],
    };
}
