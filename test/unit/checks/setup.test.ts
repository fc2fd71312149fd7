import assert from 'node:assert/strict';
import { applyFix } from '../../../src/fixes/index.ts';
import type { AuthAdapter, AuthConfig } from '../../../src/model/auth-table.ts';
import { applyChanges } from '../../../src/model/text.ts';
import type { Location } from '../../../src/model/text.ts';
import { configOf, entry, validate, viewOf } from '../insert/support.ts';
import { findingsIn, findingsOf, fixed, spot } from './support.ts';

function datasource(provider: string): string {
    return `datasource db {\n    provider = '${provider}'\n    url      = 'x'\n}\n`;
}

const POLICY = `plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}\n`;
const NOTE = `model Note {\n    id String @id\n\n    @@allow('read', true)\n}\n`;
const PLAIN = `model Note {\n    id String @id\n}\n`;

function literal(text: string): { location: Location; text: string } {
    const start = { line: 2, character: 10 };
    const end = { line: 2, character: 10 + text.length };
    return { location: { file: '/project/src/auth.ts', range: { start, end } }, text };
}

async function configWithAdapter(adapter: Partial<AuthAdapter>): Promise<AuthConfig[]> {
    return [await configOf({}, { name: 'zenstackAdapter', provider: 'sqlite', ...adapter })];
}

describe('adapter-provider-mismatch', () => {
    const CASES: [database: string, adapter: string, needed: string | undefined][] = [
        ['sqlite', 'sqlite', undefined],
        ['postgresql', 'postgresql', undefined],
        ['mysql', 'sqlite', undefined],
        ['sqlite', 'postgresql', 'sqlite'],
        ['postgresql', 'sqlite', 'postgresql'],
        ['mysql', 'postgresql', 'sqlite'],
        ['sqlite', 'mongodb', 'sqlite'],
    ];
    for (const [database, provider, needed] of CASES) {
        it(`${provider} above ${database}: ${needed === undefined ? 'fine' : `should be ${needed}`}`, async () => {
            const schema = datasource(database) + PLAIN;
            const providerLiteral = literal(`"${provider}"`);
            const configs = await configWithAdapter({ provider, providerLiteral });
            const [finding] = findingsOf('adapter-provider-mismatch', schema, { configs });
            if (needed === undefined) {
                assert.equal(finding, undefined);
                return;
            }
            assert.ok(finding);
            assert.equal(spot(schema, finding), `'${database}'`);
            assert.deepEqual(finding.related[0]?.location, providerLiteral.location);
            const [fix] = finding.fixes;
            assert.ok(fix);
            const source = `\n\nprovider: "${provider}" // ours\n`;
            const input = { view: viewOf(schema), file: entry };
            const changes = applyFix(fix.data, { ...input, readSource: () => source });
            assert.equal(applyChanges(source, changes), source.replace(provider, needed));
            assert.deepEqual(applyFix(fix.data, { ...input, readSource: () => source.replace('"', "'") }), []);
            assert.deepEqual(applyFix(fix.data, input), [], 'nothing without a way to read sources');
        });
    }

    it('is silent where something is unknown: the provider, the datasource, which configuration', async () => {
        const schema = datasource('sqlite') + PLAIN;
        const wrong = await configWithAdapter({ provider: 'postgresql' });
        const unknown = { ...wrong[0], adapter: { name: 'zenstackAdapter' } } as AuthConfig;
        assert.equal(findingsOf('adapter-provider-mismatch', schema, { configs: wrong }).length, 1);
        assert.deepEqual(findingsOf('adapter-provider-mismatch', schema, { configs: [unknown] }), []);
        assert.deepEqual(findingsOf('adapter-provider-mismatch', PLAIN, { configs: wrong }), []);
        assert.deepEqual(findingsOf('adapter-provider-mismatch', schema, { configs: [...wrong, ...wrong] }), []);
        assert.deepEqual(findingsOf('adapter-provider-mismatch', schema, { configs: wrong, isMainSchema: false }), []);
    });
});

