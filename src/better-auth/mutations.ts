import ts from 'typescript';
import { enclosingFunction, findDeclaration, unwrap } from './scope.ts';
import type { NamedDeclaration } from './scope.ts';
import { ArrayValue, ObjectValue, UnknownValue, isNative, mergeAlternatives } from './values.ts';
import type { Value } from './values.ts';

/** A place that changes a variable, or what it holds, after its declaration. */
type Mutation = { root: ts.Identifier; node: ts.Node } & (
    | { kind: 'assign' }
    /** `x.key = value`. */
    | { kind: 'set'; key: string; value: ts.Expression }
    /** `x.push(…)`. */
    | { kind: 'push'; args: readonly ts.Expression[] }
    /** Anything else, in the property `key` when that is known. */
    | { kind: 'other'; key: string | undefined }
);

const MUTATING_METHODS = new Set([
    'push',
    'unshift',
    'splice',
    'pop',
    'shift',
    'sort',
    'reverse',
    'fill',
    'copyWithin',
]);

const mutationsOf = new WeakMap<ts.SourceFile, Map<string, Mutation[]>>();

/**
 * Applies what the file does to a variable after its declaration.
 * In: the declaration, its initial value, and a function that evaluates an expression.
 * Out: the value with unconditional changes applied; the others become unknown parts of it.
 */
export function applyMutations(
    declaration: NamedDeclaration,
    name: string,
    initial: Value,
    evaluate: (node: ts.Expression) => Value,
): Value {
    const mutations = collect(declaration.getSourceFile()).get(name) ?? [];
    return mutations
        .filter(({ root }) => findDeclaration(root) === declaration)
        .reduce((value, mutation) => apply(value, mutation, isUnconditional(mutation, declaration), evaluate), initial);
}

function apply(value: Value, mutation: Mutation, always: boolean, evaluate: (node: ts.Expression) => Value): Value {
    const { node, root } = mutation;
    if (mutation.kind === 'assign') {
        return new UnknownValue(`"${root.text}" is assigned more than once`, node);
    }
    if (value instanceof ArrayValue) {
        if (mutation.kind === 'push') {
            return new ArrayValue([...value.items, ...mutation.args.map((arg) => pushed(arg, always, evaluate))]);
        }
        const unknown = new UnknownValue(`"${root.text}" is changed after its declaration`, node, { spread: true });
        return new ArrayValue([...value.items, { value: unknown, node }]);
    }
    if (value instanceof ObjectValue) {
        return changeObject(value, mutation, always, evaluate);
    }
    return isNative(value) ? new UnknownValue(`"${root.text}" is changed after its declaration`, node) : value;
}

function changeObject(
    object: ObjectValue,
    mutation: Mutation,
    always: boolean,
    evaluate: (node: ts.Expression) => Value,
): ObjectValue {
    const result = object.copy();
    const reason = `"${mutation.root.text}" is changed after its declaration`;
    const { node } = mutation;
    if (mutation.kind === 'set') {
        const value = evaluate(mutation.value);
        const before = object.entries.get(mutation.key)?.value;
        const entry = always ? value : mergeAlternatives([before, value], `${reason} under a condition`, node);
        result.entries.set(mutation.key, { value: entry, node: mutation.value });
    } else if (mutation.kind === 'other' && mutation.key !== undefined) {
        result.entries.set(mutation.key, { value: new UnknownValue(reason, node), node });
    } else {
        result.rest.push(new UnknownValue(reason, node));
    }
    return result;
}

function pushed(
    arg: ts.Expression,
    always: boolean,
    evaluate: (node: ts.Expression) => Value,
): { value: Value; node: ts.Node } {
    if (ts.isSpreadElement(arg)) {
        return { value: new UnknownValue('a spread added after the declaration', arg, { spread: true }), node: arg };
    }
    const value = evaluate(arg);
    return {
        value: always
            ? value
            : new UnknownValue('it is added under a condition', arg, {
                  spread: true,
                  alternatives: [undefined, value],
              }),
        node: arg,
    };
}

