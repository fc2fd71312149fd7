import type { Finding } from '../model/finding.ts';
import type { Expr, PolicyModel } from '../model/policy.ts';
import { atomsOf } from '../rules/atoms.ts';
import type { Atom } from '../rules/atoms.ts';
import { article, describeWitness } from '../rules/describe.ts';
import { isAuthPath } from '../rules/expressions.ts';
import { operationGroups, standFor } from '../rules/probe.ts';
import { belongingColumns } from '../rules/probe-updates.ts';
import { probeCrossTenant } from '../rules/probe-tenant.ts';
import { isTenantRoleName } from '../model/role-names.ts';
import type { Check, CheckInput } from './check.ts';
import { editRule, guardCondition } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';
import { tenantsOf } from './rule-tenants.ts';
import type { TenantPath } from './rule-tenants.ts';
import { codeOf } from './rule-text.ts';

/** A role of the active tenant allows access to the rows of every tenant; an error when a call of `$setAuth(...)` supplies both members. */
export const ruleCrossTenantRole: Check = (input) =>
    oncePerPlace(crossTenantRoles(input).map(({ finding }) => finding));

/** The findings with the models that they are about; an escape of such a model is a part of them. */
export function crossTenantRoles(input: CheckInput): { model: PolicyModel; finding: Finding }[] {
    const shared = ruleProbe(input);
    return shared.models.flatMap((model) =>
        shared
            .findingsIn('rule-cross-tenant-role', model, () => findIn(input, model))
            .map((finding) => ({ model, finding })),
    );
}

function findIn(input: CheckInput, model: PolicyModel): Finding[] {
    const shared = ruleProbe(input);
    const roles = model.rules
        .filter(({ effect }) => effect === 'allow')
        .flatMap((rule) => atomsOf(rule, model.name))
        .filter((atom) => isTenantRole(input, atom));
    const [tenant] = roles.length > 0 ? tenantsOf(shared.probe, model) : [];
    if (!tenant) return [];
    // What asks for the tenant beside the role needs no search.
    const open = roles.filter(({ rule }) => !requiresTenant(rule.condition, tenant));
    if (open.length === 0) return [];
    const owners = belongingColumns(shared.probe, model).flatMap(({ field, isOwner, member }) =>
        isOwner && member !== undefined ? [{ column: field.name, member }] : [],
    );
    const found = new Map<Atom['expr'], Finding>();
    for (const { operations, rules } of operationGroups(shared.schema, model)) {
        const atoms = open.filter(({ rule, expr }) => rules.includes(rule) && !found.has(expr));
        if (atoms.length === 0) continue;
        const result = probeCrossTenant(shared.probe, model, standFor(operations), atoms, tenant, owners);
        if (!result) continue;
        const { atom, witness } = result;
        const counterexample = describeWitness(shared.probe, witness, { operations, columns: tenant.path.slice(-1) });
        const isSupplied = [tenant.member, atom.path?.members[0]?.name ?? ''].every((name) => shared.isSupplied(name));
        const shown = codeOf(input.view, atom.rule.file, atom.expr);
        found.set(
            atom.expr,
            ruleFinding({
                code: 'rule-cross-tenant-role',
                severity: isSupplied ? 'error' : 'warning',
                rule: atom.rule,
                span: atom.expr.span,
                message: `${shown} is a role of the active tenant, but nothing compares the tenant: it opens ${article(model.name)} of every tenant.`,
                counterexample,
                fixes: [confine(input, atom, tenant)],
            }),
        );
    }
    return [...found.values()];
}

/** Whether a condition holds only where the tenant of `auth()` is the row's: `auth().organizationId == organizationId && …`. */
function requiresTenant(condition: Expr, tenant: TenantPath): boolean {
    if (condition.kind === 'and') {
        return requiresTenant(condition.left, tenant) || requiresTenant(condition.right, tenant);
    }
    if (condition.kind !== 'compare' || condition.operator !== '==') return false;
    const { left, right } = condition;
    const isActive = (expr: Expr): boolean => isAuthPath(expr) && namesOf(expr).join('.') === tenant.member;
    const isOwn = (expr: Expr): boolean =>
        expr.kind === 'path' &&
        (expr.root.kind === 'field' || expr.root.kind === 'this') &&
        namesOf(expr).join('.') === tenant.path.join('.');
    return (isActive(left) && isOwn(right)) || (isActive(right) && isOwn(left));
}

function namesOf(expr: Expr): string[] {
    if (expr.kind !== 'path') return [];
    const names = expr.members.map(({ name }) => name);
    return expr.root.kind === 'field' ? [expr.root.name, ...names] : names;
}

/** A positive test of a role that is the user's within the active tenant, by its name or by where the application has it from. */
function isTenantRole(input: CheckInput, { path, expr, isNegated, isInPredicate }: Atom): boolean {
    const [member, ...more] = path?.members ?? [];
    if (!member || more.length > 0 || isNegated || isInPredicate) return false;
    if (expr.kind !== 'compare' || !['==', 'in'].includes(expr.operator)) return false;
    if (isTenantRoleName(member.name)) return true;
    return /role$/i.test(member.name) && ruleProbe(input).originsOf(member.name).join() === 'organization';
}

function confine(
    input: CheckInput,
    { rule }: Atom,
    { member, path }: TenantPath,
): Finding['fixes'][number] | undefined {
    const guard = `auth().${member} != null && auth().${member} == ${path.join('.')}`;
    return editRule(input.view, rule, `Only within auth().${member}`, guardCondition(guard, rule.condition));
}
