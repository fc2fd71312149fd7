import type { AuthConfig, AuthField, AuthTable } from '../model/auth-table.ts';
import type { InsertConflict } from '../model/insert-plan.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import type { DraftEnum } from './enums.ts';
import type { FieldText } from './render.ts';

/** A field that will be written. */
export interface DraftField extends FieldText {
    role: 'column' | 'relation' | 'back-relation';
    /** The model that a relation leads to. */
    target?: string;
}

/** A model under construction. */
export interface Draft {
    name: string;
    /** Where it is, or where it will be. */
    file: string;
    /** What is there already; it is never edited unless `intact`. */
    existing?: DeclarationView;
    table: AuthTable;
    /** Fields and attributes to add, in the order in which they will be written. */
    fields: DraftField[];
    attributes: string[];
    /** The table's columns are to be added; false for a model that only others refer to. */
    complete: boolean;
}

/** Where new models go: a file, and the end of the declaration that they follow; undefined for the file's end. */
export interface Home {
    file: string;
    after?: number;
}

/** What the parts of planning share. */
export interface Planning {
    view: SchemaView;
    config: AuthConfig;
    /** By `AuthTable.name`; tables that can't be inserted have none. */
    drafts: Map<string, Draft>;
    conflicts: InsertConflict[];
    /** Names of tables that no key can be made to as long as the schema has syntax errors. */
    unreadable: ReadonlySet<string>;
    /** See `inheritorNames`. */
    inheritors: ReadonlyMap<string, ReadonlySet<string>>;
    /** The type of ids that new models get. */
    idType: string;
    /** Literal unions become enums; `enums` are those that the schema lacks. */
    wantsEnums: boolean;
    enums: DraftEnum[];
}

/** The name and the proposal for a conflict that no edit can solve. */
export function byHand(title: string): InsertConflict['proposal'] {
    return { title, changes: [] };
}

/** A table's column by Better Auth's key or by run-time name. */
export function tableField(table: AuthTable, name: string): AuthField | undefined {
    return table.fields.find((field) => field.name === name) ?? table.fields.find((field) => field.key === name);
}

export function existingField(draft: Draft, name: string): FieldView | undefined {
    return draft.existing?.fields.find((field) => field.name === name);
}

/** Field names of all declarations that have a declaration among their bases, at any depth, by its name. */
export function inheritorNames(view: SchemaView): Map<string, Set<string>> {
    const byName = new Map(view.declarations.map((declaration) => [declaration.name, declaration]));
    const result = new Map<string, Set<string>>();
    for (const declaration of view.declarations) {
        const seen = new Set<string>();
        const todo = [...declaration.bases];
        for (let base = todo.pop(); base !== undefined; base = todo.pop()) {
            if (seen.has(base)) continue;
            seen.add(base);
            const names = result.get(base) ?? new Set();
            for (const field of declaration.fields) names.add(field.name);
            result.set(base, names);
            todo.push(...(byName.get(base)?.bases ?? []));
        }
    }
    return result;
}

/** Names that a new field of a draft may not take, those of models that inherit from it included. */
export function takenNames(planning: Planning, draft: Draft): Set<string> {
    const names = new Set(['id']);
    for (const field of draft.table.fields) names.add(field.name);
    for (const field of draft.fields) names.add(field.name);
    for (const field of draft.existing?.fields ?? []) names.add(field.name);
    for (const name of planning.inheritors.get(draft.name) ?? []) names.add(name);
    return names;
}
