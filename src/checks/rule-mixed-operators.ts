import { applyChanges } from '../model/text.ts';
import type { Span } from '../model/text.ts';
import type { Finding } from '../model/finding.ts';
import type { Expr } from '../model/policy.ts';
import { describeWitness } from '../rules/describe.ts';
import { childrenOf } from '../model/expressions.ts';
import { probeCondition } from '../rules/probe-condition.ts';
import type { Check } from './check.ts';
import { editRule, outerSpan } from './rule-edits.ts';
import { ruleProbe } from './rule-probe.ts';
import { contentOf, excerpt, oneLine } from './rule-text.ts';
import { writtenRules } from './written-rules.ts';

/** Operands of `&&` and `||` without parentheses between them, with the operators before the second, third, … */
interface Chain {
    root: Expr;
    operands: Expr[];
    operators: ('and' | 'or')[];
    span: Span;
}

/**
 * `&&` and `||` are mixed without parentheses. ZenStack gives both the same precedence and reads them from left
 * to right; in JavaScript (and nearly everywhere else) `&&` binds tighter. Reported where that makes another
 * condition of it, which a truth table over the operands decides.
 */
export const ruleMixedOperators: Check = (input): Finding[] => {
    const { view } = input;
    const mixing = writtenRules(view).filter(({ rule: { traits } }) => traits.hasAnd && traits.hasOr);
    return mixing.flatMap(({ rule, model }) => {
        const content = contentOf(view, rule.file);
        return chainsIn(rule.condition).flatMap((chain): Finding[] => {
            const difference = findDifference(chain, content);
            if (!difference) return [];
            const readings = { now: keepToday(chain), javascript: meanJavaScript(chain) };
            const shown = (edits: Edit[]): string => {
                const { start, end } = chain.span;
                const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
                const text = applyChanges(content.slice(start, end), moved);
                return excerpt(text, { start: 0, end: text.length }, 120);
            };
            const fix = (title: string, edits: Edit[]): Finding['fixes'] => {
                const edited = editRule(view, rule, title, edits);
                // Which of the two is meant only the author knows.
                return edited ? [{ ...edited, preferred: false }] : [];
            };
            const { when, now } = difference;
            const { probe } = ruleProbe(input);
            const witness = probeCondition(probe, model, rule, (expr, _, scope, evaluator) =>
                expr === chain.root ? evaluator.truth(javascriptTree(chain), scope) : undefined,
            );
            const counterexample = witness && describeWitness(probe, witness);
            return [
                {
                    code: 'rule-mixed-operators',
                    severity: 'warning',
                    file: rule.file,
                    span: chain.span,
                    message:
                        `ZenStack reads && and || from left to right: ${shown(readings.now)}. ` +
                        `In JavaScript this would be ${shown(readings.javascript)}. ` +
                        `When ${when}, it is ${String(now)}, not ${String(!now)}.` +
                        (counterexample ? ` ${counterexample.sentence}` : ''),
                    ...(counterexample && { counterexample }),
                    related: [],
                    fixes: [
                        ...fix(`Write down what it means now: ${shown(readings.now)}`, readings.now),
                        ...fix(
                            `Make it mean what JavaScript reads: ${shown(readings.javascript)}`,
                            readings.javascript,
                        ),
                    ],
                },
            ];
        });
    });
};

/** The chains that mix both operators, outer ones first. */
function chainsIn(expr: Expr): Chain[] {
    if (expr.kind !== 'and' && expr.kind !== 'or') return childrenOf(expr).flatMap(chainsIn);
    const chain = flatten(expr);
    const nested = chain.operands.flatMap(chainsIn);
    return new Set(chain.operators).size === 2 ? [chain, ...nested] : nested;
}

function flatten(expr: Expr & { kind: 'and' | 'or' }): Chain {
    const { left, right, kind } = expr;
    const { end } = outerSpan(right);
    if ((left.kind !== 'and' && left.kind !== 'or') || left.outer) {
        return { root: expr, operands: [left, right], operators: [kind], span: { start: outerSpan(left).start, end } };
    }
    const before = flatten(left);
    return {
        root: expr,
        operands: [...before.operands, right],
        operators: [...before.operators, kind],
        span: { ...before.span, end },
    };
}

/** The condition as JavaScript reads it. */
function javascriptTree({ operands, operators, root }: Chain): Expr {
    const join = (kind: 'and' | 'or', left: Expr, right: Expr): Expr => {
        return { kind, left, right, operatorSpan: root.span, span: root.span };
    };
    const runs: Expr[] = [];
    for (const [index, operand] of operands.entries()) {
        const run = operators[index - 1] === 'and' ? runs.pop() : undefined;
        runs.push(run ? join('and', run, operand) : operand);
    }
    return runs.reduce((left, right) => join('or', left, right));
}

type Edit = Span & { text: string };

function parenthesize(first: Expr, last: Expr): Edit[] {
    const { start } = outerSpan(first);
    const { end } = outerSpan(last);
    return [
        { start, end: start, text: '(' },
        { start: end, end, text: ')' },
    ];
}

