import type { FieldView } from '../model/schema-view.ts';
import { subjectOf } from '../model/tenant-names.ts';
import { insideTenant, outsideTenant } from './isolation.ts';
import type { MatchedColumn, ModelFacts } from './model-facts.ts';
import type { Membership } from './relations.ts';
import { choice, OPERATIONS } from './snippet-text.ts';
import type { RuleSnippet } from './snippet-text.ts';

export type { RuleSnippet } from './snippet-text.ts';

/** Names of roles that the Better Auth configuration defines, where they are known. */
export interface KnownRoles {
    organization?: readonly string[];
    admin?: readonly string[];
}

/**
 * The rules that fit a model, the most useful first.
 * In: its facts, the roles that are known. Out: snippets.
 * Every rule tests the member of `auth()` for null first: ZenStack compiles `auth().x == column` with a
 * missing `x` to `column IS NULL`, which would match rows that belong to nobody. Where a model has a
 * tenant, rules that aren't about other tenants stay within the active one.
 */
export function ruleSnippets(facts: ModelFacts, roles: KnownRoles = {}): RuleSnippet[] {
    const [tenant] = facts.tenants;
    const snippets: RuleSnippet[] = [];
    if (tenant) snippets.push(tenantIsolation(facts, tenant), tenantAccess(facts, tenant), ...teams(facts, tenant));
    if (tenant && facts.role) snippets.push(tenantRole(facts, tenant, roles.organization));
    if (facts.kind === 'user') snippets.push(...self(facts));
    snippets.push(...owner(facts), ...memberships(facts, roles), ...inherit(facts));
    if (facts.globalRole) snippets.push(adminOverride(facts.globalRole, roles.admin));
    snippets.push(...publicRead(facts), ...guards(facts), ...signedIn(facts));
    return snippets;
}

/** A condition, within the active tenant where the model has one and its denies don't see to that. */
function within(facts: ModelFacts, condition: string): { condition: string; note: string } {
    const [tenant] = facts.tenants;
    // What identifies a tenant isn't what it belongs to.
    if (!tenant || facts.isolated || facts.kind === 'tenant') return { condition, note: '' };
    return {
        condition: `${insideTenant(tenant)} && ${condition}`,
        note: ` Only within \`auth().${tenant.member.name}\`: the row's \`${tenant.column.name}\` is compared, too.`,
    };
}

const MOVES =
    "`'post-update'` looks at the row as it becomes, so that no update gives it away. As soon as one rule allows `'post-update'`, every update needs such a rule.";

function tenantIsolation({ model }: ModelFacts, tenant: MatchedColumn): RuleSnippet {
    const { member, column } = tenant;
    return {
        label: '@@deny tenant isolation',
        detail: `only rows of auth().${member.name}`,
        documentation:
            `Refuses everything outside the active tenant of \`${model.name}\`, also to requests without a tenant` +
            `${column.type.optional ? ' and for rows without one' : ''}. \`'post-update'\`, which \`'all'\` does not include, keeps updates ` +
            'from moving a row to another tenant. Denies grant nothing: add an `@@allow` for what is permitted.',
        text: `@@deny('all,post-update', ${outsideTenant(tenant)})$0`,
        filter: '@@deny deny tenant organization isolation',
    };
}

function tenantAccess({ kind }: ModelFacts, tenant: MatchedColumn): RuleSnippet {
    const { member, column } = tenant;
    // Everybody in a tenant may neither rename it nor choose its members.
    const operations = kind === 'other' ? OPERATIONS.read : ['read'];
    return {
        label: `@@allow own ${subjectOf(member.name)}`,
        detail: `rows whose ${column.name} is auth().${member.name}`,
        documentation:
            `Allows requests of the active tenant. The null test keeps rows without a tenant from requests without one. ${
                operations.length > 1 ? MOVES : ''
            }`.trim(),
        text: `@@allow('${choice(1, operations)}', ${insideTenant(tenant)})$0`,
        filter: '@@allow allow tenant organization own read',
    };
}

/** Further tenants in the first one, such as teams. */
function teams(facts: ModelFacts, tenant: MatchedColumn): RuleSnippet[] {
    const others = facts.tenants.filter(({ member }) => member !== tenant.member);
    return others.slice(0, 2).map((other) => {
        const { condition, note } = within(facts, insideTenant(other));
        return {
            label: `@@allow own ${subjectOf(other.member.name)}`,
            detail: `rows whose ${other.column.name} is auth().${other.member.name}`,
            documentation: `Allows requests of the active ${subjectOf(other.member.name)}.${note} ${MOVES}`,
            text: `@@allow('${choice(1, facts.kind === 'other' ? OPERATIONS.read : ['read'])}', ${condition})$0`,
            filter: '@@allow allow team own tenant',
        };
    });
}

