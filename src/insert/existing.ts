import type { AuthField } from '../model/auth-table.ts';
import type { InsertConflict } from '../model/insert-plan.ts';
import type { DeclarationView, FieldView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { columnType, keyType, listStorage } from './columns.ts';
import type { ListStorage } from './columns.ts';
import { byHand, existingField } from './draft.ts';
import type { Draft, Planning } from './draft.ts';
import { normalizeName } from './names.ts';
import { stringValue, wordsOf } from './tokens.ts';

/** Whether one value of a field belongs to at most one row. */
export function isUnique(declaration: DeclarationView, field: FieldView): boolean {
    if (field.attributes.some(({ name }) => name === '@unique' || name === '@id')) return true;
    return declaration.attributes.some(({ name, args }) => {
        if (name !== '@@unique' && name !== '@@id') return false;
        const fields = args.find((arg) => arg.name === undefined || arg.name === 'fields');
        const words = fields ? wordsOf(fields.text) : [];
        return words.length === 1 && words[0] === field.name;
    });
}

/** ZModel types that hold what Better Auth writes into a column that is no foreign key. */
function acceptedTypes(field: AuthField, lists: ListStorage): string[] {
    const { name, array } = columnType(field, lists);
    if (array) return [`${name}[]`, 'Json'];
    if (field.type === 'number') return ['Int', 'BigInt', 'Float'];
    // The adapter hands JSON over as text.
    if (field.type === 'json') return ['Json', 'String'];
    return isList(field) && name === 'String' ? ['String', 'Json'] : [name];
}

function isList({ type }: AuthField): boolean {
    return type === 'string[]' || type === 'number[]';
}

function isAccepted(planning: Planning, field: AuthField, existing: FieldView): { ok: boolean; expected: string } {
    const { type } = existing;
    const written = `${type.name}${type.array ? '[]' : ''}`;
    if (field.references) {
        const expected = keyType(planning, field);
        return { ok: type.kind === 'unresolved' || written === expected, expected };
    }
    const accepted = acceptedTypes(field, listStorage(planning.view, planning.config));
    const expected = accepted[0] ?? '';
    // What an unresolved name stands for isn't known; an enum may well hold every value in use.
    if (type.kind === 'unresolved') return { ok: true, expected };
    if (type.kind === 'enum') return { ok: !type.array && expected === 'String' && !isList(field), expected };
    return { ok: type.kind === 'builtin' && accepted.includes(written), expected };
}

function place(field: FieldView): { file: string; span: Span } {
    return { file: field.file, span: field.span };
}

/** What is wrong with a column that is there. */
function columnConflicts(planning: Planning, draft: Draft, field: AuthField, existing: FieldView): InsertConflict[] {
    const conflicts: InsertConflict[] = [];
    const where = `${draft.name}.${existing.name}`;
    const about = { table: draft.table.key, field: field.name, ...place(existing) };
    const { ok, expected } = isAccepted(planning, field, existing);
    if (!ok) {
        const { type, file, typeSpan } = existing;
        const written = `${type.name}${type.array ? '[]' : ''}`;
        const why = field.references ? `the key it refers to is ${expected}` : `Better Auth needs ${expected}`;
        const text = `${expected}${type.optional && !expected.endsWith('[]') ? '?' : ''}`;
        conflicts.push({
            kind: 'field-type',
            message: `${where} is ${written}, but ${why}.`,
            ...about,
            proposal: {
                title: `Change the type of ${where} to ${text}`,
                changes: [{ file, ...typeSpan, text }],
            },
        });
    }
    if (existing.attributes.some(({ name }) => name === '@ignore')) {
        conflicts.push({
            kind: 'ignored',
            message: `${where} is marked @ignore, so Better Auth's adapter can't read or write it.`,
            ...about,
            proposal: byHand(`Remove @ignore from ${where}`),
        });
    }
    if (field.unique && draft.existing && !existing.type.array && !isUnique(draft.existing, existing)) {
        const at = existing.attributes[0]?.span.start ?? existing.span.end;
        const text = existing.attributes.length > 0 ? '@unique ' : ' @unique';
        conflicts.push({
            kind: 'field-not-unique',
            message: `${where} isn't unique, but Better Auth relies on it being so.`,
            ...about,
            proposal: {
                title: `Add @unique to ${where}`,
                changes: [{ file: existing.file, start: at, end: at, text }],
            },
        });
    }
    return conflicts;
}

/** A field that seems to be the one that is lacking, under another name or behind the same database column. */
function findRenamed(draft: Draft, field: AuthField): FieldView | undefined {
    const claimed = new Set(draft.table.fields.map((other) => other.name));
    return draft.existing?.fields.find((candidate) => {
        if (claimed.has(candidate.name) || candidate.type.kind === 'model') return false;
        const map = candidate.attributes.find(({ name }) => name === '@map')?.args[0]?.text;
        if (map !== undefined && stringValue(map) === field.name) return true;
        const name = normalizeName(candidate.name);
        return name === normalizeName(field.name) || name === normalizeName(field.key);
    });
}

/**
 * Compares the columns of a model that is there with what its table needs.
 * In: planning, the model's draft. Out: the columns that are to be added; what is there but different goes
 * to `planning.conflicts`.
 */
export function lackingColumns(planning: Planning, draft: Draft): AuthField[] {
    return draft.table.fields.filter((field) => {
        const existing = existingField(draft, field.name);
        if (existing) {
            planning.conflicts.push(...columnConflicts(planning, draft, field, existing));
            return false;
        }
        const renamed = findRenamed(draft, field);
        if (!renamed) return true;
        planning.conflicts.push({
            kind: 'field-renamed',
            message: `${draft.name}.${renamed.name} looks like Better Auth's "${field.key}", but the adapter looks for "${field.name}".`,
            table: draft.table.key,
            field: field.name,
            ...place(renamed),
            proposal: byHand(
                `Set fields: { ${field.key}: "${renamed.name}" } for "${draft.table.key}" in the Better Auth configuration, or rename the field to ${field.name} (with @map to keep its column)`,
            ),
        });
        return false;
    });
}

/** What Better Auth can't do with the id that a model has: of another type, no id, or without a default that it needs. */
export function idConflicts(planning: Planning, draft: Draft): InsertConflict[] {
    const { existing, table, name } = draft;
    if (!existing) return [];
    const { kind } = planning.config.id;
    const id = existingField(draft, 'id');
    if (!id) {
        if (!hasIdentity(existing)) return [];
        const message = `Model ${name} has no field "id", which Better Auth's adapter looks for.`;
        const about = { table: table.key, field: 'id', file: existing.file, span: existing.nameSpan };
        return [{ kind: 'id-missing', message, ...about, proposal: byHand(`Name the id of model ${name} "id"`) }];
    }
    const about = { table: table.key, field: 'id', ...place(id) };
    const type = id.type.name;
    const isNumber = type === 'Int' || type === 'BigInt';
    if (kind === 'serial' ? !isNumber : type !== 'String') {
        // Where ids are numbers throughout, one setting is wrong, not every model.
        const isTold = planning.conflicts.some((conflict) => conflict.kind === 'id-type');
        if (isNumber && type === planning.idType && isTold) return [];
        const made = kind === 'serial' ? 'numbers made by the database' : 'strings';
        const title = isNumber
            ? 'Set advanced.database.generateId: "serial" in the Better Auth configuration'
            : `Change the type of ${name}.id and of the keys that refer to it`;
        const message = `${name}.id is ${type}, but ids are ${made} in the Better Auth configuration.`;
        return [{ kind: 'id-type', message, ...about, proposal: byHand(title) }];
    }
    if (!isUnique(existing, id)) {
        const message = `${name}.id isn't unique by itself, but Better Auth finds rows by it.`;
        const title = `Make "id" the id of model ${name}`;
        return [{ kind: 'field-not-unique', message, ...about, proposal: byHand(title) }];
    }
    const isMade = id.attributes.some((attribute) => attribute.name === '@default');
    if ((kind !== 'serial' && kind !== 'database') || isMade) return [];
    const makes = kind === 'serial' ? '@default(autoincrement())' : '@default(uuid())';
    const message = `${name}.id has no default, but Better Auth leaves making ids to the database.`;
    const changes = [{ file: id.file, start: id.span.end, end: id.span.end, text: ` ${makes}` }];
    return [{ kind: 'id-default', message, ...about, proposal: { title: `Add ${makes} to ${name}.id`, changes } }];
}

/** Whether a model has an id of its own, so that it can't get another. */
export function hasIdentity(declaration: DeclarationView): boolean {
    const single = declaration.fields.some((field) => field.attributes.some(({ name }) => name === '@id'));
    return single || declaration.attributes.some(({ name }) => name === '@@id');
}
