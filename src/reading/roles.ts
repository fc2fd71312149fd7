import type { AuthConfig } from '../model/auth-table.ts';
import type { ShapeOrigin } from '../model/context-shape.ts';
import type { Location } from '../model/text.ts';
import type { RoleMember } from './rule-place.ts';

type RolePlugin = 'organization' | 'admin';

/** The roles that a literal may be one of. */
export interface RoleSet {
    plugin: RolePlugin;
    names: readonly string[];
    /** More can be made at run time. */
    open: boolean;
    /** Where the literal's role is defined; undefined when it is none of them, or only its name is known. */
    place?: Location;
}

/**
 * The sets of roles that a literal is compared against.
 * In: the literal, the member that it is compared with, the configuration, where calls take that member
 * from (for a member of `auth()`). Out: the set that the member holds when that can be told; else those
 * that define the role; else all that are known.
 */
export function roleSetsFor(
    value: string,
    member: RoleMember,
    config: AuthConfig,
    origins: readonly (ShapeOrigin | undefined)[] = [],
): RoleSet[] {
    const { organizationRoles, adminRoles, organizationRolesOpen = false, rolePlaces } = config;
    const sets: RoleSet[] = [];
    const add = (plugin: RolePlugin, names: readonly string[] | undefined, open: boolean): void => {
        const place = names?.includes(value) ? rolePlaces?.[plugin]?.[value] : undefined;
        if (names) sets.push({ plugin, names, open, ...(place && { place }) });
    };
    add('organization', organizationRoles, organizationRolesOpen);
    add('admin', adminRoles, false);
    const plugin = pluginOf(member, config, origins);
    if (plugin) return sets.filter((set) => set.plugin === plugin);
    const defining = sets.filter(({ names }) => names.includes(value));
    return defining.length > 0 ? defining : sets;
}

function pluginOf(
    { name, ofAuth, holder }: RoleMember,
    { tables }: AuthConfig,
    origins: readonly (ShapeOrigin | undefined)[],
): RolePlugin | undefined {
    const table = tables.find((each) => each.name.toLowerCase() === holder?.toLowerCase());
    if (table?.key === 'member' || table?.key === 'invitation') return 'organization';
    if (table?.key === 'user') return 'admin';
    if (!ofAuth) return undefined;
    if (origins.length > 0 && origins.every((origin) => origin === 'organization')) return 'organization';
    if (origins.length > 0 && origins.every((origin) => origin === 'user')) return 'admin';
    return /org|member|tenant/i.test(name) ? 'organization' : undefined;
}
