import pluralize from 'pluralize';

/** Keywords that ZModel's grammar takes for no name (a test holds the list against the grammar). */
const RESERVED = new Set([
    '_',
    'ContextType',
    'FieldReference',
    'TransitiveFieldReference',
    'Undefined',
    'extends',
    'false',
    'function',
    'generator',
    'mutation',
    'null',
    'procedure',
    'this',
    'true',
    'with',
]);

/** Keywords that may name a field but not a declaration. */
const TYPE_NAMES = new Set([
    'Any',
    'BigInt',
    'Boolean',
    'Bytes',
    'DateTime',
    'Decimal',
    'Float',
    'Int',
    'Json',
    'Null',
    'Object',
    'String',
    'Unsupported',
    'Void',
]);

export function upperFirst(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

export function lowerFirst(text: string): string {
    return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Whether ZModel's grammar accepts the text as a field's name. */
export function isFieldName(text: string): boolean {
    return /^[_a-zA-Z]\w*$/.test(text) && !RESERVED.has(text);
}

/** Whether ZModel's grammar accepts the text as a declaration's name. */
export function isDeclarationName(text: string): boolean {
    return isFieldName(text) && !TYPE_NAMES.has(text);
}

/**
 * The model that the adapter finds under a run-time name: `organizationRole` → `OrganizationRole`,
 * `app_users` → `app_users`. ZenStack's client finds a model by its name regardless of case.
 */
export function modelNameFor(runtimeName: string): string {
    return runtimeName.includes('_') ? runtimeName : upperFirst(runtimeName);
}

/** Whether `db[runtimeName]` is this model. */
export function answersTo(model: string, runtimeName: string): boolean {
    return model.toLowerCase() === runtimeName.toLowerCase();
}

/** Case, underscores and number taken out, to compare names that people write differently. */
export function normalizeName(text: string): string {
    return text.toLowerCase().replaceAll('_', '');
}

/** `teamMember` → `teamMembers`; stays as it is when it is a plural already. */
export function plural(text: string): string {
    return pluralize.plural(text);
}

export function singular(text: string): string {
    return pluralize.singular(text);
}

function firstFree(candidates: readonly string[], taken: ReadonlySet<string>): string {
    const free = candidates.find((name) => isFieldName(name) && !taken.has(name));
    if (free !== undefined) return free;
    const base = candidates[0] ?? 'relation';
    for (let number = 2; ; number += 1) {
        const name = `${base}${number}`;
        if (!taken.has(name)) return name;
    }
}

/** `inviterId` → `inviter`, `user_id` → `user`, `createdBy` → undefined: names no relation by itself. */
function stemOf(key: string): string | undefined {
    const stem = /^(.+?)(?:_id|_ID|Id|ID)$/.exec(key)?.[1];
    return stem === undefined || stem.endsWith('_') ? undefined : stem;
}

/**
 * The name of the relation field for a foreign key.
 * In: the key's name, the referenced model, names that are taken. Out: `inviterId` → `inviter`;
 * `createdBy` → `createdByUser`; with another name when it is taken.
 */
export function relationFieldName(key: string, target: string, taken: ReadonlySet<string>): string {
    const stem = stemOf(key);
    const long = `${stem ?? key}${upperFirst(target)}`;
    return firstFree(stem === undefined ? [long] : [stem, long], taken);
}

/** Whether a relation is simply called after the model that it leads to (`user` → `User`). */
function isNamedAfter(relation: string, target: string): boolean {
    return normalizeName(singular(relation)) === normalizeName(singular(target));
}

/**
 * The name of the field that leads back.
 * In: the model that holds the key, its relation field, the referenced model, whether the key is unique
 * (one to one), whether other relations join the two models, names that are taken. Out: `sessions`;
 * `session` when unique; `invitationsAsInviter` when one of several.
 */
export function backRelationName(
    relation: { model: string; field: string; target: string; unique: boolean; oneOfSeveral: boolean },
    taken: ReadonlySet<string>,
): string {
    const model = lowerFirst(relation.model);
    const base = relation.unique ? singular(model) : plural(model);
    const role = `${base}As${upperFirst(relation.field)}`;
    const own = `auth${upperFirst(base)}`;
    const plain = isNamedAfter(relation.field, relation.target) && relation.model !== relation.target;
    return firstFree(relation.oneOfSeveral && !plain ? [role, own] : [base, role, own], taken);
}

/** The text in `@relation("…")`: `InvitationInviter`; numbered when the two models have a relation of this name. */
export function relationName(model: string, field: string, taken: ReadonlySet<string>): string {
    return firstFree([`${upperFirst(model)}${upperFirst(field)}`], taken);
}
