import type { PolicyField, PolicyModel, PolicySchema, Scalar } from '../model/policy.ts';
import { Impossible } from './choices.ts';
import type { Choices } from './choices.ts';
import type { ValueDomains } from './domains.ts';
import { LazyRow, LazyRows } from './lazy-rows.ts';
import { LazyValues } from './lazy-values.ts';
import type { AuthObject, AuthValue, RowRef, World } from './world.ts';

/** How many new rows a to-many relation is tried with: none up to this. */
export type ListSizes = (model: string) => number;

/** What may be passed to `$setAuth`. */
export interface Actors {
    /** Whether the request may be, or has to be, anonymous. */
    auth: 'anonymous' | 'present' | 'any';
    /** Whether a member may be missing or null in what is passed. */
    mayBeMissing: (declaration: string, field: string) => boolean;
}

export interface LazyWorldOptions {
    schema: PolicySchema;
    domains: ValueDomains;
    choices: Choices;
    actors: Actors;
    listSize: ListSizes;
}

class LazyObject implements AuthObject {
    readonly isAuthObject = true;
    readonly declaration: string;
    readonly members = new Map<string, AuthValue>();
    constructor(declaration: string) {
        this.declaration = declaration;
    }
}

/**
 * A world that comes about as it is asked for: what isn't determined yet is chosen, consistent with what
 * is. Foreign keys refer to rows that exist, ids and unique columns differ, and lists hold the rows that refer
 * back. Only what is asked for exists, so that a small number of worlds stands for all.
 */
export class LazyWorld implements World {
    readonly #options: LazyWorldOptions;
    readonly #rows = new LazyRows();
    readonly #values: LazyValues;
    #auth: LazyObject | undefined | 'open' = 'open';

    constructor(options: LazyWorldOptions) {
        this.#options = options;
        this.#values = new LazyValues(options.domains);
    }

    // ---- what the search sets and looks at

    /** A row that is there. */
    addRow(model: string): RowRef {
        return this.#rows.add(model);
    }

    /** A row that is about to be created. */
    newRow(model: string): RowRef {
        const row = new LazyRow(model);
        row.isNew = true;
        return row;
    }

    /** What a row becomes when an update sets some of its columns. Throws `Impossible` when nothing changes. */
    updated(before: RowRef, changes: ReadonlyMap<string, Scalar>): RowRef {
        const row = new LazyRow(before.model);
        row.before = this.#lazy(before);
        for (const [field, value] of changes) row.values.set(field, value);
        return row;
    }

    /** Determines a column. Throws `Impossible` when it is something else already. */
    setColumn(row: RowRef, field: string, value: Scalar): void {
        const lazy = this.#lazy(row);
        if (lazy.values.has(field) && lazy.values.get(field) !== value) throw new Impossible();
        lazy.values.set(field, value);
    }

    /** Determines a member of what is passed. Throws `Impossible` when it is something else already. */
    setAuthMember(field: string, value: Scalar): void {
        const auth = this.auth();
        const object = auth && this.#object(auth);
        if (!object || (object.members.has(field) && object.members.get(field) !== value)) throw new Impossible();
        object.members.set(field, value);
    }

    /** A member of what is passed, when it is determined. */
    knownAuthMember(field: string): AuthValue {
        return this.#auth instanceof LazyObject ? this.#auth.members.get(field) : undefined;
    }

