import type { Expr, Operation, PolicySchema } from '../model/policy.ts';
import { article, listOf } from './describe.ts';
import { isAuthItself, isNullLiteral } from '../model/expressions.ts';

/** A part of a condition in words. */
export interface Phrase {
    /** What it is about: `actor` follows "users": "whose role is 'admin'"; `row` follows "where": "published is true". */
    about: 'actor' | 'row';
    text: string;
    /** It says only that someone is signed in, or only that nobody is. */
    only?: 'signed-in' | 'anonymous';
    /** It is decided by the rules of a parent: `check()`. */
    byParent?: true;
}

/** What words need to know. */
export interface Wording {
    schema: PolicySchema;
    /** The operations that the rule is for. */
    operations: readonly Operation[];
    /** The source of an expression, on one line. */
    textOf: (expr: Expr) => string;
}

/** What the names at a place belong to. */
interface Place {
    /** Within a predicate, bare names are those of its element. */
    isWithin: boolean;
}

const TOP: Place = { isWithin: false };

/** The parts that `&&` joins; `!` is moved inwards, as it may be in three-valued logic. */
export function conjunctsOf(expr: Expr, isNegated = false): { expr: Expr; isNegated: boolean }[] {
    if (expr.kind === 'not') return conjunctsOf(expr.operand, !isNegated);
    if (expr.kind === (isNegated ? 'or' : 'and')) {
        const { left, right } = expr;
        return [...conjunctsOf(left, isNegated), ...conjunctsOf(right, isNegated)];
    }
    return [{ expr, isNegated }];
}

/** The parts that `||` joins. */
export function disjunctsOf(expr: Expr, isNegated = false): { expr: Expr; isNegated: boolean }[] {
    if (expr.kind === 'not') return disjunctsOf(expr.operand, !isNegated);
    if (expr.kind === (isNegated ? 'and' : 'or')) {
        const { left, right } = expr;
        return [...disjunctsOf(left, isNegated), ...disjunctsOf(right, isNegated)];
    }
    return [{ expr, isNegated }];
}

/** A condition without `||` or `&&` at its top, in words. What has no words is shown as it is written. */
export function phraseOf(expr: Expr, isNegated: boolean, wording: Wording, place: Place = TOP): Phrase {
    switch (expr.kind) {
        case 'and':
        case 'or':
        case 'not':
            return groupOf(expr, isNegated, wording, place);
        case 'compare':
            return comparison(expr, isNegated, wording, place);
        case 'path': {
            const text = `is ${isNegated ? 'not ' : ''}true`;
            return isAuthMember(expr)
                ? { about: 'actor', text: `whose ${authName(expr)} ${text}` }
                : { about: 'row', text: `${rowName(expr, place)} ${text}` };
        }
        case 'predicate':
            return predicate(expr, isNegated, wording, place);
        case 'call':
            return call(expr, isNegated, wording, place);
        case 'literal':
            return { about: 'row', text: String(expr.value === !isNegated) };
        case 'unknown':
            return { about: 'row', text: `something holds that can't be read: ${expr.reason}` };
        default:
            return written(expr, isNegated, wording);
    }
}

function groupOf(expr: Expr, isNegated: boolean, wording: Wording, place: Place): Phrase {
    const isOr = disjunctsOf(expr, isNegated).length > 1;
    const parts = isOr ? disjunctsOf(expr, isNegated) : conjunctsOf(expr, isNegated);
    const phrases = parts.map((part) => phraseOf(part.expr, part.isNegated, wording, place));
    const isAboutActor = phrases.every(({ about }) => about === 'actor');
    const texts = phrases.map((phrase) => (isAboutActor ? phrase.text : asCondition(phrase)));
    return { about: isAboutActor ? 'actor' : 'row', text: `(${texts.join(isOr ? ' or ' : ' and ')})` };
}

