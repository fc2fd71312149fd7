import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthConfig } from '../../../src/model/auth-table.ts';

const IMPORT = `import { betterAuth } from 'better-auth';\n`;
const ADAPTER = `import { zenstackAdapter } from '@zenstackhq/better-auth';\n`;

describe('better-auth: several configurations', () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(path.join(tmpdir(), 'auth-purpose-'));
    });

    afterEach(() => {
        rmSync(root, { recursive: true, force: true });
    });

    async function read(files: Record<string, string>): Promise<AuthConfig[]> {
        for (const [file, content] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
            writeFileSync(path.join(root, file), IMPORT + content);
        }
        return (await readAuthConfigs({ root, overlays: {} })).configs;
    }

    const APPLICATION = `${ADAPTER}import { admin } from 'better-auth/plugins';
        export const auth = betterAuth({ database: zenstackAdapter({}, { provider: 'sqlite' }), plugins: [admin()] });`;
    const PLAIN = 'export const auth = betterAuth({});';

    it('tells the application from tools by their paths, and says why', async () => {
        const configs = await read({
            'apps/web/lib/auth.ts': APPLICATION,
            'scripts/auth.ts': PLAIN,
            'src/auth.cli.ts': 'const auth = betterAuth({ user: { modelName: process.env.X } });',
        });
        assert.deepEqual(
            configs.map(({ purpose, recommended }) => [purpose, recommended]),
            [
                ['application', true],
                ['tooling', undefined],
                ['tooling', undefined],
            ],
        );
        assert.deepEqual(
            configs.map(({ reasons }) => reasons),
            [
                ['exported as "auth"', 'zenstackAdapter for sqlite', 'plugin admin'],
                [
                    '"scripts" in its path stands for a tool, not for the application',
                    'exported as "auth"',
                    'no adapter',
                    'no plugins',
                ],
                [
                    '"cli" in its path stands for a tool, not for the application',
                    'held by "auth"',
                    'no adapter',
                    'no plugins',
                    'parts of it are unknown',
                ],
            ],
        );
    });

    it('prefers the one with the adapter of ZenStack', async () => {
        const configs = await read({ 'a/auth.ts': PLAIN, 'b/auth.ts': APPLICATION });
        assert.deepEqual(
            configs.map(({ recommended }) => recommended),
            [undefined, true],
        );
    });

    it('recommends none when nothing tells them apart', async () => {
        const configs = await read({ 'a/auth.ts': PLAIN, 'b/auth.ts': PLAIN });
        assert.ok(configs.every(({ recommended }) => recommended === undefined));
    });

    it('keeps those of tests apart: they count only when there is no other', async () => {
        const [only] = await read({ 'test/auth.ts': APPLICATION });
        assert.equal(only?.purpose, 'test');
        assert.equal(only.reasons?.[0], 'it is in a file of tests');
        const configs = await read({ 'src/auth.ts': PLAIN });
        assert.deepEqual(
            configs.map(({ purpose }) => purpose),
            ['application'],
        );
    });

    it('a word that only contains the name of a tool is none', async () => {
        const [config] = await read({ 'src/client/seedling/auth.ts': PLAIN });
        assert.equal(config?.purpose, 'application');
    });

    for (const [source, exportName, isExported] of [
        ['export const auth = betterAuth({});', 'auth', true],
        ['const auth = betterAuth({}); export { auth };', 'auth', true],
        ['const auth = betterAuth({}); export { auth as server };', 'server', true],
        ['const auth = betterAuth({}); export default auth;', 'default', true],
        ['export default betterAuth({});', 'default', true],
        ['export default function make() { return betterAuth({}); }', 'default', true],
        ['export const make = () => betterAuth({});', 'make', true],
        ['const auth = betterAuth({}); module.exports = { auth };', 'auth', true],
        ['const auth = betterAuth({}); module.exports = { server: auth };', 'server', true],
        ['const auth = betterAuth({}); exports.login = auth;', 'login', true],
        ['const auth = betterAuth({}); module.exports = auth;', 'default', true],
        ['const auth = betterAuth({}); export const other = 1;', 'auth', false],
        ['betterAuth({});', undefined, undefined],
    ] as const) {
        it(`finds the export: ${source}`, async () => {
            const [config] = await read({ 'auth.ts': source });
            assert.deepEqual([config?.exportName, config?.isExported], [exportName, isExported]);
        });
    }
});
