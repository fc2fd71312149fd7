import { SQLITE_PRELUDE } from '../../../../support/orm.ts';
import { anonymous, note, noteSchema, u1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const required = { organization: 'String', owner: 'String' } as const;

/** What anonymous requests may do, beyond reading what is public by its state. */
export const anonymousCases: FactCase[] = [
    {
        name: 'an update of rows by their state',
        code: 'rule-grants-anonymous',
        severity: 'warning',
        schema: noteSchema(
            `
            @@allow('read', auth() != null)
            @@allow('update', «!published»)`,
            required,
        ),
        may: ['rule-tenant-escape'],
        leak: note('update', anonymous, { published: false }),
        works: [note('update', u1, { published: false })],
        near: [
            { why: 'somebody is signed in', instead: 'auth() != null && !published' },
            {
                why: 'anonymous requests are denied',
                replace: [["@@allow('read'", "@@deny('all', auth() == null)\n    @@allow('read'"]],
            },
            {
                why: 'rows are read by their state',
                replace: [["@@allow('update', !", "@@allow('read', !"]],
            },
        ],
    },
    {
        name: 'a delete of rows by their state',
        code: 'rule-grants-anonymous',
        schema: noteSchema(
            `
            @@allow('read', published || auth() != null)
            @@allow('delete', «title == 'obsolete'»)`,
            required,
        ),
        leak: note('delete', anonymous, { title: 'obsolete' }),
        works: [note('delete', u1, { title: 'obsolete' }), note('read', anonymous, { published: true })],
        near: [{ why: 'somebody is signed in', instead: "auth() != null && title == 'obsolete'" }],
    },
    {
        name: 'a table with secrets that is read by a state',
        code: 'rule-grants-anonymous',
        severity: 'warning',
        schema: `${SQLITE_PRELUDE}model User {
    id String @id
    integrations Integration[]

    @@auth
    @@allow('read', auth() != null && auth() == this)
}

model Integration {
    id String @id
    name String
    enabled Boolean @default(true)
    apiKey String
    clientSecret String
    userId String
    user User @relation(fields: [userId], references: [id])

    @@allow('read', «enabled»)
    @@allow('all,post-update', auth() != null && auth() == user)
}
`,
        leak: { operation: 'read', model: 'Integration', auth: anonymous, row: { enabled: true } },
        works: [{ operation: 'read', model: 'Integration', auth: { id: 'u1' }, row: { userId: 'u1', enabled: true } }],
        near: [
            { why: 'somebody is signed in', instead: 'auth() != null && enabled' },
            {
                why: 'there are no secrets',
                replace: [['    apiKey String\n    clientSecret String\n', '']],
                open: true,
            },
        ],
    },
    {
        name: "Better Auth's sessions are read by everybody",
        code: 'rule-grants-anonymous',
        severity: 'warning',
        schema: `${SQLITE_PRELUDE}model User {
    id String @id
    name String
    email String @unique
    emailVerified Boolean @default(false)
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
    sessions Session[]

    @@auth
    @@allow('read', auth() != null)
}

model Session {
    id String @id
    expiresAt DateTime
    token String @unique
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
    ipAddress String?
    userAgent String?
    userId String
    user User @relation(fields: [userId], references: [id], onDelete: Cascade)

    @@allow('read', «true»)
}
`,
        leak: { operation: 'read', model: 'Session', auth: anonymous, row: { userId: 'u1' } },
        works: [{ operation: 'read', model: 'Session', auth: { id: 'u1' }, row: { userId: 'u1' } }],
        near: [{ why: 'only the own ones are', instead: 'auth() != null && auth().id == userId' }],
        operations: ['read', 'create', 'update', 'delete'],
    },
    {
        name: 'plain true is a hint',
        code: 'rule-grants-anonymous',
        severity: 'hint',
        schema: noteSchema(`@@allow('all', «true»)`, required),
        leak: note('delete', anonymous, {}),
        works: [note('read', anonymous, {})],
        near: [{ why: 'somebody is signed in', instead: 'auth() != null' }],
        fix: 'none',
        operations: ['read', 'create', 'update', 'delete'],
    },
    {
        name: 'a rule that is true for what is missing is none that grants to everybody',
        code: 'rule-grants-anonymous',
        severity: 'hint',
        schema: noteSchema(
            `
            @@allow('create', «true»)
            @@allow('all', auth().userId == ownerId)`,
            { organization: 'String' },
        ),
        also: ['rule-null-match'],
        may: ['rule-tenant-escape'],
        leak: note('create', anonymous, { ownerId: null }),
        works: [note('create', u1, { ownerId: 'u1' })],
        near: [
            { why: 'only what is missing lets it', instead: 'auth() != null && auth().userId == ownerId', open: true },
        ],
        fix: 'none',
        operations: ['create'],
    },
];
