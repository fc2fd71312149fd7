import type { CompareOperator, Expr, Scalar } from '../model/policy.ts';
import { authOperand } from './evaluate-auth.ts';
import type { Evaluator } from './evaluate.ts';
import { fieldOf } from './evaluate-path.ts';
import { isAuthItself } from '../model/expressions.ts';
import { isList } from './scope.ts';
import type { Operand, Scope } from './scope.ts';
import { RuleThrows, and, isUnknowable, not, or, unknowable } from './truth.ts';
import type { Truth } from './truth.ts';

/** A comparison as `ExpressionTransformer` compiles it. */
export function evaluateComparison(evaluator: Evaluator, expr: Expr & { kind: 'compare' }, scope: Scope): Truth {
    const { operator } = expr;
    if (isAuthItself(expr.left) || isAuthItself(expr.right)) return compareAuth(evaluator, expr, scope);
    const sides = operandsOf(evaluator, expr, scope);
    if (!Array.isArray(sides)) return sides;
    const [left, right] = sides;
    if (operator === 'in') return lookUp(evaluator, left, right, expr);
    if (isList(left.value) || isList(right.value)) return unknowable('a list is compared', expr.span);
    if (isUnknowable(left.value)) return left.value;
    if (isUnknowable(right.value)) return right.value;
    if (right.constant && right.value === null) return nullCheck(left.value, operator);
    if (left.constant && left.value === null) return nullCheck(right.value, operator);
    return compareScalars(left.value, operator, right.value, expr);
}

/** Both sides; or the truth where a NULL that is known when the query is written keeps the other side out of it. */
function operandsOf(
    evaluator: Evaluator,
    { left, right, operator }: Expr & { kind: 'compare' },
    scope: Scope,
): [Operand, Operand] | false | null {
    const operandOf = (side: Expr): Operand | RuleThrows => {
        try {
            return evaluator.operand(withId(evaluator, side, scope), scope);
        } catch (error) {
            if (error instanceof RuleThrows && error.inDatabase) return error;
            throw error;
        }
    };
    const [first, second] = [operandOf(left), operandOf(right)];
    const isNull = (side: Operand | RuleThrows): boolean =>
        !(side instanceof RuleThrows) && side.constant && side.value === null;
    if (operator === 'in' && isNull(first)) return false;
    const isOrder = operator !== '==' && operator !== '!=' && operator !== 'in';
    if (isOrder && (isNull(first) || isNull(second))) return null;
    if (first instanceof RuleThrows) throw first;
    if (second instanceof RuleThrows) throw second;
    return [first, second];
}

/** `auth()` itself compared: with null, or with a row by the ids of the model behind it. */
function compareAuth(
    evaluator: Evaluator,
    { left, right, operator, span }: Expr & { kind: 'compare' },
    scope: Scope,
): Truth {
    const other = isAuthItself(left) ? right : left;
    if (operator !== '==' && operator !== '!=') {
        throw new RuleThrows(`auth() can't be compared by ${operator}`, span);
    }
    const auth = evaluator.options.world.auth();
    if (other.kind === 'literal' && other.value === null) return (operator === '==') === (auth === undefined);
    const declaration = evaluator.options.schema.auth;
    if (!declaration) return unknowable('nothing declares auth()', span);
    if (!evaluator.options.schema.models.has(declaration.name)) {
        throw new RuleThrows('comparing with auth() is possible only where a model, not a type, describes it', span);
    }
    if (other.kind !== 'path') return unknowable('auth() is compared with something else than a row', span);
    let result: Truth = true;
    for (const id of declaration.idFields) {
        const value = authOperand(evaluator, auth, declaration.name, [id]);
        if (isList(value)) return unknowable('a list is compared', span);
        const row = evaluator.operand(append(other, id), scope).value;
        if (isList(row)) return unknowable('a list is compared', span);
        if (isUnknowable(value)) return value;
        if (isUnknowable(row)) return row;
        result = and(result, value === null ? row === null : compareScalars(value, '==', row, other));
    }
    return operator === '==' ? result : not(result);
}

/** Whether a value is in a list. */
function lookUp({ options }: Evaluator, left: Operand, right: Operand, expr: Expr): Truth {
    const { value } = right;
    if (left.constant && left.value === null) return false;
    const isMissing = value === null && right.constant;
    if (isMissing && options.schema.provider !== 'postgresql') {
        throw new RuleThrows('the list is missing, for which SQLite and MySQL have no operator', expr.span, true);
    }
    if (isList(left.value)) return unknowable('a list is looked up in a list', expr.span);
    if (isList(value)) {
        if (value.length === 0) return false;
        // For SQLite `x in ((select …))` asks for one of the rows of the query, of which there is none.
        if (right.isEmpty && options.schema.provider === 'sqlite') return false;
        if (isUnknowable(left.value)) return left.value;
        const scalar = left.value;
        const tried = value.map((item) => compareScalars(scalar, '==', item, expr));
        return tried.reduce<Truth>((result, each) => or(result, each), false);
    }
    if (isUnknowable(left.value)) return left.value;
    if (isUnknowable(value)) return value;
    return isMissing ? null : unknowable('a list in a column', expr.span);
}

/** Relations are compared by the first id of their model. */
function withId(evaluator: Evaluator, expr: Expr, scope: Scope): Expr {
    if (expr.kind !== 'path' || expr.root.kind === 'auth' || expr.root.kind === 'before') return expr;
    const field = fieldOf(evaluator, expr, scope);
    const target = field?.relation && evaluator.model(field.relation.target);
    const id = target?.idFields[0];
    return id === undefined ? expr : append(expr, id);
}

function append(expr: Expr & { kind: 'path' }, name: string): Expr & { kind: 'path' } {
    return { ...expr, members: [...expr.members, { name, span: expr.span }] };
}

/** A comparison with NULL that is known when the query is written. */
function nullCheck(other: Scalar, operator: CompareOperator): Truth {
    if (operator === '==') return other === null;
    return operator === '!=' ? other !== null : null;
}

/** SQL's comparison: NULL with anything is NULL. */
function compareScalars(left: Scalar, operator: CompareOperator, right: Scalar, expr: Expr): Truth {
    if (left === null || right === null) return null;
    if (typeof left !== typeof right) return unknowable('values of different types are compared', expr.span);
    switch (operator) {
        case '==':
            return left === right;
        case '!=':
            return left !== right;
        case '<':
            return left < right;
        case '<=':
            return left <= right;
        case '>':
            return left > right;
        case '>=':
            return left >= right;
        case 'in':
            return unknowable('a list is expected', expr.span);
    }
}
