import type { PolicyModel, PolicySchema, Scalar } from '../model/policy.ts';
import { versionFor } from '../model/versions.ts';
import { comparisonsOf, keyOf } from './comparisons.ts';
import type { Comparisons, Slot } from './comparisons.ts';
import { VersionMemory } from './version-memory.ts';

/** The values that a column or member is tried with. */
export interface Domain {
    /** Values that rules mention, and those just beside them where rules order. */
    values: readonly Scalar[];
    /** How many values besides are told apart: two where columns are compared with each other, else one. */
    fresh: number;
    /** Makes the n-th of them; undefined when the type has no more. */
    make: (n: number) => Scalar | undefined;
    /** The values with the first `fresh` of those that are made; the same list for the same number. */
    withFresh: (fresh: number) => readonly Scalar[];
    /** Values of one domain are compared with each other. */
    key: string;
}

interface ValueClass {
    literals: Set<Scalar>;
    isOrdered: boolean;
    isCompared: boolean;
}

/** What columns and members of `auth()` are tried with. */
export interface ValueDomains {
    /** The present that dates are tried around, in milliseconds since 1970. */
    readonly now: number;
    /** The values that a column, or a member of `auth()`, is tried with; without null. */
    domainOf(declaration: string, name: string): Domain;
}

const NO_CLASS: ValueClass = { literals: new Set(), isOrdered: false, isCompared: false };

const comparisons = new VersionMemory<Comparisons>();

/**
 * Which values columns and members of `auth()` can tell apart, from what the rules of a schema compare:
 * slots that are compared share their values, and the literals they are compared with are among them.
 */
export class Domains implements ValueDomains {
    readonly #schema: PolicySchema;
    readonly #parents = new Map<string, string>();
    readonly #literals = new Map<string, Set<Scalar>>();
    readonly #ordered = new Set<string>();
    readonly #compared = new Set<string>();
    readonly #built = new Map<string, Map<string, Domain>>();
    #classes: Map<string, ValueClass> | undefined;
    readonly #states = new Map<string, number>();

    constructor(schema: PolicySchema, now: number) {
        this.#schema = schema;
        this.now = now;
        for (const model of [...schema.models.values(), ...schema.types.values()]) {
            const { joined, compared, ordered, literals } = comparisons.recall(schema, model, (seen) =>
                comparisonsOf(schema, model, seen),
            );
            for (const [one, other] of joined) this.#join(one, other);
            for (const key of compared) this.#compared.add(key);
            for (const key of ordered) this.#ordered.add(key);
            for (const [key, value] of literals) {
                const known = this.#literals.get(key);
                if (known) known.add(value);
                else this.#literals.set(key, new Set([value]));
            }
        }
    }

    readonly now: number;

