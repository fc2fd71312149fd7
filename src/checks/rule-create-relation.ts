import type { Finding } from '../model/finding.ts';
import { ALL_OPERATIONS } from '../model/policy.ts';
import type { Expr, PolicyModel, PolicyRelation, PolicyRule } from '../model/policy.ts';
import { article } from '../rules/describe.ts';
import { visitExpr } from '../rules/expressions.ts';
import { foldExpr } from '../rules/fold.ts';
import type { Check } from './check.ts';
import { editRule } from './rule-edits.ts';
import { contentOf, excerpt, textAt } from './rule-text.ts';
import { writtenRules } from './written-rules.ts';
import type { WrittenRule } from './written-rules.ts';

function isOfCreate({ field, operations }: PolicyRule): boolean {
    return field === undefined && operations.includes('create');
}

/**
 * A rule for `create` reads a relation by which other rows point to the one that is being made. Nothing points to
 * it yet, so the list is always empty. Alone it is an error; in a list of operations it is reported where that
 * alone decides, so that `create` is always allowed or never. Relations over a hop have rows, and are left out.
 */
export const ruleCreateRelation: Check = ({ view }): Finding[] =>
    writtenRules(view).flatMap((written): Finding[] => {
        const { rule, model } = written;
        if (!isOfCreate(rule) || !rule.traits.names.some((name) => isForeign(model, name))) return [];
        const read = firstRead(rule.condition, model);
        if (!read) return [];
        const isAlone = rule.written.length === 1 && rule.written[0] === 'create';
        const value = valueOnCreate(rule.condition, model);
        const isRefusal = rule.effect === 'allow' ? value === false || value === null : value === true;
        const isGrant = rule.effect === 'allow' && value === true;
        if (!isAlone && !isRefusal && !isGrant) return [];
        const content = contentOf(view, rule.file);
        const list = excerpt(content, read.expr.span, 40);
        const result =
            value === undefined
                ? 'that part says nothing about it'
                : isGrant
                  ? 'so it allows everyone to create'
                  : rule.effect === 'deny'
                    ? isRefusal
                        ? 'so it refuses every create'
                        : 'so it never refuses one'
                    : 'so it never allows to create';
        const fix = isAlone ? undefined : withoutCreate(view, written);
        return [
            {
                code: 'rule-create-relation',
                severity: isAlone ? 'error' : 'warning',
                file: rule.file,
                span: (read.whole ?? read.expr).span,
                message:
                    `While ${article(model.name)} is being created ${read.relation.many ? `"${list}" is empty` : `there is no "${list}"`}, ` +
                    `since no ${read.relation.target} can point to it yet: ${result}.`,
                related: [],
                // It changes nothing where the rule never allowed it.
                fixes: fix ? [{ ...fix, preferred: rule.effect === 'allow' && isRefusal }] : [],
            },
        ];
    });

interface Read {
    expr: Expr;
    relation: PolicyRelation;
    /** The predicate over it, else itself. */
    whole: Expr | undefined;
}

/** The relation of the model itself that a path begins with, when the other side holds the keys. */
function foreignRelation(expr: Expr, model: PolicyModel, isInside: boolean): PolicyRelation | undefined {
    if (expr.kind !== 'path') return undefined;
    const { root, members } = expr;
    // Within a predicate a plain name is one of the element.
    const first = root.kind === 'field' && !isInside ? root.name : root.kind === 'this' ? members[0]?.name : undefined;
    return first !== undefined && isForeign(model, first) ? model.fields.get(first)?.relation : undefined;
}

function isForeign({ fields }: PolicyModel, name: string): boolean {
    return fields.get(name)?.relation?.owned === false;
}

function firstRead(condition: Expr, model: PolicyModel): Read | undefined {
    let found: Read | undefined;
    let around: Expr | undefined;
    visitExpr(condition, (expr, predicates) => {
        if (expr.kind === 'predicate') around = expr;
        const relation = foreignRelation(expr, model, predicates.length > 0);
        const isList = around?.kind === 'predicate' && around.list === expr;
        if (relation) found ??= { expr, relation, whole: isList ? around : expr };
    });
    return found;
}

/** What a condition is for a row that nothing points to; undefined when something else decides. */
function valueOnCreate(condition: Expr, model: PolicyModel): boolean | null | undefined {
    const inside = new Set<Expr>();
    visitExpr(condition, (expr, predicates) => {
        if (predicates.length > 0) inside.add(expr);
    });
    const isRead = (expr: Expr): boolean => foreignRelation(expr, model, inside.has(expr)) !== undefined;
    const known = (expr: Expr): boolean | null | undefined => {
        if (expr.kind === 'predicate' && isRead(expr.list)) {
            const isOver =
                expr.list.kind === 'path' && expr.list.members.length > (expr.list.root.kind === 'this' ? 1 : 0);
            return isOver ? null : expr.operator !== '?';
        }
        if (expr.kind === 'call' && expr.args.some(isRead)) return null;
        if (expr.kind !== 'compare' || !(isRead(expr.left) || isRead(expr.right))) return undefined;
        const other = isRead(expr.left) ? expr.right : expr.left;
        return other.kind === 'literal' && other.value === null ? expr.operator === '==' : null;
    };
    return foldExpr(condition, { hasAuth: true, isMissing: () => undefined, known }).value;
}

/** The rule for its other operations. */
function withoutCreate(
    view: Parameters<Check>[0]['view'],
    { rule }: WrittenRule,
): Finding['fixes'][number] | undefined {
    const rest = rule.written.flatMap((name) => (name === 'all' ? [...ALL_OPERATIONS] : [name]));
    const { start, end } = rule.operationsSpan;
    const text = textAt(view, rule.file, { start, end });
    const quote = text.charAt(0);
    const separator = /,\s*/.exec(text)?.[0] ?? ',';
    const operations = [...new Set(rest)].filter((name) => name !== 'create').join(separator);
    if (operations === '' || !/^(['"]).*\1$/.test(text)) return undefined;
    const edit = { start, end, text: `${quote}${operations}${quote}` };
    return editRule(view, rule, `Take create out of the rule: '${operations}'`, [edit]);
}
