import { adminOfO1, note, noteSchema, u1, u1InO1, u2InO2 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const required = { organization: 'String', owner: 'String' } as const;
const own = { organizationId: 'o1', ownerId: 'u1' };
const tenantGuard = 'auth().organizationId == null || auth().organizationId != organizationId';

/** "No `post-update` guard on the tenant or owner field", by real writes of the scalar key. */
export const escapeCases: FactCase[] = [
    {
        name: 'a row leaves the tenant',
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: noteSchema(
            `
            @@deny('all', ${tenantGuard})
            «@@allow('all', auth().userId == ownerId)»`,
            required,
        ),
        leak: note('update', u1InO1, own, { update: { organizationId: 'o2' } }),
        works: [
            note('update', u1InO1, own, { update: { title: 'new' } }),
            note('create', u1InO1, own),
            note('delete', u1InO1, own),
        ],
        near: [
            {
                why: 'the deny is for the row after an update, too',
                replace: [["@@deny('all',", "@@deny('all,post-update',"]],
            },
            {
                why: 'what was there before counts',
                replace: [
                    [
                        "@@allow('all'",
                        "@@deny('post-update', organizationId != before().organizationId)\n    @@allow('all'",
                    ],
                ],
            },
            {
                why: 'the column may not be updated',
                replace: [['organizationId String\n', "organizationId String @deny('update', true)\n"]],
            },
            {
                why: 'nobody may update the column',
                replace: [['organizationId String\n', "organizationId String @allow('update', false)\n"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'the rules of the documentation: an admin moves a row to another tenant',
        code: 'rule-tenant-escape',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@deny('all', auth().organizationId != organizationId)
            «@@allow('all', auth().organizationRole == 'owner' || auth().organizationRole == 'admin')»`,
            required,
        ),
        leak: note('update', adminOfO1, { organizationId: 'o1' }, { update: { organizationId: 'o2' } }),
        works: [note('update', adminOfO1, { organizationId: 'o1' }, { update: { body: 'x' } })],
        near: [
            {
                why: 'the deny is for the row after an update, too',
                replace: [["@@deny('all', auth().organizationId", "@@deny('all,post-update', auth().organizationId"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'a nullable tenant column is set to null',
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: noteSchema(
            `
            @@deny('all', organizationId == null || ${tenantGuard})
            @@deny('post-update', organizationId != before().organizationId)
            «@@allow('all', auth().userId == ownerId)»`,
            { owner: 'String' },
        ),
        leak: note('update', u1InO1, own, { update: { organizationId: null } }),
        works: [note('update', u1InO1, own, { update: { title: 'new' } })],
        near: [
            {
                why: 'the guard minds null',
                replace: [
                    [
                        'organizationId != before().organizationId)',
                        'organizationId != before().organizationId || organizationId == null)',
                    ],
                ],
            },
            {
                why: 'the guard is an allow that minds null',
                replace: [
                    [
                        "@@deny('post-update', organizationId != before().organizationId)",
                        "@@allow('post-update', organizationId == before().organizationId || (organizationId == null && before().organizationId == null))",
                    ],
                ],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'a takeover: an editor makes a row of another their own',
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@allow('create,read,delete', auth().userId == ownerId)
            «@@allow('update', published || auth().userId == ownerId)»`,
            required,
        ),
        may: ['rule-create-unreadable'],
        leak: note('update', { userId: 'u2' }, { ownerId: 'u1', published: true }, { update: { ownerId: 'u2' } }),
        works: [
            note('update', u1, { ownerId: 'u1' }, { update: { title: 'new' } }),
            note('update', { userId: 'u2' }, { ownerId: 'u1', published: true }, { update: { body: 'new' } }),
        ],
        near: [
            {
                why: 'the owner stays',
                replace: [
                    ["@@allow('create", "@@deny('post-update', ownerId != before().ownerId)\n    @@allow('create"],
                ],
            },
            {
                why: 'the column may not be updated',
                replace: [['ownerId String\n', "ownerId String @deny('update', true)\n"]],
            },
            {
                why: 'being the owner opens nothing that was closed',
                replace: [
                    [
                        "@@allow('create,read,delete', auth().userId == ownerId)",
                        "@@allow('create', auth().userId == ownerId)\n    @@allow('read', true)",
                    ],
                ],
                open: true,
            },
            {
                why: 'who runs all rows by a role gains nothing by owning one',
                replace: [
                    [
                        'published || auth().userId == ownerId',
                        "auth() != null && (auth().role == 'admin' || auth().userId == ownerId)",
                    ],
                    [
                        "@@deny('all', auth() == null)",
                        "@@deny('post-update', auth().role != 'admin' && ownerId != before().ownerId)",
                    ],
                ],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'whoever is signed in takes rows over, which is no role',
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: noteSchema(
            `
            @@allow('create,read,delete', auth().userId == ownerId)
            «@@allow('update', auth() != null)»`,
            required,
        ),
        may: ['rule-create-unreadable'],
        leak: note('update', { userId: 'u2' }, { ownerId: 'u1' }, { update: { ownerId: 'u2' } }),
        works: [note('update', { userId: 'u2' }, { ownerId: 'u1' }, { update: { body: 'new' } })],
        near: [
            {
                why: 'the owner stays',
                replace: [
                    ["@@allow('create", "@@deny('post-update', ownerId != before().ownerId)\n    @@allow('create"],
                ],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'an own row is given to another',
        code: 'rule-tenant-escape',
        severity: 'information',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            «@@allow('all', auth().userId == ownerId)»`,
            required,
        ),
        leak: note('update', u1, { ownerId: 'u1' }, { update: { ownerId: 'u2' } }),
        works: [
            note('update', u1, { ownerId: 'u1' }, { update: { title: 'new' } }),
            note('create', u1, { ownerId: 'u1' }),
        ],
        near: [
            {
                why: 'the owner stays',
                replace: [["@@allow('all'", "@@deny('post-update', ownerId != before().ownerId)\n    @@allow('all'"]],
            },
            {
                why: 'the row after an update must be the own one',
                replace: [["@@allow('all'", "@@allow('all,post-update'"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'a row moves to a foreign parent',
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: noteSchema(
            `
            «@@allow('all', auth().organizationId != null && project.organizationId == auth().organizationId)»`,
            {
                ...required,
                fields: 'projectId String\nproject Project @relation(fields: [projectId], references: [id])',
                declarations: `model Project {
    id String @id
    organizationId String
    notes Note[]

    @@allow('read', auth().organizationId != null && auth().organizationId == organizationId)
}`,
            },
        ),
        may: ['rule-create-relation'],
        leak: note(
            'update',
            u1InO1,
            { projectId: 'p1' },
            {
                update: { projectId: 'p2' },
                related: [
                    { model: 'Project', row: { id: 'p1', organizationId: 'o1' } },
                    { model: 'Project', row: { id: 'p2', organizationId: 'o2' } },
                ],
            },
        ),
        works: [
            note(
                'update',
                u1InO1,
                { projectId: 'p1' },
                { update: { title: 'new' }, related: [{ model: 'Project', row: { id: 'p1', organizationId: 'o1' } }] },
            ),
        ],
        near: [
            {
                why: 'the row after an update is held to the same',
                replace: [["@@allow('all',", "@@allow('all,post-update',"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: 'members of a tenant move rows of the tenant, although create asks for membership',
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: noteSchema(
            `
            «@@allow('all', organization.members?[userId == auth().userId])»`,
            {
                ...required,
                organizationFields: 'members Member[]',
                user: 'memberships Member[]',
                declarations: `model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])

    @@allow('read', auth() != null && userId == auth().userId)
}`,
            },
        ),
        leak: note(
            'update',
            u2InO2,
            { organizationId: 'o2' },
            {
                update: { organizationId: 'o1' },
                related: [{ model: 'Member', row: { organizationId: 'o2', userId: 'u2' } }],
            },
        ),
        works: [
            note(
                'update',
                u2InO2,
                { organizationId: 'o2' },
                {
                    update: { title: 'new' },
                    related: [{ model: 'Member', row: { organizationId: 'o2', userId: 'u2' } }],
                },
            ),
        ],
        near: [
            {
                why: 'the row after an update is held to the same',
                replace: [["@@allow('all',", "@@allow('all,post-update',"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
];
