import type { FieldView } from '../../model/schema-view.ts';
import { authMember } from './auth-members.ts';
import type { Candidate } from './candidate.ts';
import { ranked } from './candidate.ts';
import { lastChain, mayCallBefore } from './expression-place.ts';
import type { ExpressionPlace } from './expression-place.ts';
import { functionCandidates } from './functions.ts';
import { fieldCandidate, isScalar, memberRank, ruleRank } from './rank.ts';
import { fieldsInScope, resolveChain } from './scope.ts';
import type { Operand, Scope } from './scope.ts';

/** The predicates over lists: their meaning, and what they make of an empty list. */
const QUANTIFIERS = [
    ['?', 'at least one element', 'False for an empty list.'],
    ['!', 'every element', 'True for an empty list, too.'],
    ['^', 'no element', 'True for an empty list, too.'],
] as const;

/** What may follow a dot. `fits`: which members of `auth()` may stand there. */
export function afterDot(place: ExpressionPlace, fits: (member: FieldView) => boolean = () => true): Candidate[] {
    const chain = lastChain(place.sequence);
    if (!chain) return [];
    const operand = resolveChain({ ...chain, negated: false }, place.scope);
    const { declaration } = operand;
    if (operand.type?.array) return declaration ? predicates(place, { start: chain.end, end: place.start }) : [];
    if (!declaration) return [];
    switch (operand.kind) {
        case 'auth':
            return ranked(
                declaration.fields.filter(fits).map((field) => ({
                    rank: memberRank(field, declaration),
                    candidate: authMember(field, place.input),
                })),
            );
        case 'before':
            // Relations can't be read from the row as it was.
            return mayCallBefore(place) ? sortedMembers(declaration.fields.filter(isScalar)) : [];
        case 'this':
            return declaration.kind === 'type' ? [] : sortedMembers(declaration.fields);
        case 'binding':
        case 'value':
            // Members of a type can be read only from `auth()`, or within a type.
            if (declaration.kind === 'type' && !operand.viaAuth && place.scope.holder.kind !== 'type') return [];
            return sortedMembers(declaration.fields);
        case 'null':
        case 'unknown':
            return [];
    }
}

function sortedMembers(fields: readonly FieldView[]): Candidate[] {
    return ranked(fields.map((field) => ({ rank: ruleRank(field), candidate: fieldCandidate(field) })));
}

/** The predicates that may follow a list; `replace`: the dot that was typed instead. */
function predicates({ scope }: ExpressionPlace, replace?: { start: number; end: number }): Candidate[] {
    return QUANTIFIERS.map(([quantifier, meaning, empty]) => ({
        label: `${quantifier}[…]`,
        kind: 'operator' as const,
        detail: meaning,
        documentation: `True when ${meaning} of the list fulfils the condition. ${empty} A bare name between the brackets is the element's; \`this.\` reaches ${scope.holder.name}.`,
        insert: `${quantifier}[$0]`,
        isSnippet: true,
        filter: replace ? `.${quantifier}` : quantifier,
        again: true,
        ...(replace && { replace }),
    }));
}

const ORDERED = new Set(['Int', 'BigInt', 'Float', 'Decimal', 'DateTime']);
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

const MEANINGS: Readonly<Record<string, string>> = {
    '==': 'equal',
    '!=': 'not equal',
    '<': 'less than',
    '<=': 'at most',
    '>': 'greater than',
    '>=': 'at least',
    in: 'one of a list',
    '&&': 'and',
    '||': 'or',
};

/** What may follow an operand. `isSpaced`: white space stands before the cursor. */
export function afterOperand(place: ExpressionPlace, isSpaced: boolean): Candidate[] {
    const chain = lastChain(place.sequence);
    if (!chain) return [];
    const { parts } = place.sequence;
    const joined = parts.findLastIndex(
        (part) => part.kind === 'operator' && (part.text === '&&' || part.text === '||'),
    );
    const compared = parts.slice(joined + 1).some((part) => part.kind === 'operator' && COMPARISONS.has(part.text));
    const operand = resolveChain(chain, place.scope);
    const isList = operand.type?.array ?? false;
    if (!compared && isList && operand.declaration) return predicates(place);
    const used = parts.flatMap((part) => (part.kind === 'operator' ? [part.text] : []));
    const texts = compared ? joiners(used) : operatorsFor(operand, joiners(used));
    return texts.map((text) => {
        const others = { '&&': '||', '||': '&&' }[text];
        const mixes = others !== undefined && used.includes(others);
        return {
            label: text,
            kind: 'operator' as const,
            detail: MEANINGS[text] ?? '',
            ...(mixes && { note: `mixed with ${others}` }),
            documentation: mixes
                ? `ZenStack gives \`&&\` and \`||\` equal precedence and reads them from left to right. Put parentheses around the parts.`
                : `${MEANINGS[text] ?? ''}${text === 'in' ? ": `role in ['owner', 'admin']`" : ''}`,
            insert: `${isSpaced ? '' : ' '}${text} `,
            filter: `${isSpaced ? '' : ' '}${text}`,
            again: true,
        };
    });
}

