import type { Finding } from '../model/finding.ts';
import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import { columnsOf } from '../rules/columns.ts';
import { fingerprintOf } from '../rules/fingerprint.ts';
import type { Probe } from '../rules/probe.ts';
import type { ValueClasses } from '../rules/value-classes.ts';
import { VersionMemory } from '../rules/version-memory.ts';
import { lookedAt } from './looked-at.ts';
import { dependencies } from './rule-dependencies.ts';

/** A finding with its place within a declaration, so that it holds wherever the declaration stands. */
interface Remembered {
    finding: Finding;
    declaration: string;
    start: number;
    end: number;
}

/** What is known of models of one shape: the checks that find nothing in them, whether some search had too much to try. */
interface Shape {
    silent: Set<string>;
    isLimited: boolean;
}

/** Findings by what they depend on. Beyond this many models the oldest are forgotten. */
const MOST_MODELS = 4000;
const memory = new Map<string, Map<string, Remembered[]>>();
const shapes = new Map<string, Shape>();

/** The shape that a model had, with what else it depends on than the texts of declarations. */
interface ShapeThen {
    shape: Shape;
    surroundings: number;
    /** What the values of all slots were, or are after those of its own are seen to be the same. */
    classes: ValueClasses;
    /** Keys of slots, and what these were tried with. */
    slots: readonly (readonly [key: string, state: number])[];
}

const shapesThen = new VersionMemory<ShapeThen>();

let isRemembering = true;

/** Runs something for which nothing is remembered, neither from before nor for later: what tests compare with. */
export function withoutMemory<T>(run: () => T): T {
    isRemembering = false;
    try {
        return run();
    } finally {
        isRemembering = true;
    }
}

/** Long texts by the numbers that stand for them in keys. */
const numbers = new Map<string, number>();
const MOST_NUMBERS = 20_000;
let lastNumber = 0;

function numberOf(text: string): number {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    // A text that is forgotten gets a new number, so that what was found for it is looked for again.
    if (numbers.size > MOST_NUMBERS) numbers.clear();
    lastNumber += 1;
    numbers.set(text, lastNumber);
    return lastNumber;
}

/** Takes what is known by a key; the one that was asked for last is forgotten last. */
function recall<T>(from: Map<string, T>, key: string, make: () => T): T {
    const found = from.get(key) ?? make();
    from.delete(key);
    from.set(key, found);
    if (from.size > MOST_MODELS) from.delete(from.keys().next().value ?? '');
    return found;
}

/**
 * Remembers what was found in a model as long as nothing changes that it depends on: the texts of the model, of what it
 * inherits, of `auth()` and of the models that its rules reach; the values that these are tried with; what requests
 * are known to lack. That a check finds nothing holds for all models of the same shape (`fingerprintOf`), whatever they
 * and their columns are called.
 */
export class RuleMemory {
    readonly #declarations: ReadonlyMap<string, DeclarationView>;
    readonly #contents: ReadonlyMap<string, string>;
    readonly #schema: PolicySchema;
    readonly #probe: Probe;
    readonly #surroundings: number;
    readonly #states = new Map<string, number>();
    readonly #known = new Map<PolicyModel, Map<string, Remembered[]>>();
    readonly #shapes = new Map<PolicyModel, Shape>();
    readonly #limited = new Set<string>();
    readonly #onLimited: Probe['onLimited'];

