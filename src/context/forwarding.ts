import ts from 'typescript';
import type { Wrapper } from '../model/context-shape.ts';
import { locate } from './locate.ts';
import { writtenName } from './syntax.ts';

type FunctionNode =
    | ts.FunctionDeclaration
    | ts.FunctionExpression
    | ts.ArrowFunction
    | ts.MethodDeclaration
    | ts.ConstructorDeclaration;

/** An argument that is a parameter of a function around the call. */
export interface Forwarding {
    /** Identifies the function over all programs that hold it. */
    key: string;
    wrapper: Wrapper;
    /** The parameter's index. */
    parameter: number;
    /** The member of the parameter that is handed on: `['user']` for `({ user }) => …`. */
    path: string[];
    /** The source claims a type for it, `user as AuthUser` or `user!`, that it need not have. */
    isAsserted: boolean;
    /** The parameter has a default, which counts when a caller leaves the argument out. */
    hasDefault: boolean;
    /** Names under which the function's own file makes it known; empty when nobody else can call it. */
    names: string[];
    /** It is the file's default export, which callers may name as they like. */
    isDefault: boolean;
}

/** Identifies a function by its file and place, whichever program its node comes from. */
export function functionKey(node: ts.Node): string {
    return `${node.getSourceFile().fileName}:${node.pos}`;
}

function isUndefined(expression: ts.Expression): boolean {
    return ts.isIdentifier(expression) && expression.text === 'undefined';
}

interface ForwardedVariable {
    variable: ts.Identifier;
    isAsserted: boolean;
}

/** The variable that an argument hands on as it is: behind assertions, parentheses and `?? undefined`. */
function forwardedVariable(argument: ts.Expression): ForwardedVariable | undefined {
    if (ts.isIdentifier(argument)) return isUndefined(argument) ? undefined : { variable: argument, isAsserted: false };
    if (ts.isParenthesizedExpression(argument) || ts.isSatisfiesExpression(argument)) {
        return forwardedVariable(argument.expression);
    }
    if (ts.isAsExpression(argument) || ts.isTypeAssertionExpression(argument) || ts.isNonNullExpression(argument)) {
        const inner = forwardedVariable(argument.expression);
        return inner && { ...inner, isAsserted: true };
    }
    if (!ts.isBinaryExpression(argument) || !isUndefined(argument.right)) return undefined;
    const { kind } = argument.operatorToken;
    const falls = kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
    return falls ? forwardedVariable(argument.left) : undefined;
}

function isFunctionNode(node: ts.Node): node is FunctionNode {
    return (
        ts.isFunctionDeclaration(node) ||
        ts.isFunctionExpression(node) ||
        ts.isArrowFunction(node) ||
        ts.isMethodDeclaration(node) ||
        ts.isConstructorDeclaration(node)
    );
}

/** The members that lead from a binding pattern to a name; undefined when the pattern doesn't bind it plainly. */
function pathTo(name: string, binding: ts.BindingName): string[] | undefined {
    if (ts.isIdentifier(binding)) return binding.text === name ? [] : undefined;
    if (ts.isArrayBindingPattern(binding)) return undefined;
    for (const element of binding.elements) {
        const rest = element.dotDotDotToken ? undefined : pathTo(name, element.name);
        const member = element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined);
        const key = member && writtenName(member);
        if (rest && key !== undefined) return [key, ...rest];
    }
    return undefined;
}

function binds(name: string, binding: ts.BindingName): boolean {
    if (ts.isIdentifier(binding)) return binding.text === name;
    return binding.elements.some((element) => ts.isBindingElement(element) && binds(name, element.name));
}

function declaresVariable(name: string, list: ts.VariableDeclarationList): boolean {
    return list.declarations.some((declaration) => binds(name, declaration.name));
}

/** Whether a scope between the call and the function has a name of its own like this. */
function isShadowedIn(name: string, scope: ts.Node): boolean {
    if (ts.isBlock(scope) || ts.isCaseClause(scope) || ts.isDefaultClause(scope) || ts.isSourceFile(scope)) {
        return scope.statements.some((statement) => {
            if (ts.isVariableStatement(statement)) return declaresVariable(name, statement.declarationList);
            return (
                (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) &&
                statement.name?.text === name
            );
        });
    }
    if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
        const { initializer } = scope;
        return !!initializer && ts.isVariableDeclarationList(initializer) && declaresVariable(name, initializer);
    }
    return ts.isCatchClause(scope) && !!scope.variableDeclaration && binds(name, scope.variableDeclaration.name);
}

