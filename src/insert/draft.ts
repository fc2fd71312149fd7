import type { AuthConfig, AuthField, AuthTable } from '../model/auth-table.ts';
import type { InsertConflict } from '../model/insert-plan.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
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
    /** The type of ids that new models get. */
    idType: string;
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

/** Whether the declaration has the other among its bases, at any depth. */
function inheritsFrom(view: SchemaView, declaration: DeclarationView, base: string): boolean {
    const seen = new Set<string>();
    const todo = [...declaration.bases];
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
        if (name === base) return true;
        if (seen.has(name)) continue;
        seen.add(name);
        todo.push(...(view.declarations.find((candidate) => candidate.name === name)?.bases ?? []));
    }
    return false;
}

/** Names that a new field of a draft may not take, those of models that inherit from it included. */
export function takenNames(planning: Planning, draft: Draft): Set<string> {
    const names = new Set(['id']);
    for (const field of draft.table.fields) names.add(field.name);
    for (const field of draft.fields) names.add(field.name);
    for (const field of draft.existing?.fields ?? []) names.add(field.name);
    for (const declaration of planning.view.declarations) {
        if (declaration.bases.length === 0 || !inheritsFrom(planning.view, declaration, draft.name)) continue;
        for (const field of declaration.fields) names.add(field.name);
    }
    return names;
}