/** A phrase as a sentence of its own: "the user's role is 'admin'". */
export function asCondition({ about, text }: Phrase): string {
    if (about === 'row') return text;
    if (text.startsWith('whose ')) return `the user's ${text.slice('whose '.length)}`;
    if (text.startsWith('who are ')) return `the user is ${text.slice('who are '.length)}`;
    if (text.startsWith('who have ')) return `the user has ${text.slice('who have '.length)}`;
    if (text.startsWith('who ')) return `the user ${text.slice('who '.length)}`;
    return text.startsWith('without ') ? `the user has no ${text.slice('without '.length)}` : `the user is one ${text}`;
}

const ORDER: Readonly<Record<string, [is: string, isNot: string]>> = {
    '==': ['is', 'is not'],
    '!=': ['is not', 'is'],
    '<': ['is less than', 'is not less than'],
    '<=': ['is at most', 'is not at most'],
    '>': ['is more than', 'is not more than'],
    '>=': ['is at least', 'is not at least'],
};
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function comparison(expr: Expr & { kind: 'compare' }, isNegated: boolean, wording: Wording, place: Place): Phrase {
    if (expr.operator === 'in') return membership(expr, isNegated, wording, place);
    const isSwapped = !isAuthPath(expr.left) && (isAuthPath(expr.right) || isNullLiteral(expr.left));
    const isFormer = (side: Expr): boolean => side.kind === 'path' && side.root.kind === 'before';
    const [left, right] =
        isSwapped || (isFormer(expr.left) && expr.right.kind === 'path' && !isAuthPath(expr.right))
            ? [expr.right, expr.left]
            : [expr.left, expr.right];
    const operator = left === expr.right ? (MIRRORED[expr.operator] ?? expr.operator) : expr.operator;
    const verb = ORDER[operator]?.[isNegated ? 1 : 0] ?? operator;
    const isEqual = verb === 'is';
    if (isAuthItself(left)) {
        if (isNullLiteral(right)) {
            return isEqual
                ? { about: 'actor', text: 'who are not signed in', only: 'anonymous' }
                : { about: 'actor', text: 'who are signed in', only: 'signed-in' };
        }
        const name = valueText(right, wording, place);
        if (name === undefined) return written(expr, isNegated, wording);
        return { about: 'actor', text: `who are ${isEqual ? '' : 'not '}${name}` };
    }
    if (isAuthPath(left)) {
        const name = authName(left);
        if (isNullLiteral(right)) {
            return { about: 'actor', text: isEqual ? `without ${article(name)}` : `who have ${article(name)}` };
        }
        const value = valueText(right, wording, place);
        if (value === undefined) return written(expr, isNegated, wording);
        const isSame = value.endsWith(`'s ${lastName(left)}`) && right.kind === 'path';
        const short = isSame ? value.slice(0, -lastName(left).length - 1) : value;
        return { about: 'actor', text: `whose ${name} ${verb} ${short}` };
    }
    const name = valueText(left, wording, place, true);
    const value = isNullLiteral(right) ? 'missing' : valueText(right, wording, place, true);
    if (name === undefined || value === undefined) return written(expr, isNegated, wording);
    return { about: 'row', text: `${name} ${verb} ${value}` };
}

function membership(expr: Expr & { kind: 'compare' }, isNegated: boolean, wording: Wording, place: Place): Phrase {
    const { left, right } = expr;
    const values = right.kind === 'array' ? right.items.map((item) => valueText(item, wording, place)) : undefined;
    const several = values?.every((value) => value !== undefined)
        ? values.length > 1
            ? `${values.slice(0, -1).join(', ')} ${isNegated ? 'nor' : 'or'} ${values.at(-1) ?? ''}`
            : values.join()
        : undefined;
    if (isAuthPath(left) && !isAuthItself(left)) {
        if (several !== undefined) {
            const is = isNegated ? (values && values.length > 1 ? 'is neither' : 'is not') : 'is';
            return { about: 'actor', text: `whose ${authName(left)} ${is} ${several}` };
        }
        const list = valueText(right, wording, place);
        if (list !== undefined && right.kind === 'path') {
            return { about: 'actor', text: `whose ${authName(left)} is ${isNegated ? 'not ' : ''}in ${list}` };
        }
    }
    const name = valueText(left, wording, place);
    if (name !== undefined && isAuthPath(right)) {
        const has = isNegated ? 'do not contain' : 'contain';
        return { about: 'actor', text: `whose ${authName(right)} ${has} ${name}` };
    }
    if (left.kind === 'path' && several !== undefined) {
        const is = isNegated ? (values && values.length > 1 ? 'is neither' : 'is not') : 'is';
        return { about: 'row', text: `${rowName(left, place)} ${is} ${several}` };
    }
    return written(expr, isNegated, wording);
}

