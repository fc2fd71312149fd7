import type { SchemaView } from '../model/schema-view.ts';
import type { Location, Position, Span } from '../model/text.ts';

/** The position of an offset in a text. Lines end with LF, CRLF or CR, as in LSP. */
export function positionAt(content: string, offset: number): Position {
    const before = content.slice(0, offset);
    const lines = before.split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: (lines.at(-1) ?? '').length };
}

/** The place of a span of one of the schema's files; the file's beginning when the file isn't part of it. */
export function rangeOf(view: SchemaView, file: string, span: Span): Location {
    const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
    return { file, range: { start: positionAt(content, span.start), end: positionAt(content, span.end) } };
}
