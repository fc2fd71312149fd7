import ts from 'typescript';
import type { AuthConfig } from '../model/auth-table.ts';
import type { Location } from '../model/text.ts';

/**
 * In: a call. Out: the name under which its module exports what holds it, a variable or the function
 * around it; else that name itself, else nothing.
 */
export function findHolder(call: ts.CallExpression): Pick<AuthConfig, 'exportName' | 'isExported'> {
    const name = holderName(call);
    if (name === undefined) {
        return {};
    }
    const exported = name === 'default' ? name : exportedName(call, name);
    return { exportName: exported ?? name, isExported: exported !== undefined };
}

/** The variable, function or export around a call. */
function holderName(call: ts.CallExpression): string | undefined {
    for (let node: ts.Node = call.parent; !ts.isSourceFile(node); node = node.parent) {
        if (ts.isExportAssignment(node)) {
            return 'default';
        }
        if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
            return node.name.text;
        }
        if (ts.isFunctionDeclaration(node)) {
            return node.name?.text ?? 'default';
        }
    }
    return undefined;
}

function exportedName(call: ts.CallExpression, name: string): string | undefined {
    for (const statement of call.getSourceFile().statements) {
        const exported =
            isMarked(statement) && call.getStart() >= statement.getStart() && call.getEnd() <= statement.getEnd()
                ? hasDefault(statement)
                    ? 'default'
                    : name
                : listedName(statement, name);
        if (exported !== undefined) {
            return exported;
        }
    }
    return undefined;
}

/** `export default auth`, `export { auth as server }`, `module.exports = { auth }`, `exports.auth = auth`. */
function listedName(statement: ts.Statement, name: string): string | undefined {
    if (ts.isExportAssignment(statement)) {
        return isNamed(statement.expression, name) ? 'default' : undefined;
    }
    if (ts.isExportDeclaration(statement)) {
        const clause = statement.moduleSpecifier === undefined ? statement.exportClause : undefined;
        return clause !== undefined && ts.isNamedExports(clause)
            ? clause.elements.find((each) => (each.propertyName ?? each.name).text === name)?.name.text
            : undefined;
    }
    const assignment = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    if (assignment === undefined || !ts.isBinaryExpression(assignment)) {
        return undefined;
    }
    const { left, right } = assignment;
    const target = left.getText();
    if (target === 'module.exports') {
        return ts.isObjectLiteralExpression(right)
            ? right.properties.find((each) => holds(each, name))?.name?.getText()
            : isNamed(right, name)
              ? 'default'
              : undefined;
    }
    const isMember = ts.isPropertyAccessExpression(left) && isNamed(right, name);
    return isMember && /^(?:module\.)?exports$/.test(left.expression.getText()) ? left.name.text : undefined;
}

function holds(property: ts.ObjectLiteralElementLike, name: string): boolean {
    return ts.isShorthandPropertyAssignment(property)
        ? property.name.text === name
        : ts.isPropertyAssignment(property) && isNamed(property.initializer, name);
}

function isNamed(node: ts.Expression, name: string): boolean {
    return ts.isIdentifier(node) && node.text === name;
}

function isMarked(statement: ts.Statement): boolean {
    return modifiersOf(statement).includes(ts.SyntaxKind.ExportKeyword);
}

function hasDefault(statement: ts.Statement): boolean {
    return modifiersOf(statement).includes(ts.SyntaxKind.DefaultKeyword);
}

function modifiersOf(statement: ts.Statement): ts.SyntaxKind[] {
    return ts.canHaveModifiers(statement) ? (ts.getModifiers(statement)?.map(({ kind }) => kind) ?? []) : [];
}

/** Out: file and range of a node. */
export function locationOf(node: ts.Node): Location {
    const file = node.getSourceFile();
    const start = file.getLineAndCharacterOfPosition(node.getStart(file));
    const end = file.getLineAndCharacterOfPosition(node.getEnd());
    return {
        file: file.fileName,
        range: {
            start: { line: start.line, character: start.character },
            end: { line: end.line, character: end.character },
        },
    };
}
