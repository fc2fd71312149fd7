import { note, noteSchema, u1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const required = { organization: 'String', owner: 'String' } as const;
const signedIn = "@@deny('all', auth() == null)\n@@allow('read', true)\n";

/** Denies that don't hit when the member is missing, or the row that they look at. */
export const denyCases: FactCase[] = [
    {
        name: 'a level below another',
        code: 'rule-deny-fails-open',
        severity: 'warning',
        schema: noteSchema(`${signedIn}@@deny('read', «auth().level < 5»)`, { ...required, auth: 'level Int?' }),
        leak: note('read', u1, {}),
        works: [note('read', { userId: 'u1', level: 7 }, {})],
        near: [
            { why: 'a missing level is denied', instead: 'auth().level == null || auth().level < 5' },
            {
                why: 'no allow holds without the level',
                replace: [["@@allow('read', true)", "@@allow('read', auth().level > 0)"]],
            },
            { why: 'the member is required', replace: [['level Int?', 'level Int']], open: true },
        ],
    },
    {
        name: 'a level that is not high enough',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «!(auth().level >= 5)»)`, { ...required, auth: 'level Int?' }),
        leak: note('read', u1, {}),
        works: [note('read', { userId: 'u1', level: 5 }, {})],
        near: [{ why: 'a missing level is denied', instead: 'auth().level == null || !(auth().level >= 5)' }],
    },
    {
        name: 'not an admin',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «!auth().isAdmin»)`, { ...required, auth: 'isAdmin Boolean?' }),
        leak: note('read', u1, {}),
        works: [note('read', { userId: 'u1', isAdmin: true }, {})],
        near: [
            { why: 'the flag is compared', instead: 'auth().isAdmin != true' },
            { why: 'a missing flag is denied', instead: 'auth().isAdmin == null || !auth().isAdmin' },
        ],
    },
    {
        name: 'a role that is denied by name',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «auth().role == 'guest'»)`, required),
        leak: note('read', u1, {}),
        works: [note('read', { userId: 'u1', role: 'member' }, {})],
        near: [
            { why: 'a missing role is denied', instead: "auth().role == null || auth().role == 'guest'" },
            { why: 'all but a role are denied', instead: "auth().role != 'admin'" },
        ],
    },
    {
        name: 'none of the roles',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «auth().grants^[name == 'editor']»)`, {
            ...required,
            auth: 'grants Grant[]',
            declarations: 'type Grant {\n    name String\n}',
        }),
        leak: note('read', u1, {}),
        works: [note('read', { userId: 'u1', grants: [{ name: 'editor' }] }, {})],
        near: [],
        // Nothing tells a missing list from an empty one, so that only an allow can cure it.
        fix: 'none',
    },
    {
        name: 'all of the roles',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «auth().grants![name != this.title]»)`, {
            ...required,
            auth: 'grants Grant[]',
            declarations: 'type Grant {\n    name String\n}',
        }),
        leak: note('read', u1, { title: 'a' }),
        works: [note('read', { userId: 'u1', grants: [{ name: 'a' }] }, { title: 'a' })],
        near: [],
        fix: 'none',
    },
    {
        name: 'an owner that is another, with a row that has none',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «owner != auth()»)`, { organization: 'String' }).replace(
            /type Auth \{[^}]*\}\n\nmodel User \{\n([^}]*)\}/,
            (_, body: string) => `model User {\n${body.replace('    @@allow', '\n    @@auth\n    @@allow')}}`,
        ),
        leak: note('read', { id: 'u1' }, { ownerId: null }),
        works: [note('read', { id: 'u1' }, { ownerId: 'u1' })],
        near: [
            { why: 'rows without an owner are denied', instead: 'ownerId == null || owner != auth()' },
            {
                why: 'the column is required',
                replace: [['ownerId String?\n    owner User?', 'ownerId String\n    owner User']],
                open: true,
            },
        ],
    },
    {
        name: 'a parent that may not be read, with a row that has none',
        code: 'rule-deny-fails-open',
        schema: noteSchema(`${signedIn}@@deny('read', «!check(project)»)`, {
            ...required,
            fields: 'projectId String?\nproject Project? @relation(fields: [projectId], references: [id])',
            declarations: `model Project {
    id String @id
    leadId String
    notes Note[]

    @@allow('read', auth() != null && leadId == auth().userId)
}`,
        }),
        leak: note('read', u1, { projectId: null }),
        works: [
            note('read', u1, { projectId: 'p1' }, { related: [{ model: 'Project', row: { id: 'p1', leadId: 'u1' } }] }),
        ],
        near: [
            { why: 'rows without a parent are denied', instead: 'projectId == null || !check(project)' },
            {
                why: 'the hop is required',
                replace: [['projectId String?\n    project Project?', 'projectId String\n    project Project']],
                open: true,
            },
        ],
    },
];
