import type { PolicyRule } from '../model/policy.ts';
import { moveRule } from './move-rules.ts';
import type { Asked, Recorder } from './recorder.ts';

/** A rule as it was read at a place, with what its names meant. */
interface Known {
    rule: PolicyRule;
    start: number;
    asked: readonly Asked[];
}

/** By the text of the rule. Beyond so many everything is forgotten. */
const memory = new Map<string, Known[]>();
const MOST = 4000;
/** As many meanings of one text are remembered. */
const MOST_MEANINGS = 4;

/** Forgets all rules, so that they are read anew: what tests compare with. */
export function forgetRuleTexts(): void {
    memory.clear();
}

/**
 * A rule whose text may stand in other declarations too, where its names mean the same.
 * In: its text and place; what names mean; how it is read, which gives where it belongs, too. Out: the rule.
 */
export function recallRule(
    { text, start }: { text: string; start: number },
    schema: Recorder,
    read: (known?: PolicyRule) => PolicyRule,
): PolicyRule {
    const all = memory.get(text) ?? [];
    const known = all.find(({ asked }) => schema.answersSame(asked));
    if (known) return read(moveRule(known.rule, start - known.start));
    const { value: rule, asked } = schema.during(() => read());
    // Where something means nothing, the reason names the declaration.
    const isWhole = asked?.every((each) => each.what !== 'enum' || each.owner !== undefined) === true;
    if (!asked || !isWhole) return rule;
    if (memory.size > MOST) memory.clear();
    memory.set(text, [...all.slice(1 - MOST_MEANINGS), { rule, start, asked }]);
    return rule;
}
