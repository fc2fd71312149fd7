import type { Scalar } from '../model/policy.ts';
import type { Evaluator } from './evaluate.ts';
import { unknowable } from './truth.ts';
import type { Unknowable } from './truth.ts';
import { isAuthList, isAuthObject } from './world.ts';
import type { AuthObject, AuthValue } from './world.ts';

/** A member of what was passed, as `valueMemberAccess` reads it: whatever is missing is null. */
export function authOperand(
    evaluator: Evaluator,
    object: AuthObject | undefined,
    declaration: string,
    names: readonly string[],
): Scalar | readonly Scalar[] | Unknowable {
    const found = authValue(evaluator, object, declaration, names);
    if (found === undefined) return null;
    if (found === null) return nullOf(evaluator, declaration, names);
    if (isAuthList(found)) {
        return found.every(isScalar) ? found : unknowable('a list of objects of auth() as a value');
    }
    return isAuthObject(found) ? unknowable('an object of auth() as a value') : found;
}

/** A member of an element of a list of `auth()`; null where the element is no object. */
export function elementMember(
    evaluator: Evaluator,
    element: AuthValue,
    declaration: string,
    names: readonly string[],
): Scalar | readonly Scalar[] | Unknowable {
    return isAuthObject(element) ? authOperand(evaluator, element, declaration, names) : null;
}

/** SQLite's and MySQL's `transformInput` make false of a null that is given for a Boolean, not of a missing one. */
function nullOf(evaluator: Evaluator, declaration: string, names: readonly string[]): Scalar {
    if (evaluator.options.schema.provider === 'postgresql') return null;
    let type = evaluator.model(declaration);
    for (const name of names.slice(0, -1)) type = evaluator.model(type?.fields.get(name)?.type.name ?? '');
    return type?.fields.get(names.at(-1) ?? '')?.type.name === 'Boolean' ? false : null;
}

/** The value behind a path of members of `auth()`, or of an element of one of its lists. */
export function authValue(
    evaluator: Evaluator,
    object: AuthObject | undefined,
    declaration: string,
    names: readonly string[],
): AuthValue {
    let value: AuthValue = object;
    let type: string | undefined = declaration;
    for (const name of names) {
        if (!isAuthObject(value) || type === undefined) return undefined;
        value = evaluator.options.world.authMember(value, type, name);
        type = evaluator.model(type)?.fields.get(name)?.type.name;
    }
    return value;
}

function isScalar(value: AuthValue): value is Scalar {
    return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
