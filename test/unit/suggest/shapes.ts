import { SQLITE_PRELUDE } from '../../support/orm.ts';

/** How a schema is laid out, in so far as rules differ by it. */
export interface Shape {
    name: string;
    /** The declaration behind `auth()`: a type with a tenant, or the user's model. */
    auth: 'type' | 'model';
    /** `activeOrganizationId` instead of `organizationId`. */
    activePrefix?: boolean;
    /** Members of `auth()` besides the user's id. */
    tenant: 'none' | 'optional' | 'required';
    role?: 'string' | 'enum';
    globalRole?: 'string' | 'enum' | 'flag';
    team?: boolean;
    /** Integer ids instead of strings. */
    numeric?: boolean;
    /** The model's columns; undefined: it has none. */
    organization?: 'optional' | 'required';
    /** The tenant column has no relation. */
    organizationIsPlain?: boolean;
    owner?: 'optional' | 'required';
    ownerIsPlain?: boolean;
    secondOwner?: boolean;
    membership?: 'Member' | 'SpaceMember' | 'users';
    membershipRole?: 'string' | 'enum';
    parent?: 'read' | 'write';
    published?: 'flag' | 'enum';
    /** The tenant is called `Space`, with `spaceId`. */
    space?: boolean;
    /** The model already has the isolating deny. */
    isolated?: boolean;
}

export const SHAPES: readonly Shape[] = [
    {
        name: 'everything required, with roles as texts',
        auth: 'type',
        tenant: 'required',
        role: 'string',
        organization: 'required',
        owner: 'required',
        membership: 'Member',
        membershipRole: 'string',
    },
    {
        name: 'everything nullable',
        auth: 'type',
        tenant: 'optional',
        role: 'string',
        organization: 'optional',
        owner: 'optional',
        membership: 'Member',
        membershipRole: 'string',
        parent: 'write',
        published: 'flag',
    },
    {
        name: 'nullable tenant, required owner, roles as enums',
        auth: 'type',
        tenant: 'optional',
        role: 'enum',
        organization: 'optional',
        owner: 'required',
        membership: 'Member',
        membershipRole: 'enum',
    },
    {
        name: 'required tenant, nullable owner, a role in the tenant and one beyond',
        auth: 'type',
        tenant: 'optional',
        role: 'string',
        globalRole: 'string',
        organization: 'required',
        owner: 'optional',
    },
    {
        name: 'spaces with SpaceMember and a flag for administrators',
        auth: 'type',
        tenant: 'optional',
        role: 'enum',
        globalRole: 'flag',
        space: true,
        organization: 'optional',
        owner: 'optional',
        membership: 'SpaceMember',
        membershipRole: 'enum',
    },
    {
        name: 'auth() is the user model, members reached through the tenant',
        auth: 'model',
        tenant: 'none',
        globalRole: 'enum',
        organization: 'optional',
        owner: 'optional',
        membership: 'Member',
        membershipRole: 'string',
        published: 'enum',
    },
    {
        name: 'auth() is the user model with a tenant of its own',
        auth: 'model',
        tenant: 'optional',
        role: 'enum',
        organization: 'required',
        owner: 'required',
        membership: 'users',
    },
    {
        name: 'plain columns without relations',
        auth: 'type',
        tenant: 'optional',
        organization: 'optional',
        organizationIsPlain: true,
        owner: 'optional',
        ownerIsPlain: true,
    },
    {
        name: 'numeric ids',
        auth: 'type',
        tenant: 'optional',
        role: 'string',
        numeric: true,
        organization: 'optional',
        owner: 'required',
        membership: 'Member',
    },
    {
        name: 'no tenant at all',
        auth: 'type',
        tenant: 'none',
        globalRole: 'string',
        owner: 'optional',
        secondOwner: true,
        parent: 'write',
        published: 'flag',
    },
    {
        name: 'teams in an organization',
        auth: 'type',
        tenant: 'optional',
        team: true,
        organization: 'optional',
        owner: 'required',
    },
    {
        name: 'activeOrganizationId, a parent to read',
        auth: 'type',
        activePrefix: true,
        tenant: 'optional',
        role: 'string',
        organization: 'optional',
        parent: 'read',
    },
    {
        name: 'isolated already, tenant nullable',
        auth: 'type',
        tenant: 'optional',
        role: 'string',
        organization: 'optional',
        owner: 'optional',
        secondOwner: true,
        membership: 'Member',
        parent: 'write',
        isolated: true,
    },
    {
        name: 'isolated already, tenant required',
        auth: 'type',
        tenant: 'required',
        role: 'enum',
        globalRole: 'flag',
        organization: 'required',
        owner: 'required',
        isolated: true,
    },
];

