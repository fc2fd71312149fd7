/**
 * Makes one task out of many calls: while it runs, further calls share one more run that starts
 * when the present one has ended.
 * In: the task. Out: a function whose promise settles as the run that includes its call does.
 */
export function coalesce(task: () => Promise<void>): () => Promise<void> {
    let running: Promise<void> | undefined;
    let next: Promise<void> | undefined;

    function run(): Promise<void> {
        running = task().finally(() => {
            running = undefined;
        });
        return running;
    }

    return () => {
        if (running === undefined) return run();
        next ??= running
            // The present run's failure was handed to its own callers.
            .catch(() => undefined)
            .then(() => {
                next = undefined;
                return run();
            });
        return next;
    };
}
