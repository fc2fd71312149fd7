import type { FixData } from '../model/fix.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { findDeclaration } from './members.ts';

/** Renames a member of the type behind `auth()`, where it is declared and wherever a rule reads it. */
export function renameAuthMember(
    view: SchemaView,
    data: Extract<FixData, { kind: 'rename-auth-member' }>,
): TextChange[] {
    const found = findDeclaration(view, data.declaration);
    const field = found?.declaration.ownFields.find((candidate) => candidate.name === data.member);
    if (!found || !field || view.auth?.declaration !== found.declaration) return [];
    if (found.declaration.fields.some((candidate) => candidate.name === data.to)) return [];
    const uses = view.authUses.filter((use) => use.path[0] === data.member);
    return [{ file: field.file, span: field.nameSpan }, ...uses].map(({ file, span }) => ({
        file,
        start: span.start,
        end: span.end,
        text: data.to,
    }));
}
