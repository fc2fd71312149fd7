/** How often a long comparison says how far it is, in milliseconds. */
const PERIOD = 30_000;

const isNightly = process.env.ZMODEL_AUTH_NIGHTLY !== undefined;

/** A test's time limit in milliseconds; none by night. */
export function timeLimit(limit: number): number {
    return isNightly ? 0 : limit;
}

/** Says from time to time how far a comparison is, when it runs by `npm run test:nightly`; else nothing. */
export class Progress {
    readonly #total: number;
    readonly #started = performance.now();
    #said = performance.now();

    constructor(total: number) {
        this.#total = total;
    }

    /** In: how many are done; what else to say. */
    at(done: number, note: () => string): void {
        const now = performance.now();
        if (!isNightly || now - this.#said < PERIOD) return;
        this.#said = now;
        const left = ((now - this.#started) / Math.max(1, done)) * (this.#total - done);
        console.log(`    ${done} of ${this.#total}, ${note()}; about ${Math.ceil(left / 60_000)} min to go`);
    }
}

/** Prints a line that `npm run test:nightly` repeats in its summary. */
export function sayForSummary(line: string): void {
    console.log(`      ${isNightly ? '= ' : ''}${line}`);
}
