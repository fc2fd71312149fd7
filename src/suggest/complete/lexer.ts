import type { Span } from '../../model/text.ts';
import { commentEnd, stringEnd } from '../../zmodel/split.ts';

/** A token of a declaration, comments and white space left out. */
export interface Lexeme extends Span {
    kind: 'word' | 'number' | 'string' | 'attribute' | 'operator';
    text: string;
    /** Nothing but blanks stands before it on its line. */
    first: boolean;
    /** A string whose closing quote is missing. */
    unclosed?: boolean;
}

/** ZModel's terminals, and what they look like while they are typed: `@`, `@@db.`. */
const TERMINALS: readonly { kind: Lexeme['kind']; pattern: RegExp }[] = [
    { kind: 'attribute', pattern: /@+[\w.]*/y },
    { kind: 'word', pattern: /[_a-zA-Z]\w*/y },
    { kind: 'number', pattern: /\d+(?:\.\d+)?/y },
    { kind: 'operator', pattern: /==|!=|<=|>=|&&|\|\||[\s\S]/y },
];

/** What stands left of a cursor. */
export interface LeftText {
    /** `comment`: nothing is completed there. */
    inside: 'code' | 'comment' | 'string';
    /** Up to the cursor; what is being typed is left out. */
    tokens: Lexeme[];
    /** The word, number or attribute's name that ends at the cursor; empty at the cursor when there is none. */
    typed: Span & { text: string; first: boolean };
    /** The string that the cursor is in. */
    string?: Lexeme;
    /** Nothing stands before the cursor, or before what is typed, on its line. */
    first: boolean;
}

/**
 * Reads a stretch of text up to the cursor.
 * In: the whole file's text, where to begin (not inside a token), the cursor's offset. Out: the tokens.
 */
export function readLeft(text: string, from: number, offset: number): LeftText {
    const tokens: Lexeme[] = [];
    const nothing = { start: offset, end: offset, text: '', first: false };
    let first = true;
    for (let at = from; at < offset;) {
        const character = text.charAt(at);
        if (character.trim() === '') {
            if (character === '\n' || character === '\r') first = true;
            at += 1;
            continue;
        }
        const end = character === '/' ? commentEnd(text, at) : at;
        if (end > at) {
            const isBlock = text.charAt(at + 1) === '*';
            const isOpen = isBlock && !text.slice(at + 2, end).endsWith('*/');
            if (end > offset || (end === offset && (!isBlock || isOpen)))
                return { inside: 'comment', tokens, typed: nothing, first };
            at = end;
            continue;
        }
        const token = tokenAt(text, at, first);
        if (token.kind === 'string' && (token.end > offset || (token.unclosed && token.end === offset)))
            return { inside: 'string', tokens, typed: nothing, string: token, first };
        // A word that goes on behind the cursor is cut off there.
        const cut = token.end > offset ? { ...token, end: offset, text: text.slice(at, offset) } : token;
        tokens.push(cut);
        at = token.end;
        first = false;
    }
    const last = tokens.at(-1);
    const isTyped = last && last.end === offset && (last.kind === 'word' || last.kind === 'attribute');
    if (!isTyped) return { inside: 'code', tokens, typed: { ...nothing, first }, first };
    tokens.pop();
    return { inside: 'code', tokens, typed: last, first: last.first };
}

function tokenAt(text: string, start: number, first: boolean): Lexeme {
    const character = text.charAt(start);
    if (character === '"' || character === "'") {
        const { end, closed } = stringEnd(text, start);
        const token: Lexeme = { kind: 'string', text: text.slice(start, end), start, end, first };
        return closed ? token : { ...token, unclosed: true };
    }
    for (const { kind, pattern } of TERMINALS) {
        pattern.lastIndex = start;
        const match = pattern.exec(text);
        if (match) return { kind, text: match[0], start, end: start + match[0].length, first };
    }
    throw new Error(`No token at offset ${start}`);
}
