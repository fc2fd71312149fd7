import type { PolicyField, PolicyModel } from '../model/policy.ts';
import type { LazyWorld } from './lazy-world.ts';
import { Permit, rulesFor } from './permit.ts';
import { search } from './probe.ts';
import type { Probe, Witness } from './probe.ts';

/**
 * Looks for a request that may create a row although it lacks the member of `auth()` that a default takes.
 * `isOmitted`: some call of the application is known to lack the member; else only anonymous requests count.
 */
export function probeDefault(
    probe: Probe,
    model: PolicyModel,
    field: PolicyField,
    member: string,
    isOmitted: boolean,
): Witness | undefined {
    if (!rulesFor(model, 'create').some(({ effect }) => effect === 'allow')) return undefined;
    let found: Witness | undefined;
    const look = (world: LazyWorld): 'go on' | 'stop' | 'unsure' => {
        const row = world.newRow(model.name);
        if (field.type.optional) world.setColumn(row, field.name, null);
        const auth = world.auth();
        const declaration = probe.schema.auth;
        if (auth && declaration) {
            const value = world.authMember(auth, declaration.name, member);
            if (value !== undefined && value !== null) return 'go on';
        }
        if (new Permit(probe.schema, world).permits('create', row) !== true) return 'go on';
        found = { operation: 'create', model: model.name, world, row };
        return 'stop';
    };
    search(probe, model, 'anonymous', look);
    if (!found && isOmitted) search(probe, model, 'present', look);
    return found;
}
