import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node.js';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { build } from '../../scripts/tasks/build.ts';
import { CODE_ARGUMENT } from '../../src/shared/protocol.ts';
import { poll } from '../support/poll.ts';
import { GOOD } from './sources.ts';
import { writeWorkspace } from './support.ts';

const ENTRY = path.join(import.meta.dirname, '..', '..', 'dist/server.cjs');
const SCHEMA = GOOD.replace('auth().organizationId == organizationId', 'auth().organisationId == organizationId');

/** What a server told, from its start to its end. */
interface Session {
    codes: string[];
    /** Log messages about compiled code. */
    notes: string[];
    /** What it wrote to its standard streams. */
    printed: string;
}

describe('the packaged server and its compiled code', () => {
    let folder: string;
    let child: ChildProcess | undefined;
    before(async function () {
        this.timeout(120_000);
        await build();
    });
    beforeEach(() => {
        folder = writeWorkspace({ 'schema.zmodel': SCHEMA });
    });
    afterEach(() => {
        child?.kill('SIGKILL');
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Runs a server on the schema until it has found something and has told so much about compiled code. */
    async function session(args: string[], notesExpected: number): Promise<Session> {
        const server = fork(ENTRY, [...args, '--node-ipc'], {
            cwd: folder,
            execArgv: [],
            stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        });
        child = server;
        const told: Session = { codes: [], notes: [], printed: '' };
        for (const stream of [server.stdout, server.stderr]) {
            stream?.setEncoding('utf8').on('data', (text: string) => {
                told.printed += text;
            });
        }
        const client = createMessageConnection(new IPCMessageReader(server), new IPCMessageWriter(server));
        client.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: PublishDiagnosticsParams) => {
            told.codes = diagnostics.map((each) => String(each.code));
        });
        client.onNotification('window/logMessage', ({ message }: { message: string }) => {
            if (message.startsWith('Compiled code')) told.notes.push(message);
        });
        client.onRequest('client/registerCapability', () => null);
        client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
        client.listen();
        const file = path.join(folder, 'schema.zmodel');
        await client.sendRequest('initialize', {
            processId: process.pid,
            rootUri: null,
            capabilities: { workspace: { configuration: true } },
            workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'app' }],
        });
        await client.sendNotification('initialized', {});
        await client.sendNotification('textDocument/didOpen', {
            textDocument: {
                uri: pathToFileURL(file).href,
                languageId: 'zmodel-v3',
                version: 1,
                text: fs.readFileSync(file, 'utf8'),
            },
        });
        await poll('a finding', () => told.codes.includes('auth-member-missing'));
        await poll('notes on compiled code', () => told.notes.length >= notesExpected);
        const exited = new Promise((resolve) => server.once('exit', resolve));
        await client.sendRequest('shutdown');
        await client.sendNotification('exit');
        assert.equal(await exited, 0);
        client.dispose();
        assert.equal(told.printed, '');
        return told;
    }

    it('is kept once a schema was checked, taken by the next one, and replaced when damaged', async () => {
        const kept = path.join(folder, 'kept');
        const file = path.join(kept, 'language-server.code');
        const args = [CODE_ARGUMENT + kept];
        const first = await session(args, 2);
        assert.match(first.notes[0] ?? '', /not taken from .*: there is none yet\.$/);
        assert.match(first.notes[1] ?? '', /^Compiled code was kept in .*language-server\.code: \d+ KB in \d+ ms\.$/);
        // Beside the worker's own, which Node keeps.
        assert.deepEqual(fs.readdirSync(kept).sort(), ['code', 'language-server.code']);

        const second = await session(args, 1);
        assert.deepEqual(second, { ...first, notes: [`Compiled code was taken from ${file}.`] });

        const bytes = fs.readFileSync(file);
        bytes.fill(0, bytes.length - 1000);
        fs.writeFileSync(file, bytes);
        const third = await session(args, 2);
        assert.match(third.notes[0] ?? '', /not taken from .*: it is damaged\.$/);
        assert.match(third.notes[1] ?? '', /was kept in/);
        assert.deepEqual(third.codes, first.codes);
        assert.deepEqual(await session(args, 1), second);
    }).timeout(90_000);

    it('is done without where there is no place for it', async () => {
        const { notes } = await session([CODE_ARGUMENT + path.join(folder, 'schema.zmodel')], 2);
        assert.match(notes[1] ?? '', /^Compiled code was not kept in .*: E/);
        assert.deepEqual(fs.readdirSync(folder).sort(), ['package.json', 'schema.zmodel']);
    });

    it('is nothing to an editor that names no folder', async () => {
        assert.deepEqual((await session([], 0)).notes, []);
        assert.deepEqual(fs.readdirSync(folder).sort(), ['package.json', 'schema.zmodel']);
    });
});
