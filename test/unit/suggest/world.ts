import { namesOf } from './shapes.ts';
import type { Shape } from './shapes.ts';

/** Ids are written as texts, `o1`; a numeric schema has the number. */
export type Id = string | null;

/** A row, by what its columns mean. */
export interface Row {
    key: string;
    title: string;
    organization: Id;
    team: Id;
    owner: Id;
    author: Id;
    project: Id;
    published: boolean;
}

/** A request, by what the members of `auth()` mean; undefined: absent. */
export interface Actor {
    name: string;
    anonymous?: true;
    user?: Id;
    organization?: Id;
    team?: Id;
    role?: 'owner' | 'manager' | 'member' | null;
    isAdmin?: boolean;
}

/** Nobody, users without tenants and memberships, and users of two tenants. */
export const ACTORS: readonly Actor[] = [
    { name: 'anonymous', anonymous: true },
    { name: 'a user without anything', user: 'u9', organization: null, role: null },
    { name: 'u1, owner in o1, team t1', user: 'u1', organization: 'o1', team: 't1', role: 'owner' },
    { name: 'u2, manager in o2, administrator', user: 'u2', organization: 'o2', role: 'manager', isAdmin: true },
    { name: 'an empty auth' },
    { name: 'u1 without a tenant', user: 'u1' },
    { name: 'u3, member in o1', user: 'u3', organization: 'o1', team: null, role: 'member', isAdmin: false },
    { name: 'u9 in o2 without membership', user: 'u9', organization: 'o2', team: 't1', role: 'owner' },
];

export const MEMBERSHIPS = [
    { organization: 'o1', user: 'u1', role: 'owner' },
    { organization: 'o1', user: 'u3', role: 'member' },
    { organization: 'o2', user: 'u2', role: 'manager' },
] as const;

/** Whose the projects are. */
export const PROJECTS: Readonly<Record<string, { organization: Id; owner: Id }>> = {
    p1: { organization: 'o1', owner: 'u1' },
    p2: { organization: 'o2', owner: 'u2' },
    p0: { organization: null, owner: null },
};

export const USERS = ['u1', 'u2', 'u3', 'u9'];

/** A text as an id of the shape's type. */
export function idOf(shape: Shape, id: Id | undefined): string | number | null | undefined {
    return shape.numeric && typeof id === 'string' ? Number(id.replaceAll(/\D/g, '')) : id;
}

/** Each tenant and none, with each owner and none, as far as columns may be null; and rows at odds with themselves. */
export function rowsOf(shape: Shape): Row[] {
    const organizations: Id[] = shape.organization === 'required' ? ['o1', 'o2'] : ['o1', 'o2', null];
    const owners: Id[] = shape.owner === 'required' ? ['u1', 'u2'] : ['u1', 'u2', null];
    let number = 0;
    const row = (organization: Id, owner: Id, more: Partial<Row> = {}): Row => {
        number += 1;
        return {
            key: `n${10 + number}`,
            title: '',
            organization,
            owner,
            team: organization === 'o1' ? 't1' : null,
            author: owner === 'u1' ? 'u2' : null,
            project: organization === null ? null : `p${organization.slice(1)}`,
            published: owner === 'u1',
            ...more,
        };
    };
    const usedOrganizations = shape.organization ? organizations : [null];
    return [
        ...usedOrganizations.flatMap((organization) =>
            (shape.owner ? owners : [null]).map((owner) => row(organization, owner)),
        ),
        row(shape.organization ? 'o1' : null, shape.owner ? 'u2' : null, {
            project: 'p2',
            team: 't2',
            published: true,
        }),
        row(shape.organization ? 'o2' : null, shape.owner ? 'u1' : null, { project: 'p1', team: 't1', author: 'u1' }),
    ];
}

/** What updates may set. */
export function movesOf(shape: Shape): Partial<Row>[] {
    const moves: Partial<Row>[] = [{ title: 'changed' }];
    if (shape.organization) moves.push({ organization: 'o1' }, { organization: 'o2' });
    if (shape.organization === 'optional') moves.push({ organization: null });
    if (shape.owner) moves.push({ owner: 'u2' }, { owner: 'u1' });
    if (shape.owner === 'optional') moves.push({ owner: null });
    if (shape.secondOwner) moves.push({ author: 'u1' });
    if (shape.parent) moves.push({ project: 'p2' }, { project: null });
    if (shape.team) moves.push({ team: 't2' });
    return moves;
}

/** A row, or a part of one, as the ORM takes it. */
export function toData(shape: Shape, row: Partial<Row>): Record<string, unknown> {
    const { tenantKey } = namesOf(shape);
    const data: Record<string, unknown> = {};
    if (row.key !== undefined) data['id'] = idOf(shape, row.key);
    if (row.title !== undefined) data['title'] = row.title;
    if (shape.organization && row.organization !== undefined) data[tenantKey] = idOf(shape, row.organization);
    if (shape.team && row.team !== undefined) data['teamId'] = idOf(shape, row.team);
    if (shape.owner && row.owner !== undefined) data['ownerId'] = idOf(shape, row.owner);
    if (shape.secondOwner && row.author !== undefined) data['authorId'] = idOf(shape, row.author);
    if (shape.parent && row.project !== undefined) data['projectId'] = idOf(shape, row.project);
    if (shape.published && row.published !== undefined) {
        if (shape.published === 'flag') data['published'] = row.published;
        else data['status'] = row.published ? 'PUBLISHED' : 'DRAFT';
    }
    return data;
}

/** What the request passes to `$setAuth`. */
export function toAuth(shape: Shape, actor: Actor): Record<string, unknown> | undefined {
    if (actor.anonymous) return undefined;
    const names = namesOf(shape);
    const auth: Record<string, unknown> = {};
    const set = (name: string, value: unknown): void => {
        if (value !== undefined) auth[name] = value;
    };
    set(names.userId, idOf(shape, actor.user));
    if (shape.tenant !== 'none') set(names.authTenant, idOf(shape, actor.organization));
    if (shape.team) set('teamId', idOf(shape, actor.team));
    if (shape.role) set(names.role, shape.role === 'enum' ? actor.role?.toUpperCase() : actor.role);
    if (shape.globalRole === 'flag') set(names.globalRole, actor.isAdmin);
    else if (shape.globalRole && actor.isAdmin !== undefined) {
        const role = actor.isAdmin ? 'admin' : 'user';
        set(names.globalRole, shape.globalRole === 'enum' ? role.toUpperCase() : role);
    }
    return auth;
}
