import { enableCompileCache, flushCompileCache } from 'node:module';
import process from 'node:process';
import type { AuthConfigAnalysis } from '../model/auth-table.ts';
import type { ContextAnalysis } from '../model/context-shape.ts';
import type { NoteDependencies } from '../model/dependencies.ts';
import type { AnalysisQuery, WorkerAbort, WorkerMethods, WorkerRequest, WorkerResponse } from './protocol.ts';
import { removeOldCode } from './old-code.ts';
import { answerRemembering } from './remembered.ts';

// Nothing may reach stdout: the command line's output is written there, and packages print warnings as they load.
process.stdout.write = process.stderr.write.bind(process.stderr);

const running = new Map<number, AbortController>();
/** One after the other in each lane: the analyses keep state between requests, but know nothing of each other. */
const lanes: Record<'contexts' | 'configs', Promise<void>> = {
    contexts: Promise.resolve(),
    configs: Promise.resolve(),
};

// What was compiled once loads in half of the time, and TypeScript alone is nine megabytes of source.
const [codeDir] = process.argv.slice(2);
if (codeDir !== undefined) {
    enableCompileCache(codeDir);
    removeOldCode(codeDir).catch((error: unknown) => {
        process.stderr.write(`Old compiled code can't be removed: ${String(error)}\n`);
    });
}

/** Analyses that were loaded: they know more than was remembered, and what was is of no use to them. */
const loaded = new Set<string>();

async function answer(
    request: WorkerRequest,
    signal: AbortSignal,
): Promise<WorkerMethods[WorkerRequest['method']]['result']> {
    // Loaded on first use: each of the two brings megabytes that the other doesn't need.
    switch (request.method) {
        case 'contexts':
            return remembering<ContextAnalysis>('contexts', request.params, signal, async (note) =>
                (await import('../context/analyse.ts')).analyseContexts(request.params, signal, note),
            );
        case 'configs':
            return remembering<AuthConfigAnalysis>('configs', request.params, signal, async (note) =>
                (await import('./read-configs.ts')).readAuthConfigs(request.params, signal, note),
            );
        case 'plugins':
            return (await import('./read-configs.ts')).answerPlugins(request.params);
    }
}

async function remembering<T extends object>(
    method: 'contexts' | 'configs',
    query: AnalysisQuery,
    signal: AbortSignal,
    compute: (note: NoteDependencies) => Promise<T>,
): Promise<T> {
    const isFirst = !loaded.has(method);
    // A configuration is looked for where one is mentioned, and types follow from every source.
    const ignores = (text: string): boolean => method === 'configs' && !text.includes('betterAuth');
    return answerRemembering({ method, isFirst, ignores }, query, signal, (note) => {
        loaded.add(method);
        return compute(note);
    });
}

function respond(response: WorkerResponse): void {
    // A parent that has gone ends this process through `disconnect`.
    if (process.connected) process.send?.(response);
}

/**
 * Responds to a request when its work is done, or at once when it isn't wanted any more: what comes next in another
 * lane needn't wait for a compiler to come to its senses.
 */
async function settle({ id }: WorkerRequest, signal: AbortSignal, work: ReturnType<typeof answer>): Promise<void> {
    const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
            reject(new Error('The analysis was aborted.'));
        });
    });
    try {
        respond({ id, ok: true, result: await Promise.race([work, aborted]) });
    } catch (error) {
        const { message, stack } = error instanceof Error ? error : new Error(String(error));
        respond({ id, ok: false, message, ...(stack !== undefined && { stack }) });
    } finally {
        running.delete(id);
        // This process is ended by its parent, without a chance to write anything then.
        flushCompileCache();
    }
}

process.on('message', (message: WorkerRequest | WorkerAbort) => {
    if ('abort' in message) {
        running.get(message.abort)?.abort();
        return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    running.set(message.id, controller);
    const lane = message.method === 'contexts' ? 'contexts' : 'configs';
    const work = lanes[lane].then(() => {
        signal.throwIfAborted();
        return answer(message, signal);
    });
    const ended = (): void => undefined;
    // How it ended, its request is told.
    lanes[lane] = work.then(ended, ended);
    void settle(message, signal, work);
});
// When a compiler's process dies, its client leaves a write to it behind that nobody waits for.
process.on('unhandledRejection', (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_STREAM_DESTROYED' && code !== 'EPIPE') throw error;
    process.stderr.write(`A process that was written to has ended: ${String(error)}\n`);
});
process.on('disconnect', () => process.exit());
