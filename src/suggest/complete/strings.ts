import { listedOperand, notListed, OPERATIONS, operationRank } from './arguments.ts';
import type { ArgumentPlace } from './arguments.ts';
import type { Candidate, CompletionInput } from './candidate.ts';
import { allowedValues, checkedOperations } from './functions.ts';
import type { Lexeme } from './lexer.ts';
import { argumentName } from './nesting.ts';
import type { Operand } from './scope.ts';
import { comparison, literalsOf } from './values.ts';

/** The content of a string around the cursor: from after the quote, or a comma before the cursor, to where the word ends. */
export function segmentAt(
    text: string,
    string: Lexeme,
    offset: number,
    isList: boolean,
): { start: number; end: number } {
    const inner = string.start + 1;
    const left = text.slice(inner, offset);
    const comma = isList ? left.lastIndexOf(',') + 1 : 0;
    const blanks = /^\s*/.exec(left.slice(comma))?.[0].length ?? 0;
    const limit = string.unclosed ? string.end : string.end - 1;
    const right =
        (string.unclosed ? /^[\w-]*/ : isList ? /^[^,]*/ : /^[^]*/).exec(text.slice(offset, limit))?.[0] ?? '';
    return { start: inner + comma + blanks, end: offset + right.length };
}

/** The operations that may be added to a list: none twice, nothing that `all` includes. */
export function operationCandidates(hints: readonly string[], others: readonly string[]): Candidate[] {
    const hasAll = others.includes('all');
    const isGuardMissing = others.includes('update') || hasAll;
    const rank = (operation: string): number =>
        operation === 'post-update' && isGuardMissing && !others.includes(operation) ? -1 : operationRank(operation);
    return hints
        .filter((hint) => !others.includes(hint))
        .filter((hint) =>
            hint === 'all' ? others.every((other) => other === 'post-update') : !hasAll || hint === 'post-update',
        )
        .sort((a, b) => rank(a) - rank(b))
        .map((hint) => ({
            label: hint,
            kind: 'value',
            detail: 'operation',
            ...(OPERATIONS[hint] !== undefined && { documentation: OPERATIONS[hint] }),
            insert: hint,
        }));
}

function plainValue(value: string, detail: string): Candidate {
    return { label: value, kind: 'value', detail, insert: value };
}

/** The literals that a text is compared with, without quotes. */
function textLiterals(place: ArgumentPlace, operand: Operand): Candidate[] {
    if (operand.type?.kind !== 'builtin' || operand.type.name !== 'String') return [];
    return literalsOf(place.expression, operand).map((candidate) => {
        const value = candidate.insert.slice(1, -1);
        return { ...candidate, label: value, insert: value, filter: value };
    });
}

/**
 * What may stand in a string among the arguments of an attribute.
 * In: the place, without the string; the string and the cursor. Out: candidates with their place in the string.
 */
export function stringCandidates(
    place: ArgumentPlace,
    string: Lexeme,
    offset: number,
): { candidates: Candidate[]; replace: { start: number; end: number } } {
    const { input, inner, outer, parameter, expression } = place;
    const plain = segmentAt(input.text, string, offset, false);
    const isFirst = inner.items.length === (argumentName(inner.items) === undefined ? 0 : 2);
    if (inner === outer && parameter && parameter.hints.length > 0 && isFirst) {
        const replace = segmentAt(input.text, string, offset, true);
        const others = operationsAround(input, string, replace);
        return { candidates: operationCandidates(parameter.hints, others), replace };
    }
    const callee = inner.before.at(-1);
    if (inner.role === 'call' && callee?.kind === 'word' && isFirst) {
        const declaration = expression.scope.library.functions.find(({ name }) => name === callee.text);
        const passed = declaration?.parameters[inner.parts.length];
        if (!declaration || !passed) return { candidates: [], replace: plain };
        const values =
            declaration.name === 'check' && inner.parts.length === 1
                ? checkedOperations(expression.operations)
                : allowedValues(declaration, passed);
        return { candidates: values.map((value) => plainValue(value, passed.name)), replace: plain };
    }
    const listed = isFirst ? listedOperand(place) : undefined;
    const compared = listed ?? comparison(expression)?.operand;
    const literals = compared ? textLiterals(place, compared) : [];
    return { candidates: listed ? notListed(literals, inner) : literals, replace: plain };
}

/** The operations in a string besides the one at the cursor. */
function operationsAround({ text }: CompletionInput, string: Lexeme, at: { start: number; end: number }): string[] {
    // What follows an unclosed quote need not belong to it.
    const end = string.unclosed ? at.end : string.end - 1;
    const others = `${text.slice(string.start + 1, at.start)},${text.slice(at.end, end)}`;
    return others
        .split(',')
        .map((operation) => operation.trim())
        .filter((operation) => operation !== '');
}
