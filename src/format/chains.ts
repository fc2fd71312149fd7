import type { Gap } from './gaps.ts';
import { isClosing, isOpening } from './gaps.ts';
import type { Token } from './tokens.ts';

/** Operands with `&&` and `||` between them, on one level of brackets. Numbers are indices of tokens. */
export interface Chain {
    operators: number[];
    first: number;
    last: number;
    /** How many brackets of its member it stands in. */
    depth: number;
}

/** On which side of the operator a line ends. */
export type Side = 'before' | 'after';

/** Finds the chains of a file, outer ones before those within them. */
export function findChains(tokens: readonly Token[]): Chain[] {
    const chains: Chain[] = [];
    const stack: Chain[] = [];
    const begin = (first: number): Chain => ({ operators: [], first, last: first, depth: stack.length });
    const end = (chain: Chain | undefined, last: number): void => {
        if (chain && chain.operators.length > 0) chains.push({ ...chain, last });
    };
    for (const [index, token] of tokens.entries()) {
        if (token.kind !== 'code') continue;
        const top = stack.at(-1);
        if (token.role === 'open' || token.role === 'close') stack.length = 0;
        else if (isOpening(token)) stack.push(begin(index + 1));
        else if (isClosing(token)) end(stack.pop(), index - 1);
        else if (token.role === 'logical') top?.operators.push(index);
        else if (top && (token.text === ',' || token.text === ':')) {
            end(top, index - 1);
            stack[stack.length - 1] = { ...begin(index + 1), depth: top.depth };
        }
    }
    return chains.sort((a, b) => a.first - b.first);
}

/** On which sides of an operator lines end. */
function breaksAt(operator: number, tokens: readonly Token[], gaps: readonly Gap[]): Side[] {
    const sides: Side[] = [];
    let before = operator;
    while (before > 0 && (before === operator || tokens[before]?.kind !== 'code')) {
        if ((gaps[before]?.lines ?? 0) > 0) sides.push('before');
        before -= 1;
    }
    let after = operator + 1;
    for (; after < tokens.length; after += 1) {
        if ((gaps[after]?.lines ?? 0) > 0) sides.push('after');
        if (tokens[after]?.kind === 'code') break;
    }
    return [...new Set(sides)];
}

export function isBroken(chain: Chain, tokens: readonly Token[], gaps: readonly Gap[]): boolean {
    return chain.operators.some((operator) => breaksAt(operator, tokens, gaps).length > 0);
}

/** The side that most broken lines of some chains end on; `after` where none is broken, as in Prettier. */
export function usualSide(
    chains: readonly Chain[],
    tokens: readonly Token[],
    gaps: readonly Gap[],
    otherwise: Side = 'after',
): Side {
    let balance = 0;
    for (const operator of chains.flatMap(({ operators }) => operators)) {
        for (const side of breaksAt(operator, tokens, gaps)) balance += side === 'after' ? 1 : -1;
    }
    if (balance === 0) return otherwise;
    return balance > 0 ? 'after' : 'before';
}

/** Ends a line at each operator of a chain where none ends yet. Changes the gaps. */
export function breakAtOperators(chain: Chain, tokens: readonly Token[], gaps: readonly Gap[], side: Side): void {
    for (const operator of chain.operators) {
        if (breaksAt(operator, tokens, gaps).length > 0) continue;
        const gap = gaps[side === 'before' ? operator : operator + 1];
        if (gap) gap.lines = 1;
    }
}

/** Puts a chain that stood on one line on lines of its own, within the brackets around it. Changes the gaps. */
export function openUp(chain: Chain, tokens: readonly Token[], gaps: readonly Gap[], side: Side): void {
    breakAtOperators(chain, tokens, gaps, side);
    const { first, last } = chain;
    const before = tokens[first - 1];
    const opening = gaps[first];
    if (before && opening && before.text !== ':') opening.lines = Math.max(1, opening.lines);
    const closing = gaps[last + 1];
    const after = tokens[last + 1];
    if (after && closing && isClosing(after)) closing.lines = Math.max(1, closing.lines);
}