/** The names that a shape gives to things. */
export interface Names {
    tenantModel: string;
    /** Relation to the tenant, and its column. */
    tenant: string;
    tenantKey: string;
    userId: string;
    authTenant: string;
    role: string;
    globalRole: string;
    idType: string;
}

export function namesOf(shape: Shape): Names {
    const tenant = shape.space ? 'space' : 'organization';
    const tenantKey = `${tenant}Id`;
    const capital = tenant.charAt(0).toUpperCase() + tenant.slice(1);
    return {
        tenantModel: capital,
        tenant,
        tenantKey,
        userId: shape.auth === 'model' ? 'id' : 'userId',
        authTenant: shape.activePrefix ? `active${capital}Id` : tenantKey,
        role: `${tenant}Role`,
        globalRole: shape.globalRole === 'flag' ? 'isSuperAdmin' : 'role',
        idType: shape.numeric ? 'Int' : 'String',
    };
}

const mark = (kind: 'optional' | 'required'): string => (kind === 'optional' ? '?' : '');

function authMembers(shape: Shape): string[] {
    const names = namesOf(shape);
    const lines: string[] = [];
    if (shape.tenant !== 'none') lines.push(`${names.authTenant} ${names.idType}${mark(shape.tenant)}`);
    if (shape.team) lines.push(`teamId ${names.idType}?`);
    if (shape.role) lines.push(`${names.role} ${shape.role === 'enum' ? 'TenantRole' : 'String'}?`);
    if (shape.globalRole === 'flag') lines.push(`${names.globalRole} Boolean?`);
    else if (shape.globalRole)
        lines.push(`${names.globalRole} ${shape.globalRole === 'enum' ? 'UserRole' : 'String'}?`);
    return lines;
}

/** The columns of the model under test, besides id and title. */
function hostFields(shape: Shape, host: string): string[] {
    const { tenant, tenantKey, tenantModel, idType } = namesOf(shape);
    const lines: string[] = [];
    if (shape.organization) {
        const optional = mark(shape.organization);
        lines.push(`${tenantKey} ${idType}${optional}`);
        if (!shape.organizationIsPlain)
            lines.push(`${tenant} ${tenantModel}${optional} @relation(fields: [${tenantKey}], references: [id])`);
    }
    if (shape.team) lines.push(`teamId ${idType}?`);
    if (shape.owner) {
        const optional = mark(shape.owner);
        lines.push(`ownerId ${idType}${optional}`);
        if (!shape.ownerIsPlain)
            lines.push(`owner User${optional} @relation("${host}Owner", fields: [ownerId], references: [id])`);
    }
    if (shape.secondOwner) {
        lines.push(`authorId ${idType}?`);
        lines.push(`author User? @relation("${host}Author", fields: [authorId], references: [id])`);
    }
    if (shape.parent) {
        lines.push(`projectId ${idType}?`, `project Project? @relation(fields: [projectId], references: [id])`);
    }
    if (shape.published === 'flag') lines.push('published Boolean @default(false)');
    if (shape.published === 'enum') lines.push('status Status @default(DRAFT)');
    return lines;
}

function block(head: string, lines: readonly string[]): string {
    return `${head} {\n${lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}\n}\n`;
}

/** What the parent's rules say: read in the tenant, or by its owner where there is none; the owner updates. */
function projectRules(shape: Shape): string[] {
    const { userId, authTenant, tenantKey } = namesOf(shape);
    const owner = `auth().${userId} != null && auth().${userId} == ownerId`;
    const tenant = `auth().${authTenant} != null && auth().${authTenant} == ${tenantKey}`;
    return [
        `@@allow('read', ${shape.tenant === 'none' ? owner : tenant})`,
        ...(shape.parent === 'write' ? [`@@allow('update', ${owner})`] : []),
    ];
}

