import assert from 'node:assert/strict';
import { formatDocument } from '@zenstackhq/language';
import { organization } from 'better-auth/plugins';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import { column, configOf, configWith, insertInto, key, validate } from './support.ts';

const DATASOURCE = `datasource db {
    provider = 'sqlite'
    url      = 'file:./dev.db'
}
`;

/** Models in the text that the test doesn't care for. */
const head = (text: string): string => `${DATASOURCE}\n${text}`;

interface LayoutCase {
    name: string;
    before: string;
    after: string;
}

/** What the schema lacks: `User.nickname?`, `User.role` with a default. */
const completions: LayoutCase[] = [
    {
        name: 'single blanks',
        before: 'model User {\n    id String @id\n    email String @unique\n}\n',
        after: "model User {\n    id String @id\n    email String @unique\n    nickname String?\n    role String @default('user')\n}\n",
    },
    {
        name: 'aligned columns that are wide enough',
        before: 'model User {\n    id            String    @id\n    emailVerified Boolean?\n    email         String    @unique\n}\n',
        after: "model User {\n    id            String    @id\n    emailVerified Boolean?\n    email         String    @unique\n    nickname      String?\n    role          String    @default('user')\n}\n",
    },
    {
        name: 'aligned columns that are too narrow',
        before: 'model User {\n    id   String @id\n    name String @unique\n}\n',
        after: "model User {\n    id   String @id\n    name String @unique\n    nickname String?\n    role     String  @default('user')\n}\n",
    },
    {
        name: 'columns that are aligned by groups',
        before: 'model User {\n    id   String @id @default(uuid())\n    code String\n\n    firstName  String\n    birthday   DateTime?\n}\n',
        after: "model User {\n    id   String @id @default(uuid())\n    code String\n\n    firstName  String\n    birthday   DateTime?\n    nickname   String?\n    role       String    @default('user')\n}\n",
    },
    {
        name: 'tabs',
        before: 'model User {\n\tid String @id\n\tlongerName String\n}\n',
        after: "model User {\n\tid String @id\n\tlongerName String\n\tnickname String?\n\trole String @default('user')\n}\n",
    },
    {
        name: 'CRLF',
        before: 'model User {\r\n  id String @id\r\n  longerName String\r\n\r\n  @@map("people")\r\n}\r\n',
        after: 'model User {\r\n  id String @id\r\n  longerName String\r\n  nickname String?\r\n  role String @default(\'user\')\r\n\r\n  @@map("people")\r\n}\r\n',
    },
    {
        name: 'no final line break',
        before: 'model User {\n    id String @id\n    longerName String\n}',
        after: "model User {\n    id String @id\n    longerName String\n    nickname String?\n    role String @default('user')\n}",
    },
    {
        name: 'one line',
        before: 'model User { id String @id }\n',
        after: "model User {\n    id String @id\n    nickname String?\n    role     String  @default('user')\n}\n",
    },
    {
        name: 'one line with comments and attributes',
        before: 'model User { /* first */ id String @id /* own */ b String @@map("people") /* last */ }\n',
        after: 'model User {\n    /* first */ id String @id /* own */\n    b String\n    nickname String?\n    role     String  @default(\'user\')\n    @@map("people") /* last */\n}\n',
    },
    {
        name: 'a line comment after the last field, one below it, attributes with doc comments',
        before: 'model User {\n    id String @id // the "id" }\n    /// The mail {\n    longerName String // keep { me\n    // old String\n\n    /// Where it is\n    @@map("people") // here\n    // the end\n}\n',
        after: 'model User {\n    id String @id // the "id" }\n    /// The mail {\n    longerName String // keep { me\n    nickname String?\n    role String @default(\'user\')\n    // old String\n\n    /// Where it is\n    @@map("people") // here\n    // the end\n}\n',
    },
    {
        name: 'a block comment that begins on the line of the last field',
        before: 'model User {\n    id String @id\n    longerName String /* a\n    b } */\n}\n',
        after: "model User {\n    id String @id\n    longerName String /* a\n    b } */\n    nickname String?\n    role String @default('user')\n}\n",
    },
    {
        name: 'a brace on the line of the last field',
        before: 'model User {\n  id String @id\n  longerName String }\n',
        after: "model User {\n  id String @id\n  longerName String\n  nickname String?\n  role String @default('user')\n}\n",
    },
    {
        name: 'several fields on a line',
        before: 'model User {\n  id String @id longerName String @@map("people") }\n',
        after: 'model User {\n  id String @id longerName String\n  nickname String?\n  role     String  @default(\'user\')\n  @@map("people") }\n',
    },
    {
        name: 'attributes above the fields',
        before: 'model User {\n    @@map("people")\n\n    id String @id\n    longerName String\n}\n',
        after: 'model User {\n    @@map("people")\n\n    id String @id\n    longerName String\n    nickname String?\n    role String @default(\'user\')\n}\n',
    },
    {
        name: 'a field over several lines',
        before: 'model User {\n    id String @id\n    longerName\n        String\n        @unique\n        // unique\n}\n',
        after: "model User {\n    id String @id\n    longerName\n        String\n        @unique\n    nickname String?\n    role     String  @default('user')\n        // unique\n}\n",
    },
    {
        name: 'an attribute alone in the body',
        before: 'type Base {\n    id String @id\n    longerName String\n}\n\nmodel User with Base {\n    // where\n    @@map("people")\n}\n',
        after: 'type Base {\n    id String @id\n    longerName String\n}\n\nmodel User with Base {\n    nickname String?\n    role String @default(\'user\')\n\n    // where\n    @@map("people")\n}\n',
    },
    {
        name: 'an empty body',
        before: 'type Base {\n    id String @id\n    longerName String\n}\n\nmodel User with Base {}\n',
        after: "type Base {\n    id String @id\n    longerName String\n}\n\nmodel User with Base {\n    nickname String?\n    role String @default('user')\n}\n",
    },
    {
        name: 'a body with comments alone',
        before: 'type Base {\n    id String @id\n    longerName String\n}\n\nmodel User with Base { // open\n    /* later */\n}\n',
        after: "type Base {\n    id String @id\n    longerName String\n}\n\nmodel User with Base { // open\n    /* later */\n    nickname String?\n    role String @default('user')\n}\n",
    },
    {
        name: 'double quotes',
        before: 'model User {\n    id String @id @default("a")\n    longerName String @default("b")\n    c String @default("c")\n}\n',
        after: 'model User {\n    id String @id @default("a")\n    longerName String @default("b")\n    c String @default("c")\n    nickname String?\n    role String @default("user")\n}\n',
    },
];

