import { indentBefore, lineEndAfter, tokensOf } from '../insert/tokens.ts';
import type { Span } from '../model/text.ts';

/** The end of line that a text uses most; LF when it has a single line. */
export function endOfLine(content: string): '\n' | '\r\n' {
    const crlf = content.split('\r\n').length - 1;
    const all = content.split('\n').length - 1;
    return crlf * 2 > all ? '\r\n' : '\n';
}

/** The white space at the beginning of the line of an offset. */
export function indentationAt(content: string, offset: number): string {
    const start = Math.max(content.lastIndexOf('\n', offset - 1), content.lastIndexOf('\r', offset - 1)) + 1;
    return /^[ \t]*/.exec(content.slice(start, offset))?.[0] ?? '';
}

/**
 * What goes when a member of a declaration is removed.
 * In: the text, the member's span. Out: the member with its doc comments, which the grammar allows before a
 * member alone; with whole lines and the comment at their end where it has them to itself.
 */
export function removalSpan(content: string, span: Span): Span {
    const first = docStart(content, span.start);
    const indent = indentBefore(content, first);
    const { end, next } = lineEndAfter(content, span.end);
    const lineEnd = /^[^\S\n\r]*(?:\r\n|\r|\n)/.exec(content.slice(end))?.[0];
    if (indent !== undefined && next !== undefined) return { start: first, end: next };
    if (indent !== undefined && lineEnd !== undefined) {
        return { start: first - indent.length, end: end + lineEnd.length };
    }
    const blanks = /[ \t]*$/.exec(content.slice(0, first))?.[0].length ?? 0;
    return { start: first - blanks, end: span.end };
}

/** Where the first doc comment of a member begins, or the member when it has none. */
function docStart(content: string, member: number): number {
    let first: number | undefined;
    for (const token of tokensOf(content)) {
        if (token.start >= member) break;
        if (token.kind === 'comment') first ??= token.text.startsWith('///') ? token.start : undefined;
        else if (token.kind !== 'space') first = undefined;
    }
    return first ?? member;
}
