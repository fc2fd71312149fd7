import assert from 'node:assert/strict';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { applyChanges } from '../../../src/model/text.ts';
import type { AuthConfig, AuthField } from '../../../src/model/auth-table.ts';
import type { InsertConflictKind } from '../../../src/model/insert-plan.ts';
import { column, configOf, configWith, insertInto, key, viewOf } from './support.ts';

const head = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n";

interface ConflictCase {
    name: string;
    tables?: Record<string, AuthField[]>;
    config?: Partial<AuthConfig>;
    schema: string;
    /** Kind, the text that it points at, and words of the message. */
    expected: [kind: InsertConflictKind, text: string, message: RegExp][];
    /** The schema after the proposals' own edits alone, or a part of it. */
    proposed?: string;
    /** Names that must not be in the result. */
    absent?: RegExp;
    /** The text is no valid schema before or after, so only the plan is looked at. */
    broken?: boolean;
}

const user = [column('email', { unique: true })];
const session = [column('token', { unique: true }), key('userId', 'user')];

const cases: ConflictCase[] = [
    {
        name: 'a field of another type',
        tables: { user: [column('verified', { type: 'boolean' })] },
        schema: 'model User { id String @id verified DateTime? // when\n}',
        expected: [['field-type', 'verified DateTime?', /User\.verified is DateTime, but Better Auth needs Boolean/]],
        proposed: 'verified Boolean? // when',
    },
    {
        name: 'a list where one value is needed',
        tables: { user },
        schema: 'model Mail { id String @id userId String user User @relation(fields: [userId], references: [id]) }\nmodel User { id String @id email Mail[] }',
        expected: [['field-type', 'email Mail[]', /User\.email is Mail\[\], but Better Auth needs String/]],
    },
    {
        name: 'a missing @unique',
        tables: { user },
        schema: 'model User { id String @id email String @map("mail") }',
        expected: [['field-not-unique', 'email String @map("mail")', /User\.email isn't unique/]],
        proposed: 'email String @unique @map("mail")',
    },
    {
        name: 'no conflict: unique by @@unique, an enum for a string, Float for a number, another optionality, a default',
        tables: { user: [...user, column('role', { required: false }), column('count', { type: 'number' })] },
        schema: 'enum Role { A B }\nmodel User { id String @id @default(cuid())\nemail String? role Role @default(A) count Float\n@@unique([email]) }',
        expected: [],
    },
    {
        name: 'Int ids where the configuration has strings, Int ids throughout',
        tables: { user, session },
        schema: 'model User { id Int @id @default(autoincrement()) email String @unique }',
        expected: [['id-type', 'id Int @id @default(autoincrement())', /User\.id is Int, but ids are strings/]],
    },
    {
        name: 'Int ids in several models are one contradiction, a stray one is its own',
        tables: { user, session, account: [key('userId', 'user')], team: [] },
        schema: `model User { id Int @id @default(autoincrement()) email String @unique accounts Account[] }
model Account { id Int @id @default(autoincrement()) userId Int user User @relation(fields: [userId], references: [id]) }
model Team { id BigInt @id @default(autoincrement()) }`,
        expected: [
            ['id-type', 'id Int @id @default(autoincrement())', /User\.id is Int/],
            ['id-type', 'id BigInt @id @default(autoincrement())', /Team\.id is BigInt/],
        ],
    },
    {
        name: 'no conflict: Int ids where the configuration has numbers',
        tables: { user, session },
        config: { id: { kind: 'serial' } },
        schema: 'model User { id Int @id @default(autoincrement()) email String @unique }',
        expected: [],
    },
    {
        name: 'an id that nobody makes',
        tables: { user },
        config: { id: { kind: 'serial' } },
        schema: 'model User { id Int @id email String @unique }',
        expected: [['id-default', 'id Int @id', /User\.id has no default/]],
        proposed: 'id Int @id @default(autoincrement())',
    },
    {
        name: 'a foreign key of another type than the id',
        tables: { user, session },
        schema: 'model User { id String @id email String @unique }\nmodel Session { id String @id token String @unique userId Int }',
        expected: [['field-type', 'userId Int', /Session\.userId is Int, but the key it refers to is String/]],
        absent: /@relation/,
    },
    {
        name: 'an id under another name',
        tables: { user },
        schema: 'model User { userId String @id email String @unique }',
        expected: [['id-missing', 'User', /User has no field "id"/]],
        absent: /\bid /,
    },
    {
        name: 'an id that is not unique by itself',
        tables: { user, session },
        schema: 'model User { id String tenant String email String @unique\n@@id([id, tenant]) }',
        expected: [['field-not-unique', 'id String', /User\.id isn't unique by itself/]],
        absent: /@relation/,
    },
    {
        name: 'a model with the table under another name, which others still refer to',
        tables: { user, session },
        schema: 'model BaUser { id String @id email String @unique\n@@map("user") }',
        expected: [['model-renamed', 'BaUser', /BaUser \(mapped to "user"\) looks like .*"user".* looks for "user"/]],
        absent: /model User\b/,
    },
    {
        name: 'a model with the columns of the table',
        schema: `model Person { id String @id
            name String email String @unique emailVerified Boolean image String?
            createdAt DateTime @default(now()) updatedAt DateTime @updatedAt }`,
        expected: [['model-renamed', 'Person', /Person looks like Better Auth's table "user"/]],
        absent: /model User\b/,
    },
    {
        name: 'a model of something else in the same database table',
        tables: { session },
        schema: 'model Meeting { id String @id room String\n@@map("session") }',
        expected: [['model-renamed', 'Meeting', /mapped to the database table "session"/]],
        absent: /model Session/,
    },
    {
        name: 'no conflict: a model that shares common columns',
        tables: {
            team: [column('name'), key('organizationId', 'organization'), column('createdAt', { type: 'date' })],
        },
        schema: 'model Project { id String @id name String organizationId String createdAt DateTime }',
        expected: [],
    },
    {
        name: 'a model that is ignored',
        tables: { user, session },
        schema: 'model User { id String @id\n@@ignore }',
        expected: [['ignored', 'User', /User is marked @@ignore/]],
        absent: /@relation/,
    },
    {
        name: 'a type with the name of the model',
        tables: { user, session },
        schema: 'type User { id String @id\n@@auth }',
        expected: [['name-taken', 'User', /needs a model User .* taken by type User/]],
        absent: /@relation/,
    },
    {
        name: 'an enum with the name of the model',
        tables: { user },
        schema: 'enum User { A }',
        expected: [['name-taken', 'enum User { A }', /taken by enum User/]],
    },
    {
        name: 'a field under another name',
        tables: { user: [column('emailVerified', { type: 'boolean' }), { ...column('mail'), key: 'email' }] },
        schema: 'model User { id String @id email_verified Boolean email String }',
        expected: [
            ['field-renamed', 'email_verified Boolean', /User\.email_verified looks like .*"emailVerified"/],
            ['field-renamed', 'email String', /User\.email looks like .* looks for "mail"/],
        ],
        absent: /emailVerified|mail /,
    },
    {
        name: 'a field in the same database column',
        tables: { user: [column('name')] },
        schema: 'model User { id String @id fullName String @map("name") }',
        expected: [['field-renamed', 'fullName String @map("name")', /User\.fullName looks like .*"name"/]],
    },
    {
        name: 'an ignored field',
        tables: { user: [column('name', { required: false })] },
        schema: 'model User { id String @id name String? @ignore }',
        expected: [['ignored', 'name String? @ignore', /User\.name is marked @ignore/]],
    },
    {
        name: 'a relation to another model',
        tables: { user: [], session },
        schema: `model User { id String @id }
model Person { id String @id sessions Session[] }
model Session { id String @id token String @unique userId String
  user Person @relation(fields: [userId], references: [id]) }`,
        expected: [
            [
                'relation-target',
                'user Person @relation(fields: [userId], references: [id])',
                /leads to Person.* refers to User/,
            ],
        ],
    },
    {
        name: 'an unfinished relation',
        tables: { user: [], session },
        schema: 'model User { id String @id sessions Session[] }\nmodel Session { id String @id token String @unique userId String user User }',
        expected: [['relation-incomplete', 'user User', /Session\.user doesn't say by which field/]],
        proposed: 'user User @relation(fields: [userId], references: [id])',
        broken: true,
    },
    {
        name: 'two models that answer to one name',
        tables: { user: [] },
        schema: 'model User { id String @id }\nmodel USER { id String @id\n@@map("other") }',
        expected: [['name-ambiguous', 'User', /User and USER both answer to "user"/]],
    },
    {
        name: 'names that ZModel does not take',
        tables: { 'user-accounts': [], user: [column('first-name'), column('null')] },
        schema: 'model User { id String @id }',
        expected: [
            ['name-invalid', '', /"user-accounts" is called/],
            ['name-invalid', 'User', /"user.first-name" is called "first-name"/],
            ['name-invalid', 'User', /"user.null"/],
        ],
    },
    {
        name: 'a model with syntax errors, the rest is completed',
        tables: { user, session },
        schema: 'model User {\n  id String @id\n  email Strin@g?? x\n}\n\nmodel Session {\n  id String @id\n}\n',
        expected: [['model-broken', 'User', /User has syntax errors/]],
        absent: /@relation/,
        broken: true,
    },
    {
        name: 'a model whose body has not been written yet',
        tables: { session: [column('token')], user: [] },
        schema: 'model User { id String @id }\nmodel Session extends\n',
        expected: [['model-broken', 'Session', /"Session" stands in a part that has syntax errors/]],
        broken: true,
    },
    {
        name: 'an unclosed brace before the end of the file',
        tables: { session: [column('token')] },
        schema: 'model Post { id String @id\n',
        expected: [['file-broken', '{', /Model Session can't be inserted: a brace is open/]],
        absent: /Session/,
        broken: true,
    },
];

describe('insert: conflicts are shown, not overwritten', () => {
    for (const { name, tables, config: overrides, schema, expected, proposed, absent, broken } of cases) {
        it(name, async () => {
            const config = tables ? await configWith(tables, overrides) : await configOf();
            const text = `${head}\n${schema}`;
            const view = viewOf(text);
            const plan = broken ? planInsert(view, config) : (await insertInto(text, config)).plan;
            const shown = plan.conflicts.map(({ kind, span, file }) => [
                kind,
                span && file ? text.slice(span.start, span.end) : '',
            ]);
            assert.deepEqual(
                shown,
                expected.map(([kind, place]) => [kind, place]),
                plan.conflicts.map(({ message }) => message).join('\n'),
            );
            for (const { span, location } of plan.conflicts) assert.ok(span ?? location, 'each has a place');
            expected.forEach(([, , message], index) => {
                assert.match(plan.conflicts[index]?.message ?? '', message);
                assert.notEqual(plan.conflicts[index]?.proposal.title, '');
            });
            const edits = plan.conflicts.flatMap((conflict) => conflict.proposal.changes);
            if (proposed !== undefined)
                assert.ok(applyChanges(text, edits).includes(proposed), applyChanges(text, edits));
            const result = applyChanges(text, [...edits, ...plan.changes]);
            if (absent) assert.doesNotMatch(result.slice(text.length - schema.length).replace(schema, ''), absent);
        });
    }

    describe('columns that must be unique together', () => {
        const model = (body: string): string =>
            `${head}\nmodel User { id String @id }\nmodel Seat {\n    id String @id\n    project String\n    user String\n${body}}\n`;
        let config: AuthConfig;
        before(async () => {
            config = await configWith({ user: [], seat: [column('project'), column('user')] });
            config.tables = config.tables.map((table) =>
                table.key === 'seat'
                    ? {
                          ...table,
                          indexes: [
                              { fields: ['project', 'user'], unique: true },
                              { fields: ['user', 'project'], unique: false },
                          ],
                      }
                    : table,
            );
        });

        for (const [name, body] of Object.entries({
            'are so by a key in another order': '    @@unique([user, project(sort: Desc)], map: "seat_key")\n',
            'are the id': '    @@index([user])\n    @@unique(fields: [project, user])\n',
            'hold one that is unique by itself': '    @@unique([user])\n',
        })) {
            it(`no conflict when they ${name}`, async () => {
                const { plan } = await insertInto(model(body), config);
                assert.deepEqual([plan.conflicts, plan.changes], [[], []]);
            });
        }

        it('no conflict when a mixin says so', () => {
            const text = `${head}\ntype Pair {\n    project String\n    user String\n\n    @@unique([project, user])\n}\n\nmodel User { id String @id }\nmodel Seat with Pair {\n    id String @id\n}\n`;
            assert.deepEqual(planInsert(viewOf(text), config).conflicts, []);
        });

        it('are proposed, not added: rows that are there may contradict', async () => {
            const text = model('');
            const { plan } = await insertInto(text, config);
            assert.deepEqual(plan.changes, []);
            const [conflict, ...others] = plan.conflicts;
            assert.deepEqual([conflict?.kind, others], ['fields-not-unique', []]);
            assert.match(conflict?.message ?? '', /Seat has no key over project, user/);
            const after = applyChanges(text, conflict?.proposal.changes ?? []);
            assert.ok(after.endsWith('    user String\n\n    @@unique([project, user])\n}\n'), after);
            assert.deepEqual((await insertInto(after, config)).plan.conflicts, []);
        });

        it('are proposed beside what else is added to the model', async () => {
            const more = config.tables.map((table) =>
                table.key === 'seat'
                    ? { ...table, fields: [...table.fields, column('since', { type: 'date' })] }
                    : table,
            );
            const text = model('\n    @@map("seats")\n');
            const { plan } = await insertInto(text, { ...config, tables: more });
            const edits = plan.conflicts.flatMap(({ proposal }) => proposal.changes);
            const after = applyChanges(text, [...edits, ...plan.changes]);
            assert.ok(
                after.endsWith(
                    'user String\n    since DateTime\n\n    @@map("seats")\n    @@unique([project, user])\n}\n',
                ),
                after,
            );
            const { plan: beside } = await insertInto(model(''), { ...config, tables: more });
            assert.deepEqual(beside.conflicts[0]?.proposal.changes, [], 'both would end up in one place');
        });
    });

    it('proposals and plan together are one list of changes', async () => {
        const config = await configWith({ user: [column('email', { unique: true }), column('name')] });
        const text = `${head}model User { id String @id email String }`;
        const { plan } = await insertInto(text, config);
        const edits = plan.conflicts.flatMap((conflict) => conflict.proposal.changes);
        const result = applyChanges(text, [...edits, ...plan.changes]);
        assert.ok(
            result.endsWith('model User {\n    id String @id\n    email String @unique\n    name String\n}'),
            result,
        );
        assert.deepEqual((await insertInto(result, config)).plan.conflicts, []);
    });

    it('carries what the configuration leaves unknown', async () => {
        const unknown = [{ what: 'plugins[2]', reason: 'a conditional spread', file: '/a.ts', line: 3 }];
        const config = await configWith({ user: [] }, { unknown });
        assert.deepEqual((await insertInto(head, config)).plan.unknown, unknown);
    });
});
