import type { Span } from '../model/text.ts';
import type { ParsedSource } from '../zmodel/parse.ts';
import { formatSource } from './format.ts';
import type { FormatChange, FormatOptions } from './format.ts';
import { readTokens } from './tokens.ts';
import type { Token } from './tokens.ts';

/** What was typed last, and the offset after it. */
export interface Typed {
    text: string;
    offset: number;
}

/** The characters after which formatting goes on by itself. */
export const TRIGGERS = ['}', '\n', ')'] as const;

/**
 * Formats what was finished by typing: a declaration by its brace, an attribute by its last parenthesis, a
 * line by a line break. Nothing at or behind the cursor is changed, so that typing goes on undisturbed.
 * In: the source with what was typed. Out: edits as those of `formatSource`.
 */
export function formatOnType(source: ParsedSource, options: FormatOptions, typed: Typed): FormatChange[] {
    const part = finishedPart(source, typed);
    if (!part) return [];
    return formatSource(source, options, part).filter(({ end }) => end <= part.end);
}

function finishedPart(source: ParsedSource, { text, offset }: Typed): Span | undefined {
    if (text === '\n') {
        const before = source.content.slice(0, offset).trimEnd().length;
        return before === 0 ? undefined : { start: before - 1, end: before };
    }
    const { tokens } = readTokens(source.model);
    const index = tokens.findLastIndex(({ end }) => end === offset);
    const token = tokens[index];
    if (!token || token.kind !== 'code') return undefined;
    if (text === '}' && token.role === 'close') {
        const start = tokens.slice(0, index).findLast(({ role }) => role === 'declaration')?.start;
        return start === undefined ? undefined : { start, end: offset };
    }
    return text === ')' && token.text === ')' && endsAttribute(tokens, index)
        ? { start: offset - 1, end: offset }
        : undefined;
}

/** The token after it begins something else. */
function endsAttribute(tokens: readonly Token[], index: number): boolean {
    const next = tokens.slice(index + 1).find(({ kind }) => kind === 'code');
    return next === undefined || ['attribute', 'member', 'declaration', 'close'].includes(next.role);
}
