import ts from 'typescript';

/** The expression inside any parentheses. */
export function stripParentheses(expression: ts.Expression): ts.Expression {
    return ts.isParenthesizedExpression(expression) ? stripParentheses(expression.expression) : expression;
}

/** The expression inside whatever leaves its value and type alone: parentheses, `satisfies T`, `as const`, `!`. */
export function stripTransparent(expression: ts.Expression): ts.Expression {
    if (
        ts.isParenthesizedExpression(expression) ||
        ts.isSatisfiesExpression(expression) ||
        ts.isNonNullExpression(expression) ||
        (ts.isAsExpression(expression) && ts.isConstTypeReference(expression.type))
    ) {
        return stripTransparent(expression.expression);
    }
    return expression;
}

/** A property's name when it is written in the source; undefined for a computed one. */
export function writtenName(name: ts.PropertyName): string | undefined {
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
    if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
    return undefined;
}

/**
 * The object literals whose value an expression may be, looking through parentheses, `satisfies`,
 * conditions and logical operators, but not through variables, calls or type assertions.
 */
export function directLiterals(expression: ts.Expression): ts.ObjectLiteralExpression[] {
    const inner = stripTransparent(expression);
    if (ts.isObjectLiteralExpression(inner)) return [inner];
    if (ts.isConditionalExpression(inner))
        return [...directLiterals(inner.whenTrue), ...directLiterals(inner.whenFalse)];
    if (ts.isBinaryExpression(inner)) {
        switch (inner.operatorToken.kind) {
            case ts.SyntaxKind.BarBarToken:
            case ts.SyntaxKind.QuestionQuestionToken:
                return [...directLiterals(inner.left), ...directLiterals(inner.right)];
            case ts.SyntaxKind.AmpersandAmpersandToken:
            case ts.SyntaxKind.CommaToken:
                return directLiterals(inner.right);
            default:
                return [];
        }
    }
    return [];
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: ts.Node): ts.Node[] {
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => {
        children.push(child);
    });
    return children;
}
