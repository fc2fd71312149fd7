import type { PolicySchema, Scalar } from '../../../src/model/policy.ts';
import type { ConcreteRow } from '../../../src/rules/concrete-world.ts';
import { lineageOf } from '../../../src/rules/lineage.ts';
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
    ['Media', 'v', 2],
    ['Todo', 't', 9],
    ['Note', 'n', 6],
    ['Detail', 'd', 4],
];

/** Columns that rows are made without, so that an update of them shows. */
export function isSetByUpdates(column: string): boolean {
    return column.endsWith('mark');
}

/** A value for a scalar field of a type. */
export function scalarOf(random: Random, type: string): Scalar {
    switch (type) {
        case 'Int':
            return random.below(4);
        case 'Float':
            return random.pick([0.5, 1, 1.5, 2]);
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
        if (field.relation || field.name === 'id' || isSetByUpdates(field.name) || field.isGenerated) continue;
        const isNull = field.type.optional && random.chance(0.35);
        const [relation] = field.keyOf;
        const target = relation === undefined ? undefined : schema.models.get(model)?.fields.get(relation)?.relation;
        if (target) {
            const taken = field.isUnique ? (rows[model] ?? []).map((other) => other[field.name]) : [];
            const free = (rows[target.target] ?? []).map((other) => other.id).filter((key) => !taken.includes(key));
            row[field.name] = isNull || free.length === 0 ? null : (random.pick(free) ?? null);
        } else row[field.name] = isNull ? null : scalarOf(random, field.type.name);
    }
    // What tells the kind of a row is the name of the next model down.
    const at = schema.models.get(model);
    const lineage = at ? lineageOf(schema, at) : [];
    for (const [index, { fields }] of lineage.entries()) {
        const kind = [...fields.values()].find(({ isGenerated, name }) => isGenerated && !(name in row));
        const next = lineage[index + 1];
        if (kind && next) row[kind.name] = next.name;
    }
    return row;
}

/** The pairs of rows that many-to-many relations link, by `Model.field` of one side. */
export type Links = Record<string, [string, string][]>;

/** Rows of all models of a base schema, and what its many-to-many relations link: those of the sides that are named. */
export function generateData(
    random: Random,
    schema: PolicySchema,
    sides: readonly string[],
): { rows: Rows; links: Links } {
    const rows: Rows = {};
    for (const [model, prefix, count] of SIZES) {
        const at = schema.models.get(model);
        if (!at) continue;
        const lineage = lineageOf(schema, at);
        for (const { name } of lineage) rows[name] ??= [];
        for (let index = 1; index <= count; index++) {
            const row = rowOf(random, schema, model, `${prefix}${index}`, rows);
            for (const { name } of lineage) rows[name]?.push(row);
        }
    }
    const links: Links = {};
    for (const side of sides) {
        const [model = '', name = ''] = side.split('.');
        const target = schema.models.get(model)?.fields.get(name)?.type.name ?? '';
        links[side] = (rows[model] ?? []).flatMap(({ id: from }) =>
            (rows[target] ?? [])
                .filter(() => random.chance(0.4))
                .map(({ id: to }): [string, string] => [String(from), String(to)]),
        );
    }
    return { rows, links };
}

/** A row as the ORM takes it. Columns that are null are left out: on SQLite a given null for a Boolean becomes false. */
export function toOrmRow(schema: PolicySchema, model: string, row: ConcreteRow): Record<string, unknown> {
    const fields = schema.models.get(model)?.fields;
    return Object.fromEntries(
        Object.entries(row)
            .filter(([name, value]) => value !== null && fields?.get(name)?.isGenerated !== true)
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
        if (random.chance(0.2) || isSetByUpdates(field.name)) continue;
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
