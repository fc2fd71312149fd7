import type { Scalar } from '../model/policy.ts';
import { versionFor } from '../model/versions.ts';
import type { Comparisons } from './comparisons.ts';

/** What is known of slots that are compared with each other. */
export interface ValueClass {
    literals: ReadonlySet<Scalar>;
    isOrdered: boolean;
    isCompared: boolean;
}

interface OpenClass extends ValueClass {
    literals: Set<Scalar>;
}

const NO_CLASS: ValueClass = { literals: new Set(), isOrdered: false, isCompared: false };

/** Which slots are compared with each other, and with which values; slots go by their keys (`keyOf`). */
export class ValueClasses {
    readonly parts: readonly Comparisons[];
    readonly #parents = new Map<string, string>();
    readonly #states = new Map<string, number>();
    #classes: Map<string, OpenClass> | undefined;

    /** @param parts - What each declaration compares, in the order of the schema. */
    constructor(parts: readonly Comparisons[]) {
        this.parts = parts;
        for (const { joined } of parts) for (const [one, other] of joined) this.#join(one, other);
    }

    /** The slot that stands for all that a slot is compared with, directly or by way of others. */
    find(key: string): string {
        const parent = this.#parents.get(key);
        if (parent === undefined) return key;
        const root = this.find(parent);
        if (root !== parent) this.#parents.set(key, root);
        return root;
    }

    /** What is known of the slots for which one stands. */
    classOf(root: string): ValueClass {
        this.#classes ??= this.#collect();
        return this.#classes.get(root) ?? NO_CLASS;
    }

    /** A number for a slot's values: two slots with one number are compared with each other and the same, now or at another time. */
    stateOf(key: string): number {
        const root = this.find(key);
        const known = this.#states.get(root);
        if (known !== undefined) return known;
        const { literals, isOrdered, isCompared } = this.classOf(root);
        const state = versionFor(`values ${root} ${isOrdered} ${isCompared} ${JSON.stringify([...literals])}`);
        this.#states.set(root, state);
        return state;
    }

    #collect(): Map<string, OpenClass> {
        const classes = new Map<string, OpenClass>();
        const of = (key: string): OpenClass => {
            const root = this.find(key);
            const known = classes.get(root);
            if (known) return known;
            const made = { literals: new Set<Scalar>(), isOrdered: false, isCompared: false };
            classes.set(root, made);
            return made;
        };
        const literals = new Map<string, Scalar[]>();
        for (const part of this.parts) {
            for (const [key, value] of part.literals) {
                const known = literals.get(key);
                if (known) known.push(value);
                else literals.set(key, [value]);
            }
        }
        for (const [key, values] of literals) for (const value of values) of(key).literals.add(value);
        for (const { ordered, compared } of this.parts) {
            for (const key of ordered) of(key).isOrdered = true;
            for (const key of compared) of(key).isCompared = true;
        }
        return classes;
    }

    #join(a: string, b: string): void {
        const [one, other] = [this.find(a), this.find(b)];
        // The first by name stands for all, so that what joins them later rarely makes another of them.
        if (one < other) this.#parents.set(other, one);
        else if (one !== other) this.#parents.set(one, other);
    }
}

const recent: ValueClasses[] = [];
const MOST_RECENT = 4;

/** The classes of values of what declarations compare: those that were made before of the same parts, if any. */
export function valueClassesOf(parts: readonly Comparisons[]): ValueClasses {
    const known = recent.find(
        (each) =>
            each.parts.length === parts.length &&
            each.parts.every((part, index) => part === parts[index] || part.print === parts[index]?.print),
    );
    if (known) return known;
    const made = new ValueClasses(parts);
    recent.unshift(made);
    recent.length = Math.min(recent.length, MOST_RECENT);
    return made;
}
