import type { FieldView } from '../model/schema-view.ts';
import type { MatchedColumn, ModelFacts } from './model-facts.ts';

/** A rule to be completed, in LSP's snippet syntax, with a model's own names in it. */
export interface RuleSnippet {
    label: string;
    /** One line beside the label. */
    detail: string;
    /** Markdown. */
    documentation: string;
    text: string;
    /** Words by which it is found while typing. */
    filter: string;
}

const OPERATIONS = ['read', 'create', 'update', 'delete', 'all'];

/** `${1|a,b|}`, or the only value as a placeholder. Commas and bars would end a choice and are escaped. */
function choice(index: number, values: readonly string[]): string {
    const escaped = values.map((value) => value.replace(/[\\,|$}]/g, (character) => `\\${character}`));
    return escaped.length > 1 ? `\${${index}|${escaped.join(',')}|}` : `\${${index}:${escaped[0] ?? ''}}`;
}

function operations(index: number, first: string): string {
    return choice(index, [first, ...OPERATIONS.filter((operation) => operation !== first)]);
}

/**
 * The rules that fit a model, the most useful first.
 * In: its facts; the role names that the Better Auth configuration defines, when known. Out: snippets.
 * Every rule tests the member of `auth()` for null first: ZenStack compiles `auth().x == column` with a
 * missing `x` to `column IS NULL`, which would match rows that belong to nobody.
 */
export function ruleSnippets(facts: ModelFacts, roles: readonly string[] | undefined): RuleSnippet[] {
    const snippets: RuleSnippet[] = [];
    const [tenant] = facts.tenants;
    if (tenant) snippets.push(tenantIsolation(facts, tenant), tenantAccess(tenant));
    if (tenant && facts.role) snippets.push(tenantRole(tenant, facts.role, roles));
    if (facts.owners.length > 0) snippets.push(owner(facts));
    const [membership] = facts.memberships;
    if (membership && facts.id) snippets.push(members(membership, facts.id));
    return snippets;
}

/** True where rows of a tenant are meant. */
function isTenant({ member, column }: MatchedColumn): string {
    return `auth().${member.name} != null && auth().${member.name} == ${column.name}`;
}

function tenantIsolation({ model }: ModelFacts, { member, column }: MatchedColumn): RuleSnippet {
    const nullRows = column.type.optional ? `${column.name} == null || ` : '';
    const condition = `${nullRows}auth().${member.name} == null || auth().${member.name} != ${column.name}`;
    return {
        label: '@@deny tenant isolation',
        detail: `only rows of auth().${member.name}`,
        documentation:
            `Refuses everything outside the active tenant of \`${model.name}\`, also to requests without a tenant` +
            `${column.type.optional ? ' and for rows without one' : ''}. The second line keeps updates from moving a row to another tenant: ` +
            "`'all'` does not include `'post-update'`. Denies grant nothing: add an `@@allow` for what is permitted.",
        text: `@@deny('all', ${condition})\n@@deny('post-update', ${condition})$0`,
        filter: '@@deny deny tenant organization isolation',
    };
}

function tenantAccess(tenant: MatchedColumn): RuleSnippet {
    return {
        label: '@@allow own organization',
        detail: `rows whose ${tenant.column.name} is auth().${tenant.member.name}`,
        documentation:
            'Allows requests of the active tenant. The null test keeps rows without a tenant from requests without one.',
        text: `@@allow('${operations(1, 'read')}', ${isTenant(tenant)})$0`,
        filter: '@@allow allow tenant organization own read',
    };
}

function tenantRole(tenant: MatchedColumn, role: FieldView, configured: readonly string[] | undefined): RuleSnippet {
    const values = role.type.kind === 'enum' ? role.type.values : (configured ?? []);
    const literal =
        role.type.kind === 'enum' ? choice(2, values) : `'${choice(2, values.length > 0 ? values : ['admin'])}'`;
    return {
        label: '@@allow organization role',
        detail: `${role.name} within auth().${tenant.member.name}`,
        documentation:
            'Allows a role of the active tenant, within that tenant only: a role alone would reach the rows of every tenant.',
        text: `@@allow('${operations(1, 'update')}', ${isTenant(tenant)} && auth().${role.name} == ${literal})$0`,
        filter: '@@allow allow tenant organization role admin',
    };
}

function owner({ owners }: ModelFacts): RuleSnippet {
    const [first] = owners;
    const member = first?.member.name ?? '';
    return {
        label: '@@allow owner',
        detail: `rows whose ${first?.column.name ?? ''} is auth().${member}`,
        documentation:
            'Allows the user that the row belongs to. The null test keeps rows without an owner from anonymous requests.',
        text: `@@allow('${operations(1, 'all')}', auth().${member} != null && auth().${member} == ${choice(
            2,
            owners.map(({ column }) => column.name),
        )})$0`,
        filter: '@@allow allow owner own',
    };
}

function members({ path, key }: ModelFacts['memberships'][number], id: FieldView): RuleSnippet {
    return {
        label: '@@allow organization members',
        detail: `users in ${path}`,
        documentation: "Allows every member of the row's organization, whichever organization is active.",
        text: `@@allow('${operations(1, 'read')}', auth().${id.name} != null && ${path}?[${key} == auth().${id.name}])$0`,
        filter: '@@allow allow organization members membership',
    };
}
