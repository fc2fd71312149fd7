import type { Expr, PolicyField, PolicyModel, PolicyRule, PolicySchema, Scalar } from '../model/policy.ts';
import { keyOf } from './comparisons.ts';
import { FRESH_NAMES } from './domains.ts';
import { isAuthItself } from '../model/expressions.ts';
import type { Path } from './expressions.ts';
import type { Probe } from './probe.ts';
import { declarationOf, typesOfRule, typesWithin } from './static-types.ts';
import type { Types } from './static-types.ts';

/** What is written as it is: nothing that may be called otherwise, the texts of literals, names as well. */
type Mode = 'renamed' | 'literals' | 'names';

/** Thrown to begin again with more written as it is. */
class NeedsMode extends Error {
    readonly mode: Mode;
    constructor(mode: Mode) {
        super();
        this.mode = mode;
    }
}

/** What of a model's own columns is looked at besides what its rules read. */
export interface LookedAt {
    /** Ways from the model to columns, by the names of fields. */
    paths: readonly (readonly string[])[];
    /** Members of `auth()`. */
    auth: readonly string[];
    /** What else decides, as a text in which no name of a model or column stands. */
    notes: string;
}

/** What a fingerprint depends on. */
export interface Traces {
    /** Names of declarations. */
    seen: Set<string>;
    /** Keys of the columns and members of `auth()` whose values are tried. */
    slots: string[];
}

/**
 * Writes down everything that searches about a model read of its schema, apart from what things are called: models,
 * columns and texts are numbered in the order in which they come. Two models for which the same is written are
 * permitted the same, so that what isn't found for one isn't found for the other.
 *
 * Names of `auth()` and its members stay, for they are looked at. Other names stay where a rule can tell them: by
 * `currentModel()`, or by `before()` behind a `check()`; texts where their letters count: in text functions and in orders.
 * In: what a search knows, the model; what else is looked at, given the members of `auth()` that its rules read. Notes
 * what it depends on.
 */
export function fingerprintOf(
    probe: Probe,
    model: PolicyModel,
    lookedAt: (authMembers: ReadonlySet<string>) => LookedAt,
    traces: Traces,
): string {
    let mode: Mode = 'renamed';
    for (;;) {
        try {
            return new Writer(probe, model, mode, traces).write(lookedAt);
        } catch (error) {
            if (!(error instanceof NeedsMode)) throw error;
            mode = error.mode;
        }
    }
}

const RESERVED: ReadonlySet<string> = new Set(['', ...FRESH_NAMES]);
const EQUALITIES: ReadonlySet<string> = new Set(['==', '!=', 'in']);
const TEXT_FUNCTIONS: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith', 'currentOperation']);

class Writer {
    readonly #probe: Probe;
    readonly #schema: PolicySchema;
    readonly #model: PolicyModel;
    readonly #mode: Mode;
    readonly #declarations = new Map<string, string>();
    readonly #fields = new Map<PolicyField, string>();
    readonly #texts = new Map<string, string>();
    readonly #classes = new Map<string, number>();
    readonly #authMembers = new Set<string>();
    /** Declarations and fields that were mentioned, still to be described. */
    readonly #open: (() => void)[] = [];
    readonly #ruled = new Set<PolicyModel>();
    readonly #traces: Traces;
    #out = '';

    constructor(probe: Probe, model: PolicyModel, mode: Mode, traces: Traces) {
        this.#probe = probe;
        this.#schema = probe.schema;
        this.#model = model;
        this.#mode = mode;
        this.#traces = traces;
    }

