import type { FixData } from '../model/fix.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { removalSpan } from './lines.ts';
import { findDeclaration } from './members.ts';

/** Takes `@@auth` off a declaration, with the line that it has to itself. */
export function removeAuthAttribute(
    view: SchemaView,
    data: Extract<FixData, { kind: 'remove-auth-attribute' }>,
): TextChange[] {
    const found = findDeclaration(view, data.declaration);
    const attribute = found?.declaration.attributes.find((candidate) => candidate.name === '@@auth');
    if (!found || !attribute) return [];
    return [{ file: found.declaration.file, ...removalSpan(found.content, attribute.span), text: '' }];
}
