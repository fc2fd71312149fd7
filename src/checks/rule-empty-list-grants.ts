import { describeWitness } from '../rules/describe.ts';
import { probeEmptyLists } from '../rules/probe-reach.ts';
import type { Check } from './check.ts';
import { editRule, guardEdits } from './rule-edits.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';
import { codeOf, textAt } from './rule-text.ts';

/** `!` (every) or `^` (none) is true on an empty list, and allows access by that. */
export const ruleEmptyListGrants: Check = (input) => {
    const shared = ruleProbe(input);
    const { probe } = shared;
    return oncePerPlace(
        shared.models.flatMap((model) =>
            shared.findingsIn('rule-empty-list-grants', model, () =>
                probeEmptyLists(probe, model).map(({ predicate, rule, operations, witness }) => {
                    const list = textAt(input.view, rule.file, predicate.list.span);
                    return ruleFinding({
                        code: 'rule-empty-list-grants',
                        rule,
                        span: predicate.span,
                        message: `${codeOf(input.view, rule.file, predicate)} is true when ${list} is empty.`,
                        counterexample: describeWitness(probe, witness, { operations }),
                        fixes: [
                            editRule(
                                input.view,
                                rule,
                                `Require that ${list} is not empty`,
                                guardEdits(`${list}?[true]`, predicate, rule.condition),
                            ),
                        ],
                    });
                }),
            ),
        ),
    );
};
