import type { BetterAuthOptions } from 'better-auth';
import type { AuthField, AuthFieldDefault, AuthFieldType, AuthId, AuthTable } from '../model/auth-table.ts';
import type { Library, LooseOptions } from './library.ts';

type Schema = ReturnType<Library['getAuthTables']>;
type Attribute = Schema[string]['fields'][string];
type Reference = NonNullable<AuthField['references']>;

/** What turns options into tables: of the bundled Better Auth, or of the one that a workspace has. */
export type Describer = Pick<Library, 'getAuthTables' | 'initGetModelName' | 'initGetFieldName'>;

/** What a plugin object is called and which tables it touches. */
export interface PluginTables {
    name: string;
    plugin: unknown;
}

const FIELD_TYPES: readonly unknown[] = ['string', 'number', 'boolean', 'date', 'json', 'string[]', 'number[]'];

/**
 * Turns options into the tables that Better Auth has with them.
 * In: plain options (functions in them come from the bundled factories or do nothing), the names of
 * the plugins in `options.plugins`, and the adapter's `usePlural`.
 * Out: the tables with the names that the adapter uses at run time, in Better Auth's order.
 * Throws what `getAuthTables` throws, with contradictory indexes for instance.
 */
export function describeTables(
    library: Describer,
    options: LooseOptions,
    plugins: readonly PluginTables[],
    usePlural: boolean,
): AuthTable[] {
    const schema = library.getAuthTables(asOptions(options));
    const core = library.getAuthTables(asOptions({ ...options, plugins: [] }));
    const names = namesIn(library, schema, usePlural);
    return Object.entries(schema).map(([key, table]) => ({
        key,
        name: names.table(key),
        fields: Object.entries(table.fields).map(([fieldKey, attribute]) => ({
            key: fieldKey,
            name: names.field(key, fieldKey),
            type: typeOf(attribute),
            required: attribute.required !== false,
            unique: attribute.unique === true,
            index: attribute.index === true,
            bigint: attribute.bigint === true,
            default: defaultOf(attribute.defaultValue),
            updatedAt: attribute.type === 'date' && givesNow(attribute.onUpdate),
            returned: attribute.returned !== false,
            ...referencesOf(attribute, names),
        })),
        ...indexesOf(key, table, names),
        origins: [
            ...(Object.hasOwn(core, key) ? ['core'] : []),
            ...plugins.filter(({ plugin }) => touches(plugin, key)).map(({ name }) => name),
        ],
    }));
}

/**
 * In: plain options. Out: a text that differs when the tables do, also in what they have of invalid
 * types. Throws what `getAuthTables` throws.
 */
export function fingerprintTables(library: Describer, options: LooseOptions): string {
    const types = Object.values(library.getAuthTables(asOptions(options))).map(({ fields }) =>
        Object.values(fields).map(({ type }) => (typeof type === 'function' ? 'function' : type)),
    );
    return JSON.stringify([describeTables(library, options, [], false), types]);
}

/** In: plain options. Out: how ids come about; `useNumberId` counts, which releases before 1.5 read. */
export function describeId(options: LooseOptions): AuthId {
    const database = property(property(options, 'advanced'), 'database');
    const generateId = property(database, 'generateId');
    if (generateId === 'serial' || property(database, 'useNumberId') === true) {
        return { kind: 'serial' };
    }
    if (generateId === 'uuid') {
        return { kind: 'uuid' };
    }
    return { kind: generateId === false ? 'database' : 'application' };
}

/** In: any value and a key. Out: the value of that own property, or undefined. */
export function property(value: unknown, key: string): unknown {
    return typeof value === 'object' && value !== null
        ? (Object.getOwnPropertyDescriptor(value, key)?.value as unknown)
        : undefined;
}

/** The adapter's own look-up of names, with the raw name where it refuses one. */
function namesIn(library: Describer, schema: Schema, usePlural: boolean) {
    const modelName = library.initGetModelName({ schema, usePlural });
    const fieldName = library.initGetFieldName({ schema, usePlural });
    const isTable = (model: string): boolean =>
        Object.hasOwn(schema, model) || Object.values(schema).some((table) => table.modelName === model);
    return {
        table: (model: string): string => (isTable(model) ? modelName(model) : model),
        field: (model: string, field: string): string => {
            const table = Object.entries(schema).find(([key, each]) => key === model || each.modelName === model)?.[1];
            const fields = Object.entries(table?.fields ?? {});
            return fields.some(([key, each]) => key === field || each.fieldName === field)
                ? fieldName({ model, field })
                : field;
        },
    };
}

/** Hands options that were put together from a syntax tree to a function that types them. */
function asOptions(options: LooseOptions): BetterAuthOptions {
    return options;
}

function typeOf({ type }: Attribute): AuthFieldType {
    if (Array.isArray(type)) {
        return { literals: type.map(String) };
    }
    return isFieldType(type) ? type : 'string';
}

function isFieldType(type: unknown): type is Exclude<AuthFieldType, object> {
    return FIELD_TYPES.includes(type);
}

function defaultOf(value: unknown): AuthFieldDefault {
    if (value === undefined || value === null) {
        return { kind: 'none' };
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        return { kind: 'literal', value };
    }
    return { kind: givesNow(value) ? 'now' : 'dynamic' };
}

/** Calls a function of the bundled factories; a deadline in the future is not "now". */
function givesNow(value: unknown): boolean {
    if (typeof value !== 'function') {
        return false;
    }
    try {
        const result: unknown = Reflect.apply(value, undefined, []);
        return result instanceof Date && Math.abs(result.getTime() - Date.now()) < 1000;
    } catch {
        // One that needs arguments or a running server is a default like any other function.
        return false;
    }
}

/** Without `onDelete`, Better Auth cascades; a key that may be empty is emptied instead, which keeps the row. */
function referencesOf(attribute: Attribute, names: ReturnType<typeof namesIn>): { references?: Reference } {
    const { references } = attribute;
    if (references === undefined) {
        return {};
    }
    const onDelete = references.onDelete ?? (attribute.required === false ? 'set null' : 'cascade');
    const field = names.field(references.model, references.field);
    return { references: { table: names.table(references.model), field, onDelete } };
}

/** Better Auth names the fields of an index by its own keys. */
function indexesOf(
    key: string,
    { indexes }: Schema[string],
    names: ReturnType<typeof namesIn>,
): { indexes?: NonNullable<AuthTable['indexes']> } {
    const described = (indexes ?? []).map(({ fields, unique }) => ({
        fields: fields.map((field) => names.field(key, field)),
        unique: unique === true,
    }));
    return described.length === 0 ? {} : { indexes: described };
}

function touches(plugin: unknown, table: string): boolean {
    return property(property(plugin, 'schema'), table) !== undefined;
}
