import type { AuthConfig, AuthField } from '../model/auth-table.ts';
import type { BuiltinTypeName, SchemaView } from '../model/schema-view.ts';
import type { Draft, DraftField, Planning } from './draft.ts';
import { existingField, tableField } from './draft.ts';
import { quoted } from './render.ts';
import type { TextStyle } from './style.ts';

/** How a list gets into the database: as such, as a JSON value, or as text that holds JSON. */
export type ListStorage = 'list' | 'json' | 'text';

/** How the adapter hands lists over, as far as the database takes them so. */
export function listStorage({ provider }: SchemaView, { adapter }: AuthConfig): ListStorage {
    // zenstackAdapter writes lists as JSON text unless its provider is postgresql; ZenStack has lists only there.
    const handsLists = adapter?.supportsArrays ?? (adapter?.provider ?? provider) === 'postgresql';
    if (!handsLists) return 'text';
    return (provider ?? adapter?.provider) === 'postgresql' ? 'list' : 'json';
}

/** The ZModel type of a column that is no foreign key, without `?`. */
export function columnType(field: AuthField, lists: ListStorage): { name: BuiltinTypeName; array: boolean } {
    const scalar = (name: BuiltinTypeName): { name: BuiltinTypeName; array: boolean } => ({ name, array: false });
    if (typeof field.type === 'object') return scalar('String');
    switch (field.type) {
        case 'string':
            return scalar('String');
        case 'number':
            if (field.bigint) return scalar('BigInt');
            return scalar(isFraction(field) ? 'Float' : 'Int');
        case 'boolean':
            return scalar('Boolean');
        case 'date':
            return scalar('DateTime');
        case 'json':
            return scalar('Json');
        case 'string[]':
            return listType('String', lists);
        case 'number[]':
            return listType('Int', lists);
    }
}

function listType(name: BuiltinTypeName, lists: ListStorage): { name: BuiltinTypeName; array: boolean } {
    if (lists === 'list') return { name, array: true };
    // A Json column takes text as well, but not the null by which Better Auth empties an optional list.
    return { name: lists === 'json' ? 'Json' : 'String', array: false };
}

function isFraction(field: AuthField): boolean {
    const { default: value } = field;
    return value.kind === 'literal' && typeof value.value === 'number' && !Number.isInteger(value.value);
}

/**
 * The scalar type of a foreign key: that of the column it refers to.
 * In: planning, the key. Out: the type's name; the type of ids when the referenced table isn't there.
 */
export function keyType(planning: Planning, field: AuthField, seen = new Set<AuthField>()): string {
    const { references } = field;
    const draft = references && planning.drafts.get(references.table);
    if (!draft || seen.has(field)) return planning.idType;
    seen.add(field);
    const referenced = tableField(draft.table, references.field);
    const name = referenced?.name ?? references.field;
    const existing = existingField(draft, name);
    if (existing) return existing.type.name;
    if (!referenced) return planning.idType;
    return referenced.references ? keyType(planning, referenced, seen) : columnType(referenced, 'text').name;
}

function defaultAttribute(field: AuthField, type: string, isEnum: boolean, style: TextStyle): string | undefined {
    const { default: value } = field;
    if (isEnum) {
        const values = typeof field.type === 'object' ? field.type.literals : [];
        const initial = value.kind === 'literal' ? String(value.value) : undefined;
        return initial !== undefined && values.includes(initial) ? `@default(${initial})` : undefined;
    }
    if (value.kind === 'now') return type === 'DateTime' ? '@default(now())' : undefined;
    if (value.kind !== 'literal') return undefined;
    const literal = value.value;
    if (typeof literal === 'string') return type === 'String' ? `@default(${quoted(literal, style)})` : undefined;
    if (typeof literal === 'boolean') return type === 'Boolean' ? `@default(${String(literal)})` : undefined;
    // ZModel writes numbers without exponent; Better Auth itself supplies what can't be written.
    const isNumber = ['Int', 'BigInt', 'Float'].includes(type) && /^-?\d+(\.\d+)?$/.test(String(literal));
    return isNumber ? `@default(${String(literal)})` : undefined;
}

/**
 * A column of a table that the schema lacks, as it will be written.
 * In: planning, the column, whether an index is over it, the name of the enum that it gets, the file's style.
 */
export function columnField(
    planning: Planning,
    field: AuthField,
    { indexed, enumName }: { indexed: boolean; enumName: string | undefined },
    style: TextStyle,
): DraftField {
    const lists = listStorage(planning.view, planning.config);
    const scalar = field.references ? { name: keyType(planning, field), array: false } : columnType(field, lists);
    const type = enumName === undefined ? scalar : { name: enumName, array: false };
    const attributes: string[] = [];
    if (field.unique && !type.array) attributes.push('@unique');
    const initial = type.array ? undefined : defaultAttribute(field, type.name, enumName !== undefined, style);
    if (initial !== undefined) attributes.push(initial);
    if (field.updatedAt && type.name === 'DateTime') attributes.push('@updatedAt');
    const provider = planning.view.provider ?? planning.config.adapter?.provider;
    const plain = !field.unique && !indexed && !field.references && initial === undefined;
    // On MySQL a String holds 191 characters, too few for tokens and user agents.
    if (provider === 'mysql' && type.name === 'String' && plain) attributes.push('@db.Text');
    const suffix = type.array ? '[]' : field.required ? '' : '?';
    return { role: 'column', name: field.name, type: `${type.name}${suffix}`, attributes };
}

/** The id of a new model. */
export function idField(planning: Planning): DraftField {
    const { idType, config } = planning;
    const attributes = ['@id'];
    if (idType === 'Int' || idType === 'BigInt') attributes.push('@default(autoincrement())');
    // With generateId: false nobody makes ids unless the ORM does.
    else if (config.id.kind === 'uuid' || config.id.kind === 'database') attributes.push('@default(uuid())');
    return { role: 'column', name: 'id', type: idType, attributes };
}

/** The type of ids in new models: that of the users that are there, else what the configuration asks for. */
export function idTypeOf(user: Draft | undefined, config: AuthConfig): string {
    const existing = user && existingField(user, 'id');
    const name = existing?.type.kind === 'builtin' ? existing.type.name : undefined;
    if (name === 'Int' || name === 'BigInt') return name;
    return config.id.kind === 'serial' ? 'Int' : 'String';
}
