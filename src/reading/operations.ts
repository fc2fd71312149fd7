import { ALL_OPERATIONS } from '../model/policy.ts';
import type { Span } from '../model/text.ts';

/** The attributes that are rules. */
export const RULE_ATTRIBUTES: ReadonlySet<string> = new Set(['@@allow', '@@deny', '@allow', '@deny']);

const NAMES = new Set<string>([...ALL_OPERATIONS, 'post-update', 'all']);

/**
 * The operations in a rule's string.
 * In: the literal with its quotes. Out: names with their places, counted from the literal's start; without
 * what is no operation.
 */
export function operationsIn(literal: string): (Span & { name: string })[] {
    if (literal.includes('\n') || literal.includes('\r')) return [];
    return [...literal.matchAll(/[^,'"\s]+/g)]
        .map(({ 0: name, index }) => ({ name, start: index, end: index + name.length }))
        .filter(({ name }) => NAMES.has(name));
}
