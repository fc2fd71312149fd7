import { enableCompileCache, flushCompileCache } from 'node:module';
import process from 'node:process';
import type { WorkerAbort, WorkerMethods, WorkerRequest, WorkerResponse } from './protocol.ts';

// TypeScript alone is nine megabytes of source; what was compiled once loads in half of the time.
enableCompileCache();

// Nothing may reach stdout: the command line's output is written there, and packages print warnings as they load.
process.stdout.write = process.stderr.write.bind(process.stderr);

const running = new Map<number, AbortController>();
let last = Promise.resolve();

async function answer(
    request: WorkerRequest,
    signal: AbortSignal,
): Promise<WorkerMethods[WorkerRequest['method']]['result']> {
    // Loaded on first use: each of the two brings megabytes that the other doesn't need.
    switch (request.method) {
        case 'contexts':
            return (await import('../context/analyse.ts')).analyseContexts(request.params, signal);
        case 'configs':
            return (await import('../better-auth/read.ts')).readAuthConfigs(request.params, signal);
        case 'plugins':
            return (await import('../better-auth/builtin-plugins.ts')).answerPlugins(request.params);
    }
}

function respond(response: WorkerResponse): void {
    // A parent that has gone ends this process through `disconnect`.
    if (process.connected) process.send?.(response);
}

async function run(request: WorkerRequest, controller: AbortController): Promise<void> {
    const { id } = request;
    try {
        controller.signal.throwIfAborted();
        respond({ id, ok: true, result: await answer(request, controller.signal) });
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
    running.set(message.id, controller);
    // One after the other: the analyses keep state between requests.
    last = last.then(() => run(message, controller));
});
// When a compiler's process dies, its client leaves a write to it behind that nobody waits for.
process.on('unhandledRejection', (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ERR_STREAM_DESTROYED' && code !== 'EPIPE') throw error;
    process.stderr.write(`A process that was written to has ended: ${String(error)}\n`);
});
process.on('disconnect', () => process.exit());
