import type { PolicyField, PolicyModel } from '../model/policy.ts';
import { isNamedFor, isTenantMember, subjectOf } from '../model/tenant-names.ts';
import { columnsOf, ownedRelationsOf } from '../rules/columns.ts';
import type { Probe } from '../rules/probe.ts';

/** The tenant of `auth()`, and where a row of a model says its own. */
export interface TenantPath {
    member: string;
    /** From the model to the column: `['project', 'organizationId']`. */
    path: string[];
}

/** More hops than these nobody takes for granted. */
export const MAX_HOPS = 2;

/**
 * Where rows of a model say which tenant they belong to, the nearest first.
 * A column is the tenant's when it is a key to the model that is named for it, or is compared with the member of
 * `auth()` anywhere in the schema, or has its name.
 */
export function tenantsOf(probe: Probe, model: PolicyModel): TenantPath[] {
    const auth = probe.schema.auth;
    if (!auth) return [];
    return tenantMembersOf(auth).flatMap((member) => {
        const path = findPath(probe, model, member, MAX_HOPS);
        return path ? [{ member: member.name, path }] : [];
    });
}

const tenantMembers = new WeakMap<PolicyModel, readonly PolicyField[]>();

function tenantMembersOf(auth: PolicyModel): readonly PolicyField[] {
    const known = tenantMembers.get(auth);
    if (known) return known;
    const made = columnsOf(auth).filter(
        (field) => isTenantMember(field) && !auth.idFields.includes(field.name) && subjectOf(field.name) !== 'team',
    );
    tenantMembers.set(auth, made);
    return made;
}

function findPath(probe: Probe, model: PolicyModel, member: PolicyField, hops: number): string[] | undefined {
    const own = columnOf(probe, model, member);
    if (own) return [own.name];
    if (hops === 0) return undefined;
    for (const { name, relation } of ownedRelationsOf(model)) {
        if (relation.many || relation.target === model.name) continue;
        const target = probe.schema.models.get(relation.target);
        // Users belong to several tenants.
        if (!target || target === probe.schema.auth || /^users?$/i.test(target.name)) continue;
        const path = findPath(probe, target, member, hops - 1);
        if (path) return [name, ...path];
    }
    return undefined;
}

function columnOf(probe: Probe, model: PolicyModel, member: PolicyField): PolicyField | undefined {
    const subject = subjectOf(member.name);
    const [id] = model.idFields;
    if (isNamedFor(model.name, subject) && id !== undefined) return model.fields.get(id);
    const auth = probe.schema.auth?.name ?? '';
    const columns = columnsOf(model).filter(
        ({ type, name }) => !type.array && type.name === member.type.name && !model.idFields.includes(name),
    );
    const keys = columns.filter(({ keyOf }) =>
        keyOf.some((name) => isNamedFor(model.fields.get(name)?.relation?.target ?? '', subject)),
    );
    return (
        keys.find(({ name }) => subjectOf(name) === subject) ??
        keys[0] ??
        columns.find(({ name }) => subjectOf(name) === subject) ??
        columns.find(({ name }) =>
            probe.domains.areCompared(
                { declaration: auth, field: member.name },
                { declaration: model.name, field: name },
            ),
        )
    );
}
