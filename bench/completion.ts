import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import { createConnection } from 'vscode-languageserver/node.js';
import type { CompletionList, Connection, Position } from 'vscode-languageserver';
import { positionAt } from '../src/checks/places.ts';
import { startOurs, startUpstream } from './editing.ts';
import { median, tenantSchema } from './schemas.ts';

/** Milliseconds from a completion request to its answer, on a schema that is being typed in. */
export interface CompletionTimes {
    models: number;
    /** Median and 95th percentile of ours. */
    ours: number;
    p95: number;
    /** 95th percentile of the time that processors worked for this process meanwhile: other programs don't count. */
    busy: number;
    /** Median of ZenStack's own server on the same edits; undefined where it wasn't measured. */
    upstream?: number;
}

/** Below the repository, so that the policy plugin resolves as in a user's project. */
const PARENT = path.join(import.meta.dirname, '..', 'test-results', 'bench');

/** What is typed, a piece at a time; completion is asked for after each piece. */
const TYPED = [
    "    @@allow('",
    'read',
    "', auth().",
    'org',
    'anizationId == ',
    'org',
    'anizationId && organization.members?[',
    'userId == auth().',
];

/** Long enough for a server to begin to build what was typed, and too short for it to be done with a large schema. */
const PAUSE = 400;

async function open(start: (connection: Connection) => void, folder: string): Promise<MessageConnection> {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    start(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)));
    const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    client.onNotification('textDocument/publishDiagnostics', () => undefined);
    client.onNotification('zmodelAuth/status', () => undefined);
    client.onRequest('client/registerCapability', () => null);
    client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    client.listen();
    await client.sendRequest('initialize', {
        processId: null,
        rootUri: null,
        capabilities: {
            workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } },
            textDocument: { completion: { completionItem: { snippetSupport: true } } },
        },
        workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
    });
    await client.sendNotification('initialized', {});
    return client;
}

async function measure(
    start: (connection: Connection) => void,
    models: number,
    rounds: number,
): Promise<{ times: number[]; busy: number[]; answered: number }> {
    fs.mkdirSync(PARENT, { recursive: true });
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(PARENT, 'ws-')));
    const file = path.join(folder, 'schema.zmodel');
    let text = tenantSchema(models);
    fs.writeFileSync(file, text);
    const client = await open(start, folder);
    const textDocument = { uri: pathToFileURL(file).href };
    const times: number[] = [];
    const busy: number[] = [];
    let version = 1;
    let answered = 0;
    const edit = async (offset: number, end: number, inserted: string): Promise<void> => {
        const range = { start: positionAt(text, offset), end: positionAt(text, end) };
        text = text.slice(0, offset) + inserted + text.slice(end);
        version += 1;
        await client.sendNotification('textDocument/didChange', {
            textDocument: { ...textDocument, version },
            contentChanges: [{ range, text: inserted }],
        });
    };
    const ask = async (position: Position): Promise<number> => {
        const before = performance.now();
        const worked = process.cpuUsage();
        const list: CompletionList | null = await client.sendRequest('textDocument/completion', {
            textDocument,
            position,
        });
        times.push(performance.now() - before);
        const { user, system } = process.cpuUsage(worked);
        busy.push((user + system) / 1000);
        return list?.items.length ?? 0;
    };
    try {
        await client.sendNotification('textDocument/didOpen', {
            textDocument: { ...textDocument, languageId: 'zmodel-v3', version, text },
        });
        // The file is built: from here on somebody types.
        await client.sendRequest('textDocument/documentSymbol', { textDocument });
        await ask({ line: 0, character: 0 });
        times.length = 0;
        busy.length = 0;
        for (let round = 0; round < rounds; round += 1) {
            const name = `model Doc${Math.floor(((round + 0.5) / rounds) * models)} {`;
            const start = text.indexOf('    @@index', text.indexOf(name));
            let offset = start;
            for (const [index, piece] of TYPED.entries()) {
                await edit(offset, offset, index === 0 ? `${piece}\n` : piece);
                offset += piece.length;
                if ((await ask(positionAt(text, offset))) > 0) answered += 1;
                // A thought in the middle of a rule: meanwhile the server works off what it was told.
                if (index % 3 === 2) await new Promise((resolve) => setTimeout(resolve, PAUSE));
            }
            await edit(start, offset + 1, '');
        }
        return { times, busy, answered };
    } finally {
        await client.sendRequest('shutdown');
        client.dispose();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

function percentile(numbers: readonly number[], share: number): number {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/**
 * Measures completion while a rule is typed, in both servers and in one process.
 * In: numbers of models, rules that are typed. Out: one result per size. Throws when ours leaves a place without an answer.
 */
export async function measureCompletion(sizes: readonly number[], rounds: number): Promise<CompletionTimes[]> {
    const results: CompletionTimes[] = [];
    // What compiles on first use is paid for before.
    for (const start of [startUpstream, startOurs]) await measure(start, 5, 1);
    for (const models of sizes) {
        const ours = await measure(startOurs, models, rounds);
        if (ours.answered < ours.times.length)
            throw new Error(`${ours.times.length - ours.answered} places without an answer`);
        const upstream = models > 200 ? undefined : await measure(startUpstream, models, 2);
        results.push({
            models,
            ours: median(ours.times),
            p95: percentile(ours.times, 0.95),
            busy: percentile(ours.busy, 0.95),
            ...(upstream && { upstream: median(upstream.times) }),
        });
    }
    return results;
}
