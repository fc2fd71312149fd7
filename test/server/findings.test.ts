import assert from 'node:assert/strict';
import type { Diagnostic } from 'vscode-languageserver';
import { DB_TS, GOOD, HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const SCHEMA = 'schema.zmodel';

interface Case {
    code: string;
    name: string;
    /** Must report the code. */
    schema: string;
    db?: string;
    /** The reported text. */
    at: string;
    message: RegExp;
    /** Title of each fix, and the text that it must give. */
    fixes: { title: string; result: (schema: string) => string }[];
}

const replace =
    (from: string, to: string) =>
    (schema: string): string => {
        assert.ok(schema.includes(from), `no ${from}`);
        return schema.replace(from, to);
    };

const CASES: Case[] = [
    {
        code: 'context-member-nullable',
        name: 'a required member that may be null at the call',
        schema: GOOD.replace('organizationId   String?', 'organizationId   String'),
        at: 'String',
        message: /"organizationId" is required in type Auth, but may be null .*db\.ts:3 has string \| null/,
        fixes: [
            {
                title: 'Make organizationId optional (String?)',
                result: replace('organizationId   String', 'organizationId   String?'),
            },
        ],
    },
    {
        code: 'context-member-nullable',
        name: 'a required member that is an optional property',
        schema: GOOD.replace('organizationRole String?', 'organizationRole String'),
        at: 'String',
        message: /"organizationRole" .* may be absent/,
        fixes: [
            {
                title: 'Make organizationRole optional (String?)',
                result: replace('organizationRole String', 'organizationRole String?'),
            },
        ],
    },
    {
        code: 'context-member-missing',
        name: 'a required member that no call supplies and no rule reads',
        schema: GOOD.replace('    @@auth', '    departmentId String // unused\n\n    @@auth'),
        at: 'departmentId',
        message:
            /"departmentId" is required in type Auth, but the call of \$setAuth at src\/db\.ts:5 never supplies it\./,
        fixes: [
            {
                title: 'Make departmentId optional (String?)',
                result: replace('departmentId String //', 'departmentId String? //'),
            },
            { title: 'Remove departmentId from Auth', result: replace('    departmentId String // unused\n', '') },
        ],
    },
    {
        code: 'context-member-type',
        name: 'a member of another type',
        schema: GOOD.replace('userId           String', 'userId           Int'),
        at: 'Int',
        message: /"userId" is Int in type Auth, but \$setAuth gets string \(src\/db\.ts:3\)/,
        fixes: [
            { title: 'Change userId to String', result: replace('userId           Int', 'userId           String') },
        ],
    },
    {
        code: 'auth-member-missing',
        name: 'a rule reads a member that the declaration lacks',
        schema: GOOD.replace('    organizationRole String?\n', ''),
        at: 'organizationRole',
        message: /type Auth, which describes auth\(\), has no member "organizationRole"/,
        fixes: [
            {
                title: 'Add organizationRole String? to Auth, as the application supplies it',
                result: replace(
                    '    organizationId   String?\n\n',
                    '    organizationId   String?\n    organizationRole String?\n\n',
                ),
            },
        ],
    },
    {
        code: 'auth-declaration-missing',
        name: 'rules call auth() and nothing declares it',
        schema: `${HEAD}\nmodel Todo {\n    id String @id\n    ownerId String\n    @@allow('all,post-update', auth().userId == ownerId)\n}\n`,
        at: 'auth()',
        message: /Rules use auth\(\), but nothing declares it/,
        fixes: [
            {
                title: 'Create type Auth @@auth with userId, organizationId, organizationRole',
                result: (schema) =>
                    `${schema}\ntype Auth {\n    userId           String @id\n    organizationId   String?\n    organizationRole String?\n\n    @@auth\n}\n`,
            },
        ],
    },
    {
        code: 'auth-declaration-duplicate',
        name: 'two declarations with @@auth',
        schema: `${GOOD}\ntype Other {\n    userId String @id\n    @@auth\n}\n`,
        at: '@@auth',
        message: /Only one declaration may have @@auth; Auth in schema\.zmodel has it already/,
        fixes: [
            {
                title: 'Remove @@auth from Other',
                result: replace('    userId String @id\n    @@auth\n', '    userId String @id\n'),
            },
        ],
    },
];

function ours(diagnostics: readonly Diagnostic[]): string[] {
    return diagnostics
        .filter((diagnostic) => diagnostic.source === 'zmodel-auth')
        .map((diagnostic) => String(diagnostic.code));
}

describe('findings over LSP', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    for (const { code, name, schema, db = DB_TS, at, message, fixes } of CASES) {
        it(`${code}: ${name}; each fix cures it and the schema validates`, async () => {
            server = await TestServer.start({ [SCHEMA]: schema, 'src/db.ts': db });
            await server.open(SCHEMA);
            await server.settled(SCHEMA);
            const diagnostic = await server.diagnostic(SCHEMA, code);
            const { start, end } = diagnostic.range;
            assert.equal(schema.split('\n')[start.line]?.slice(start.character, end.character), at);
            assert.match(diagnostic.message, message);
            const actions = await server.quickFixes(SCHEMA, diagnostic);
            assert.deepEqual(
                actions.map((action) => action.title),
                fixes.map((fix) => fix.title),
            );
            assert.equal(actions[0]?.isPreferred, true);
            for (const [index, fix] of fixes.entries()) {
                const fixed = server.applied(SCHEMA, actions[index]?.edit);
                assert.equal(fixed, fix.result(schema));
                await server.change(SCHEMA, fixed);
                await server.gone(SCHEMA, code);
                assert.deepEqual(server.diagnostics(SCHEMA), [], 'nothing is left, of ours or of the language');
                await server.change(SCHEMA, schema);
                await server.diagnostic(SCHEMA, code);
            }
        });
    }

    it('points from a finding to the TypeScript', async () => {
        server = await TestServer.start({
            [SCHEMA]: GOOD.replace('organizationId   String?', 'organizationId   String'),
            'src/db.ts': DB_TS,
        });
        await server.open(SCHEMA);
        const diagnostic = await server.diagnostic(SCHEMA, 'context-member-nullable');
        const related = diagnostic.relatedInformation?.[0];
        assert.equal(related?.location.uri, server.uri('src/db.ts'));
        assert.equal(related.location.range.start.line, 2);
    });

    it('reports nothing on a schema that agrees with the application', async () => {
        server = await TestServer.start({ [SCHEMA]: GOOD, 'src/db.ts': DB_TS });
        await server.open(SCHEMA);
        assert.deepEqual(await server.settled(SCHEMA), []);
    });

    const QUIET: Record<string, string> = {
        'a call in a comment': `// db.$setAuth({})\n/* db.$setAuth(null) */\nexport const text = 'db.$setAuth({})';\n`,
        'an argument of type any': 'declare const db: any; declare const user: any; db.$setAuth(user);\n',
        'a package that is not installed': `import { user } from 'no-such-package';\ndeclare const db: any; db.$setAuth(user);\n`,
        'a spread of something unknown': 'declare const db: any; declare const user: any; db.$setAuth({ ...user });\n',
        'undefined for an anonymous request': 'declare const db: any; db.$setAuth(undefined); db.$setAuth();\n',
        'no call at all': 'export {};\n',
    };
    for (const [name, db] of Object.entries(QUIET)) {
        it(`reports nothing about the context for ${name}`, async () => {
            const schema = GOOD.replace('organizationId   String?', 'organizationId   String').replace(
                'userId           String',
                'userId           Int',
            );
            server = await TestServer.start({ [SCHEMA]: schema, 'src/db.ts': db });
            await server.open(SCHEMA);
            assert.deepEqual(
                ours(await server.settled(SCHEMA)).filter((code) => code.startsWith('context-')),
                [],
            );
        });
    }

    it('reports nothing for calls in tests', async () => {
        const schema = GOOD.replace('organizationId   String?', 'organizationId   String');
        server = await TestServer.start({ [SCHEMA]: schema, 'src/db.test.ts': DB_TS });
        await server.open(SCHEMA);
        assert.deepEqual(ours(await server.settled(SCHEMA)), []);
    });

    it('takes only the members that rules read of a model as auth declaration', async () => {
        const schema = `${HEAD}
model User {
    id    String @id
    email String
    role  String
    todos Todo[]

    @@auth
    @@allow('read', auth().role == 'admin')
}

model Todo {
    id      String @id
    ownerId String
    owner   User   @relation(fields: [ownerId], references: [id])

    @@allow('read', auth() == owner)
}
`;
        const db = `interface Db { $setAuth(auth: unknown): Db }\ndeclare const db: Db;\ndb.$setAuth({ id: 'u1', role: null as string | null });\n`;
        server = await TestServer.start({ [SCHEMA]: schema, 'src/db.ts': db });
        await server.open(SCHEMA);
        await server.diagnostic(SCHEMA, 'context-member-nullable');
        assert.deepEqual(ours(server.diagnostics(SCHEMA)), ['context-member-nullable']);
        const [diagnostic] = server.diagnostics(SCHEMA);
        assert.ok(diagnostic);
        assert.deepEqual(
            await server.quickFixes(SCHEMA, diagnostic),
            [],
            'a column is not made optional for a context',
        );
    });

    it('silences a place by a comment, and a code by a setting', async () => {
        const schema = GOOD.replace('organizationId   String?', 'organizationId   String');
        server = await TestServer.start({ [SCHEMA]: schema, 'src/db.ts': DB_TS });
        await server.open(SCHEMA);
        await server.diagnostic(SCHEMA, 'context-member-nullable');
        await server.change(
            SCHEMA,
            schema.replace(
                '    organizationId   String',
                '    // zmodel-auth-ignore context-member-nullable: set by a guard\n    organizationId   String',
            ),
        );
        await server.gone(SCHEMA, 'context-member-nullable');
        await server.change(SCHEMA, schema);
        const diagnostic = await server.diagnostic(SCHEMA, 'context-member-nullable');
        assert.equal(diagnostic.severity, 2);
        await server.client.sendNotification('zmodelAuth/settings', {
            settings: { diagnostics: { severity: { 'context-member-nullable': 'off' } } },
        });
        await server.gone(SCHEMA, 'context-member-nullable');
    });

    it('follows edits of the application', async () => {
        server = await TestServer.start({
            [SCHEMA]: GOOD.replace('organizationId   String?', 'organizationId   String'),
            'src/db.ts': DB_TS,
        });
        await server.open(SCHEMA);
        await server.diagnostic(SCHEMA, 'context-member-nullable');
        await server.write('src/db.ts', DB_TS.replace('string | null', 'string'));
        await server.gone(SCHEMA, 'context-member-nullable');
    });
});
