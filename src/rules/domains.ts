import type { PolicyModel, PolicySchema, Scalar } from '../model/policy.ts';
import { comparisonsOf, keyOf } from './comparisons.ts';
import type { Comparisons, Slot } from './comparisons.ts';
import { ValueClasses, valueClassesOf } from './value-classes.ts';
import type { ValueClass } from './value-classes.ts';
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

/** What columns and members of `auth()` are tried with. */
export interface ValueDomains {
    /** The present that dates are tried around, in milliseconds since 1970. */
    readonly now: number;
    /** The values that a column, or a member of `auth()`, is tried with; without null. */
    domainOf(declaration: string, name: string): Domain;
}

const comparisons = new VersionMemory<Comparisons>();

function compare(schema: PolicySchema, model: PolicyModel): Comparisons {
    return comparisons.recall(schema, model, (seen) => comparisonsOf(schema, model, seen));
}

/**
 * Which values columns and members of `auth()` can tell apart, from what the rules of a schema compare:
 * slots that are compared share their values, and the literals they are compared with are among them.
 */
export class Domains implements ValueDomains {
    readonly #schema: PolicySchema;
    readonly #built = new Map<string, Map<string, Domain>>();
    #classes: ValueClasses;

    constructor(schema: PolicySchema, now: number) {
        this.#schema = schema;
        this.now = now;
        const all = [...schema.models.values(), ...schema.types.values()];
        this.#classes = valueClassesOf(all.map((model) => compare(schema, model)));
    }

    /** What is compared with what; the same object as long as that doesn't change. */
    get classes(): ValueClasses {
        return this.#classes;
    }

    readonly now: number;

    /** These domains with two slots that hold the same and different values, although no rule compares them. */
    related(a: Slot, b: Slot): ValueDomains {
        if (this.areCompared(a, b)) return this;
        const roots = [this.#classes.find(keyOf(a)), this.#classes.find(keyOf(b))];
        const [root = ''] = roots;
        const literals = new Set(roots.flatMap((each) => [...this.#classes.classOf(each).literals]));
        const isOrdered = roots.some((each) => this.#classes.classOf(each).isOrdered);
        const built = new Map<string, Domain>();
        const domainOf = (declaration: string, name: string): Domain => {
            const slot = keyOf({ declaration, field: name });
            if (!roots.includes(this.#classes.find(slot))) return this.domainOf(declaration, name);
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
        const keys = [keyOf(a), keyOf(b)] as const;
        const print = `${keys.join(' == ')}\n`;
        const more: Comparisons = { joined: [keys], compared: [...keys], ordered: [], literals: [], print };
        this.#classes = new ValueClasses([...this.#classes.parts, more]);
        this.#built.clear();
    }

    /** Whether two slots hold values that rules compare, directly or by way of others. */
    areCompared(a: Slot, b: Slot): boolean {
        return this.#classes.find(keyOf(a)) === this.#classes.find(keyOf(b));
    }

    /** The values that rules compare a slot with. */
    literalsOf(slot: Slot): ReadonlySet<Scalar> {
        return this.#classes.classOf(this.#classes.find(keyOf(slot))).literals;
    }

    domainOf(declaration: string, name: string): Domain {
        const ofDeclaration = this.#built.get(declaration) ?? new Map<string, Domain>();
        this.#built.set(declaration, ofDeclaration);
        const known = ofDeclaration.get(name);
        if (known) return known;
        const root = this.#classes.find(`${declaration}.${name}`);
        const built = this.#build(declaration, name, root, this.#classes.classOf(root));
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

    #model(name: string): PolicyModel | undefined {
        return this.#schema.models.get(name) ?? this.#schema.types.get(name);
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
