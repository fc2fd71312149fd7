/** A source of randomness that gives the same for the same seed (mulberry32). */
export class Random {
    #state: number;

    constructor(seed: number) {
        this.#state = seed >>> 0;
    }

    /** From 0, below 1. */
    next(): number {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    }

    /** A whole number from 0, below the bound. */
    below(bound: number): number {
        return Math.floor(this.next() * bound);
    }

    chance(probability: number): boolean {
        return this.next() < probability;
    }

    pick<T>(items: readonly T[]): T {
        const item = items[this.below(items.length)];
        if (item === undefined) throw new Error('Nothing to pick from.');
        return item;
    }

    /** One of the makers, by weight; one that gives nothing is left out. */
    weighted<T>(makers: readonly (readonly [number, () => T | undefined])[]): T {
        const made = this.tryWeighted(makers);
        if (made === undefined) throw new Error('Nothing could be made.');
        return made;
    }

    /** The same; undefined when none of them gives anything. */
    tryWeighted<T>(makers: readonly (readonly [number, () => T | undefined])[]): T | undefined {
        const left = [...makers];
        while (left.length > 0) {
            let at = this.next() * left.reduce((sum, [weight]) => sum + weight, 0);
            const index = left.findIndex(([weight]) => (at -= weight) < 0);
            const [maker] = left.splice(index === -1 ? left.length - 1 : index, 1);
            const made = maker?.[1]();
            if (made !== undefined) return made;
        }
        return undefined;
    }
}
