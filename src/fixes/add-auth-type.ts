import type { FixData } from '../model/fix.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { endOfLine } from './lines.ts';

/** Creates the type behind `auth()` at the end of a file of the schema. */
export function addAuthType(
    view: SchemaView,
    file: string,
    data: Extract<FixData, { kind: 'add-auth-type' }>,
): TextChange[] {
    const source = view.files.find((candidate) => candidate.file === file);
    if (!source || view.declarations.some((declaration) => declaration.name === data.name)) return [];
    const { content } = source;
    const eol = endOfLine(content);
    const width = Math.max(...data.members.map((member) => member.name.length));
    const members = data.members.map(
        (member) => `    ${member.name.padEnd(width)} ${member.typeText}${member.id ? ' @id' : ''}`,
    );
    const before = content === '' ? '' : /\r?\n\r?\n$/.test(content) ? '' : content.endsWith('\n') ? eol : eol + eol;
    const text = [`type ${data.name} {`, ...members, '', '    @@auth', '}', ''].join(eol);
    return [{ file, start: content.length, end: content.length, text: before + text }];
}
