import { describeWitness, article } from '../rules/describe.ts';
import { belongingColumns, columnsOfCreate, probeEscapes } from '../rules/probe-updates.ts';
import type { Check } from './check.ts';
import { oncePerPlace, ruleFinding } from './rule-findings.ts';
import { ruleProbe } from './rule-probe.ts';

/** An update may give a row a state in which it could not have been created. */
export const ruleUpdateBeyondCreate: Check = (input) => {
    const { probe, models } = ruleProbe(input);
    return oncePerPlace(
        models.flatMap((model) => {
            const belonging = new Set(belongingColumns(probe, model).map(({ field }) => field));
            const others = columnsOfCreate(model).filter(({ field }) => !belonging.has(field));
            return probeEscapes(probe, model, others).map(({ column, rules, witness }) =>
                ruleFinding({
                    code: 'rule-update-beyond-create',
                    rule: rules[0] ?? { file: column.field.file },
                    span: rules[0]?.span ?? column.field.nameSpan,
                    message: `An update may set ${column.field.name} of ${article(model.name)} to what the same user may not create.`,
                    counterexample: describeWitness(probe, witness, { columns: [column.field.name] }),
                }),
            );
        }),
    );
};
