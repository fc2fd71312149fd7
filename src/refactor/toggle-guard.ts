import { endOfLine, indentationAt, removalSpan } from '../fixes/lines.ts';
import type { Expr, PolicyModel, PolicyRule } from '../model/policy.ts';
import type { TextChange } from '../model/text.ts';
import { isChain, isDecided, isUniform, negate, operands } from './negate.ts';
import { compact, textOf } from './refactoring.ts';
import type { Refactoring, RuleAt } from './refactoring.ts';

/**
 * Writes a deny as a guard in each allow, or such a guard as a deny. Both permit the same requests: it is offered
 * only for conditions that are never unknown, and when the allows cover no other operations.
 */
export function toggleGuard(at: RuleAt): Refactoring | undefined {
    // Rules of a mixin or base are evaluated together with those of what inherits them, which may be other ones.
    const { model, view } = at;
    if (model.kind !== 'model' || !model.intact || model.isDelegate || inherits(at)) return undefined;
    if ([...view.policies().models.values()].some(({ base }) => base === model.name)) return undefined;
    return at.rule.effect === 'deny' ? toGuards(at) : toDeny(at);
}

function inherits({ model }: RuleAt): boolean {
    return model.rules.some(({ declaredIn }) => declaredIn !== model.name);
}

function overlaps(a: PolicyRule, operations: ReadonlySet<string>): boolean {
    return a.operations.some((operation) => operations.has(operation));
}

function isWithin(a: PolicyRule, operations: ReadonlySet<string>): boolean {
    return a.operations.every((operation) => operations.has(operation));
}

function allowsOf(model: PolicyModel, operations: ReadonlySet<string>): PolicyRule[] {
    return model.rules.filter(
        (rule) => rule.effect === 'allow' && rule.field === undefined && overlaps(rule, operations),
    );
}

function toGuards({ content, model, rule }: RuleAt): Refactoring | undefined {
    if (!isDecided(rule.condition, model) || rule.condition.kind === 'literal') return undefined;
    const operations = new Set<string>(rule.operations);
    const allows = allowsOf(model, operations);
    if (allows.length === 0 || !allows.every((each) => isWithin(each, operations))) return undefined;
    // Without an allow for it, an update is free to write what `post-update` doesn't deny.
    const covered = new Set<string>(allows.flatMap((each) => each.operations));
    if (operations.has('post-update') && !covered.has('post-update')) return undefined;
    if (allows.some(({ condition }) => condition.kind === 'unknown')) return undefined;
    const { text, isChain: needs } = negate(rule.condition, content);
    const guard = needs ? `(${text})` : text;
    return {
        title: `Toggle guard: require ${shorten(guard)} in each allow`,
        kind: 'rewrite',
        changes: [
            { file: rule.file, ...removalSpan(content, rule.span), text: '' },
            ...allows.flatMap((allow) => addGuard(allow, guard)),
        ],
    };
}

function addGuard({ condition, file }: PolicyRule, guard: string): TextChange[] {
    const { start, end } = condition.outer ?? condition.span;
    if (condition.kind === 'literal' && condition.value === true) return [{ file, start, end, text: guard }];
    // `&&` and `||` bind alike, from left to right.
    const isMixed = isChain(condition) && !condition.outer && !isUniform(condition, 'and');
    const needs = isMixed || (condition.kind === 'or' && !condition.outer);
    return needs
        ? [
              { file, start, end: start, text: `${guard} && (` },
              { file, start: end, end, text: ')' },
          ]
        : [{ file, start, end: start, text: `${guard} && ` }];
}

function toDeny({ content, model, rule }: RuleAt): Refactoring | undefined {
    const guard = guardOf(rule);
    if (!guard || !isDecided(guard, model) || guard.kind === 'literal') return undefined;
    const operations = new Set<string>(rule.operations);
    let allows = allowsOf(model, operations);
    // What one of them is about, all that are about it have to be guarded for.
    for (;;) {
        for (const operation of allows.flatMap((each) => each.operations)) operations.add(operation);
        const more = allowsOf(model, operations);
        if (more.length === allows.length) break;
        allows = more;
    }
    const text = compact(textOf(content, guard));
    const guards = allows.map(guardOf);
    if (guards.some((each) => !each || compact(textOf(content, each)) !== text)) return undefined;
    if (allows.some(({ file }) => file !== rule.file)) return undefined;
    const first = allows[0];
    if (!first) return undefined;
    const negated = negate(guard, content).text;
    const written = allows.length === 1 ? first.written : namesOf(operations);
    const quote = content.charAt(first.operationsSpan.start);
    const indent = indentationAt(content, first.span.start);
    const deny = `@@deny(${quote}${written.join(',')}${quote}, ${negated})${endOfLine(content)}${indent}`;
    return {
        title: `Toggle guard: deny ${shorten(negated)} instead`,
        kind: 'rewrite',
        changes: [
            { file: rule.file, start: first.span.start, end: first.span.start, text: deny },
            ...allows.map((allow) => removeGuard(allow)),
        ],
    };
}

/** `'all'` where it says the same. */
function namesOf(operations: ReadonlySet<string>): string[] {
    const four = ['create', 'read', 'update', 'delete'];
    const names = four.every((name) => operations.has(name)) ? ['all'] : four.filter((name) => operations.has(name));
    return operations.has('post-update') ? [...names, 'post-update'] : names;
}

/** The first of the operands that an allow requires together, or its only one. */
function guardOf({ condition }: PolicyRule): Expr | undefined {
    if (condition.kind === 'unknown' || condition.kind === 'or') return undefined;
    if (condition.kind !== 'and') return condition;
    return isUniform(condition, 'and') ? operands(condition, 'and')[0] : undefined;
}

function removeGuard({ condition, file }: PolicyRule): TextChange {
    const [guard, next] = condition.kind === 'and' ? operands(condition, 'and') : [condition];
    const { start, end } = guard?.outer ?? guard?.span ?? condition.span;
    if (!next) {
        const whole = condition.outer ?? condition.span;
        return { file, ...whole, text: 'true' };
    }
    return { file, start, end: Math.max(end, (next.outer ?? next.span).start), text: '' };
}

function shorten(text: string): string {
    const line = text.replaceAll(/\s+/g, ' ');
    return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
