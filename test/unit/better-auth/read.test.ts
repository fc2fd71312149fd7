import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthConfig, AuthConfigAnalysis } from '../../../src/model/auth-table.ts';
import { FIXTURES } from './run-fixture.ts';

const CONFIG = `import { betterAuth } from 'better-auth';\nexport const auth = betterAuth({ user: { modelName: 'person' } });\n`;

describe('better-auth: looking through a folder', () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(path.join(tmpdir(), 'auth-configs-'));
    });

    afterEach(() => {
        rmSync(root, { recursive: true, force: true });
    });

    function write(file: string, content: string): string {
        const target = path.join(root, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
        return target;
    }

    function read(overlays: Record<string, string> = {}): Promise<AuthConfigAnalysis> {
        return readAuthConfigs({ root, overlays });
    }

    /** Reads a folder whose only configuration is the given options, after some more source. */
    async function readOptions(options: string, before = ''): Promise<AuthConfig> {
        write(
            'auth.ts',
            `import { betterAuth } from 'better-auth';\n${before}\nexport const auth = betterAuth(${options});\n`,
        );
        const [config] = (await read()).configs;
        assert.ok(config);
        return config;
    }

    it('reads all configurations of a workspace', async () => {
        const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, 'two-configs'), overlays: {} });
        assert.deepEqual(
            configs.map(({ location }) => path.relative(FIXTURES, location.file)),
            ['two-configs/cli/auth.ts', 'two-configs/server/auth.ts'],
        );
    });

    it('is not misled by comments, strings, and functions of the same name', async () => {
        const result = await readAuthConfigs({ root: path.join(FIXTURES, 'comments-only'), overlays: {} });
        assert.deepEqual(result, { configs: [], unknown: [] });
    });

    it('reports a file that does not parse, and reads the others', async () => {
        const folder = path.join(FIXTURES, 'syntax-error');
        const { configs, unknown } = await readAuthConfigs({ root: folder, overlays: {} });
        assert.deepEqual(
            configs.map(({ location }) => path.basename(location.file)),
            ['good.ts'],
        );
        assert.equal(unknown.length, 1);
        assert.deepEqual(
            { ...unknown[0], reason: '' },
            {
                what: 'broken.ts',
                reason: '',
                file: path.join(folder, 'broken.ts'),
                line: 5,
            },
        );
        assert.match(unknown[0]?.reason ?? '', /^a syntax error: /);
    });

    it('reports a tsconfig that does not parse, and resolves without it', async () => {
        const folder = path.join(FIXTURES, 'broken-tsconfig');
        const { configs, unknown } = await readAuthConfigs({ root: folder, overlays: {} });
        assert.equal(configs[0]?.tables[0]?.name, 'person');
        assert.deepEqual(
            unknown.map(({ what, line }) => [what, line]),
            [['tsconfig.json', 1]],
        );
    });

    it('skips dependencies, output and hidden folders, and takes tests only when there is nothing else', async () => {
        write('node_modules/dep/auth.ts', CONFIG);
        write('dist/auth.js', CONFIG);
        write('.next/server/auth.js', CONFIG);
        write('src/types.d.ts', CONFIG);
        const test = write('src/auth.test.ts', CONFIG);
        assert.deepEqual(
            (await read()).configs.map(({ location }) => location.file),
            [test],
        );
        const source = write('src/auth.ts', CONFIG);
        assert.deepEqual(
            (await read()).configs.map(({ location }) => location.file),
            [source],
        );
    });

    it('reads unsaved content instead of what is on disk, in the file and in what it imports', async () => {
        const file = write(
            'auth.ts',
            CONFIG.replace("'person'", 'name').replace('\n', "\nimport { name } from './name';\n"),
        );
        const name = write('name.ts', "export const name = 'saved';\n");
        const table = async (overlays: Record<string, string>): Promise<string | undefined> =>
            (await read(overlays)).configs[0]?.tables[0]?.name;
        assert.equal(await table({}), 'saved');
        assert.equal(await table({ [name]: "export const name = 'unsaved';\n" }), 'unsaved');
        assert.equal(await table({ [file]: CONFIG }), 'person');
        assert.equal(await table({ [file]: '// gone' }), undefined);
        assert.equal(await table({}), 'saved');
    });

    it('finds a file that is not saved yet', async () => {
        const file = path.join(root, 'src', 'new.ts');
        const { configs } = await read({ [file]: CONFIG, [path.join(root, 'node_modules', 'x.ts')]: CONFIG });
        assert.deepEqual(
            configs.map(({ location }) => location.file),
            [file],
        );
    });

    it('gives the same result again, and a new one when a file or a missing import changes', async () => {
        write('auth.ts', CONFIG.replace("'person'", 'name').replace('\n', "\nimport { name } from './name';\n"));
        const first = await read();
        assert.equal(first.configs[0]?.unknown[0]?.what, 'user.modelName');
        assert.equal((await read()).configs[0]?.tables, first.configs[0].tables);
        write('name.ts', "export const name = 'one';\n");
        assert.equal((await read()).configs[0]?.tables[0]?.name, 'one');
        write('name.ts', "export const name = 'another';\n");
        assert.equal((await read()).configs[0]?.tables[0]?.name, 'another');
    });

    it('stops when it is aborted, before and between files', async () => {
        write('a.ts', CONFIG);
        write('b.ts', CONFIG);
        await assert.rejects(readAuthConfigs({ root, overlays: {} }, AbortSignal.abort()), { name: 'AbortError' });
        const controller = new AbortController();
        const running = readAuthConfigs({ root, overlays: {} }, controller.signal);
        setImmediate(() => {
            controller.abort(new Error('enough'));
        });
        await assert.rejects(running, /enough/);
    });

    it('fails for a folder that is not there', async () => {
        await assert.rejects(readAuthConfigs({ root: path.join(root, 'nowhere'), overlays: {} }), { code: 'ENOENT' });
    });

    it('finds a configuration without better-auth being installed, in an empty options call', async () => {
        const config = await readOptions('');
        assert.deepEqual(config.unknown, []);
        assert.equal(config.tables.length, 4);
        assert.equal(config.adapter, undefined);
    });

    it('finds the tsconfig paths of a referenced project', async () => {
        write('tsconfig.json', '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }');
        write('tsconfig.app.json', '{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }');
        write('lib/names.ts', "export const user = 'member';\n");
        const config = await readOptions('{ user: { modelName: user } }', "import { user } from '~/names';");
        assert.equal(config.tables[0]?.name, 'member');
        assert.deepEqual(config.unknown, []);
    });

    it('follows a workspace package to its source', async () => {
        write('packages/auth/package.json', '{ "name": "@repo/auth", "exports": { ".": "./index.ts" } }');
        write('packages/auth/index.ts', "export const base = { session: { modelName: 'visit' } };\n");
        mkdirSync(path.join(root, 'node_modules/@repo'), { recursive: true });
        symlinkSync(path.join(root, 'packages/auth'), path.join(root, 'node_modules/@repo/auth'));
        const config = await readOptions('{ ...base }', "import { base } from '@repo/auth';");
        assert.deepEqual(config.unknown, []);
        assert.equal(config.tables[1]?.name, 'visit');
    });

    it('does not list unknown values that no table depends on', async () => {
        const config = await readOptions(
            `{
                secret: env.SECRET,
                socialProviders: makeProviders(env),
                plugins: [genericOAuth({ config: [keycloak({ clientId: env.ID, clientSecret: env.SECRET, issuer: env.URL })] })],
                databaseHooks: { user: { create: { before: hook } } },
            }`,
            `import { genericOAuth, keycloak } from 'better-auth/plugins';
            import { env, hook, makeProviders } from 'elsewhere';`,
        );
        assert.deepEqual(config.unknown, []);
        assert.deepEqual(
            config.plugins.map(({ name }) => name),
            ['genericOAuth'],
        );
    });

    it('never calls what is not a plain function of a bundled module', async () => {
        const config = await readOptions(
            `{ plugins: [isPasswordCompromised('hunter2'), org.endpoints.createOrganization({ body: {} }), nothing.at.all()] }`,
            `import { isPasswordCompromised, organization } from 'better-auth/plugins';
            const org = organization();
            const nothing = (() => { throw new Error('run') });`,
        );
        assert.deepEqual(
            config.unknown.map(({ what }) => what),
            ['plugins[0]', 'plugins[1]', 'plugins[2]'],
        );
        assert.match(config.unknown[0]?.reason ?? '', /"isPasswordCompromised" is not run/);
        assert.match(config.unknown[1]?.reason ?? '', /"org\.endpoints\.createOrganization" is not run/);
    });

    it('never reaches prototypes', async () => {
        const config = await readOptions(
            `{ user: { modelName: {}.constructor, fields: { ['__proto__']: { email: 'x' } } }, plugins: [({}).constructor.constructor('process.exit()')()] }`,
        );
        assert.equal(config.tables[0]?.name, 'user');
        assert.equal(config.tables[0].fields.find(({ key }) => key === 'email')?.name, 'email');
        assert.equal(config.unknown[0]?.what, 'plugins[0]');
    });

    it('takes nothing for certain that is changed or handed over after its declaration', async () => {
        const config = await readOptions(
            `{ plugins, user }`,
            `import { jwt, organization } from 'better-auth/plugins';
            const org = organization();
            org.schema.member.modelName = 'seat';
            const user = { modelName: 'person' };
            const plugins = [org, jwt()];
            extend(plugins);
            function extend(list) { list.push({ id: 'more' }); }`,
        );
        assert.deepEqual(
            config.unknown.map(({ what, line }) => [what, line]),
            [
                ['plugins[0]', 4],
                ['plugins[2]', 7],
            ],
        );
        assert.deepEqual(
            config.plugins.map(({ name }) => name),
            ['jwt'],
        );
    });

    it('follows options through an asynchronous function', async () => {
        const config = await readOptions(
            `await withJwt(base)`,
            `import { jwt } from 'better-auth/plugins';
            const base = { session: { modelName: 'visit' } };
            const withJwt = async (options) => ({ ...options, plugins: [jwt()] });`,
        );
        assert.deepEqual(config.unknown, []);
        assert.deepEqual(
            config.tables.map(({ name }) => name),
            ['user', 'visit', 'account', 'verification', 'jwks'],
        );
    });

    it('says it when Better Auth refuses the options', async () => {
        const config = await readOptions(
            `{ plugins: [{ id: 'odd', schema: { thing: { fields: {}, indexes: [{ fields: ['absent'] }] } } }] }`,
        );
        assert.equal(config.unknown.at(-1)?.what, 'options');
        assert.match(config.unknown.at(-1)?.reason ?? '', /Better Auth refuses them: .*absent/);
        assert.equal(config.tables.length, 4);
    });

    it('keeps what is certain about a spread that a condition decides about', async () => {
        const config = await readOptions(
            `{ user: { modelName: 'person', ...(process.env.A && { modelName: 'individual' }), additionalFields: { a: { type: 'string' } } } }`,
        );
        assert.deepEqual(
            config.unknown.map(({ what }) => what),
            ['user.modelName'],
        );
        assert.ok(config.tables[0]?.fields.some(({ key }) => key === 'a'));
    });
});
