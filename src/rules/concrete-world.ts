import type { PolicySchema, Scalar } from '../model/policy.ts';
import { lineageOf } from './lineage.ts';
import type { AuthObject, AuthValue, RowRef, World } from './world.ts';

/** A row of plain data: columns by name, dates as milliseconds since 1970; a column that is missing is null. */
export type ConcreteRow = Readonly<Record<string, Scalar>>;

/** A state of a database, and what is passed to `$setAuth`. */
export interface ConcreteData {
    /** By model. */
    rows: Readonly<Record<string, readonly ConcreteRow[]>>;
    /** What `auth()` is, with dates as `Date`, the way it is passed; undefined for an anonymous request. */
    auth?: object | undefined;
    /** Pairs of rows that implicit many-to-many relations link: the ids of the two ends, by `Model.field` of one side. */
    manyToMany?: Readonly<Record<string, readonly (readonly [Scalar, Scalar])[]>>;
    /** The present, in milliseconds since 1970; the clock's when missing. */
    now?: number;
}

interface Row extends RowRef {
    readonly columns: ConcreteRow;
}

interface Passed extends AuthObject {
    readonly value: object;
}

/**
 * The world that plain data describes. Rows that don't exist yet, such as one to be created or one as it is after an
 * update, come by `row()`.
 */
export class ConcreteWorld implements World {
    readonly #schema: PolicySchema;
    readonly #data: ConcreteData;
    readonly #rows = new Map<string, Row[]>();

    constructor(schema: PolicySchema, data: ConcreteData) {
        this.#schema = schema;
        this.#data = data;
        for (const [model, rows] of Object.entries(data.rows)) {
            this.#rows.set(
                model,
                rows.map((columns) => ({ model, columns })),
            );
        }
    }

    /** A row that is not, or not like this, in the data. */
    row(model: string, columns: ConcreteRow): RowRef {
        const row: Row = { model, columns };
        return row;
    }

    auth(): AuthObject | undefined {
        const { auth } = this.#data;
        return auth === undefined ? undefined : passed(auth);
    }

    authMember(object: AuthObject, _declaration: string, name: string): AuthValue {
        return isPassed(object) ? toAuthValue(Reflect.get(object.value, name)) : undefined;
    }

    column(row: RowRef, field: string): Scalar {
        return columnsOf(row)[field] ?? null;
    }

    toOne(row: RowRef, relation: string): RowRef | undefined {
        return this.toMany(row, relation)[0];
    }

    toMany(row: RowRef, name: string): readonly RowRef[] {
        const relation = this.#schema.models.get(row.model)?.fields.get(name)?.relation;
        if (!relation) return [];
        const others = this.all(relation.target);
        if (relation.manyToMany) {
            const linked = this.#linked(row, name, relation.target, relation.opposite);
            const id = this.#schema.models.get(relation.target)?.idFields[0];
            return others.filter((other) => id !== undefined && linked.includes(this.column(other, id)));
        }
        if (relation.keys.length === 0) return [];
        return others.filter((other) =>
            relation.keys.every(({ fk, pk }) => {
                const [own, theirs] = relation.owned ? [fk, pk] : [pk, fk];
                const value = this.column(row, own);
                return value !== null && value === this.column(other, theirs);
            }),
        );
    }

    all(model: string): readonly RowRef[] {
        return this.#rows.get(model) ?? [];
    }

    now(): number {
        return this.#data.now ?? Date.now();
    }

    #linked(row: RowRef, name: string, target: string, opposite: string | undefined): Scalar[] {
        const id = this.#schema.models.get(row.model)?.idFields[0];
        if (id === undefined) return [];
        const own = this.column(row, id);
        const pairs = this.#data.manyToMany ?? {};
        // What is inherited is linked as the base's.
        const of = (model: string, field: string): (readonly [Scalar, Scalar])[] => {
            const declaration = this.#schema.models.get(model);
            const lineage = declaration ? lineageOf(this.#schema, declaration) : [];
            return lineage.flatMap((each) => pairs[`${each.name}.${field}`] ?? []);
        };
        const forward = of(row.model, name)
            .filter(([from]) => from === own)
            .map(([, to]) => to);
        const backward = of(target, opposite ?? '')
            .filter(([, to]) => to === own)
            .map(([from]) => from);
        return [...forward, ...backward];
    }
}

function columnsOf(row: RowRef): ConcreteRow {
    if (!('columns' in row)) throw new Error(`A row of ${row.model} of another world.`);
    return (row as Row).columns;
}

function passed(value: object): AuthObject {
    const object: Passed = { isAuthObject: true, value };
    return object;
}

function isPassed(object: AuthObject): object is Passed {
    return 'value' in object;
}

/** What was passed, as rules see it. Anything that no rule can use is missing. */
function toAuthValue(value: unknown): AuthValue {
    if (Array.isArray(value)) return value.map(toAuthValue);
    if (value instanceof Date) return value.getTime();
    switch (typeof value) {
        case 'string':
        case 'number':
        case 'boolean':
            return value;
        case 'object':
            return value === null ? null : passed(value);
        default:
            return undefined;
    }
}
