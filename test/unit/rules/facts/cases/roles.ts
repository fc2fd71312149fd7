import { call, member, object, string } from '../../../checks/shapes.ts';
import { SQLITE_PRELUDE } from '../../../../support/orm.ts';
import { note, noteSchema, u1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';
import type { PolicyRequest } from '../../../../support/request.ts';

const ownerOfO1 = { userId: 'u1', organizationId: 'o1', organizationRole: 'owner' };

/** Organizations with members, as Better Auth names them. */
function organizations(organizationRules: string, memberRules: string): string {
    return `${SQLITE_PRELUDE}type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    @@auth
}

model User {
    id String @id
    memberships Member[]

    @@allow('read', auth() != null)
}

model Organization {
    id String @id
    name String
    members Member[]

    @@allow('read', members?[userId == auth().userId])
    ${organizationRules}
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String

    @@allow('read', organization.members?[userId == auth().userId])
    ${memberRules}
}
`;
}

function users(fields: string, rules: string, more = ''): string {
    return `${SQLITE_PRELUDE}${more}model User {
    id String @id
    name String?
    ${fields}
    posts Post[]

    @@auth
    @@deny('all', auth() == null)
    @@allow('read', true)
    ${rules}
}

model Post {
    id String @id
    title String
    authorId String
    author User @relation(fields: [authorId], references: [id])

    @@deny('all', auth() == null)
    @@allow('read', true)
    @@allow('all,post-update', auth().id == authorId)
    @@allow('delete', auth().role == 'ADMIN')
}
`;
}

const self = { id: 'u1', role: 'USER' };
const promotion: PolicyRequest = {
    operation: 'update',
    model: 'User',
    auth: self,
    row: { id: 'u1', role: 'USER' },
    update: { role: 'ADMIN' },
};
const rename: PolicyRequest = { ...promotion, update: { name: 'Ann' } };

/** Roles of the active tenant that reach all tenants, and roles that one may give oneself. */
export const roleCases: FactCase[] = [
    {
        name: 'an owner of one organization updates all',
        code: 'rule-cross-tenant-role',
        severity: 'warning',
        schema: organizations("@@allow('update', «auth().organizationRole == 'owner'»)", ''),
        leak: { operation: 'update', model: 'Organization', auth: ownerOfO1, row: { id: 'o2' } },
        works: [{ operation: 'update', model: 'Organization', auth: ownerOfO1, row: { id: 'o1' } }],
        near: [
            {
                why: 'the tenant is compared',
                instead:
                    "auth().organizationId != null && auth().organizationId == id && auth().organizationRole == 'owner'",
            },
            {
                why: 'a deny compares the tenant',
                replace: [["@@allow('update'", "@@deny('update', auth().organizationId != id)\n    @@allow('update'"]],
            },
            {
                why: 'the role is the one in the organization itself',
                instead: "members?[userId == auth().userId && role == 'owner']",
            },
        ],
        operations: ['update', 'delete', 'read'],
    },
    {
        name: 'an owner of one organization updates all, and the application passes both members',
        code: 'rule-cross-tenant-role',
        severity: 'error',
        schema: organizations("@@allow('update', «auth().organizationRole == 'owner'»)", ''),
        contexts: [
            call(
                object({
                    userId: string,
                    organizationId: member(string, { nullable: true }),
                    organizationRole: member(string, { nullable: true }),
                }),
            ),
        ],
        leak: { operation: 'update', model: 'Organization', auth: ownerOfO1, row: { id: 'o2' } },
        works: [{ operation: 'update', model: 'Organization', auth: ownerOfO1, row: { id: 'o1' } }],
        near: [],
        operations: ['update', 'delete', 'read'],
    },
    {
        name: 'an owner of one organization becomes a member of all',
        code: 'rule-cross-tenant-role',
        schema: organizations('', "@@allow('create', «auth().organizationRole == 'owner'»)"),
        may: ['rule-create-unreadable'],
        leak: {
            operation: 'create',
            model: 'Member',
            auth: ownerOfO1,
            row: { organizationId: 'o2', userId: 'u1', role: 'owner' },
        },
        works: [
            {
                operation: 'create',
                model: 'Member',
                auth: ownerOfO1,
                row: { organizationId: 'o1', userId: 'u2', role: 'member' },
            },
        ],
        near: [
            {
                why: 'the tenant is compared',
                instead: "auth().organizationRole == 'owner' && auth().organizationId == organizationId",
            },
        ],
    },
    {
        name: 'admins of a tenant reach the notes of all',
        code: 'rule-cross-tenant-role',
        schema: noteSchema(
            `
            @@allow('all,post-update', auth().organizationId != null && auth().organizationId == organizationId && auth().userId == ownerId)
            @@allow('all', «auth().organizationRole in ['owner', 'admin']»)`,
            { organization: 'String', owner: 'String' },
        ),
        may: ['rule-create-unreadable'],
        leak: note('delete', ownerOfO1, { organizationId: 'o2' }),
        works: [note('delete', ownerOfO1, { organizationId: 'o1', ownerId: 'u9' })],
        near: [
            {
                why: 'the tenant is compared',
                instead: "auth().organizationId == organizationId && auth().organizationRole in ['owner', 'admin']",
            },
            {
                why: 'a deny compares the tenant',
                replace: [
                    [
                        "@@allow('all',",
                        "@@deny('all,post-update', auth().organizationId != organizationId)\n    @@allow('all',",
                    ],
                ],
            },
        ],
        operations: ['create', 'read', 'update', 'delete'],
    },
    {
        name: 'users who may update themselves give themselves a role',
        code: 'rule-self-promotion',
        severity: 'warning',
        schema: users("role String @default('USER')", "«@@allow('update', auth().id == id)»"),
        leak: promotion,
        works: [rename],
        near: [
            {
                why: 'only admins update the role',
                replace: [["@default('USER')", "@default('USER') @allow('update', auth().role == 'ADMIN')"]],
            },
            {
                why: 'nobody updates the role',
                replace: [["@default('USER')", "@default('USER') @deny('update', true)"]],
            },
            {
                why: 'the role stays',
                replace: [["@@allow('update'", "@@deny('post-update', role != before().role)\n    @@allow('update'"]],
            },
            {
                why: 'no rule reads the role',
                replace: [["    @@allow('delete', auth().role == 'ADMIN')\n", '']],
                open: true,
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'the same by this, with a role of an enum',
        code: 'rule-self-promotion',
        schema: users(
            'role Role @default(USER)',
            "«@@allow('update', auth() == this)»",
            'enum Role {\n    USER\n    ADMIN\n}\n\n',
        ).replace("auth().role == 'ADMIN'", 'auth().role == ADMIN'),
        leak: promotion,
        works: [rename],
        near: [
            {
                why: 'only admins update the role',
                replace: [['@default(USER)', "@default(USER) @allow('update', auth().role == ADMIN)"]],
            },
            {
                why: 'the role that rules ask for is none of the enum',
                replace: [['auth().role == ADMIN', "auth().role == 'Admin'"]],
                open: true,
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'the row behind a type as auth, with a tenant that rules read',
        code: 'rule-self-promotion',
        schema: users('isAdmin Boolean @default(false)', "«@@allow('update', auth().id == id)»").replace(
            "auth().role == 'ADMIN'",
            'auth().isAdmin',
        ),
        leak: {
            operation: 'update',
            model: 'User',
            auth: { id: 'u1', isAdmin: false },
            row: { id: 'u1', isAdmin: false },
            update: { isAdmin: true },
        },
        works: [{ operation: 'update', model: 'User', auth: { id: 'u1' }, row: { id: 'u1' }, update: { name: 'Ann' } }],
        near: [
            {
                why: 'only admins update the flag',
                replace: [['@default(false)', "@default(false) @allow('update', auth().isAdmin == true)"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'a member who may update their own membership',
        code: ['rule-self-promotion', 'rule-tenant-escape'],
        schema: noteSchema(`@@allow('read', auth() != null)`, {
            organization: 'String',
            owner: 'String',
            organizationFields: 'members Member[]',
            user: 'memberships Member[]',
            declarations: `model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String

    @@deny('post-update', organizationId != before().organizationId || userId != before().userId)
    @@allow('read', auth() != null)
    @@allow('create', organization.members?[userId == auth().userId && role == 'owner'])
    «@@allow('update', auth() != null && userId == auth().userId)»
}`,
        }),
        leak: {
            operation: 'update',
            model: 'Member',
            auth: u1,
            row: { organizationId: 'o1', userId: 'u1', role: 'member' },
            update: { role: 'owner' },
        },
        works: [],
        near: [
            {
                why: 'the role may not be updated',
                replace: [['    role String\n', "    role String @deny('update', true)\n"]],
            },
            {
                why: 'who updates members is an owner already',
                replace: [
                    [
                        "@@allow('update', auth() != null && userId == auth().userId)",
                        "@@allow('update', organization.members?[userId == auth().userId && role == 'owner'])",
                    ],
                ],
            },
        ],
        fix: 'none',
    },
    {
        name: 'a role that a rule of the field lets users set',
        code: 'rule-self-promotion',
        schema: users(
            "role String @default('USER') @allow('update', auth().id == id || auth().role == 'ADMIN')",
            "«@@allow('update', auth().id == id)»",
        ),
        leak: promotion,
        works: [rename],
        near: [
            {
                why: 'only admins update the role',
                replace: [["auth().id == id || auth().role == 'ADMIN'", "auth().role == 'ADMIN'"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'users who move themselves to another company',
        code: 'rule-self-promotion',
        schema: users('companyId String?', "«@@allow('update', auth().id == id)»").replace(
            "auth().role == 'ADMIN'",
            'auth().companyId != null && auth().companyId == author.companyId',
        ),
        may: ['rule-tenant-escape', 'rule-null-match'],
        leak: {
            operation: 'update',
            model: 'User',
            auth: { id: 'u1', companyId: 'c1' },
            row: { id: 'u1', companyId: 'c1' },
            update: { companyId: 'c2' },
        },
        works: [{ operation: 'update', model: 'User', auth: { id: 'u1' }, row: { id: 'u1' }, update: { name: 'Ann' } }],
        near: [
            {
                why: 'only who runs all users updates them',
                replace: [
                    ["@@allow('update', auth().id == id)", "@@allow('update', auth().staff == true)"],
                    ['companyId String?\n', 'companyId String?\n    staff Boolean @default(false)\n'],
                ],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'users are made with any role',
        code: 'rule-self-promotion',
        severity: 'warning',
        schema: users("role String @default('USER')", "«@@allow('create', auth() != null)»"),
        leak: {
            operation: 'create',
            model: 'User',
            auth: { id: 'u1', role: 'USER' },
            row: { id: 'u2', role: 'ADMIN' },
        },
        works: [
            { operation: 'create', model: 'User', auth: { id: 'u1', role: 'USER' }, row: { id: 'u2', role: 'USER' } },
            { operation: 'create', model: 'User', auth: { id: 'u1', role: 'ADMIN' }, row: { id: 'u2', role: 'ADMIN' } },
        ],
        near: [
            { why: 'with the usual role alone', instead: "@@allow('create', auth() != null && role == 'USER')" },
            { why: 'with any role but that one', instead: "@@allow('create', role != 'ADMIN')" },
            { why: 'by who has the role', instead: "@@allow('create', auth().role == 'ADMIN')" },
            { why: 'a deny keeps the role', instead: "@@allow('create', true)\n    @@deny('create', role == 'ADMIN')" },
        ],
    },
    {
        name: 'whoever signs up may be an admin',
        code: 'rule-self-promotion',
        schema: users('isAdmin Boolean @default(false)', "«@@allow('create', true)»")
            .replace("auth().role == 'ADMIN'", 'auth().isAdmin')
            .replace("    @@deny('all', auth() == null)\n", ''),
        may: ['rule-grants-anonymous'],
        leak: { operation: 'create', model: 'User', auth: null, row: { id: 'u1', isAdmin: true } },
        works: [{ operation: 'create', model: 'User', auth: null, row: { id: 'u1', isAdmin: false } }],
        near: [{ why: 'nobody chooses the flag', instead: "@@allow('create', !isAdmin)" }],
    },
    {
        name: 'users make themselves owners of any organization',
        code: 'rule-self-promotion',
        schema: noteSchema(`@@allow('read', auth() != null)`, {
            organization: 'String',
            owner: 'String',
            organizationFields:
                "founderId String\nmembers Member[]\n@@allow('delete', members?[userId == auth().userId && role == 'owner'])",
            user: 'memberships Member[]',
            declarations: `model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String @default('member')

    @@allow('read', auth() != null)
    «@@allow('create', auth() != null && userId == auth().userId)»
}`,
        }),
        leak: {
            operation: 'create',
            model: 'Member',
            auth: u1,
            row: { organizationId: 'o1', userId: 'u1', role: 'owner' },
        },
        works: [],
        near: [
            {
                why: 'they join without a role of theirs',
                instead: "@@allow('create', auth() != null && userId == auth().userId && role == 'member')",
            },
            {
                why: 'they founded it',
                instead: "@@allow('create', userId == auth().userId && organization.founderId == auth().userId)",
            },
            {
                why: 'owners make others owners',
                instead: "@@allow('create', organization.members?[userId == auth().userId && role == 'owner'])",
            },
        ],
        fix: 'none',
    },
];
