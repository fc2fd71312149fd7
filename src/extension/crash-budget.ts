/** How often the server may crash before it stays down. */
export const CRASH_LIMIT = { restarts: 4, minutes: 3 } as const;

/**
 * Counts crashes in a sliding window.
 * In: a clock in milliseconds. Out: `spend` notes a crash and tells whether another start is due;
 * `reset` forgets them, for a restart that the user asked for.
 */
export function createCrashBudget(now: () => number = Date.now): { spend: () => boolean; reset: () => void } {
    let crashes: number[] = [];
    return {
        spend() {
            const time = now();
            crashes = [...crashes.filter((crash) => time - crash < CRASH_LIMIT.minutes * 60_000), time];
            return crashes.length <= CRASH_LIMIT.restarts;
        },
        reset() {
            crashes = [];
        },
    };
}