    /**
     * @param surroundings - What else findings depend on: how the application calls `$setAuth`.
     * @param onLimited - Told of a model for which some search had too much to try, once.
     */
    constructor(view: SchemaView, probe: Probe, surroundings: string, onLimited: Probe['onLimited']) {
        this.#onLimited = onLimited;
        this.#declarations = new Map(view.declarations.map((each) => [each.name, each]));
        this.#contents = new Map(view.files.map(({ file, content }) => [file, content]));
        this.#schema = probe.schema;
        this.#probe = probe;
        const auth = probe.schema.auth;
        const lacks = [...(auth?.fields.keys() ?? [])].filter((name) => probe.mayBeMissing(auth?.name ?? '', name));
        const { provider = '', complete } = probe.schema;
        this.#surroundings = numberOf(
            [surroundings, provider, String(complete), auth?.name ?? '', lacks.join()].join(' '),
        );
    }

    /** Whether a check is known to find nothing in a model. */
    isSilent(check: string, model: PolicyModel): boolean {
        if (!isRemembering) return false;
        const shape = this.#shapeOf(model);
        if (shape.isLimited) this.limited(model.name);
        return shape.silent.has(check);
    }

    /** The findings of a check in a model: remembered ones, or those that `compute` gives. */
    findings(check: string, model: PolicyModel, compute: () => Finding[]): Finding[] {
        if (!isRemembering) return compute();
        const shape = this.#shapeOf(model);
        if (shape.isLimited) this.limited(model.name);
        const known = this.#of(model);
        const before = known.get(check);
        const restored = before && this.#restore(before);
        if (restored) return restored;
        const wasLimited = this.#limited.has(model.name);
        const found = compute();
        if (!wasLimited && this.#limited.has(model.name)) shape.isLimited = true;
        if (found.length === 0) {
            shape.silent.add(check);
            return found;
        }
        const kept = this.#keep(found);
        if (kept) known.set(check, kept);
        return found;
    }

    /** A search had too much to try, now or when what is remembered was found. */
    limited(model: string): void {
        if (this.#limited.has(model)) return;
        this.#limited.add(model);
        this.#onLimited?.(model);
    }

    #shapeOf(model: PolicyModel): Shape {
        const known = this.#shapes.get(model);
        if (known) return known;
        const { schema, domains } = this.#probe;
        const { classes } = domains;
        const surroundings = this.#surroundings;
        const make = (seen: Set<string>): ShapeThen => {
            const slots: string[] = [];
            const fingerprint = fingerprintOf(
                this.#probe,
                model,
                (authMembers) => lookedAt(this.#probe, model, authMembers, { seen, slots }),
                { seen, slots },
            );
            const shape = recall(shapes, `${surroundings} ${fingerprint}`, () => ({
                silent: new Set<string>(),
                isLimited: false,
            }));
            return {
                shape,
                surroundings,
                classes,
                slots: slots.map((key) => [key, classes.stateOf(key)] as const),
            };
        };
        const then = shapesThen.recall(
            schema,
            model,
            make,
            (known) =>
                known.surroundings === surroundings &&
                (known.classes === classes || known.slots.every(([key, state]) => classes.stateOf(key) === state)),
        );
        then.classes = classes;
        const { shape } = then;
        this.#shapes.set(model, shape);
        return shape;
    }

    #of(model: PolicyModel): Map<string, Remembered[]> {
        const known = this.#known.get(model);
        if (known) return known;
        const found = recall(memory, this.#keyOf(model), () => new Map<string, Remembered[]>());
        this.#known.set(model, found);
        return found;
    }

    #keyOf(model: PolicyModel): string {
        const names = [...dependencies(this.#schema, model)];
        return [model.name, this.#surroundings, ...names.map((name) => this.#stateOf(name))].join(' ');
    }

    /** Stands for the text of a declaration and the values that its columns are tried with. */
    #stateOf(name: string): number {
        const known = this.#states.get(name);
        if (known !== undefined) return known;
        const declaration = this.#declarations.get(name);
        const content = this.#contents.get(declaration?.file ?? '') ?? '';
        const text = declaration ? content.slice(declaration.span.start, declaration.span.end) : '';
        const state = numberOf(`${text}\u0000${this.#printOf(name)}`);
        this.#states.set(name, state);
        return state;
    }

    /** The values that the columns of a declaration are tried with. */
    #printOf(name: string): string {
        const declaration = this.#schema.models.get(name) ?? this.#schema.types.get(name);
        return (declaration ? columnsOf(declaration) : [])
            .map((field) => {
                const { values, fresh, key } = this.#probe.domains.domainOf(name, field.name);
                return `${field.name} ${key} ${fresh} ${JSON.stringify(values)}`;
            })
            .join('\n');
    }

    /** Findings that name other places aren't kept: those may move. */
    #keep(findings: readonly Finding[]): Remembered[] | undefined {
        const kept: Remembered[] = [];
        for (const finding of findings) {
            const { file, span } = finding;
            const holder = [...this.#declarations.values()].find(
                (candidate) =>
                    candidate.file === file && candidate.span.start <= span.start && span.end <= candidate.span.end,
            );
            if (!holder || finding.related.length > 0) return undefined;
            const { start } = holder.span;
            kept.push({ finding, declaration: holder.name, start: span.start - start, end: span.end - start });
        }
        return kept;
    }

    #restore(kept: readonly Remembered[]): Finding[] | undefined {
        const findings: Finding[] = [];
        for (const { finding, declaration, start, end } of kept) {
            const holder = this.#declarations.get(declaration);
            if (!holder) return undefined;
            const base = holder.span.start;
            findings.push({ ...finding, file: holder.file, span: { start: base + start, end: base + end } });
        }
        return findings;
    }
}