/** The deny that a shape's model has beforehand. */
function isolation(shape: Shape): string[] {
    if (!shape.isolated) return [];
    const { authTenant, tenantKey } = namesOf(shape);
    const nullRows = shape.organization === 'optional' ? ` || ${tenantKey} == null` : '';
    const condition = `auth().${authTenant} == null || auth().${authTenant} != ${tenantKey}${nullRows}`;
    return [`@@deny('all', ${condition})`, `@@deny('post-update', ${condition})`];
}

/**
 * A schema of a shape.
 * In: the shape; the rules of the models under test by their names (there may be several, all alike).
 */
export function schemaOf(shape: Shape, hosts: Readonly<Record<string, string>>): string {
    const names = namesOf(shape);
    const { tenant, tenantKey, tenantModel, idType } = names;
    const id = `id ${idType} @id`;
    const hostNames = Object.keys(hosts);
    const list = (host: string): string => `list${host}`;
    const isModel = shape.auth === 'model';
    const ownsUsers = isModel && shape.tenant !== 'none';

    const user = [id];
    if (isModel) user.push(...authMembers(shape));
    if (ownsUsers) user.push(`${tenant} ${tenantModel}? @relation(fields: [${names.authTenant}], references: [id])`);
    if (shape.membership === 'Member' || shape.membership === 'SpaceMember')
        user.push(`memberships ${shape.membership}[]`);
    for (const host of hostNames) {
        if (shape.owner && !shape.ownerIsPlain) user.push(`${list(host)} ${host}[] @relation("${host}Owner")`);
        if (shape.secondOwner) user.push(`${list(host)}ByAuthor ${host}[] @relation("${host}Author")`);
    }
    if (isModel) user.push('', '@@auth');

    const holder = [id];
    if (shape.membership === 'users') holder.push('users User[]');
    else if (ownsUsers) holder.push('people User[]');
    if (shape.membership === 'Member' || shape.membership === 'SpaceMember')
        holder.push(`members ${shape.membership}[]`);
    for (const host of hostNames) {
        if (shape.organization && !shape.organizationIsPlain) holder.push(`${list(host)} ${host}[]`);
    }

    const blocks = [
        block('enum TenantRole', ['OWNER', 'MANAGER', 'MEMBER']),
        block('enum UserRole', ['USER', 'ADMIN']),
        block('enum Status', ['DRAFT', 'PUBLISHED']),
        isModel ? '' : block('type Auth', [`userId ${idType} @id`, ...authMembers(shape), '', '@@auth']),
        block('model User', user),
        block(`model ${tenantModel}`, holder),
    ];
    if (shape.membership === 'Member' || shape.membership === 'SpaceMember') {
        const role =
            shape.membershipRole === 'enum' ? ['role TenantRole'] : shape.membershipRole ? ['role String'] : [];
        blocks.push(
            block(`model ${shape.membership}`, [
                id,
                `${tenantKey} ${idType}`,
                `${tenant} ${tenantModel} @relation(fields: [${tenantKey}], references: [id])`,
                `userId ${idType}`,
                'user User @relation(fields: [userId], references: [id])',
                ...role,
            ]),
        );
    }
    if (shape.parent) {
        blocks.push(
            block('model Project', [
                id,
                `${tenantKey} ${idType}?`,
                `ownerId ${idType}?`,
                ...hostNames.map((host) => `${list(host)} ${host}[]`),
                '',
                ...projectRules(shape),
            ]),
        );
    }
    for (const [host, rules] of Object.entries(hosts)) {
        blocks.push(
            block(`model ${host}`, [
                id,
                "title String @default('')",
                ...hostFields(shape, host),
                '',
                ...isolation(shape),
                ...rules.split('\n'),
            ]),
        );
    }
    return SQLITE_PRELUDE + blocks.filter((text) => text !== '').join('\n');
}
