import * as vscode from 'vscode';

/** Below this, a notification would only flash. */
const PATIENCE_MS = 400;

/**
 * Runs a task, with a cancellable notification when it takes longer than a moment.
 * In: what is being done, as a phrase, and the task with the token that it is to heed.
 * Out: the task's result or error.
 */
export async function withPatience<T>(
    title: string,
    task: (token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
    const source = new vscode.CancellationTokenSource();
    const work = task(source.token);
    let timer: NodeJS.Timeout | undefined;
    const patienceEnded = new Promise<'waiting'>((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS, 'waiting');
    });
    try {
        const first = await Promise.race([work.then(() => 'done' as const), patienceEnded]);
        if (first === 'done') return await work;
        return await vscode.window.withProgress(
            { location: vscode.ProgressLocation.Notification, title: `ZModel Auth: ${title}`, cancellable: true },
            async (_progress, token) => {
                const listener = token.onCancellationRequested(() => {
                    source.cancel();
                });
                try {
                    return await work;
                } finally {
                    listener.dispose();
                }
            },
        );
    } finally {
        clearTimeout(timer);
        source.dispose();
    }
}
