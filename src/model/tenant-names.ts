import type { FieldView } from './schema-view.ts';

const TENANT_SUBJECTS = new Set(['organization', 'tenant', 'workspace', 'space', 'team', 'company', 'account']);
const ALIASES: Readonly<Record<string, string>> = { org: 'organization', organisation: 'organization' };

function withAlias(name: string): string {
    return ALIASES[name] ?? name;
}

/** `activeOrganizationId`, `organizationId` and `org_id` → `organization`: what a key is about. */
export function subjectOf(name: string): string {
    const bare = name
        .replace(/^(active|current)(?=[A-Z_])/, '')
        .replace(/_?[iI]d$/, '')
        .replace(/^_/, '')
        .toLowerCase();
    return withAlias(bare);
}

/** True for a field that names a tenant by its key: `organizationId`, `activeTeamId`. */
export function isTenantMember(field: Pick<FieldView, 'name' | 'type'>): boolean {
    return (
        field.type.kind === 'builtin' &&
        !field.type.array &&
        /id$/i.test(field.name) &&
        TENANT_SUBJECTS.has(subjectOf(field.name))
    );
}

/** Whether a model's name says that it is the tenant of a subject: `Organization`, `Org`, `organizations`. */
export function isNamedFor(model: string, subject: string): boolean {
    const name = model.toLowerCase();
    return withAlias(name) === subject || withAlias(name.replace(/s$/, '')) === subject;
}

/** A column that by its name holds the user whom a row belongs to. */
export function isOwnerName(name: string): boolean {
    return /^(owner|user|author|creator|createdBy)(_?id)?$/i.test(name);
}
