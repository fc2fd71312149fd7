import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { compareTables } from '../better-auth/compare-tables.ts';
import type { AuthId, AuthTable } from '../model/auth-table.ts';
import type { TableDifference } from '../model/table-difference.ts';
import { childEnvironment } from './child.ts';
import type { LoadRequest, LoadResponse } from './load-protocol.ts';

const TIMEOUT_MS = 20_000;
/** Megabytes. Configurations were seen to need 135. */
const MAX_OLD_SPACE = 1024;
/** How much of what the configuration prints to stderr is kept, in characters: its end, for a message. */
const KEPT_OUTPUT = 2000;

export interface LoadOptions extends LoadRequest {
    /** The tables that were read from the source, to compare with. */
    tables: readonly AuthTable[];
    /** After this time the process is killed. Default 20 seconds. */
    timeoutMs?: number;
    signal?: AbortSignal;
    /** Absolute path of the loader's entry; see `loaderModulePath`. */
    modulePath?: string;
}

/** The tables of a configuration that was run, or why there are none (one sentence, and the stack for the log). */
export type LoadedConfig =
    | { tables: AuthTable[]; id: AuthId; version?: string; differences: TableDifference[] }
    | { error: string; stack?: string };

/**
 * Runs the workspace's configuration, in a process of its own, and compares its tables with those that were read from
 * the source. It runs code of the workspace: only for trusted workspaces, and only when the user asked for it.
 * In: absolute paths of file and workspace folder. Out: the tables with the differences, or the error.
 * Rejects with the signal's reason when aborted; the process is killed then.
 */
export async function loadRealConfig(options: LoadOptions): Promise<LoadedConfig> {
    const { tables, timeoutMs = TIMEOUT_MS, signal, modulePath = loaderModulePath(), ...request } = options;
    signal?.throwIfAborted();
    const child = fork(modulePath, [], {
        execPath: process.execPath,
        execArgv: [`--max-old-space-size=${MAX_OLD_SPACE}`],
        env: childEnvironment(),
        // Configurations and Better Auth print to stdout; nobody reads it.
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    try {
        const response = await ask(child, request, timeoutMs, signal);
        if (!response.ok) {
            return { error: response.message, ...(response.stack !== undefined && { stack: response.stack }) };
        }
        const { tables: loaded, id, version } = response;
        const differences = compareTables(tables, loaded);
        return { tables: loaded, id, ...(version !== undefined && { version }), differences };
    } finally {
        // It may be in an endless loop, where it would notice nothing gentler.
        child.kill('SIGKILL');
    }
}

/** The entry of the loader: `loader.cjs` beside the running bundle, or its source. */
export function loaderModulePath(): string {
    const here = fileURLToPath(import.meta.url);
    return here.endsWith('.ts')
        ? path.join(path.dirname(here), '..', 'loader', 'main.ts')
        : path.join(path.dirname(here), 'loader.cjs');
}

function ask(
    child: ChildProcess,
    request: LoadRequest,
    timeoutMs: number,
    signal: AbortSignal | undefined,
): Promise<LoadResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<LoadResponse>();
    const fail = (message: string): void => {
        resolve({ ok: false, message });
    };
    const timer = setTimeout(() => {
        fail(`The configuration was not loaded within ${Math.round(timeoutMs / 1000)} seconds and was ended.`);
    }, timeoutMs);
    const onAbort = (): void => {
        const reason: unknown = signal?.reason;
        reject(reason instanceof Error ? reason : new Error('The loading was aborted.', { cause: reason }));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-KEPT_OUTPUT);
    });
    child.once('message', (response: LoadResponse) => {
        resolve(response);
    });
    child.once('error', (error) => {
        fail(`The configuration could not be loaded: ${error.message}`);
    });
    // Not `exit`: by then, what it printed may not have arrived.
    child.once('close', (code, killed) => {
        const how = killed === null ? `exit code ${code ?? 'unknown'}` : `signal ${killed}`;
        const printed = output.trim();
        fail(
            `The configuration ended its process while it was loaded (${how}).${printed && ` It printed: ${printed}`}`,
        );
    });
    child.send(request, (error) => {
        if (error) {
            fail(`The configuration could not be loaded: ${error.message}`);
        }
    });
    return promise.finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
    });
}
