import ts from 'typescript';
import type { ArgumentForm } from '../model/context-shape.ts';
import type { Location } from '../model/text.ts';
import { locate } from './locate.ts';
import { stripParentheses } from './syntax.ts';

/** How an argument is written, as far as edits of it need to know. */
export function argumentForm(argument: ts.Expression): ArgumentForm {
    return { nulls: nullsIn(argument), accessible: ts.isLeftHandSideExpression(argument) && !isLiteral(argument) };
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