/** A role's value to choose, with quotes unless it is an enum's: those that run things first. */
function roleValue(index: number, role: FieldView, known: readonly string[] | undefined): string {
    const values = role.type.kind === 'enum' ? role.type.values : (known ?? []);
    const runs = values.filter((value) => /owner|admin/i.test(value));
    const sorted = [...runs, ...values.filter((value) => !runs.includes(value))];
    const text = choice(index, sorted.length > 0 ? sorted : ['admin']);
    return role.type.kind === 'enum' ? text : `'${text}'`;
}

const SEVERAL_ROLES = ' A text that holds several roles (`owner,admin`) equals none of them.';

function tenantRole(facts: ModelFacts, tenant: MatchedColumn, known: readonly string[] | undefined): RuleSnippet {
    const role = facts.role ?? tenant.member;
    const operations = facts.kind === 'other' ? OPERATIONS.manage : OPERATIONS.change;
    return {
        label: '@@allow organization role',
        detail: `${role.name} within auth().${tenant.member.name}`,
        documentation:
            'Allows a role of the active tenant, within that tenant only: a role alone would reach the rows of every tenant.' +
            `${role.type.kind === 'enum' ? '' : SEVERAL_ROLES} ${MOVES}`,
        text: `@@allow('${choice(1, operations)}', ${insideTenant(tenant)} && auth().${role.name} == ${roleValue(2, role, known)})$0`,
        filter: '@@allow allow tenant organization role admin',
    };
}

function self({ id, model }: ModelFacts): RuleSnippet[] {
    const key = model.fields.find((field) => field.attributes.some((attribute) => attribute.name === '@id'));
    if (!id || key?.type.name !== id.type.name) return [];
    return [
        {
            label: '@@allow self',
            detail: `the row of auth().${id.name}`,
            documentation:
                'Users read their own row. Not for updates: wherever rules read a column of this row, such as a role, users could promote themselves.',
            text: `@@allow('read', auth().${id.name} != null && auth().${id.name} == ${key.name})$0`,
            filter: '@@allow allow self own user',
        },
    ];
}

function owner(facts: ModelFacts): RuleSnippet[] {
    const [first] = facts.owners;
    if (!first) return [];
    const { name } = first.member;
    const columns = choice(
        2,
        facts.owners.map(({ column }) => column.name),
    );
    const { condition, note } = within(facts, `auth().${name} != null && auth().${name} == ${columns}`);
    // Who writes a membership or a user decides about access: owning the row isn't enough for that.
    const readOnly = facts.kind === 'membership' || facts.kind === 'user';
    return [
        {
            label: '@@allow owner',
            detail: `rows whose ${first.column.name} is auth().${name}`,
            documentation:
                `Allows the user that the row belongs to. The null test keeps rows without an owner from anonymous requests.${note} ` +
                (readOnly ? 'Only for reading: such a row decides what its user has access to.' : MOVES),
            text: `@@allow('${choice(1, readOnly ? ['read'] : OPERATIONS.own)}', ${condition})$0`,
            filter: '@@allow allow owner own',
        },
    ];
}

function memberships(facts: ModelFacts, roles: KnownRoles): RuleSnippet[] {
    const { id, kind } = facts;
    if (!id) return [];
    const [tenant] = facts.tenants;
    return facts.memberships.slice(0, 2).flatMap((membership): RuleSnippet[] => {
        // A member of the row's own tenant is one whichever tenant is active.
        const isOfTenant = kind === 'tenant' || (membership.via && membership.via === tenant?.relation);
        const confine = (condition: string): { condition: string; note: string } =>
            isOfTenant ? { condition, note: '' } : within(facts, condition);
        const isMember = `auth().${id.name} != null && ${membership.path}?[${membership.key} == auth().${id.name}`;
        const plain = confine(`${isMember}]`);
        const operations = kind === 'other' ? OPERATIONS.read : ['read'];
        const where = isOfTenant ? 'whichever is active' : 'whether or not they own it';
        return [
            {
                label: `@@allow members of ${membership.path}`,
                detail: `users in ${membership.path}`,
                documentation:
                    `Allows every user in \`${membership.path}\`, ${where}.${plain.note} ${operations.length > 1 ? MOVES : ''}`.trim(),
                text: `@@allow('${choice(1, operations)}', ${plain.condition})$0`,
                filter: '@@allow allow organization members membership',
            },
            ...(membership.role ? [memberRole(facts, membership, confine, isMember, roles)] : []),
        ];
    });
}

