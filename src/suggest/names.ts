import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';

/** Whether a model is about users: the model behind `auth()`, or one named for the user. */
export function isUserModel(view: SchemaView, name: string): boolean {
    if (view.auth?.declaration.kind === 'model' && view.auth.declaration.name === name) return true;
    if (/^users?$/i.test(name)) return true;
    return view.declarations.some((candidate) => candidate.name === name && /^users?$/i.test(candidate.tableName));
}

/** The field with `@id`, when there is just one. */
export function idOf(declaration: DeclarationView): FieldView | undefined {
    return declaration.fields.find((field) => field.attributes.some((attribute) => attribute.name === '@id'));
}

/** Both hold one value of the same builtin type. */
export function sameType(a: FieldView, b: FieldView): boolean {
    return (
        a.type.kind === 'builtin' &&
        b.type.kind === 'builtin' &&
        a.type.name === b.type.name &&
        !a.type.array &&
        !b.type.array
    );
}
