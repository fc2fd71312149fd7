import type { Expr } from '../model/policy.ts';
import type { Evaluator } from './evaluate.ts';
import { isAuthItself } from '../model/expressions.ts';
import { mentionsThis } from './expressions.ts';
import type { Binding, Scope } from './scope.ts';
import { RuleThrows, and, not, or, unknowable } from './truth.ts';
import type { Truth, Unknowable } from './truth.ts';
import { isAuthList, isAuthObject } from './world.ts';
import type { AuthValue } from './world.ts';

/** A JavaScript value of ZenStack's `ExpressionEvaluator`; what is missing is null. */
type Value = Exclude<AuthValue, undefined> | Unknowable;

interface ValueScope {
    /** The element at hand, and the model or type that describes it. */
    item: AuthValue;
    type: string | undefined;
    bindings: ReadonlyMap<string, Binding>;
    outer: Scope;
}

/**
 * A predicate over a list of `auth()`. Where it doesn't mention `this` the plugin evaluates it in JavaScript,
 * in which null equals null; else each element's condition becomes a part of the query.
 */
export function evaluateValuePredicate(evaluator: Evaluator, expr: Expr & { kind: 'predicate' }, scope: Scope): Truth {
    const { list } = expr;
    if (list.kind !== 'path') return unknowable('a predicate over something else than a list', expr.span);
    const at: ValueScope = {
        item: scope.item?.value,
        type: scope.item ? scope.model : undefined,
        bindings: scope.bindings,
        outer: scope,
    };
    const found = readPath(evaluator, list, at);
    if (isUnknown(found)) return found;
    if (found === null || found === false || found === 0 || found === '') return null;
    if (!mentionsThis(expr.condition)) {
        const value = evaluate(evaluator, expr, at);
        if (typeof value === 'boolean' || value === null) return value;
        return isUnknown(value) ? value : unknowable('a value where a condition is expected', expr.span);
    }
    if (!isAuthList(found)) throw new RuleThrows('an object was passed where a list is declared', list.span);
    const truths = scopesOf(found, expr, scope).map((each) => evaluator.truth(expr.condition, each));
    const some = truths.reduce<Truth>(or, false);
    if (expr.operator === '?') return some;
    return expr.operator === '!' ? truths.reduce<Truth>(and, true) : not(some);
}

/** Where the condition stands for each element of a list of `auth()`; undefined where there is no list. */
export function elementScopes(
    evaluator: Evaluator,
    expr: Expr & { kind: 'predicate' },
    scope: Scope,
): Scope[] | undefined {
    if (expr.list.kind !== 'path') return undefined;
    const found = readPath(evaluator, expr.list, {
        item: scope.item?.value,
        type: scope.item ? scope.model : undefined,
        bindings: scope.bindings,
        outer: scope,
    });
    return !isUnknown(found) && isAuthList(found) ? scopesOf(found, expr, scope) : undefined;
}

function scopesOf(list: readonly AuthValue[], expr: Expr & { kind: 'predicate' }, scope: Scope): Scope[] {
    return list.map((item) => ({
        operation: scope.operation,
        model: expr.element ?? '',
        thisModel: scope.thisModel,
        ...(scope.thisAlias !== undefined && { thisAlias: scope.thisAlias }),
        item: { value: item },
        bindings: withBinding(scope.bindings, expr, item),
        frames: scope.frames,
        checking: scope.checking,
    }));
}

function withBinding(
    bindings: ReadonlyMap<string, Binding>,
    { binding, element }: Expr & { kind: 'predicate' },
    item: AuthValue,
): ReadonlyMap<string, Binding> {
    if (binding === undefined) return bindings;
    return new Map(bindings).set(binding, { type: element ?? '', alias: element ?? '', value: item ?? null });
}

function isUnknown(value: Value | undefined): value is Unknowable {
    return typeof value === 'object' && value !== null && 'unknown' in value;
}

function evaluate(evaluator: Evaluator, expr: Expr, scope: ValueScope): Value {
    switch (expr.kind) {
        case 'literal':
        case 'enum':
            return expr.value;
        case 'array': {
            const items = expr.items.map((item) => evaluate(evaluator, item, scope));
            return items.find(isUnknown) ?? (items as AuthValue[]);
        }
        case 'path':
            return readPath(evaluator, expr, scope);
        case 'not': {
            const value = evaluate(evaluator, expr.operand, scope);
            return isUnknown(value) ? value : !isTruthy(value);
        }
        case 'and':
        case 'or': {
            const left = evaluate(evaluator, expr.left, scope);
            const right = evaluate(evaluator, expr.right, scope);
            if (isUnknown(left)) return left;
            if (isUnknown(right)) return right;
            if (left === null || right === null) return null;
            const first = isTruthy(left);
            return expr.kind === 'and' ? (first ? right : left) : first ? left : right;
        }
        case 'compare':
            return (
                ofAuthItself(evaluator, expr) ??
                compare(expr, evaluate(evaluator, expr.left, scope), evaluate(evaluator, expr.right, scope))
            );
        case 'predicate':
            return predicate(evaluator, expr, scope);
        case 'call':
            if (expr.function === 'currentModel') return scope.outer.thisModel;
            if (expr.function === 'currentOperation') return scope.outer.operation;
            throw new RuleThrows(`${expr.function}() can't be called for elements of auth()`, expr.span);
        case 'unknown':
            return unknowable(expr.reason, expr.span);
    }
}

