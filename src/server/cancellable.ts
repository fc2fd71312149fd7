import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { CancellationToken } from 'vscode-languageserver';

/**
 * Answers a request as soon as it is cancelled, whatever its work waits for.
 * In: the request's token; the work, with a signal that is aborted then. Out: the work's result.
 * Rejects with `RequestCancelled` on cancellation, else with what the work rejects with.
 */
export async function cancellable<T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = (): void => {
        const error = new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
        controller.abort(error);
        reject(error);
    };
    if (token.isCancellationRequested) cancel();
    const listener = token.onCancellationRequested(cancel);
    try {
        return await Promise.race([work(controller.signal), promise]);
    } finally {
        listener.dispose();
    }
}
