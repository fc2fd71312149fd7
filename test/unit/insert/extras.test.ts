import assert from 'node:assert/strict';
import { admin, organization } from 'better-auth/plugins';
import type { AuthConfig, AuthTable } from '../../../src/model/auth-table.ts';
import type { InsertOptions } from '../../../src/model/insert-plan.ts';
import { describePlan } from '../../../src/insert/describe-plan.ts';
import { column, configOf, configWith, insertInto, key } from './support.ts';

const DATASOURCE = "datasource db {\n    provider = 'sqlite'\n    url      = 'file:./dev.db'\n}\n";
const POLICY = "plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}\n";
const AUTH_TYPE = {
    name: 'Auth',
    members: [
        { name: 'userId', typeText: 'String', id: true },
        { name: 'organizationId', typeText: 'String?', id: false },
    ],
};
const AUTH_TEXT = 'type Auth {\n    userId         String @id\n    organizationId String?\n\n    @@auth\n}\n';
const ALL: InsertOptions = { policyPlugin: true, authType: AUTH_TYPE, closedComment: true, enums: true };

function literals(...values: string[]): { literals: string[] } {
    return { literals: values };
}

describe('insert: policy plugin, the type behind auth(), comment', () => {
    it('writes all of it into an empty file, and nothing a second time', async () => {
        const { text, plan } = await insertInto('', await configOf(), ALL);
        assert.match(text, /^datasource db \{[^}]*\}\n\nplugin policy \{[^}]*\}\n\n\/\/ Better Auth's tables\. /);
        assert.ok(text.endsWith(`\n${AUTH_TEXT}`));
        assert.equal(plan.added.plugin, '@zenstackhq/plugin-policy');
        assert.equal(plan.added.authType, 'Auth');
        assert.match(
            describePlan(plan),
            /^Adds a sqlite datasource, the policy plugin, 4 models .* and the type Auth with @@auth\.$/,
        );
    });

    it('puts the plugin behind the datasource, and the type at the end', async () => {
        const { text } = await insertInto(DATASOURCE, await configOf(), ALL);
        assert.ok(text.startsWith(`${DATASOURCE}\n${POLICY}\n// Better Auth's`), text);
    });

    it('puts the plugin behind the last one, in the habits of the file', async () => {
        const other = 'plugin other {\r\n\tprovider = "@core/typescript"\r\n}\r\n';
        const { text } = await insertInto(
            `${DATASOURCE.replaceAll('\n', '\r\n')}\r\n${other}\r\nmodel Note {\r\n\tid String @id\r\n}\r\n`,
            await configWith({}),
            ALL,
        );
        assert.ok(text.includes(`${other}\r\nplugin policy {\r\n`), text);
        assert.doesNotMatch(text.replaceAll('\r\n', ''), /\n/);
    });

    it('writes them without any model to add', async () => {
        const { text, plan } = await insertInto(DATASOURCE, await configWith({}), ALL);
        assert.equal(text, `${DATASOURCE}\n${POLICY}\n${AUTH_TEXT}`);
        assert.deepEqual(plan.added.models, []);
        assert.doesNotMatch(text, /Better Auth's tables/);
    });

    it('keeps a plugin, a type with @@auth and a provider that cannot be read', async () => {
        const own = 'type Me {\n    id String @id\n\n    @@auth\n}\n';
        const { text, plan } = await insertInto(`${DATASOURCE}\n${POLICY}\n${own}`, await configWith({}), ALL);
        assert.equal(text, `${DATASOURCE}\n${POLICY}\n${own}`);
        assert.deepEqual(plan.changes, []);
    });

    it('writes the type where the models of Better Auth are, into a new file as well', async () => {
        const files = { 'schema.zmodel': `import './users'\n\n${DATASOURCE}`, 'users.zmodel': '' };
        const into = '/project/zenstack/auth.zmodel';
        const { after } = await insertInto(files, await configWith({}), { authType: AUTH_TYPE, into });
        assert.equal(after['auth.zmodel'], AUTH_TEXT);
        assert.match(after['schema.zmodel'] ?? '', /^import '.\/users'\nimport '.\/auth'\n/);
    });

    it('names the plugin differently when the name is taken', async () => {
        const model = 'model policy {\n    id String @id\n}\n';
        const { text } = await insertInto(`${DATASOURCE}\n${model}`, await configWith({}), { policyPlugin: true });
        assert.match(text, /^plugin accessPolicy \{$/m);
    });
});

describe('insert: enums for unions of literals', () => {
    const plan = column('plan', { type: literals('free', 'paid'), default: { kind: 'literal', value: 'free' } });

    it('are String without the option', async () => {
        const { text } = await insertInto(DATASOURCE, await configWith({ user: [plan] }));
        assert.match(text, /plan +String +@default\('free'\)/);
        assert.doesNotMatch(text, /enum/);
    });

    it('are written before the model, and used with their default', async () => {
        const config = await configWith({ user: [plan, column('level', { type: literals('a'), required: false })] });
        const { text, plan: made } = await insertInto(DATASOURCE, config, { enums: true });
        assert.match(text, /enum UserPlan \{\n {4}free\n {4}paid\n\}\n\nenum UserLevel \{\n {4}a\n\}\n\nmodel User \{/);
        assert.match(text, /plan +UserPlan +@default\(free\)/);
        assert.match(text, /level +UserLevel\?/);
        assert.deepEqual(made.added.enums, ['UserPlan', 'UserLevel']);
    });

    it('stand behind a model that is there', async () => {
        const files = {
            'schema.zmodel': `import './user'\n\n${DATASOURCE}`,
            'user.zmodel': 'model User {\n    id String @id\n}\n',
        };
        const config = await configWith({ user: [plan], other: [key('userId', 'user')] });
        const { after } = await insertInto(files, config, { enums: true, into: '/project/zenstack/schema.zmodel' });
        assert.match(after['user.zmodel'] ?? '', /plan +UserPlan .*\n[^}]*\}\n\nenum UserPlan \{/);
        assert.doesNotMatch(after['schema.zmodel'] ?? '', /enum/);
    });

    it('reuse an enum with the same values, in any order; one with others keeps its name to itself', async () => {
        const same = 'enum Plan {\n    paid\n    free\n}\n';
        const reused = await insertInto(`${DATASOURCE}\n${same}`, await configWith({ user: [plan] }), { enums: true });
        assert.match(reused.text, /plan +Plan +@default\(free\)/);
        assert.equal(reused.plan.added.enums, undefined);
        const other = 'enum UserPlan {\n    gold\n}\n';
        const { text } = await insertInto(`${DATASOURCE}\n${other}`, await configWith({ user: [plan] }), {
            enums: true,
        });
        assert.match(text, /^enum UserPlan2 \{\n {4}free/m);
    });

    it('never for roles, for values that no enum can have, or keys', async () => {
        const config = await configWith({
            user: [
                column('role', { type: literals('user', 'admin') }),
                column('size', { type: literals('x-large') }),
                column('kind', { type: literals('true') }),
            ],
        });
        const { text } = await insertInto(DATASOURCE, config, { enums: true });
        assert.match(text, /role +String/);
        assert.match(text, /size +String/);
        assert.match(text, /kind +String/);
        assert.doesNotMatch(text, /enum/);
    });

    it('on every database', async () => {
        for (const provider of ['sqlite', 'mysql', 'postgresql']) {
            const schema = DATASOURCE.replace('sqlite', provider);
            const { text } = await insertInto(schema, await configWith({ user: [plan] }), { enums: true });
            assert.match(text, /plan +UserPlan +@default\(free\)\n/, provider);
        }
    });

    it('leave the plugins’ own tables without enums: they have roles only', async () => {
        const config = await configOf({ plugins: [organization(), admin()] });
        const { text } = await insertInto(DATASOURCE, config, { enums: true });
        assert.doesNotMatch(text, /enum/);
    });
});

describe('insert: indexes of a table', () => {
    async function withIndexes(indexes: AuthTable['indexes'], fields = ['a', 'b', 'c']): Promise<AuthConfig> {
        const config = await configWith({ pair: fields.map((name) => column(name)) });
        const [table] = config.tables;
        assert.ok(table);
        return { ...config, tables: [{ ...table, ...(indexes && { indexes }) }] };
    }

    it('over several fields become attributes of the model', async () => {
        const config = await withIndexes([
            { fields: ['a', 'b'], unique: true },
            { fields: ['b', 'c'], unique: false },
        ]);
        const { text } = await insertInto(DATASOURCE, config);
        assert.match(text, /\n\n {4}@@unique\(\[a, b\]\)\n {4}@@index\(\[b, c\]\)\n\}/);
    });

    it('over one field become what a mark on the field is', async () => {
        const config = await withIndexes([
            { fields: ['a'], unique: true },
            { fields: ['b'], unique: false },
        ]);
        const { text } = await insertInto(DATASOURCE, config);
        assert.match(text, /a +String +@unique/);
        assert.match(text, /@@index\(\[b\]\)/);
        assert.doesNotMatch(text, /@@unique/);
    });

    it('come with the field that completes them, and only then', async () => {
        const there = `${DATASOURCE}\nmodel Pair {\n    id String @id\n    a  String\n    b  String\n}\n`;
        const config = await withIndexes([
            { fields: ['a', 'b'], unique: true },
            { fields: ['b', 'c'], unique: false },
        ]);
        const { text } = await insertInto(there, config);
        assert.match(text, /@@index\(\[b, c\]\)/);
        assert.doesNotMatch(text, /@@unique/, 'rows that are there may not be unique');
    });

    it('keep texts on MySQL short enough to be indexed', async () => {
        const config = await withIndexes([{ fields: ['a', 'b'], unique: true }]);
        const { text } = await insertInto(DATASOURCE.replace('sqlite', 'mysql'), config);
        assert.match(text, /a +String\n/);
        assert.match(text, /c +String +@db\.Text\n/);
    });
});
