import type { Span } from '../../model/text.ts';
import { splitDeclarations } from '../../zmodel/split.ts';
import type { Chunk } from '../../zmodel/split.ts';
import { readLeft } from './lexer.ts';
import type { LeftText, Lexeme } from './lexer.ts';
import { bodyPlace } from './member.ts';
import type { BodyPlace } from './member.ts';

/** Where in a file the cursor is, as far as the text left of it tells. */
export type Located = {
    left: LeftText;
    /** What is being typed, up to the end of its line: it says nothing yet. Empty where nothing is. */
    cut: Span;
} & (
    | { kind: 'nowhere' }
    /** Between declarations. `isFirst`: at the beginning of a line. */
    | { kind: 'top'; isFirst: boolean }
    | { kind: 'import'; chunk: Chunk }
    /** Before the brace of a declaration. */
    | { kind: 'header'; chunk: Chunk }
    | { kind: 'config'; chunk: Chunk; tokens: Lexeme[]; right: Lexeme[] }
    | { kind: 'body'; chunk: Chunk; name: string; place: BodyPlace }
    /** In a declaration that only libraries have: the language's own completion knows about it. */
    | { kind: 'other' }
);

const CONFIG = new Set(['datasource', 'generator', 'plugin']);
const BODIES = new Set(['model', 'view', 'type', 'enum']);

/**
 * Finds out where the cursor is.
 * In: the file's text, the cursor's offset; the declarations of the text where they are known already. Out: the
 * place, and what to leave out of the text to get a tree of the rest.
 */
export function locate(text: string, offset: number, chunks: readonly Chunk[] = splitDeclarations(text)): Located {
    const index = chunks.findLastIndex(({ start }) => start < offset);
    const chunk = chunks[index];
    const isInside = chunk && (offset < chunk.end || isOpenAt(chunk, text, offset));
    if (!isInside) {
        const left = readLeft(text, chunk?.end ?? 0, offset);
        const cut = { start: left.typed.start, end: offset };
        if (left.inside !== 'code') return { kind: 'nowhere', left, cut };
        const isAlone = left.tokens.length === 0 && (left.typed.text === '' || left.typed.first || left.first);
        if (chunk && !isAlone) return { kind: 'other', left, cut };
        return isAlone ? { kind: 'top', isFirst: left.first, left, cut } : { kind: 'nowhere', left, cut };
    }
    const left = readLeft(text, chunk.start, offset);
    const typedCut = { start: left.typed.start, end: offset };
    if (left.inside === 'comment') return { kind: 'nowhere', left, cut: { start: offset, end: offset } };
    if (left.tokens.length === 0 && left.typed.text !== '')
        return {
            kind: 'top',
            isFirst: left.typed.first,
            left,
            cut: { start: chunk.start, end: lineEnd(text, offset) },
        };
    if (chunk.keyword === 'import') return { kind: 'import', chunk, left, cut: typedCut };
    if (!CONFIG.has(chunk.keyword) && !BODIES.has(chunk.keyword)) return { kind: 'other', left, cut: typedCut };
    const brace = left.tokens.findIndex(({ text: each }) => each === '{');
    if (brace < 0) {
        // A name on a line of its own below an unfinished header belongs to nothing.
        return { kind: 'header', chunk, left, cut: { start: typedCut.start, end: typedCut.end } };
    }
    if (CONFIG.has(chunk.keyword)) {
        const tokens = left.tokens.slice(brace);
        const right = readLeft(text, offset, Math.max(offset, chunk.end)).tokens;
        const begin = left.string ? left.string.start : left.typed.start;
        return { kind: 'config', chunk, tokens, right, left, cut: { start: begin, end: lineEnd(text, offset) } };
    }
    const body = { ...left, tokens: left.tokens.slice(brace + 1) };
    const place = bodyPlace(body, chunk.keyword === 'enum');
    if (place.kind === 'outside') return { kind: 'top', isFirst: left.first, left, cut: typedCut };
    const start = place.kind === 'arguments' || place.kind === 'unknown' ? place.start : memberStart(place);
    const name = left.tokens[1]?.text ?? '';
    return { kind: 'body', chunk, name, place, left, cut: { start, end: lineEnd(text, offset) } };
}

/** Where the member that is being typed begins: nothing of it counts yet. */
function memberStart(place: BodyPlace): number {
    if (place.kind === 'field-type' || place.kind === 'field-attributes') return place.name.start;
    return 'start' in place ? place.start : 0;
}

/** A declaration without its closing brace reaches over the blanks behind it; one without braces, to its line's end. */
function isOpenAt(chunk: Chunk, text: string, offset: number): boolean {
    if (!chunk.closed) return true;
    if (chunk.keyword === 'import' || chunk.keyword === 'attribute' || chunk.keyword === 'procedure')
        return offset === chunk.end || !/[\n\r]/.test(text.slice(chunk.end, offset));
    return false;
}

/** The end of what is being typed: of the line, or before a brace that closes more than was opened on it. */
function lineEnd(text: string, offset: number): number {
    let depth = 0;
    for (let at = offset; at < text.length; at += 1) {
        const character = text.charAt(at);
        if (character === '\n' || character === '\r') return at;
        if (character === '{') depth += 1;
        if (character === '}') {
            if (depth === 0) return at;
            depth -= 1;
        }
    }
    return text.length;
}