    write(lookedAt: (authMembers: ReadonlySet<string>) => LookedAt): string {
        this.#out = `${this.#mode} ${this.#declaration(this.#model.name)}`;
        this.#rules(this.#model);
        this.#bases(this.#model);
        const { paths, auth, notes } = lookedAt(this.#authMembers);
        this.#out += `\n${notes}`;
        for (const name of auth) this.#out += ` ${this.#named(this.#schema.auth, name)}`;
        for (const path of paths) {
            let at: PolicyModel | undefined = this.#model;
            this.#out += ' ';
            for (const name of path) {
                const field: PolicyField | undefined = at?.fields.get(name);
                this.#out += at && field ? this.#field(at, field) : '-';
                at = field && this.#find(field.type.name);
            }
        }
        for (const field of this.#model.fields.values()) {
            const value = field.default?.value;
            if (value?.kind === 'path' && value.root.kind === 'auth') this.#field(this.#model, field);
        }
        // What is described mentions more, which is appended meanwhile.
        for (const describe of this.#open) describe();
        this.#out += '\n';
        for (const field of this.#model.fields.values()) this.#out += `${this.#fields.get(field) ?? ''} `;
        return this.#out;
    }

    /** The rules of delegate bases decide about their tables, in which the columns are that both have. */
    #bases(model: PolicyModel): void {
        if (model.isDelegate) this.#out += ' delegate';
        const base = model.base === undefined ? undefined : this.#find(model.base);
        if (!base) return;
        this.#out += ` extends ${this.#declaration(base.name)}`;
        for (const { name } of model.fields.values()) {
            if (base.fields.has(name)) this.#out += ` ${this.#named(model, name)}=${this.#named(base, name)}`;
        }
        this.#rules(base);
        this.#bases(base);
    }

    #find(name: string): PolicyModel | undefined {
        this.#traces.seen.add(name);
        return declarationOf(this.#schema, name);
    }

    #needs(mode: Mode): void {
        if (this.#mode !== mode && this.#mode !== 'names') throw new NeedsMode(mode);
    }

    // ---- names

    #declaration(name: string): string {
        const known = this.#declarations.get(name);
        if (known !== undefined) return known;
        const declaration = this.#find(name);
        const isAuth = name === this.#schema.auth?.name;
        const id = isAuth ? 'A' : this.#mode === 'names' ? `<${name}>` : `D${this.#declarations.size}`;
        this.#declarations.set(name, id);
        this.#open.push(() => {
            this.#out += `\n${id} ${declaration?.kind ?? ''} ${String(declaration?.intact)}`;
            for (const key of declaration?.idFields ?? []) {
                const field = declaration?.fields.get(key);
                if (declaration && field) this.#out += ` ${this.#field(declaration, field)}`;
            }
        });
        return id;
    }

    #field(declaration: PolicyModel, field: PolicyField): string {
        const known = this.#fields.get(field);
        if (known !== undefined) return known;
        const isNamed = this.#mode === 'names' || declaration === this.#schema.auth;
        const id = isNamed
            ? `${this.#declaration(declaration.name)}.${field.name}`
            : `F${this.#fields.size}${this.#declaration(declaration.name)}`;
        this.#fields.set(field, id);
        this.#open.push(() => {
            this.#describe(declaration, field, id);
        });
        return id;
    }

    #text(text: string): string {
        if (this.#mode !== 'renamed' || RESERVED.has(text)) return JSON.stringify(text);
        const known = this.#texts.get(text);
        if (known !== undefined) return known;
        const id = `T${this.#texts.size}`;
        this.#texts.set(text, id);
        return id;
    }

    #scalar(value: Scalar): string {
        return typeof value === 'string' ? this.#text(value) : String(value);
    }

    // ---- fields

    #describe(declaration: PolicyModel, field: PolicyField, id: string): void {
        const { type, relation } = field;
        const isOwn = declaration === this.#model;
        const name =
            type.kind === 'enum'
                ? type.values.map((value) => this.#text(value)).join()
                : type.kind === 'model' || type.kind === 'type'
                  ? this.#declaration(type.name)
                  : type.name;
        this.#out += `\n${id} ${type.kind} ${name} `;
        if (type.optional) this.#out += '?';
        if (type.array) this.#out += '[]';
        if (field.isId) this.#out += ' id';
        if (field.isUnique) this.#out += ' unique';
        if (field.isGenerated) this.#out += ' generated';
        if (declaration === this.#schema.auth && this.#probe.mayBeMissing(declaration.name, field.name)) {
            this.#out += ' missing';
        }
        if (isOwn) this.#describeOwn(field);
        if (relation) {
            const { target, many, owned, keys, manyToMany, opposite } = relation;
            const other = this.#find(target);
            this.#out += ` → ${this.#declaration(target)} ${many ? '[]' : ''} ${owned ? 'owned' : ''}`;
            for (const { fk, pk } of keys) {
                const own = this.#named(declaration, owned ? fk : pk);
                this.#out += ` ${own}=${this.#named(other, owned ? pk : fk)}`;
            }
            if (manyToMany) this.#out += ` many ${opposite === undefined ? '' : this.#named(other, opposite)}`;
            return;
        }
        this.#traces.slots.push(keyOf({ declaration: declaration.name, field: field.name }));
        const domain = this.#probe.domains.domainOf(declaration.name, field.name);
        const number = this.#classes.get(domain.key) ?? this.#classes.size;
        this.#classes.set(domain.key, number);
        const next = type.kind === 'enum' ? undefined : domain.make(0);
        this.#out += ` ${number}/${domain.fresh}/${String(next)}`;
        for (const value of domain.values) this.#out += ` ${this.#scalar(value)}`;
    }

    /** What is asked of the model's own columns alone: rules on them, what refers by them, defaults. */
    #describeOwn(field: PolicyField): void {
        for (const name of field.keyOf) this.#out += ` key of ${this.#named(this.#model, name)}`;
        const value = field.default?.value;
        if (value) {
            this.#out += ' default ';
            this.#expr(value, typesOfRule(this.#model.name));
        }
        for (const rule of field.rules) this.#rule(rule, this.#model);
    }

    #named(declaration: PolicyModel | undefined, name: string): string {
        const field = declaration?.fields.get(name);
        return declaration && field ? this.#field(declaration, field) : '-';
    }

    // ---- rules

    #rules(model: PolicyModel): void {
        if (this.#ruled.has(model)) return;
        this.#ruled.add(model);
        this.#out += `\nrules ${this.#declaration(model.name)}`;
        for (const rule of model.rules) this.#rule(rule, model);
    }

    #rule({ effect, operations, condition, declaredIn }: PolicyRule, model: PolicyModel): void {
        this.#out += ` ${declaredIn === model.name ? '' : 'inherited'}@${effect}(${operations.join()} `;
        this.#expr(condition, typesOfRule(model.name));
        this.#out += ')';
    }

    #expr(expr: Expr, types: Types): void {
        switch (expr.kind) {
            case 'literal':
                this.#out += this.#scalar(expr.value);
                break;
            case 'enum':
                this.#out += this.#text(expr.value);
                break;
            case 'array':
                this.#list('[', expr.items, types);
                break;
            case 'path':
                this.#path(expr, types);
                break;
            case 'not':
                this.#list('!', [expr.operand], types);
                break;
            case 'and':
            case 'or':
                this.#list(expr.kind, [expr.left, expr.right], types);
                break;
            case 'compare':
                this.#comparison(expr, types);
                break;
            case 'predicate':
                this.#out += `(${expr.operator} ${expr.binding ?? ''} `;
                this.#expr(expr.list, types);
                this.#out += ` ${expr.element === undefined ? '-' : this.#declaration(expr.element)} `;
                this.#expr(expr.condition, typesWithin(types, expr));
                this.#out += ')';
                break;
            case 'call':
                this.#call(expr, types);
                break;
            case 'unknown':
                this.#out += 'unknown';
                break;
        }
    }

    #list(head: string, parts: readonly Expr[], types: Types): void {
        this.#out += `(${head}`;
        for (const part of parts) {
            this.#out += ' ';
            this.#expr(part, types);
        }
        this.#out += ')';
    }

    #comparison({ operator, left, right }: Expr & { kind: 'compare' }, types: Types): void {
        if (!EQUALITIES.has(operator)) this.#needs('literals');
        this.#list(operator, [left, right], types);
        // A row is compared with `auth()` by the ids of what describes that.
        if (isAuthItself(left)) this.#comparedWithAuth(right, types);
        if (isAuthItself(right)) this.#comparedWithAuth(left, types);
    }

    #comparedWithAuth(other: Expr, types: Types): void {
        if (other.kind !== 'path') return;
        const row = this.#path(other, types);
        for (const id of this.#schema.auth?.idFields ?? []) this.#step(row, id);
    }

    #call(expr: Expr & { kind: 'call' }, types: Types): void {
        if (expr.function === 'currentModel') this.#needs('names');
        if (TEXT_FUNCTIONS.has(expr.function)) this.#needs('literals');
        const [relation, named] = expr.args;
        if (expr.function === 'check' && relation?.kind === 'path') {
            // An operation is a word of the language.
            this.#out += `(check ${named?.kind === 'literal' ? String(named.value) : ''} `;
            this.#path(relation, types);
            if (named && named.kind !== 'literal') this.#expr(named, types);
            this.#out += ')';
            const { root } = relation;
            const field = root.kind === 'field' ? this.#find(types.model)?.fields.get(root.name) : undefined;
            const target = this.#find(field?.relation?.target ?? field?.type.name ?? '');
            if (target)
                this.#open.push(() => {
                    this.#rules(target);
                });
        } else this.#list(expr.function, expr.args, types);
    }

    /** Writes a path down. Out: the declaration that it leads to. */
    #path({ root, members }: Path, types: Types): PolicyModel | undefined {
        this.#out += root.kind === 'binding' ? `binding:${root.name}` : root.kind;
        let at: PolicyModel | undefined;
        switch (root.kind) {
            case 'auth':
                at = this.#schema.auth && this.#find(this.#schema.auth.name);
                if (at) this.#out += this.#declaration(at.name);
                if (members[0]) this.#authMembers.add(members[0].name);
                break;
            case 'before':
                // By its name, a column of the model that is updated.
                if (types.thisModel !== this.#model.name) this.#needs('names');
                at = this.#find(types.thisModel);
                break;
            case 'this':
                at = this.#find(types.thisModel);
                break;
            case 'binding':
                at = this.#find(types.bindings.get(root.name) ?? '');
                break;
            case 'field':
                at = this.#step(this.#find(types.model), root.name);
                // A binding of the same name may be meant.
                if (types.bindings.has(root.name)) this.#out += `:${root.name}`;
                break;
        }
        for (const { name } of members) {
            // Of what is passed, names are looked at wherever they stand.
            if (root.kind === 'auth') this.#out += `:${name}`;
            at = this.#step(at, name);
        }
        return at;
    }

    /** Writes a field down. Out: the declaration that it leads to. */
    #step(at: PolicyModel | undefined, name: string): PolicyModel | undefined {
        const field = at?.fields.get(name);
        this.#out += at && field ? `.${this.#field(at, field)}` : `.-${name}`;
        return field && this.#find(field.type.name);
    }
}
