import type { Scalar } from '../model/policy.ts';
import type { Span } from '../model/text.ts';

/** What can't be evaluated, with the reason. */
export interface Unknowable {
    unknown: string;
    span?: Span;
}

/** SQL's three truth values (`null` is NULL), or that it can't be told. */
export type Truth = boolean | null | Unknowable;

/**
 * The ORM throws when it evaluates the rule. `inDatabase`: only the database refuses the query, so that nothing happens
 * where the condition is left out of it because a constant decides.
 */
export class RuleThrows extends Error {
    readonly span: Span | undefined;
    readonly inDatabase: boolean;
    constructor(message: string, span?: Span, inDatabase = false) {
        super(message);
        this.span = span;
        this.inDatabase = inDatabase;
    }
}

/** It can't be told whether the ORM throws, or what else comes of a condition, so that nothing can be told of the query. */
export class RuleUnsure extends RuleThrows {
    constructor(message: string, span?: Span) {
        super(message, span, true);
    }
}

export function isUnknowable(value: Scalar | Unknowable): value is Unknowable {
    return typeof value === 'object' && value !== null;
}

export function unknowable(reason: string, span?: Span): Unknowable {
    return span ? { unknown: reason, span } : { unknown: reason };
}

/** SQL's AND. */
export function and(left: Truth, right: Truth): Truth {
    if (left === false || right === false) return false;
    if (isUnknowable(left)) return left;
    if (isUnknowable(right)) return right;
    return left === null || right === null ? null : true;
}

/** SQL's OR. */
export function or(left: Truth, right: Truth): Truth {
    if (left === true || right === true) return true;
    if (isUnknowable(left)) return left;
    if (isUnknowable(right)) return right;
    return left === null || right === null ? null : false;
}

/** SQL's NOT. */
export function not(value: Truth): Truth {
    if (isUnknowable(value) || value === null) return value;
    return !value;
}

/** `coalesce(value, false) = false`: how a deny becomes a condition for access. */
export function isNotTrue(value: Truth): Truth {
    return isUnknowable(value) ? value : value !== true;
}
