import type { LeftText, Lexeme } from './lexer.ts';

/** Where in the body of a model, type or enum the cursor is. */
export type BodyPlace =
    /** Where a new member may begin. */
    | { kind: 'between'; start: number }
    | { kind: 'field-type'; name: Lexeme; start: number }
    /** Behind a field's type, or behind a value of an enum: where its attributes go. */
    | { kind: 'field-attributes'; name: Lexeme; used: string[]; start: number }
    /** Behind a complete `@@` attribute on the same line. */
    | { kind: 'behind-attribute'; start: number }
    | {
          kind: 'arguments';
          /** The attribute's name. */
          attribute: string;
          /** The field that it belongs to; undefined for `@@`. */
          field?: Lexeme;
          /** From the `(` on. */
          tokens: Lexeme[];
          /** Of the whole member. */
          start: number;
      }
    /** The body is closed before the cursor. */
    | { kind: 'outside' }
    | { kind: 'unknown'; start: number };

/** True for tokens that begin a member whatever brackets are open before them. */
function beginsMember(token: Lexeme, next: Lexeme | undefined, previous: Lexeme | undefined): boolean {
    if (token.kind === 'attribute') return token.text.startsWith('@@');
    if (token.kind !== 'word' || !token.first || token.text === 'in') return false;
    // Two words side by side are no expression: a field with its type, below a bracket that was never closed.
    const isPair = next?.kind === 'word' && !next.first && next.text !== 'in';
    const continues = previous?.kind === 'operator' && ['&&', '||', '==', '!=', '(', '['].includes(previous.text);
    return isPair && !continues;
}

interface Scan {
    member: Lexeme[];
    depth: number;
    closed: boolean;
}

/** The tokens of the member that the text ends in. In: the tokens behind the declaration's `{`. */
function scanMembers(tokens: readonly Lexeme[], isEnum: boolean): Scan {
    let member: Lexeme[] = [];
    let depth = 0;
    let words = 0;
    const begin = (token: Lexeme): void => {
        member = [token];
        depth = 0;
        words = token.kind === 'word' ? 1 : 0;
    };
    for (const [index, token] of tokens.entries()) {
        const { kind, text } = token;
        if (beginsMember(token, tokens[index + 1], tokens[index - 1])) begin(token);
        else if (depth === 0 && kind === 'word') {
            const isComplete = member.length === 0 || words >= (isEnum ? 1 : 2) || member[0]?.kind === 'attribute';
            if (token.first || isComplete) begin(token);
            else {
                member.push(token);
                words += 1;
            }
        } else if (depth === 0 && text === '}' && kind === 'operator') return { member: [], depth: 0, closed: true };
        else {
            if (kind === 'operator' && '([{'.includes(text)) depth += 1;
            else if (kind === 'operator' && ')]}'.includes(text)) depth = Math.max(0, depth - 1);
            member.push(token);
        }
    }
    return { member, depth, closed: false };
}

/** The stretch from the last attribute's name on, when its brackets are open at the end. */
function openAttribute(member: readonly Lexeme[]): { name: Lexeme; tokens: Lexeme[] } | undefined {
    const index = member.findLastIndex(({ kind, text }) => kind === 'attribute' && text !== '@');
    const name = member[index];
    return name && { name, tokens: member.slice(index + 1) };
}

/**
 * Finds out where in a body the cursor is.
 * In: what stands left of it (from the `{` of the body on), the text, whether the body is an enum's. Out: the place.
 */
export function bodyPlace(left: LeftText, isEnum: boolean): BodyPlace {
    const { typed, string } = left;
    const start = string ? string.start : typed.start;
    // What is typed takes part: two words side by side begin a member also while the second is typed.
    const withTyped = typed.text === '' ? left.tokens : [...left.tokens, { ...typed, kind: kindOf(typed.text) }];
    const { member, depth, closed } = scanMembers(withTyped, isEnum);
    if (closed) return { kind: 'outside' };
    const [head] = member;
    const isHead = head !== undefined && typed.text !== '' && head.start === typed.start;
    if (!head || (isHead && depth === 0)) return { kind: 'between', start: typed.start };
    if (depth > 0) {
        const tokens = typed.text === '' ? member : member.slice(0, -1);
        const attribute = openAttribute(tokens);
        if (!attribute) return { kind: 'unknown', start: head.start };
        const field = head.kind === 'word' ? head : undefined;
        return {
            kind: 'arguments',
            attribute: attribute.name.text,
            ...(field && { field }),
            tokens: attribute.tokens,
            start: head.start,
        };
    }
    const isNewLine = typed.text === '' ? left.first : typed.first;
    if (string) return { kind: 'unknown', start };
    if (isNewLine && !typed.text.startsWith('@')) return { kind: 'between', start: typed.start };
    if (head.kind === 'attribute') return { kind: 'behind-attribute', start: typed.start };
    const before = typed.text === '' ? member : member.slice(0, -1);
    const words = before.filter((token, index) => token.kind === 'word' && isOutside(before, index));
    const used = before.filter(({ kind }) => kind === 'attribute').map(({ text }) => text);
    if (isNewLine && typed.text.startsWith('@@')) return { kind: 'between', start: typed.start };
    // Below a field, one at sign may become a second one.
    if (isNewLine && typed.text === '@') return { kind: 'between', start: typed.start };
    if (!isEnum && words.length < 2 && used.length === 0)
        return typed.text.startsWith('@')
            ? { kind: 'unknown', start: typed.start }
            : { kind: 'field-type', name: head, start: typed.start };
    return { kind: 'field-attributes', name: head, used, start: typed.start };
}

function kindOf(text: string): 'attribute' | 'word' {
    return text.startsWith('@') ? 'attribute' : 'word';
}

/** Whether a token stands outside of all brackets of its member. */
function isOutside(member: readonly Lexeme[], index: number): boolean {
    let depth = 0;
    for (const { kind, text } of member.slice(0, index)) {
        if (kind !== 'operator') continue;
        if ('([{'.includes(text)) depth += 1;
        else if (')]}'.includes(text)) depth -= 1;
    }
    return depth === 0;
}
