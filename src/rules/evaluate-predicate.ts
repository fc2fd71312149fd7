import type { Expr } from '../model/policy.ts';
import type { Evaluator } from './evaluate.ts';
import { fieldOf, followRelations, relatedRows } from './evaluate-path.ts';
import { evaluateValuePredicate } from './evaluate-value.ts';
import type { Scope } from './scope.ts';
import { isUnknowable, unknowable } from './truth.ts';
import type { Truth, Unknowable } from './truth.ts';
import type { RowRef } from './world.ts';

/** `list?[…]`: a query over the rows of a relation, or over a list of `auth()`. */
export function evaluatePredicate(evaluator: Evaluator, expr: Expr & { kind: 'predicate' }, scope: Scope): Truth {
    const { list } = expr;
    if (list.kind !== 'path') return unknowable('a predicate over something else than a list', expr.span);
    if (list.root.kind === 'auth' || (scope.item && list.root.kind !== 'this')) {
        return evaluateValuePredicate(evaluator, expr, scope);
    }
    const names = list.members.map(({ name }) => name);
    const { root } = list;
    const binding = root.kind === 'binding' ? scope.bindings.get(root.name) : undefined;
    const path = root.kind === 'field' ? [root.name, ...names] : names;
    const model = root.kind === 'this' ? scope.thisModel : root.kind === 'binding' ? binding?.type : scope.model;
    const alias = root.kind === 'this' ? scope.thisAlias : root.kind === 'binding' ? binding?.alias : scope.alias;
    const last = path.at(-1);
    if (model === undefined || last === undefined) return unknowable('a list that leads nowhere', list.span);
    const holder = followRelations(evaluator, path.slice(0, -1), model, alias, scope.frames, expr);
    const target = fieldOf(evaluator, list, scope)?.relation?.target;
    if (target === undefined) return unknowable('a predicate over something else than a relation', list.span);
    const frames = 'unknown' in holder ? scope.frames : holder.frames;
    const truthFor = (row: RowRef | undefined): Truth => {
        const bindings = new Map(scope.bindings);
        if (expr.binding !== undefined) bindings.set(expr.binding, { type: target, alias: target });
        return evaluator.truth(expr.condition, {
            operation: scope.operation,
            model: target,
            thisModel: scope.thisModel,
            ...(scope.thisAlias !== undefined && { thisAlias: scope.thisAlias }),
            bindings,
            frames: { alias: target, row, ...(frames && { outer: frames }) },
            checking: scope.checking,
        });
    };
    // The condition is part of the query, whether there are rows or not.
    if (evaluator.options.eager) truthFor(undefined);
    if ('unknown' in holder) return holder;
    if (holder.isMissing) return null;
    const rows = relatedRows(evaluator, last, holder.model, holder.alias, holder.frames, expr);
    if ('unknown' in rows) return rows;
    return countTruths(expr.operator, rows, truthFor);
}

/** SQL counts the rows for which the condition is true (for `!`, for which its negation is). */
function countTruths<T>(operator: '?' | '!' | '^', rows: readonly T[], truth: (row: T) => Truth): Truth {
    const wanted = operator !== '!';
    let unknown: Unknowable | undefined;
    for (const row of rows) {
        const value = truth(row);
        if (value === wanted) return operator === '?';
        if (isUnknowable(value)) unknown ??= value;
    }
    return unknown ?? operator !== '?';
}
