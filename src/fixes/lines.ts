import type { Span } from '../model/text.ts';

/** The end of line that a text uses most; LF when it has a single line. */
export function endOfLine(content: string): '\n' | '\r\n' {
    const crlf = content.split('\r\n').length - 1;
    const all = content.split('\n').length - 1;
    return crlf * 2 > all ? '\r\n' : '\n';
}

/** The offset at which the line of an offset begins. */
export function lineStart(content: string, offset: number): number {
    return content.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset of the end of the line of an offset, before its line end. */
export function lineEnd(content: string, offset: number): number {
    const end = content.indexOf('\n', offset);
    if (end < 0) return content.length;
    return content[end - 1] === '\r' ? end - 1 : end;
}

/** The white space at the beginning of the line of an offset. */
export function indentationAt(content: string, offset: number): string {
    return /^[ \t]*/.exec(content.slice(lineStart(content, offset), offset))?.[0] ?? '';
}

/** The span of whole lines when a span has them to itself, with the line end; else the span and the blanks before it. */
export function removalSpan(content: string, span: Span): Span {
    const start = lineStart(content, span.start);
    const end = lineEnd(content, span.end);
    const alone = content.slice(start, span.start).trim() === '' && /^\s*(\/\/.*)?$/.test(content.slice(span.end, end));
    if (!alone) {
        const before = /[ \t]*$/.exec(content.slice(0, span.start))?.[0].length ?? 0;
        return { start: span.start - before, end: span.end };
    }
    const next = content.startsWith('\r\n', end) ? end + 2 : content.startsWith('\n', end) ? end + 1 : end;
    return { start, end: next };
}