    /** A value of a column's domain other than some. Throws `Impossible` when there is none. */
    otherValue(model: string, field: string, than: readonly Scalar[]): Scalar {
        const isOptional = this.#model(model)?.fields.get(field)?.type.optional === true;
        const all: Scalar[] = [...this.#values.of(model, field), ...(isOptional ? [null] : [])];
        const values = all.filter((value) => !than.includes(value));
        const value = values[this.#options.choices.choose(values.length)];
        if (value === undefined) throw new Impossible();
        this.#values.note(model, field, value);
        return value;
    }

    /** What is determined: the request and every row, in the order in which they came about. */
    snapshot(): {
        auth: ReadonlyMap<string, AuthValue> | undefined;
        rows: { row: RowRef; values: ReadonlyMap<string, Scalar> }[];
    } {
        const rows = this.#rows.all().map((row) => ({ row, values: row.values }));
        return { auth: this.#auth instanceof LazyObject ? this.#auth.members : undefined, rows };
    }

    /** The determined columns of a row; for an updated one only what was set. */
    valuesOf(row: RowRef): ReadonlyMap<string, Scalar> {
        return this.#lazy(row).values;
    }

    membersOf(object: AuthObject): ReadonlyMap<string, AuthValue> {
        return this.#object(object).members;
    }

    // ---- World

    now(): number {
        return this.#options.domains.now;
    }

    auth(): AuthObject | undefined {
        if (this.#auth === 'open') this.#auth = this.#chooseAuth();
        return this.#auth;
    }

    authMember(object: AuthObject, declaration: string, name: string): AuthValue {
        const { members } = this.#object(object);
        if (members.has(name)) return members.get(name);
        const field = this.#model(declaration)?.fields.get(name);
        if (!field) throw new Impossible();
        const value = this.#chooseMember(this.#object(object), declaration, field);
        members.set(name, value);
        return value;
    }

    column(row: RowRef, field: string): Scalar {
        const lazy = this.#lazy(row);
        const known = lazy.values.get(field);
        if (known !== undefined) return known;
        if (lazy.before) return this.column(lazy.before, field);
        const value = this.#chooseColumn(lazy, field);
        lazy.values.set(field, value);
        return value;
    }

    toOne(row: RowRef, relation: string): RowRef | undefined {
        const lazy = this.#lazy(row);
        const found = this.#relation(lazy, relation);
        if (!found.owned) return this.#referring(lazy, relation, 1)[0];
        const keys = new Map<string, Scalar>();
        for (const { fk, pk } of found.keys) {
            const value = this.column(row, fk);
            if (value === null) return undefined;
            keys.set(pk, value);
        }
        const known = this.#find(found.target, keys);
        if (known) return known;
        return this.#rows.add(found.target, keys);
    }

    toMany(row: RowRef, relation: string): readonly RowRef[] {
        const lazy = this.#lazy(row);
        const found = this.#relation(lazy, relation);
        if (found.manyToMany) return this.#linked(lazy, relation, found.target);
        return this.#referring(lazy, relation, this.#options.listSize(found.target));
    }

    all(): undefined {
        return undefined;
    }

    // ---- choices

    #chooseAuth(): LazyObject | undefined {
        const { actors, choices, schema } = this.#options;
        if (!schema.auth || actors.auth === 'anonymous') return undefined;
        if (actors.auth === 'any' && choices.choose(2) === 1) return undefined;
        return new LazyObject(schema.auth.name);
    }

    #chooseMember(object: LazyObject, declaration: string, field: PolicyField): AuthValue {
        const { actors, choices, listSize } = this.#options;
        const mayBeMissing = actors.mayBeMissing(declaration, field.name);
        const { type } = field;
        if (type.kind === 'model' || type.kind === 'type') {
            if (mayBeMissing && choices.choose(2) === 1) return undefined;
            if (!type.array) return this.#makeObject(object, field);
            const count = choices.choose(listSize(type.name) + 1);
            return Array.from({ length: count }, () => new LazyObject(type.name));
        }
        if (type.kind !== 'builtin' && type.kind !== 'enum') throw new Impossible();
        if (type.array) {
            if (mayBeMissing && choices.choose(2) === 1) return undefined;
            const values = this.#values.of(declaration, field.name);
            const at = choices.choose(values.length + 1);
            const value = values[at];
            return value === undefined ? [] : [value];
        }
        const values = this.#values.of(declaration, field.name);
        const value = values[choices.choose(values.length + (mayBeMissing ? 1 : 0))];
        if (value !== undefined) this.#values.note(declaration, field.name, value);
        return value;
    }

    /** The object of a to-one relation agrees with the key beside it. */
    #makeObject(object: LazyObject, field: PolicyField): LazyObject {
        const made = new LazyObject(field.type.name);
        if (field.relation?.owned) {
            for (const { fk, pk } of field.relation.keys) {
                const key = this.authMember(object, object.declaration, fk);
                if (key === undefined || key === null) throw new Impossible();
                made.members.set(pk, key);
            }
        }
        return made;
    }

    #chooseColumn(row: LazyRow, name: string): Scalar {
        const field = this.#model(row.model)?.fields.get(name);
        if (!field || field.type.array) throw new Impossible();
        const model = this.#model(row.model);
        const isSingle = field.isUnique || (field.isId && model?.idFields.length === 1);
        const others = isSingle ? this.#rows.of(row.model) : [];
        let values = this.#values.of(row.model, name, others.length);
        if (isSingle && others.length > 0) {
            values = values.filter((value) => !others.some((other) => other.values.get(name) === value));
        }
        if (field.type.optional) values = [...values, null];
        values = values.filter((value) => this.#rows.isOpen(row, name, value));
        const value = values[this.#options.choices.choose(values.length)];
        if (value === undefined) throw new Impossible();
        this.#values.note(row.model, name, value);
        return value;
    }

    // ---- rows

    #find(model: string, keys: ReadonlyMap<string, Scalar>): LazyRow | undefined {
        return this.#rows.of(model).find((row) => [...keys].every(([name, value]) => this.column(row, name) === value));
    }

    /** The rows whose foreign keys refer to a row: those that are there, and up to `size` new ones. */
    #referring(row: LazyRow, relation: string, size: number): LazyRow[] {
        const source = row.before ?? row;
        const known = source.lists.get(relation);
        if (known) return known;
        const found = this.#relation(row, relation);
        const keys = new Map<string, Scalar>();
        for (const { fk, pk } of found.keys) {
            const value = source.isNew ? null : this.column(source, pk);
            keys.set(fk, value);
        }
        if (keys.size === 0 || [...keys.values()].includes(null)) return [];
        const present = this.#rows
            .of(found.target)
            .filter((other) => [...keys].every(([name, value]) => this.column(other, name) === value));
        const count = this.#rows.isClosed(found.target, keys)
            ? 0
            : this.#options.choices.choose(Math.max(0, size - present.length) + 1);
        const rows = [...present];
        for (let index = 0; index < count; index += 1) rows.push(this.#rows.add(found.target, keys));
        source.lists.set(relation, rows);
        this.#rows.close(found.target, keys, rows);
        return rows;
    }

    #linked(row: LazyRow, relation: string, target: string): LazyRow[] {
        const source = row.before ?? row;
        const known = source.lists.get(relation);
        if (known) return known;
        const opposite = this.#model(row.model)?.fields.get(relation)?.relation?.opposite;
        const present = this.#rows
            .of(target)
            .filter((other) => opposite !== undefined && other.lists.get(opposite)?.includes(source));
        const count = source.isNew ? 0 : this.#options.choices.choose(this.#options.listSize(target) + 1);
        const added = Array.from({ length: count }, () => this.#rows.add(target));
        const rows = [...present, ...added];
        source.lists.set(relation, rows);
        return rows;
    }

    #relation(row: LazyRow, relation: string): NonNullable<PolicyField['relation']> {
        const found = this.#model(row.model)?.fields.get(relation)?.relation;
        if (!found) throw new Impossible();
        return found;
    }

    #model(name: string): PolicyModel | undefined {
        return this.#options.schema.models.get(name) ?? this.#options.schema.types.get(name);
    }

    #lazy(row: RowRef): LazyRow {
        if (!(row instanceof LazyRow)) throw new Error(`A row of ${row.model} that this world didn't make`);
        return row;
    }

    #object(object: AuthObject): LazyObject {
        if (!(object instanceof LazyObject)) throw new Error("An object that this world didn't make");
        return object;
    }
}
