import type { FixData } from '../model/fix.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { endOfLine, indentationAt, lineEnd, lineStart, removalSpan } from './lines.ts';

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

/** Adds a member after the last one, in the indentation of its neighbours. */
export function addMember(view: SchemaView, data: Data<'add-member'>): TextChange[] {
    const found = findDeclaration(view, data.declaration);
    if (!found || found.declaration.fields.some((field) => field.name === data.member)) return [];
    const { declaration, content } = found;
    const { file } = declaration;
    const eol = endOfLine(content);
    const member = `${data.member} ${data.typeText}`;
    const last = declaration.ownFields.at(-1);
    if (!last) {
        const at = declaration.bodySpan.start;
        const indentation = `${indentationAt(content, declaration.span.start)}    `;
        const closing = content.slice(at, declaration.bodySpan.end).includes('\n') ? '' : eol;
        return [{ file, start: at, end: at, text: `${eol}${indentation}${member}${closing}` }];
    }
    const ownLine = content.slice(lineStart(content, last.span.start), last.span.start).trim() === '';
    const end = lineEnd(content, last.span.end);
    // On a line that it shares with others, or with the closing brace, the new member follows directly.
    if (!ownLine || end > declaration.bodySpan.end || !isCommentOrBlank(content.slice(last.span.end, end))) {
        return [
            {
                file,
                start: last.span.end,
                end: last.span.end,
                text: `${eol}${indentationAt(content, last.span.start)}${member}${eol}`,
            },
        ];
    }
    return [{ file, start: end, end, text: `${eol}${indentationAt(content, last.span.start)}${member}` }];
}

function isCommentOrBlank(text: string): boolean {
    const trimmed = text.trim();
    return trimmed === '' || trimmed.startsWith('//');
}

/** Removes a member with the line that it has to itself. */
export function removeMember(view: SchemaView, data: Data<'remove-member'>): TextChange[] {
    const found = findMember(view, data);
    if (!found) return [];
    return [{ file: found.field.file, ...removalSpan(found.content, found.field.span), text: '' }];
}
