import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuthConfigAnalysis } from '../model/auth-table.ts';
import type { ContextAnalysis } from '../model/context-shape.ts';
import { startChild } from './child.ts';
import type {
    AnalysisQuery,
    PluginAnswer,
    PluginQuery,
    WorkerAbort,
    WorkerMethod,
    WorkerMethods,
    WorkerRequest,
    WorkerResponse,
} from './protocol.ts';

/** Time as the client sees it; tests bring their own. */
export interface WorkerClock {
    /** Milliseconds. */
    now(): number;
    /** Out: a function that cancels the timer. The timer keeps no process alive. */
    after(ms: number, callback: () => void): () => void;
}

export interface AnalysisWorkerOptions {
    /** Absolute path of the child's entry; see `workerModulePath`. */
    modulePath: string;
    /**
     * Absolute path of a folder for the compiled code of the child; without it none is kept. What stands there is run,
     * so it may be no folder of the workspace.
     */
    codeDir?: string;
    /** More options for the child's Node. */
    execArgv?: string[];
    log: (message: string) => void;
    /** How long the child may idle before it is ended. Default 5 minutes. */
    idleMs?: number;
    clock?: WorkerClock;
}

const IDLE_MS = 5 * 60_000;
/** The compiler can't be interrupted in one of its steps; longer than this no step takes. */
const ABORT_MS = 10_000;
const CRASH_LIMIT = 3;
const CRASH_WINDOW_MS = 60_000;

const systemClock: WorkerClock = {
    now: () => performance.now(),
    after(ms, callback) {
        const timer = setTimeout(callback, ms).unref();
        return () => {
            clearTimeout(timer);
        };
    },
};

interface Job {
    request: WorkerRequest;
    /** True once the caller has its answer or its error. */
    settled: boolean;
    resolve(result: unknown): void;
    reject(error: Error): void;
}

function isResponse(message: unknown): message is WorkerResponse {
    return typeof message === 'object' && message !== null && 'id' in message && 'ok' in message;
}

/**
 * Runs the analyses in a child process, one request after the other. The child starts with the first
 * request, ends when idle, and is started again when it has crashed: a request that it was working on
 * is asked once more. After three crashes within a minute, requests are rejected until the minute is
 * over or `restart` is called.
 */
export class AnalysisWorker {
    readonly #options: AnalysisWorkerOptions;
    readonly #clock: WorkerClock;
    readonly #queue: Job[] = [];
    #active: Job | undefined;
    #child: ChildProcess | undefined;
    #cancelIdle: (() => void) | undefined;
    #cancelAbort: (() => void) | undefined;
    #crashes: number[] = [];
    #nextId = 1;
    #disposed = false;

    constructor(options: AnalysisWorkerOptions) {
        this.#options = options;
        this.#clock = options.clock ?? systemClock;
    }

    /** Process id of the child; undefined while there is none. */
    get pid(): number | undefined {
        return this.#child?.pid;
    }

    /**
     * What the application passes to `$setAuth`. Rejects with the signal's reason when aborted, else
     * with an error whose message can be shown.
     */
    contexts(query: AnalysisQuery, signal?: AbortSignal): Promise<ContextAnalysis> {
        return this.#request<'contexts'>((id) => ({ id, method: 'contexts', params: query }), signal);
    }

    /** The `betterAuth(...)` configurations. Rejects like `contexts`. */
    configs(query: AnalysisQuery, signal?: AbortSignal): Promise<AuthConfigAnalysis> {
        return this.#request<'configs'>((id) => ({ id, method: 'configs', params: query }), signal);
    }

    /** The plugins that come with Better Auth, and a configuration made of some. Rejects like `contexts`, and for an unknown name. */
    plugins(query: PluginQuery, signal?: AbortSignal): Promise<PluginAnswer> {
        return this.#request<'plugins'>((id) => ({ id, method: 'plugins', params: query }), signal);
    }

    /** Ends the child and forgets its crashes; a request that is under way is asked again. */
    restart(): void {
        this.#crashes = [];
        this.#abandonChild('restarted');
    }

    /** Ends the child; requests that are under way or follow are rejected. */
    dispose(): void {
        this.#disposed = true;
        this.#rejectAll(new Error('The analysis was ended.'));
        this.#abandonChild('disposed');
    }

