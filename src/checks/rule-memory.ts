import type { Finding } from '../model/finding.ts';
import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import type { Probe } from '../rules/probe.ts';
import { stepsOf, typesOfRule, visitTyped } from '../rules/static-types.ts';

/** A finding with its place within a declaration, so that it holds wherever the declaration stands. */
interface Remembered {
    finding: Finding;
    declaration: string;
    start: number;
    end: number;
}

/** Findings by what they depend on. Beyond this many models the oldest are forgotten. */
const MOST_MODELS = 4000;
const memory = new Map<string, Map<string, Remembered[]>>();

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

/**
 * Remembers what was found in a model as long as nothing changes that it depends on: the texts of the model, of what it
 * inherits, of `auth()` and of the models that its rules reach; the values that these are tried with; what requests
 * are known to lack.
 */
export class RuleMemory {
    readonly #declarations: ReadonlyMap<string, DeclarationView>;
    readonly #contents: ReadonlyMap<string, string>;
    readonly #schema: PolicySchema;
    readonly #probe: Probe;
    readonly #surroundings: number;
    readonly #states = new Map<string, number>();
    readonly #known = new Map<PolicyModel, Map<string, Remembered[]>>();

    /** @param surroundings - What else findings depend on: how the application calls `$setAuth`. */
    constructor(view: SchemaView, probe: Probe, surroundings: string) {
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

    /** The findings of a check in a model: remembered ones, or those that `compute` gives. */
    findings(check: string, model: PolicyModel, compute: () => Finding[]): Finding[] {
        const known = this.#of(model);
        const before = known.get(check);
        const restored = before && this.#restore(before);
        if (restored) return restored;
        const found = compute();
        const kept = this.#keep(found);
        if (kept) known.set(check, kept);
        return found;
    }

    #of(model: PolicyModel): Map<string, Remembered[]> {
        const known = this.#known.get(model);
        if (known) return known;
        const key = this.#keyOf(model);
        const found = memory.get(key) ?? new Map<string, Remembered[]>();
        // The one that was asked for last is forgotten last.
        memory.delete(key);
        memory.set(key, found);
        if (memory.size > MOST_MODELS) memory.delete(memory.keys().next().value ?? '');
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
        const columns = [...(declaration?.fields.values() ?? [])].filter(({ relation }) => !relation);
        return columns
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

/** The declarations that what is found in a model depends on: the model's own, and those that its rules lead to. */
function dependencies(schema: PolicySchema, model: PolicyModel): Set<string> {
    const names = new Set<string>();
    const visit = (at: PolicyModel): void => {
        if (names.has(at.name)) return;
        names.add(at.name);
        addBases(at);
        const types = typesOfRule(at.name);
        const rules = [...at.rules, ...[...at.fields.values()].flatMap((field) => field.rules)];
        for (const rule of rules) {
            visitTyped(rule.condition, types, (expr, where) => {
                if (expr.kind === 'predicate' && expr.element !== undefined) add(expr.element);
                if (expr.kind === 'path') {
                    for (const { declaration, field } of stepsOf(schema, expr, where) ?? []) {
                        add(declaration);
                        if (field.relation) add(field.relation.target);
                    }
                }
                if (expr.kind !== 'call' || expr.function !== 'check') return;
                const [relation] = expr.args;
                const step = relation?.kind === 'path' ? stepsOf(schema, relation, where)?.at(-1) : undefined;
                const target = schema.models.get(step?.field.relation?.target ?? '');
                if (target) visit(target);
            });
        }
    };
    const add = (name: string): void => {
        names.add(name);
        const found = schema.models.get(name) ?? schema.types.get(name);
        if (found) addBases(found);
    };
    const addBases = ({ base, mixins }: PolicyModel): void => {
        for (const name of [...(base === undefined ? [] : [base]), ...mixins]) if (!names.has(name)) add(name);
    };
    if (schema.auth) add(schema.auth.name);
    visit(model);
    // Which tenant a row belongs to is found over its relations.
    for (const { relation } of model.fields.values()) {
        if (!relation?.owned) continue;
        add(relation.target);
        for (const next of schema.models.get(relation.target)?.fields.values() ?? []) {
            if (next.relation?.owned) add(next.relation.target);
        }
    }
    return names;
}
