import type { Expr, Operation, PolicyModel, PolicySchema } from '../model/policy.ts';
import { isAuthPath, someExpr, visitExpr } from './expressions.ts';
import type { Permit } from './permit.ts';
import { rulesFor } from './permit.ts';
import type { RowRef } from './world.ts';

/** More ways to fulfil a condition than these nobody writes. */
const MAX_ALTERNATIVES = 32;

/**
 * Whether an actor may do something to a row by what it is and not by the row: `auth().role == 'admin'`. Who may do
 * it to any row gains nothing by making one its own. Being signed in is no such thing.
 * In: the decisions in a world, the schema, the row's model, the operation and the row, which is permitted.
 */
export function isUnrestricted(
    permit: Permit,
    schema: PolicySchema,
    model: PolicyModel,
    operation: Operation,
    row: RowRef,
    except?: string,
): boolean {
    if (rulesFor(model, operation).some(({ effect, condition }) => effect === 'deny' && readsRow(condition))) {
        return false;
    }
    const ids = schema.auth?.idFields ?? [];
    const isOfRole = (expr: Expr): boolean => {
        const [first] = isAuthPath(expr) ? expr.members : [];
        return first !== undefined && !ids.includes(first.name) && first.name !== except;
    };
    return permit
        .allowing(operation, row)
        .flatMap(({ condition }) => alternativesOf(condition))
        .some(
            (parts) =>
                !parts.some(readsRow) &&
                parts.some((part) => someExpr(part, isOfRole)) &&
                parts.every((part) => permit.condition(part, operation, row) === true),
        );
}

/** What has to hold together, for each way to fulfil a condition. */
function alternativesOf(expr: Expr): Expr[][] {
    if (expr.kind === 'or') return [...alternativesOf(expr.left), ...alternativesOf(expr.right)];
    if (expr.kind !== 'and') return [[expr]];
    const [left, right] = [alternativesOf(expr.left), alternativesOf(expr.right)];
    if (left.length * right.length > MAX_ALTERNATIVES) return [[expr]];
    return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

/** Whether a condition reads the row, or something by it. In a predicate over a list of `auth()` names are the element's. */
function readsRow(condition: Expr): boolean {
    let isRead = false;
    visitExpr(condition, (expr, predicates) => {
        if (expr.kind === 'unknown' || (expr.kind === 'call' && expr.function === 'check')) isRead = true;
        if (expr.kind !== 'path') return;
        const { kind } = expr.root;
        isRead ||= kind === 'this' || kind === 'before' || (kind === 'field' && predicates.length === 0);
    });
    return isRead;
}
