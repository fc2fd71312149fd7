import ts from 'typescript';
import { argumentsOf, evaluateBuiltin } from './builtins.ts';
import { callClosure } from './closures.ts';
import type { Evaluation } from './evaluation.ts';
import { importedModule } from './modules.ts';
import { shortText } from './operators.ts';
import { findDeclaration } from './scope.ts';
import { Closure, UnknownValue, isNative } from './values.ts';
import type { Frame, Value } from './values.ts';

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
