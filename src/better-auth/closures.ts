import ts from 'typescript';
import type { Evaluation } from './evaluation.ts';
import { externalMember } from './modules.ts';
import { ArrayValue, ObjectValue, UnknownValue, entriesOf, itemsOf, readProperty } from './values.ts';
import type { Closure, Frame, Value } from './values.ts';

const MAX_DEPTH = 30;

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
