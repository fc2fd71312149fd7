import fs from 'node:fs';
import path from 'node:path';
import type { AuthConfigAnalysis } from '../model/auth-table.ts';
import type { ContextAnalysis } from '../model/context-shape.ts';
import { AnalysisWorker, workerModulePath } from '../worker/client.ts';
import type { AnalysisQuery, PluginAnswer, PluginQuery } from '../worker/protocol.ts';
import type { FactSource } from '../workspace/facts.ts';
import { codeFolder } from './code-folder.ts';
import type { Terminal } from './terminal.ts';

/** How the sources are analysed. */
export interface AnalysisOptions {
    /** Which compiler resolves types; the workspace's own runs code of the workspace. Default `bundled`. */
    typescript?: 'bundled' | 'workspace';
    /** False: nothing is kept for the next run, and nothing of the last one is used. */
    cache?: boolean;
}

/** How long one step took. */
export interface Step {
    what: string;
    milliseconds: number;
}

/**
 * What the application's sources say, asked once for each folder: the schemas of a package share the
 * answer, and so does a schema that is looked at again after a fix.
 */
export class Application implements FactSource {
    readonly #options: AnalysisOptions;
    readonly steps: Step[] = [];
    /** What the worker process said of itself; worth reading only when something failed. */
    readonly #log: string[] = [];
    #failed = false;
    readonly #worker: AnalysisWorker;
    readonly #contexts = new Map<string, Promise<ContextAnalysis>>();
    readonly #configs = new Map<string, Promise<AuthConfigAnalysis>>();

    constructor(options: AnalysisOptions = {}) {
        this.#options = options;
        this.#worker = new AnalysisWorker({
            modulePath: workerModulePath(),
            log: (message) => this.#log.push(message),
            ...(options.cache !== false && { codeDir: codeFolder() }),
        });
    }

    contexts(query: AnalysisQuery, signal?: AbortSignal): Promise<ContextAnalysis> {
        return this.#once(this.#contexts, '$setAuth calls', query, () =>
            this.#worker.contexts({ ...query, ...this.#analysis(query) }, signal),
        );
    }

    configs(query: AnalysisQuery, signal?: AbortSignal): Promise<AuthConfigAnalysis> {
        return this.#once(this.#configs, 'configurations', query, () =>
            this.#worker.configs({ ...query, ...this.#analysis(query) }, signal),
        );
    }

    plugins(query: PluginQuery, signal?: AbortSignal): Promise<PluginAnswer> {
        return this.measure('plugins', () => this.#worker.plugins(query, signal));
    }

    /** Does something and notes how long it took. */
    async measure<T>(what: string, work: () => T | Promise<T>): Promise<T> {
        const start = performance.now();
        try {
            return await work();
        } finally {
            this.steps.push({ what, milliseconds: Math.round(performance.now() - start) });
        }
    }

    /** What the worker process said, when a request to it failed; else nothing. */
    failureLog(): readonly string[] {
        return this.#failed ? this.#log : [];
    }

    /** Ends the worker process. */
    dispose(): void {
        this.#worker.dispose();
    }

    #analysis({ root }: AnalysisQuery): Pick<AnalysisQuery, 'backend' | 'cacheDir'> {
        const cacheDir = this.#options.cache === false ? undefined : cacheFolderOf(root);
        return { backend: this.#options.typescript ?? 'bundled', ...(cacheDir !== undefined && { cacheDir }) };
    }

    #once<T>(known: Map<string, Promise<T>>, what: string, query: AnalysisQuery, ask: () => Promise<T>): Promise<T> {
        const key = JSON.stringify(query);
        const answer =
            known.get(key) ??
            this.measure(what, ask).catch((error: unknown) => {
                this.#failed = true;
                throw error;
            });
        known.set(key, answer);
        return answer;
    }
}

/** Where tools of JavaScript keep what they can compute again; undefined for a folder without packages. */
function cacheFolderOf(root: string): string | undefined {
    for (let folder = root; ; folder = path.dirname(folder)) {
        const modules = path.join(folder, 'node_modules');
        if (fs.existsSync(modules)) return path.join(modules, '.cache', 'zmodel-auth');
        if (folder === path.dirname(folder)) return undefined;
    }
}

/** Runs something that needs the application's sources, and ends the worker process after it, come what may. */
export async function withApplication<T>(
    terminal: Terminal,
    options: AnalysisOptions,
    work: (source: Application) => Promise<T>,
): Promise<T> {
    const source = new Application(options);
    try {
        return await work(source);
    } finally {
        for (const line of source.failureLog()) terminal.err(`${line}\n`);
        source.dispose();
    }
}
