/** Thrown to give up a path of choices that can't happen. */
export class Impossible extends Error {}

/** Thrown when there have been too many. */
export class TooMany extends Error {}

/**
 * A walk through everything that a sequence of choices can lead to, depth first. Whoever makes the choices
 * runs from the beginning for every path, and gets the same answers up to the point where the path is new.
 */
export class Choices {
    readonly #taken: { of: number; at: number }[] = [];
    #next = 0;
    #paths = 1;
    readonly #limit: number;

    /** @param limit - How many paths are walked at most. */
    constructor(limit: number) {
        this.#limit = limit;
    }

    /** One of `of` possibilities, counted from 0. Throws `Impossible` when there is none. */
    choose(of: number): number {
        if (of === 0) throw new Impossible();
        if (of === 1) return 0;
        const known = this.#taken[this.#next];
        this.#next += 1;
        if (known) return known.at;
        this.#taken.push({ of, at: 0 });
        return 0;
    }

    /** Goes to the next path; false when there is none. Throws `TooMany` when the limit is reached. */
    advance(): boolean {
        this.#next = 0;
        for (let last = this.#taken.at(-1); last; last = this.#taken.at(-1)) {
            if (last.at + 1 < last.of) {
                last.at += 1;
                this.#paths += 1;
                if (this.#paths > this.#limit) throw new TooMany();
                return true;
            }
            this.#taken.pop();
        }
        return false;
    }
}