function isAssignedIn(name: string, node: ts.Node): boolean {
    const assigned =
        ts.isBinaryExpression(node) &&
        node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
        node.operatorToken.kind <= ts.SyntaxKind.LastAssignment &&
        ts.isIdentifier(node.left) &&
        node.left.text === name;
    return assigned || (ts.forEachChild(node, (child) => isAssignedIn(name, child) || undefined) ?? false);
}

function hasDefaultExport(source: ts.SourceFile, name: string): boolean {
    return source.statements.some((statement) => {
        if (ts.isExportAssignment(statement)) {
            return ts.isIdentifier(statement.expression) && statement.expression.text === name;
        }
        if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier || !statement.exportClause) return false;
        return (
            ts.isNamedExports(statement.exportClause) &&
            statement.exportClause.elements.some(
                (element) => element.name.text === 'default' && element.propertyName?.text === name,
            )
        );
    });
}

interface Names {
    names: string[];
    isDefault: boolean;
    node: ts.Node;
}

/** What a function expression is kept under, also behind calls such as `cache(() => …)`. */
function keptUnder(fn: ts.Node): Names {
    const { parent } = fn;
    const named = (node: ts.PropertyName | ts.BindingName): Names => {
        const name = ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node) ? undefined : writtenName(node);
        return { names: name === undefined ? [] : [name], isDefault: false, node };
    };
    if (ts.isVariableDeclaration(parent)) return named(parent.name);
    if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return named(parent.name);
    if (ts.isExportAssignment(parent)) return { names: [], isDefault: true, node: fn };
    if (ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left) && parent.right === fn) {
        return { names: [parent.left.name.text], isDefault: false, node: parent.left.name };
    }
    return ts.isExpression(parent) || ts.isAwaitExpression(parent)
        ? keptUnder(parent)
        : { names: [], isDefault: false, node: fn };
}

function namesOf(fn: FunctionNode): Names {
    if (ts.isConstructorDeclaration(fn)) {
        const { parent } = fn;
        if (parent.name) return { names: [parent.name.text], isDefault: isDefaultModified(parent), node: parent.name };
        return ts.isClassExpression(parent) ? keptUnder(parent) : { names: [], isDefault: true, node: fn };
    }
    if (ts.isMethodDeclaration(fn)) {
        const name = writtenName(fn.name);
        return { names: name === undefined ? [] : [name], isDefault: false, node: fn.name };
    }
    if (ts.isFunctionDeclaration(fn)) {
        const isDefault = isDefaultModified(fn);
        return { names: fn.name ? [fn.name.text] : [], isDefault, node: fn.name ?? fn };
    }
    return keptUnder(fn);
}

function isDefaultModified(node: ts.Declaration): boolean {
    return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Default) !== 0;
}

/**
 * Tells, from the syntax alone, whether an argument is a parameter of a function around it, unchanged.
 * In: a call's argument; parents are set. Out: undefined when it is anything else.
 */
export function findForwarding(argument: ts.Expression): Forwarding | undefined {
    const forwarded = forwardedVariable(argument);
    if (!forwarded) return undefined;
    const name = forwarded.variable.text;
    for (let node: ts.Node = argument; !ts.isSourceFile(node); node = node.parent) {
        if (ts.isFunctionLike(node)) {
            const parameter = node.parameters.findIndex((candidate) => binds(name, candidate.name));
            const found = node.parameters[parameter];
            if (found) return isFunctionNode(node) ? forwardingOf(node, found, parameter, forwarded) : undefined;
        } else if (isShadowedIn(name, node)) return undefined;
    }
    return undefined;
}

function forwardingOf(
    fn: FunctionNode,
    declaration: ts.ParameterDeclaration,
    parameter: number,
    { variable: { text: name }, isAsserted }: ForwardedVariable,
): Forwarding | undefined {
    const path = pathTo(name, declaration.name);
    if (!path || declaration.dotDotDotToken || !fn.body || isAssignedIn(name, fn.body)) return undefined;
    const { names, isDefault, node } = namesOf(fn);
    const source = fn.getSourceFile();
    return {
        key: functionKey(fn),
        wrapper: { name: names[0] ?? 'default', location: locate(node, source) },
        // A parameter named `this` is no argument.
        parameter: parameter - (fn.parameters[0]?.name.getText(source) === 'this' ? 1 : 0),
        path,
        isAsserted,
        hasDefault: declaration.initializer !== undefined,
        names,
        isDefault: isDefault || names.some((candidate) => hasDefaultExport(source, candidate)),
    };
}
