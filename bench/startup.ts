import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node.js';
import { median, tenantSchema } from './schemas.ts';

/** What the packaged server takes. */
export interface StartTimes {
    /** An empty program of Node, in milliseconds: what any program takes at least. */
    node: number;
    /** Until the server has answered `initialize`. */
    initialized: number;
    /** The most memory that the server's process had, in MB, after it has looked at a schema; undefined where the system doesn't tell. */
    peak?: number;
}

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

async function startOnce(folder: string): Promise<{ initialized: number; peak?: number }> {
    const started = performance.now();
    const child = fork(path.join(dist, 'server.cjs'), ['--node-ipc'], { stdio: 'ignore', execArgv: [] });
    const client = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    client.onRequest('client/registerCapability', () => null);
    client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
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
    // Answered when the document is linked.
    await client.sendRequest('textDocument/completion', {
        textDocument: { uri },
        position: { line: text.split('\n').length - 1, character: 0 },
    });
    const peak = peakOf(child.pid);
    await client.sendRequest('shutdown');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await client.sendNotification('exit');
    await exited;
    client.dispose();
    return { initialized, ...(peak !== undefined && { peak }) };
}

/**
 * Starts the packaged server some times on a schema of 100 models.
 * Out: the medians; undefined when there are no bundles yet.
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
        const node: number[] = [];
        const starts: { initialized: number; peak?: number }[] = [];
        for (let round = 0; round < rounds; round += 1) {
            node.push(await timeOfNode(empty));
            starts.push(await startOnce(folder));
        }
        const peaks = starts.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
        return {
            node: median(node),
            initialized: median(starts.map(({ initialized }) => initialized)),
            ...(peaks.length > 0 && { peak: Math.max(...peaks) }),
        };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
