import { PROBES, PROBE_TEXT } from './native.ts';
import type { StandIn, UnknownLeaf } from './native.ts';
import type { UnknownValue } from './values.ts';

/** Runs something with stand-ins for the unknown values in it. */
type Run<T> = (standIn: (unknown: UnknownValue) => StandIn) => T;

export type Outcome<T> = { ok: true; result: T } | { ok: false; message: string };

/**
 * In: something that calls real code. Out: its result with the unknown values left out or, where that
 * makes it throw, replaced in the first way that works; else the first error's message.
 */
export function firstThatWorks<T>(run: Run<T>): Outcome<T> {
    let first: Outcome<T> | undefined;
    for (const probe of PROBES) {
        const outcome = attempt(() => run(() => probe));
        if (outcome.ok) {
            return outcome;
        }
        first ??= outcome;
    }
    return first ?? { ok: false, message: 'nothing to run' };
}

/**
 * Finds out which unknown values make a difference, by putting different things in their places.
 * In: the unknown values, and a function that gives the result as text with the chosen stand-ins.
 * Out: those with which the result changes, and those of which that cannot be excluded because it
 * throws with each. What makes it throw cannot be the value that the application runs with.
 */
export function findInfluential(leaves: readonly UnknownLeaf[], run: Run<string>): UnknownLeaf[] {
    const plain = leaves.filter(({ unknown }) => unknown.alternatives === undefined);
    const together = results(PROBES.map((probe) => () => run(() => probe)));
    const base = PROBES.find((probe) => attempt(() => run(() => probe)).ok);
    if (base === undefined) {
        return [...leaves];
    }
    // Most unknown values are secrets and addresses: all at once shows that none of them matters.
    const suspects =
        together.complete && together.distinct === 1 ? leaves.filter((leaf) => !plain.includes(leaf)) : leaves;
    return suspects.filter(({ unknown }) => {
        const standIns = standInsFor(unknown);
        const runWith = (standIn: StandIn) => (): string => run((other) => (other === unknown ? standIn : base));
        const each = results(standIns.map(runWith));
        if (unknown.alternatives !== undefined || each.distinct !== 1) {
            return each.distinct !== 1 || !each.complete;
        }
        const supplied = results(standIns.filter(({ kind }) => kind !== 'omit').map(runWith));
        return supplied.distinct === 0 || supplied.showsProbe;
    });
}

/** In: an unknown value. Out: the results with different things in its place, as far as they work; others are left out. */
export function outcomesOf<T>(unknown: UnknownValue, run: Run<T>): T[] {
    return standInsFor(unknown).flatMap((standIn) => {
        const outcome = attempt(() => run((other) => (other === unknown ? standIn : { kind: 'omit' })));
        return outcome.ok ? [outcome.result] : [];
    });
}

function standInsFor({ alternatives }: UnknownValue): readonly StandIn[] {
    return alternatives?.map((value) => ({ kind: 'alternative', value })) ?? PROBES;
}

function results(runs: (() => string)[]): { distinct: number; showsProbe: boolean; complete: boolean } {
    const succeeded = runs.map(attempt).flatMap((outcome) => (outcome.ok ? [outcome.result] : []));
    return {
        distinct: new Set(succeeded).size,
        showsProbe: succeeded.some((each) => each.includes(PROBE_TEXT)),
        complete: succeeded.length === runs.length,
    };
}

function attempt<T>(run: () => T): Outcome<T> {
    try {
        return { ok: true, result: run() };
    } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
}
