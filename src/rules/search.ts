import type { PolicySchema } from '../model/policy.ts';
import { Choices, Impossible, TooMany } from './choices.ts';
import type { ValueDomains } from './domains.ts';
import { LazyWorld } from './lazy-world.ts';
import type { Actors, ListSizes } from './lazy-world.ts';
import { RuleThrows } from './truth.ts';

export interface SearchOptions {
    schema: PolicySchema;
    domains: ValueDomains;
    actors: Actors;
    listSize: ListSizes;
    /** How many worlds are looked at, at most. */
    limit: number;
}

/**
 * Looks at small worlds until `look` says `stop`.
 * Out: whether every world was looked at, and whether there were too many (`isLimited`). `look` is given a world that it determines by what it asks for; when it
 * returns `unsure`, or the limit was reached, the search is not exhaustive.
 */
export function searchWorlds(
    options: SearchOptions,
    look: (world: LazyWorld) => 'go on' | 'stop' | 'unsure',
): { isExhaustive: boolean; isLimited: boolean } {
    const choices = new Choices(options.limit);
    let isExhaustive = true;
    for (let more = true; more;) {
        const world = new LazyWorld({ ...options, choices });
        try {
            const answer = look(world);
            if (answer === 'stop') return { isExhaustive: false, isLimited: false };
            if (answer === 'unsure') isExhaustive = false;
        } catch (error) {
            // What throws lets nothing through; that it throws is told elsewhere.
            if (error instanceof RuleThrows) isExhaustive = false;
            else if (!(error instanceof Impossible)) throw error;
        }
        try {
            more = choices.advance();
        } catch (error) {
            if (error instanceof TooMany) return { isExhaustive: false, isLimited: true };
            throw error;
        }
    }
    return { isExhaustive, isLimited: false };
}