const QUANTITY = {
    '?': ['one of', 'none of'],
    '!': ['all of', 'not all of'],
    '^': ['none of', 'one of'],
} as const;

function predicate(expr: Expr & { kind: 'predicate' }, isNegated: boolean, wording: Wording, place: Place): Phrase {
    const { list, condition, operator } = expr;
    if (list.kind !== 'path') return written(expr, isNegated, wording);
    const quantity = QUANTITY[operator][isNegated ? 1 : 0];
    const ofAuth = isAuthPath(list);
    const within: Place = { isWithin: true };
    const parts = conjunctsOf(condition);
    const phrases = parts.map((part) => ({ part, phrase: phraseOf(part.expr, part.isNegated, wording, within) }));
    const such = phrases.map(({ phrase }) => asCondition(phrase)).join(' and ');
    if (ofAuth) {
        const text =
            quantity === 'all of' || quantity === 'not all of'
                ? `whose ${authName(list)} are ${quantity.replace(' of', '')} such that ${such}`
                : `who have among their ${authName(list)} ${quantity.replace(' of', '')} where ${such}`;
        return { about: 'actor', text };
    }
    const own = rowName(list, place);
    const at = phrases.findIndex(({ part }) => !part.isNegated && isSubject(part.expr, wording.schema));
    if (at === -1 || operator === '!') {
        const are = quantity === 'all of' || quantity === 'not all of' ? 'are' : 'is';
        return {
            about: 'row',
            text: `${quantity} ${place.isWithin ? possessed(own) : `its ${own}`} ${are} such that ${such}`,
        };
    }
    const others = phrases.filter((_, index) => index !== at).map(({ phrase }) => asCondition(phrase));
    const as = others.length > 0 ? ` where ${others.join(' and ')}` : '';
    return { about: 'actor', text: `who are ${quantity === 'none of' ? 'not ' : ''}one of ${possessed(own)}${as}` };
}

/** "the row's members" of a bare name, a longer description as it is. */
function possessed(name: string): string {
    return name.startsWith('the ') ? name : `the row's ${name}`;
}

/** Whether a condition says that an element is, or refers to, who asks. */
function isSubject(expr: Expr, { auth }: PolicySchema): boolean {
    if (expr.kind !== 'compare' || expr.operator !== '==') return false;
    const side = [expr.left, expr.right].find(isAuthPath);
    const other = side === expr.left ? expr.right : expr.left;
    if (side?.kind !== 'path' || other.kind !== 'path' || isAuthPath(other)) return false;
    return isAuthItself(side) || (side.members.length === 1 && auth?.idFields.includes(lastName(side)) === true);
}

const TEXT_VERBS: Readonly<Record<string, [does: string, doesNot: string]>> = {
    contains: ['contains', 'does not contain'],
    startsWith: ['starts with', 'does not start with'],
    endsWith: ['ends with', 'does not end with'],
    has: ['has', 'does not have'],
    hasSome: ['has some of', 'has none of'],
    hasEvery: ['has all of', 'does not have all of'],
};

