import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node.js';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { CODE_ARGUMENT } from '../src/shared/protocol.ts';
import { median, tenantSchema } from './schemas.ts';

/** One start of the packaged server. Times in milliseconds since its process was started. */
interface Start {
    /** When it has answered `initialize`. */
    initialized: number;
    /** When it has published what the checks found in a schema that was opened at once. */
    found: number;
    /** How much of `found` its main thread was at work; undefined where the system doesn't tell. */
    busy: number | undefined;
    /** The most memory that its process had until then, in MB; undefined where the system doesn't tell. */
    peak: number | undefined;
}

/** What the packaged server takes: medians, of `peak` the most. */
export interface StartTimes {
    /** An empty program of Node, in milliseconds: what any program takes at least. */
    node: number;
    /** Without compiled code from an earlier process. */
    first: Start;
    /** With it. */
    later: Start;
}

/** The server waits for a pause of its client. */
const KEPT_WITHIN_MS = 60_000;
const dist = path.resolve(import.meta.dirname, '../dist');

function timeOfNode(file: string): Promise<number> {
    const started = performance.now();
    return new Promise((resolve, reject) => {
        const child = fork(file, { stdio: 'ignore', execArgv: [] });
        child.on('error', reject);
        child.on('exit', () => {
            resolve(performance.now() - started);
        });
    });
}

/** `VmHWM` of Linux; other systems have no file that tells. */
function peakOf(pid: number | undefined): number | undefined {
    const file = `/proc/${pid}/status`;
    if (pid === undefined || !fs.existsSync(file)) return undefined;
    const kilobytes = /VmHWM:\s*(\d+) kB/.exec(fs.readFileSync(file, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** The time that the main thread had a processor, in milliseconds, from Linux's scheduler. */
function busyTimeOf(pid: number | undefined): number | undefined {
    const file = `/proc/${pid}/task/${pid}/schedstat`;
    if (pid === undefined || !fs.existsSync(file)) return undefined;
    return Number(fs.readFileSync(file, 'utf8').split(' ')[0]) / 1e6;
}

/** In: the folder of a schema, where compiled code is kept, and what to wait for at the end. */
async function startOnce(folder: string, code: string, atEnd = (): Promise<void> => Promise.resolve()): Promise<Start> {
    const started = performance.now();
    const child = fork(path.join(dist, 'server.cjs'), [CODE_ARGUMENT + code, '--node-ipc'], {
        stdio: 'ignore',
        execArgv: [],
    });
    const client = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    client.onRequest('client/registerCapability', () => null);
    client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    const found = new Promise<Pick<Start, 'found' | 'busy'>>((resolve) => {
        client.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: PublishDiagnosticsParams) => {
            if (!diagnostics.some(({ source }) => source === 'zmodel-auth')) return;
            resolve({ found: performance.now() - started, busy: busyTimeOf(child.pid) });
        });
    });
    client.onNotification(() => undefined);
    client.listen();
    const uri = pathToFileURL(path.join(folder, 'schema.zmodel')).href;
    await client.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: { workspace: { configuration: true } },
        workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
    });
    const initialized = performance.now() - started;
    await client.sendNotification('initialized', {});
    const text = fs.readFileSync(path.join(folder, 'schema.zmodel'), 'utf8');
    await client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'zmodel-v3', version: 1, text },
    });
    const start = { initialized, ...(await found), peak: peakOf(child.pid) };
    await atEnd();
    await client.sendRequest('shutdown');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await client.sendNotification('exit');
    await exited;
    client.dispose();
    return start;
}

function summary(starts: readonly Start[]): Start {
    const known = (key: 'busy' | 'peak'): number[] => starts.flatMap((start) => start[key] ?? []);
    const [busy, peaks] = [known('busy'), known('peak')];
    return {
        initialized: median(starts.map(({ initialized }) => initialized)),
        found: median(starts.map(({ found }) => found)),
        busy: busy.length > 0 ? median(busy) : undefined,
        peak: peaks.length > 0 ? Math.max(...peaks) : undefined,
    };
}

/**
 * Starts the packaged server some times on a schema of 100 models, by turns without and with compiled code of an
 * earlier process. Out: the times; undefined when there are no bundles yet.
 */
export async function measureStart(rounds: number): Promise<StartTimes | undefined> {
    if (!fs.existsSync(path.join(dist, 'server.cjs'))) return undefined;
    const parent = path.join(import.meta.dirname, '..', 'test-results', 'bench');
    fs.mkdirSync(parent, { recursive: true });
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(parent, 'start-')));
    try {
        fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
        fs.writeFileSync(path.join(folder, 'schema.zmodel'), tenantSchema(100));
        const empty = path.join(folder, 'empty.cjs');
        fs.writeFileSync(empty, '');
        const kept = path.join(folder, 'kept');
        await startOnce(folder, kept, async () => {
            const end = performance.now() + KEPT_WITHIN_MS;
            while (!fs.existsSync(path.join(kept, 'language-server.code'))) {
                if (performance.now() > end) throw new Error('The server does not keep its compiled code');
                await delay(100);
            }
        });
        const node: number[] = [];
        const first: Start[] = [];
        const later: Start[] = [];
        for (let round = 0; round < rounds; round += 1) {
            node.push(await timeOfNode(empty));
            first.push(await startOnce(folder, path.join(folder, 'nothing')));
            later.push(await startOnce(folder, kept));
        }
        return { node: median(node), first: summary(first), later: summary(later) };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
