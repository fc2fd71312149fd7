import ts from 'typescript';
import { ArrayValue, Closure, ObjectValue, UnknownValue, entriesOf, itemsOf, mergeAlternatives } from './values.ts';
import type { Frame, Value } from './values.ts';

type Evaluate = (node: ts.Expression) => Value;

/** In: an object literal. Out: its entries; what is spread into it without being known is kept as such. */
export function evaluateObject(
    node: ts.ObjectLiteralExpression,
    frame: Frame | undefined,
    evaluate: Evaluate,
    shorthand: (property: ts.ShorthandPropertyAssignment) => Value,
): ObjectValue {
    const result = new ObjectValue(node);
    for (const property of node.properties) {
        if (ts.isSpreadAssignment(property)) {
            spreadInto(result, evaluate(property.expression), property.expression);
            continue;
        }
        const key = propertyKey(property.name, evaluate);
        if (key instanceof UnknownValue) {
            result.rest.push(key);
        } else if (ts.isPropertyAssignment(property)) {
            result.entries.set(key, { value: evaluate(property.initializer), node: property.initializer });
        } else if (ts.isShorthandPropertyAssignment(property)) {
            result.entries.set(key, { value: shorthand(property), node: property });
        } else if (ts.isMethodDeclaration(property)) {
            result.entries.set(key, { value: new Closure(property, frame, returnsNow(property)), node: property });
        } else {
            const value = new UnknownValue('an accessor cannot be read without running it', property);
            result.entries.set(key, { value, node: property });
        }
    }
    return result;
}

/** Changes `target` as `{ ...target, ...value }` would. */
export function spreadInto(target: ObjectValue, value: Value, node: ts.Node): void {
    const known = entriesOf(value, node);
    if (known !== undefined) {
        known.entries.forEach((entry, key) => target.entries.set(key, entry));
        target.rest.push(...known.rest);
        return;
    }
    if (!(value instanceof UnknownValue)) {
        target.rest.push(new UnknownValue('a spread of something that is not an object literal', node));
        return;
    }
    const alternatives = value.alternatives?.map((each) => entriesOf(each, node));
    if (alternatives?.every((each) => each?.rest.length === 0) !== true) {
        target.rest.push(new UnknownValue(`a spread of unknown content: ${value.reason}`, value.node));
        return;
    }
    const keys = new Set(alternatives.flatMap((each) => [...(each?.entries.keys() ?? [])]));
    for (const key of keys) {
        const values = alternatives.map((each) => (each?.entries.get(key) ?? target.entries.get(key))?.value);
        const merged = mergeAlternatives(values, `a conditional spread: ${value.reason}`, value.node);
        target.entries.set(key, { value: merged, node: value.node });
    }
}

/** In: an array literal. Out: its elements; an unknown spread is one element that stands for any number. */
export function evaluateArray(elements: readonly ts.Expression[], evaluate: Evaluate): ArrayValue {
    return new ArrayValue(
        elements.flatMap((element) => {
            if (!ts.isSpreadElement(element)) {
                return [{ value: evaluate(element), node: element }];
            }
            const value = evaluate(element.expression);
            return itemsOf(value, element) ?? [{ value: unknownSpread(value, element), node: element }];
        }),
    );
}

/** In: a template with `${}`. Out: the text, or unknown when a part is. */
export function evaluateTemplate(node: ts.TemplateExpression, evaluate: Evaluate): Value {
    let text = node.head.text;
    for (const span of node.templateSpans) {
        const value = evaluate(span.expression);
        if (value instanceof UnknownValue) {
            return new UnknownValue(value.reason, value.node);
        }
        if (value instanceof Date || (typeof value === 'object' && value !== null) || typeof value === 'function') {
            return new UnknownValue('a template with something that is not a plain value', span.expression);
        }
        text += String(value) + span.literal.text;
    }
    return text;
}

/** In: a function. Out: whether its whole body is `return new Date()`. */
export function returnsNow(fn: ts.FunctionLikeDeclaration): boolean {
    const statement = fn.body !== undefined && ts.isBlock(fn.body) ? fn.body.statements[0] : undefined;
    const isSingle = fn.body === undefined || !ts.isBlock(fn.body) || fn.body.statements.length === 1;
    let result = statement !== undefined && ts.isReturnStatement(statement) ? statement.expression : undefined;
    if (fn.body !== undefined && !ts.isBlock(fn.body)) {
        result = fn.body;
    }
    while (result !== undefined && ts.isParenthesizedExpression(result)) {
        result = result.expression;
    }
    return (
        isSingle &&
        result !== undefined &&
        ts.isNewExpression(result) &&
        ts.isIdentifier(result.expression) &&
        result.expression.text === 'Date' &&
        (result.arguments?.length ?? 0) === 0
    );
}

function unknownSpread(value: Value, element: ts.SpreadElement): UnknownValue {
    if (!(value instanceof UnknownValue)) {
        return new UnknownValue('a spread of something that is not an array literal', element, { spread: true });
    }
    return new UnknownValue(
        value.alternatives === undefined
            ? `a spread of unknown content: ${value.reason}`
            : `a conditional spread: ${value.reason}`,
        value.node,
        { spread: true, ...(value.alternatives && { alternatives: value.alternatives }) },
    );
}

function propertyKey(name: ts.PropertyName, evaluate: Evaluate): string | UnknownValue {
    if (!ts.isComputedPropertyName(name)) {
        return name.text;
    }
    const key = evaluate(name.expression);
    if (typeof key === 'string' || typeof key === 'number') {
        return String(key);
    }
    return key instanceof UnknownValue
        ? new UnknownValue(`a computed key: ${key.reason}`, key.node)
        : new UnknownValue('a computed key', name);
}
