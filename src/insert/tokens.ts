import type { Span } from '../model/text.ts';

export type TokenKind = 'space' | 'comment' | 'string' | 'word' | 'other';

export interface Token extends Span {
    kind: TokenKind;
    text: string;
}

/** ZModel's terminals, in the order in which its lexer tries them. An unclosed comment or string ends as single characters. */
const TERMINALS: readonly { kind: TokenKind; pattern: RegExp }[] = [
    { kind: 'space', pattern: /\s+/y },
    { kind: 'comment', pattern: /\/\*[\s\S]*?\*\/|\/\/[^\n\r]*/y },
    { kind: 'string', pattern: /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/y },
    { kind: 'word', pattern: /[_a-zA-Z]\w*/y },
    { kind: 'other', pattern: /[\s\S]/y },
];

/**
 * Splits text as ZModel's lexer does, keeping what the syntax tree drops: white space and comments.
 * In: the text, the offset to begin at (not inside a token). Out: tokens without gaps.
 */
export function* tokensOf(content: string, from = 0): Generator<Token, void> {
    for (let start = from; start < content.length;) {
        const token = tokenAt(content, start);
        yield token;
        start = token.end;
    }
}

function tokenAt(content: string, start: number): Token {
    for (const { kind, pattern } of TERMINALS) {
        pattern.lastIndex = start;
        const match = pattern.exec(content);
        if (match) return { kind, text: match[0], start, end: start + match[0].length };
    }
    throw new Error(`No token at offset ${start}`);
}

export function hasLineBreak(text: string): boolean {
    return /[\n\r]/.test(text);
}

/** Whether two line breaks have nothing but blanks between them. */
export function hasBlankLine(text: string): boolean {
    return /[\n\r][^\S\n\r]*[\n\r]/.test(text.replaceAll('\r\n', '\n'));
}

/**
 * Where the line of something that ends at `offset` ends, comments on that line included.
 * Out: the offset before trailing blanks; `next` is the offset of a token that follows on the same line.
 */
export function lineEndAfter(content: string, offset: number): { end: number; next?: number } {
    let end = offset;
    for (const token of tokensOf(content, offset)) {
        if (token.kind === 'comment') end = token.end;
        else if (token.kind !== 'space') return { end, next: token.start };
        else if (hasLineBreak(token.text)) break;
    }
    return { end };
}

/** The white space between the start of the line and `offset`; undefined when something else stands there. */
export function indentBefore(content: string, offset: number): string | undefined {
    let start = offset;
    for (; start > 0; start -= 1) {
        const character = content.charAt(start - 1);
        if (character === '\n' || character === '\r' || character === '\uFEFF') break;
        if (character.trim() !== '') return undefined;
    }
    return content.slice(start, offset);
}

/** How many braces are open at an offset; negative when one closes too many. */
export function braceDepth(content: string, offset: number): number {
    let depth = 0;
    for (const token of tokensOf(content)) {
        if (token.start >= offset) break;
        if (token.text === '{') depth += 1;
        else if (token.text === '}') depth -= 1;
    }
    return depth;
}

/**
 * The brace that makes `braceDepth` differ from zero: the last one that is open, else the first that closes too much.
 * Undefined when they are even.
 */
export function unevenBrace(content: string, offset: number): Span | undefined {
    const open: Span[] = [];
    for (const { text, start, end } of tokensOf(content)) {
        if (start >= offset) break;
        if (text === '{') open.push({ start, end });
        else if (text === '}' && !open.pop()) return { start, end };
    }
    return open.at(-1);
}

/**
 * Names declared with one of the keywords, in text whose syntax tree can't be relied on.
 * Out: the names in `keyword Name {`, `keyword Name extends …`, `keyword Name with …`, at any depth since
 * a brace may be missing.
 */
export function namesDeclaredAs(content: string, keywords: ReadonlySet<string>): Set<string> {
    const names = new Set<string>();
    let previous: Token[] = [];
    for (const token of tokensOf(content)) {
        if (token.kind === 'space' || token.kind === 'comment') continue;
        const [keyword, name] = previous;
        const opens = token.text === '{' || token.text === 'extends' || token.text === 'with';
        if (opens && keyword && name?.kind === 'word' && keywords.has(keyword.text)) names.add(name.text);
        previous = [...previous, token].slice(-2);
    }
    return names;
}

/** The words of an argument's source: `[userId, tenantId]` → `['userId', 'tenantId']`. */
export function wordsOf(text: string): string[] {
    return [...tokensOf(text)].filter((token) => token.kind === 'word').map((token) => token.text);
}

/** The value of a string literal's source, or undefined when the text is none. */
export function stringValue(text: string): string | undefined {
    const [token, ...rest] = tokensOf(text);
    if (token?.kind !== 'string' || rest.length > 0) return undefined;
    return token.text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
