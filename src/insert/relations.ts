import type { AuthField } from '../model/auth-table.ts';
import type { DeclarationView, FieldView } from '../model/schema-view.ts';
import { keyType } from './columns.ts';
import { existingField, tableField, takenNames } from './draft.ts';
import type { Draft, Planning } from './draft.ts';
import { isUnique } from './existing.ts';
import { backRelationName, relationFieldName, relationName } from './names.ts';
import { quoted } from './render.ts';
import type { TextStyle } from './style.ts';
import { stringValue, wordsOf } from './tokens.ts';

/** A `@relation` attribute as it is written; all empty when there is none. */
interface WrittenRelation {
    name?: string;
    fields: string[];
}

/** A relation to write. */
interface PlannedRelation {
    from: Draft;
    to: Draft;
    key: AuthField;
    /** Its name in `from`. */
    field: string;
    optional: boolean;
    unique: boolean;
    /** The field of `to` that already waits for it. */
    back?: FieldView;
}

function readRelation(field: FieldView): WrittenRelation {
    const attribute = field.attributes.find(({ name }) => name === '@relation');
    const named = attribute?.args.find((arg) => arg.name === undefined || arg.name === 'name');
    const fields = attribute?.args.find((arg) => arg.name === 'fields');
    const name = named && stringValue(named.text);
    return { ...(name === undefined ? {} : { name }), fields: fields ? wordsOf(fields.text) : [] };
}

/** Fields of a draft's model that lead to the other; a model that isn't there yet is an unresolved name. */
function fieldsTo(from: Draft, to: Draft): FieldView[] {
    return (from.existing?.fields ?? []).filter(
        ({ type }) => (type.kind === 'model' || type.kind === 'unresolved') && type.name === to.name,
    );
}

/** The field of `to` that answers a relation field of `from`. */
function findOpposite(from: Draft, to: Draft, relation: FieldView): FieldView | undefined {
    const { name } = readRelation(relation);
    return fieldsTo(to, from).find((field) => field !== relation && readRelation(field).name === name);
}

/** A field of `to` that leads back over a relation that `from` lacks. */
function findWaiting(from: Draft, to: Draft, unique: boolean, claimed: ReadonlySet<FieldView>): FieldView | undefined {
    return fieldsTo(to, from).find((field) => {
        if (claimed.has(field) || readRelation(field).fields.length > 0) return false;
        if (!field.type.array && !(unique && field.type.optional)) return false;
        return findOpposite(to, from, field) === undefined;
    });
}

/** Whether the referenced column is, or will be, unique: only then the database takes a foreign key to it. */
function isReferable(to: Draft, column: string): boolean {
    const existing = existingField(to, column);
    if (existing) return to.existing !== undefined && isUnique(to.existing, existing);
    const added = to.fields.find((field) => field.name === column);
    return added?.attributes.some((attribute) => attribute === '@unique' || attribute === '@id') ?? false;
}

function referencedColumn(to: Draft, key: AuthField): string {
    const column = key.references?.field ?? 'id';
    return tableField(to.table, column)?.name ?? column;
}

/** The relation that a foreign key of a draft needs; undefined when it has one, or can't have one. */
function planRelation(planning: Planning, from: Draft, key: AuthField): PlannedRelation | undefined {
    const to = key.references && planning.drafts.get(key.references.table);
    if (!to || (to.existing && !to.existing.intact) || !isReferable(to, referencedColumn(to, key))) return undefined;
    const existing = existingField(from, key.name);
    const added = from.fields.find((field) => field.name === key.name);
    if (!existing && !added) return undefined;
    if (existing && (existing.type.array || existing.type.name !== keyType(planning, key))) return undefined;
    const field = relationFieldName(key.name, to.name, takenNames(planning, from));
    const optional = existing ? existing.type.optional : !key.required;
    const unique = existing && from.existing ? isUnique(from.existing, existing) : key.unique;
    return { from, to, key, field, optional, unique };
}

