import { article, describeWitness } from '../rules/describe.ts';
import { probeUnreadable } from '../rules/probe-reach.ts';
import type { Check } from './check.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';

/** Who may create a row can never read it: the call throws, and the row stays. */
export const ruleCreateUnreadable: Check = (input) => {
    const shared = ruleProbe(input);
    const { probe } = shared;
    return oncePerPlace(
        shared.models.flatMap((model) =>
            shared.findingsIn('rule-create-unreadable', model, () => {
                const found = probeUnreadable(probe, model);
                const [rule] = found?.rules ?? [];
                if (!found || !rule) return [];
                return [
                    ruleFinding({
                        code: 'rule-create-unreadable',
                        rule,
                        span: rule.span,
                        message: `Who creates ${article(model.name)} by this rule can't read it: create() throws, and the row stays.`,
                        counterexample: describeWitness(probe, found.witness),
                    }),
                ];
            }),
        ),
    );
};
