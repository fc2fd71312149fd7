import type { Span } from '../../model/text.ts';
import { commentEnd, findDeclarations } from '../split.ts';

const LINE_FEED = 10;
const RETURN = 13;
const SLASH = 47;

/** Whole lines of a file that hold one top-level declaration, or several that can't be told apart by lines. */
export interface Segment extends Span {
    /** Whether a declaration that is no import stands in it or before it: an import after one is a mistake. */
    afterDeclaration: boolean;
}

/**
 * Cuts a file into segments, whose texts joined are the text again. Each can be parsed alone, and their trees put
 * together are the tree of the whole when none of them has an error: a boundary is the end of a line that lies outside
 * of every token, and before what the grammar counts to the declaration that follows (doc comments).
 * In: the text, the offset to begin at (0, or a boundary), what the segment before says of declarations. Out: the
 * segments in order; there is at least one.
 */
export function* segmentsFrom(
    text: string,
    from: number,
    afterDeclaration: boolean,
): Generator<Segment, void, undefined> {
    let start = from;
    let after = afterDeclaration;
    let lastEnd: number | undefined;
    for (const { chunk, tokenEnd } of findDeclarations(text, from)) {
        const isImport = chunk.keyword === 'import';
        if (lastEnd !== undefined && !(isImport && after)) {
            const boundary = lineAfter(text, lastEnd);
            if (boundary !== undefined && boundary <= chunk.start) {
                yield { start, end: boundary, afterDeclaration: after };
                start = boundary;
            }
        }
        after ||= !isImport;
        lastEnd = tokenEnd;
    }
    yield { start, end: text.length, afterDeclaration: after };
}

/** Where the line after an offset begins, when nothing but blanks and plain comments stands before it. */
function lineAfter(text: string, offset: number): number | undefined {
    for (let at = offset; at < text.length;) {
        const code = text.charCodeAt(at);
        if (code === LINE_FEED) return at + 1;
        if (code === RETURN) return text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
        if (code <= 32) at += 1;
        else if (code === SLASH && !text.startsWith('///', at)) {
            const end = commentEnd(text, at);
            if (end === at) return undefined;
            at = end;
        } else return undefined;
    }
    return undefined;
}

/** How many line breaks a text has, counted as editors and the lexer do: `\n`, `\r\n` and a `\r` alone. */
export function countLines(text: string): number {
    let lines = 0;
    for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) lines += 1;
    }
    return lines;
}
