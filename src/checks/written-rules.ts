import { tokensOf } from '../insert/tokens.ts';
import type { FixData } from '../model/fix.ts';
import type { Expr, PolicyField, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';

export type Predicate = Expr & { kind: 'predicate' };
export type Path = Expr & { kind: 'path' };

/** A rule with a model that it holds for. */
export interface WrittenRule {
    rule: PolicyRule;
    /** The one that it is written in where that is a model, else the first that inherits it. */
    model: PolicyModel;
}

/**
 * The rules that count, each once however many models inherit it, in order of the models.
 * In: the schema. Out: none without the policy plugin; those of models that didn't parse, or that the ORM
 * ignores, are left out.
 */
export function writtenRules({ policies }: Pick<SchemaView, 'policies'>): WrittenRule[] {
    const { hasPolicyPlugin, models } = policies();
    if (!hasPolicyPlugin) return [];
    const found = new Map<PolicyRule, WrittenRule>();
    for (const model of models.values()) {
        if (!model.intact || model.isIgnored) continue;
        for (const rule of [...model.rules, ...[...model.fields.values()].flatMap((field) => field.rules)]) {
            if (!found.has(rule) || rule.declaredIn === model.name) found.set(rule, { rule, model });
        }
    }
    return [...found.values()];
}

/** The parts of an expression. */
export function childrenOf(expr: Expr): Expr[] {
    switch (expr.kind) {
        case 'array':
            return expr.items;
        case 'not':
            return [expr.operand];
        case 'and':
        case 'or':
        case 'compare':
            return [expr.left, expr.right];
        case 'predicate':
            return [expr.list, expr.condition];
        case 'call':
            return expr.args;
        default:
            return [];
    }
}

/**
 * Visits an expression and all within it.
 * In: the expression; what to do with each, given the predicates around it, outermost first.
 */
export function visitExpr(
    expr: Expr,
    look: (expr: Expr, predicates: readonly Predicate[]) => void,
    predicates: readonly Predicate[] = [],
): void {
    look(expr, predicates);
    if (expr.kind === 'predicate') {
        visitExpr(expr.list, look, predicates);
        visitExpr(expr.condition, look, [...predicates, expr]);
    } else for (const child of childrenOf(expr)) visitExpr(child, look, predicates);
}

/** The predicates around a part of a condition, outermost first; none when it isn't a part of it. */
export function predicatesAround(condition: Expr, part: Expr): readonly Predicate[] {
    let found: readonly Predicate[] = [];
    visitExpr(condition, (expr, predicates) => {
        if (expr === part) found = predicates;
    });
    return found;
}

/** A model or type by its name. */
export function declarationNamed(schema: PolicySchema, name: string | undefined): PolicyModel | undefined {
    return name === undefined ? undefined : (schema.models.get(name) ?? schema.types.get(name));
}

/**
 * The field that a path leads to.
 * In: the schema, the model that holds the rule, the path, the predicates around it. Out: undefined for a
 * root by itself, and where it leads nowhere.
 */
export function fieldAt(
    schema: PolicySchema,
    model: PolicyModel,
    { root, members }: Path,
    predicates: readonly Predicate[],
): PolicyField | undefined {
    let holder: PolicyModel | undefined = model;
    if (root.kind === 'auth') holder = schema.auth;
    const innermost = predicates.at(-1);
    if (root.kind === 'field' && innermost) holder = declarationNamed(schema, innermost.element);
    if (root.kind === 'binding') {
        holder = declarationNamed(schema, predicates.findLast(({ binding }) => binding === root.name)?.element);
    }
    const names = members.map(({ name }) => name);
    let field: PolicyField | undefined;
    for (const name of root.kind === 'field' ? [root.name, ...names] : names) {
        field = holder?.fields.get(name);
        if (!field) return undefined;
        holder = declarationNamed(schema, field.relation?.target ?? field.type.name);
    }
    return field;
}

/** The content of a file of the schema. */
export function contentOf({ files }: Pick<SchemaView, 'files'>, file: string): string {
    return files.find((candidate) => candidate.file === file)?.content ?? '';
}

/** An expression with the parentheses around it. */
export function outerSpan({ span, outer }: Expr): Span {
    return outer ?? span;
}

/** A piece of a text as one line, with single blanks and without comments. */
export function oneLine(content: string, { start, end }: Span): string {
    const tokens = [...tokensOf(content.slice(start, end))];
    const texts = tokens.map(({ kind, text }) => (kind === 'space' ? ' ' : kind === 'comment' ? '' : text));
    return texts.join('').replaceAll(/ +/g, ' ').trim();
}

/** A piece of a text for a message: one line, cut when it is long. */
export function excerpt(content: string, span: Span, longest = 80): string {
    const text = oneLine(content, span);
    return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}

/**
 * The data of a fix that changes a rule in place.
 * In: the schema, the rule, edits with offsets into the rule's file. Out: undefined when the rule can't be found
 * in its declaration.
 */
export function editRule(
    view: SchemaView,
    rule: PolicyRule,
    edits: readonly (Span & { text: string })[],
): FixData | undefined {
    const declaration = view.declarations.find(({ name, file }) => name === rule.declaredIn && file === rule.file);
    if (!declaration) return undefined;
    const content = contentOf(view, rule.file);
    const text = content.slice(rule.span.start, rule.span.end);
    const equal = [...declaration.attributes, ...declaration.ownFields.flatMap(({ attributes }) => attributes)]
        .filter(({ span }) => content.slice(span.start, span.end) === text)
        .sort((a, b) => a.span.start - b.span.start);
    const nth = equal.findIndex(({ span }) => span.start === rule.span.start);
    if (nth === -1) return undefined;
    return {
        kind: 'edit-rule',
        declaration: rule.declaredIn,
        rule: text,
        nth,
        edits: edits.map((edit) => ({
            start: edit.start - rule.span.start,
            end: edit.end - rule.span.start,
            text: edit.text,
        })),
    };
}
