import type { Token } from './tokens.ts';

/** What is to stand between a token and the one before it. */
export interface Gap {
    /** Line breaks. */
    lines: number;
    /** Blanks where there is no line break. */
    pad: string;
    /** Further indentation where there is one: a line that goes on in the middle of something. */
    hang: boolean;
}

const LINE_BREAK = /\r\n|\n|\r/g;

/** The line breaks in a text, as they are. */
export function lineBreaksOf(text: string): string[] {
    return text.match(LINE_BREAK) ?? [];
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

export function isOpening({ kind, text }: Token): boolean {
    return kind === 'code' && OPENING.has(text);
}

export function isClosing({ kind, text }: Token): boolean {
    return kind === 'code' && CLOSING.has(text);
}

/** The blanks between two tokens of code on one line. */
function padBetween(before: Token, after: Token): string {
    if (after.role === 'open' || after.role === 'attribute') return ' ';
    if (before.text === '{' || after.text === '}') return isOpening(before) && isClosing(after) ? '' : ' ';
    if (before.text === '(' || before.text === '[' || before.text === '.' || before.role === 'unary') return '';
    if (after.role === 'predicate' || before.role === 'predicate') return '';
    if ([')', ']', ',', ':', ';', '.', '?'].includes(after.text)) return '';
    if (after.isCall) return '';
    // `Todo[]`, `Unsupported("x")[]`; a list of values follows an operator, a comma or a bracket.
    if (after.text === '[' && /[\w)]$/.test(before.text) && before.role === 'other') return '';
    return ' ';
}

/** Whether a line break that is there between two tokens of code may stay. */
function mayBreak(before: Token, after: Token): boolean {
    if (after.role === 'attribute') return true;
    if (isOpening(before) && isClosing(after)) return before.role === 'open';
    if (isOpening(before) || isClosing(after) || before.text === ',') return true;
    const operators = ['logical', 'comparison'];
    return operators.includes(before.role) || operators.includes(after.role);
}

/**
 * The gaps between tokens, as they follow from the tokens and the line breaks that are there.
 * In: the file's content and tokens. Out: for each token, what is to stand before it.
 */
export function readGaps(content: string, tokens: readonly Token[]): Gap[] {
    const gaps: Gap[] = [];
    /** True while nothing but comments stands on the line so far. */
    let onlyComments = true;
    for (const [index, after] of tokens.entries()) {
        const before = tokens[index - 1];
        const raw = content.slice(before?.end ?? 0, after.start);
        const there = lineBreaksOf(raw).length;
        if (there > 0) onlyComments = true;
        const gap = before ? gapBetween(before, after, raw, there, onlyComments) : { lines: there, pad: '' };
        const hang = before !== undefined && [before, after].some(({ role }) => role === 'comparison');
        gaps.push({ ...gap, hang });
        if (after.kind === 'code') onlyComments = false;
    }
    return gaps;
}

function gapBetween(
    before: Token,
    after: Token,
    raw: string,
    there: number,
    onlyComments: boolean,
): { lines: number; pad: string } {
    if (before.kind === 'line-comment') return { lines: Math.max(1, there), pad: '' };
    const isComment = before.kind !== 'code' || after.kind !== 'code';
    const startsLine = after.kind === 'code' && (after.role === 'declaration' || after.role === 'member');
    if (startsLine) {
        const follows = before.kind === 'block-comment' && onlyComments && there === 0;
        return { lines: follows ? 0 : Math.max(1, there), pad: ' ' };
    }
    if (after.role === 'close') {
        return { lines: before.role === 'open' ? there : Math.max(1, there), pad: before.role === 'open' ? '' : ' ' };
    }
    // A comment keeps its place: on a line of its own, or beside what it is about.
    if (isComment) return { lines: there, pad: raw === '' && (before.kind !== 'code' || isOpening(before)) ? '' : ' ' };
    return { lines: mayBreak(before, after) ? there : 0, pad: padBetween(before, after) };
}
