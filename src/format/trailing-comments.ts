import type { Gap } from './gaps.ts';
import { linesOf } from './lines.ts';
import type { Indent } from './lines.ts';
import type { Token } from './tokens.ts';

interface Trailing {
    gap: Gap;
    raw: string;
    /** Where the comment stands now, and where the code before it will end. */
    column: number;
    width: number;
}

/**
 * Places the comments at the ends of lines: those that stand below each other still do, as far from the
 * code as before; others keep their distance. Changes the gaps.
 */
export function placeTrailingComments(
    content: string,
    tokens: readonly Token[],
    gaps: readonly Gap[],
    levels: readonly number[],
    indent: Indent,
): void {
    let group: Trailing[] = [];
    const flush = (): void => {
        place(group);
        group = [];
    };
    for (const line of linesOf(tokens, gaps, levels, { first: 0, last: tokens.length - 1 }, indent)) {
        if ((gaps[line.first]?.lines ?? 0) > 1) flush();
        if (tokens[line.last]?.kind === 'code') continue;
        let first = line.last;
        while (first > line.first && tokens[first - 1]?.kind !== 'code') first -= 1;
        const comment = tokens[first];
        const before = tokens[first - 1];
        const gap = gaps[first];
        if (!comment || !before || !gap || first === line.first) continue;
        const raw = content.slice(before.end, comment.start);
        if (raw.trim() !== '' || /[\n\r]/.test(raw)) continue;
        group.push({ gap, raw, column: columnOf(content, comment.start, indent.width), width: line.width });
    }
    flush();
}

function place(group: readonly Trailing[]): void {
    const [first, ...others] = group;
    const areAligned =
        first !== undefined &&
        others.length > 0 &&
        group.every(({ column, raw }) => column === first.column && /^ +$/.test(raw));
    const column =
        Math.max(...group.map(({ width }) => width)) + Math.min(...group.map(({ raw }) => raw.length), Infinity);
    for (const { gap, raw, width } of group) {
        gap.pad = areAligned ? ' '.repeat(column - width) : raw === '' ? ' ' : raw;
    }
}

function columnOf(content: string, offset: number, tabSize: number): number {
    let lineStart = offset;
    while (lineStart > 0 && content[lineStart - 1] !== '\n' && content[lineStart - 1] !== '\r') lineStart -= 1;
    let column = 0;
    for (const character of content.slice(lineStart, offset)) {
        column += character === '\t' ? tabSize - (column % tabSize) : 1;
    }
    return column;
}
