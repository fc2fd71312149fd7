import type {
    Counterexample,
    CounterexampleObject,
    CounterexampleValue,
    Operation,
    PolicyModel,
    Scalar,
} from '../model/policy.ts';
import type { LazyWorld } from './lazy-world.ts';
import type { Probe, Witness } from './probe.ts';
import { declarationOf } from './static-types.ts';
import { isAuthList, isAuthObject } from './world.ts';
import type { AuthValue } from './world.ts';

/** What a sentence leaves out beyond this many columns. */
const MAX_COLUMNS = 4;

/** What else a sentence says. */
export interface SentenceOptions {
    /** Operations beside the witness's own that go the same way. */
    operations?: readonly Operation[];
    /** Members of `auth()` whose lack matters. */
    missing?: readonly string[];
    /** Columns that matter, named first. */
    columns?: readonly string[];
}

/**
 * Makes a counterexample of a witness.
 * In: the witness; what its sentence tells. Out: plain data with everything that was determined.
 */
export function describeWitness(probe: Probe, witness: Witness, options: SentenceOptions = {}): Counterexample {
    const { schema } = probe;
    const { world, row, after, model } = witness;
    const declaration = schema.models.get(model);
    const auth = authOf(probe, world);
    const source = valuesOf(declaration, world.valuesOf(row));
    const update = after && valuesOf(declaration, world.valuesOf(after));
    const related = world
        .snapshot()
        .rows.filter((other) => other.row !== row)
        .map((other) => ({
            model: other.row.model,
            row: valuesOf(schema.models.get(other.row.model), other.values),
        }));
    return {
        operation: witness.operation,
        model,
        sentence: sentenceOf(witness, auth, source, update, options),
        auth,
        row: source,
        ...(update && { update }),
        related,
    };
}

function authOf(probe: Probe, world: LazyWorld): CounterexampleObject | null {
    const { auth } = probe.schema;
    const members = world.snapshot().auth;
    if (!auth || !members) return null;
    return objectOf(probe, world, auth.name, members);
}

function objectOf(
    probe: Probe,
    world: LazyWorld,
    declaration: string,
    members: ReadonlyMap<string, AuthValue>,
): CounterexampleObject {
    const model = declarationOf(probe.schema, declaration);
    const convert = (value: AuthValue, name: string): CounterexampleValue | undefined => {
        const field = model?.fields.get(name);
        if (value === undefined) return undefined;
        if (isAuthList(value)) return value.map((each) => convert(each, name) ?? null);
        if (isAuthObject(value)) return objectOf(probe, world, field?.type.name ?? '', world.membersOf(value));
        return toScalar(field?.type.name, value);
    };
    const entries = [...members].flatMap(([name, value]) => {
        const converted = convert(value, name);
        return converted === undefined ? [] : [[name, converted] as const];
    });
    return Object.fromEntries(entries);
}

function valuesOf(declaration: PolicyModel | undefined, values: ReadonlyMap<string, Scalar>): CounterexampleObject {
    return Object.fromEntries(
        [...values].map(([name, value]) => [name, toScalar(declaration?.fields.get(name)?.type.name, value)]),
    );
}

/** Dates are written as ISO 8601. */
function toScalar(type: string | undefined, value: Scalar): Scalar {
    return type === 'DateTime' && typeof value === 'number' ? new Date(value).toISOString() : value;
}

const VERBS: Readonly<Record<Operation, string>> = {
    create: 'create',
    read: 'read',
    update: 'update',
    delete: 'delete',
    'post-update': 'update',
};

function sentenceOf(
    { operation, model }: Witness,
    auth: CounterexampleObject | null,
    row: CounterexampleObject,
    update: CounterexampleObject | undefined,
    options: SentenceOptions,
): string {
    const operations = options.operations ?? [operation];
    const verbs = listOf([...new Set(operations.map((each) => VERBS[each]))]);
    const columns = describeColumns(row, options.columns ?? []);
    const set = update ? ` and set ${describeColumns(update, []).replace(/^ with /, '')}` : '';
    return `${actorOf(auth, options.missing ?? [])} can ${verbs} ${article(model)}${columns}${set}.`;
}

function actorOf(auth: CounterexampleObject | null, missing: readonly string[]): string {
    if (!auth) return 'An anonymous request';
    const lacking = missing.filter((name) => auth[name] === undefined || auth[name] === null);
    const having = Object.entries(auth)
        .filter(([, value]) => value !== null && typeof value !== 'object')
        .slice(0, MAX_COLUMNS)
        .map(([name, value]) => `${name} = ${show(value)}`);
    const parts = [
        ...(having.length > 0 ? [`with ${listOf(having)}`] : []),
        ...(lacking.length > 0 ? [`without ${listOf(lacking)}`] : []),
    ];
    return parts.length > 0 ? `A user ${parts.join(', ')}` : 'A user';
}

function describeColumns(row: CounterexampleObject, first: readonly string[]): string {
    const names = [...new Set([...first.filter((name) => name in row), ...Object.keys(row)])];
    const shown = names.slice(0, MAX_COLUMNS).map((name) => `${name} = ${show(row[name] ?? null)}`);
    return shown.length > 0 ? ` with ${listOf(shown)}` : '';
}

function show(value: CounterexampleValue): string {
    return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** "a Todo", "an Order". */
export function article(name: string): string {
    return `${/^[AEIOU](?!ser|ni)/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** "a", "a and b", "a, b and c". */
export function listOf(items: readonly string[]): string {
    return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
