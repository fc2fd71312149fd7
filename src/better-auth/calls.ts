import ts from 'typescript';
import type { Evaluation } from './evaluation.ts';
import { evaluateArray, spreadInto } from './literals.ts';
import { externalMember, importedModule } from './modules.ts';
import { shortText } from './operators.ts';
import { findDeclaration, unwrap } from './scope.ts';
import {
    ArrayValue,
    Closure,
    ObjectValue,
    UnknownValue,
    entriesOf,
    isNative,
    itemsOf,
    readProperty,
    truthiness,
} from './values.ts';
import type { Frame, Value } from './values.ts';

const MAX_DEPTH = 30;

/** In: a call. Out: its value, when it can be had without running code of the workspace. */
export function evaluateCall(evaluation: Evaluation, node: ts.CallExpression, frame: Frame | undefined): Value {
    const evaluate = (each: ts.Expression): Value => evaluation.evaluate(each, frame);
    const required = requiredModule(node);
    if (required !== undefined) {
        return importedModule(evaluation, required, node);
    }
    const builtin = evaluateBuiltin(evaluation, node, evaluate, frame);
    if (builtin !== undefined) {
        return builtin.value;
    }
    const callee = evaluate(node.expression);
    if (callee instanceof Closure) {
        return callClosure(evaluation, callee, argumentsOf(node, evaluate), node, frame);
    }
    if (isNative(callee) && typeof callee === 'function') {
        return evaluation.bundled.isCallable(callee)
            ? evaluation.bundled.call(callee, argumentsOf(node, evaluate), node)
            : new UnknownValue(`"${shortText(node.expression)}" is not run`, node);
    }
    if (!(callee instanceof UnknownValue)) {
        return new UnknownValue(`"${shortText(node.expression)}" is not a function that can be read`, node);
    }
    const { external } = callee;
    // `adapter(db, { … })(options)` is still what `adapter` makes.
    const call = external ? { callee: external, args: () => argumentsOf(node, evaluate) } : callee.call;
    return new UnknownValue(callee.reason, node, { ...(call && { call }) });
}

/** In: an arrow function or function. Out: what it returns when called with the given arguments. */
export function callClosure(
    evaluation: Evaluation,
    closure: Closure,
    args: Value[],
    node: ts.Node,
    frame: Frame | undefined,
): Value {
    const { fn } = closure;
    const name = functionName(fn);
    const depth = (frame?.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) {
        return new UnknownValue(`${name} calls itself too deeply to be followed`, node);
    }
    const result = returnedExpression(fn);
    if (typeof result === 'string') {
        return new UnknownValue(`${name} ${result}`, node);
    }
    const bindings = new Map<string, Value>();
    const inner: Frame = { fn, bindings, depth, parent: closure.frame };
    fn.parameters.forEach((parameter, index) => {
        const rest = args.slice(index).map((value) => ({ value, node: parameter }));
        const given = parameter.dotDotDotToken === undefined ? args[index] : new ArrayValue(rest);
        bindParameter(evaluation, parameter, given, inner);
    });
    return evaluation.evaluate(result, inner);
}

/** In: a call. Out: the module that `require("…")` or `import("…")` loads, or undefined. */
export function requiredModule(node: ts.CallExpression): string | undefined {
    const argument = node.arguments[0];
    const isRequire =
        node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) &&
            node.expression.text === 'require' &&
            findDeclaration(node.expression) === undefined);
    return isRequire && argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : undefined;
}

function bindParameter(
    evaluation: Evaluation,
    parameter: ts.ParameterDeclaration | ts.BindingElement,
    given: Value,
    frame: Frame,
): void {
    const value =
        given === undefined && parameter.initializer !== undefined
            ? evaluation.evaluate(parameter.initializer, frame)
            : given;
    bindName(evaluation, parameter.name, value, frame);
}

function bindName(evaluation: Evaluation, name: ts.BindingName, value: Value, frame: Frame): void {
    if (ts.isIdentifier(name)) {
        frame.bindings.set(name.text, value);
        return;
    }
    name.elements.forEach((element, index) => {
        if (ts.isBindingElement(element)) {
            bindParameter(evaluation, element, readBound(evaluation, name, element, index, value), frame);
        }
    });
}

/** In: an element of a destructuring pattern and the value that is taken apart. Out: the element's value. */
export function readBound(
    evaluation: Evaluation,
    pattern: ts.BindingPattern,
    element: ts.BindingElement,
    index: number,
    value: Value,
): Value {
    if (ts.isArrayBindingPattern(pattern)) {
        const items = itemsOf(value, element);
        return element.dotDotDotToken === undefined || items === undefined
            ? readProperty(value, String(index), element)
            : new ArrayValue(items.slice(index));
    }
    if (element.dotDotDotToken !== undefined) {
        const known = entriesOf(value, element);
        if (known === undefined) {
            return value;
        }
        const taken = new Set(pattern.elements.map((each) => ts.isBindingElement(each) && keyOf(each)));
        return new ObjectValue(element, new Map([...known.entries].filter(([key]) => !taken.has(key))), known.rest);
    }
    const key = keyOf(element);
    if (key === undefined) {
        return new UnknownValue('a computed key in a destructuring', element);
    }
    return memberOf(evaluation, value, key, element);
}

/** In: any value and a key. Out: the member's value; members of modules are their exports. */
export function memberOf(evaluation: Evaluation, object: Value, key: string, node: ts.Node): Value {
    if (object instanceof UnknownValue) {
        return externalMember(evaluation, object, key, node) ?? readProperty(object, key, node);
    }
    return readProperty(object, key, node);
}

function keyOf(element: ts.BindingElement): string | undefined {
    const name = element.propertyName ?? element.name;
    return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

/** The only expression that a function returns, or why there is none to follow. */
function returnedExpression(fn: ts.FunctionLikeDeclaration): ts.Expression | string {
    if (fn.body === undefined) {
        return 'has no body';
    }
    if (fn.asteriskToken !== undefined) {
        return 'is a generator';
    }
    if (!ts.isBlock(fn.body)) {
        return fn.body;
    }
    const returns: ts.ReturnStatement[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isReturnStatement(node)) {
            returns.push(node);
        } else if (!ts.isFunctionLike(node) && !ts.isClassLike(node)) {
            ts.forEachChild(node, visit);
        }
    };
    ts.forEachChild(fn.body, visit);
    const [only] = returns;
    if (only?.expression === undefined) {
        return 'returns nothing';
    }
    return returns.length === 1 && only.parent === fn.body ? only.expression : 'decides at run time what it returns';
}

function functionName(fn: ts.FunctionLikeDeclaration): string {
    const holder = fn.name ?? (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
    return holder === undefined ? 'the function' : `"${holder.getText()}"`;
}

function argumentsOf(node: ts.CallExpression, evaluate: (node: ts.Expression) => Value): Value[] {
    return evaluateArray(node.arguments, evaluate).items.map(({ value }) => value);
}

/** Methods of the language itself that configurations use to put objects and lists together. */
function evaluateBuiltin(
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