    /** These domains with two slots that hold the same and different values, although no rule compares them. */
    related(a: Slot, b: Slot): ValueDomains {
        if (this.areCompared(a, b)) return this;
        const roots = [this.#find(keyOf(a)), this.#find(keyOf(b))];
        const [root = ''] = roots;
        const literals = new Set(roots.flatMap((each) => [...this.#classOf(each).literals]));
        const isOrdered = roots.some((each) => this.#classOf(each).isOrdered);
        const built = new Map<string, Domain>();
        const domainOf = (declaration: string, name: string): Domain => {
            const slot = keyOf({ declaration, field: name });
            if (!roots.includes(this.#find(slot))) return this.domainOf(declaration, name);
            const known =
                built.get(slot) ?? this.#build(declaration, name, root, { literals, isOrdered, isCompared: true });
            built.set(slot, known);
            return known;
        };
        return { now: this.now, domainOf };
    }

    /** Lets two slots hold the same and different values, although no rule compares them. */
    relate(a: Slot, b: Slot): void {
        if (this.areCompared(a, b)) return;
        this.#joinCompared(a, b);
        this.#built.clear();
        this.#states.clear();
        this.#classes = undefined;
    }

    /** Whether two slots hold values that rules compare, directly or by way of others. */
    areCompared(a: Slot, b: Slot): boolean {
        return this.#find(keyOf(a)) === this.#find(keyOf(b));
    }

    /** The values that rules compare a slot with. */
    literalsOf(slot: Slot): ReadonlySet<Scalar> {
        return this.#classOf(this.#find(keyOf(slot))).literals;
    }

    domainOf(declaration: string, name: string): Domain {
        const ofDeclaration = this.#built.get(declaration) ?? new Map<string, Domain>();
        this.#built.set(declaration, ofDeclaration);
        const known = ofDeclaration.get(name);
        if (known) return known;
        const root = this.#find(`${declaration}.${name}`);
        const built = this.#build(declaration, name, root, this.#classOf(root));
        ofDeclaration.set(name, built);
        return built;
    }

    #build(declaration: string, name: string, key: string, { literals, isOrdered, isCompared }: ValueClass): Domain {
        const field = this.#model(declaration)?.fields.get(name);
        const domain = build(field?.type.kind === 'enum' ? field.type.values : undefined, field?.type.name, {
            literals: [...literals],
            isOrdered,
            now: this.now,
        });
        const lists: Scalar[][] = [];
        const withFresh = (fresh: number): readonly Scalar[] => {
            const known = lists[fresh];
            if (known) return known;
            const made = Array.from({ length: fresh }, (_, index) => domain.make(index));
            return (lists[fresh] = [...made.filter((value) => value !== undefined), ...domain.values]);
        };
        return { ...domain, withFresh, key, fresh: Math.min(domain.fresh, isCompared ? 2 : 1) };
    }

    /** A number for what a slot is tried with, by its key (`keyOf`), type apart: two slots with one number are compared, now or at another time. */
    stateOf(key: string): number {
        const root = this.#find(key);
        const known = this.#states.get(root);
        if (known !== undefined) return known;
        const { literals, isOrdered, isCompared } = this.#classOf(root);
        const state = versionFor(`values ${root} ${isOrdered} ${isCompared} ${JSON.stringify([...literals])}`);
        this.#states.set(root, state);
        return state;
    }

    /** What is known of slots that are compared with each other, by one that stands for all. */
    #classOf(root: string): ValueClass {
        if (!this.#classes) {
            this.#classes = new Map();
            for (const [key, values] of this.#literals) {
                const { literals } = this.#makeClass(key);
                for (const value of values) literals.add(value);
            }
            for (const key of this.#ordered) this.#makeClass(key).isOrdered = true;
            for (const key of this.#compared) this.#makeClass(key).isCompared = true;
        }
        return this.#classes.get(root) ?? NO_CLASS;
    }

    #makeClass(key: string): ValueClass {
        const root = this.#find(key);
        const known = this.#classes?.get(root);
        if (known) return known;
        const made = { literals: new Set<Scalar>(), isOrdered: false, isCompared: false };
        this.#classes?.set(root, made);
        return made;
    }

    #model(name: string): PolicyModel | undefined {
        return this.#schema.models.get(name) ?? this.#schema.types.get(name);
    }

    #find(key: string): string {
        const parent = this.#parents.get(key);
        if (parent === undefined) return key;
        const root = this.#find(parent);
        if (root !== parent) this.#parents.set(key, root);
        return root;
    }

    #join(a: string, b: string): void {
        const [one, other] = [this.#find(a), this.#find(b)];
        // The first by name stands for all, so that what joins them later rarely makes another of them.
        if (one < other) this.#parents.set(other, one);
        else if (one !== other) this.#parents.set(one, other);
    }

    #joinCompared(a: Slot, b: Slot): void {
        this.#join(keyOf(a), keyOf(b));
        this.#compared.add(keyOf(a)).add(keyOf(b));
    }
}

const DAY = 24 * 60 * 60 * 1000;

function build(
    enumValues: readonly string[] | undefined,
    type: string | undefined,
    { literals, isOrdered, now }: { literals: readonly Scalar[]; isOrdered: boolean; now: number },
): Omit<Domain, 'key' | 'withFresh'> {
    if (enumValues) {
        const values = literals.filter((value) => typeof value === 'string' && enumValues.includes(value));
        const rest = enumValues.filter((value) => !values.includes(value));
        return { values, fresh: rest.length, make: (n) => rest[n] };
    }
    switch (type) {
        case 'Boolean':
            return { values: [true, false], fresh: 0, make: () => undefined };
        case 'Int':
        case 'BigInt':
        case 'Float':
        case 'Decimal': {
            const numbers = literals.filter((value) => typeof value === 'number');
            const near = isOrdered ? numbers.flatMap((value) => [value - 1, value, value + 1]) : numbers;
            const values = [...new Set(near)];
            const start = Math.max(0, ...numbers) + 10;
            return { values, fresh: 3, make: (n) => start + n };
        }
        case 'DateTime':
            return { values: [now - DAY, now + DAY], fresh: 0, make: () => undefined };
        case 'String': {
            const values = literals.filter((value) => typeof value === 'string');
            return { values, fresh: 26, make: (n) => FRESH_NAMES[n] };
        }
        default:
            return { values: [], fresh: 0, make: () => undefined };
    }
}

/** Texts that rules don't mention; none contains another. */
export const FRESH_NAMES: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
