import type { Operation, Scalar } from '../model/policy.ts';
import type { Unknowable } from './truth.ts';
import type { AuthValue, RowRef } from './world.ts';

/** A table in the FROM of a query around an expression; inner ones hide outer ones of the same name. */
export interface Frame {
    alias: string;
    /** Undefined where there is none: then only what throws is of interest. */
    row: RowRef | undefined;
    outer?: Frame;
}

/** What a name in `list?[name, …]` stands for: an element of a list of `auth()`, or a row of a table. */
export interface Binding {
    type: string;
    alias: string;
    value?: AuthValue;
}

/** Where an expression stands; the names follow ZenStack's `ExpressionTransformerContext`. */
export interface Scope {
    operation: Operation;
    /** The model that bare names belong to. */
    model: string;
    alias?: string;
    /** The model that `this` is a row of. */
    thisModel: string;
    thisAlias?: string;
    /** The element of a list of `auth()`, when bare names belong to one. */
    item?: { value: AuthValue };
    bindings: ReadonlyMap<string, Binding>;
    frames: Frame | undefined;
    /** Policies under evaluation, `model:operation`: a circle of `check()` never ends. */
    checking: readonly string[];
}

/** An operand. `constant`: known when the query is written, so that `== NULL` becomes `IS NULL`. */
export interface Operand {
    value: Scalar | readonly Scalar[] | Unknowable;
    constant: boolean;
    /** A query for a column that finds no row, or a list of nothing else. */
    isEmpty?: boolean;
}

export function isList(value: Operand['value']): value is readonly Scalar[] {
    return Array.isArray(value);
}

/** The row of the innermost table of a name; undefined where there is none. */
export function findFrame(frames: Frame | undefined, alias: string): RowRef | undefined {
    for (let at = frames; at; at = at.outer) if (at.alias === alias) return at.row;
    return undefined;
}
