import type { Expr, RuleTraits } from '../model/policy.ts';
import { childrenOf, isAuthItself, isNullLiteral } from '../model/expressions.ts';

/** Functions of lists, which some databases have none of. */
const LIST_FUNCTIONS: ReadonlySet<string> = new Set(['has', 'hasEvery', 'hasSome', 'isEmpty']);

/**
 * What is to be found somewhere in a condition. In: the condition. Out: what may be there; `mayThrow` is false only
 * where `throwingForms` finds nothing, whatever the names mean.
 */
export function traitsOf(condition: Expr): RuleTraits {
    const traits = {
        hasAnd: false,
        hasOr: false,
        comparesNamesakes: false,
        asksCheck: false,
        mayThrow: false,
        testsElements: false,
        names: [] as string[],
        authMembers: [] as string[],
    };
    look(condition, traits, false, false);
    return traits;
}

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K] };

/** In: what to note it in; whether it stands in a predicate, and in one with `?`. */
function look(expr: Expr, traits: Open<RuleTraits>, isOfElement: boolean, isOfWanted: boolean): void {
    let isInside = isOfElement;
    let isWanted = isOfWanted;
    switch (expr.kind) {
        case 'and':
            traits.hasAnd = true;
            break;
        case 'or':
            traits.hasOr = true;
            break;
        case 'compare': {
            const { left, right } = expr;
            if (isAuthItself(left) ? !isNullLiteral(right) : isAuthItself(right) && !isNullLiteral(left)) {
                traits.mayThrow = true;
            }
            // A list of `auth()`.
            if (expr.operator === 'in' && right.kind === 'path' && right.root.kind === 'auth') traits.mayThrow = true;
            if (isOfElement && isOfRow(left) && isOfRow(right) && lastName(left) === lastName(right)) {
                traits.comparesNamesakes = true;
            }
            if (isOfWanted && isWritten(right)) traits.testsElements = true;
            break;
        }
        case 'array':
            if (expr.items.some(isAuthItself)) traits.mayThrow = true;
            break;
        case 'predicate':
            // Elements of a list of `auth()` are compared in JavaScript, which can do less.
            if (expr.list.kind === 'path' && expr.list.root.kind === 'auth') traits.mayThrow = true;
            isInside = true;
            isWanted = isOfWanted || expr.operator === '?';
            break;
        case 'call':
            if (expr.function === 'check') traits.asksCheck = true;
            if (LIST_FUNCTIONS.has(expr.function)) traits.mayThrow = true;
            break;
        case 'path': {
            const { root, members } = expr;
            if ((root.kind === 'this' || root.kind === 'before') && members.length === 0) traits.mayThrow = true;
            const first = root.kind === 'field' ? root.name : root.kind === 'this' ? members[0]?.name : undefined;
            if (first !== undefined) traits.names.push(first);
            const [member] = members;
            if (root.kind === 'auth' && member && members.length === 1) traits.authMembers.push(member.name);
            break;
        }
        default:
            break;
    }
    for (const child of childrenOf(expr)) look(child, traits, isInside, isWanted);
}

function isWritten({ kind }: Expr): boolean {
    return kind === 'literal' || kind === 'enum' || kind === 'array';
}

/** A path that may begin at the element of a predicate. */
function isOfRow(expr: Expr): expr is Expr & { kind: 'path' } {
    return expr.kind === 'path' && (expr.root.kind === 'field' || expr.root.kind === 'binding');
}

function lastName({ root, members }: Expr & { kind: 'path' }): string | undefined {
    return members.at(-1)?.name ?? (root.kind === 'field' ? root.name : undefined);
}