/**
 * Looks at the relation that a key has.
 * Out: true when the key needs no new one. A relation to another model, or an unfinished one, is a
 * conflict; one whose model lacks the field that leads back gets that field.
 */
function checkWritten(planning: Planning, from: Draft, key: AuthField, style: TextStyle): boolean {
    const to = key.references && planning.drafts.get(key.references.table);
    if (!to) return true;
    const own = (from.existing?.fields ?? []).filter(({ type }) => type.kind !== 'builtin' && type.kind !== 'enum');
    const written = own.find((field) => readRelation(field).fields.includes(key.name));
    if (written && written.type.name === to.name) {
        if (to.existing?.intact !== false && !findOpposite(from, to, written))
            addBack(planning, from, to, written, style);
        return true;
    }
    const about = { table: from.table.key, field: key.name };
    if (written) {
        planning.conflicts.push({
            kind: 'relation-target',
            message: `${from.name}.${written.name} leads to ${written.type.name}, but Better Auth's "${key.key}" refers to ${to.name}.`,
            ...about,
            file: written.file,
            span: written.span,
            proposal: { title: `Make ${from.name}.${written.name} lead to ${to.name}`, changes: [] },
        });
        return true;
    }
    const wanted = relationFieldName(key.name, to.name, new Set());
    const bare = own.find(({ name, type }) => name === wanted && type.name === to.name && !type.array);
    const opposite = bare && findOpposite(from, to, bare);
    const isBack = opposite !== undefined && readRelation(opposite).fields.length > 0;
    if (!bare || isBack || readRelation(bare).fields.length > 0) return false;
    const attribute = `@relation(fields: [${key.name}], references: [${referencedColumn(to, key)}])`;
    const at = bare.span.end;
    const isBare = bare.attributes.every(({ name }) => name !== '@relation');
    planning.conflicts.push({
        kind: 'relation-incomplete',
        message: `${from.name}.${bare.name} doesn't say by which field it leads to ${to.name}.`,
        ...about,
        file: bare.file,
        span: bare.span,
        proposal: {
            title: `Add ${attribute} to ${from.name}.${bare.name}`,
            changes: isBare ? [{ file: bare.file, start: at, end: at, text: ` ${attribute}` }] : [],
        },
    });
    return true;
}

/** Adds the field that leads back over a relation that is written. */
function addBack(
    planning: Planning,
    from: { name: string; existing?: Draft['existing'] },
    to: Draft,
    written: FieldView,
    style: TextStyle,
): void {
    const { name, fields } = readRelation(written);
    const key = from.existing?.fields.find((field) => field.name === fields[0]);
    const unique = fields.length === 1 && !!from.existing && !!key && isUnique(from.existing, key);
    const relation = {
        model: from.name,
        field: written.name,
        target: to.name,
        unique,
        oneOfSeveral: name !== undefined,
    };
    to.fields.push({
        role: 'back-relation',
        name: backRelationName(relation, takenNames(planning, to)),
        type: unique ? `${from.name}?` : `${from.name}[]`,
        attributes: name === undefined ? [] : [`@relation(${quoted(name, style)})`],
        target: from.name,
    });
}

function onDelete(relation: PlannedRelation): string {
    const action = relation.key.references?.onDelete ?? 'cascade';
    // A key that can't be null can't be set to null; refusing is what the database would do.
    if (action === 'set null' || action === 'set default') return relation.optional ? 'SetNull' : 'Restrict';
    return { cascade: 'Cascade', 'no action': 'NoAction', restrict: 'Restrict' }[action];
}

