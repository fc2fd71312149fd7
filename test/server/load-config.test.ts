import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node.js';
import type { InsertParams, InsertResult, LoadConfigParams, LoadConfigResult } from '../../src/shared/protocol.ts';
import { poll } from '../support/poll.ts';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MANIFEST = '{ "name": "part", "private": true, "type": "module" }';

/** What the plugins are is known at run time only; that it ran is seen from a file. */
const AUTH_TS = `import fs from 'node:fs';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';

fs.writeFileSync(new URL('./ran', import.meta.url), '');
export const auth = betterAuth({
    secret: 'a',
    plugins: [organization(), ...(process.env.WITH_ADMIN === 'yes' ? [admin()] : [])],
});
`;

const FILES: Record<string, string> = {
    'app/package.json': MANIFEST,
    'app/.env': 'WITH_ADMIN=yes\n',
    'app/schema.zmodel': HEAD,
    'app/auth.ts': AUTH_TS,

    'plain/package.json': MANIFEST,
    'plain/schema.zmodel': HEAD,
    'plain/auth.ts': "import { betterAuth } from 'better-auth';\nexport const auth = betterAuth({ secret: 'a' });\n",

    'throws/package.json': MANIFEST,
    'throws/schema.zmodel': HEAD,
    'throws/auth.ts':
        "import { betterAuth } from 'better-auth';\nthrow new Error('DATABASE_URL is missing');\nexport const auth = betterAuth({ secret: 'a' });\n",

    'endless/package.json': MANIFEST,
    'endless/schema.zmodel': HEAD,
    'endless/auth.ts':
        "import fs from 'node:fs';\nimport { betterAuth } from 'better-auth';\nfs.writeFileSync(new URL('./pid', import.meta.url), String(process.pid));\nfor (;;);\nexport const auth = betterAuth({ secret: 'a' });\n",
};

describe('loading the real configuration over LSP', function () {
    this.timeout(60_000);

    let server: TestServer;
    before(async () => {
        server = await TestServer.start(FILES);
    });
    after(async () => {
        await server.stop();
    });

    const insert = (params: InsertParams): Promise<InsertResult> =>
        server.client.sendRequest('zmodelAuth/insertAuthModels', params);
    const load = (params: LoadConfigParams): Promise<LoadConfigResult> =>
        server.client.sendRequest('zmodelAuth/loadConfig', params);

    /** The plan for a folder's schema, and what to say to have its configuration loaded. */
    async function planned(folder: string, params: InsertParams = {}): Promise<InsertResult & { kind: 'plan' }> {
        const result = await insert({ uri: server.uri(`${folder}/schema.zmodel`), ...params });
        assert.ok(result.kind === 'plan', JSON.stringify(result));
        return result;
    }
    async function target(folder: string): Promise<LoadConfigParams> {
        const { config } = await planned(folder);
        return { uri: server.uri(`${folder}/schema.zmodel`), config: config?.id ?? '', consent: true };
    }

    it('nothing runs unless the user agreed', async () => {
        const result = await load({ ...(await target('app')), consent: false });
        assert.ok(result.kind === 'failed');
        assert.match(result.message, /Nothing was run/);
        assert.equal(fs.existsSync(path.join(server.root, 'app/ran')), false);
    });

    it('says what differs from the source, and goes on with the loaded tables', async () => {
        const read = await planned('app');
        assert.deepEqual([read.added.models.includes('Member'), read.unknown.length > 0], [true, true]);
        assert.doesNotMatch(server.applied('app/schema.zmodel', read.edit), /banReason/);

        const result = await load(await target('app'));
        assert.ok(result.kind === 'loaded', JSON.stringify(result));
        assert.equal(fs.existsSync(path.join(server.root, 'app/ran')), true);
        assert.ok(result.differences.some((each) => /^user\.banReason is in the loaded configuration/.test(each)));
        assert.equal(result.config.loaded, true);

        const loaded = await planned('app', { config: result.config.id, loaded: true });
        assert.deepEqual(loaded.unknown, []);
        assert.match(server.applied('app/schema.zmodel', loaded.edit), /banReason/);
        assert.match(loaded.config?.notes.join(' ') ?? '', /as it was loaded/);
        // Only on demand: without it what was read counts as before.
        assert.doesNotMatch(server.applied('app/schema.zmodel', (await planned('app')).edit), /banReason/);
    });

    it('does not go on with tables of a configuration that is another one by now', async () => {
        const result = await load(await target('plain'));
        assert.ok(result.kind === 'loaded', JSON.stringify(result));
        assert.deepEqual(result.differences, []);
        await server.write(
            'plain/auth.ts',
            "import { betterAuth } from 'better-auth';\nexport const auth = betterAuth({ secret: 'a', session: { modelName: 'visit' } });\n",
        );
        const again = await insert({
            uri: server.uri('plain/schema.zmodel'),
            config: result.config.id,
            loaded: true,
        });
        assert.ok(again.kind === 'failed', JSON.stringify(again));
        assert.match(again.message, /plain\/auth\.ts:2 was changed since it was loaded/);
    });

    it('tells why a configuration can not be loaded', async () => {
        const result = await load(await target('throws'));
        assert.ok(result.kind === 'failed', JSON.stringify(result));
        assert.match(result.message, /^throws\/auth\.ts:3 could not be loaded: DATABASE_URL is missing/);
        assert.ok(server.logs.some((line) => line.includes('auth.ts') && line.includes('DATABASE_URL is missing')));
    });

    it('ends the process when the user cancels', async () => {
        const source = new CancellationTokenSource();
        const asked = server.client.sendRequest('zmodelAuth/loadConfig', await target('endless'), source.token);
        const file = path.join(server.root, 'endless/pid');
        await poll('the configuration to run', () => fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== '');
        source.cancel();
        await assert.rejects(asked, { code: LSPErrorCodes.RequestCancelled });
        const pid = Number(fs.readFileSync(file, 'utf8'));
        await poll('its process to end', () => !isAlive(pid));
    });

    it('a configuration that is gone', async () => {
        const result = await load({
            config: '/nowhere/auth.ts#1',
            consent: true,
            uri: server.uri('plain/schema.zmodel'),
        });
        assert.ok(result.kind === 'failed');
        assert.match(result.message, /is not there any more/);
    });
});

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        // No such process, which is the question.
        return false;
    }
}
