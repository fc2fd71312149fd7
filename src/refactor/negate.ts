import type { CompareOperator, Expr, PolicyModel } from '../model/policy.ts';
import { textOf } from './refactoring.ts';

const OPPOSITE: Partial<Record<CompareOperator, CompareOperator>> = {
    '==': '!=',
    '!=': '==',
    '<': '>=',
    '>=': '<',
    '>': '<=',
    '<=': '>',
};

/** A column of the model itself that is never null. */
function isRequiredColumn(expr: Expr, model: PolicyModel): boolean {
    if (expr.kind !== 'path' || expr.root.kind !== 'field' || expr.members.length > 0) return false;
    const type = model.fields.get(expr.root.name)?.type;
    return type !== undefined && !type.optional && !type.array && (type.kind === 'builtin' || type.kind === 'enum');
}

function isAuthMember(expr: Expr): boolean {
    return expr.kind === 'path' && expr.root.kind === 'auth' && expr.members.length === 1;
}

function isConstant(expr: Expr): boolean {
    if (expr.kind === 'array') return expr.items.every(isConstant);
    return (expr.kind === 'literal' && expr.value !== null) || expr.kind === 'enum';
}

function isNull(expr: Expr): boolean {
    return expr.kind === 'literal' && expr.value === null;
}

/**
 * Whether a condition is always true or false, never unknown, so that its negation is exactly the other case: a deny
 * doesn't hit and an allow doesn't grant when a condition is unknown. Comparisons with `null`, among them those with a
 * member of `auth()` that is missing, become `IS NULL`; those with a column are unknown where that is null.
 */
export function isDecided(expr: Expr, model: PolicyModel): boolean {
    if (expr.kind === 'literal') return typeof expr.value === 'boolean';
    if (expr.kind === 'not') return isDecided(expr.operand, model);
    if (expr.kind === 'and' || expr.kind === 'or') return isDecided(expr.left, model) && isDecided(expr.right, model);
    if (expr.kind === 'path') {
        const field = expr.root.kind === 'field' ? model.fields.get(expr.root.name) : undefined;
        return isRequiredColumn(expr, model) && field?.type.name === 'Boolean';
    }
    if (expr.kind !== 'compare') return false;
    const { operator, left, right } = expr;
    const isColumn = (side: Expr): boolean => isRequiredColumn(side, model);
    if (operator === '==' || operator === '!=') {
        if (isNull(left) || isNull(right)) {
            const other = isNull(left) ? right : left;
            return other.kind === 'path' && other.members.length <= (other.root.kind === 'auth' ? 1 : 0);
        }
        const isValue = (side: Expr): boolean => isConstant(side) || isColumn(side) || isAuthMember(side);
        return (isColumn(left) && isValue(right)) || (isColumn(right) && isValue(left));
    }
    return isColumn(left) && isConstant(right);
}

/**
 * The text of a condition's negation, with parentheses where it is more than one operand.
 * In: a condition that is decided, and the text that it stands in.
 */
export function negate(expr: Expr, content: string): { text: string; isChain: boolean } {
    if (expr.kind === 'not') {
        const { operand } = expr;
        return { text: content.slice(operand.span.start, operand.span.end), isChain: isChain(operand) };
    }
    if (expr.kind === 'literal' && typeof expr.value === 'boolean')
        return { text: String(!expr.value), isChain: false };
    const opposite = expr.kind === 'compare' ? OPPOSITE[expr.operator] : undefined;
    if (expr.kind === 'compare' && opposite) {
        const { start, end } = expr.span;
        const operator = expr.operatorSpan;
        const text = content.slice(start, operator.start) + opposite + content.slice(operator.end, end);
        return { text, isChain: false };
    }
    if (expr.kind === 'path') return { text: `!${textOf(content, expr)}`, isChain: false };
    if ((expr.kind === 'and' || expr.kind === 'or') && isUniform(expr, expr.kind)) {
        const parts = operands(expr, expr.kind).map((part) => {
            const { text, isChain: needs } = negate(part, content);
            return needs ? `(${text})` : text;
        });
        return { text: parts.join(expr.kind === 'and' ? ' || ' : ' && '), isChain: true };
    }
    return { text: `!(${content.slice(expr.span.start, expr.span.end)})`, isChain: false };
}

export function isChain({ kind }: Expr): boolean {
    return kind === 'and' || kind === 'or';
}

/** The operands of a chain of one operator, which is left-associative: from left to right. */
export function operands(expr: Expr, kind: 'and' | 'or'): Expr[] {
    if (expr.kind !== kind) return [expr];
    const { left } = expr;
    return [...(left.outer ? [left] : operands(left, kind)), expr.right];
}

/** No other operator is mixed in without parentheses. */
export function isUniform(expr: Expr, kind: 'and' | 'or'): boolean {
    return operands(expr, kind).every((part) => !isChain(part) || part.outer !== undefined);
}
