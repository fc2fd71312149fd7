import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
    createProtocolConnection,
    ExitNotification,
    InitializedNotification,
    InitializeRequest,
    ShutdownRequest,
    StreamMessageReader,
    StreamMessageWriter,
} from 'vscode-languageserver-protocol/node.js';
import manifest from '../../package.json' with { type: 'json' };
import { CODES } from '../../src/model/finding.ts';
import { CLI, zmodelAuth } from './support/run.ts';
import { removeWorkspaces, SCHEMA, workspace } from './support/workspace.ts';

const root = path.join(import.meta.dirname, '../..');

describe('zmodel-auth', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    after(removeWorkspaces);

    it('prints its version and its help', async () => {
        const version = await zmodelAuth(root, ['--version']);
        assert.deepEqual(version, { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
        const help = await zmodelAuth(root, ['--help']);
        assert.equal(help.code, 0);
        for (const command of ['check', 'insert', 'fix', 'shape', 'access', 'explain', 'lsp']) {
            assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'));
            const own = await zmodelAuth(root, [command, '--help']);
            assert.match(own.stdout, new RegExp(`^Usage: zmodel-auth ${command} `));
            assert.equal(own.code, 0);
        }
    });

    it('refuses a Node that is too old, before it loads anything that needs a newer one', async () => {
        const versions = `{ value: { ...process.versions, node: '22.11.0' } }`;
        const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', ${versions})`;
        const { code, stdout, stderr } = await zmodelAuth(root, ['check'], {
            NODE_OPTIONS: `--import="${pretend.replaceAll(' ', '%20')}"`,
        });
        assert.equal(stderr, 'zmodel-auth needs Node 22.12 or newer; this is 22.11.0. See https://nodejs.org.\n');
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });

    it('explains every code with its page', async () => {
        for (const code of Object.keys(CODES)) {
            const page = readFileSync(path.join(root, `docs/codes/${code}.md`), 'utf8');
            assert.deepEqual(await zmodelAuth(root, ['explain', code]), { code: 0, stdout: page, stderr: '' });
        }
        assert.match((await zmodelAuth(root, ['explain', 'schema-syntax'])).stdout, /syntax error/);
    });

    it('lists the codes for one that does not exist, the likely one first', async () => {
        const { code, stdout, stderr } = await zmodelAuth(root, ['explain', 'auth-member-mising']);
        assert.equal(stdout, '');
        assert.match(stderr, /"auth-member-mising" is no diagnostic code\. Did you mean auth-member-missing\?/);
        for (const known of Object.keys(CODES)) assert.match(stderr, new RegExp(`^  ${known}$`, 'm'));
        assert.equal(code, 2);
    });

    it('serves the language over standard input and output until the client ends it', async () => {
        const cwd = workspace({ 'schema.zmodel': SCHEMA });
        const child = spawn(process.execPath, [CLI, 'lsp', '--stdio'], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
        const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
        const connection = createProtocolConnection(
            new StreamMessageReader(child.stdout),
            new StreamMessageWriter(child.stdin),
        );
        connection.listen();
        try {
            const params = {
                processId: null,
                rootUri: null,
                capabilities: {},
                workspaceFolders: [{ name: 'case', uri: pathToFileURL(cwd).href }],
            };
            const { capabilities } = await connection.sendRequest(InitializeRequest.type, params);
            assert.ok(capabilities.codeActionProvider);
            await connection.sendNotification(InitializedNotification.type, {});
            await connection.sendRequest(ShutdownRequest.type);
            await connection.sendNotification(ExitNotification.type);
            assert.equal(await ended, 0);
        } finally {
            connection.dispose();
            child.kill();
        }
    });

    it('wants --stdio for the language server', async () => {
        const { code, stderr } = await zmodelAuth(root, ['lsp']);
        assert.match(stderr, /--stdio/);
        assert.equal(code, 2);
    });
});
