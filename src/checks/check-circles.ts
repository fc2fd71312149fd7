import type { Finding } from '../model/finding.ts';
import type { Expr, Operation, PolicyRule, PolicySchema } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { visitExpr } from '../rules/expressions.ts';
import { rulesFor } from '../rules/permit.ts';
import { fieldAt } from '../rules/static-types.ts';
import { rangeOf } from './places.ts';
import type { WrittenRule } from './written-rules.ts';

/** A `check()` of a rule: from one model's operation to another's. */
interface Edge {
    rule: PolicyRule;
    expr: Expr;
    isInherited: boolean;
    to: string;
}

/**
 * `check()` goes round in a circle, which never ends. ZenStack reports the circles over rules that are written in
 * the models themselves; those over an inherited rule are reported here, at that rule.
 */
export function checkCircles(view: SchemaView, schema: PolicySchema, rules: readonly WrittenRule[]): Finding[] {
    const counted = new Set(rules.map(({ rule }) => rule));
    const edges = new Map<string, Edge[]>();
    const edgesOf = (node: string): Edge[] => {
        const known = edges.get(node) ?? readEdges(schema, node, counted);
        edges.set(node, known);
        return known;
    };
    const reported = new Set<Expr>();
    const findings: Finding[] = [];
    const seen = new Set<string>();
    const walk = (node: string, path: readonly string[], way: readonly Edge[]): void => {
        const from = path.indexOf(node);
        if (from !== -1) {
            const circle = way.slice(from);
            const inherited = circle.find(({ isInherited }) => isInherited);
            if (inherited && !circle.some(({ expr }) => reported.has(expr))) {
                for (const { expr } of circle) reported.add(expr);
                findings.push(report(view, inherited, [...path.slice(from), node], circle));
            }
            return;
        }
        if (seen.has(node)) return;
        for (const edge of edgesOf(node)) walk(edge.to, [...path, node], [...way, edge]);
        seen.add(node);
    };
    for (const { model, rule } of rules) {
        if (!rule.traits.asksCheck) continue;
        for (const operation of rule.operations) walk(`${model.name}:${operation}`, [], []);
    }
    return findings;
}

function readEdges(schema: PolicySchema, node: string, counted: ReadonlySet<PolicyRule>): Edge[] {
    const [name = '', operation = ''] = node.split(':');
    const model = schema.models.get(name);
    if (!model) return [];
    const edges: Edge[] = [];
    for (const rule of rulesFor(model, operation as Operation)) {
        if (!rule.traits.asksCheck || !counted.has(rule)) continue;
        visitExpr(rule.condition, (expr, predicates) => {
            if (expr.kind !== 'call' || expr.function !== 'check') return;
            const [relation, named] = expr.args;
            if (relation?.kind !== 'path') return;
            const target = fieldAt(schema, model, relation, predicates)?.relation?.target;
            const next = named?.kind === 'literal' && typeof named.value === 'string' ? named.value : operation;
            if (target === undefined || (named && named.kind !== 'literal')) return;
            edges.push({ rule, expr, isInherited: rule.declaredIn !== name, to: `${target}:${next}` });
        });
    }
    return edges;
}

function report(view: SchemaView, { rule, expr }: Edge, nodes: readonly string[], circle: readonly Edge[]): Finding {
    const way = nodes.map((node) => node.replace(':', ' ')).join(' → ');
    return {
        code: 'rule-throws-at-runtime',
        severity: 'error',
        file: rule.file,
        span: expr.span,
        message: `check() goes round in a circle (${way}), which never ends: every query that needs this rule throws.`,
        related: circle
            .filter((edge) => edge.expr !== expr)
            .map((edge) => ({
                location: rangeOf(view, edge.rule.file, edge.expr.span),
                message: 'check() leads back from here',
            })),
        fixes: [],
    };
}
