import type { Expr, Operation, Scalar } from '../model/policy.ts';
import { relatedRows } from './evaluate-path.ts';
import { evaluateText } from './evaluate-text.ts';
import type { Evaluator } from './evaluate.ts';
import type { Operand, Scope } from './scope.ts';
import { RuleThrows, RuleUnsure, unknowable } from './truth.ts';
import type { Truth, Unknowable } from './truth.ts';

/** A function that is a condition. */
export function evaluateCall(evaluator: Evaluator, expr: Expr & { kind: 'call' }, scope: Scope): Truth {
    switch (expr.function) {
        case 'check':
            return evaluateCheck(evaluator, expr, scope);
        case 'contains':
        case 'startsWith':
        case 'endsWith':
            return evaluateText(evaluator, expr, scope);
        case 'isEmpty': {
            if (evaluator.options.schema.provider === 'postgresql') return unknowable('isEmpty() of a list', expr.span);
            const [list] = expr.args;
            if (list && evaluator.operand(list, scope).value === null) return null;
            // It takes JSON there, no list, which shows only when the database comes to evaluate it.
            throw new RuleUnsure('isEmpty() of a list of auth()', expr.span);
        }
        case 'has':
        case 'hasEvery':
        case 'hasSome':
            if (evaluator.options.schema.provider !== 'postgresql') {
                throw new RuleThrows(
                    `${expr.function}() needs lists in the database, which SQLite and MySQL lack`,
                    expr.span,
                );
            }
            return unknowable(`${expr.function}() of a list`, expr.span);
        default:
            return unknowable(`the function ${expr.function}()`, expr.span);
    }
}

/** A function that gives a value. */
export function evaluateValueCall(evaluator: Evaluator, expr: Expr & { kind: 'call' }, scope: Scope): Operand {
    const [casing] = expr.args;
    switch (expr.function) {
        case 'now':
            return { value: evaluator.options.world.now(), constant: false };
        case 'currentModel':
            return { value: cased(scope.model, casing, expr), constant: false };
        case 'currentOperation':
            return { value: cased(scope.operation, casing, expr), constant: false };
        default:
            return { value: unknowable(`the function ${expr.function}() as a value`, expr.span), constant: false };
    }
}

/** `check(relation, operation)`: what the rules of the other model say of the row behind a relation. */
function evaluateCheck(evaluator: Evaluator, expr: Expr & { kind: 'call' }, scope: Scope): Truth {
    const [relation, named] = expr.args;
    if (relation?.kind !== 'path' || relation.root.kind !== 'field' || relation.members.length > 0 || scope.item) {
        return unknowable('check() of something else than a relation of the model', expr.span);
    }
    if (named && named.kind !== 'literal') return unknowable('check() with a computed operation', expr.span);
    const field = evaluator.model(scope.model)?.fields.get(relation.root.name);
    if (!field?.relation) return unknowable('check() of a name that leads nowhere', expr.span);
    if (field.relation.many) throw new RuleThrows('check() takes to-one relations only', expr.span);
    const operation = (named?.value ?? scope.operation) as Operation;
    const { target } = field.relation;
    if (scope.checking.includes(`${target}:${operation}`)) {
        throw new RuleThrows(`check() goes round in a circle over ${target}`, expr.span);
    }
    const rows = relatedRows(evaluator, relation.root.name, scope.model, scope.alias, scope.frames, expr);
    const row = 'unknown' in rows ? undefined : rows[0];
    // The other's rules are part of the query, whether there is a row or not.
    const value = row || evaluator.options.eager ? evaluator.options.policy(target, operation, row, scope) : null;
    if ('unknown' in rows) return rows;
    return row ? value : null;
}

function cased(text: string, casing: Expr | undefined, expr: Expr): Scalar | Unknowable {
    if (!casing) return text;
    const value = casing.kind === 'literal' ? casing.value : undefined;
    switch (value) {
        case 'original':
            return text;
        case 'upper':
            return text.toUpperCase();
        case 'lower':
            return text.toLowerCase();
        case 'capitalize':
            return text.charAt(0).toUpperCase() + text.slice(1);
        case 'uncapitalize':
            return text.charAt(0).toLowerCase() + text.slice(1);
        default:
            return unknowable('an unknown casing', expr.span);
    }
}
