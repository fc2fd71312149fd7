import type { Span } from '../model/text.ts';
import type { ParsedSource } from '../zmodel/parse.ts';
import { breakAtOperators, findChains, isBroken, openUp, usualSide } from './chains.ts';
import { layOutColumn } from './columns.ts';
import type { Cell } from './columns.ts';
import { lineBreaksOf, readGaps } from './gaps.ts';
import type { Gap } from './gaps.ts';
import { levelsOf, linesOf } from './lines.ts';
import type { Indent } from './lines.ts';
import { placeTrailingComments } from './trailing-comments.ts';
import { readTokens } from './tokens.ts';
import type { FieldRow, Token, TokenList } from './tokens.ts';
import { touchableGaps } from './touchable.ts';

/** What the editor says about indentation. */
export interface FormatOptions {
    tabSize: number;
    insertSpaces: boolean;
}

/** An edit of the formatted text; it changes white space only. */
export interface FormatChange extends Span {
    text: string;
}

/** A rule whose line is longer than this gets a line for each operand of `&&` and `||`. */
export const MAX_WIDTH = 120;

/**
 * Formats a parsed file.
 * In: the source, the editor's options, and for a part of the file its offsets. Out: the edits, in the order
 * of the text, none of which overlap; they change nothing but white space between tokens and the
 * indentation of `*` in block comments. None when the file has syntax errors; of a part, those members are
 * formatted that it touches and whose declaration parses.
 * What it does: one member a line, indented by brackets; one blank between tokens; columns are kept or made,
 * by what most rows do; a chain of `&&` and `||` that is broken anywhere is broken at each operator, and so is
 * one that is too long; blank lines, comments and line ends stay. Formatting again changes nothing.
 */
export function formatSource(source: ParsedSource, options: FormatOptions, part?: Span): FormatChange[] {
    if (!part && source.syntaxErrors.length > 0) return [];
    const { content } = source;
    const list = readTokens(source.model);
    const { tokens } = list;
    if (tokens.length === 0) return [];
    const width = Math.max(1, options.tabSize);
    const indent: Indent = { text: options.insertSpaces ? ' '.repeat(width) : '\t', width };
    const gaps = readGaps(content, tokens);
    breakChains(tokens, gaps);
    for (const rows of list.bodies) alignRows(content, tokens, gaps, rows);
    shorten(list, gaps, indent);
    const levels = levelsOf(tokens, gaps);
    placeTrailingComments(content, tokens, gaps, levels, indent);
    const mayTouch = touchableGaps(source, tokens, part);
    const eol = usualLineBreak(content);
    return [
        ...tokens.flatMap((token, index): FormatChange[] => {
            const gap = gaps[index];
            if (!gap || !mayTouch(index)) return [];
            const start = tokens[index - 1]?.end ?? 0;
            const level = indent.text.repeat(levels[index] ?? 0);
            const blank = { start, end: token.start };
            const change = replaceBlank(content, blank, gap, { level: index === 0 ? '' : level, eol });
            const isMoved = gap.lines > 0 || index === 0;
            return [...change, ...(isMoved ? indentStars(token, index === 0 ? '' : level) : [])];
        }),
        ...(mayTouch(tokens.length) ? trimEnd(content, tokens.at(-1)?.end ?? 0) : []),
    ];
}

function breakChains(tokens: readonly Token[], gaps: readonly Gap[]): void {
    const chains = findChains(tokens);
    const usual = usualSide(chains, tokens, gaps);
    for (const chain of chains) {
        if (isBroken(chain, tokens, gaps))
            breakAtOperators(chain, tokens, gaps, usualSide([chain], tokens, gaps, usual));
    }
}

/** Breaks chains, the outermost first, as long as a line is too long. */
function shorten({ tokens }: TokenList, gaps: readonly Gap[], indent: Indent): void {
    const chains = findChains(tokens);
    const usual = usualSide(chains, tokens, gaps);
    const whole = chains.filter((chain) => !isBroken(chain, tokens, gaps));
    while (whole.length > 0) {
        const levels = levelsOf(tokens, gaps);
        const lines = linesOf(tokens, gaps, levels, { first: 0, last: tokens.length - 1 }, indent);
        const long = lines.filter(({ width }) => width > MAX_WIDTH);
        // One chain of each line at a time, since a line that is broken has become several.
        const chosen = long.flatMap(({ first, last }) => {
            const within = whole.filter(({ operators }) => operators.some((each) => first <= each && each <= last));
            const [outermost] = within.sort((a, b) => a.depth - b.depth || a.first - b.first);
            return outermost ? [outermost] : [];
        });
        if (chosen.length === 0) return;
        for (const chain of new Set(chosen)) {
            openUp(chain, tokens, gaps, usual);
            whole.splice(whole.indexOf(chain), 1);
        }
    }
}

