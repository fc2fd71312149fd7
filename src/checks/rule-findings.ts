import { CODES } from '../model/finding.ts';
import type { Code, Finding, Severity } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import type { Counterexample, Expr, PolicyModel, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import type { CheckInput } from './check.ts';

type Fix = Finding['fixes'][number];

/** A finding about a rule. */
export interface RuleFindingParts {
    code: Code;
    severity?: Severity;
    rule: Pick<PolicyRule, 'file'>;
    /** The narrowest place. */
    span: Span;
    message: string;
    counterexample?: Counterexample;
    related?: Finding['related'];
    fixes?: (Fix | undefined)[];
}

/** Makes a finding at a place in a rule; the sentence of the counterexample ends its message. */
export function ruleFinding(parts: RuleFindingParts): Finding {
    const { code, rule, span, counterexample } = parts;
    const level = CODES[code];
    const fixes = (parts.fixes ?? []).filter((fix) => fix !== undefined);
    return {
        code,
        severity: parts.severity ?? (level === 'off' ? 'information' : level),
        file: rule.file,
        span,
        message: counterexample ? `${parts.message} ${counterexample.sentence}` : parts.message,
        ...(counterexample && { counterexample }),
        related: parts.related ?? [],
        fixes: fixes.map((fix, index) => ({ ...fix, preferred: fix.preferred && index === 0 })),
    };
}

/** One finding per place: a rule that several models inherit is reported once, for the first of them. */
export function oncePerPlace(findings: readonly Finding[]): Finding[] {
    const seen = new Set<string>();
    return findings.filter(({ code, file, span }) => {
        const key = `${code} ${file} ${span.start} ${span.end}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
    });
}

/** The text of a place in a schema. */
export function textAt(view: SchemaView, file: string, span: Span): string {
    return contentOf(view, file).slice(span.start, span.end);
}

/** The text of an expression as one line. */
export function codeOf(view: SchemaView, file: string, { span }: { span: Span }): string {
    return `\`${textAt(view, file, span).replace(/\s+/g, ' ')}\``;
}

/** A fix that changes a rule in place; offsets of `edits` are of the file. */
export function editRule(
    { view }: CheckInput,
    rule: PolicyRule,
    title: string,
    edits: readonly (Span & { text: string })[],
): Fix {
    const content = contentOf(view, rule.file);
    const text = content.slice(rule.span.start, rule.span.end);
    const declaration = view.declarations.find(
        ({ file, span }) => file === rule.file && span.start <= rule.span.start && rule.span.end <= span.end,
    );
    const data: FixData = {
        kind: 'edit-rule',
        declaration: rule.declaredIn,
        rule: text,
        nth: declaration ? countBefore(content.slice(declaration.span.start, rule.span.start), text) : 0,
        edits: edits.map(({ start, end, text: inserted }) => ({
            start: start - rule.span.start,
            end: end - rule.span.start,
            text: inserted,
        })),
    };
    return { title, preferred: true, data };
}

/** A fix that adds a rule below another. */
export function addRule({ view }: CheckInput, rule: PolicyRule, title: string, text: string): Fix {
    return {
        title,
        preferred: true,
        data: { kind: 'add-rule', declaration: rule.declaredIn, text, after: textAt(view, rule.file, rule.span) },
    };
}

function countBefore(text: string, part: string): number {
    let count = 0;
    for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
    return count;
}

function contentOf(view: SchemaView, file: string): string {
    return view.files.find((candidate) => candidate.file === file)?.content ?? '';
}

/**
 * Edits that put a condition before an expression: `guard && expression`, in parentheses unless nothing but `&&`
 * is around. `condition`: the rule's whole condition, which the expression is a part of.
 */
export function guardEdits(guard: string, expr: Expr, condition: Expr): (Span & { text: string })[] {
    const place = expr.outer ?? expr.span;
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
export function guardCondition(guard: string, condition: Expr): (Span & { text: string })[] {
    const { start, end } = condition.outer ?? condition.span;
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
function wrapped(expr: Expr): (Span & { text: string })[] {
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

/** Whether a model's rules are its own: findings about inherited ones belong to where they are written. */
export function writtenIn(model: PolicyModel, rule: PolicyRule): boolean {
    return rule.declaredIn === model.name;
}
