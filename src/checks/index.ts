import { CODES } from '../model/finding.ts';
import type { Code, Finding, Severity } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { adapterPolicyClient } from './adapter-policy-client.ts';
import { adapterProviderMismatch } from './adapter-provider-mismatch.ts';
import { authDeclarationDuplicate } from './auth-declaration-duplicate.ts';
import { authDeclarationMissing } from './auth-declaration-missing.ts';
import { authListMember } from './auth-list-member.ts';
import { authMemberMissing } from './auth-member-missing.ts';
import { betterAuthDrift } from './better-auth-drift.ts';
import { certainView, isCertainPlace } from './certain.ts';
import type { Check, CheckInput } from './check.ts';
import { chevrotainOverrideMissing } from './chevrotain-override-missing.ts';
import { contextMemberExtra } from './context-member-extra.ts';
import { contextMemberMissing } from './context-member-missing.ts';
import { contextMemberNullable } from './context-member-nullable.ts';
import { contextMemberRenamed } from './context-member-renamed.ts';
import { contextMemberType } from './context-member-type.ts';
import { contextMemberUnsourced } from './context-member-unsourced.ts';
import { contextNullPassed } from './context-null-passed.ts';
import { contextWrapperPassed } from './context-wrapper-passed.ts';
import { defaultAuthNull } from './default-auth-null.ts';
import { modelDeniesEverything } from './model-denies-everything.ts';
import { lineAt, positionAt } from './places.ts';
import { policyPluginMissing } from './policy-plugin-missing.ts';
import { ruleCreateRelation } from './rule-create-relation.ts';
import { ruleCreateUnreadable } from './rule-create-unreadable.ts';
import { ruleCrossTenantRole } from './rule-cross-tenant-role.ts';
import { ruleDenyFailsOpen } from './rule-deny-fails-open.ts';
import { ruleEmptyListGrants } from './rule-empty-list-grants.ts';
import { ruleGrantsAnonymous } from './rule-grants-anonymous.ts';
import { ruleMixedOperators } from './rule-mixed-operators.ts';
import { ruleNegativeGrant } from './rule-negative-grant.ts';
import { ruleNeverGrants } from './rule-never-grants.ts';
import { ruleNeverTrue } from './rule-never-true.ts';
import { ruleNullMatch } from './rule-null-match.ts';
import { ruleProbe } from './rule-probe.ts';
import { ruleRoleUnknown } from './rule-role-unknown.ts';
import { ruleSelfComparison } from './rule-self-comparison.ts';
import { ruleSelfPromotion } from './rule-self-promotion.ts';
import { ruleSubstringGrant } from './rule-substring-grant.ts';
import { ruleTenantEscape } from './rule-tenant-escape.ts';
import { ruleTenantNullRows } from './rule-tenant-null-rows.ts';
import { ruleThrowsAtRuntime } from './rule-throws-at-runtime.ts';
import { ruleUpdateBeyondCreate } from './rule-update-beyond-create.ts';
import { schemaV2 } from './schema-v2.ts';

/** Every check, by the code that it reports. */
export const CHECKS = {
    'auth-declaration-missing': authDeclarationMissing,
    'auth-declaration-duplicate': authDeclarationDuplicate,
    'auth-member-missing': authMemberMissing,
    'auth-list-member': authListMember,
    'context-member-missing': contextMemberMissing,
    'context-member-nullable': contextMemberNullable,
    'context-member-type': contextMemberType,
    'context-member-extra': contextMemberExtra,
    'context-member-renamed': contextMemberRenamed,
    'context-member-unsourced': contextMemberUnsourced,
    'context-wrapper-passed': contextWrapperPassed,
    'context-null-passed': contextNullPassed,
    'rule-mixed-operators': ruleMixedOperators,
    'rule-cross-tenant-role': ruleCrossTenantRole,
    'rule-self-promotion': ruleSelfPromotion,
    'rule-grants-anonymous': ruleGrantsAnonymous,
    'rule-null-match': ruleNullMatch,
    'rule-tenant-null-rows': ruleTenantNullRows,
    'rule-tenant-escape': ruleTenantEscape,
    'rule-negative-grant': ruleNegativeGrant,
    'rule-deny-fails-open': ruleDenyFailsOpen,
    'rule-self-comparison': ruleSelfComparison,
    'rule-empty-list-grants': ruleEmptyListGrants,
    'rule-substring-grant': ruleSubstringGrant,
    'rule-never-true': ruleNeverTrue,
    'rule-never-grants': ruleNeverGrants,
    'model-denies-everything': modelDeniesEverything,
    'rule-throws-at-runtime': ruleThrowsAtRuntime,
    'rule-create-relation': ruleCreateRelation,
    'rule-create-unreadable': ruleCreateUnreadable,
    'rule-update-beyond-create': ruleUpdateBeyondCreate,
    'rule-role-unknown': ruleRoleUnknown,
    'default-auth-null': defaultAuthNull,
    'better-auth-drift': betterAuthDrift,
    'adapter-provider-mismatch': adapterProviderMismatch,
    'adapter-policy-client': adapterPolicyClient,
    'policy-plugin-missing': policyPluginMissing,
    'chevrotain-override-missing': chevrotainOverrideMissing,
    'schema-v2': schemaV2,
} as const satisfies Record<Code, Check>;

