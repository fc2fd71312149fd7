import { anonymous, note, noteSchema, u1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const required = { organization: 'String', owner: 'String' } as const;
const project = (rules: string) => ({
    ...required,
    fields: 'projectId String\nproject Project @relation(fields: [projectId], references: [id])',
    declarations: `model Project {
    id String @id
    name String
    notes Note[]
${rules}}`,
});

/** Rules by which nothing gets through, and calls that fail although they look allowed. */
export const neverCases: FactCase[] = [
    {
        name: 'a model without rules among models that have some',
        code: 'model-denies-everything',
        severity: 'information',
        schema: noteSchema(`@@allow('read', auth() != null)`, project('')).replace('model Project', 'model «Project»'),
        shut: { operation: 'read', model: 'Project', auth: u1, row: {} },
        works: [note('read', u1, {})],
        near: [
            {
                why: 'it is read',
                replace: [['    notes Note[]\n}', "    notes Note[]\n    @@allow('read', auth() != null)\n}"]],
            },
            {
                why: 'everything is denied on purpose',
                replace: [['    notes Note[]\n}', "    notes Note[]\n    @@deny('all', true)\n}"]],
            },
        ],
        fix: 'none',
    },
    {
        name: 'only a deny',
        code: 'model-denies-everything',
        schema: noteSchema(`@@allow('read', auth() != null)`, project("    @@deny('all', auth() == null)\n")).replace(
            'model Project',
            'model «Project»',
        ),
        shut: { operation: 'read', model: 'Project', auth: u1, row: {} },
        works: [note('read', u1, {})],
        near: [],
        fix: 'none',
    },
    {
        name: 'only a rule for the row after an update',
        code: 'model-denies-everything',
        schema: noteSchema(
            `@@allow('read', auth() != null)`,
            project("    @@allow('post-update', auth() != null)\n"),
        ).replace('model Project', 'model «Project»'),
        shut: { operation: 'update', model: 'Project', auth: u1, row: {} },
        works: [note('read', u1, {})],
        near: [],
        fix: 'none',
    },
    {
        name: 'a check on a model without rules',
        code: 'rule-never-grants',
        severity: 'warning',
        schema: noteSchema(`@@allow('read', «check(project)»)`, project('')),
        may: ['model-denies-everything'],
        shut: note('read', u1, {}),
        works: [],
        near: [
            {
                why: 'the model has a rule',
                replace: [['    notes Note[]\n}', "    notes Note[]\n    @@allow('read', auth() != null)\n}"]],
            },
        ],
        fix: 'none',
    },
    {
        name: 'two roles at once',
        code: 'rule-never-true',
        severity: 'warning',
        schema: noteSchema(
            `@@allow('read', auth().userId != null && auth().userId == ownerId)
            @@allow('read', «auth().role == 'admin' && auth().role == 'editor'»)`,
            required,
        ),
        shut: note('read', { userId: 'u1', role: 'admin' }, {}),
        works: [note('read', u1, { ownerId: 'u1' })],
        near: [
            { why: 'one of them is enough', instead: "auth().role == 'admin' || auth().role == 'editor'" },
            { why: 'it is literally false', instead: 'false' },
        ],
        fix: 'none',
    },
    {
        name: 'a column that is null and a text',
        code: 'rule-never-true',
        schema: noteSchema(
            `@@allow('read', auth().userId != null && auth().userId == ownerId)
            @@allow('read', «auth() != null && body == null && body == 'public'»)`,
            required,
        ),
        shut: note('read', u1, { body: 'public' }),
        works: [note('read', u1, { ownerId: 'u1' })],
        near: [{ why: 'either is enough', instead: "auth() != null && (body == null || body == 'public')" }],
        fix: 'none',
    },
    {
        name: 'an allow behind a deny',
        code: 'rule-never-grants',
        schema: noteSchema(
            `@@deny('update', auth().role != 'admin')
            @@allow('all', auth() != null && auth().userId == ownerId)
            @@allow('update', «auth().role == 'editor'»)`,
            required,
        ),
        may: ['rule-tenant-escape'],
        shut: note('update', { userId: 'u1', role: 'editor' }, {}),
        works: [note('read', u1, { ownerId: 'u1' })],
        near: [
            { why: 'the deny lets it pass', instead: "auth().role == 'admin'" },
            { why: 'it is literally true', instead: 'true' },
        ],
        fix: 'none',
    },
    {
        name: 'a create that nobody who makes it may read',
        code: 'rule-create-unreadable',
        severity: 'information',
        schema: noteSchema(
            `«@@allow('create', auth() != null)»
            @@allow('read', auth().role == 'admin')`,
            required,
        ),
        may: ['rule-grants-anonymous'],
        leak: note('create', u1, {}),
        works: [],
        near: [
            {
                why: 'they read it',
                replace: [["@@allow('read', auth().role == 'admin')", "@@allow('read', auth() != null)"]],
                open: true,
            },
            {
                why: 'some read their own',
                replace: [
                    [
                        "@@allow('read', auth().role == 'admin')",
                        "@@allow('read', auth() != null && auth().userId == ownerId)",
                    ],
                ],
                open: true,
            },
        ],
        fix: 'none',
    },
    {
        name: 'a create that is unreadable stands at the rule that allows it',
        code: 'rule-create-unreadable',
        schema: noteSchema(
            `@@allow('all', auth().role == 'admin')
            «@@allow('create', auth() != null)»`,
            required,
        ),
        leak: note('create', u1, {}),
        works: [note('read', { userId: 'u1', role: 'admin' }, {})],
        near: [
            {
                why: 'only anonymous requests can not read it, and that these create is told by itself',
                replace: [
                    [
                        "@@allow('create', auth() != null)",
                        "@@allow('create', true)\n    @@allow('read', auth() != null)",
                    ],
                ],
                open: true,
            },
        ],
        fix: 'none',
    },
    {
        name: 'a create over the own to-many relation',
        code: 'rule-create-relation',
        severity: 'warning',
        schema: noteSchema(`@@allow('create,read', auth() != null && «tags?[name == 'public']»)`, {
            ...required,
            fields: 'tags Tag[]',
            declarations: `model Tag {
    id String @id
    name String
    noteId String
    note Note @relation(fields: [noteId], references: [id])

    @@allow('read', auth() != null)
}`,
        }),
        shut: note('create', u1, {}),
        works: [note('read', u1, { id: 'n1' }, { related: [{ model: 'Tag', row: { noteId: 'n1', name: 'public' } }] })],
        near: [
            {
                why: 'it is for reading',
                replace: [["'create,read'", "'read'"]],
            },
        ],
        fix: 'none',
    },
    {
        name: "nothing for anonymous requests isn't nothing at all",
        code: 'rule-never-true',
        schema: noteSchema(
            `@@allow('read', «auth() == null && auth().userId == ownerId»)
            @@allow('update', auth() != null && auth().userId == ownerId)`,
            required,
        ),
        may: ['rule-tenant-escape'],
        shut: note('read', anonymous, { ownerId: 'u1' }),
        works: [note('update', u1, { ownerId: 'u1' })],
        near: [{ why: 'it can be true', instead: 'auth() != null && auth().userId == ownerId' }],
        fix: 'none',
    },
];
