import type { Check } from './check.ts';
import { rangeOf } from './places.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';

/** The condition of a rule can not be true. */
export const ruleNeverTrue: Check = (input) => {
    const shared = ruleProbe(input);
    return oncePerPlace(
        shared.models.flatMap((model) =>
            shared.findingsIn('rule-never-true', model, () =>
                shared
                    .unreachable(model)
                    .filter(({ kind }) => kind === 'never-true')
                    .map(({ rule, denies }) =>
                        ruleFinding({
                            code: 'rule-never-true',
                            rule,
                            span: rule.condition.span,
                            message: `This condition can't be true, so that the rule allows nothing.`,
                            related: denies.map((deny) => ({
                                location: rangeOf(input.view, deny.file, deny.span),
                                message: 'This deny hits.',
                            })),
                        }),
                    ),
            ),
        ),
    );
};
