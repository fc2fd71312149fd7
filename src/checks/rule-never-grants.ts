import { article } from '../rules/describe.ts';
import type { Check } from './check.ts';
import { rangeOf } from './places.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';

/** An allow has no effect: a deny hits whenever it is true. */
export const ruleNeverGrants: Check = (input) => {
    const shared = ruleProbe(input);
    return oncePerPlace(
        shared.models.flatMap((model) =>
            shared.findingsIn('rule-never-grants', model, () =>
                shared
                    .unreachable(model)
                    .filter(({ kind }) => kind === 'never-grants')
                    .map(({ rule, denies, checks }) =>
                        ruleFinding({
                            code: 'rule-never-grants',
                            rule,
                            span: rule.condition.span,
                            message: checks
                                ? `This rule has no effect: nothing allows it for ${checks.name}, which it asks.`
                                : `This rule has no effect: whenever it is true, ${article(model.name)} is denied.`,
                            related: [
                                ...denies.map((deny) => ({
                                    location: rangeOf(input.view, deny.file, deny.span),
                                    message: 'This deny hits.',
                                })),
                                ...(checks
                                    ? [
                                          {
                                              location: rangeOf(input.view, checks.file, checks.nameSpan),
                                              message: `${checks.name} has no such rule.`,
                                          },
                                      ]
                                    : []),
                            ],
                        }),
                    ),
            ),
        ),
    );
};
