import type { Operation, PolicyModel } from '../model/policy.ts';
import type { Atom } from './atoms.ts';
import type { LazyWorld } from './lazy-world.ts';
import { Permit } from './permit.ts';
import { search } from './probe.ts';
import type { Probe, Witness } from './probe.ts';
import type { RowRef } from './world.ts';

/**
 * Looks for rows of another tenant that a role of the active tenant opens.
 * In: the atoms that test such a role; the member of `auth()` that says the tenant; where a row says its own; the columns that
 * hold its owner, each with the member of `auth()` that is compared with it.
 */
export function probeCrossTenant(
    probe: Probe,
    model: PolicyModel,
    operation: Operation,
    atoms: readonly Atom[],
    tenant: { member: string; path: readonly string[] },
    owners: readonly { column: string; member: string }[],
): { atom: Atom; witness: Witness } | undefined {
    const { schema } = probe;
    let found: { atom: Atom; witness: Witness } | undefined;
    if (operation === 'post-update' || !schema.auth) return undefined;
    const column = columnAt(probe, model, tenant.path);
    if (!column) return undefined;
    const domains = probe.domains.related({ declaration: schema.auth.name, field: tenant.member }, column);
    const look = (world: LazyWorld): 'go on' | 'stop' | 'unsure' => {
        const row = operation === 'create' ? world.newRow(model.name) : world.addRow(model.name);
        const auth = world.auth();
        if (!auth || !schema.auth) return 'go on';
        const permit = new Permit(schema, world);
        if (permit.permits(operation, row) !== true) return 'go on';
        const active = world.authMember(auth, schema.auth.name, tenant.member);
        if (active === undefined || active === null) return 'go on';
        let holder: RowRef | undefined = row;
        for (const relation of tenant.path.slice(0, -1)) holder = holder && world.toOne(holder, relation);
        const last = tenant.path.at(-1);
        if (!holder || last === undefined) return 'go on';
        const own = world.column(holder, last);
        if (own === null || own === active) return 'go on';
        // Who reaches nothing but own rows reaches no other tenant's.
        const isOwn = owners.some(({ column, member }) => {
            const owner = world.valuesOf(row).get(column);
            return owner !== undefined && owner === world.knownAuthMember(member);
        });
        if (isOwn) return 'go on';
        const atom = atoms.find(({ expr }) => {
            const override = (each: unknown): null | undefined => (each === expr ? null : undefined);
            return new Permit(schema, world, { override }).permits(operation, row) !== true;
        });
        if (!atom) return 'go on';
        found = { atom, witness: { operation, model: model.name, world, row } };
        return 'stop';
    };
    search(probe, model, 'present', look, { limit: 300, domains });
    return found;
}

/** The column that a path ends in. */
function columnAt(
    { schema }: Probe,
    model: PolicyModel,
    path: readonly string[],
): { declaration: string; field: string } | undefined {
    let at: PolicyModel | undefined = model;
    for (const relation of path.slice(0, -1)) at = schema.models.get(at?.fields.get(relation)?.type.name ?? '');
    const field = path.at(-1);
    return at && field !== undefined ? { declaration: at.name, field } : undefined;
}
