import type { AuthField, AuthTable } from '../model/auth-table.ts';
import type { TableDifference } from '../model/table-difference.ts';

type Property = Exclude<TableDifference['what'], 'only-read' | 'only-loaded'>;

/** What is compared of a field, as text for the message. */
const FIELD: Record<Exclude<Property, 'indexes'>, (field: AuthField) => string> = {
    name: ({ name }) => name,
    type: ({ type, bigint }) => (typeof type === 'object' ? type.literals.join(' | ') : bigint ? `big ${type}` : type),
    required: ({ required }) => (required ? 'required' : 'optional'),
    unique: ({ unique, index }) => (unique ? 'unique' : index ? 'indexed' : 'not indexed'),
    default: (field) =>
        field.default.kind === 'literal'
            ? JSON.stringify(field.default.value)
            : { none: 'none', now: 'the current time', dynamic: 'a function' }[field.default.kind],
    references: ({ references }) =>
        references === undefined
            ? 'nothing'
            : `${references.table}.${references.field}, on delete ${references.onDelete}`,
};

const LABELS: Record<Property, string> = {
    name: 'The name of',
    type: 'The type of',
    required: 'The presence of',
    unique: 'The index of',
    default: 'The default of',
    references: 'The reference of',
    indexes: 'The indexes of',
};

/**
 * Compares the tables that were read from a configuration's source with those of the configuration
 * that was loaded. In: both, in any order. Out: the differences, table by table; empty when they agree.
 * Which plugin a table comes from is not compared.
 */
export function compareTables(read: readonly AuthTable[], loaded: readonly AuthTable[]): TableDifference[] {
    const differences: TableDifference[] = [];
    for (const [table, one, other] of pairs(read, loaded)) {
        if (one === undefined || other === undefined) {
            differences.push(onlyIn({ table }, table, other === undefined));
            continue;
        }
        add(differences, { table }, 'name', one.name, other.name);
        for (const [field, left, right] of pairs(one.fields, other.fields)) {
            if (left === undefined || right === undefined) {
                differences.push(onlyIn({ table, field }, `${table}.${field}`, right === undefined));
                continue;
            }
            for (const what of ['name', 'type', 'required', 'unique', 'default', 'references'] as const) {
                add(differences, { table, field }, what, FIELD[what](left), FIELD[what](right));
            }
        }
        add(differences, { table }, 'indexes', indexesText(one), indexesText(other));
    }
    return differences;
}

/** The elements of two lists by key, those of the first list first. */
function* pairs<T extends { key: string }>(
    left: readonly T[],
    right: readonly T[],
): Generator<[string, T | undefined, T | undefined]> {
    const others = new Map(right.map((each) => [each.key, each]));
    for (const each of left) {
        yield [each.key, each, others.get(each.key)];
        others.delete(each.key);
    }
    for (const [key, other] of others) {
        yield [key, undefined, other];
    }
}

function onlyIn(place: Pick<TableDifference, 'table' | 'field'>, name: string, isRead: boolean): TableDifference {
    const [what, where, elsewhere] = isRead
        ? (['only-read', 'source', 'loaded configuration'] as const)
        : (['only-loaded', 'loaded configuration', 'source'] as const);
    return { ...place, what, message: `${name} is in the ${where}, but not in the ${elsewhere}.` };
}

function add(
    differences: TableDifference[],
    place: Pick<TableDifference, 'table' | 'field'>,
    what: Property,
    read: string,
    loaded: string,
): void {
    if (read !== loaded) {
        const name = place.field === undefined ? place.table : `${place.table}.${place.field}`;
        const message = `${LABELS[what]} ${name}: ${read} in the source, ${loaded} in the loaded configuration.`;
        differences.push({ ...place, what, message });
    }
}

function indexesText({ indexes }: AuthTable): string {
    const each = (indexes ?? []).map(({ fields, unique }) => `${unique ? 'unique ' : ''}(${fields.join(', ')})`);
    return each.length === 0 ? 'none' : each.sort().join(', ');
}
