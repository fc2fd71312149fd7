import { call, member, object, string } from '../../../checks/shapes.ts';
import { adminOfO1, anonymous, note, noteSchema, u1, u1InO1, u2InO2 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const guard = "@@deny('all', organizationId == null || auth().organizationId == null)";
const ownRow = { organizationId: 'o1', ownerId: 'u1' };
const tenantRow = { organizationId: 'o1' };

/** "The documented tenant rules leak" and what hangs together with it. */
export const tenantCases: FactCase[] = [
    {
        name: 'deny another tenant, allow the rest: anonymous requests reach rows without a tenant',
        code: 'rule-tenant-null-rows',
        severity: 'warning',
        schema: noteSchema(`
            @@deny('all', «auth().organizationId != organizationId»)
            @@deny('post-update', auth().organizationId != organizationId)
            @@allow('all', true)`),
        may: ['rule-grants-anonymous'],
        leak: note('read', anonymous, { organizationId: null }),
        works: [note('read', u1InO1, tenantRow), note('update', u1InO1, tenantRow), note('create', u1InO1, tenantRow)],
        near: [
            {
                why: 'rows without a tenant are denied as well',
                replace: [["@@allow('all', true)", `${guard}\n    @@allow('all', true)`]],
            },
            {
                why: 'the column is required',
                replace: [
                    [
                        'organizationId String?\n    organization Organization?',
                        'organizationId String\n    organization Organization',
                    ],
                ],
                open: true,
            },
        ],
    },
    {
        name: 'the same: a user of a tenant reaches rows without one',
        code: 'rule-tenant-null-rows',
        schema: noteSchema(`
            @@deny('all', auth() == null)
            @@deny('all,post-update', «auth().organizationId != organizationId»)
            @@allow('all', true)`),
        leak: note('read', u1InO1, { organizationId: null }),
        works: [note('read', u1InO1, tenantRow), note('delete', u1InO1, tenantRow)],
        near: [
            {
                why: 'rows without a tenant are denied',
                replace: [["@@allow('all', true)", `${guard}\n    @@allow('all', true)`]],
            },
            {
                why: 'the deny names the null',
                instead:
                    'organizationId == null || auth().organizationId == null || auth().organizationId != organizationId',
            },
        ],
    },
    {
        name: 'the rules of the documentation: rows without tenant and owner are open to all, those without a tenant to admins',
        code: 'rule-tenant-null-rows',
        schema: noteSchema(`
            @@deny('all,post-update', «auth().organizationId != organizationId»)
            @@allow('all', auth().userId == ownerId)
            @@allow('all', auth().organizationRole == 'owner' || auth().organizationRole == 'admin')`),
        may: ['rule-tenant-escape'],
        leak: note('read', adminOfO1, { organizationId: null, ownerId: 'u9' }),
        works: [note('read', u1InO1, ownRow), note('update', u1InO1, ownRow), note('read', adminOfO1, tenantRow)],
        near: [
            {
                why: 'rows without a tenant are denied',
                replace: [["@@allow('all', auth().userId", `${guard}\n    @@allow('all', auth().userId`]],
            },
        ],
        operations: ['read', 'update', 'delete', 'create'],
    },
    {
        name: 'the rules of the documentation, behind a deny of anonymous requests',
        code: 'rule-tenant-null-rows',
        schema: noteSchema(`
            @@deny('all', auth() == null)
            @@deny('all,post-update', «auth().organizationId != organizationId»)
            @@allow('all', auth().userId == ownerId)
            @@allow('all', auth().organizationRole == 'owner' || auth().organizationRole == 'admin')`),
        may: ['rule-tenant-escape'],
        leak: note('read', u1InO1, { organizationId: null, ownerId: 'u1' }),
        works: [note('read', u1InO1, ownRow), note('update', adminOfO1, tenantRow)],
        near: [{ why: 'rows without a tenant are denied', replace: [["@@deny('all', auth() == null)", guard]] }],
        operations: ['read', 'update', 'delete', 'create'],
    },
    {
        name: 'the rules of the documentation, with a call that passes no user',
        code: 'rule-tenant-null-rows',
        schema: noteSchema(`
            @@deny('all', auth() == null)
            @@deny('all,post-update', «auth().organizationId != organizationId»)
            @@allow('all', auth().userId == ownerId)`),
        may: ['rule-tenant-escape', 'rule-null-match'],
        contexts: [call(object({ organizationId: member(string, { optional: true }) }))],
        leak: note('read', {}, { organizationId: null, ownerId: null }),
        works: [note('read', u1InO1, ownRow)],
        near: [{ why: 'rows without a tenant are denied', replace: [["@@deny('all', auth() == null)", guard]] }],
        operations: ['read', 'update', 'delete', 'create'],
    },
    {
        name: 'an allow by a tenant that may be null on both sides',
        code: ['rule-null-match', 'rule-tenant-null-rows'],
        severity: 'warning',
        schema: noteSchema(`@@allow('read', «auth().organizationId == organizationId»)`),
        leak: note('read', anonymous, { organizationId: null }),
        works: [note('read', u1InO1, tenantRow)],
        near: [
            {
                why: 'the member is there',
                instead: 'auth().organizationId != null && auth().organizationId == organizationId',
            },
            {
                why: 'the column is not null',
                instead: 'organizationId != null && auth().organizationId == organizationId',
            },
            {
                why: 'the column is required',
                replace: [
                    [
                        'organizationId String?\n    organization Organization?',
                        'organizationId String\n    organization Organization',
                    ],
                ],
                open: true,
            },
        ],
    },
    {
        name: 'the same for a user without an active organization',
        code: ['rule-null-match', 'rule-tenant-null-rows'],
        schema: noteSchema(`
            @@deny('all', auth() == null)
            @@allow('read', «organizationId == auth().organizationId»)`),
        leak: note('read', u1, { organizationId: null }),
        works: [note('read', u1InO1, tenantRow)],
        near: [
            {
                why: 'the column is not null',
                instead: 'organizationId != null && organizationId == auth().organizationId',
            },
        ],
    },
    {
        name: 'a tenant over a hop that may be null',
        code: ['rule-tenant-null-rows', 'rule-deny-fails-open'],
        severity: 'warning',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@deny('read', «project.organizationId != auth().organizationId»)
            @@allow('read', true)`,
            {
                organization: 'String',
                fields: 'projectId String?\nproject Project? @relation(fields: [projectId], references: [id])',
                declarations: `model Project {
    id String @id
    organizationId String
    notes Note[]

    @@allow('read', auth().organizationId != null && auth().organizationId == organizationId)
}`,
            },
        ),
        leak: note('read', u1InO1, { projectId: null, organizationId: 'o2' }),
        works: [
            note(
                'read',
                u1InO1,
                { projectId: 'p1' },
                { related: [{ model: 'Project', row: { id: 'p1', organizationId: 'o1' } }] },
            ),
        ],
        near: [
            {
                why: 'rows without the hop are denied',
                instead: 'projectId == null || project.organizationId != auth().organizationId',
            },
            {
                why: 'the hop is required',
                replace: [['projectId String?\n    project Project?', 'projectId String\n    project Project']],
                open: true,
            },
        ],
    },
    {
        name: "a deny of the tenant's relation",
        code: ['rule-tenant-null-rows', 'rule-deny-fails-open'],
        schema: noteSchema(`
            @@deny('all', auth() == null)
            @@deny('all,post-update', «organization.id != auth().organizationId»)
            @@allow('all', true)`),
        leak: note('delete', u2InO2, { organizationId: null }),
        works: [note('read', u1InO1, tenantRow), note('update', u1InO1, tenantRow)],
        near: [
            {
                why: 'rows without a tenant are denied',
                replace: [["@@allow('all', true)", `${guard}\n    @@allow('all', true)`]],
            },
        ],
        operations: ['read', 'update', 'delete', 'create'],
    },
];
