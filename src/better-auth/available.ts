import type { AuthConfig, AuthField, AuthFieldType } from '../model/auth-table.ts';
import type { AvailableMember, ShapeMember, ShapeType } from '../model/context-shape.ts';

function listOf(kind: 'string' | 'number'): ShapeType {
    const element: ShapeMember = { type: { kind }, text: kind, optional: false, nullable: false, undefinable: false };
    return { kind: 'array', element };
}

function typeOf(type: AuthFieldType): { type: ShapeType; text: string } {
    if (typeof type === 'object') {
        const text = type.literals.map((value) => JSON.stringify(value)).join(' | ');
        return { type: { kind: 'literals', values: type.literals }, text };
    }
    switch (type) {
        case 'string':
        case 'number':
        case 'boolean':
            return { type: { kind: type }, text: type };
        case 'date':
            return { type: { kind: 'date' }, text: 'Date' };
        case 'string[]':
            return { type: listOf('string'), text: type };
        case 'number[]':
            return { type: listOf('number'), text: type };
        case 'json':
            return { type: { kind: 'unknown', reason: 'a JSON field holds anything' }, text: 'unknown' };
    }
}

/** A member as Better Auth's own types have it: what isn't required may be left out, or null. */
function memberOf(type: AuthFieldType, required: boolean): ShapeMember {
    const read = typeOf(type);
    const text = required ? read.text : `${read.text} | null | undefined`;
    return { type: read.type, text, optional: !required, nullable: !required, undefinable: false };
}

/**
 * What a request's context could be given by a Better Auth instance, so far as its configuration
 * tells: the fields of the session and the user that are sent to clients, and, with the organization
 * plugin, those of the active organization and the caller's membership in it (`organization.slug`,
 * `member.role`), which may be missing since no organization need be active.
 * In: a configuration. Out: members in the order of the tables; names and paths are Better Auth's own
 * keys, which are those of the objects at run time, whatever the columns are called.
 */
export function availableMembers(config: AuthConfig): AvailableMember[] {
    const fieldsOf = (key: string): AuthField[] | undefined =>
        config.tables.find((table) => table.key === key)?.fields.filter((field) => field.returned);
    const members = (key: string, from: AvailableMember['from'], certain: boolean): AvailableMember[] => {
        const fields = fieldsOf(key);
        // Ids are strings for the application, also where the database counts them.
        const id = { key: 'id', type: 'string', required: true } as const;
        return (fields ? [id, ...fields] : []).map((field) => ({
            name: field.key,
            path: `${key}.${field.key}`,
            type: memberOf(field.type, field.required && certain),
            from,
        }));
    };
    return [
        ...members('session', 'session', true),
        ...members('user', 'user', true),
        ...members('organization', 'organization', false),
        ...members('member', 'organization', false),
    ];
}
