import { anonymous, note, noteSchema, u1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const org = { organization: 'String' } as const;

/** A missing member of `auth()`, or a missing row, compared with a column that may be null. */
export const comparisonCases: FactCase[] = [
    {
        name: 'a user compared with an owner that may be null',
        code: 'rule-null-match',
        severity: 'warning',
        schema: noteSchema(`@@allow('read,update', «auth().userId == ownerId»)`, org),
        may: ['rule-tenant-escape'],
        leak: note('read', anonymous, { ownerId: null }),
        works: [note('read', u1, { ownerId: 'u1' })],
        near: [
            { why: 'the member is there', instead: 'auth().userId != null && auth().userId == ownerId' },
            {
                why: 'somebody is signed in, and the member is required',
                instead: 'auth() != null && auth().userId == ownerId',
            },
            {
                why: 'anonymous requests are denied, and the member is required',
                replace: [["@@allow('read,update'", "@@deny('all', auth() == null)\n    @@allow('read,update'"]],
            },
            {
                why: 'the column is required',
                replace: [['ownerId String?\n    owner User?', 'ownerId String\n    owner User']],
                open: true,
            },
        ],
        operations: ['read', 'update'],
    },
    {
        name: 'the relation to the owner compared with auth()',
        code: 'rule-null-match',
        schema: noteSchema(`@@allow('read', «auth() == owner»)`, { ...org }).replace(
            /type Auth \{[^}]*\}\n\nmodel User \{\n([^}]*)\}/,
            (_, body: string) => `model User {\n${body.replace('    @@allow', '\n    @@auth\n    @@allow')}}`,
        ),
        leak: note('read', anonymous, { ownerId: null }),
        works: [note('read', { id: 'u1' }, { ownerId: 'u1' })],
        near: [
            { why: 'somebody is signed in', instead: 'auth() != null && auth() == owner' },
            {
                why: 'the column is required',
                replace: [['ownerId String?\n    owner User?', 'ownerId String\n    owner User']],
                open: true,
            },
        ],
    },
    {
        name: 'the name of the owner, with both names missing',
        code: 'rule-null-match',
        schema: noteSchema(`@@allow('read', «owner.name == auth().name»)`, {
            ...org,
            owner: 'String',
            auth: 'name String?',
        }),
        leak: note(
            'read',
            anonymous,
            { ownerId: 'u1' },
            { related: [{ model: 'User', row: { id: 'u1', name: null } }] },
        ),
        works: [
            note(
                'read',
                { userId: 'u1', name: 'Ann' },
                { ownerId: 'u1' },
                {
                    related: [{ model: 'User', row: { id: 'u1', name: 'Ann' } }],
                },
            ),
        ],
        near: [{ why: 'the member is there', instead: 'auth().name != null && owner.name == auth().name' }],
    },
    {
        name: 'a hop over a key that may be null',
        code: 'rule-null-match',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@allow('read', «project.teamId == auth().teamId»)`,
            {
                ...org,
                owner: 'String',
                auth: 'teamId String?',
                fields: 'projectId String?\nproject Project? @relation(fields: [projectId], references: [id])',
                declarations: `model Project {
    id String @id
    teamId String
    notes Note[]

    @@allow('read', auth().teamId != null && auth().teamId == teamId)
}`,
            },
        ),
        leak: note('read', u1, { projectId: null }),
        works: [
            note(
                'read',
                { userId: 'u1', teamId: 't1' },
                { projectId: 'p1' },
                {
                    related: [{ model: 'Project', row: { id: 'p1', teamId: 't1' } }],
                },
            ),
        ],
        near: [
            {
                why: 'the hop is required',
                replace: [['projectId String?\n    project Project?', 'projectId String\n    project Project']],
                open: true,
            },
            { why: 'the member is there', instead: 'auth().teamId != null && project.teamId == auth().teamId' },
        ],
    },
    {
        name: 'a delete by a member that may be missing',
        code: 'rule-null-match',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@allow('read', true)
            @@allow('delete', «assignee == auth().name»)`,
            { ...org, owner: 'String', auth: 'name String?', fields: 'assignee String?' },
        ),
        leak: note('delete', u1, { assignee: null }),
        works: [note('delete', { userId: 'u1', name: 'Ann' }, { assignee: 'Ann' })],
        near: [
            { why: 'the column is not null', instead: 'assignee != null && assignee == auth().name' },
            {
                why: 'another allow grants the row anyway',
                replace: [["@@allow('read', true)", "@@allow('read', true)\n    @@allow('delete', assignee == null)"]],
                open: true,
            },
        ],
    },
];
