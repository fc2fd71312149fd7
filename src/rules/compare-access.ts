import type { Counterexample, PolicyModel, PolicySchema } from '../model/policy.ts';
import { ALL_OPERATIONS } from '../model/policy.ts';
import { describeWitness } from './describe.ts';
import { Permit } from './permit.ts';
import { createProbe, rowFor, search } from './probe.ts';
import type { Witness } from './probe.ts';

/** Worlds per operation: this is asked for while someone waits for a menu. */
const LIMIT = 200;

/**
 * Looks for a request in which nothing is missing, neither in what is passed nor in a row, and that is permitted by
 * the rules of one schema and refused by those of another: what a fix against missing values should not take away.
 * In: the schema before and after a change, the model. Out: the request, or undefined when none was found.
 */
export function lostAccess(before: PolicySchema, after: PolicySchema, model: string): Counterexample | undefined {
    const declaration = after.models.get(model);
    if (!declaration || !before.models.has(model) || !after.auth) return undefined;
    const whole = withoutNulls(after);
    const probe = createProbe(whole, () => false);
    const found: { witness?: Witness } = {};
    for (const operation of ALL_OPERATIONS) {
        search(
            probe,
            declaration,
            'present',
            (world) => {
                const row = rowFor(world, model, operation);
                if (new Permit(before, world).permits(operation, row) !== true) return 'go on';
                const now = new Permit(after, world).permits(operation, row);
                if (now !== false && now !== null) return 'go on';
                // An empty text is as good as a missing one where texts are searched for.
                const members = world.snapshot().auth;
                if (members && [...members.values()].includes('')) return 'go on';
                found.witness = { operation, model, world, row };
                return 'stop';
            },
            { limit: LIMIT },
        );
        if (found.witness) return describeWitness(probe, found.witness);
    }
    return undefined;
}

/** The same schema with every column required. */
function withoutNulls(schema: PolicySchema): PolicySchema {
    const whole = (model: PolicyModel): PolicyModel => ({
        ...model,
        fields: new Map(
            [...model.fields].map(([name, field]) => [name, { ...field, type: { ...field.type, optional: false } }]),
        ),
    });
    const all = (models: PolicySchema['models']): PolicySchema['models'] =>
        new Map([...models].map(([name, model]) => [name, whole(model)]));
    const models = all(schema.models);
    const types = all(schema.types);
    const auth = schema.auth && (models.get(schema.auth.name) ?? types.get(schema.auth.name));
    return { ...schema, models, types, ...(auth && { auth }) };
}
