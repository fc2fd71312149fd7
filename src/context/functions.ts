import ts from 'typescript';
import type { Backend, SymbolHandle } from './backend.ts';
import { fromPackage } from './properties.ts';
import { stripTransparent } from './syntax.ts';

/** The expression inside whatever leaves its value alone at run time: also assertions and `await`. */
export function stripAssertions(expression: ts.Expression): ts.Expression {
    const node = stripTransparent(expression);
    if (ts.isAwaitExpression(node) || ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
        return stripAssertions(node.expression);
    }
    return node;
}

/** The variable or function that a name stands for, behind imports and `{ name }`. */
export async function symbolOfName(node: ts.Node, backend: Backend): Promise<SymbolHandle | undefined> {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
        ? await backend.shorthandValue(node.parent)
        : await backend.symbolAt(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? backend.aliased(symbol) : symbol;
}

/** The function of a declaration: itself, or what a variable holds. */
export function functionOf(declaration: ts.Node | undefined): ts.FunctionLikeDeclaration | undefined {
    if (!declaration) return undefined;
    if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return declaration;
    const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    return initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
        ? initializer
        : undefined;
}

/** The function that a call by a name calls; methods are left out, since finding those needs types. */
export async function calledFunction(
    node: ts.CallExpression,
    backend: Backend,
): Promise<ts.FunctionLikeDeclaration | undefined> {
    const callee = stripAssertions(node.expression);
    const symbol = ts.isIdentifier(callee) ? await symbolOfName(callee, backend) : undefined;
    return symbol && functionOf(await backend.valueDeclaration(symbol));
}

/** What a function of the application returns, expression by expression; nothing for one of a package. */
export function returnedExpressions(fn: ts.FunctionLikeDeclaration | undefined): ts.Expression[] {
    if (!fn?.body || fromPackage(fn)) return [];
    if (!ts.isBlock(fn.body)) return [fn.body];
    const returned: ts.Expression[] = [];
    const visit = (child: ts.Node): void => {
        if (ts.isFunctionLike(child)) return;
        if (ts.isReturnStatement(child) && child.expression) returned.push(child.expression);
        ts.forEachChild(child, visit);
    };
    visit(fn.body);
    return returned;
}