describe('adapter-policy-client', () => {
    const { location } = literal('db.$use(new PolicyPlugin())');
    const policyClient = { location, text: 'db.$use(new PolicyPlugin())', without: 'db' };

    it('says where the plugin is added; the fix takes it out there', async () => {
        const schema = datasource('sqlite') + PLAIN;
        const configs = await configWithAdapter({ policyClient });
        const [finding] = findingsOf('adapter-policy-client', schema, { configs });
        assert.ok(finding);
        assert.match(finding.message, /access policy plugin \(auth\.ts:3\)/);
        assert.equal(spot(schema, finding), "'sqlite'");
        const source = '\n\n database(db.$use(new PolicyPlugin()), {\n';
        const [fix] = finding.fixes;
        assert.ok(fix);
        const changes = applyFix(fix.data, { view: viewOf(schema), file: entry, readSource: () => source });
        assert.equal(applyChanges(source, changes), '\n\n database(db, {\n');
    });

    it('stands at the first declaration of a schema without datasource, and has no fix for a client from elsewhere', async () => {
        const { without, ...elsewhere } = policyClient;
        assert.equal(without, 'db');
        const configs = await configWithAdapter({ policyClient: elsewhere });
        const [finding] = findingsOf('adapter-policy-client', PLAIN, { configs });
        assert.ok(finding);
        assert.equal(spot(PLAIN, finding), 'Note');
        assert.deepEqual(finding.fixes, []);
    });

    it('is silent for a plain client', async () => {
        const configs = await configWithAdapter({});
        assert.deepEqual(findingsOf('adapter-policy-client', datasource('sqlite') + PLAIN, { configs }), []);
    });
});

describe('policy-plugin-missing', () => {
    it('stands at the first rule; the fix declares the plugin, and the schema validates', async () => {
        const schema = `${datasource('sqlite')}\n${NOTE}`;
        const [finding, ...others] = findingsOf('policy-plugin-missing', schema);
        assert.ok(finding);
        assert.deepEqual(others, []);
        assert.equal(spot(schema, finding), '@@allow');
        const result = fixed(schema, finding);
        assert.equal(result, `${datasource('sqlite')}\n${POLICY}\n${NOTE}`);
        assert.deepEqual(await validate({ 'schema.zmodel': result }), []);
        assert.deepEqual(findingsIn(result), []);
    });

    it('finds a rule on a field, and puts the plugin behind the other one, with the end of line of the file', () => {
        const other = `plugin other {\r\n    provider = '@core/typescript'\r\n}\r\n`;
        const schema = `${other}\r\nmodel Note {\r\n    id String @id @allow('read', true)\r\n}\r\n`;
        const [finding] = findingsOf('policy-plugin-missing', schema);
        const policy = POLICY.replaceAll('\n', '\r\n');
        assert.equal(fixed(schema, finding), schema.replace(other, `${other}\r\n${policy}`));
    });

    const SILENT: Record<string, string> = {
        'with the plugin': `${POLICY}${NOTE}`,
        'without rules': PLAIN,
        'rules in comments': `// @@allow('read', true)\n${PLAIN}`,
        'a plugin of the application': `plugin own {\n    provider = './own-plugin'\n}\n${NOTE}`,
        'a provider that cannot be read': `plugin own {\n    provider = env('X')\n}\n${NOTE}`,
        'an import that leads nowhere': `import './gone'\n${NOTE}`,
        'a syntax error': `${NOTE}model {\n`,
    };
    for (const [name, schema] of Object.entries(SILENT)) {
        it(`is silent: ${name}`, () => {
            assert.deepEqual(findingsOf('policy-plugin-missing', schema), []);
        });
    }

    it('sees the plugin in another file', () => {
        const files = { 'schema.zmodel': `import './base'\n${NOTE}`, 'base.zmodel': POLICY };
        assert.deepEqual(findingsOf('policy-plugin-missing', files), []);
    });
});

