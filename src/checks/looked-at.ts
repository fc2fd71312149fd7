import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import { columnsOf, ownedRelationsOf } from '../rules/columns.ts';
import { keyOf } from '../rules/comparisons.ts';
import type { LookedAt, Traces } from '../rules/fingerprint.ts';
import type { Probe } from '../rules/probe.ts';
import { isCoreTable, sensitiveColumns } from '../rules/sensitive.ts';
import { MAX_HOPS, tenantsOf } from './rule-tenants.ts';

/** What checks look at by the names of columns, apart from rules. */
export function lookedAt(probe: Probe, model: PolicyModel, authMembers: ReadonlySet<string>, traces: Traces): LookedAt {
    // Where rows say their tenant is looked for where a rule asks for a role.
    const isRoleRead = [...authMembers].some((name) => /role$/i.test(name));
    const [tenant] = isRoleRead ? tenantsOf(probe, model) : [];
    if (isRoleRead) traceTenants(probe.schema, model, traces);
    const secrets = sensitiveColumns(model).map(({ name }) => [name]);
    return {
        paths: [...(tenant ? [tenant.path] : []), ...secrets],
        auth: tenant ? [tenant.member] : [],
        notes: [tenant?.member ?? '', secrets.length, isCoreTable(model) ? 'core' : ''].join(' '),
    };
}

/** What `tenantsOf` looks at: the columns of a model and of those that it refers to, and whether `auth()` is compared with them. */
function traceTenants(schema: PolicySchema, model: PolicyModel, { seen, slots }: Traces, hops = MAX_HOPS): void {
    const addColumns = (of: PolicyModel): void => {
        for (const { name } of columnsOf(of)) slots.push(keyOf({ declaration: of.name, field: name }));
    };
    seen.add(model.name);
    if (hops === MAX_HOPS && schema.auth) {
        seen.add(schema.auth.name);
        addColumns(schema.auth);
    }
    addColumns(model);
    if (hops === 0) return;
    for (const { relation } of ownedRelationsOf(model)) {
        seen.add(relation.target);
        const target = schema.models.get(relation.target);
        if (target && target !== model) traceTenants(schema, target, { seen, slots }, hops - 1);
    }
}
