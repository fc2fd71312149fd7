import type { RuleSnippet } from '../../../src/suggest/rule-snippets.ts';
import type { Shape } from './shapes.ts';
import { namesOf } from './shapes.ts';
import { MEMBERSHIPS, PROJECTS } from './world.ts';
import type { Actor, Id, Row } from './world.ts';

export type Operation = 'create' | 'read' | 'update' | 'delete';

/** What a snippet promises, said again without rules. */
export interface Meaning {
    /** Rules to stand beside it, so that there is something to see. */
    beside: string;
    permits(operation: Exclude<Operation, 'update'>, actor: Actor, row: Row): boolean;
    update(actor: Actor, before: Row, after: Row): boolean;
}

type Condition = (actor: Actor, row: Row) => boolean;

const same = (a: Id | undefined, b: Id): boolean => a !== undefined && a !== null && a === b;

/** The operations that a rule names, `all` as the four that it stands for. */
function operationsOf(rule: string): Set<string> {
    const named = (rule.split("'")[1] ?? '').split(',');
    return new Set(named.flatMap((name) => (name === 'all' ? ['create', 'read', 'update', 'delete'] : [name])));
}

/** A single role in the text: `'owner'` or `OWNER`. */
function roleIn(rule: string): string {
    const found = /(?:Role|role) == '?(\w+)'?\]?\)$/.exec(rule);
    if (!found?.[1]) throw new Error(`No role in ${rule}`);
    return found[1].toLowerCase();
}

function allowing(rule: string, shape: Shape, holds: Condition): Meaning {
    const operations = operationsOf(rule);
    // What is denied beforehand stays denied.
    const open: Condition = (actor, row) => !shape.isolated || same(actor.organization, row.organization);
    const permits = (operation: string, actor: Actor, row: Row): boolean =>
        operations.has(operation) && holds(actor, row) && open(actor, row);
    return {
        beside: '',
        permits,
        update: (actor, before, after) =>
            permits('update', actor, before) &&
            (!operations.has('post-update') || permits('post-update', actor, after)),
    };
}

/** A rule to stand beside denies, so that there is something to see. */
export const OPEN = "@@allow('all,post-update', true)";

function denying(shape: Shape, hits: Condition): Meaning {
    const open: Condition = (actor, row) =>
        !hits(actor, row) && (!shape.isolated || same(actor.organization, row.organization));
    return {
        beside: OPEN,
        permits: (_, actor, row) => open(actor, row),
        update: (actor, before, after) => open(actor, before) && open(actor, after),
    };
}

/**
 * What a snippet's documentation promises, as conditions over rows and requests.
 * In: the snippet, one of its texts, the shape of the schema. Throws on a snippet that it doesn't know.
 */
export function meaningOf(snippet: RuleSnippet, rule: string, shape: Shape): Meaning {
    const { tenantKey, authTenant } = namesOf(shape);
    const inTenant: Condition = (actor, row) => same(actor.organization, row.organization);
    const hasTenant = shape.organization !== undefined && shape.tenant !== 'none';
    const confined = (holds: Condition): Condition =>
        hasTenant ? (actor, row) => holds(actor, row) && inTenant(actor, row) : holds;
    const isMember =
        (role?: string): Condition =>
        (actor, row) =>
            MEMBERSHIPS.some(
                (member) =>
                    same(actor.user, member.user) &&
                    member.organization === row.organization &&
                    (role === undefined || member.role === role),
            );
    const project = (row: Row): { organization: Id; owner: Id } | undefined => PROJECTS[row.project ?? ''];
    const label = snippet.label;
    const about = shape.space ? 'space' : 'organization';
    switch (label) {
        case '@@deny tenant isolation':
            return denying(shape, (actor, row) => !inTenant(actor, row));
        case `@@allow own ${about}`:
            return allowing(rule, shape, inTenant);
        case '@@allow own team':
            return allowing(
                rule,
                shape,
                confined((actor, row) => same(actor.team, row.team)),
            );
        case '@@allow organization role':
            return allowing(rule, shape, (actor, row) => inTenant(actor, row) && actor.role === roleIn(rule));
        case '@@allow owner': {
            const isAuthor = rule.endsWith('== authorId)');
            return allowing(
                rule,
                shape,
                confined((actor, row) => same(actor.user, isAuthor ? row.author : row.owner)),
            );
        }
        case `@@allow members of ${about}.members`:
        case `@@allow members of ${about}.users`:
            return allowing(rule, shape, isMember());
        case `@@allow role in ${about}.members`:
            return allowing(rule, shape, isMember(roleIn(rule)));
        case '@@allow as parent: read':
            return allowing(
                rule,
                shape,
                confined((actor, row) =>
                    shape.tenant === 'none'
                        ? same(actor.user, project(row)?.owner ?? null)
                        : same(actor.organization, project(row)?.organization ?? null),
                ),
            );
        case '@@allow as parent: write':
            return allowing(
                rule,
                shape,
                confined((actor, row) => same(actor.user, project(row)?.owner ?? null)),
            );
        case '@@allow administrators':
            return allowing(
                rule,
                shape,
                shape.globalRole === 'flag' || roleIn(rule) === 'admin'
                    ? ({ isAdmin }) => isAdmin === true
                    : ({ isAdmin }) => isAdmin === false,
            );
        case '@@allow public read':
            return allowing(rule, shape, (_, { published }) => published);
        case '@@deny anonymous requests':
            return denying(shape, ({ user }) => user === undefined || user === null);
    }
    const columns: Readonly<Record<string, keyof Row>> = {
        [tenantKey]: 'organization',
        ownerId: 'owner',
        authorId: 'author',
        teamId: 'team',
    };
    const column = columns[label.replace('@@deny change of ', '')];
    if (!column) throw new Error(`Nothing is known about ${label} (${authTenant})`);
    const open = denying(shape, () => false);
    return {
        ...open,
        update: (actor, before, after) => open.update(actor, before, after) && before[column] === after[column],
    };
}
