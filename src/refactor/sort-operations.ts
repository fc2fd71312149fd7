import type { Refactoring, RuleAt } from './refactoring.ts';

const ORDER = ['all', 'create', 'read', 'update', 'post-update', 'delete'];

/** Puts the operations of a rule in the usual order, each once. Undefined when they are, or one of them is none. */
export function sortOperations({ content, rule }: RuleAt): Refactoring | undefined {
    const { start, end } = rule.operationsSpan;
    const text = content.slice(start + 1, end - 1);
    const names = text.split(',').map((name) => name.trim());
    if (names.length < 2 || names.some((name) => !ORDER.includes(name))) return undefined;
    const sorted = ORDER.filter((name) => names.includes(name));
    if (sorted.join() === names.join()) return undefined;
    const separator = /,\s/.test(text) ? ', ' : ',';
    return {
        title: `Sort operations: ${sorted.join(', ')}`,
        kind: 'rewrite',
        changes: [{ file: rule.file, start: start + 1, end: end - 1, text: sorted.join(separator) }],
    };
}
