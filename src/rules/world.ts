import type { Scalar } from '../model/policy.ts';

/** A row of a world; only the world knows what is in it. */
export interface RowRef {
    readonly model: string;
}

/** An object within what was passed to `$setAuth`. */
export interface AuthObject {
    readonly isAuthObject: true;
}

/** What is read from `auth()`; `undefined` when the property is missing, which rules don't tell from null. */
export type AuthValue = Scalar | undefined | AuthObject | readonly AuthValue[];

/** One state of a database and one request: what the evaluation of a rule may ask for. */
export interface World {
    /** The object passed to `$setAuth`; undefined for an anonymous request. */
    auth(): AuthObject | undefined;
    /** A property of an object. `declaration` is the model or type that describes it. */
    authMember(object: AuthObject, declaration: string, name: string): AuthValue;
    /** A column of a row; dates as milliseconds since 1970. */
    column(row: RowRef, field: string): Scalar;
    /** The row at the other end of a to-one relation, from either side. */
    toOne(row: RowRef, relation: string): RowRef | undefined;
    /** The rows at the other end of a to-many relation. */
    toMany(row: RowRef, relation: string): readonly RowRef[];
    /** Every row of a model; undefined when the world can't tell. */
    all(model: string): readonly RowRef[] | undefined;
    /** The present, in milliseconds since 1970. */
    now(): number;
}

export function isAuthObject(value: AuthValue): value is AuthObject {
    return typeof value === 'object' && value !== null && 'isAuthObject' in value;
}

export function isAuthList(value: AuthValue): value is readonly AuthValue[] {
    return Array.isArray(value);
}
