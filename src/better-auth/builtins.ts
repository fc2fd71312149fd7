import ts from 'typescript';
import { callClosure } from './closures.ts';
import type { Evaluation } from './evaluation.ts';
import { evaluateArray, spreadInto } from './literals.ts';
import { shortText } from './operators.ts';
import { findDeclaration, unwrap } from './scope.ts';
import { ArrayValue, Closure, ObjectValue, UnknownValue, entriesOf, itemsOf, truthiness } from './values.ts';
import type { Frame, Value } from './values.ts';

/**
 * Calls methods of the language itself that configurations use to put objects and lists together.
 * In: a call. Out: its value, or undefined when it is no such method or its result cannot be told.
 */
export function evaluateBuiltin(
    evaluation: Evaluation,
    node: ts.CallExpression,
    evaluate: (node: ts.Expression) => Value,
    frame: Frame | undefined,
): { value: Value } | undefined {
    const callee = unwrap(node.expression);
    const first = node.arguments[0];
    if (ts.isIdentifier(callee)) {
        const isConversion = ['Boolean', 'String', 'Number'].includes(callee.text);
        return isConversion && first !== undefined && findDeclaration(callee) === undefined
            ? { value: convert(callee.text, evaluate(first), node) }
            : undefined;
    }
    if (!ts.isPropertyAccessExpression(callee)) {
        return undefined;
    }
    const method = callee.name.text;
    if (ts.isIdentifier(callee.expression) && findDeclaration(callee.expression) === undefined) {
        return callee.expression.text === 'Object' ? objectMethod(method, node, evaluate) : undefined;
    }
    if (!['concat', 'filter', 'map', 'flat', 'join', 'includes'].includes(method)) {
        return undefined;
    }
    const items = itemsOf(evaluate(callee.expression), node);
    return items && arrayMethod(evaluation, method, items, node, evaluate, frame);
}

function objectMethod(
    method: string,
    node: ts.CallExpression,
    evaluate: (node: ts.Expression) => Value,
): { value: Value } | undefined {
    const args = argumentsOf(node, evaluate);
    if (method === 'freeze' || method === 'seal') {
        return { value: args[0] };
    }
    if (method === 'assign') {
        const result = new ObjectValue(node);
        args.forEach((each) => {
            spreadInto(result, each, node);
        });
        return { value: result };
    }
    const known = entriesOf(args[0], node);
    if (known?.rest.length !== 0) {
        return undefined;
    }
    const entries = [...known.entries];
    switch (method) {
        case 'keys':
            return { value: new ArrayValue(entries.map(([key, entry]) => ({ value: key, node: entry.node }))) };
        case 'values':
            return { value: new ArrayValue(entries.map(([, entry]) => entry)) };
        default:
            return undefined;
    }
}

function arrayMethod(
    evaluation: Evaluation,
    method: string,
    items: ArrayValue['items'],
    node: ts.CallExpression,
    evaluate: (node: ts.Expression) => Value,
    frame: Frame | undefined,
): { value: Value } | undefined {
    const first = node.arguments[0];
    if (method === 'concat') {
        const added = evaluateArray(node.arguments, evaluate).items;
        return { value: new ArrayValue([...items, ...added.flatMap((item) => flatten(item))]) };
    }
    if (method === 'flat' && first === undefined) {
        return { value: new ArrayValue(items.flatMap((item) => flatten(item))) };
    }
    if (first === undefined) {
        return undefined;
    }
    const unknown = items.map(({ value }) => value).find((each) => each instanceof UnknownValue);
    if (method === 'join' || method === 'includes') {
        const argument = evaluate(first);
        const plain = items.map(({ value }) => value).filter((each) => typeof each !== 'object');
        if (unknown !== undefined || plain.length !== items.length || argument instanceof UnknownValue) {
            return undefined;
        }
        return { value: method === 'join' ? plain.join(String(argument)) : plain.includes(argument) };
    }
    const callback = unwrap(first);
    const isBoolean = ts.isIdentifier(callback) && callback.text === 'Boolean';
    const closure = isBoolean ? undefined : evaluate(callback);
    const run = (item: ArrayValue['items'][number]): Value =>
        closure instanceof Closure ? callClosure(evaluation, closure, [item.value], node, frame) : item.value;
    if (closure !== undefined && !(closure instanceof Closure)) {
        return undefined;
    }
    if (method === 'map') {
        return isBoolean
            ? undefined
            : { value: new ArrayValue(items.map((item) => ({ value: run(item), node: item.node }))) };
    }
    return { value: new ArrayValue(items.flatMap((item) => keepItem(item, run(item), isBoolean))) };
}

function keepItem(item: ArrayValue['items'][number], verdict: Value, isBoolean: boolean): ArrayValue['items'] {
    const keep = truthiness(verdict);
    if (keep === undefined && !isBoolean && verdict instanceof UnknownValue) {
        const value = new UnknownValue(`a filter decides about it: ${verdict.reason}`, item.node, { spread: true });
        return [{ value, node: item.node }];
    }
    return keep === false ? [] : [item];
}

function flatten(item: ArrayValue['items'][number]): ArrayValue['items'] {
    const nested = itemsOf(item.value, item.node);
    if (nested !== undefined) {
        return nested;
    }
    return item.value instanceof UnknownValue
        ? [{ value: new UnknownValue(item.value.reason, item.value.node, { spread: true }), node: item.node }]
        : [item];
}

function convert(name: string, value: Value, node: ts.CallExpression): Value {
    if (name === 'Boolean') {
        return truthiness(value) ?? unknownResult(value, node);
    }
    if (value instanceof UnknownValue || (typeof value === 'object' && value !== null) || typeof value === 'function') {
        return unknownResult(value, node);
    }
    return name === 'String' ? String(value) : Number(value);
}

function unknownResult(value: Value, node: ts.CallExpression): UnknownValue {
    return value instanceof UnknownValue
        ? new UnknownValue(value.reason, value.node)
        : new UnknownValue(`"${shortText(node)}" cannot be read without running it`, node);
}

/** In: a call. Out: its evaluated arguments; an unknown spread is one unknown argument. */
export function argumentsOf(node: ts.CallExpression, evaluate: (node: ts.Expression) => Value): Value[] {
    return evaluateArray(node.arguments, evaluate).items.map(({ value }) => value);
}
