import type { Gap } from './gaps.ts';
import { isClosing, isOpening } from './gaps.ts';
import type { Token } from './tokens.ts';

/** One level of indentation: what it is and how wide it shows. */
export interface Indent {
    text: string;
    width: number;
}

/**
 * How deep each line is indented.
 * In: tokens and gaps of a whole file. Out: for each token, the level of a line that begins with it.
 * Brackets that open on one line indent what is in them once.
 */
export function levelsOf(tokens: readonly Token[], gaps: readonly Gap[]): number[] {
    const levels: number[] = [];
    const stack: { outer: number; inner: number }[] = [];
    /** Level of the member's first line, and of the line at hand. */
    let member = 0;
    let line = 0;
    for (const [index, token] of tokens.entries()) {
        if (token.kind === 'code' || isDoc(token)) {
            if (token.role === 'declaration' || token.role === 'close') [member, stack.length] = [0, 0];
            else if (token.role === 'member') [member, stack.length] = [1, 0];
        }
        const gap = gaps[index];
        const level = levelAt(tokens, index, stack.at(-1), member, gap?.hang === true);
        levels.push(level);
        if (index === 0 || (gap && gap.lines > 0)) line = level;
        if (token.kind !== 'code' || token.role === 'open') continue;
        if (isOpening(token)) stack.push({ outer: line, inner: line + 1 });
        else if (isClosing(token)) stack.pop();
    }
    return levels;
}

function isDoc({ kind, text }: Token): boolean {
    return kind === 'line-comment' && text.startsWith('///');
}

function levelAt(
    tokens: readonly Token[],
    index: number,
    bracket: { outer: number; inner: number } | undefined,
    member: number,
    hang: boolean,
): number {
    const token = tokens[index];
    if (!token) return 0;
    if (token.kind === 'code' || token.role !== 'other') {
        if (token.role === 'declaration' || token.role === 'open' || token.role === 'close') return 0;
        if (token.role === 'member') return 1;
        if (bracket) return isClosing(token) ? bracket.outer : bracket.inner + (hang ? 1 : 0);
        return member + 1;
    }
    // A comment is indented as what it stands above.
    if (bracket) return bracket.inner;
    let next = index + 1;
    while (tokens[next] && tokens[next]?.kind !== 'code' && tokens[next]?.role === 'other') next += 1;
    const role = tokens[next]?.role;
    if (role === undefined || role === 'declaration') return 0;
    if (role === 'member' || role === 'close') return 1;
    return role === 'attribute' ? member + 1 : member;
}

/** A line of the result. Numbers are indices of tokens. */
export interface Line {
    first: number;
    last: number;
    /** Of the code, without comments at its end; a level of indentation is as wide as told. */
    width: number;
}

/** The lines that a stretch of tokens would take. `levels`: of all tokens. */
export function linesOf(
    tokens: readonly Token[],
    gaps: readonly Gap[],
    levels: readonly number[],
    range: { first: number; last: number },
    indent: Indent,
): Line[] {
    const lines: Line[] = [];
    let column = 0;
    for (let index = range.first; index <= range.last; index += 1) {
        const token = tokens[index];
        const gap = gaps[index];
        if (!token || !gap) break;
        let line = lines.at(-1);
        if (!line || gap.lines > 0) {
            column = (levels[index] ?? 0) * indent.width;
            line = { first: index, last: index, width: column };
            lines.push(line);
        } else column += gap.pad.length;
        const tail = token.text.split(/[\n\r]/).at(-1) ?? '';
        column = tail.length === token.text.length ? column + tail.length : tail.length;
        line.last = index;
        if (token.kind === 'code') line.width = column;
    }
    return lines;
}
