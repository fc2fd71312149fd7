/**
 * How long it takes until findings about `$setAuth` show, in the packaged language server with its own processes,
 * on the sample: `node bench/context-editor.ts` after `npm run build`. The milliseconds are those of this machine.
 */
import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node.js';
import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { childrenOf, copySample, peakOf } from './context.ts';
import { median } from './schemas.ts';

/** How many openings count for how long they block, with and without sources. */
const OPENINGS = 3;
const dist = path.resolve(import.meta.dirname, '../dist');
/** What an edit changes: the type that the context function gives. */
const CONTEXT = 'src/context.ts';
const MEMBER = 'organizationId: string | null;';

/** Times in milliseconds, memory in megabytes (undefined where the system doesn't tell). */
export interface EditorTimes {
    compiler: string;
    /** From opening the schema to the finding: nothing cached. */
    cold: number;
    /** The same in a new server, from its cache. */
    warm: number;
    /** From an edit to the finding, with the first one after a cached answer when the file was just opened… */
    first: number;
    /** … and when it has been open for some seconds; further edits, the median. */
    prepared: number;
    edited: number;
    /** For how long the server's event loop was blocked at most, in time of its thread: while the schema was opened, and by edits. */
    blockedOpening: number;
    /** Opening the same schema where there are no sources: what the schema alone makes of it. */
    blockedWithout: number;
    blockedEditing: number;
    peaks: { server?: number; worker?: number; compiler?: number };
}

/** Asks a process that has `event-loop.ts` preloaded for how many milliseconds it was blocked at most since the last time. */
async function blockedTime(child: ChildProcess, file: string): Promise<number> {
    fs.rmSync(file, { force: true });
    child.kill('SIGUSR2');
    for (let tries = 0; !fs.existsSync(file); tries++) {
        if (tries > 500) throw new Error('A process does not tell how long it was blocked');
        await delay(10);
    }
    return Number(JSON.parse(fs.readFileSync(file, 'utf8')));
}

const preload = pathToFileURL(path.join(import.meta.dirname, 'event-loop.ts')).href;

/** The packaged server as an editor runs it. */
class Editor {
    readonly #child: ChildProcess;
    readonly #client: MessageConnection;
    readonly #app: string;
    readonly #delays: string;
    readonly #codes = new Map<string, string[]>();
    readonly #waiting = new Set<() => void>();
    #status = '';

