/** A query takes milliseconds; the first one of a large project some seconds. */
const QUERY_MS = 60_000;
const CHECK_MS = 100;

function memberOf(value: unknown, name: string): unknown {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * Whether the process behind an API has ended. TypeScript 7.0 leaves requests unanswered then, and
 * keeps the process to itself; where it isn't found, the time limit alone ends a request.
 */
export function hasEnded(api: object): boolean {
    const child = memberOf(memberOf(api, 'client'), 'process');
    const ends = [memberOf(child, 'exitCode'), memberOf(child, 'signalCode')];
    return ends.some((end) => typeof end === 'number' || typeof end === 'string');
}

/**
 * Waits for what an API was asked. Rejects as the query does, or when its process has ended or it
 * takes a minute.
 */
export async function guarded<T>(api: object, query: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const start = performance.now();
    const failed = new Promise<never>((_, reject) => {
        timer = setInterval(() => {
            if (hasEnded(api)) reject(new Error('its process has ended'));
            else if (performance.now() - start > QUERY_MS) reject(new Error('it did not answer in time'));
        }, CHECK_MS);
    });
    try {
        return await Promise.race([query, failed]);
    } finally {
        clearInterval(timer);
    }
}
