import type { PolicySchema, Scalar } from '../../../src/model/policy.ts';
import type { ConcreteRow } from '../../../src/rules/concrete-world.ts';
import type { Random } from './random.ts';

export type Rows = Record<string, ConcreteRow[]>;

/** The moment that generated dates are around: years from now, so that the time of the run doesn't matter. */
const DATES = ['2001-01-01T00:00:00.000Z', '2002-02-02T02:02:02.000Z', '2093-03-03T03:03:03.000Z'].map((text) =>
    Date.parse(text),
);
export const WORDS = ['a', 'B', 'ab', 'u1', 'o1', ''] as const;
export const ROLES = ['ADMIN', 'MEMBER', 'GUEST'] as const;
export { DATES };

/** In the order in which foreign keys allow rows to be inserted, with how many of each. */
const SIZES: readonly (readonly [model: string, prefix: string, count: number])[] = [
    ['Org', 'o', 3],
    ['User', 'u', 4],
    ['Profile', 'p', 2],
    ['Member', 'm', 5],
    ['Folder', 'f', 4],
    ['Tag', 'g', 3],
    ['Todo', 't', 9],
    ['Note', 'n', 6],
    ['Detail', 'd', 4],
];

/** A value for a scalar field of a type. */
export function scalarOf(random: Random, type: string): Scalar {
    switch (type) {
        case 'Int':
            return random.below(4);
        case 'Boolean':
            return random.chance(0.5);
        case 'DateTime':
            return random.pick(DATES);
        case 'Role':
            return random.pick(ROLES);
        default:
            return random.pick(WORDS);
    }
}

/** A row of a model with keys to rows that are there (or none, where that is allowed). */
export function rowOf(random: Random, schema: PolicySchema, model: string, id: string, rows: Rows): ConcreteRow {
    const row: Record<string, Scalar> = { id };
    for (const field of schema.models.get(model)?.fields.values() ?? []) {
        if (field.relation || field.name === 'id' || field.name === 'mark') continue;
        const isNull = field.type.optional && random.chance(0.35);
        const [relation] = field.keyOf;
        const target = relation === undefined ? undefined : schema.models.get(model)?.fields.get(relation)?.relation;
        if (target) {
            const taken = field.isUnique ? (rows[model] ?? []).map((other) => other[field.name]) : [];
            const free = (rows[target.target] ?? []).map((other) => other.id).filter((key) => !taken.includes(key));
            row[field.name] = isNull || free.length === 0 ? null : (random.pick(free) ?? null);
        } else row[field.name] = isNull ? null : scalarOf(random, field.type.name);
    }
    return row;
}

/** Rows of all models of a base schema, and the tags of each todo as `[todo, tag]`. */
export function generateData(random: Random, schema: PolicySchema): { rows: Rows; tags: [string, string][] } {
    const rows: Rows = {};
    for (const [model, prefix, count] of SIZES) {
        const made: ConcreteRow[] = [];
        rows[model] = made;
        for (let index = 1; index <= count; index++) {
            made.push(rowOf(random, schema, model, `${prefix}${index}`, rows));
        }
    }
    const tags = (rows.Todo ?? []).flatMap(({ id: todo }) =>
        (rows.Tag ?? [])
            .filter(() => random.chance(0.4))
            .map(({ id: tag }): [string, string] => [String(todo), String(tag)]),
    );
    return { rows, tags };
}

/** A row as the ORM takes it. Columns that are null are left out: on SQLite a given null for a Boolean becomes false. */
export function toOrmRow(schema: PolicySchema, model: string, row: ConcreteRow): Record<string, unknown> {
    const fields = schema.models.get(model)?.fields;
    return Object.fromEntries(
        Object.entries(row)
            .filter(([, value]) => value !== null)
            .map(([name, value]) => [
                name,
                typeof value === 'number' && fields?.get(name)?.type.name === 'DateTime' ? new Date(value) : value,
            ]),
    );
}

/** What is passed to `$setAuth`: nothing, or an object in which members may be missing or null. */
export function generateAuth(random: Random, schema: PolicySchema, rows: Rows): Record<string, unknown> | undefined {
    const declaration = schema.auth;
    if (!declaration || random.chance(0.12)) return undefined;
    return objectOf(random, schema, declaration.name, rows, 2);
}

function objectOf(
    random: Random,
    schema: PolicySchema,
    type: string,
    rows: Rows,
    depth: number,
): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const field of (schema.types.get(type) ?? schema.models.get(type))?.fields.values() ?? []) {
        if (random.chance(0.2) || field.name === 'mark') continue;
        if (field.type.optional && random.chance(0.15)) {
            result[field.name] = null;
            continue;
        }
        const isObject = field.type.kind === 'type' || field.type.kind === 'model';
        if (isObject && (depth === 0 || (field.type.kind === 'model' && random.chance(0.5)))) continue;
        const value = (): unknown => {
            if (isObject) return objectOf(random, schema, field.type.name, rows, depth - 1);
            const ids = keysFor(field.name, type, rows);
            if (ids && random.chance(0.85)) return random.pick(ids);
            const scalar = scalarOf(random, field.type.name);
            return field.type.name === 'DateTime' && typeof scalar === 'number' ? new Date(scalar) : scalar;
        };
        result[field.name] = field.type.array ? Array.from({ length: random.below(3) }, value) : value();
    }
    return result;
}

function keysFor(field: string, type: string, rows: Rows): Scalar[] | undefined {
    const ids = (model: string): Scalar[] => (rows[model] ?? []).map((row) => row.id ?? null);
    if (field === 'orgId' || (field === 'id' && type.endsWith('Org'))) return ids('Org');
    if (field === 'userId' || field === 'ownerId' || (field === 'id' && (type === 'Auth' || type === 'User'))) {
        return ids('User');
    }
    return field === 'id' ? ids(type) : undefined;
}