/** What joins conditions; the one that is used already comes first, since the two don't mix. */
function joiners(used: readonly string[]): string[] {
    return used.includes('||') && !used.includes('&&') ? ['||', '&&'] : ['&&', '||'];
}

function operatorsFor({ kind, type }: Operand, joining: string[]): string[] {
    if (kind === 'auth' || kind === 'this' || type?.kind === 'model') return ['==', '!='];
    if (kind === 'null' || kind === 'before' || kind === 'binding') return [];
    if (kind === 'unknown' || !type) return ['==', '!=', ...joining];
    if (type.array) return ['==', '!='];
    if (type.kind === 'builtin' && type.name === 'Boolean') return [...joining, '==', '!='];
    if (type.kind === 'builtin' && ORDERED.has(type.name)) return ['==', '!=', '>', '>=', '<', '<=', 'in'];
    if (type.kind === 'builtin' && ['Json', 'Bytes'].includes(type.name)) return ['==', '!='];
    return ['==', '!=', 'in'];
}

/** What an expression, or a part of it after `&&`, `||` or `!`, may begin with. */
export function atStart(place: ExpressionPlace): Candidate[] {
    const { scope, context } = place;
    const isRule = context === 'AccessPolicy';
    const inPredicate = scope.element !== undefined;
    const fields = fieldsInScope(scope).filter((field) => isRule || field.type.kind !== 'model');
    return ranked([
        // What most rules begin with; within a predicate the element comes first.
        ...(isRule ? [{ rank: inPredicate ? 30 : 0, candidate: authCandidate(scope) }] : []),
        ...fields.map((field) => ({ rank: ruleRank(field), candidate: fieldCandidate(field) })),
        ...(isRule ? aroundPredicate(scope) : []),
        ...(isRule && !inPredicate && scope.holder.kind !== 'type'
            ? [{ rank: 12, candidate: thisCandidate(scope) }]
            : []),
        ...functionCandidates(place, 'Boolean'),
        ...(isRule && !inPredicate && place.sequence.parts.length === 0
            ? [
                  { rank: 6, candidate: literal('true', 'everyone, also without signing in') },
                  { rank: 14, candidate: literal('false', 'nobody') },
              ]
            : []),
    ]);
}

/** `auth()` as a value. */
export function authCandidate({ view, library }: Scope): Candidate {
    const declaration = view.auth?.declaration;
    const documentation = library.functions.find(({ name }) => name === 'auth')?.documentation;
    return {
        label: 'auth()',
        kind: 'function',
        detail: declaration ? `${declaration.name}?` : 'what the application passes to $setAuth',
        ...(documentation !== undefined && { documentation }),
        insert: 'auth()',
        filter: 'auth',
    };
}

function thisCandidate({ holder }: Scope): Candidate {
    return {
        label: 'this',
        kind: 'keyword',
        detail: holder.name,
        documentation: `The row that the rule is about, of \`${holder.name}\`.`,
        insert: 'this',
    };
}

/** Within a predicate: the way to the row that the rule is about, and to the elements of predicates around. */
function aroundPredicate({ element, holder, bindings }: Scope): { rank: number; candidate: Candidate }[] {
    if (!element) return [];
    const names = [...bindings].map(([name, declaration]) => ({
        rank: 21,
        candidate: {
            label: `${name}.`,
            kind: 'binding' as const,
            detail: declaration ? `an element, ${declaration.name}` : 'an element',
            documentation: 'The element under the name that the predicate gives it.',
            insert: `${name}.`,
            filter: name,
            again: true,
        },
    }));
    if (holder.kind === 'type') return names;
    const outer: Candidate = {
        label: 'this.',
        kind: 'keyword',
        detail: `the row that the rule is about, ${holder.name}`,
        documentation: `A bare name within the brackets is the element's. \`this.\` reaches the fields of \`${holder.name}\`.`,
        insert: 'this.',
        filter: 'this',
        again: true,
    };
    return [{ rank: 20, candidate: outer }, ...names];
}

/** A literal to complete. */
export function literal(text: string, detail: string, documentation?: string): Candidate {
    return { label: text, kind: 'value', detail, insert: text, ...(documentation !== undefined && { documentation }) };
}