function call(expr: Expr & { kind: 'call' }, isNegated: boolean, wording: Wording, place: Place): Phrase {
    const [first, second] = expr.args;
    if (expr.function === 'check' && first?.kind === 'path') {
        const relation = possessed(rowName(first, place));
        const may = `who may ${isNegated ? 'not ' : ''}`;
        if (second?.kind === 'literal')
            return { about: 'actor', text: `${may}${String(second.value)} ${relation}`, byParent: true };
        const [only, ...others] = wording.operations;
        const what = only !== undefined && others.length === 0 && only !== 'post-update' ? only : 'do the same to';
        return { about: 'actor', text: `${may}${what} ${relation}`, byParent: true };
    }
    if (expr.function === 'isEmpty' && first?.kind === 'path' && !isAuthPath(first)) {
        return { about: 'row', text: `${rowName(first, place)} is ${isNegated ? 'not ' : ''}empty` };
    }
    const verb = TEXT_VERBS[expr.function]?.[isNegated ? 1 : 0];
    if (verb === undefined || !first || !second) return written(expr, isNegated, wording);
    const value = second.kind === 'array' ? undefined : valueText(second, wording, place);
    if (value === undefined) return written(expr, isNegated, wording);
    if (isAuthMember(first)) return { about: 'actor', text: `whose ${authName(first)} ${verb} ${value}` };
    const name = valueText(first, wording, place, true);
    if (name === undefined) return written(expr, isNegated, wording);
    return { about: 'row', text: `${name} ${verb} ${value}` };
}

/** What has no words. */
function written(expr: Expr, isNegated: boolean, { textOf }: Wording): Phrase {
    return { about: 'row', text: `\`${textOf(expr)}\`${isNegated ? ' does not hold' : ' holds'}` };
}

/** A value in words; `isBare`: of the row's own fields only the name. */
function valueText(expr: Expr, wording: Wording, place: Place, isBare = false): string | undefined {
    switch (expr.kind) {
        case 'literal':
            return typeof expr.value === 'string'
                ? `'${expr.value}'`
                : expr.value === null
                  ? 'missing'
                  : String(expr.value);
        case 'enum':
            return expr.value;
        case 'path': {
            if (isAuthItself(expr)) return 'the user';
            if (expr.root.kind === 'auth') return `the user's ${authName(expr)}`;
            const name = rowName(expr, place);
            return isBare ? name : place.isWithin && expr.root.kind === 'field' ? `its ${name}` : possessed(name);
        }
        case 'call':
            return `\`${wording.textOf(expr)}\``;
        default:
            return undefined;
    }
}

/** Names of members below something of `auth()`. */
function authName(expr: Expr): string {
    return expr.kind === 'path' ? expr.members.map(({ name }) => name).join('.') : '';
}

/** How something of a row is called: bare for fields of the model at hand. */
function rowName({ root, members }: Expr & { kind: 'path' }, place: Place): string {
    const names = members.map(({ name }) => name);
    switch (root.kind) {
        case 'field':
            return [root.name, ...names].join('.');
        case 'this':
            if (names.length === 0) return 'the row itself';
            return place.isWithin ? `the row's ${names.join('.')}` : names.join('.');
        case 'before':
            return names.length === 0 ? 'the row before the update' : `the former ${names.join('.')}`;
        case 'binding':
            return names.length === 0 ? root.name : `${root.name}'s ${names.join('.')}`;
        default:
            return names.join('.');
    }
}

function lastName({ members }: Expr & { kind: 'path' }): string {
    return members.at(-1)?.name ?? '';
}

function isAuthPath(expr: Expr): expr is Expr & { kind: 'path' } {
    return expr.kind === 'path' && expr.root.kind === 'auth';
}

function isAuthMember(expr: Expr): expr is Expr & { kind: 'path' } {
    return isAuthPath(expr) && expr.members.length > 0;
}

/** Parts of a description joined: "a, b and c". */
export function joined(parts: readonly string[]): string {
    return parts.some((part) => part.includes(' and ')) && parts.length > 1 ? parts.join(', and ') : listOf(parts);
}
