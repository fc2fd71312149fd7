import { format } from 'node:util';

/**
 * Sends what libraries print (ZenStack's language package does) to the log. On a stdio server stdout
 * belongs to the protocol, and one printed line would end it.
 */
export function redirectConsole(log: (message: string) => void): void {
    const write = (...args: unknown[]): void => {
        log(format(...args));
    };
    for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const) {
        // eslint-disable-next-line no-console -- this is where it is taken over
        console[method] = write;
    }
}
