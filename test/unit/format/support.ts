import { tokensOf } from '../../../src/insert/tokens.ts';
import { formatSource } from '../../../src/format/format.ts';
import type { FormatChange, FormatOptions } from '../../../src/format/format.ts';
import type { Span } from '../../../src/model/text.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';

export const SPACES: FormatOptions = { tabSize: 4, insertSpaces: true };

export function changesOf(content: string, options = SPACES, part?: Span): FormatChange[] {
    return formatSource(parseSource(content), options, part);
}

/** The formatted content. */
export function format(content: string, options = SPACES, part?: Span): string {
    return applyChanges(content, changesOf(content, options, part));
}

/** The syntax tree as JSON: without places in the text, with doc comments. */
export function treeOf(content: string): string {
    const { model, syntaxErrors } = parseSource(content);
    if (syntaxErrors.length > 0) throw new Error(`Doesn't parse: ${syntaxErrors[0]?.message ?? ''}\n${content}`);
    return JSON.stringify(plain(model));
}

/** References by name: asking one for its target would try to resolve it. */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    if ('$refText' in value) return value.$refText;
    const entries = Object.entries(value).filter(([key]) => !key.startsWith('$') || key === '$type');
    return Object.fromEntries(entries.map(([key, child]) => [key, plain(child)]));
}

/** Everything but white space, comments included; the indentation of their further lines doesn't count. */
export function wordsOf(content: string): string[] {
    return [...tokensOf(content)]
        .filter(({ kind }) => kind !== 'space')
        .map(({ kind, text }) => (kind === 'comment' ? text.replaceAll(/[\n\r]+\s*\*/g, '\n*') : text));
}