    #request<M extends WorkerMethod>(
        make: (id: number) => WorkerRequest & { method: M },
        signal: AbortSignal | undefined,
    ): Promise<WorkerMethods[M]['result']> {
        return new Promise((resolve, reject) => {
            if (this.#disposed) throw new Error('The analysis was ended.');
            signal?.throwIfAborted();
            const limit = this.#crashLimitError();
            if (limit) throw limit;
            const job: Job = {
                request: make(this.#nextId++),
                settled: false,
                resolve(result) {
                    settle();
                    // The worker answers a request with the result of its method; both sides share the protocol's types.
                    resolve(result as WorkerMethods[M]['result']);
                },
                reject(error) {
                    settle();
                    reject(error);
                },
            };
            const onAbort = (): void => {
                this.#abort(job, signal?.reason);
            };
            const settle = (): void => {
                job.settled = true;
                signal?.removeEventListener('abort', onAbort);
            };
            signal?.addEventListener('abort', onAbort, { once: true });
            this.#queue.push(job);
            this.#pump();
        });
    }

    #pump(): void {
        if (this.#active) return;
        const job = this.#queue.shift();
        if (!job) {
            this.#armIdle();
            return;
        }
        this.#cancelIdle?.();
        this.#active = job;
        this.#child ??= this.#start();
        this.#keepAlive(this.#child, true);
        this.#send(job.request);
    }

    #start(): ChildProcess {
        const { modulePath, codeDir, execArgv = [], log } = this.#options;
        const child = startChild(modulePath, codeDir === undefined ? [] : [codeDir], execArgv, log);
        child.on('message', (message) => {
            if (child === this.#child && isResponse(message)) this.#receive(message);
        });
        child.on('error', (error) => {
            this.#options.log(`The analysis process failed: ${error.message}`);
            // Without a process there is no exit to wait for.
            if (child.pid === undefined) this.#ended(child, error.message);
        });
        child.on('exit', (code, signal) => {
            this.#ended(child, signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`);
        });
        return child;
    }

    #send(message: WorkerRequest | WorkerAbort): void {
        // A failure means that the child is about to exit, and that is handled there.
        this.#child?.send(message, (error) => {
            if (error) this.#options.log(`The analysis process can't be reached: ${error.message}`);
        });
    }

    #receive(response: WorkerResponse): void {
        const job = this.#active;
        if (job?.request.id !== response.id) return;
        this.#active = undefined;
        this.#cancelAbort?.();
        if (!job.settled) {
            if (response.ok) {
                job.resolve(response.result);
            } else {
                this.#options.log(`The analysis failed: ${response.stack ?? response.message}`);
                job.reject(new Error(response.message));
            }
        }
        this.#pump();
    }

    #abort(job: Job, reason: unknown): void {
        job.reject(reason instanceof Error ? reason : new Error('The analysis was aborted.', { cause: reason }));
        const index = this.#queue.indexOf(job);
        if (index >= 0) this.#queue.splice(index, 1);
        if (job !== this.#active) return;
        this.#send({ abort: job.request.id });
        this.#cancelAbort = this.#clock.after(ABORT_MS, () => {
            if (this.#active === job) this.#abandonChild('it did not stop an analysis that is not wanted any more');
        });
    }

    /** Ends the child on purpose; a request that still waits for an answer goes to the next one. */
    #abandonChild(why: string): void {
        const child = this.#child;
        this.#child = undefined;
        this.#cancelIdle?.();
        this.#cancelAbort?.();
        if (child) {
            this.#options.log(`The analysis process ${child.pid ?? ''} was ended: ${why}.`);
            this.#keepAlive(child, false);
            // It may be deep in the compiler, where it would notice nothing gentler.
            child.kill('SIGKILL');
        }
        this.#resume();
    }

    #ended(child: ChildProcess, how: string): void {
        if (child !== this.#child) return;
        this.#child = undefined;
        this.#cancelAbort?.();
        this.#crashes.push(this.#clock.now());
        this.#options.log(`The analysis process ${child.pid ?? ''} ended unexpectedly (${how}).`);
        const limit = this.#crashLimitError();
        if (limit) this.#rejectAll(limit);
        this.#resume();
    }

    /** Takes up the work without the child that had it. */
    #resume(): void {
        const job = this.#active;
        this.#active = undefined;
        if (job && !job.settled) this.#queue.unshift(job);
        if (this.#queue.length > 0) this.#pump();
    }

    #crashLimitError(): Error | undefined {
        const since = this.#clock.now() - CRASH_WINDOW_MS;
        this.#crashes = this.#crashes.filter((time) => time > since);
        if (this.#crashes.length < CRASH_LIMIT) return undefined;
        return new Error(
            `The analysis process ended unexpectedly ${CRASH_LIMIT} times within a minute and is not started again for now. ` +
                'The log has what it printed; restart the server to try at once.',
        );
    }

    #rejectAll(error: Error): void {
        for (const job of this.#queue.splice(0)) job.reject(error);
        if (this.#active && !this.#active.settled) this.#active.reject(error);
    }

    #armIdle(): void {
        this.#cancelIdle?.();
        const child = this.#child;
        if (!child) return;
        this.#keepAlive(child, false);
        this.#cancelIdle = this.#clock.after(this.#options.idleMs ?? IDLE_MS, () => {
            this.#abandonChild('idle');
        });
    }

    /** An idle child must not keep its parent from ending. */
    #keepAlive(child: ChildProcess, active: boolean): void {
        const verb = active ? 'ref' : 'unref';
        child[verb]();
        child.channel?.[verb]();
        for (const stream of [child.stdout, child.stderr]) {
            if (stream instanceof Socket) stream[verb]();
        }
    }
}

/** The entry of the worker process: `worker.cjs` beside the running bundle, or its source beside this file. */
export function workerModulePath(): string {
    const here = fileURLToPath(import.meta.url);
    return path.join(path.dirname(here), here.endsWith('.ts') ? 'main.ts' : 'worker.cjs');
}
