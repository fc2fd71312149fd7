import type { Finding } from '../model/finding.ts';
import type { Expr, PolicyRule, PolicySchema } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { childrenOf, isAuthItself } from '../model/expressions.ts';
import { predicatesAround, someExpr } from '../rules/expressions.ts';
import type { Predicate } from '../rules/expressions.ts';
import { fieldAt } from '../rules/static-types.ts';
import type { ThrowingForm } from '../rules/throwing-forms.ts';
import { editRule, outerSpan } from './rule-edits.ts';
import { textAt } from './rule-text.ts';
import type { WrittenRule } from './written-rules.ts';

type Edit = Span & { text: string };

/**
 * What cures a form that throws, where just one thing can be meant.
 * In: the schema, the rule, the form, whether it throws for requests without a user alone. Out: at most one fix.
 */
export function throwFixes(
    view: SchemaView,
    schema: PolicySchema,
    written: WrittenRule,
    form: ThrowingForm,
    isAnonymousOnly: boolean,
): Finding['fixes'] {
    const { rule } = written;
    const cure = cureFor(view, schema, written, form, isAnonymousOnly);
    const fix = cure && editRule(view, rule, cure.title, cure.edits);
    return fix ? [fix] : [];
}

function cureFor(
    view: SchemaView,
    schema: PolicySchema,
    written: WrittenRule,
    form: ThrowingForm,
    isAnonymousOnly: boolean,
): { title: string; edits: Edit[] } | undefined {
    const { expr } = form;
    switch (form.kind) {
        case 'auth-of-type':
        case 'auth-in-list':
            return readId(schema, written, expr);
        case 'list-missing':
            return isAnonymousOnly ? guard(written.rule, expr) : undefined;
        case 'list-function':
            return lookUp(view, written.rule, expr);
        case 'element-relation':
        case 'element-list':
            return bind(schema, written, expr);
        default:
            return undefined;
    }
}

/** `auth()` → `auth().userId`, when that is its id and can be compared with the other side. */
function readId(schema: PolicySchema, { rule, model }: WrittenRule, expr: Expr): ReturnType<typeof cureFor> {
    const [id, ...more] = schema.auth?.idFields ?? [];
    const field = id === undefined ? undefined : schema.auth?.fields.get(id);
    if (!field || more.length > 0) return undefined;
    const found = expr.kind === 'compare' ? [expr.left, expr.right].filter(isAuthItself) : [expr];
    const [auth, another] = found;
    if (!auth || another) return undefined;
    if (expr.kind === 'compare') {
        const other = isAuthItself(expr.left) ? expr.right : expr.left;
        const type =
            other.kind === 'path'
                ? fieldAt(schema, model, other, predicatesAround(rule.condition, expr))?.type
                : undefined;
        const isString = other.kind === 'literal' && typeof other.value === 'string' && field.type.name === 'String';
        if (!isString && (type?.kind !== field.type.kind || type.name !== field.type.name)) return undefined;
    }
    const { end } = auth.span;
    return {
        title: `Compare with its id: auth().${field.name}`,
        edits: [{ start: end, end, text: `.${field.name}` }],
    };
}

/** `x in auth().list` → `(auth() != null && x in auth().list)`; a deny hits requests without a user. */
function guard(rule: PolicyRule, expr: Expr): ReturnType<typeof cureFor> {
    if (isNegated(rule.condition, expr)) return undefined;
    const text = rule.effect === 'allow' ? 'auth() != null && ' : 'auth() == null || ';
    const { start, end } = expr.span;
    const isGrouped = expr.outer !== undefined || rule.condition === expr;
    return {
        title: rule.effect === 'allow' ? 'Ask for a user first: auth() != null' : 'Deny requests without a user too',
        edits: [
            { start, end: start, text: isGrouped ? text : `(${text}` },
            ...(isGrouped ? [] : [{ start: end, end, text: ')' }]),
        ],
    };
}

/** `has(auth().list, x)` → `(auth() != null && x in auth().list)`. */
function lookUp(view: SchemaView, rule: PolicyRule, expr: Expr): ReturnType<typeof cureFor> {
    if (expr.kind !== 'call' || expr.function !== 'has' || rule.effect === 'deny') return undefined;
    const [list, value] = expr.args;
    const isSimple = value?.kind === 'literal' || value?.kind === 'path' || value?.kind === 'enum';
    if (list?.kind !== 'path' || list.root.kind !== 'auth' || !value || !isSimple) return undefined;
    if (isNegated(rule.condition, expr)) return undefined;
    const lookup = `${textAt(view, rule.file, value.span)} in ${textAt(view, rule.file, list.span)}`;
    const text = `auth() != null && ${lookup}`;
    const isGrouped = expr.outer !== undefined || rule.condition === expr;
    return { title: `Write ${lookup}`, edits: [{ ...expr.span, text: isGrouped ? text : `(${text})` }] };
}

function isNegated(condition: Expr, wanted: Expr): boolean {
    if (condition === wanted) return false;
    const child = childrenOf(condition).find((each) => someExpr(each, (part) => part === wanted));
    if (!child) return false;
    // What holds for some element isn't denied by a guard, what holds for all or none is.
    const turns = condition.kind === 'not' || (condition.kind === 'predicate' && condition.operator !== '?');
    return turns || condition.kind === 'compare' || isNegated(child, wanted);
}

/** `list?[team.x == …]` → `list?[m, m.team.x == …]`: a binding can follow relations. */
function bind(schema: PolicySchema, { rule, model }: WrittenRule, expr: Expr): ReturnType<typeof cureFor> {
    const predicate = predicatesAround(rule.condition, expr).at(-1);
    if (!predicate || expr.kind !== 'path' || expr.root.kind !== 'field') return undefined;
    const { start } = expr.rootSpan;
    const name = predicate.binding ?? freeName(schema, model.name, predicate, rule.condition);
    if (name === undefined) return undefined;
    const first = outerSpan(predicate.condition).start;
    const binding = predicate.binding === undefined ? [{ start: first, end: first, text: `${name}, ` }] : [];
    return {
        title: `Name the element: ${name}.${expr.root.name}`,
        edits: [...binding, { start, end: start, text: `${name}.` }],
    };
}

/** A name for an element that means nothing else where it is used. */
function freeName(schema: PolicySchema, model: string, { element }: Predicate, condition: Expr): string | undefined {
    const declaration = element === undefined ? undefined : schema.models.get(element);
    if (!declaration) return undefined;
    const taken = new Set([
        ...declaration.fields.keys(),
        ...(schema.models.get(model)?.fields.keys() ?? []),
        ...[...schema.enums.values()].flat(),
        ...bindingsIn(condition),
    ]);
    const name = declaration.name;
    const candidates = [name.charAt(0).toLowerCase(), name.charAt(0).toLowerCase() + name.slice(1), 'element'];
    return candidates.find((candidate) => !taken.has(candidate));
}

function bindingsIn(expr: Expr): string[] {
    const own = expr.kind === 'predicate' && expr.binding !== undefined ? [expr.binding] : [];
    return [...own, ...childrenOf(expr).flatMap(bindingsIn)];
}
