import type { AuthConfig } from '../model/auth-table.ts';
import type { InsertPlan } from '../model/insert-plan.ts';

function count(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function listed(names: readonly string[], noun: string): string[] {
    if (names.length === 0) return [];
    const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
    return [`${count(names.length, noun)} (${shown.join(', ')})`];
}

function joined(parts: readonly string[]): string {
    const last = parts.at(-1) ?? '';
    return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/**
 * Says in one sentence what a plan does: `Adds 2 models (Member, Team) and 1 field
 * (Session.activeTeamId); 1 conflict is left to you.`
 */
export function describePlan(plan: InsertPlan): string {
    const { models, fields, relations, datasource, imports, enums = [], plugin, authType } = plan.added;
    const parts = [
        ...(datasource === undefined ? [] : [`a ${datasource} datasource`]),
        ...(plugin === undefined ? [] : ['the policy plugin']),
        ...listed(enums, 'enum'),
        ...listed(models, 'model'),
        ...listed(fields, 'field'),
        ...listed(relations, 'relation field'),
        ...(authType === undefined ? [] : [`the type ${authType} with @@auth`]),
        ...(imports.length === 0 ? [] : [count(imports.length, 'import')]),
    ];
    const open = [
        ...(plan.conflicts.length === 0
            ? []
            : [
                  `${count(plan.conflicts.length, 'conflict')} ${plan.conflicts.length === 1 ? 'is' : 'are'} left to you`,
              ]),
        ...(plan.unknown.length === 0
            ? []
            : [`${count(plan.unknown.length, 'part')} of the configuration could not be read`]),
    ];
    const clean = open.length === 0 ? 'Everything that Better Auth needs is there' : 'Nothing to add';
    const does = plan.changes.length === 0 ? clean : `Adds ${joined(parts)}`;
    return `${[does, ...open].join('; ')}.`;
}

const ORIGINS: Record<NonNullable<AuthConfig['versionOrigin']>, string> = {
    installed: 'as installed',
    locked: 'as the lock file has it',
    requested: 'as package.json asks for',
    bundled: 'which comes with ZModel Auth',
};

/** Says which release's tables a configuration's are: `better-auth 1.7.25, as installed`. */
export function describeRelease({ version, versionOrigin = 'bundled' }: AuthConfig): string {
    return `better-auth ${version}, ${ORIGINS[versionOrigin]}`;
}

/**
 * Says that a schema which doesn't parse was completed all the same.
 * In: the place of the first syntax error, as the reader knows it: `schema.zmodel:12`.
 */
export function describeDamage(place: string): string {
    return `${place} doesn't parse; what that part declares is left as it is.`;
}
