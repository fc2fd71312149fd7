import assert from 'node:assert/strict';
import type { ContextShape } from '../../../src/model/context-shape.ts';
import { contextFindings, readSources, schemaWith, viewOf } from './support.ts';

/** What every case may use; a module, so that each file has its own scope. */
const PRELUDE = `interface Db { $setAuth(auth: unknown): Db }
declare const db: Db;
interface Session { id: string; userId: string; activeOrganizationId: string | null }
interface User { id: string; name: string; email: string }
declare const found: { session: Session; user: User } | null;
declare const session: { session: Session; user: User };
declare const flag: boolean;
export {};
`;

interface Case {
    name: string;
    schema: string;
    source: string;
    /** `code: message` by regular expression, in the order of reports. */
    expected: RegExp[];
    /** Extension of the file; `.ts` by default. */
    as?: string;
}

const ID = 'userId String @id';
const ORGANIZATION = 'organizationId String?';

const CASES: Case[] = [
    // context-member-extra
    {
        name: 'extra: a member that is passed and not declared',
        schema: schemaWith([ID], ['userId']),
        source: `db.$setAuth({ userId: session.user.id, plan: 'free' });`,
        expected: [/^context-member-extra: \$setAuth gets "plan" \("free"\) at .*:9, which type Auth doesn't declare/],
    },
    {
        name: 'extra, near miss: the member is declared in a base',
        schema: `type Base {\n  plan String\n}\ntype Auth with Base {\n  ${ID}\n  @@auth\n}\n`,
        source: `db.$setAuth({ userId: session.user.id, plan: 'free' });`,
        expected: [],
    },
    {
        name: 'extra, near miss: a rule reads it, which is an error of its own',
        schema: schemaWith([ID], ['plan']),
        source: `db.$setAuth({ userId: session.user.id, plan: 'free' });`,
        expected: [],
    },
    {
        name: 'extra: a member of a type that is there for the context',
        schema: schemaWith([ID, ORGANIZATION], ['userId']),
        source: `interface Who { userId: string; organizationId?: string; plan: string }\ndeclare const who: Who; db.$setAuth(who);`,
        expected: [/^context-member-extra: .*"plan" \(string\) at .*:9/],
    },
    {
        name: 'extra, near miss: a whole user',
        schema: schemaWith(['id String @id']),
        source: `db.$setAuth(session.user);`,
        expected: [],
    },
    // context-member-renamed
    {
        name: 'renamed: id for userId; it is not missing as well',
        schema: schemaWith([ID], ['userId']),
        source: `db.$setAuth({ id: session.user.id });`,
        expected: [
            /^context-member-renamed: "userId" is the id of type Auth, but the call of \$setAuth at .*:9 supplies "id" \(string\)/,
        ],
    },
    {
        name: 'renamed: userId for the id of a model',
        schema: `model User {\n  id String @id\n  @@auth\n  @@allow('read', auth() == this)\n}\n`,
        source: `db.$setAuth({ userId: session.user.id });`,
        expected: [/^context-member-renamed: "id" is the id of model User, .* supplies "userId"/],
    },
    {
        name: 'renamed: the name of the session for the organization',
        schema: schemaWith([ID, ORGANIZATION], ['organizationId']),
        source: `db.$setAuth(session.session);`,
        expected: [
            /^context-member-extra: .*"id"/,
            /^context-member-renamed: "organizationId" is a member .* supplies "activeOrganizationId" \(string \| null\)/,
        ],
    },
    {
        name: 'renamed: another spelling',
        schema: schemaWith([ID, 'org_id String'], ['org_id']),
        source: `db.$setAuth({ userId: 'u', orgId: 'o' });`,
        expected: [/^context-member-renamed: "org_id" .* supplies "orgId"/],
    },
    {
        name: 'renamed, near miss: the other spelling has another type',
        schema: schemaWith([ID], ['userId']),
        source: `db.$setAuth({ id: 7 });`,
        expected: [/^context-member-extra: .*"id"/, /^context-member-missing: "userId" is required/],
    },
    {
        name: 'renamed, near miss: both are supplied',
        schema: schemaWith([ID], ['userId']),
        source: `db.$setAuth({ id: 'x', userId: 'u' });`,
        expected: [/^context-member-extra: .*"id"/],
    },
    {
        name: 'renamed, near miss: a role of the user is not the role in the organization',
        schema: schemaWith([ID, 'organizationRole String'], ['organizationRole']),
        source: `db.$setAuth({ userId: 'u', role: 'admin' as string });`,
        expected: [/^context-member-extra: .*"role"/, /^context-member-missing: "organizationRole"/],
    },
    // context-wrapper-passed
    {
        name: 'wrapper: session and user passed whole; nothing is missing as well',
        schema: schemaWith(['id String @id', 'name String'], ['id']),
        source: `db.$setAuth(session);`,
        expected: [
            /^context-wrapper-passed: None of the members of type Auth is in what the call of \$setAuth at .*:9 passes: session \(\{ session: Session; user: User; \}\) holds "session" and "user"/,
        ],
    },
    {
        name: 'wrapper that may be null: both are said',
        schema: schemaWith(['id String @id'], ['id']),
        source: `db.$setAuth(found);`,
        expected: [/^context-null-passed/, /^context-wrapper-passed/],
    },
    {
        name: 'wrapper: written as a literal',
        schema: schemaWith([ID]),
        source: `db.$setAuth({ user: session.user, session: session.session });`,
        expected: [/^context-wrapper-passed: .* holds "user" and "session"/],
    },
    {
        name: 'wrapper, near miss: the members are declared so',
        schema: `type Person {\n  id String\n}\ntype Auth {\n  ${ID}\n  user Person\n  @@auth\n}\n`,
        source: `db.$setAuth({ userId: 'u', user: session.user });`,
        expected: [],
    },
    {
        name: 'wrapper, near miss: an object that holds nothing of the declaration',
        schema: schemaWith([ID], ['userId']),
        source: `db.$setAuth({ request: { path: '/' } });`,
        expected: [/^context-member-extra: .*"request"/, /^context-member-missing: "userId"/],
    },
    // context-null-passed
    {
        name: 'null: a fallback',
        schema: schemaWith(['id String @id']),
        source: `db.$setAuth(found?.user ?? null);`,
        expected: [
            /^context-null-passed: null may be passed by the call of \$setAuth at .*:9: the type is User \| null/,
        ],
    },
    {
        name: 'null: the literal',
        schema: schemaWith(['id String @id']),
        source: `db.$setAuth(null);`,
        expected: [/^context-null-passed/],
    },
    {
        name: 'null, near miss: undefined for an anonymous request',
        schema: schemaWith(['id String @id']),
        source: `db.$setAuth(found?.user); db.$setAuth(undefined); db.$setAuth(found?.user ?? undefined);`,
        expected: [],
    },
    {
        name: 'null, near miss: it was ruled out before',
        schema: schemaWith(['id String @id']),
        source: `if (found) db.$setAuth(found.user);`,
        expected: [],
    },
    // context-member-missing
    {
        name: 'missing: optional, read by a rule, supplied by no call',
        schema: schemaWith([ID, ORGANIZATION], ['organizationId']),
        source: `db.$setAuth({ userId: 'u' }); db.$setAuth(undefined);`,
        expected: [
            /^context-member-missing: "organizationId" is read by rules in type Auth, but the call of \$setAuth at .* never supplies it; rules that read it see null/,
        ],
    },
    {
        name: 'missing, near miss: optional, and one call supplies it',
        schema: schemaWith([ID, ORGANIZATION], ['organizationId']),
        source: `db.$setAuth({ userId: 'u' }); db.$setAuth({ userId: 'u', organizationId: 'o' });`,
        expected: [],
    },
    {
        name: 'missing, near miss: optional, and one call may supply anything',
        schema: schemaWith([ID, ORGANIZATION], ['organizationId']),
        source: `declare const any: any; db.$setAuth({ userId: 'u' }); db.$setAuth(any);`,
        expected: [],
    },
    {
        name: 'missing, near miss: optional, and no rule reads it',
        schema: schemaWith([ID, ORGANIZATION]),
        source: `db.$setAuth({ userId: 'u' });`,
        expected: [],
    },
    {
        name: 'missing: calls that disagree',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `db.$setAuth({ userId: 'u' });\ndb.$setAuth({ userId: 'u', organizationId: 'o' });`,
        expected: [
            /^context-member-missing: "organizationId" is required in type Auth, but the call of \$setAuth at .*:9 never/,
        ],
    },
    // context-member-type
    {
        name: 'type: values that the enum lacks are named',
        schema: `enum Role {\n  admin\n  member\n}\n${schemaWith([ID, 'role Role'], ['role'])}`,
        source: `db.$setAuth({ userId: 'u', role: flag ? 'owner' : 'admin' });`,
        expected: [
            /^context-member-type: "role" is Role in type Auth, but \$setAuth gets "\w+" \| "\w+" \(.*\), and the enum lacks "owner"/,
        ],
    },
    {
        name: 'type, near miss: fewer values than the enum has',
        schema: `enum Role {\n  admin\n  member\n}\n${schemaWith([ID, 'role Role'], ['role'])}`,
        source: `db.$setAuth({ userId: 'u', role: 'admin' });`,
        expected: [],
    },
    // What must not be reported.
    {
        name: 'quiet: calls in comments and strings',
        schema: schemaWith([ID], ['userId']),
        source: `// db.$setAuth(null)\n/* db.$setAuth({ id: 1 }) */\nexport const text = 'db.$setAuth(null)';`,
        expected: [],
    },
    {
        name: 'quiet: plain JavaScript that adds a member inside an if',
        schema: schemaWith([ID, ORGANIZATION, 'role String?'], ['organizationId', 'role']),
        source: `/** @param {any} db @param {{ org?: string }} request */\nexport function scoped(db, request) {\n    const context = { userId: 'u' };\n    if (request.org) {\n        context.organizationId = request.org;\n        context.role = 'member';\n    }\n    return db.$setAuth(context);\n}\n`,
        expected: [],
        as: '.js',
    },
    {
        name: 'quiet: session?.user is anonymous, not a nullable id',
        schema: schemaWith(['id String @id', 'name String', 'email String'], ['id', 'name']),
        source: `db.$setAuth(found?.user);`,
        expected: [],
    },
    {
        name: 'quiet: columns of a model that no rule reads',
        schema: `model User {\n  id String @id\n  email String @unique\n  role String\n  notes Note[]\n  @@auth\n}\nmodel Note {\n  id String @id\n  ownerId String\n  owner User @relation(fields: [ownerId], references: [id])\n  @@allow('read', auth() == owner)\n}\n`,
        source: `db.$setAuth({ id: session.user.id });`,
        expected: [],
    },
    {
        name: 'quiet: generics of a framework that is not installed',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `import type { Context } from 'no-such-framework';\ndeclare const context: Context<{ user: string }>;\ndb.$setAuth(context); db.$setAuth(context.user); db.$setAuth(context.get('user'));`,
        expected: [],
    },
    {
        name: 'known although packages are missing: a declared interface',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `import { load } from 'no-such-package';\ninterface Who { userId: string; organizationId: string | null }\nconst who: Who = load();\ndb.$setAuth(who);`,
        expected: [/^context-member-nullable: "organizationId"/],
    },
    {
        name: 'quiet: the client is not generated',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `import { ZenStackClient } from '@zenstackhq/orm';
import { schema } from './zenstack/schema';
const client = new ZenStackClient(schema, {} as any);
const row = await client.user.findFirstOrThrow({ include: { member: true } });
client.$setAuth({ userId: row.id, organizationId: row.member.organizationId });
client.$setAuth(row); client.$setAuth({ ...row, userId: row.id });`,
        expected: [],
    },
    {
        name: 'quiet: any, unknown and a spread of any',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `declare const a: any; declare const u: unknown;\ndb.$setAuth(a); db.$setAuth(u); db.$setAuth({ ...a }); db.$setAuth(a as never);`,
        expected: [],
    },
    {
        name: 'quiet: JavaScript without types',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `export function scoped(db, user) {\n    return db.$setAuth(user);\n}\n`,
        expected: [],
        as: '.js',
    },
    {
        name: 'quiet: an object with an index signature may hold anything',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: `declare const bag: Record<string, string>; db.$setAuth(bag);`,
        expected: [],
    },
    {
        name: 'quiet: no call',
        schema: schemaWith([ID, 'organizationId String'], ['organizationId']),
        source: '',
        expected: [],
    },
];

describe('checks of the context', () => {
    let shapes: Map<string, ContextShape[]>;
    const fileOf = (index: number, as = '.ts'): string => `case-${index}${as}`;
    const ofTests = 'tests/notes.test.ts';

    before(async function () {
        this.timeout(60_000);
        const sources = CASES.map(({ source, as }, index): [string, string] => [
            fileOf(index, as),
            as === '.js' ? source : `${PRELUDE}${source}\n`,
        ]);
        shapes = await readSources({
            ...Object.fromEntries(sources),
            [ofTests]: `${PRELUDE}db.$setAuth(null); db.$setAuth({ id: 1 }); db.$setAuth(session);\n`,
        });
    });

    for (const [index, { name, schema, expected, as }] of CASES.entries()) {
        it(name, () => {
            const contexts = shapes.get(fileOf(index, as)) ?? [];
            const found = contextFindings(viewOf(schema), { contexts }).map(
                ({ code, message }) => `${code}: ${message}`,
            );
            assert.equal(found.length, expected.length, found.join('\n'));
            for (const pattern of expected) {
                assert.ok(
                    found.some((text) => pattern.test(text)),
                    `${String(pattern)} in\n${found.join('\n')}`,
                );
            }
        });
    }

    it('finds the calls that it is to be quiet about', () => {
        for (const [index, { name, source, as }] of CASES.entries()) {
            if (!/^[^/'*]*\$setAuth/m.test(source)) continue;
            assert.notEqual(shapes.get(fileOf(index, as))?.length, 0, name);
        }
    });

    it('is quiet about calls in Markdown, and in declaration files', async () => {
        const text = `${PRELUDE}db.$setAuth(null); db.$setAuth({ id: 1 });\n`;
        const found = await readSources({
            'README.md': `\`\`\`ts\n${text}\`\`\`\n`,
            'docs/guide.mdx': text,
            'types.d.ts': 'declare const scoped: typeof db.$setAuth;\n',
        });
        assert.deepEqual([...found.values()].flat(), []);
    });

    it('is quiet in a workspace with neither Better Auth nor a call', () => {
        const view = viewOf(schemaWith([ID, 'organizationId String', 'plan String'], ['organizationId', 'plan']));
        assert.deepEqual(contextFindings(view, { contexts: [], configs: [] }), []);
    });

    it('is quiet about calls in tests', () => {
        const contexts = shapes.get(ofTests) ?? [];
        assert.equal(contexts.length, 3);
        assert.deepEqual(contextFindings(viewOf(schemaWith(['id String @id'], ['id'])), { contexts }), []);
    });

    it('shows each call that a finding is about at the call, and calls that disagree as related', () => {
        const index = CASES.findIndex(({ name }) => name === 'missing: calls that disagree');
        const [finding] = contextFindings(viewOf(CASES[index]?.schema ?? ''), {
            contexts: shapes.get(fileOf(index)) ?? [],
        });
        assert.deepEqual(
            finding?.related.map(({ location, message }) => `${location.range.start.line + 1} ${message}`),
            [
                `9 { userId: 'u' } has the type { userId: string; }, without "organizationId"`,
                '10 $setAuth is given "organizationId" here: "o"',
            ],
        );
        assert.deepEqual(
            finding.places?.map(({ location, message }) => `${location.range.start.line + 1} ${message}`),
            [
                '9 "organizationId" of type Auth (schema.zmodel:1) is not in what $setAuth gets; rules that read it see null.',
            ],
        );
        assert.equal(finding.severity, 'error');
    });

    it('has the severities of the contract', () => {
        const severities = new Map<string, string>();
        for (const [index, { schema, as }] of CASES.entries()) {
            const contexts = shapes.get(fileOf(index, as)) ?? [];
            for (const { code, severity } of contextFindings(viewOf(schema), { contexts }))
                severities.set(code, severity);
        }
        assert.equal(severities.get('context-member-extra'), 'hint');
        assert.equal(severities.get('context-member-renamed'), 'warning');
        assert.equal(severities.get('context-wrapper-passed'), 'error');
        assert.equal(severities.get('context-null-passed'), 'error');
    });
});