describe('insert: layout of an existing model', () => {
    let config: AuthConfig;
    before(async () => {
        const role = column('role', { default: { kind: 'literal', value: 'user' } });
        config = await configWith({ user: [column('nickname', { required: false }), role] });
    });

    for (const { name, before: text, after } of completions) {
        it(name, async () => {
            const crlf = text.includes('\r\n');
            const prefix = crlf ? DATASOURCE.replaceAll('\n', '\r\n') : DATASOURCE;
            const result = await insertInto(prefix + text, config);
            assert.equal(result.text.slice(prefix.length), after);
            assert.deepEqual(result.plan.added.fields, ['User.nickname', 'User.role']);
            assert.deepEqual(result.plan.conflicts, []);
        });
    }

    it('keeps the byte order mark first', async () => {
        const result = await insertInto(`\uFEFF${head('model User {\n  id String @id\n}\n')}`, config);
        assert.equal(
            result.text,
            `\uFEFF${head("model User {\n  id String @id\n  nickname String?\n  role     String  @default('user')\n}\n")}`,
        );
    });

    it('puts an index after the attributes that are there, or below the fields with a blank line', async () => {
        const tables = await configWith({
            user: [column('name', { index: true }), column('role', { index: true, unique: true })],
            post: [column('title', { index: true })],
        });
        const text = head(
            'model User {\n  id String @id\n  @@map("people") // here\n}\n\nmodel Post { id String @id }\n',
        );
        const result = await insertInto(text, tables);
        const expected = `model User {\n  id String @id\n  name String\n  role String @unique\n  @@map("people") // here\n  @@index([name])\n}\n\nmodel Post {\n  id String @id\n  title String\n\n  @@index([title])\n}\n`;
        assert.equal(result.text, head(expected));
    });
});

