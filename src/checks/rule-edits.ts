import type { Finding } from '../model/finding.ts';
import type { Expr, PolicyField, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { contentOf, textAt } from './rule-text.ts';

type Fix = Finding['fixes'][number];
type Edit = Span & { text: string };

/**
 * A fix that changes a rule in place; it is preferred.
 * In: the schema, the rule, the title, edits with offsets into the rule's file. Out: undefined when the rule can't
 * be found in its declaration.
 */
export function editRule(view: SchemaView, rule: PolicyRule, title: string, edits: readonly Edit[]): Fix | undefined {
    const declaration = view.declarations.find(({ name, file }) => name === rule.declaredIn && file === rule.file);
    if (!declaration) return undefined;
    const content = contentOf(view, rule.file);
    const text = content.slice(rule.span.start, rule.span.end);
    const equal = [...declaration.attributes, ...declaration.ownFields.flatMap(({ attributes }) => attributes)]
        .filter(({ span }) => content.slice(span.start, span.end) === text)
        .sort((a, b) => a.span.start - b.span.start);
    const nth = equal.findIndex(({ span }) => span.start === rule.span.start);
    if (nth === -1) return undefined;
    const moved = edits.map((edit) => ({
        start: edit.start - rule.span.start,
        end: edit.end - rule.span.start,
        text: edit.text,
    }));
    const data = { kind: 'edit-rule' as const, declaration: rule.declaredIn, rule: text, nth, edits: moved };
    return { title, preferred: true, data };
}

/** A fix that adds a rule below another. */
export function addRule(view: SchemaView, rule: PolicyRule, title: string, text: string): Fix {
    return {
        title,
        preferred: true,
        data: { kind: 'add-rule', declaration: rule.declaredIn, text, after: textAt(view, rule.file, rule.span) },
    };
}

/**
 * A fix that adds a rule to a field, by which updates leave it alone.
 * In: the field, the title; who may update it nevertheless, as a comparison. Beside an allow of the field a deny is
 * added, since another allow would only open more.
 */
export function fieldRule(field: PolicyField, title: string, except?: string): Fix {
    const hasAllow = field.rules.some(({ effect, operations }) => effect === 'allow' && operations.includes('update'));
    const text = hasAllow
        ? `@deny('update', ${except?.replace('==', '!=') ?? 'true'})`
        : `@allow('update', ${except ?? 'false'})`;
    return {
        title,
        preferred: true,
        data: { kind: 'add-field-attribute', declaration: field.declaredIn, field: field.name, text },
    };
}

/** An expression with the parentheses around it. */
export function outerSpan({ span, outer }: Expr): Span {
    return outer ?? span;
}

/**
 * Edits that put a condition before an expression: `guard && expression`, in parentheses unless nothing but `&&`
 * is around. `condition`: the rule's whole condition, which the expression is a part of.
 */
export function guardEdits(guard: string, expr: Expr, condition: Expr): Edit[] {
    const place = outerSpan(expr);
    if (isInConjunction(expr, condition)) return [{ start: place.start, end: place.start, text: `${guard} && ` }];
    if (expr.outer) {
        return [{ start: expr.span.start, end: expr.span.start, text: `${guard} && ` }, ...wrapped(expr)];
    }
    return [
        { start: place.start, end: place.start, text: `(${guard} && ` },
        { start: place.end, end: place.end, text: ')' },
    ];
}

/** Edits that put a guard before a whole condition. */
export function guardCondition(guard: string, condition: Expr): Edit[] {
    const { start, end } = outerSpan(condition);
    if (condition.outer || beginsWithConjunction(condition)) return [{ start, end: start, text: `${guard} && ` }];
    return [
        { start, end: start, text: `${guard} && (` },
        { start: end, end, text: ')' },
    ];
}

/** Whether what is put before binds as it should: nothing but `&&` follows up to the first parentheses. */
function beginsWithConjunction(expr: Expr): boolean {
    if (expr.kind === 'or') return false;
    if (expr.kind !== 'and') return true;
    return expr.left.outer !== undefined || beginsWithConjunction(expr.left);
}

/** Within its own parentheses an expression of several parts needs a pair more. */
function wrapped(expr: Expr): Edit[] {
    if (expr.kind !== 'or') return [];
    return [
        { start: expr.span.start, end: expr.span.start, text: '(' },
        { start: expr.span.end, end: expr.span.end, text: ')' },
    ];
}

/** Whether an expression is the whole of a condition, or joined to the rest by `&&` alone. */
function isInConjunction(expr: Expr, condition: Expr): boolean {
    if (expr === condition) return expr.kind !== 'or';
    if (condition.kind !== 'and') return false;
    return isInConjunction(expr, condition.left) || isInConjunction(expr, condition.right);
}
