import type { Span } from '../model/text.ts';

/** A top-level declaration as far as its text tells: from its keyword to after its closing brace. */
export interface Chunk extends Span {
    /** `model`, `type`, `enum`, `import`, … */
    keyword: string;
    /** Whether its last brace is closed; true for what has no braces, too. */
    closed: boolean;
}

const KEYWORDS = new Set([
    'import',
    'datasource',
    'generator',
    'plugin',
    'model',
    'view',
    'type',
    'enum',
    'function',
    'attribute',
    'mutation',
    'procedure',
    'abstract',
]);

/** What begins a declaration wherever it stands on a line of its own: a field is not followed by a brace. */
const HEADER = /[ \t]+[_a-zA-Z]\w*[ \t]*(?:\{|(?:extends|with)\b)/y;
const CLOSING = /[ \t]*[),\]]/y;

const SLASH = 47;
const STAR = 42;
const BACKSLASH = 92;
const LINE_FEED = 10;
const RETURN = 13;

/**
 * Where a string that begins at `start` ends. A closed one may span lines in ZModel; a quote that would find its
 * end only in the middle of something else is taken for one that was never closed, and ends with its line.
 * Out: the offset after it, and whether it is closed.
 */
export function stringEnd(text: string, start: number): { end: number; closed: boolean } {
    const quote = text.charCodeAt(start);
    let lineEnd: number | undefined;
    for (let at = start + 1; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === BACKSLASH) at += 1;
        else if (code === LINE_FEED || code === RETURN) lineEnd ??= at;
        else if (code === quote) {
            if (lineEnd === undefined) return { end: at + 1, closed: true };
            CLOSING.lastIndex = at + 1;
            return CLOSING.test(text) ? { end: at + 1, closed: true } : { end: lineEnd, closed: false };
        }
    }
    return { end: lineEnd ?? text.length, closed: false };
}

/** Where a comment that begins at `start` ends; `start` itself when none begins there. */
export function commentEnd(text: string, start: number): number {
    const next = text.charCodeAt(start + 1);
    if (next === STAR) {
        const end = text.indexOf('*/', start + 2);
        return end < 0 ? text.length : end + 2;
    }
    if (next !== SLASH) return start;
    let at = start + 2;
    while (at < text.length && text.charCodeAt(at) !== LINE_FEED && text.charCodeAt(at) !== RETURN) at += 1;
    return at;
}

function isWordStart(code: number): boolean {
    return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

/** A declaration as it is found, with the end of its last token: what follows is comments and blanks. */
export interface FoundDeclaration {
    chunk: Chunk;
    tokenEnd: number;
}

function wordEnd(text: string, start: number): number {
    let at = start + 1;
    while (at < text.length) {
        const code = text.charCodeAt(at);
        if (!isWordStart(code) && !(code >= 48 && code <= 57)) break;
        at += 1;
    }
    return at;
}

/**
 * Finds the top-level declarations of a file one after the other, whatever is broken in them: a line that can only
 * begin a declaration begins one even when braces before it are open.
 * In: the file's text, the offset where to begin, which must lie outside of every declaration. Out: the declarations
 * in order; comments and what stands between them belong to none. One is given when its end is known.
 */
export function* findDeclarations(text: string, from = 0): Generator<FoundDeclaration, void, undefined> {
    let current: Chunk | undefined;
    let depth = 0;
    let round = 0;
    let first = true;
    let tokenEnd = from;
    for (let at = from; at < text.length;) {
        const code = text.charCodeAt(at);
        if (code === LINE_FEED || code === RETURN) {
            first = true;
            at += 1;
        } else if (code <= 32 || code === 0xfeff) at += 1;
        else if (code === SLASH) {
            const end = commentEnd(text, at);
            if (end === at) tokenEnd = at + 1;
            at = Math.max(end, at + 1);
        } else if (code === 34 || code === 39) {
            at = stringEnd(text, at).end;
            tokenEnd = at;
            first = false;
        } else if (isWordStart(code)) {
            const end = wordEnd(text, at);
            const isOutside = depth === 0 && round === 0;
            const mayBegin = first || (isOutside && !current);
            const word = mayBegin ? text.slice(at, end) : '';
            if (KEYWORDS.has(word) && (isOutside || isHeader(text, end))) {
                if (current) yield { chunk: { ...current, end: trimmedEnd(text, current.start, at) }, tokenEnd };
                current = { keyword: word, start: at, end: text.length, closed: !BRACED.has(word) };
                depth = 0;
                round = 0;
            }
            at = end;
            tokenEnd = at;
            first = false;
        } else {
            if (code === 40) round += 1;
            else if (code === 41) round = Math.max(0, round - 1);
            else if (code === 123) depth += 1;
            else if (code === 125) {
                depth = Math.max(0, depth - 1);
                if (depth === 0 && current) {
                    yield { chunk: { ...current, end: at + 1, closed: true }, tokenEnd: at + 1 };
                    current = undefined;
                    round = 0;
                }
            }
            at += 1;
            tokenEnd = at;
            first = false;
        }
    }
    if (current) yield { chunk: { ...current, end: trimmedEnd(text, current.start, text.length) }, tokenEnd };
}

/**
 * Splits a file into its top-level declarations.
 * In: the file's text. Out: the declarations in order, as `findDeclarations` gives them.
 */
export function splitDeclarations(text: string): Chunk[] {
    return Array.from(findDeclarations(text), ({ chunk }) => chunk);
}

const BRACED = new Set(['datasource', 'generator', 'plugin', 'model', 'view', 'type', 'enum', 'function', 'abstract']);

function isHeader(text: string, end: number): boolean {
    HEADER.lastIndex = end;
    return HEADER.test(text);
}

/** An unclosed declaration reaches to what comes next: comments there may be about either, so they stay in. */
function trimmedEnd(text: string, start: number, end: number): number {
    let at = end;
    while (at > start && text.charCodeAt(at - 1) <= 32) at -= 1;
    return at;
}
