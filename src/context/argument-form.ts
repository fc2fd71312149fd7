import ts from 'typescript';
import type { ArgumentForm, SessionRead } from '../model/context-shape.ts';
import type { Location } from '../model/text.ts';
import { locate } from './locate.ts';
import { stripParentheses, stripTransparent, writtenName } from './syntax.ts';

/** How an argument is written, as far as edits of it need to know. */
export function argumentForm(argument: ts.Expression): ArgumentForm {
    const literal = literalForm(argument);
    return {
        nulls: nullsIn(argument),
        accessible: ts.isLeftHandSideExpression(argument) && !isLiteral(argument),
        ...(literal && { literal }),
    };
}

function literalForm(argument: ts.Expression): ArgumentForm['literal'] {
    const literal = stripTransparent(argument);
    const last = ts.isObjectLiteralExpression(literal) ? literal.properties.at(-1) : undefined;
    if (!last || !ts.isObjectLiteralExpression(literal)) return undefined;
    const { file, range } = locate(last);
    const source = literal.getSourceFile();
    const { line } = range.start;
    const isOnOneLine = source.getLineAndCharacterOfPosition(literal.getStart()).line === line;
    const before = source.text.slice(source.getPositionOfLineAndCharacter(line, 0), last.getStart());
    // A member that shares its line with others gets another one there.
    const separator = isOnOneLine || before.trim() !== '' ? ', ' : `,${lineEndOf(source.text)}${before}`;
    return {
        end: { file, range: { start: range.end, end: range.end } },
        separator,
        reads: literal.properties.flatMap(readOf),
    };
}

/** `userId: found.user.id` reads a part of `found`. */
function readOf(property: ts.ObjectLiteralElementLike): SessionRead[] {
    const member = property.name && writtenName(property.name);
    if (!ts.isPropertyAssignment(property) || member === undefined) return [];
    const value = stripTransparent(property.initializer);
    const half = ts.isPropertyAccessExpression(value) ? stripTransparent(value.expression) : value;
    if (!ts.isPropertyAccessExpression(half) || !isPlain(half.expression)) return [];
    if (half.name.text !== 'user' && half.name.text !== 'session') return [];
    const access = half.questionDotToken ? '?.' : '.';
    return [{ member, from: half.name.text, holder: `${half.expression.getText()}${access}` }];
}

/** Whether an expression means the same when it is written a second time. */
function isPlain(expression: ts.Expression): boolean {
    if (ts.isIdentifier(expression)) return true;
    return (
        (ts.isPropertyAccessExpression(expression) || ts.isNonNullExpression(expression)) &&
        isPlain(expression.expression)
    );
}

function lineEndOf(text: string): string {
    return text.includes('\r\n') ? '\r\n' : '\n';
}

/** A literal has a value of its own, and `{…} ?? x` would read as a mistake. */
function isLiteral(node: ts.Expression): boolean {
    const inner = stripParentheses(node);
    return (
        ts.isObjectLiteralExpression(inner) || ts.isLiteralExpression(inner) || inner.kind === ts.SyntaxKind.NullKeyword
    );
}

function nullsIn(expression: ts.Expression): Location[] {
    const inner = stripParentheses(expression);
    if (inner.kind === ts.SyntaxKind.NullKeyword) return [locate(inner)];
    if (ts.isConditionalExpression(inner)) return [...nullsIn(inner.whenTrue), ...nullsIn(inner.whenFalse)];
    if (!ts.isBinaryExpression(inner)) return [];
    switch (inner.operatorToken.kind) {
        case ts.SyntaxKind.BarBarToken:
        case ts.SyntaxKind.QuestionQuestionToken:
            return nullsIn(inner.right);
        default:
            return [];
    }
}
