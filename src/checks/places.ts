import type { SchemaView } from '../model/schema-view.ts';
import type { Location, Position, Span } from '../model/text.ts';

/** Of the texts that were asked about last, where their lines begin. */
const known = new Map<string, readonly number[]>();
const KEPT = 8;

/** Offsets at which the lines of a text begin. Lines end with LF, CRLF or CR, as in LSP. */
function lineStarts(content: string): readonly number[] {
    const found = known.get(content);
    if (found) return found;
    const starts = [0];
    for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) starts.push(at + 1);
    const returns = [];
    for (let at = content.indexOf('\r'); at >= 0; at = content.indexOf('\r', at + 1))
        if (content.charCodeAt(at + 1) !== 10) returns.push(at + 1);
    const all = returns.length > 0 ? [...starts, ...returns].sort((a, b) => a - b) : starts;
    const [oldest] = known.keys();
    if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
    known.set(content, all);
    return all;
}

/** The position of an offset in a text; of the text's end when the offset lies behind it. */
export function positionAt(content: string, offset: number): Position {
    const starts = lineStarts(content);
    const end = Math.min(offset, content.length);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= end) low = middle;
        else high = middle - 1;
    }
    return { line: low, character: end - (starts[low] ?? 0) };
}

/** A line of a text without its end; empty for one that isn't there. In: the text, the zero-based line. */
export function lineAt(content: string, line: number): string {
    const starts = lineStarts(content);
    const start = starts[line];
    return start === undefined ? '' : content.slice(start, starts[line + 1]).replace(/\r?\n$|\r$/, '');
}

/** The place of a span of one of the schema's files; the file's beginning when the file isn't part of it. */
export function rangeOf(view: SchemaView, file: string, span: Span): Location {
    const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
    return { file, range: { start: positionAt(content, span.start), end: positionAt(content, span.end) } };
}