    private constructor(app: string, folder: string) {
        this.#app = app;
        this.#delays = path.join(folder, 'delays.json');
        this.#child = fork(path.join(dist, 'server.cjs'), ['--node-ipc'], {
            stdio: 'ignore',
            execArgv: ['--import', preload],
            env: { ...process.env, BENCH_EVENT_LOOP: this.#delays },
        });
        this.#client = createMessageConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child));
        this.#client.onRequest('client/registerCapability', () => null);
        this.#client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
        this.#client.onNotification('zmodelAuth/status', ({ state }: { state: string }) => {
            this.#status = state;
            for (const wake of this.#waiting) wake();
        });
        this.#client.onNotification('textDocument/publishDiagnostics', (published: PublishDiagnosticsParams) => {
            this.#codes.set(
                published.uri,
                published.diagnostics.map(({ code }) => String(code)),
            );
            for (const wake of this.#waiting) wake();
        });
        this.#client.listen();
    }

    static async start(app: string, folder: string, backend: string, cacheDir: string): Promise<Editor> {
        const editor = new Editor(app, folder);
        await editor.#client.sendRequest('initialize', {
            processId: null,
            rootUri: null,
            capabilities: { workspace: { configuration: true } },
            workspaceFolders: [{ uri: pathToFileURL(app).href, name: 'bench' }],
            initializationOptions: { settings: { typescript: { backend } }, trusted: true, cacheDir },
        });
        await editor.#client.sendNotification('initialized', {});
        // Answered when the workspace is loaded.
        await editor.#client.sendRequest('workspace/symbol', { query: 'zzz' });
        return editor;
    }

    #uri(name: string): string {
        return pathToFileURL(path.join(this.#app, name)).href;
    }

    async open(name: string): Promise<void> {
        const text = fs.readFileSync(path.join(this.#app, name), 'utf8');
        const textDocument = { uri: this.#uri(name), languageId: 'zmodel-v3', version: 1, text };
        await this.#client.sendNotification('textDocument/didOpen', { textDocument });
    }

    async show(name: string): Promise<void> {
        await this.#client.sendNotification('zmodelAuth/sourceShown', { file: path.join(this.#app, name) });
    }

    async edit(name: string, text: string): Promise<void> {
        const sources = [{ uri: this.#uri(name), file: path.join(this.#app, name), text }];
        await this.#client.sendNotification('zmodelAuth/unsavedSources', { sources });
    }

    /** Waits until a schema's findings hold a code, or don't. */
    until(name: string, code: string, isThere: boolean): Promise<void> {
        return this.#wait(() => (this.#codes.get(this.#uri(name)) ?? []).includes(code) === isThere);
    }

    /** Waits until nothing is under way. */
    atRest(): Promise<void> {
        return this.#wait(() => this.#status === 'ready' || this.#status === 'warning');
    }

    async #wait(look: () => boolean): Promise<void> {
        const deadline = performance.now() + 60_000;
        while (!look()) {
            if (performance.now() > deadline) throw new Error(`Nothing came: ${JSON.stringify([...this.#codes])}`);
            await new Promise<void>((resolve) => {
                const wake = (): void => {
                    clearTimeout(timer);
                    this.#waiting.delete(wake);
                    resolve();
                };
                const timer = setTimeout(wake, 1_000);
                this.#waiting.add(wake);
            });
        }
    }

    /** For how many milliseconds the event loop was blocked at most since it was asked last. */
    blocked(): Promise<number> {
        return blockedTime(this.#child, this.#delays);
    }

    /** Peak memory of the server, its worker, and the worker's compiler. */
    peaks(): EditorTimes['peaks'] {
        const { pid } = this.#child;
        const worker = pid === undefined ? undefined : childrenOf(pid)[0];
        const compiler = worker === undefined ? undefined : childrenOf(worker)[0];
        const [server, ofWorker, ofCompiler] = [pid, worker, compiler].map((each) =>
            each === undefined ? undefined : peakOf(each),
        );
        return {
            ...(server !== undefined && { server }),
            ...(ofWorker !== undefined && { worker: ofWorker }),
            ...(ofCompiler !== undefined && { compiler: ofCompiler }),
        };
    }

    async stop(): Promise<void> {
        await this.#client.sendRequest('shutdown');
        const exited = new Promise((resolve) => this.#child.once('exit', resolve));
        await this.#client.sendNotification('exit');
        await exited;
        this.#client.dispose();
    }
}

/** The application with its schema and its packages, and nothing else. */
function withoutSources(app: string, folder: string): string {
    const bare = path.join(folder, 'bare');
    fs.cpSync(app, bare, { recursive: true, verbatimSymlinks: true });
    for (const name of ['src', 'test']) fs.rmSync(path.join(bare, name), { recursive: true, force: true });
    return bare;
}

async function timeOf(work: () => Promise<void>): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
}

/** Measures one compiler. In: the sample's copy with one finding in its schema; how many edits are timed. */
export async function measureEditor(
    app: string,
    backend: 'bundled' | 'workspace',
    edits: number,
): Promise<EditorTimes> {
    const schema = 'zenstack/schema.zmodel';
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-bench-editor-'));
    const cacheDir = path.join(folder, 'cache');
    const text = fs.readFileSync(path.join(app, CONTEXT), 'utf8');
    if (!text.includes(MEMBER)) throw new Error(`${CONTEXT} of the sample is another one`);
    const edited = (index: number): string =>
        `${text.replace(MEMBER, index % 2 === 0 ? 'organizationId: number | null;' : MEMBER)}\n// ${index}\n`;
    const start = (of = app): Promise<Editor> => Editor.start(of, folder, backend, cacheDir);
    const bare = withoutSources(app, folder);
    const blockedByOpening = async (of: string): Promise<number> => {
        const opened = await start(of);
        await opened.blocked();
        await opened.open(schema);
        await opened.atRest();
        // Without sources the worker may be done before the schema is checked.
        await delay(1_000);
        const blocked = await opened.blocked();
        await opened.stop();
        return blocked;
    };
    try {
        let editor = await start();
        const openTime = (): Promise<number> =>
            timeOf(async () => {
                await editor.open(schema);
                await editor.until(schema, 'context-member-nullable', true);
            });
        const editTime = (index: number): Promise<number> =>
            timeOf(async () => {
                await editor.edit(CONTEXT, edited(index));
                await editor.until(schema, 'context-member-type', index % 2 === 0);
            });
        const cold = await openTime();
        await editor.atRest();
        await editor.stop();

        editor = await start();
        const warm = await openTime();
        await editor.atRest();
        await editor.show(CONTEXT);
        const first = await editTime(0);
        await editor.stop();

        // The machine is never the same twice: some openings of each, taken in turn.
        const openings: { sources: number[]; none: number[] } = { sources: [], none: [] };
        for (let index = 0; index < OPENINGS; index++) {
            openings.sources.push(await blockedByOpening(app));
            openings.none.push(await blockedByOpening(bare));
        }
        const [blockedOpening, blockedWithout] = [median(openings.sources), median(openings.none)];

        editor = await start();
        await openTime();
        await editor.atRest();
        await editor.show(CONTEXT);
        await delay(8_000);
        await editor.blocked();
        const prepared = await editTime(0);
        const times: number[] = [];
        for (let index = 1; index <= edits; index++) {
            await editor.atRest();
            times.push(await editTime(index));
        }
        await editor.atRest();
        const blockedEditing = await editor.blocked();
        const peaks = editor.peaks();
        await editor.stop();
        const compiler = backend === 'bundled' ? 'bundled 6.0' : "workspace's 7.0";
        const blocked = { blockedOpening, blockedWithout, blockedEditing };
        return { compiler, cold, warm, first, prepared, edited: median(times), ...blocked, peaks };
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

const ms = (time: number): string => `${time.toFixed(0)} ms`;
const mb = (size: number | undefined): string => (size === undefined ? '–' : `${size.toFixed(0)} MB`);

/** Measures both compilers on the sample. Out: rows of a table, with a header; undefined when there are no bundles. */
export async function editorTable(edits: number): Promise<string[][] | undefined> {
    if (!fs.existsSync(path.join(dist, 'server.cjs'))) return undefined;
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-bench-')));
    try {
        const app = copySample(folder);
        const schema = path.join(app, 'zenstack/schema.zmodel');
        const content = fs.readFileSync(schema, 'utf8');
        fs.writeFileSync(schema, content.replace('organizationId   String?', 'organizationId   String'));
        const rows = [
            [
                'compiler',
                'open, no cache',
                'open, cached',
                'first edit',
                'prepared',
                'edit',
                'blocked: opening',
                'without sources',
                'editing',
                'server',
                'worker',
                'compiler',
            ],
        ];
        for (const backend of ['bundled', 'workspace'] as const) {
            const { peaks, ...times } = await measureEditor(app, backend, edits);
            rows.push([
                times.compiler,
                ms(times.cold),
                ms(times.warm),
                ms(times.first),
                ms(times.prepared),
                ms(times.edited),
                ms(times.blockedOpening),
                ms(times.blockedWithout),
                ms(times.blockedEditing),
                mb(peaks.server),
                mb(peaks.worker),
                mb(peaks.compiler),
            ]);
        }
        return rows;
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const rows = await editorTable(6);
    if (!rows) throw new Error('There are no bundles; `npm run build` makes them.');
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const row of rows) console.log(row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  '));
}