/** True when the change is a statement of the very block that declares the variable. */
function isUnconditional(mutation: Mutation, declaration: NamedDeclaration): boolean {
    const statement = mutation.node.parent;
    const declared = ts.findAncestor(declaration, ts.isVariableStatement);
    return (
        ts.isExpressionStatement(statement) &&
        statement.parent === declared?.parent &&
        enclosingFunction(mutation.node) === enclosingFunction(declaration)
    );
}

/** A call that stands for itself, `register(plugins)`, is there to do something with its arguments. */
function readHandedOver(node: ts.CallExpression): Mutation[] {
    const whole = ts.isAwaitExpression(node.parent) ? node.parent : node;
    if (!ts.isExpressionStatement(whole.parent) || !ts.isIdentifier(node.expression)) {
        return [];
    }
    return node.arguments.flatMap((argument) => {
        const root = unwrap(argument);
        return ts.isIdentifier(root) ? [{ kind: 'other', root, node, key: undefined }] : [];
    });
}

function collect(sourceFile: ts.SourceFile): Map<string, Mutation[]> {
    const known = mutationsOf.get(sourceFile);
    if (known !== undefined) {
        return known;
    }
    const found = new Map<string, Mutation[]>();
    const visit = (node: ts.Node): void => {
        const mutation = readMutation(node);
        const handedOver = ts.isCallExpression(node) ? readHandedOver(node) : [];
        for (const each of mutation === undefined ? handedOver : [mutation]) {
            found.set(each.root.text, [...(found.get(each.root.text) ?? []), each]);
        }
        ts.forEachChild(node, visit);
    };
    visit(sourceFile);
    mutationsOf.set(sourceFile, found);
    return found;
}

function readMutation(node: ts.Node): Mutation | undefined {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
        const target = readPath(node.left);
        if (target === undefined) {
            return undefined;
        }
        const { root, keys } = target;
        if (keys.length === 0) {
            return { kind: 'assign', root, node };
        }
        return keys.length === 1 && keys[0] !== undefined && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
            ? { kind: 'set', root, node, key: keys[0], value: node.right }
            : { kind: 'other', root, node, key: keys[0] };
    }
    if (
        (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
        (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
    ) {
        return otherChange(node, readPath(node.operand));
    }
    if (ts.isDeleteExpression(node)) {
        return otherChange(node, readPath(node.expression));
    }
    return ts.isCallExpression(node) ? readMutatingCall(node) : undefined;
}

function readMutatingCall(node: ts.CallExpression): Mutation | undefined {
    if (!ts.isPropertyAccessExpression(node.expression)) {
        return undefined;
    }
    const { expression: receiver, name } = node.expression;
    if (name.text === 'assign' && receiver.getText() === 'Object') {
        const first = node.arguments[0];
        return otherChange(node, first === undefined ? undefined : readPath(first));
    }
    if (!MUTATING_METHODS.has(name.text)) {
        return undefined;
    }
    const target = readPath(receiver);
    return target?.keys.length === 0 && name.text === 'push'
        ? { kind: 'push', root: target.root, node, args: node.arguments }
        : otherChange(node, target);
}

function otherChange(node: ts.Node, target: ReturnType<typeof readPath>): Mutation | undefined {
    return target && { kind: 'other', root: target.root, node, key: target.keys[0] };
}

/** Reads `x`, `x.a`, `x.a[0]`: the variable and the keys, undefined for a computed one. */
function readPath(expression: ts.Expression): { root: ts.Identifier; keys: (string | undefined)[] } | undefined {
    const node = unwrap(expression);
    if (ts.isIdentifier(node)) {
        return { root: node, keys: [] };
    }
    if (ts.isPropertyAccessExpression(node)) {
        const base = readPath(node.expression);
        return base && { root: base.root, keys: [...base.keys, node.name.text] };
    }
    if (ts.isElementAccessExpression(node)) {
        const base = readPath(node.expression);
        const key = ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined;
        return base && { root: base.root, keys: [...base.keys, key] };
    }
    return undefined;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
