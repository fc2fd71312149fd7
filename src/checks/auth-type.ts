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
    const members = suggestMembers(view, contexts);
    const expected = config && knownCalls(contexts).length === 0 ? membersFromConfig(config) : [];
    const lacking = expected.filter((name) => members.every((member) => member.name !== name));
    const added = lacking.map((name) => ({ name, typeText: 'String?', id: false }));
    return { name: freeName(view), members: [...members, ...added] };
}

function membersFromConfig({ plugins }: AuthConfig): string[] {
    const has = (plugin: string): boolean => plugins.some(({ name }) => name === plugin);
    return [...(has('organization') ? ['organizationId', 'organizationRole'] : []), ...(has('admin') ? ['role'] : [])];
}

function freeName(view: SchemaView): string {
    const taken = new Set([...view.declarations, ...view.enums, ...view.plugins].map(({ name }) => name));
    const free = ['Auth', 'AuthContext', 'UserContext'].find((name) => !taken.has(name));
    if (free !== undefined) return free;
    for (let number = 2; ; number += 1) if (!taken.has(`Auth${number}`)) return `Auth${number}`;
}
