import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { createConnection } from 'vscode-languageserver/node.js';
import type { ClientCapabilities, RegistrationParams } from 'vscode-languageserver';
import { startServer } from '../../src/server/start.ts';
import { poll } from '../support/poll.ts';
import { GOOD } from './sources.ts';
import { writeWorkspace } from './support.ts';

/** Starts a server for a client with these capabilities on an open schema. Out: what it asked the client for. */
async function askedOf(capabilities: ClientCapabilities, until: (asked: string[]) => boolean): Promise<string[]> {
    const root = writeWorkspace({ 'schema.zmodel': GOOD });
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    const none = { contexts: [], configs: [], unknown: [], files: [] };
    startServer(connection, {
        facts: {
            contexts: () => Promise.resolve(none),
            configs: () => Promise.resolve(none),
            dispose: () => undefined,
        },
        log: () => undefined,
    });
    const asked: string[] = [];
    client.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
        for (const { method, registerOptions } of registrations) {
            asked.push(`${method} ${JSON.stringify(registerOptions)}`);
        }
        return null;
    });
    client.onRequest('workspace/codeLens/refresh', () => {
        asked.push('refresh');
        return null;
    });
    client.listen();
    try {
        await client.sendRequest('initialize', {
            processId: null,
            rootUri: null,
            capabilities,
            workspaceFolders: null,
        });
        await client.sendNotification('initialized', {});
        const file = path.join(root, 'schema.zmodel');
        await client.sendNotification('textDocument/didOpen', {
            textDocument: { uri: pathToFileURL(file).href, languageId: 'zmodel-v3', version: 1, text: GOOD },
        });
        await poll('what the client is asked for', () => until(asked));
        await client.sendRequest('shutdown');
        return asked;
    } finally {
        client.dispose();
        fs.rmSync(root, { recursive: true, force: true });
    }
}

describe('what the server asks of a client that can do it', () => {
    it('code actions in source files, and new code lenses when they changed', async () => {
        const asked = await askedOf(
            {
                textDocument: { codeAction: { dynamicRegistration: true } },
                workspace: { codeLens: { refreshSupport: true } },
            },
            (all) => all.includes('refresh') && all.some((each) => each.startsWith('textDocument/codeAction')),
        );
        const actions = asked.find((each) => each.startsWith('textDocument/codeAction')) ?? '';
        assert.match(actions, /\{"language":"typescript","scheme":"file"\}/);
        assert.match(actions, /"codeActionKinds":\["quickfix"\]/);
    });
});
