import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createZModelLanguageServices } from '@zenstackhq/language';
import { startLanguageServer } from 'langium/lsp';
import { NodeFileSystem } from 'langium/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { createConnection } from 'vscode-languageserver/node.js';
import type { Connection, PublishDiagnosticsParams } from 'vscode-languageserver';
import { startServer } from '../src/server/start.ts';
import { median, tenantSchema, withMistake } from './schemas.ts';

/** Medians in milliseconds of the time from an edit to the diagnostics about it. */
export interface EditTimes {
    models: number;
    /** ZenStack's own server. */
    upstream: number;
    /** Ours: until the language's diagnostics are there. */
    ours: number;
    /** Time from opening the file in a fresh server to its first diagnostics. */
    openUpstream: number;
    openOurs: number;
}

/** Below the repository, so that the policy plugin resolves as in a user's project. */
const PARENT = path.join(import.meta.dirname, '..', 'test-results', 'bench');

/** Starts ZenStack’s own server. */
export function startUpstream(connection: Connection): void {
    const { shared } = createZModelLanguageServices({ connection, ...NodeFileSystem });
    startLanguageServer(shared);
}

/** Starts our server, on an application about which nothing is known: TypeScript isn't measured here. */
export function startOurs(connection: Connection): void {
    const facts = {
        contexts: () => Promise.resolve({ contexts: [], unknown: [], files: [] }),
        configs: () => Promise.resolve({ configs: [], unknown: [] }),
        dispose: () => undefined,
    };
    startServer(connection, { facts, log: () => undefined });
}

async function measure(
    start: (connection: Connection) => void,
    models: number,
    rounds: number,
): Promise<{ open: number; edit: number }> {
    fs.mkdirSync(PARENT, { recursive: true });
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(PARENT, 'ws-')));
    const schema = tenantSchema(models);
    const file = path.join(folder, 'schema.zmodel');
    fs.writeFileSync(file, schema);
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    start(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)));
    const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    const uri = pathToFileURL(file).href;
    let said = '';
    let look: (() => void) | undefined;
    client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
        if (params.uri !== uri) return;
        said = params.diagnostics.map(({ message }) => message).join('\n');
        look?.();
    });
    client.onNotification('zmodelAuth/status', () => undefined);
    client.onRequest('client/registerCapability', () => null);
    client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    client.listen();

    const until = (text: string): Promise<void> =>
        new Promise((resolve, reject) => {
            const late = setTimeout(() => {
                reject(new Error(`No diagnostic "${text}" for ${models} models; the last ones: ${said.slice(0, 400)}`));
            }, 60_000);
            look = () => {
                if (!said.includes(text)) return;
                clearTimeout(late);
                resolve();
            };
            look();
        });
    try {
        await client.sendRequest('initialize', {
            processId: null,
            rootUri: null,
            capabilities: { workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } } },
            workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
        });
        await client.sendNotification('initialized', {});
        const opened = performance.now();
        await client.sendNotification('textDocument/didOpen', {
            textDocument: { uri, languageId: 'zmodel-v3', version: 1, text: withMistake(schema, 0) },
        });
        await until("'Missing0'");
        const open = performance.now() - opened;
        const samples: number[] = [];
        for (let round = 1; round <= rounds; round += 1) {
            const edited = performance.now();
            await client.sendNotification('textDocument/didChange', {
                textDocument: { uri, version: round + 1 },
                contentChanges: [{ text: withMistake(schema, round) }],
            });
            await until(`'Missing${round}'`);
            samples.push(performance.now() - edited);
            // What the server does after it has answered isn't to slow down the next round.
            await client.sendRequest('textDocument/documentSymbol', { textDocument: { uri } });
        }
        return { open, edit: median(samples) };
    } finally {
        await client.sendRequest('shutdown');
        client.dispose();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/**
 * Measures both servers, one after the other and in the same process, so that their times can be compared.
 * In: numbers of models, edits of which the medians count. Out: one result per size.
 */
export async function measureEditing(sizes: readonly number[], rounds: number): Promise<EditTimes[]> {
    const results: EditTimes[] = [];
    // The first servers of a process pay for loading and compiling what all others use.
    for (const start of [startUpstream, startOurs]) await measure(start, 5, 3);
    for (const models of sizes) {
        // A large schema takes seconds for each edit, and varies less.
        const edits = models > 200 ? 2 : rounds;
        const upstream = await measure(startUpstream, models, edits);
        const ours = await measure(startOurs, models, edits);
        results.push({
            models,
            upstream: upstream.edit,
            ours: ours.edit,
            openUpstream: upstream.open,
            openOurs: ours.open,
        });
    }
    return results;
}
