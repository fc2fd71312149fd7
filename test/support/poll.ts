/**
 * Asks again and again until there is an answer.
 * @param what what is waited for, for the message
 * @param ask answers `undefined` or `false` for "not yet"; what it throws counts as that, too, and is told at the end
 * @param timeout milliseconds
 * @throws when there is none within the timeout
 */
export async function poll<T>(
    what: string,
    ask: () => T | undefined | false | Promise<T | undefined | false>,
    timeout = 20_000,
): Promise<T> {
    const end = Date.now() + timeout;
    let last = '';
    for (;;) {
        try {
            const answer = await ask();
            if (answer !== undefined && answer !== false) return answer;
            last = '';
        } catch (error) {
            last = ` Last: ${error instanceof Error ? error.message : String(error)}`;
        }
        if (Date.now() > end) throw new Error(`Waited ${timeout / 1000} s for ${what}.${last}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