function writeRelation(planning: Planning, relation: PlannedRelation, oneOfSeveral: boolean, style: TextStyle): void {
    const { from, to, key, field, optional, unique, back } = relation;
    const names = new Set(
        [...fieldsTo(from, to), ...fieldsTo(to, from)].flatMap((other) => readRelation(other).name ?? []),
    );
    const name = back ? readRelation(back).name : oneOfSeveral ? relationName(from.name, field, names) : undefined;
    const args = [
        ...(name === undefined ? [] : [quoted(name, style)]),
        `fields: [${key.name}]`,
        `references: [${referencedColumn(to, key)}]`,
        `onDelete: ${onDelete(relation)}`,
    ];
    const text = {
        name: field,
        type: optional ? `${to.name}?` : to.name,
        attributes: [`@relation(${args.join(', ')})`],
    };
    const at = from.fields.findIndex((other) => other.name === key.name);
    from.fields.splice(at < 0 ? from.fields.length : at + 1, 0, { role: 'relation', ...text, target: to.name });
    if (back) return;
    const leadsBack = { model: from.name, field, target: to.name, unique, oneOfSeveral };
    to.fields.push({
        role: 'back-relation',
        name: backRelationName(leadsBack, takenNames(planning, to)),
        type: unique ? `${from.name}?` : `${from.name}[]`,
        attributes: name === undefined ? [] : [`@relation(${quoted(name, style)})`],
        target: from.name,
    });
}

/**
 * Adds relation fields for foreign keys and the fields that lead back, to the drafts.
 * In: planning, whose drafts have their columns; the style of the file of a draft.
 */
export function addRelations(planning: Planning, styleOf: (file: string) => TextStyle): void {
    const planned: PlannedRelation[] = [];
    const claimed = new Set<FieldView>();
    for (const from of planning.drafts.values()) {
        if (!from.complete) continue;
        const reserved = new Set<string>();
        for (const key of from.table.fields) {
            if (!key.references || checkWritten(planning, from, key, styleOf(from.file))) continue;
            const relation = planRelation(planning, from, key);
            if (!relation) continue;
            if (reserved.has(relation.field)) {
                const taken = new Set([...takenNames(planning, from), ...reserved]);
                relation.field = relationFieldName(key.name, relation.to.name, taken);
            }
            reserved.add(relation.field);
            const back = findWaiting(from, relation.to, relation.unique, claimed);
            if (back) {
                claimed.add(back);
                relation.back = back;
            }
            planned.push(relation);
        }
    }
    addDanglingBacks(planning, styleOf);
    for (const relation of planned) {
        const { from, to } = relation;
        const sameModels = (other: PlannedRelation): boolean =>
            (other.from === from && other.to === to) || (other.from === to && other.to === from);
        const written = new Set([...fieldsTo(from, to), ...fieldsTo(to, from)]);
        for (const field of claimed) written.delete(field);
        const several = from === to || written.size > 0 || planned.filter(sameModels).length > 1;
        writeRelation(planning, relation, several, styleOf(from.file));
    }
}

/** Models outside Better Auth's may refer to one that is only now made: it gets the fields that lead back. */
function addDanglingBacks(planning: Planning, styleOf: (file: string) => TextStyle): void {
    /** Foreign keys of Better Auth's tables, whose relations have been looked at. */
    const keysOf = (declaration: DeclarationView): string[] => {
        const draft = [...planning.drafts.values()].find(({ existing }) => existing === declaration);
        return draft?.complete ? draft.table.fields.flatMap((field) => (field.references ? field.name : [])) : [];
    };
    for (const to of planning.drafts.values()) {
        if (to.existing) continue;
        for (const declaration of planning.view.declarations) {
            if (declaration.kind !== 'model') continue;
            const from = { name: declaration.name, existing: declaration };
            for (const field of declaration.fields) {
                const { type } = field;
                if (type.kind !== 'unresolved' || type.name !== to.name || type.array) continue;
                const { fields } = readRelation(field);
                if (fields.length === 0 || keysOf(declaration).some((key) => fields.includes(key))) continue;
                addBack(planning, from, to, field, styleOf(to.file));
            }
        }
    }
}
