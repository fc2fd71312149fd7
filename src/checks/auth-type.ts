import type { AuthConfig } from '../model/auth-table.ts';
import type { ContextShape } from '../model/context-shape.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { knownCalls } from './auth-members.ts';
import { suggestMembers } from './suggest-members.ts';
import type { SuggestedMember } from './suggest-members.ts';

/** A type that is to describe `auth()`. */
export interface AuthTypeOutline {
    name: string;
    members: SuggestedMember[];
}

/**
 * Suggests the type behind `auth()`.
 * In: the schema; the application's calls; the configuration, from which members come while there is no
 * call yet: those that the user context helper supplies. Out: a name that is free, and the members.
 */
export function suggestAuthType(
    view: SchemaView,
    contexts: readonly ContextShape[] = [],
    config?: AuthConfig,
): AuthTypeOutline {
    const suggested = suggestMembers(view, contexts);
    const expected = config && knownCalls(contexts).length === 0 ? membersFromConfig(config) : undefined;
    const members = suggested.map((member) => ({ ...member, typeText: expected?.get(member.name) ?? member.typeText }));
    for (const [name, typeText] of expected ?? []) {
        if (members.every((member) => member.name !== name)) members.push({ name, typeText, id: false });
    }
    return { name: freeName(view), members };
}

/** What the user context helper supplies, with its types. */
function membersFromConfig({ plugins, id }: AuthConfig): Map<string, string> {
    const has = (plugin: string): boolean => plugins.some(({ name }) => name === plugin);
    const idType = id.kind === 'serial' ? 'Int' : 'String';
    const members = new Map<string, string>([['userId', idType]]);
    if (has('organization')) members.set('organizationId', `${idType}?`).set('organizationRole', 'String?');
    if (has('admin')) members.set('role', 'String?');
    return members;
}

function freeName(view: SchemaView): string {
    const taken = new Set([...view.declarations, ...view.enums, ...view.plugins].map(({ name }) => name));
    const free = ['Auth', 'AuthContext', 'UserContext'].find((name) => !taken.has(name));
    if (free !== undefined) return free;
    for (let number = 2; ; number += 1) if (!taken.has(`Auth${number}`)) return `Auth${number}`;
}
