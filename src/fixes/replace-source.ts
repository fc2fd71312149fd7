import type { FixData } from '../model/fix.ts';
import type { Position, Range, TextChange } from '../model/text.ts';

/**
 * Edits a TypeScript source at places that the analysis gave.
 * In: the fix's data, the file's present content. Out: the changes; none when the argument of the call
 * or a text to be replaced isn't what it was at the analysis.
 */
export function replaceSource(
    data: Extract<FixData, { kind: 'replace-source' }>,
    content: string | undefined,
): TextChange[] {
    if (content === undefined) return [];
    const starts = lineStarts(content);
    const { range, text } = data.unchanged;
    if (!isStill(textAt(content, starts, range), text)) return [];
    const changes = data.edits.flatMap((edit): TextChange[] => {
        const start = offsetAt(starts, edit.range.start);
        const end = offsetAt(starts, edit.range.end);
        if (start === undefined || end === undefined || content.slice(start, end) !== edit.expected) return [];
        return [{ file: data.file, start, end, text: edit.text }];
    });
    return changes.length === data.edits.length ? changes : [];
}

/** Replaces one piece of a source file. In and out as for `replaceSource`. */
export function editSource(
    { location: { file, range }, expected, text }: Extract<FixData, { kind: 'edit-source' }>,
    content: string | undefined,
): TextChange[] {
    const edits = [{ range, expected, text }];
    return replaceSource({ kind: 'replace-source', file, unchanged: { range, text: expected }, edits }, content);
}

/** Offsets of the beginnings of all lines, which end with LF, CRLF or CR. */
function lineStarts(content: string): number[] {
    return [0, ...[...content.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
}

function offsetAt(starts: readonly number[], { line, character }: Position): number | undefined {
    const start = starts[line];
    return start === undefined ? undefined : start + character;
}

function textAt(content: string, starts: readonly number[], range: Range): string {
    return content.slice(offsetAt(starts, range.start), offsetAt(starts, range.end));
}

/** The analysis keeps an argument's text on one line and cuts it, with an ellipsis at its end. */
function isStill(present: string, analysed: string): boolean {
    const line = present.replace(/\s*\n\s*/g, ' ');
    return (
        present === analysed || line === analysed || (analysed.endsWith('…') && line.startsWith(analysed.slice(0, -1)))
    );
}
