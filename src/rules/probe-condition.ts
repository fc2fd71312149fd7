import { ALL_OPERATIONS } from '../model/policy.ts';
import type { PolicyModel, PolicyRule } from '../model/policy.ts';
import type { EvaluatorOptions } from './evaluate.ts';
import { Permit } from './permit.ts';
import { rowFor, search } from './probe.ts';
import type { Probe, Witness } from './probe.ts';

/**
 * Looks for a request that gets through only because a condition of a rule is as it is.
 * In: the rule, and what parts of its condition are taken to be instead. Out: a request that is permitted
 * with the condition as it is, and refused with it as it is taken; undefined when there is none in small worlds.
 */
export function probeCondition(
    probe: Probe,
    model: PolicyModel,
    rule: PolicyRule,
    instead: NonNullable<EvaluatorOptions['override']>,
): Witness | undefined {
    const operations = ALL_OPERATIONS.filter((operation) => rule.operations.includes(operation));
    // What is read is the easiest to imagine.
    const operation = operations.includes('read') ? 'read' : operations[0];
    if (operation === undefined) return undefined;
    let found: Witness | undefined;
    search(probe, model, 'any', (world) => {
        const row = rowFor(world, model.name, operation);
        if (new Permit(probe.schema, world).permits(operation, row) !== true) return 'go on';
        if (new Permit(probe.schema, world, { override: instead }).permits(operation, row) === true) return 'go on';
        found = { operation, model: model.name, world, row };
        return 'stop';
    });
    return found;
}