/** The checks that search in one model after the other, which takes most of the time. */
const SEARCHING: readonly Code[] = [
    'rule-cross-tenant-role',
    'rule-grants-anonymous',
    'rule-null-match',
    'rule-tenant-null-rows',
    'rule-tenant-escape',
    'rule-negative-grant',
    'rule-deny-fails-open',
    'rule-empty-list-grants',
    'rule-substring-grant',
    'rule-never-true',
    'rule-never-grants',
    'rule-create-unreadable',
    'default-auth-null',
];

/**
 * Runs all checks.
 * In: the views, the user's severities by code. Out: the findings by file and place, without those that
 * are switched off (by default or by the user) or silenced by a comment `// zmodel-auth-ignore CODE: reason`
 * on the line above.
 */
export function runChecks(input: CheckInput, severities: Severities = {}): Finding[] {
    const steps = checkSteps(input, severities, []);
    for (;;) {
        const { done, value } = steps.next();
        if (done === true) return value;
    }
}

/** The same in steps of some milliseconds each: between two of them anything else may be done. */
export function runChecksInSteps(input: CheckInput, severities: Severities = {}): Generator<void, Finding[], void> {
    return checkSteps(input, severities, SEARCHING);
}

type Severities = Partial<Record<Code, Severity | 'off'>>;

/** In: the checks that look at each model by itself before they look at all of them. */
function* checkSteps(
    input: CheckInput,
    severities: Severities,
    searching: readonly Code[],
): Generator<void, Finding[], void> {
    // What the other checks say about a schema of version 2 would be wrong.
    const v2 = schemaV2(input);
    const isOff = (code: Code): boolean => (severities[code] ?? CODES[code]) === 'off';
    const found = v2.length > 0 ? v2 : yield* checkCertain(input, isOff, searching);
    return found
        .flatMap((finding): Finding[] => {
            const level = isOff(finding.code) ? 'off' : (severities[finding.code] ?? finding.severity);
            return level === 'off' || isSilenced(input.view, finding) ? [] : [{ ...finding, severity: level }];
        })
        .sort((a, b) => a.file.localeCompare(b.file) || a.span.start - b.span.start || a.code.localeCompare(b.code));
}

/** What the checks find, apart from what a syntax error may only seem to show. Those that are off don't run. */
function* checkCertain(
    input: CheckInput,
    isOff: (code: Code) => boolean,
    searching: readonly Code[],
): Generator<void, Finding[], void> {
    const certain = { ...input, view: certainView(input.view) };
    const isOn = (code: Code): boolean => !isOff(code);
    const searches = searching.filter(isOn);
    if (searches.length > 0) {
        const models = ruleProbe(certain).eachModel();
        while (models.next().done !== true) {
            for (const code of searches) CHECKS[code](certain);
            yield;
        }
    }
    const found: Finding[] = [];
    for (const code of (Object.keys(CHECKS) as Code[]).filter(isOn)) {
        found.push(...CHECKS[code](certain));
        yield;
    }
    return found.filter((finding) => isCertainPlace(input.view, finding));
}

function isSilenced(view: SchemaView, finding: Finding): boolean {
    const content = view.files.find((file) => file.file === finding.file)?.content;
    if (content === undefined) return false;
    const { line } = positionAt(content, finding.span.start);
    const above = lineAt(content, line - 1);
    const comment = /^\s*\/{2,3}\s*zmodel-auth-ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)\s*(?::|$)/.exec(above);
    return comment?.[1]?.split(/\s*,\s*/).includes(finding.code) ?? false;
}