describe('schema-v2', () => {
    const CORE = `plugin zod {\n    provider = '@core/zod'\n}\n`;
    const V2: Record<string, { schema: string; at: string }> = {
        'an abstract model': {
            schema: `abstract model Base {\n    id String @id\n}\n\nmodel Note extends Base {\n    title String\n}\n`,
            at: 'abstract model',
        },
        'future()': {
            schema: `model Note {\n    id String @id\n    a Int\n\n    @@allow('update', future().a == a)\n}\n`,
            at: 'future()',
        },
        'a plugin that is gone, beside rules': { schema: CORE + NOTE, at: CORE.trim() },
        '@password, beside rules': {
            schema: `model User {\n    id String @id\n    secret String @password\n\n    @@allow('read', true)\n}\n`,
            at: '@password',
        },
    };
    for (const [name, { schema, at }] of Object.entries(V2)) {
        it(`is told by ${name}, and then nothing else is reported`, async () => {
            const configs = await configWithAdapter({ provider: 'postgresql' });
            const findings = findingsIn(datasource('sqlite') + schema, { configs });
            assert.deepEqual(
                findings.map(({ code }) => code),
                ['schema-v2'],
            );
            const [finding] = findings;
            assert.ok(finding);
            assert.equal(spot(datasource('sqlite') + schema, finding), at);
        });
    }

    it('is told by an imported file', () => {
        const files = { 'schema.zmodel': "import './base'\n", 'base.zmodel': V2['an abstract model']?.schema ?? '' };
        assert.equal(findingsOf('schema-v2', files)[0]?.file.endsWith('base.zmodel'), true);
    });

    const V3: Record<string, string> = {
        'a remnant without rules': CORE + PLAIN,
        'a remnant beside the policy plugin': CORE + POLICY + NOTE,
        'an abstract model beside the policy plugin, half moved on': `${POLICY}abstract model Base {\n    id String @id\n}\n`,
        'the word in a comment and a string': `// abstract model Base {\nmodel Note {\n    id String @id @default("future()")\n}\n`,
        'a model of that name': `model abstract {\n    id String @id\n    future String\n}\n`,
        'a function of its own': `function future(): Boolean {\n}\n${PLAIN}`,
        'a plugin that is still there': `plugin ts {\n    provider = '@core/typescript'\n}\n${NOTE}`,
    };
    for (const [name, schema] of Object.entries(V3)) {
        it(`isn't told by ${name}`, () => {
            assert.deepEqual(findingsOf('schema-v2', schema), []);
        });
    }
});

describe('chevrotain-override-missing', () => {
    const bun = {
        lockfile: '/project/bun.lock',
        manifest: '/project/package.json',
        chevrotain: ['10.5.0', '12.0.0'],
        wanted: '~12.0.0',
        overridden: false,
        dependencies: ['@zenstackhq/cli'],
    };

    it('names both versions; the fix adds the override to package.json', () => {
        const [finding] = findingsOf('chevrotain-override-missing', PLAIN, { setup: { bun } });
        assert.ok(finding);
        assert.equal(finding.file, '/project/package.json');
        assert.match(finding.message, /10\.5\.0 and 12\.0\.0.*"~12\.0\.0" in package\.json/);
        const [fix] = finding.fixes;
        assert.ok(fix);
        const manifest = '{\n  "name": "app"\n}\n';
        const changes = applyFix(fix.data, { view: viewOf(PLAIN), file: entry, readSource: () => manifest });
        assert.equal(
            applyChanges(manifest, changes),
            '{\n  "name": "app",\n  "overrides": {\n    "chevrotain": "~12.0.0"\n  }\n}\n',
        );
    });

    it('is silent: one major version, overridden, not under bun, not the main schema', () => {
        const silent = (setup: object, isMainSchema = true): void => {
            assert.deepEqual(findingsOf('chevrotain-override-missing', PLAIN, { setup, isMainSchema }), []);
        };
        silent({ bun: { ...bun, chevrotain: ['12.0.0', '12.1.0'] } });
        silent({ bun: { ...bun, overridden: true } });
        silent({});
        silent({ bun }, false);
    });

    it('with a binary lockfile, needs both command lines among the dependencies', () => {
        const { chevrotain, wanted, ...binary } = bun;
        assert.ok(chevrotain.length > 0 && wanted);
        assert.deepEqual(findingsOf('chevrotain-override-missing', PLAIN, { setup: { bun: binary } }), []);
        const dependencies = ['@zenstackhq/cli', '@better-auth/cli'];
        const [finding] = findingsOf('chevrotain-override-missing', PLAIN, {
            setup: { bun: { ...binary, dependencies } },
        });
        assert.match(finding?.message ?? '', /"\^11"/);
    });
});
