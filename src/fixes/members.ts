import type { FixData } from '../model/fix.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { completeModel } from '../insert/place.ts';
import { schemaStyles } from '../insert/schema-styles.ts';
import { removalSpan } from './lines.ts';

type Data<K extends FixData['kind']> = Extract<FixData, { kind: K }>;

/** The declaration that a fix names, when it can be edited safely. */
export function findDeclaration(
    view: SchemaView,
    name: string,
): { declaration: DeclarationView; content: string } | undefined {
    const declaration = view.declarations.find((candidate) => candidate.name === name && candidate.intact);
    const content = view.files.find((file) => file.file === declaration?.file)?.content;
    return declaration && content !== undefined ? { declaration, content } : undefined;
}

function findMember(
    view: SchemaView,
    data: { declaration: string; member: string },
): { field: FieldView; content: string } | undefined {
    const found = findDeclaration(view, data.declaration);
    const field = found?.declaration.ownFields.find((candidate) => candidate.name === data.member);
    return found && field ? { field, content: found.content } : undefined;
}

/** Replaces just the characters of the type that differ, so that `String` → `String?` is one inserted character. */
export function setMemberType(view: SchemaView, data: Data<'set-member-type'>): TextChange[] {
    const found = findMember(view, data);
    if (!found) return [];
    const { field, content } = found;
    const current = content.slice(field.typeSpan.start, field.typeSpan.end);
    if (current === data.typeText) return [];
    if (data.typeText.startsWith(current)) {
        const at = field.typeSpan.end;
        return [{ file: field.file, start: at, end: at, text: data.typeText.slice(current.length) }];
    }
    return [{ file: field.file, ...field.typeSpan, text: data.typeText }];
}

/** Adds a member after the last one, in the layout of its neighbours. */
export function addMember(view: SchemaView, data: Data<'add-member'>): TextChange[] {
    const found = findDeclaration(view, data.declaration);
    if (!found || found.declaration.fields.some((field) => field.name === data.member)) return [];
    const { declaration, content } = found;
    const member = { name: data.member, type: data.typeText, attributes: [] };
    const style = schemaStyles(view).of(declaration.file);
    const edits = completeModel(content, declaration, style, { fields: [member], attributes: [] });
    return edits.map((edit) => ({ file: declaration.file, ...edit }));
}

/** Removes a member with its doc comments and the line that it has to itself. */
export function removeMember(view: SchemaView, data: Data<'remove-member'>): TextChange[] {
    const found = findMember(view, data);
    if (!found) return [];
    return [{ file: found.field.file, ...removalSpan(found.content, found.field.span), text: '' }];
}