/** Parentheses around what stands before an `&&` that follows an `||`. */
function keepToday({ operands, operators }: Chain): Edit[] {
    const [first] = operands;
    return operators.flatMap((operator, index) => {
        const last = operands[index];
        const isNeeded = operator === 'and' && operators[index - 1] === 'or';
        return isNeeded && first && last ? parenthesize(first, last) : [];
    });
}

/** Parentheses around each run of `&&` that follows an `||`. */
function meanJavaScript({ operands, operators }: Chain): Edit[] {
    return operators.flatMap((operator, index) => {
        if (operator !== 'and' || operators[index - 1] !== 'or') return [];
        const next = operators.indexOf('or', index);
        const first = operands[index];
        const last = operands[next === -1 ? operators.length : next];
        return first && last ? parenthesize(first, last) : [];
    });
}

/** A truth table over more atoms would take too long. */
const MOST_ATOMS = 12;

/**
 * Whether the two readings differ.
 * Out: what has to hold for it, in words, and what the condition is then; undefined when they agree always, or
 * when there are too many operands to tell.
 */
function findDifference(chain: Chain, content: string): { when: string; now: boolean } | undefined {
    // All `&&` before the first `||`: from left to right is what binding tighter means, too.
    if (chain.operators.lastIndexOf('and') < chain.operators.indexOf('or')) return undefined;
    const atoms = new Map<string, number>();
    for (const operand of chain.operands) collectAtoms(operand, content, atoms);
    if (atoms.size > MOST_ATOMS) return undefined;
    for (const values of assignments(atoms.size)) {
        const truths = chain.operands.map((operand) => truthOf(operand, content, atoms, values));
        const now = leftToRight(truths, chain.operators);
        if (now === andFirst(truths, chain.operators)) continue;
        return { when: describe(chain, truths, content), now };
    }
    return undefined;
}

/** Fewest true atoms first. */
function assignments(count: number): boolean[][] {
    const all = Array.from({ length: 2 ** count }, (_, bits) =>
        Array.from({ length: count }, (_unused, index) => ((bits >> index) & 1) === 1),
    );
    const trues = (values: readonly boolean[]): number => values.filter(Boolean).length;
    return all.sort((a, b) => trues(a) - trues(b));
}

function leftToRight([first = true, ...others]: readonly boolean[], operators: Chain['operators']): boolean {
    return others.reduce((value, each, index) => (operators[index] === 'and' ? value && each : value || each), first);
}

function andFirst([first = true, ...others]: readonly boolean[], operators: Chain['operators']): boolean {
    const runs = [first];
    others.forEach((each, index) => {
        if (operators[index] === 'and') runs.push((runs.pop() ?? true) && each);
        else runs.push(each);
    });
    return runs.some(Boolean);
}

/** What is no Boolean operator. The same text is the same atom; `x != null` is the opposite of `x == null`. */
function atomOf(expr: Expr, content: string): { key: string; isNegated: boolean } {
    const isNull = (side: Expr): boolean => side.kind === 'literal' && side.value === null;
    if (expr.kind === 'compare' && (isNull(expr.left) || isNull(expr.right))) {
        const tested = isNull(expr.right) ? expr.left : expr.right;
        return { key: `${oneLine(content, tested.span)} == null`, isNegated: expr.operator === '!=' };
    }
    return { key: oneLine(content, expr.span), isNegated: false };
}

function collectAtoms(expr: Expr, content: string, atoms: Map<string, number>): void {
    if (expr.kind === 'and' || expr.kind === 'or' || expr.kind === 'not') {
        for (const child of childrenOf(expr)) collectAtoms(child, content, atoms);
    } else if (expr.kind !== 'literal') {
        const { key } = atomOf(expr, content);
        if (!atoms.has(key)) atoms.set(key, atoms.size);
    }
}

function truthOf(expr: Expr, content: string, atoms: ReadonlyMap<string, number>, values: readonly boolean[]): boolean {
    const of = (child: Expr): boolean => truthOf(child, content, atoms, values);
    if (expr.kind === 'not') return !of(expr.operand);
    if (expr.kind === 'and') return of(expr.left) && of(expr.right);
    if (expr.kind === 'or') return of(expr.left) || of(expr.right);
    if (expr.kind === 'literal') return expr.value === true;
    const { key, isNegated } = atomOf(expr, content);
    return (values[atoms.get(key) ?? -1] === true) !== isNegated;
}

/** `"a" holds, and "b" doesn't`, each operand once. */
function describe({ operands }: Chain, truths: readonly boolean[], content: string): string {
    const named = (value: boolean): string[] => {
        const fitting = operands.filter((operand, index) => truths[index] === value && operand.kind !== 'literal');
        return [...new Set(fitting.map((operand) => `"${excerpt(content, operand.span, 40)}"`))];
    };
    const says = (names: readonly string[], one: string, several: string): string[] =>
        names.length === 0 ? [] : [`${names.join(' and ')} ${names.length > 1 ? several : one}`];
    return [...says(named(true), 'holds', 'hold'), ...says(named(false), "doesn't", "don't")].join(', and ');
}