/** Whether anything was passed at all. */
function ofAuthItself({ options }: Evaluator, expr: Expr & { kind: 'compare' }): boolean | undefined {
    const { left, right, operator } = expr;
    if (operator !== '==' && operator !== '!=') return undefined;
    const other = isAuthItself(left) ? right : isAuthItself(right) ? left : undefined;
    if (other?.kind !== 'literal' || other.value !== null) return undefined;
    return (operator === '==') === (options.world.auth() === undefined);
}

function compare(expr: Expr & { kind: 'compare' }, left: Value, right: Value): Value {
    if (isUnknown(left)) return left;
    if (isUnknown(right)) return right;
    const { operator } = expr;
    if (operator === 'in') {
        if (left === null || right === null) return null;
        if (!isAuthList(right)) throw new RuleThrows('an object was passed where a list is declared', expr.span);
        return right.includes(left);
    }
    if (operator === '==' || operator === '!=') return (left === right) === (operator === '==');
    if (left === null || right === null) return null;
    if (typeof left === 'object' || typeof right === 'object' || typeof left !== typeof right) {
        return unknowable('values of different types are compared', expr.span);
    }
    return order(left, operator, right);
}

function order(left: string | number | boolean, operator: '<' | '<=' | '>' | '>=', right: typeof left): boolean {
    switch (operator) {
        case '<':
            return left < right;
        case '<=':
            return left <= right;
        case '>':
            return left > right;
        case '>=':
            return left >= right;
    }
}

function predicate(evaluator: Evaluator, expr: Expr & { kind: 'predicate' }, scope: ValueScope): Value {
    const list = evaluate(evaluator, expr.list, scope);
    if (isUnknown(list)) return list;
    if (list === null) return null;
    if (!isAuthList(list)) throw new RuleThrows('an object was passed where a list is declared', expr.list.span);
    const wanted = expr.operator !== '!';
    let unknown: Unknowable | undefined;
    for (const item of list) {
        const value = evaluate(evaluator, expr.condition, {
            item,
            type: expr.element,
            bindings: withBinding(scope.bindings, expr, item),
            outer: scope.outer,
        });
        if (isUnknown(value)) unknown ??= value;
        else if (isTruthy(value) === wanted) return expr.operator === '?';
    }
    return unknown ?? expr.operator !== '?';
}

function isTruthy(value: Exclude<Value, Unknowable>): boolean {
    return value !== null && value !== false && value !== 0 && value !== '';
}

/** Members of `auth()`, of a binding or of the element at hand. Dates are objects there, which equal nothing. */
function readPath(evaluator: Evaluator, expr: Expr & { kind: 'path' }, scope: ValueScope): Value {
    const { root } = expr;
    const names = expr.members.map(({ name }) => name);
    const { world, schema } = evaluator.options;
    if (isAuthItself(expr)) return unknowable('auth() by itself within a list of auth()', expr.span);
    switch (root.kind) {
        case 'auth':
            if (!schema.auth) return unknowable('nothing declares auth()', expr.span);
            return read(evaluator, world.auth(), schema.auth.name, names, expr);
        case 'field': {
            // A binding's name comes before the element's.
            const binding = scope.bindings.get(root.name);
            if (binding?.value !== undefined) return read(evaluator, binding.value, binding.type, names, expr);
            return read(evaluator, scope.item, scope.type, [root.name, ...names], expr);
        }
        case 'binding': {
            const binding = scope.bindings.get(root.name);
            if (binding?.value === undefined)
                throw new RuleThrows(`The binding ${root.name} is not at hand`, expr.span);
            return read(evaluator, binding.value, binding.type, names, expr);
        }
        case 'this':
            return unknowable('this within a list of auth()', expr.span);
        case 'before':
            throw new RuleThrows("before() can't be called for elements of auth()", expr.span);
    }
}

function read(
    evaluator: Evaluator,
    from: AuthValue,
    declaration: string | undefined,
    names: readonly string[],
    expr: Expr,
): Value {
    let value = from;
    let type = declaration;
    for (const name of names) {
        if (value === null || value === undefined) return null;
        if (!isAuthObject(value) || type === undefined) return null;
        const field = evaluator.model(type)?.fields.get(name);
        if (field?.type.name === 'DateTime') return unknowable('a date within a list of auth()', expr.span);
        value = evaluator.options.world.authMember(value, type, name);
        type = field?.type.name;
    }
    return value ?? null;
}
