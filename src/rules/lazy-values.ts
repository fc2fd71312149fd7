import type { Scalar } from '../model/policy.ts';
import type { ValueDomains } from './domains.ts';

/** What the columns and members of a world are tried with. */
export class LazyValues {
    readonly #domains: ValueDomains;
    /** How many fresh values of a domain are in use: which of them is taken first makes no difference. */
    readonly #used = new Map<string, number>();

    constructor(domains: ValueDomains) {
        this.#domains = domains;
    }

    /** The values of a slot that differ in effect: those of the rules, fresh ones in use, and one more. */
    of(declaration: string, field: string, more = 0): readonly Scalar[] {
        const domain = this.#domains.domainOf(declaration, field);
        return domain.withFresh(Math.min(domain.fresh + more, (this.#used.get(domain.key) ?? 0) + 1));
    }

    /** Notes that a value was taken: the first fresh one that isn't in use is in use then. */
    note(declaration: string, field: string, value: Scalar): void {
        if (value === null) return;
        const domain = this.#domains.domainOf(declaration, field);
        const used = this.#used.get(domain.key) ?? 0;
        if (domain.make(used) === value) this.#used.set(domain.key, used + 1);
    }
}
