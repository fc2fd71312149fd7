import type { Lexeme } from './lexer.ts';

/** What a bracket opens. */
export type BracketRole = 'arguments' | 'call' | 'group' | 'array' | 'predicate' | 'object';

/** Brackets that are closed again, with what is between them. */
export interface Group {
    kind: 'group';
    role: BracketRole;
    parts: Node[][];
    start: number;
    end: number;
}

export type Node = Lexeme | Group;

/** Brackets that are still open at the cursor. */
export interface Frame {
    role: BracketRole;
    /** What stands before the bracket: the called function's name, or the operand and quantifier of a predicate. */
    before: Node[];
    /** What is between commas already. */
    parts: Node[][];
    /** What comes after the last comma. */
    items: Node[];
    start: number;
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function isOperator(node: Node | undefined, ...texts: string[]): boolean {
    return node?.kind === 'operator' && texts.includes(node.text);
}

/** Whether something that a member or a predicate may follow ends with this node. */
function endsOperand(node: Node | undefined): boolean {
    if (!node || node.kind === 'attribute') return false;
    return node.kind === 'operator' ? false : node.kind === 'group' || node.text !== 'in';
}

function roleOf(bracket: string, items: readonly Node[], isOuter: boolean): BracketRole {
    const last = items.at(-1);
    if (bracket === '{') return 'object';
    if (bracket === '(') {
        if (isOuter) return 'arguments';
        return last?.kind === 'word' && last.text !== 'in' ? 'call' : 'group';
    }
    return isOperator(last, '?', '!', '^') && endsOperand(items.at(-2)) ? 'predicate' : 'array';
}

/**
 * The nesting at the cursor.
 * In: the tokens from a `(` of an attribute's arguments on, up to the cursor. Out: the open brackets from the
 * outside in; none when they are all closed, or when the tokens don't begin with a bracket.
 */
export function openFrames(tokens: readonly Lexeme[]): Frame[] {
    const frames: Frame[] = [];
    for (const token of tokens) {
        const frame = frames.at(-1);
        if (token.kind === 'operator' && '([{'.includes(token.text)) {
            if (!frame && token !== tokens[0]) return [];
            const role = roleOf(token.text, frame?.items ?? [], !frame);
            frames.push({ role, before: frame?.items ?? [], parts: [], items: [], start: token.start });
        } else if (token.kind === 'operator' && token.text in PAIRS) close(frames, token);
        else if (frame && token.text === ',' && token.kind === 'operator') {
            frame.parts.push(frame.items);
            frame.items = [];
        } else frame?.items.push(token);
    }
    return frames;
}

/** Closes the innermost bracket of the kind; brackets inside it that were forgotten are closed with it. */
function close(frames: Frame[], token: Lexeme): void {
    const matches = (frame: Frame): boolean =>
        (frame.role === 'object' ? '{' : ['array', 'predicate'].includes(frame.role) ? '[' : '(') === PAIRS[token.text];
    if (!frames.some(matches)) return;
    for (;;) {
        const frame = frames.pop();
        if (!frame) return;
        const group: Group = {
            kind: 'group',
            role: frame.role,
            parts: frame.items.length > 0 || frame.parts.length > 0 ? [...frame.parts, frame.items] : [],
            start: frame.start,
            end: token.end,
        };
        frames.at(-1)?.items.push(group);
        if (matches(frame)) return;
    }
}

/** The name before a colon at the beginning of an argument: `fields: [`. */
export function argumentName(items: readonly Node[]): string | undefined {
    const [name, colon] = items;
    return name?.kind === 'word' && isOperator(colon, ':') ? name.text : undefined;
}

/** An access to something: `auth().memberships?[…]`, `!published`. */
export interface Chain {
    kind: 'chain';
    negated: boolean;
    primary: Node;
    call?: Group;
    links: ({ kind: 'member'; name: string } | { kind: 'predicate'; group: Group })[];
    start: number;
    end: number;
}

/** An expression as far as it goes. */
export interface Sequence {
    parts: (Chain | { kind: 'operator'; text: string })[];
    /** What the text ends with. `quantifier`: `members?`, where only a bracket may follow. */
    end: 'start' | 'operator' | 'operand' | 'dot' | 'negation' | 'quantifier';
}

const BINARY = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||']);

/** Reads an argument's nodes as operands and operators, one after the other; precedence doesn't matter here. */
export function readSequence(nodes: readonly Node[]): Sequence {
    const parts: Sequence['parts'] = [];
    let at = argumentName(nodes) === undefined ? 0 : 2;
    while (at < nodes.length) {
        let negated = false;
        const from = nodes[at]?.start ?? 0;
        while (isOperator(nodes[at], '!')) {
            negated = true;
            at += 1;
        }
        const primary = nodes[at];
        if (!primary) return { parts, end: negated ? 'negation' : 'start' };
        if (primary.kind === 'operator' || (primary.kind === 'word' && primary.text === 'in')) {
            // An operator without a left operand, or a stray character: what follows is read anew.
            parts.push({ kind: 'operator', text: primary.text });
            at += 1;
            continue;
        }
        const chain: Chain = { kind: 'chain', negated, primary, links: [], start: from, end: primary.end };
        parts.push(chain);
        at += 1;
        const call = nodes[at];
        if (primary.kind === 'word' && call?.kind === 'group' && call.role === 'call') {
            chain.call = call;
            chain.end = call.end;
            at += 1;
        }
        const ends = readLinks(nodes, at, chain);
        if (ends.end) return { parts, end: ends.end };
        at = ends.at;
        const operator = nodes[at];
        if (!operator) return { parts, end: 'operand' };
        if (
            (operator.kind === 'operator' && BINARY.has(operator.text)) ||
            (operator.kind === 'word' && operator.text === 'in')
        ) {
            parts.push({ kind: 'operator', text: operator.text });
            at += 1;
        }
    }
    return { parts, end: parts.length === 0 ? 'start' : 'operator' };
}

function readLinks(nodes: readonly Node[], from: number, chain: Chain): { at: number; end?: Sequence['end'] } {
    let at = from;
    for (;;) {
        const node = nodes[at];
        const next = nodes[at + 1];
        if (isOperator(node, '.')) {
            if (!next) return { at, end: 'dot' };
            // A dot before something else: the member's name is missing in the middle of the text.
            if (next.kind !== 'word') return { at: at + 1 };
            chain.links.push({ kind: 'member', name: next.text });
            chain.end = next.end;
            at += 2;
        } else if (isOperator(node, '?', '!', '^')) {
            if (!next) return { at, end: 'quantifier' };
            if (next.kind !== 'group') return { at };
            chain.links.push({ kind: 'predicate', group: next });
            chain.end = next.end;
            at += 2;
        } else return { at };
    }
}
