import type { ParsedSource } from './parse.ts';

/** More lines than these are not left out: the rest is what the parser recovers. */
const MAX_DROPPED = 8;

/**
 * Parses a declaration and leaves out, line by line, what keeps it from parsing.
 * In: its text, the parser. Out: the last result, and the lines that were left out; offsets are those of the text.
 */
export function parseTolerantly(
    text: string,
    parse: (text: string) => ParsedSource,
): { source: ParsedSource; dropped: string[] } {
    const first = parse(text);
    const dropped: string[] = [];
    const tried = new Set<number>();
    let source = first;
    let current = text;
    while (source.syntaxErrors.length > 0 && dropped.length < MAX_DROPPED) {
        const line = lineToDrop(current, source.syntaxErrors[0]?.start ?? 0, tried);
        if (!line) break;
        tried.add(line.start);
        dropped.push(current.slice(line.start, line.end));
        current = current.slice(0, line.start) + ' '.repeat(line.end - line.start) + current.slice(line.end);
        source = parse(current);
    }
    // Leaving lines out that didn't help loses more than it gives.
    return source.syntaxErrors.length < first.syntaxErrors.length || source.syntaxErrors.length === 0
        ? { source, dropped }
        : { source: first, dropped: [] };
}

/** The line of an offset, or the nearest one before it that has something on it and was not left out yet; not the first. */
function lineToDrop(
    text: string,
    offset: number,
    tried: ReadonlySet<number>,
): { start: number; end: number } | undefined {
    let end = lineEnd(text, Math.min(offset, text.length));
    for (;;) {
        const start = lineStart(text, end);
        const content = text.slice(start, end).trim();
        if (start === 0) return undefined;
        // The closing brace alone is never what is wrong.
        if (content !== '' && content !== '}' && !tried.has(start)) return { start, end };
        end = start - 1;
        if (text.charAt(end - 1) === '\r') end -= 1;
    }
}

function lineStart(text: string, end: number): number {
    return Math.max(text.lastIndexOf('\n', end - 1), text.lastIndexOf('\r', end - 1)) + 1;
}

function lineEnd(text: string, offset: number): number {
    const found = /[\n\r]/.exec(text.slice(offset));
    return found ? offset + found.index : text.length;
}
