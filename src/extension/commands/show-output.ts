import type { Services } from './services.ts';

/** Shows the log. */
export function showOutput({ log }: Services): void {
    log.show();
}
