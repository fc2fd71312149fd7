import assert from 'node:assert/strict';
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    realpathSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import { loadRealConfig } from '../../../src/worker/load-config.ts';
import type { LoadOptions, LoadedConfig } from '../../../src/worker/load-config.ts';
import { runZen } from '../../runtime/generate.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
const IMPORT = `import { betterAuth } from 'better-auth';`;

describe('worker: loading the real configuration', () => {
    let root: string;

    beforeEach(() => {
        root = realpathSync(mkdtempSync(path.join(tmpdir(), 'load-config-')));
        mkdirSync(path.join(root, 'node_modules'));
        symlinkSync(path.join(REPOSITORY, 'node_modules/better-auth'), path.join(root, 'node_modules/better-auth'));
        write('package.json', '{ "type": "module" }');
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

    /** Writes `auth.ts`, reads it and loads it. */
    async function load(source: string, options: Partial<LoadOptions> = {}): Promise<LoadedConfig> {
        const file = write('src/auth.ts', source);
        const [config] = (await readAuthConfigs({ root, overlays: {} })).configs;
        assert.ok(config);
        const { exportName, tables } = config;
        return loadRealConfig({ root, file, ...(exportName !== undefined && { exportName }), tables, ...options });
    }

    function errorOf(loaded: LoadedConfig): string {
        return 'error' in loaded ? loaded.error : assert.fail('it was loaded');
    }

    function succeeded(loaded: LoadedConfig): Exclude<LoadedConfig, { error: string }> {
        return 'error' in loaded ? assert.fail(`${loaded.error}\n${loaded.stack ?? ''}`) : loaded;
    }

    function isAlive(pid: number): boolean {
        try {
            return process.kill(pid, 0);
        } catch {
            // No such process, which is the question.
            return false;
        }
    }

    it('agrees with the static reading of the sample', async () => {
        process.env['TODO_DB'] = ':memory:';
        try {
            const sample = path.join(REPOSITORY, 'samples/multi-tenant');
            // A fresh clone has no generated client yet, and the sample's auth.ts imports it.
            await runZen(['generate'], sample);
            const [config] = (await readAuthConfigs({ root: sample, overlays: {} })).configs;
            assert.ok(config);
            const { location, exportName, tables } = config;
            const loaded = succeeded(
                await loadRealConfig({ root: sample, file: location.file, exportName: exportName ?? '', tables }),
            );
            assert.deepEqual(loaded.differences, []);
            assert.equal(loaded.tables.length, 7);
            assert.equal(loaded.version, config.version);
            assert.deepEqual(loaded.id, { kind: 'application' });
        } finally {
            delete process.env['TODO_DB'];
        }
    });

    it('shows what the source left open', async () => {
        write('.env', 'TEAMS=no\nUSER_TABLE="person" # a comment\n');
        write('.env.local', 'TEAMS=yes\n');
        const loaded = succeeded(
            await load(`${IMPORT}
                import { admin, organization } from 'better-auth/plugins';
                console.log('noise', process.cwd());
                export const auth = betterAuth({
                    user: { modelName: process.env.USER_TABLE },
                    plugins: [
                        organization({ teams: { enabled: process.env.TEAMS === 'yes' } }),
                        ...(process.env.TEAMS === 'yes' ? [admin()] : []),
                    ],
                });`),
        );
        const found = loaded.differences.map(({ table, field, what }) =>
            [table, field, what].filter(Boolean).join(' '),
        );
        assert.ok(found.includes('user name'));
        assert.ok(found.includes('user banned only-loaded'));
        assert.ok(found.includes('team only-loaded'));
        assert.ok(found.includes('session activeTeamId only-loaded'));
        assert.match(
            loaded.differences.find(({ what }) => what === 'name')?.message ?? '',
            /^The name of user: user in the source, person in the loaded configuration\.$/,
        );
    });

    it('resolves aliases, imports what only frameworks supply, and finds a default export', async () => {
        write('tsconfig.json', '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }');
        write('.env', 'SECRET=from-env-file-and-long-enough-for-a-secret\n');
        write('src/lib/names.ts', `export const names: Record<string, string> = { user: 'citizen' };`);
        const loaded = succeeded(
            await load(`import 'server-only';
                ${IMPORT}
                import { headers, cookies } from 'next/headers';
                import { SECRET } from '$env/static/private';
                import { env } from '$env/dynamic/private';
                import { env as worker } from 'cloudflare:workers';
                import { names } from '@/lib/names';
                await headers();
                (await cookies()).get('session');
                if (SECRET !== env.SECRET || SECRET !== worker.SECRET || SECRET === undefined) throw new Error('no secret');
                export default betterAuth({ secret: SECRET, user: { modelName: names.user } });`),
        );
        assert.equal(loaded.tables[0]?.name, 'citizen');
        assert.deepEqual(loaded.differences, []);
    });

    it('takes the plural names from the adapter', async () => {
        const adapter = path.join(REPOSITORY, 'node_modules/@zenstackhq');
        symlinkSync(adapter, path.join(root, 'node_modules/@zenstackhq'));
        const loaded = succeeded(
            await load(`${IMPORT}
                import { zenstackAdapter } from '@zenstackhq/better-auth';
                const options = { provider: 'sqlite', usePlural: [true].at(0) } as const;
                export const auth = betterAuth({ database: zenstackAdapter({} as never, options) });`),
        );
        assert.equal(loaded.tables[0]?.name, 'users');
        assert.ok(loaded.differences.some(({ table, what }) => table === 'account' && what === 'name'));
    });

    it('says what a configuration throws', async () => {
        const loaded = await load(`${IMPORT}
            if (!process.env.ZMODEL_AUTH_ABSENT) throw new Error('ZMODEL_AUTH_ABSENT is not set');
            export const auth = betterAuth({});`);
        assert.equal(errorOf(loaded), 'ZMODEL_AUTH_ABSENT is not set');
        assert.ok('stack' in loaded && loaded.stack.includes('auth.ts'));
    });

    it('says it when the process is ended, with what was printed', async () => {
        const loaded = await load(`${IMPORT}
            console.error('Invalid environment'); process.exit(3);
            export const auth = betterAuth({});`);
        assert.match(errorOf(loaded), /ended its process .*\(exit code 3\)\. It printed: Invalid environment$/);
    });

    it('kills an endless loop at the limit', async () => {
        const started = performance.now();
        const loaded = await load(
            `${IMPORT}
            import { writeFileSync } from 'node:fs';
            writeFileSync('pid', String(process.pid));
            for (;;) {}
            export const auth = betterAuth({});`,
            { timeoutMs: 3000 },
        );
        assert.equal(errorOf(loaded), 'The configuration was not loaded within 3 seconds and was ended.');
        assert.ok(performance.now() - started < 15_000);
        const pid = Number(readFileSync(path.join(root, 'pid'), 'utf8'));
        for (const until = performance.now() + 5000; isAlive(pid) && performance.now() < until;) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        assert.equal(isAlive(pid), false);
    });

    for (const [name, source, message] of [
        [
            'a factory',
            'export function auth() { return betterAuth({}); }',
            /"auth" is a function that makes the configuration/,
        ],
        ['one that is not exported', 'const auth = betterAuth({}); export const other = 1;', /does not export "auth"/],
        [
            'something else',
            'betterAuth({}); export const auth = { api: {} };',
            /"auth" is nothing that betterAuth\(\) made/,
        ],
    ] as const) {
        it(`explains why it does not load ${name}`, async () => {
            assert.match(errorOf(await load(`${IMPORT}\n${source}`, { exportName: 'auth' })), message);
        });
    }

    it('says it when better-auth is not there', async () => {
        rmSync(path.join(root, 'node_modules/better-auth'));
        assert.match(errorOf(await load(`${IMPORT}\nexport const auth = betterAuth({});`)), /better-auth/);
    });

    it('rejects when it is aborted, before and while it runs', async () => {
        const source = `${IMPORT}\nfor (;;) {}\nexport const auth = betterAuth({});`;
        await assert.rejects(load(source, { signal: AbortSignal.abort() }), { name: 'AbortError' });
        const controller = new AbortController();
        const running = load(source, { signal: controller.signal });
        setImmediate(() => {
            controller.abort(new Error('enough'));
        });
        await assert.rejects(running, /enough/);
    });

    it('runs nothing before it is called', async () => {
        const source = `${IMPORT}
            import { writeFileSync } from 'node:fs';
            writeFileSync('ran', '');
            export const auth = betterAuth({});`;
        write('src/auth.ts', source);
        await readAuthConfigs({ root, overlays: {} });
        assert.equal(existsSync(path.join(root, 'ran')), false);
        succeeded(await load(source));
        assert.equal(existsSync(path.join(root, 'ran')), true);
    });
});
