import type { Expr, PolicyRule, PolicySchema } from '../model/policy.ts';
import { isAuthItself } from '../model/expressions.ts';
import { isAuthPath, isNullTest, readsAuth } from './expressions.ts';
import { stepsOf, typesOfRule, typesWithin } from './static-types.ts';
import type { Types } from './static-types.ts';

/** A smallest condition of a rule that depends on who asks: a comparison, a text function, a flag, a predicate over a list of `auth()`, a `check()`. */
export interface Atom {
    expr: Expr;
    rule: PolicyRule;
    /** What is read of `auth()`; the first where both sides do. Missing for `check()`, which reads none itself. */
    path?: Expr & { kind: 'path' };
    /** The other operand, for a comparison or text function; for `check()` the relation. */
    other?: Expr;
    /** An odd number of `!` stands before it. */
    isNegated: boolean;
    /** The outermost of them: `!(auth().role in [...])`. */
    negation?: Expr;
    /** It stands in a predicate over rows. */
    isInPredicate: boolean;
    types: Types;
}

const TEXT_FUNCTIONS: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith']);

export function isTextCall(expr: Expr): expr is Expr & { kind: 'call' } {
    return expr.kind === 'call' && TEXT_FUNCTIONS.has(expr.function);
}

interface At {
    types: Types;
    isNegated: boolean;
    negation?: Expr;
    isInPredicate: boolean;
}

/** The atoms of a rule; explicit tests for null are none. In: the model whose rule it is. */
export function atomsOf(rule: PolicyRule, model: string): Atom[] {
    const atoms: Atom[] = [];
    const visit = (expr: Expr, at: At): void => {
        const add = (path: Expr & { kind: 'path' }, other?: Expr): void => {
            atoms.push({ expr, rule, path, ...(other && { other }), ...at });
        };
        switch (expr.kind) {
            case 'and':
            case 'or':
                visit(expr.left, at);
                visit(expr.right, at);
                break;
            case 'not':
                visit(expr.operand, { ...at, isNegated: !at.isNegated, negation: at.negation ?? expr });
                break;
            case 'compare':
                if (isNullTest(expr)) break;
                if (isAuthPath(expr.left)) add(expr.left, expr.right);
                else if (isAuthPath(expr.right)) add(expr.right, expr.left);
                break;
            case 'path':
                if (isAuthPath(expr)) add(expr);
                break;
            case 'predicate':
                if (isAuthPath(expr.list)) add(expr.list);
                else if (readsAuth(expr.condition)) {
                    visit(expr.condition, {
                        types: typesWithin(at.types, expr),
                        isInPredicate: true,
                        isNegated: at.isNegated !== (expr.operator === '^'),
                        ...(at.negation && { negation: at.negation }),
                    });
                }
                break;
            case 'call': {
                const [text, part] = expr.args;
                if (expr.function === 'check' && text) atoms.push({ expr, rule, other: text, ...at });
                if (!isTextCall(expr) || !text || !part) break;
                if (isAuthPath(part)) add(part, text);
                else if (isAuthPath(text)) add(text, part);
                break;
            }
            default:
                break;
        }
    };
    visit(rule.condition, { types: typesOfRule(model), isNegated: false, isInPredicate: false });
    return atoms;
}

/** Whether an operand of a row may be NULL: a nullable column, or an optional relation on the way. */
export function mayBeNull(schema: PolicySchema, expr: Expr, types: Types): boolean {
    if (expr.kind !== 'path') return false;
    if (expr.root.kind === 'auth') return true;
    const steps = stepsOf(schema, expr, types);
    return steps?.some(({ field }) => field.type.optional || (field.relation && !field.relation.owned)) ?? false;
}

/** Whether what an atom reads of `auth()` may be missing although the request has an auth. */
export function mayBeMissing(
    schema: PolicySchema,
    path: (Expr & { kind: 'path' }) | undefined,
    isMissing: (declaration: string, field: string) => boolean,
): boolean {
    const auth = schema.auth;
    if (!auth || !path) return false;
    if (isAuthItself(path)) return auth.idFields.some((id) => isMissing(auth.name, id));
    const steps = stepsOf(schema, path, typesOfRule(''));
    return steps?.some(({ declaration, field }) => isMissing(declaration, field.name)) ?? false;
}
