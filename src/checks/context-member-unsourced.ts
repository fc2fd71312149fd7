import type { AuthConfig, AuthTable } from '../model/auth-table.ts';
import type { Finding } from '../model/finding.ts';
import type { FieldView } from '../model/schema-view.ts';
import { usedMembers } from './auth-members.ts';
import type { Check, CheckInput } from './check.ts';
import { lineOf } from './context-calls.ts';
import { isUserId, meaningOf, singularOf } from './member-names.ts';
import { rangeOf } from './places.ts';

/**
 * No `$setAuth` call exists yet, and a declared member is nothing that a session of this Better Auth
 * configuration could supply: `organizationId` without the organization plugin.
 */
export const contextMemberUnsourced: Check = (input): Finding[] => {
    const { view, contexts, display } = input;
    const declaration = view.auth?.declaration;
    // A row of a model can be read from the database, with whatever columns it has.
    if (declaration?.kind !== 'type' || contexts?.length !== 0 || input.isContextIncomplete) return [];
    const config = configOf(input);
    const sources = config && sourcesOf(config);
    if (!config || !sources) return [];
    const used = usedMembers(view);
    return declaration.fields
        .filter((field) => isComparable(field) && !canComeFrom(sources, field))
        .map((field) => ({
            code: 'context-member-unsourced',
            severity: 'information',
            file: field.file,
            span: field.nameSpan,
            message:
                `Nothing in the session, the user or the plugins of betterAuth(…) at ${lineOf(config.location, display)} ` +
                `could supply "${field.name}" of type ${declaration.name}, and no call of $setAuth was found` +
                (used.has(field.name) ? '; rules read it.' : '.'),
            related: [
                {
                    location: config.location,
                    message: `betterAuth(…) with ${config.plugins.map(({ name }) => name).join(', ') || 'no plugins'}`,
                },
                ...view.authUses
                    .filter((use) => use.path[0] === field.name)
                    .slice(0, 1)
                    .map((use) => ({
                        location: rangeOf(view, use.file, use.span),
                        message: `auth().${field.name} is read here`,
                    })),
            ],
            fixes: used.has(field.name)
                ? []
                : [
                      {
                          title: `Remove ${field.name} from ${field.declaredIn}`,
                          preferred: false,
                          data: { kind: 'remove-member', declaration: field.declaredIn, member: field.name },
                      },
                  ],
        }));
};

/** The only configuration, when all of it is known. */
function configOf({ configs }: CheckInput): AuthConfig | undefined {
    const [config, ...others] = configs ?? [];
    return config && others.length === 0 && config.unknown.length === 0 ? config : undefined;
}

/**
 * What a request's session can tell, as meanings of names. Undefined when a plugin makes the session
 * another than its tables say, or the session isn't kept in a table.
 */
function sourcesOf(config: AuthConfig): Set<string> | undefined {
    const table = (key: string): AuthTable | undefined => config.tables.find((candidate) => candidate.key === key);
    const session = table('session');
    const user = table('user');
    // `customSession` adds whatever its function returns, and no column tells of it.
    if (!session || !user || config.plugins.some(({ name }) => meaningOf(name) === 'customsession')) return undefined;
    const sources = new Set(['sessionid', 'sessiontoken']);
    const add = (from: AuthTable, prefixes: readonly string[]): void => {
        for (const field of from.fields) {
            for (const name of [field.key, field.name]) {
                for (const prefix of prefixes) sources.add(meaningOf(`${prefix}_${name}`));
                sources.add(meaningOf(name));
            }
        }
    };
    add(session, ['session']);
    add(user, ['user']);
    // What the session points at can be looked up by its id: the active organization, team or membership.
    for (const target of config.tables.filter((candidate) => isPointedAt(candidate, session))) {
        add(target, [target.key]);
        sources.add(meaningOf(target.key));
        for (const member of config.tables.filter((candidate) => joins(candidate, user, target))) {
            add(member, [member.key, target.key, 'user']);
            sources.add(meaningOf(`${member.key}_id`));
        }
    }
    return sources;
}

/** Whether the session has the id of a row of that table: `activeOrganizationId`. */
function isPointedAt(candidate: AuthTable, session: AuthTable): boolean {
    if (candidate.key === 'user' || candidate.key === 'session') return false;
    return session.fields.some((field) => meaningOf(field.key) === meaningOf(`${candidate.key}_id`));
}

/** Whether a row of the candidate says that a user belongs to a row of the target. */
function joins(candidate: AuthTable, user: AuthTable, target: AuthTable): boolean {
    return [user, target].every((side) =>
        candidate.fields.some((field) => field.references?.table === side.name || field.key === `${side.key}Id`),
    );
}

/** A relation or a nested type may be put together from anything, and so may a flag. */
function isComparable({ type }: FieldView): boolean {
    return (type.kind === 'builtin' && type.name !== 'Boolean' && type.name !== 'Json') || type.kind === 'enum';
}

function canComeFrom(sources: ReadonlySet<string>, field: FieldView): boolean {
    if (isUserId(field.name)) return true;
    const meaning = meaningOf(field.type.array ? singularOf(field.name) : field.name);
    return sources.has(meaning) || sources.has(meaningOf(field.name));
}