describe('insert: layout of new models', () => {
    let config: AuthConfig;
    before(async () => {
        config = await configWith({
            user: [column('email', { unique: true })],
            session: [key('userId', 'user', { index: true })],
        });
    });

    const session = (indent: string, eol: string): string =>
        [
            'model Session {',
            `${indent}id     String @id`,
            `${indent}userId String`,
            `${indent}user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)`,
            '',
            `${indent}@@index([userId])`,
            '}',
        ].join(eol);

    it('an empty file gets a datasource and ends with a line break', async () => {
        const { text, plan } = await insertInto('', config);
        const user =
            'model User {\n    id       String    @id\n    email    String    @unique\n    sessions Session[]\n}\n';
        assert.equal(text, `${DATASOURCE}\n${user}\n${session('    ', '\n')}\n`);
        assert.equal(plan.added.datasource, 'sqlite');
    });

    it('an empty file with a byte order mark keeps it', async () => {
        const { text } = await insertInto('\uFEFF', config);
        assert.ok(text.startsWith(`\uFEFF${DATASOURCE}`));
    });

    it('a file with comments alone keeps them on top', async () => {
        const { text } = await insertInto('// Our schema\r\n', config);
        assert.ok(text.startsWith(`// Our schema\r\n\r\n${DATASOURCE.replaceAll('\n', '\r\n')}`), text);
        assert.ok(!/[^\r]\n/.test(text), 'every line break is CRLF');
    });

    for (const [provider, url] of [
        ['sqlite', "'file:./dev.db'"],
        ['postgresql', "env('DATABASE_URL')"],
        ['mysql', "env('DATABASE_URL')"],
        ['cockroachdb', "'file:./dev.db'"],
    ] as const) {
        it(`the datasource for provider ${provider}`, async () => {
            const { text } = await insertInto('', { ...config, adapter: { name: 'zenstackAdapter', provider } });
            assert.ok(text.includes(`    url      = ${url}\n`), text);
        });
    }

    it('a schema without datasource gets it above its models, below imports and the heading comment', async () => {
        const { text } = await insertInto('// (c) us\n\nmodel Post {\n  id Int @id\n}\n', config);
        const style = DATASOURCE.replaceAll(/^ {4}/gm, '  ');
        assert.ok(text.startsWith(`// (c) us\n\n${style}\nmodel Post {\n  id Int @id\n}\n\nmodel User {\n  id `), text);
    });

    it('models follow the model that is there, before what stands behind it', async () => {
        const user = 'model User {\n\tid String @id\n\temail String @unique\n} // people\n';
        const { text } = await insertInto(`${DATASOURCE}\n${user}\n// posts\nmodel Post { id Int @id }`, config);
        const completed = user.replace('@unique\n', '@unique\n\tsessions Session[]\n');
        assert.equal(
            text,
            `${DATASOURCE}\n${completed}\n${session('\t', '\n')}\n\n// posts\nmodel Post { id Int @id }`,
        );
    });

    it('models go between two that share a line', async () => {
        const { text } = await insertInto(
            `${DATASOURCE}model User { id String @id email String @unique } model Post { id Int @id }`,
            config,
        );
        const user = 'model User {\n    id String @id\n    email String @unique\n    sessions Session[]\n}';
        assert.equal(text, `${DATASOURCE}${user}\n\n${session('    ', '\n')}\n\nmodel Post { id Int @id }`);
    });

    for (const [name, end, gap, last] of [
        ['no final line break', '}', '\n\n', ''],
        ['a final line break', '}\n', '\n', '\n'],
        ['a final blank line', '}\n\n', '', '\n'],
        ['a comment without line break', '} // end', '\n\n', ''],
    ] as const) {
        it(`models at the end of a file with ${name}`, async () => {
            const text = `${DATASOURCE}\nmodel Post {\n    id Int @id\n${end}`;
            const result = await insertInto(text, config);
            assert.ok(result.text.startsWith(`${text}${gap}model User {\n`), result.text);
            assert.ok(result.text.endsWith(`@@index([userId])\n}${last}`), result.text);
        });
    }

    it("ZenStack's formatter changes nothing in what was written", async () => {
        const plugins = [organization({ teams: { enabled: true }, dynamicAccessControl: { enabled: true } })];
        const { text } = await insertInto('', await configOf({ plugins }));
        assert.equal(await formatDocument(text), text);
        assert.deepEqual(await validate({ 'schema.zmodel': text }), []);
    });
});
