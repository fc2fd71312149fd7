import ts from 'typescript';
import { UnknownValue, isNative, mergeAlternatives, truthiness } from './values.ts';
import type { Value } from './values.ts';

type Evaluate = (node: ts.Expression) => Value;

/** In: `a ? b : c`. Out: the branch that is taken, or an unknown value with both as alternatives. */
export function evaluateConditional(node: ts.ConditionalExpression, evaluate: Evaluate): Value {
    const condition = evaluate(node.condition);
    switch (truthiness(condition)) {
        case true:
            return evaluate(node.whenTrue);
        case false:
            return evaluate(node.whenFalse);
        case undefined:
            return mergeAlternatives(
                [evaluate(node.whenTrue), evaluate(node.whenFalse)],
                conditionReason(node.condition),
                node,
            );
    }
}

/** In: a binary expression. Out: its value; unknown when an operand is, unless the other one decides. */
export function evaluateBinary(node: ts.BinaryExpression, evaluate: Evaluate): Value {
    const operator = node.operatorToken.kind;
    const left = evaluate(node.left);
    if (operator === ts.SyntaxKind.CommaToken) {
        return evaluate(node.right);
    }
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken) {
        const decides = operator === ts.SyntaxKind.BarBarToken;
        const truthy = truthiness(left);
        if (truthy !== undefined) {
            return truthy === decides ? left : evaluate(node.right);
        }
        // `unknown && x` is false or x; `unknown || x` is the unknown value or x.
        return mergeAlternatives([decides ? left : false, evaluate(node.right)], conditionReason(node.left), node);
    }
    if (operator === ts.SyntaxKind.QuestionQuestionToken) {
        if (left instanceof UnknownValue) {
            return left.isObject ? left : mergeAlternatives([left, evaluate(node.right)], left.reason, left.node);
        }
        return left ?? evaluate(node.right);
    }
    const right = evaluate(node.right);
    for (const operand of [left, right]) {
        if (operand instanceof UnknownValue) {
            return new UnknownValue(operand.reason, operand.node);
        }
    }
    return (
        compute(operator, left, right) ??
        new UnknownValue(`"${shortText(node)}" cannot be read without running it`, node)
    );
}

/** In: a prefix operator and its operand's value. Out: the result. */
export function evaluatePrefix(node: ts.PrefixUnaryExpression, operand: Value): Value {
    if (node.operator === ts.SyntaxKind.ExclamationToken) {
        const truthy = truthiness(operand);
        return truthy === undefined && operand instanceof UnknownValue
            ? new UnknownValue(operand.reason, operand.node)
            : !(truthy ?? false);
    }
    if (operand instanceof UnknownValue) {
        return new UnknownValue(operand.reason, operand.node);
    }
    if (typeof operand === 'number') {
        switch (node.operator) {
            case ts.SyntaxKind.MinusToken:
                return -operand;
            case ts.SyntaxKind.PlusToken:
                return operand;
            case ts.SyntaxKind.TildeToken:
                return ~operand;
        }
    }
    return new UnknownValue(`"${shortText(node)}" cannot be read without running it`, node);
}

/** In: a node. Out: its source on one line, shortened, for messages. */
export function shortText(node: ts.Node): string {
    const text = node.getText().replace(/\s+/g, ' ');
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function conditionReason(condition: ts.Expression): string {
    return `it depends on the condition "${shortText(condition)}"`;
}

/** Out: the result, or undefined for operators and operands that are not computed. */
function compute(operator: ts.SyntaxKind, left: Value, right: Value): Value {
    if (isComposite(left) || isComposite(right)) {
        return undefined;
    }
    switch (operator) {
        case ts.SyntaxKind.EqualsEqualsEqualsToken:
            return left === right;
        case ts.SyntaxKind.ExclamationEqualsEqualsToken:
            return left !== right;
        case ts.SyntaxKind.EqualsEqualsToken:
            return looselyEqual(left, right);
        case ts.SyntaxKind.ExclamationEqualsToken: {
            const equal = looselyEqual(left, right);
            return equal === undefined ? undefined : !equal;
        }
    }
    if (operator === ts.SyntaxKind.PlusToken && (typeof left === 'string' || typeof right === 'string')) {
        return String(left) + String(right);
    }
    return typeof left === 'number' && typeof right === 'number' ? arithmetic(operator, left, right) : undefined;
}

/** Out: undefined where `==` would convert one operand. */
function looselyEqual(left: Value, right: Value): boolean | undefined {
    const nullish = [left, right].filter((each) => each === undefined || each === null).length;
    return nullish > 0 ? nullish === 2 : typeof left === typeof right ? left === right : undefined;
}

function arithmetic(operator: ts.SyntaxKind, left: number, right: number): number | boolean | undefined {
    switch (operator) {
        case ts.SyntaxKind.PlusToken:
            return left + right;
        case ts.SyntaxKind.MinusToken:
            return left - right;
        case ts.SyntaxKind.AsteriskToken:
            return left * right;
        case ts.SyntaxKind.SlashToken:
            return left / right;
        case ts.SyntaxKind.PercentToken:
            return left % right;
        case ts.SyntaxKind.AsteriskAsteriskToken:
            return left ** right;
        case ts.SyntaxKind.LessThanToken:
            return left < right;
        case ts.SyntaxKind.LessThanEqualsToken:
            return left <= right;
        case ts.SyntaxKind.GreaterThanToken:
            return left > right;
        case ts.SyntaxKind.GreaterThanEqualsToken:
            return left >= right;
        default:
            return undefined;
    }
}

function isComposite(value: Value): boolean {
    return isNative(value) || (typeof value === 'object' && value !== null) || typeof value === 'function';
}