function alignRows(content: string, tokens: readonly Token[], gaps: readonly Gap[], rows: readonly FieldRow[]): void {
    let group = 0;
    const laid = rows.map((row) => {
        if ((gaps[row.first]?.lines ?? 0) > 1 || (gaps[row.first - 1]?.lines ?? 0) > 1) group += 1;
        return { row, group, cells: cellsOnLine(row, tokens, gaps) };
    });
    const most = Math.max(0, ...laid.map(({ cells }) => cells.length));
    for (let column = 0; column < most; column += 1) {
        const present = laid.filter(({ cells, row }) => cells.length >= column && row.cells.length > 0);
        const cells = present.map(({ row, group: of, cells: own }): Cell => {
            const cell = own[column];
            const end = endOfCell(row, own[column - 1] ?? row.first, tokens, gaps);
            return {
                width: textWidth(tokens, gaps, row.first, end),
                raw: cell === undefined ? undefined : content.slice(tokens[cell - 1]?.end, tokens[cell]?.start),
                group: of,
            };
        });
        const isMain = laid[0]?.row.kind === 'field' && column < 2;
        const pads = layOutColumn(cells, isMain ? 'aligned' : 'single');
        for (const [index, { cells: own }] of present.entries()) {
            const cell = own[column];
            const gap = cell === undefined ? undefined : gaps[cell];
            if (gap) gap.pad = pads[index] ?? ' ';
        }
    }
}

/** The cells of a row that stand on its first line, with nothing but code before them. */
function cellsOnLine({ first, cells }: FieldRow, tokens: readonly Token[], gaps: readonly Gap[]): number[] {
    const kept: number[] = [];
    let index = first + 1;
    for (const cell of cells) {
        for (; index <= cell; index += 1) {
            if (tokens[index]?.kind !== 'code' || (gaps[index]?.lines ?? 0) > 0) return kept;
        }
        kept.push(cell);
    }
    return kept;
}

/** Index of the last token of code that follows on the same line, before the next cell of the row. */
function endOfCell(row: FieldRow, from: number, tokens: readonly Token[], gaps: readonly Gap[]): number {
    let last = from;
    while (
        tokens[last + 1]?.kind === 'code' &&
        gaps[last + 1]?.lines === 0 &&
        !row.cells.includes(last + 1) &&
        tokens[last + 1]?.role !== 'close'
    )
        last += 1;
    return last;
}

function textWidth(tokens: readonly Token[], gaps: readonly Gap[], first: number, last: number): number {
    let width = 0;
    for (let index = first; index <= last; index += 1) {
        width += (tokens[index]?.text.length ?? 0) + (index > first ? (gaps[index]?.pad.length ?? 0) : 0);
    }
    return width;
}

/** The edit that makes a stretch of white space what it is to be; none when it is, or isn't white space. */
function replaceBlank(
    content: string,
    { start, end }: Span,
    { lines, pad }: Gap,
    { level, eol: usual }: { level: string; eol: string },
): FormatChange[] {
    const raw = content.slice(start, end);
    if (raw.trim() !== '') return [];
    const mark = start === 0 && raw.startsWith('\uFEFF') ? '\uFEFF' : '';
    const there = lineBreaksOf(raw);
    const eol = there[0] ?? usual;
    const breaks = Array.from({ length: lines }, (_, index) => there[index] ?? eol);
    const text = mark + (lines > 0 ? breaks.join('') + level : start === 0 ? '' : pad);
    return difference(raw, text, start);
}

function usualLineBreak(content: string): string {
    const all = lineBreaksOf(content);
    const crlf = all.filter((each) => each === '\r\n').length;
    return crlf * 2 > all.length ? '\r\n' : (all.find((each) => each !== '\r\n') ?? '\n');
}

/** What differs, without the ends that are equal. */
function difference(old: string, text: string, offset: number): FormatChange[] {
    if (old === text) return [];
    let head = 0;
    while (head < old.length && head < text.length && old[head] === text[head]) head += 1;
    let tail = 0;
    const most = Math.min(old.length, text.length) - head;
    while (tail < most && old.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
    return [{ start: offset + head, end: offset + old.length - tail, text: text.slice(head, text.length - tail) }];
}

/** A block comment of which each line begins with a star keeps its stars below each other. */
function indentStars({ kind, text, start }: Token, level: string): FormatChange[] {
    if (kind !== 'block-comment') return [];
    const lines = [...text.matchAll(/(?<=[\n\r])[^\S\n\r]*(?=(.?))/g)].filter(
        ({ index }) => text[index - 1] !== '\r' || text[index] !== '\n',
    );
    if (lines.length === 0 || lines.some(([, first]) => first !== '*')) return [];
    return lines.flatMap(({ 0: blank, index }) => difference(blank, `${level} `, start + index));
}

/** Blanks after the last token go, line breaks stay. */
function trimEnd(content: string, start: number): FormatChange[] {
    const raw = content.slice(start);
    return raw.trim() === '' ? difference(raw, lineBreaksOf(raw).join(''), start) : [];
}
