import ts from 'typescript';

/** What a name can refer to. */
export type NamedDeclaration =
    | ts.VariableDeclaration
    | ts.BindingElement
    | ts.ParameterDeclaration
    | ts.FunctionDeclaration
    | ts.ClassDeclaration
    | ts.EnumDeclaration
    | ts.ImportClause
    | ts.ImportSpecifier
    | ts.NamespaceImport
    | ts.ImportEqualsDeclaration;

type Locals = Map<string, NamedDeclaration>;

const localsOf = new WeakMap<ts.Node, Locals>();

/**
 * In: an identifier that is used as an expression. Out: its declaration in the nearest scope around
 * it, or undefined when the file does not declare it (a global).
 */
export function findDeclaration(identifier: ts.Identifier): NamedDeclaration | undefined {
    for (let node: ts.Node = identifier; ; node = node.parent) {
        const found = declaredIn(node).get(identifier.text);
        if (found !== undefined) {
            return found;
        }
        if (ts.isSourceFile(node)) {
            return undefined;
        }
    }
}

/** Out: the nearest function around a node, or undefined at the top level of its file. */
export function enclosingFunction(node: ts.Node): ts.SignatureDeclaration | undefined {
    return ts.findAncestor(node.parent, ts.isFunctionLike);
}

/** In: an expression. Out: what remains without parentheses, type assertions and `await`. */
export function unwrap(node: ts.Expression): ts.Expression {
    for (;;) {
        if (
            ts.isParenthesizedExpression(node) ||
            ts.isAsExpression(node) ||
            ts.isSatisfiesExpression(node) ||
            ts.isTypeAssertionExpression(node) ||
            ts.isNonNullExpression(node) ||
            ts.isExpressionWithTypeArguments(node) ||
            ts.isAwaitExpression(node)
        ) {
            node = node.expression;
        } else {
            return node;
        }
    }
}

/** Out: one-based line of a node in its file. */
export function lineOf(node: ts.Node): number {
    const file = node.getSourceFile();
    return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

function declaredIn(container: ts.Node): Locals {
    const known = localsOf.get(container);
    if (known !== undefined) {
        return known;
    }
    const locals: Locals = new Map();
    if (ts.isSourceFile(container) || ts.isBlock(container) || ts.isModuleBlock(container)) {
        container.statements.forEach((statement) => {
            addStatement(locals, statement);
        });
    } else if (ts.isCaseBlock(container)) {
        container.clauses.forEach((clause) => {
            clause.statements.forEach((statement) => {
                addStatement(locals, statement);
            });
        });
    } else if (ts.isFunctionLike(container)) {
        container.parameters.forEach((parameter) => {
            addName(locals, parameter);
        });
    } else if (ts.isForStatement(container) || ts.isForOfStatement(container) || ts.isForInStatement(container)) {
        if (container.initializer !== undefined && ts.isVariableDeclarationList(container.initializer)) {
            container.initializer.declarations.forEach((declaration) => {
                addName(locals, declaration);
            });
        }
    } else if (ts.isCatchClause(container) && container.variableDeclaration !== undefined) {
        addName(locals, container.variableDeclaration);
    }
    localsOf.set(container, locals);
    return locals;
}

function addStatement(locals: Locals, statement: ts.Statement): void {
    if (ts.isVariableStatement(statement)) {
        statement.declarationList.declarations.forEach((declaration) => {
            addName(locals, declaration);
        });
    } else if (
        ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isEnumDeclaration(statement) ||
        ts.isImportEqualsDeclaration(statement)
    ) {
        const hasBody = !ts.isFunctionDeclaration(statement) || statement.body !== undefined;
        if (statement.name !== undefined && hasBody) {
            locals.set(statement.name.text, statement);
        }
    } else if (ts.isImportDeclaration(statement) && statement.importClause !== undefined) {
        addImports(locals, statement.importClause);
    }
}

function addImports(locals: Locals, clause: ts.ImportClause): void {
    if (clause.name !== undefined) {
        locals.set(clause.name.text, clause);
    }
    if (clause.namedBindings === undefined) {
        return;
    }
    if (ts.isNamespaceImport(clause.namedBindings)) {
        locals.set(clause.namedBindings.name.text, clause.namedBindings);
        return;
    }
    clause.namedBindings.elements.forEach((specifier) => {
        locals.set(specifier.name.text, specifier);
    });
}

function addName(
    locals: Locals,
    declaration: ts.VariableDeclaration | ts.BindingElement | ts.ParameterDeclaration,
): void {
    if (ts.isIdentifier(declaration.name)) {
        locals.set(declaration.name.text, declaration);
        return;
    }
    declaration.name.elements.forEach((element) => {
        if (ts.isBindingElement(element)) {
            addName(locals, element);
        }
    });
}