function memberRole(
    { kind }: ModelFacts,
    { path, role }: Membership,
    confine: (condition: string) => { condition: string; note: string },
    isMember: string,
    roles: KnownRoles,
): RuleSnippet {
    if (!role) throw new Error(`No role in ${path}`);
    const { condition, note } = confine(`${isMember} && ${role.name} == ${roleValue(2, role, roles.organization)}]`);
    return {
        label: `@@allow role in ${path}`,
        detail: `users with a ${role.name} in ${path}`,
        documentation: `Allows users who have this role in \`${path}\`.${note}${role.type.kind === 'enum' ? '' : SEVERAL_ROLES} ${MOVES}`,
        text: `@@allow('${choice(1, kind === 'other' ? OPERATIONS.manage : OPERATIONS.change)}', ${condition})$0`,
        filter: '@@allow allow organization members membership role admin',
    };
}

function inherit(facts: ModelFacts): RuleSnippet[] {
    const { parents } = facts;
    if (parents.length === 0) return [];
    const names = (list: typeof parents): string[] => list.map(({ relation }) => relation.name);
    const writable = facts.kind === 'other' ? parents.filter((parent) => parent.writable) : [];
    const read = within(facts, `check(${choice(1, names(parents))}, 'read')`);
    const write = within(facts, `check(${choice(2, names(writable))}, 'update')`);
    const snippets: RuleSnippet[] = [
        {
            label: '@@allow as parent: read',
            detail: `who may read ${names(parents)[0] ?? ''} may read this`,
            documentation: `Follows the rules of a related row: who may read that one may read this one. A row without it stays closed.${read.note}`,
            text: `@@allow('read', ${read.condition})$0`,
            filter: '@@allow allow check inherit parent read',
        },
    ];
    if (writable.length > 0) {
        snippets.push({
            label: '@@allow as parent: write',
            detail: `who may update ${names(writable)[0] ?? ''} may write this`,
            documentation: `Follows the rules of a related row: who may update that one may write this one. A row without it stays closed.${write.note} ${MOVES}`,
            text: `@@allow('${choice(1, OPERATIONS.write)}', ${write.condition})$0`,
            filter: '@@allow allow check inherit parent write update',
        });
    }
    return snippets;
}

function adminOverride(role: FieldView, known: readonly string[] | undefined): RuleSnippet {
    const values = known?.filter((value) => value !== 'user');
    const value = role.type.name === 'Boolean' ? 'true' : roleValue(2, role, values);
    return {
        label: '@@allow administrators',
        detail: `auth().${role.name}, in every tenant`,
        documentation:
            `Allows administrators of the whole application, in every tenant. No \`@@deny\` may hit them: denies come first. ` +
            `See to it that nobody can change their own \`${role.name}\`.`,
        text: `@@allow('${choice(1, OPERATIONS.own)}', auth().${role.name} == ${value})$0`,
        filter: '@@allow allow admin administrators override role superuser',
    };
}

function publicRead({ publicWhen }: ModelFacts): RuleSnippet[] {
    if (publicWhen.length === 0) return [];
    return [
        {
            label: '@@allow public read',
            detail: `rows with ${publicWhen[0] ?? ''}`,
            documentation: 'Everyone may read the rows that are marked so, without signing in and whatever the tenant.',
            text: `@@allow('read', ${choice(1, publicWhen)})$0`,
            filter: '@@allow allow public published anonymous read',
        },
    ];
}

/** A guard for each column that decides whom a row belongs to. */
function guards({ kind, tenants, owners }: ModelFacts): RuleSnippet[] {
    const columns = [...(kind === 'tenant' ? [] : tenants), ...owners].map(({ column }) => column);
    return [...new Set(columns)].map((column) => {
        const { name } = column;
        // `!=` with a null on one side is unknown, and a deny doesn't hit on what is unknown.
        const fromOrToNull = column.type.optional
            ? ` || (${name} == null && before().${name} != null) || (${name} != null && before().${name} == null)`
            : '';
        return {
            label: `@@deny change of ${name}`,
            detail: `no update may change ${name}`,
            documentation: `Refuses updates that change \`${name}\`${column.type.optional ? ', from or to null included' : ''}. It grants nothing.`,
            text: `@@deny('post-update', ${name} != before().${name}${fromOrToNull})$0`,
            filter: '@@deny deny post-update guard unchanged before change',
        };
    });
}

function signedIn({ id }: ModelFacts): RuleSnippet[] {
    if (!id) return [];
    return [
        {
            label: '@@deny anonymous requests',
            detail: `without auth().${id.name}`,
            documentation: `Refuses requests that have no \`auth().${id.name}\`, and so anonymous ones. It grants nothing.`,
            text: `@@deny('all,post-update', auth().${id.name} == null)$0`,
            filter: '@@deny deny anonymous signed in authenticated',
        },
    ];
}
