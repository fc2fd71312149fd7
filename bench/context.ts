/**
 * How long it takes to know what an application passes to `$setAuth`, with the bundled TypeScript and with
 * the workspace's own TypeScript 7: `node bench/context.ts`. Each time is that of a question to the worker
 * process, as the language server asks it; the ratios count, the milliseconds are those of this machine.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { AnalysisWorker, workerModulePath } from '../src/worker/client.ts';

const ROOT = path.join(import.meta.dirname, '..');
/** What an edit changes: the function that makes the context. */
const CONTEXT = 'src/context.ts';

/** Times in milliseconds, memory in megabytes (undefined where the system doesn't tell). */
export interface ContextTimes {
    app: string;
    compiler: string;
    /** New process, no cache. */
    cold: number;
    /** New process, answers on disk. */
    cached: number;
    /** Asked again without a change. */
    again: number;
    /** From an edit of the context function to the answer; the median of several. */
    edited: number;
    /** At once, from the syntax alone, in a process that runs. */
    quick: number;
    /** Peak of the worker, and of the compiler's own process. */
    workerMemory: number | undefined;
    compilerMemory: number | undefined;
    /** The longest time for which the asking process did nothing else. */
    blocked: number;
}

/** Makes the packages of this repository those of an application, with TypeScript 7 as its TypeScript. */
function linkPackages(app: string): void {
    const modules = path.join(app, 'node_modules');
    fs.mkdirSync(modules);
    for (const name of fs.readdirSync(path.join(ROOT, 'node_modules'))) {
        if (name === 'typescript' || name.startsWith('.')) continue;
        fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'junction');
    }
    fs.symlinkSync(path.join(ROOT, 'node_modules/typescript-7'), path.join(modules, 'typescript'), 'junction');
}

/** Copies the sample application into a folder, with packages. Out: the copy's absolute path. */
export function copySample(folder: string): string {
    const app = path.join(folder, 'multi-tenant');
    fs.cpSync(path.join(ROOT, 'samples/multi-tenant'), app, {
        recursive: true,
        filter: (file) => !file.includes(`${path.sep}node_modules`),
    });
    linkPackages(app);
    return app;
}

/** The sample among so many other sources, a tenth of which ask for a client of their own. */
function generateApp(folder: string, files: number): string {
    const app = path.join(folder, `generated-${files}`);
    fs.renameSync(copySample(folder), app);
    const pages = path.join(app, 'src/pages');
    fs.mkdirSync(pages);
    for (let index = 0; index < files; index++) {
        const asks =
            index % 10 === 0 ? 'export const load = async (h: Headers) => dbFor(await getUserContext(h));' : '';
        fs.writeFileSync(
            path.join(pages, `page-${index}.ts`),
            `import { dbFor } from '../db.ts';\nimport { getUserContext, type UserContext } from '../context.ts';\n` +
                `export interface Row${index} { id: string; owner: UserContext['userId']; next?: Row${index} }\n` +
                `export const rows${index}: Row${index}[] = [{ id: '${index}', owner: 'x' }];\n` +
                `void dbFor; void getUserContext;\n${asks}\n`,
        );
    }
    return app;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
}

function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Peak memory of a process in megabytes, where Linux tells. */
export function peakOf(pid: number): number | undefined {
    const file = `/proc/${pid}/status`;
    if (!fs.existsSync(file)) return undefined;
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(file, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Process ids of the children of a process, where Linux tells. */
export function childrenOf(pid: number): number[] {
    const file = `/proc/${pid}/task/${pid}/children`;
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

/** Measures one application with one compiler; `edits` times an edit. */
export async function measureContext(
    app: string,
    backend: 'bundled' | 'workspace',
    edits: number,
): Promise<ContextTimes> {
    const cacheDir = fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-bench-cache-'));
    const start = (): AnalysisWorker => new AnalysisWorker({ modulePath: workerModulePath(), log: () => undefined });
    const base = { root: app, overlays: {}, types: true, backend, cacheDir };
    const delays = monitorEventLoopDelay({ resolution: 1 });
    let worker = start();
    try {
        delays.enable();
        const cold = await timeOf(() => worker.contexts(base));
        worker.dispose();
        worker = start();
        const cached = await timeOf(() => worker.contexts(base));
        const again = await timeOf(() => worker.contexts(base));

        const file = path.join(app, CONTEXT);
        const text = fs.readFileSync(file, 'utf8');
        const edit = (index: number): Record<string, string> => ({
            [file]: text.replace(
                'organizationRole: string | null;',
                `organizationRole: string | null; edit${index}?: number;`,
            ),
        });
        // The first edit after a cached answer pays for a program as the cold start does.
        await worker.contexts({ ...base, overlays: edit(-1) });
        const edited: number[] = [];
        const quick: number[] = [];
        let compiler = '';
        for (let index = 0; index < edits; index++) {
            const query = { ...base, overlays: edit(index) };
            quick.push(await timeOf(() => worker.contexts({ ...query, quick: true })));
            edited.push(
                await timeOf(async () => {
                    compiler = (await worker.contexts(query)).compiler ?? '';
                }),
            );
        }
        const { pid } = worker;
        const compilers = pid === undefined ? [] : childrenOf(pid).map(peakOf);
        delays.disable();
        return {
            app: path.basename(app),
            compiler,
            cold,
            cached,
            again,
            edited: median(edited),
            quick: median(quick),
            workerMemory: pid === undefined ? undefined : peakOf(pid),
            compilerMemory: compilers[0],
            blocked: delays.max / 1e6,
        };
    } finally {
        worker.dispose();
        fs.rmSync(cacheDir, { recursive: true, force: true });
    }
}

const ms = (time: number): string => `${time.toFixed(time < 10 ? 1 : 0)} ms`;
const mb = (size: number | undefined): string => (size === undefined ? '–' : `${size.toFixed(0)} MB`);

/** Measures both applications with both compilers. Out: rows of a table, with a header. */
export async function contextTable(edits: number): Promise<string[][]> {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-bench-')));
    const rows: string[][] = [
        [
            'app',
            'compiler',
            'cold',
            'cached',
            'ratio',
            'again',
            'edit',
            'of cold',
            'syntax alone',
            'worker',
            'compiler',
            'blocked',
        ],
    ];
    try {
        const generated = generateApp(folder, 300);
        for (const app of [copySample(folder), generated]) {
            for (const backend of ['bundled', 'workspace'] as const) {
                const times = await measureContext(app, backend, edits);
                rows.push([
                    times.app,
                    times.compiler,
                    ms(times.cold),
                    ms(times.cached),
                    `× ${(times.cached / times.cold).toFixed(2)}`,
                    ms(times.again),
                    ms(times.edited),
                    `× ${(times.edited / times.cold).toFixed(2)}`,
                    ms(times.quick),
                    mb(times.workerMemory),
                    mb(times.compilerMemory),
                    ms(times.blocked),
                ]);
                // The next worker is not to be slowed down by the last one's end.
                await delay(200);
            }
        }
        return rows;
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const rows = await contextTable(5);
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    console.log(
        'What the application passes to $setAuth: times of a question to the worker, peak memory of the processes',
    );
    for (const row of rows) console.log(`  ${row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ')}`);
}
