import assert from 'node:assert/strict';
import type { FieldDef, ModelDef, SchemaDef } from '@zenstackhq/orm/schema';
import type { Row } from './orm.ts';

/** A row of a model, with columns only. */
export interface ModelRow {
    model: string;
    row: Row;
}

/**
 * Completes the rows that a request is about to a world that a database accepts: required columns get values, and
 * every foreign key gets the row that it refers to, unless it is among the given ones.
 * In: the row of the request (`isNew`: the request creates it, so that a default from `auth()` is left to the ORM),
 * other rows, and rows whose keys must lead somewhere although they aren't there yet (what an update sets).
 * Out: the row of the request, completed, and all other rows.
 */
export function buildWorld(
    schema: SchemaDef,
    given: ModelRow & { isNew: boolean },
    related: readonly ModelRow[],
    upcoming: readonly ModelRow[],
): { target: Row; others: ModelRow[] } {
    const world = new WorldBuilder(schema);
    const target = world.add(given.model, given.row, given.isNew);
    for (const { model, row } of related) world.add(model, row);
    world.complete();
    for (const { model, row } of upcoming) world.refer(model, row);
    world.complete();
    return { target, others: world.rows.filter(({ row }) => row !== target).map(({ model, row }) => ({ model, row })) };
}

/** A text that a column takes: `word` itself, or an address with it. */
export function filledText({ attributes = [] }: FieldDef, word: string): string {
    if (attributes.some(({ name }) => name === '@email')) return `${word}@example.com`;
    return attributes.some(({ name }) => name === '@url') ? `https://example.com/${word}` : word;
}

/** A default that reads `auth()`, which gives nothing to a row that is put there without rules. */
export function hasAuthDefault(field: FieldDef | undefined): boolean {
    return JSON.stringify(field?.default ?? null).includes('"function":"auth"');
}

/** A value has to be given. `isNew`: by the request itself, which has an `auth()` for defaults. */
function isRequired(field: FieldDef | undefined, isNew: boolean): boolean {
    if (!field || field.optional || field.array || field.updatedAt) return false;
    return field.default === undefined || (hasAuthDefault(field) && !isNew);
}

/** The model itself, or one of those that extend it when it has no rows of its own. */
export function concreteOf(schema: SchemaDef, model: string): string {
    const { isDelegate, subModels } = schema.models[model] ?? {};
    const [first] = subModels ?? [];
    return isDelegate && first !== undefined ? concreteOf(schema, first) : model;
}

class WorldBuilder {
    readonly rows: (ModelRow & { isNew: boolean })[] = [];
    readonly #schema: SchemaDef;
    #counter = 0;
    #completed = 0;

    constructor(schema: SchemaDef) {
        this.#schema = schema;
    }

    /** Adds a row with values for its id and every required column that isn't a key of a relation. */
    add(model: string, columns: Row, isNew = false): Row {
        const definition = this.#model(model);
        const row: Row = { ...columns };
        for (const field of Object.values(definition.fields)) {
            if (field.name in row || field.relation || field.isDiscriminator || field.computed || field.array) continue;
            if (field.foreignKeyFor) continue;
            if (definition.idFields.includes(field.name) || isRequired(field, isNew))
                row[field.name] = this.#filler(field);
        }
        this.rows.push({ model, row, isNew });
        return row;
    }

    /** Adds the rows that the rows refer to, until there are no more. */
    complete(): void {
        for (; this.#completed < this.rows.length; this.#completed += 1) {
            const next = this.rows[this.#completed];
            if (next) this.refer(next.model, next.row, next);
        }
    }

    /** Adds the rows that one row refers to; with `complete`, gives it the required keys that it lacks as well. */
    refer(model: string, row: Row, complete?: { isNew: boolean }): void {
        const { fields } = this.#model(model);
        for (const { type, relation } of Object.values(fields)) {
            const keys = (relation?.fields ?? []).map((name, index) => ({
                name,
                to: relation?.references?.[index] ?? '',
            }));
            if (keys.length === 0) continue;
            const isMissing = keys.some(({ name }) => !(name in row));
            const isNeeded = complete && keys.some(({ name }) => isRequired(fields[name], complete.isNew));
            if (isMissing && !isNeeded) continue;
            if (keys.some(({ name }) => row[name] === null)) continue;
            const known = Object.fromEntries(
                keys.filter(({ name }) => name in row).map(({ name, to }) => [to, row[name]]),
            );
            const isLookedUp = keys.every(({ name }) => name in row);
            const parent = (isLookedUp && this.#find(type, known)) || this.add(concreteOf(this.#schema, type), known);
            for (const { name, to } of keys) row[name] = parent[to];
        }
    }

    #find(model: string, columns: Row): Row | undefined {
        return this.rows.find(
            (candidate) =>
                this.#isKind(candidate.model, model) &&
                Object.entries(columns).every(([name, value]) => candidate.row[name] === value),
        )?.row;
    }

    #isKind(model: string, base: string): boolean {
        if (model === base) return true;
        const { baseModel } = this.#model(model);
        return baseModel !== undefined && this.#isKind(baseModel, base);
    }

    #model(name: string): ModelDef {
        const definition = this.#schema.models[name];
        assert.ok(definition, `the schema has no model ${name}`);
        return definition;
    }

    /** A value that occurs nowhere else, as far as the type has so many. */
    #filler(field: FieldDef): unknown {
        this.#counter += 1;
        const number = this.#counter;
        switch (field.type) {
            case 'String':
                return filledText(field, `filler-${number}`);
            case 'Int':
            case 'Float':
            case 'Decimal':
                return 1000 + number;
            case 'BigInt':
                return BigInt(1000 + number);
            case 'Boolean':
                return false;
            case 'DateTime':
                return new Date(Date.UTC(2020, 0, 1) + number * 1000);
            case 'Bytes':
                return new Uint8Array([number % 256]);
            case 'Json':
                return { filler: number };
            default:
                return this.#declared(field);
        }
    }

    #declared(field: FieldDef): unknown {
        const [first] = Object.keys(this.#schema.enums?.[field.type]?.values ?? {});
        if (first !== undefined) return first;
        const fields = Object.values(this.#schema.typeDefs?.[field.type]?.fields ?? {});
        return Object.fromEntries(
            fields.filter((member) => isRequired(member, false)).map((member) => [member.name, this.#filler(member)]),
        );
    }
}
