import type { Finding } from '../model/finding.ts';
import type { CompareOperator, Expr, PolicyField } from '../model/policy.ts';
import { describeWitness } from '../rules/describe.ts';
import { isAuthPath, visitExpr } from '../rules/expressions.ts';
import type { Path, Predicate } from '../rules/expressions.ts';
import { probeCondition } from '../rules/probe-condition.ts';
import { fieldAt } from '../rules/static-types.ts';
import type { Check } from './check.ts';
import { editRule } from './rule-edits.ts';
import { ruleProbe } from './rule-probe.ts';
import { contentOf, excerpt } from './rule-text.ts';
import { writtenRules } from './written-rules.ts';
import type { WrittenRule } from './written-rules.ts';

/** A comparison of a column of a predicate's element with itself. */
function sameColumn(
    expr: Expr,
    predicates: readonly Predicate[],
): { left: Path; right: Path; operator: CompareOperator; element: Predicate } | undefined {
    if (expr.kind !== 'compare' || expr.operator === 'in') return undefined;
    const { left, right, operator } = expr;
    if (left.kind !== 'path' || right.kind !== 'path') return undefined;
    const element = elementOf(left, predicates);
    if (!element || element !== elementOf(right, predicates) || columnOf(left) !== columnOf(right)) return undefined;
    return { left, right, operator, element };
}

/**
 * Inside a predicate both sides of a comparison are the same column of the same element: a plain name there is
 * the element's, not the model's. `auth().memberships?[orgId == orgId]` holds for whoever has a membership.
 */
export const ruleSelfComparison: Check = (input): Finding[] => {
    const { view } = input;
    const { schema, probe } = ruleProbe(input);
    const comparing = writtenRules(view).filter(({ rule }) => rule.traits.comparesNamesakes);
    return comparing.flatMap((written) => {
        const { rule, model } = written;
        const content = contentOf(view, rule.file);
        const findings: Finding[] = [];
        visitExpr(rule.condition, (expr, predicates) => {
            const same = sameColumn(expr, predicates);
            if (!same) return;
            const { left, right, element, operator } = same;
            const column = fieldAt(schema, model, left, predicates);
            if (!column) return;
            const text = excerpt(content, expr.span);
            const list = excerpt(content, element.list.span, 40);
            const meant = meantField(written, right, column);
            const effect = effectOf(operator, element);
            const witness = probeCondition(probe, model, rule, (each) =>
                // Lists of auth() are evaluated as a whole.
                each === expr || (each === element && isAuthPath(element.list)) ? null : undefined,
            );
            const counterexample = witness && describeWitness(probe, witness);
            findings.push({
                code: 'rule-self-comparison',
                severity: 'error',
                file: rule.file,
                span: expr.span,
                message:
                    `Inside ${list}${element.operator}[…] both sides of "${text}" are ${columnOf(left)} of the same ${element.element ?? 'element'}: ${effect}.` +
                    (meant ? ` this.${meant.name} is the one of ${model.name}.` : '') +
                    (counterexample ? ` ${counterexample.sentence}` : ''),
                ...(counterexample && { counterexample }),
                related: [],
                fixes: meant ? fixFor(view, written, left, right) : [],
            });
        });
        return findings;
    });
};

/** The predicate whose element a path begins at; undefined for `auth()`, `this` and outside of predicates. */
function elementOf({ root }: Path, predicates: readonly Predicate[]): Predicate | undefined {
    if (root.kind === 'binding') return predicates.findLast(({ binding }) => binding === root.name);
    return root.kind === 'field' ? predicates.at(-1) : undefined;
}

/** `org.id` for `org.id` and for `m.org.id`. */
function columnOf({ root, members }: Path): string {
    const names = members.map(({ name }) => name);
    return (root.kind === 'field' ? [root.name, ...names] : names).join('.');
}

function effectOf(operator: CompareOperator, { operator: predicate }: Predicate): string {
    const isAlwaysTrue = operator === '==' || operator === '<=' || operator === '>=';
    if (!isAlwaysTrue) return 'no element ever fits';
    if (predicate === '^') return 'every element fits, whatever row the rule is asked about';
    return 'every element fits, so the rows that the rule is about make no difference';
}

/** The field of the rule's own model that one side was to be. */
function meantField({ model }: WrittenRule, path: Path, column: PolicyField): PolicyField | undefined {
    const [first] = columnOf(path).split('.');
    const field = first === undefined ? undefined : model.fields.get(first);
    if (!field || columnOf(path).includes('.')) return undefined;
    const isSame = field.type.kind === column.type.kind && field.type.name === column.type.name;
    return isSame && !field.type.array && !column.type.array ? field : undefined;
}

/** `this.` before the right side; before the only side without a binding, where the other one has one. */
function fixFor(
    view: Parameters<Check>[0]['view'],
    { rule, model }: WrittenRule,
    left: Path,
    right: Path,
): Finding['fixes'] {
    const side = left.root.kind === 'field' && right.root.kind === 'binding' ? left : right;
    const { start, end } = side.rootSpan;
    const edit = side.root.kind === 'binding' ? { start, end, text: 'this' } : { start, end: start, text: 'this.' };
    const fix = editRule(view, rule, `Compare with the field of ${model.name}: this.${columnOf(side)}`, [edit]);
    return fix ? [fix] : [];
}
