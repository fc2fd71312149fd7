import assert from 'node:assert/strict';
import { execFileSync, fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
    createMessageConnection,
    IPCMessageReader,
    IPCMessageWriter,
    StreamMessageReader,
    StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';
import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { poll } from '../support/poll.ts';
import { DB_TS, GOOD } from './sources.ts';
import { writeWorkspace } from './support.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const CLI = path.join(ROOT, 'src/cli/main.ts');
const BUNDLE = path.join(ROOT, 'dist/server.cjs');
const NULLABLE = GOOD.replace('organizationId   String?', 'organizationId   String');

/** Process ids of a process's children. */
function childrenOf(pid: number): number[] {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
        .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

/** The messages of a byte stream; throws at the first byte that is no part of one. */
function readFrames(bytes: Buffer): unknown[] {
    const messages: unknown[] = [];
    for (let rest = bytes; rest.length > 0;) {
        const end = rest.indexOf('\r\n\r\n');
        const header = rest.subarray(0, Math.max(end, 0)).toString('ascii');
        const length = /^Content-Length: (\d+)$/.exec(header)?.[1];
        assert.ok(length !== undefined, `not of the protocol: ${rest.subarray(0, 200).toString('utf8')}`);
        const body = rest.subarray(end + 4, end + 4 + Number(length));
        messages.push(JSON.parse(body.toString('utf8')));
        rest = rest.subarray(end + 4 + Number(length));
    }
    return messages;
}

describe('the server as a process', () => {
    let folder: string;
    let child: ChildProcess | undefined;
    let connection: MessageConnection | undefined;

    beforeEach(() => {
        folder = writeWorkspace({
            'schema.zmodel': NULLABLE,
            // Upstream's checks throw on this, and print that they did.
            'half.zmodel': "import './schema'\nmodel Half {\n    own\n    todo Todo @relation(fields: [\n}\n",
            'src/db.ts': DB_TS,
        });
    });
    afterEach(() => {
        connection?.dispose();
        child?.kill('SIGKILL');
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Opens the schema, waits for a finding that the worker takes part in. Out: the worker's process id. */
    async function work(client: MessageConnection, server: ChildProcess): Promise<number> {
        const found: string[] = [];
        client.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: PublishDiagnosticsParams) => {
            found.push(...diagnostics.map((each) => String(each.code)));
        });
        client.onRequest('client/registerCapability', () => null);
        client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
        client.listen();
        await client.sendRequest('initialize', {
            processId: process.pid,
            rootUri: null,
            capabilities: { workspace: { configuration: true } },
            workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'app' }],
        });
        await client.sendNotification('initialized', {});
        for (const name of ['half.zmodel', 'schema.zmodel']) {
            const file = path.join(folder, name);
            const text = fs.readFileSync(file, 'utf8');
            await client.sendNotification('textDocument/didOpen', {
                textDocument: { uri: pathToFileURL(file).href, languageId: 'zmodel-v3', version: 1, text },
            });
        }
        await poll('a finding about the application', () => found.includes('context-member-nullable'));
        const [worker] = childrenOf(server.pid ?? 0);
        assert.ok(worker !== undefined, 'the worker is a child of the server');
        return worker;
    }

    function startStdio(): { server: ChildProcess; client: MessageConnection; bytes: Buffer[] } {
        const server = spawn(process.execPath, [CLI, 'lsp', '--stdio'], {
            cwd: folder,
            stdio: ['pipe', 'pipe', 'pipe'],
        });
        child = server;
        const bytes: Buffer[] = [];
        server.stdout.on('data', (chunk: Buffer) => bytes.push(chunk));
        connection = createMessageConnection(
            new StreamMessageReader(server.stdout),
            new StreamMessageWriter(server.stdin),
        );
        return { server, client: connection, bytes };
    }

    const exitOf = (server: ChildProcess): Promise<number | null> =>
        new Promise((resolve) => {
            server.on('exit', (code) => {
                resolve(code);
            });
        });

    it('over stdio: nothing but the protocol on stdout, and no process left after exit', async () => {
        const { server, client, bytes } = startStdio();
        const exited = exitOf(server);
        const worker = await work(client, server);
        await client.sendRequest('shutdown');
        await client.sendNotification('exit');
        assert.equal(await exited, 0);
        await poll('the end of the worker', () => !isAlive(worker));
        assert.ok(readFrames(Buffer.concat(bytes)).length > 5);
    });

    it('over stdio: no process left when the client is gone', async () => {
        const { server, client } = startStdio();
        const exited = exitOf(server);
        const worker = await work(client, server);
        server.stdin?.destroy();
        await exited;
        await poll('the end of the worker', () => !isAlive(worker));
    });

    it('as a bundle over IPC, as VS Code starts it', async function () {
        if (!fs.existsSync(BUNDLE)) this.skip();
        const server = fork(BUNDLE, ['--node-ipc'], {
            cwd: folder,
            execArgv: [],
            stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        });
        child = server;
        const printed: string[] = [];
        server.stdout?.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')));
        connection = createMessageConnection(new IPCMessageReader(server), new IPCMessageWriter(server));
        const exited = exitOf(server);
        const worker = await work(connection, server);
        await connection.sendRequest('shutdown');
        await connection.sendNotification('exit');
        assert.equal(await exited, 0);
        await poll('the end of the worker', () => !isAlive(worker));
        assert.deepEqual(printed, []);
    });
});
