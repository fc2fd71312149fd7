import ts from 'typescript';
import type { AuthAdapter } from '../model/auth-table.ts';
import type { Location } from '../model/text.ts';
import type { Evaluation } from './evaluation.ts';
import { unwrap } from './scope.ts';
import { ArrayValue, ObjectValue, UnknownValue, itemsOf, readProperty } from './values.ts';
import type { Value } from './values.ts';

/** Longer chains of clients made from clients aren't followed. */
const MAX_STEPS = 20;

/** Methods of ZenStack's client that return a client with the same plugins. */
const KEEPS_PLUGINS: ReadonlySet<string> = new Set(['$setAuth', '$use', '$setInputValidation']);

/**
 * Tells whether a ZenStack client certainly has the policy plugin.
 * In: the evaluated value of the expression that is the client, and the expression that it is used in.
 * Out: the expression that adds the plugin; `without` is the client before it, when it is added right
 * where the adapter is made. Undefined when it hasn't the plugin, and when that can't be told.
 */
export function findPolicyClient(
    client: Value,
    adapter: ts.Node,
    evaluation: Evaluation,
    locate: (node: ts.Node) => Location,
): AuthAdapter['policyClient'] {
    let node = madeBy(client);
    for (let step = 0; node !== undefined && step < MAX_STEPS; step += 1) {
        if (ts.isNewExpression(node)) {
            return constructsPolicy(node, evaluation) ? found(node, undefined, locate) : undefined;
        }
        if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
        const method = node.expression.name.text;
        if (!KEEPS_PLUGINS.has(method)) return undefined;
        const receiver = node.expression.expression;
        const plugin = node.arguments[0];
        if (method === '$use' && plugin !== undefined && isPolicyPlugin(plugin, evaluation)) {
            const isInline = node.getSourceFile() === adapter.getSourceFile() && isInside(node, adapter);
            return found(node, isInline ? receiver.getText() : undefined, locate);
        }
        const next = madeBy(evaluation.evaluate(receiver, undefined));
        node = next === node ? undefined : next;
    }
    return undefined;
}

function found(
    node: ts.Expression,
    without: string | undefined,
    locate: (node: ts.Node) => Location,
): AuthAdapter['policyClient'] {
    return { location: locate(node), text: node.getText(), ...(without !== undefined && { without }) };
}

/** The call or `new` whose result a value is: what can't be read without being run says where it is written. */
function madeBy(value: Value): ts.CallExpression | ts.NewExpression | undefined {
    if (!(value instanceof UnknownValue)) return undefined;
    const { node } = value;
    if (!ts.isExpression(node)) return undefined;
    const inner = unwrap(node);
    return ts.isCallExpression(inner) || ts.isNewExpression(inner) ? inner : undefined;
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
    return node.getStart() >= outer.getStart() && node.getEnd() <= outer.getEnd();
}

/** `new PolicyPlugin()`, or something that holds one. */
function isPolicyPlugin(node: ts.Expression, evaluation: Evaluation): boolean {
    return makesPolicy(evaluation.evaluate(node, undefined), evaluation);
}

function makesPolicy(value: Value, evaluation: Evaluation): boolean {
    const made = madeBy(value);
    if (made === undefined || !ts.isNewExpression(made)) return false;
    const callee = evaluation.evaluate(made.expression, undefined);
    const external = callee instanceof UnknownValue ? callee.external : undefined;
    return external?.module === '@zenstackhq/plugin-policy' && external.name === 'PolicyPlugin';
}

/** `new ZenStackClient(schema, { plugins: [new PolicyPlugin()] })`. */
function constructsPolicy(node: ts.NewExpression, evaluation: Evaluation): boolean {
    const callee = evaluation.evaluate(node.expression, undefined);
    if (!(callee instanceof UnknownValue) || callee.external?.name !== 'ZenStackClient') return false;
    const given = node.arguments?.[1];
    const options = given && evaluation.evaluate(given, undefined);
    if (!(options instanceof ObjectValue)) return false;
    const plugins = readProperty(options, 'plugins', node);
    if (!(plugins instanceof ArrayValue)) return false;
    return itemsOf(plugins, node)?.some(({ value }) => makesPolicy(value, evaluation)) ?? false;
}
