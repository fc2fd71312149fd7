import assert from 'node:assert/strict';
import { ORMError, ORMErrorReason } from '@zenstackhq/orm';
import { createPolicyClient } from '../../support/orm.ts';
import type { ModelOperations, PolicyClient } from '../../support/orm.ts';
import { noteSchema } from './hosts.ts';
import type { NoteOptions } from './hosts.ts';

/** A row of `Note`. */
export interface Note {
    id: string;
    title: string;
    published: boolean;
    organizationId: string | null;
    ownerId: string | null;
    projectId: string | null;
}

/** What a request passes to `$setAuth`. */
export interface Actor {
    name: string;
    auth: Record<string, unknown> | undefined;
}

/** What a rule is meant to permit. An update is permitted from a row to a row. */
export interface Meaning {
    create(actor: Actor, row: Note): boolean;
    read(actor: Actor, row: Note): boolean;
    update(actor: Actor, before: Note, after: Note): boolean;
    delete(actor: Actor, row: Note): boolean;
}

/** Nobody; somebody without a user; a user without, with no and with an active organization, in each of two tenants. */
export const actors: Actor[] = [
    { name: 'anonymous', auth: undefined },
    { name: 'an empty auth', auth: {} },
    { name: 'u1 without organization', auth: { userId: 'u1' } },
    { name: 'u1 with organization null', auth: { userId: 'u1', organizationId: null, organizationRole: null } },
    { name: 'u1, owner in o1', auth: { userId: 'u1', organizationId: 'o1', organizationRole: 'owner' } },
    { name: 'u3, member in o1', auth: { userId: 'u3', organizationId: 'o1', organizationRole: 'member' } },
    { name: 'u2, admin in o2', auth: { userId: 'u2', organizationId: 'o2', organizationRole: 'admin', role: 'admin' } },
    { name: 'no user in o2', auth: { organizationId: 'o2' } },
];

/** Who is a member where, and as what. */
export const memberships = [
    { id: 'm1', organizationId: 'o1', userId: 'u1', role: 'owner' },
    { id: 'm2', organizationId: 'o1', userId: 'u3', role: 'member' },
    { id: 'm3', organizationId: 'o2', userId: 'u2', role: 'admin' },
];

/** Which organization each project belongs to. */
export const projects: Record<string, string | null> = { p1: 'o1', p2: 'o2', p0: null };

const organizations = ['o1', 'o2', null];
const owners = ['u1', 'u2', null];

/** Every combination of organization and owner, null included, and two rows whose ids are a user's and a tenant's. */
function rows(required: boolean): Note[] {
    const note = (id: string, organizationId: string | null, ownerId: string | null): Note => ({
        id,
        title: '',
        published: ownerId === 'u1',
        organizationId,
        ownerId,
        projectId: organizationId === null ? null : `p${organizationId.slice(1)}`,
    });
    return [
        ...organizations
            .filter((organization) => !required || organization !== null)
            .flatMap((organization) => owners.map((owner) => note(`${organization}/${owner}`, organization, owner))),
        note('u1', 'o2', 'u2'),
        note('o1', 'o2', null),
    ];
}

/** What an update may set: something harmless, and everything that would move the row. */
const moves: Partial<Note>[] = [
    { title: 'changed' },
    ...organizations.map((organizationId) => ({ organizationId })),
    ...owners.map((ownerId) => ({ ownerId })),
    ...[...Object.keys(projects), null].map((projectId) => ({ projectId })),
];

/**
 * Shows on the real ORM that rules permit exactly what they are meant to.
 * In: the rules of the model, what they mean, what differs from the ordinary host.
 * For each actor: reads, deletes and creates every row, moves every row everywhere by `updateMany` and by connecting
 * it to another organization, and compares with the meaning. Throws an assertion error that names actor and row.
 */
export async function prove(rules: string, meaning: Meaning, options: NoteOptions = {}): Promise<void> {
    const client = await createPolicyClient(noteSchema(rules, options));
    try {
        await client.raw('Organization').createMany({ data: [{ id: 'o1' }, { id: 'o2' }] });
        await client.raw('Member').createMany({ data: memberships });
        const data = Object.entries(projects).map(([id, organizationId]) => ({ id, organizationId }));
        await client.raw('Project').createMany({ data });
        for (const actor of actors) {
            await proveFor(client, actor, meaning, rows(options.required === true), options.required === true);
        }
    } finally {
        await client.close();
    }
}

async function proveFor(
    client: PolicyClient,
    actor: Actor,
    meaning: Meaning,
    notes: Note[],
    required: boolean,
): Promise<void> {
    const truth = client.raw('Note');
    const guarded = client.as(actor.auth, 'Note');
    const ids = (list: { id?: unknown }[]): string[] => list.map((row) => String(row.id)).sort();
    const reset = async (): Promise<void> => {
        await truth.deleteMany();
        await truth.createMany({ data: notes });
    };

    await reset();
    const readable = notes.filter((row) => meaning.read(actor, row));
    assert.deepEqual(ids(await guarded.findMany()), ids(readable), `${actor.name} reads`);

    await unlessRejected(() => guarded.deleteMany());
    const remaining = notes.filter((row) => !meaning.delete(actor, row));
    assert.deepEqual(ids(await truth.findMany()), ids(remaining), `remains after ${actor.name} deleted`);

    await truth.deleteMany();
    for (const row of notes) {
        await unlessRejected(() => guarded.createMany({ data: [row] }));
    }
    const creatable = notes.filter((row) => meaning.create(actor, row));
    assert.deepEqual(ids(await truth.findMany()), ids(creatable), `${actor.name} creates`);

    await reset();
    const possible = moves.filter((move) => !required || move.organizationId !== null);
    const permits = (before: Note, move: Partial<Note>): boolean =>
        meaning.update(actor, before, { ...before, ...move });
    const closed = notes.filter((before) => !possible.some((move) => permits(before, move)));
    for (const move of possible) {
        await unlessRejected(() =>
            guarded.updateMany({ where: { id: { in: closed.map(({ id }) => id) } }, data: move }),
        );
        assert.deepEqual(
            await allOf(truth),
            sorted(notes),
            `${actor.name} sets ${JSON.stringify(move)} on closed rows`,
        );
    }
    for (const before of notes.filter((row) => !closed.includes(row))) {
        for (const move of possible) {
            await proveMove({ truth, guarded, before, move, permitted: permits(before, move) }, actor, meaning);
        }
    }
}

interface Move {
    truth: ModelOperations;
    guarded: ModelOperations;
    before: Note;
    move: Partial<Note>;
    permitted: boolean;
}

/** Tries one update of one row by every way that the ORM has, and puts the row back. */
async function proveMove(
    { truth, guarded, before, move, permitted }: Move,
    actor: Actor,
    meaning: Meaning,
): Promise<void> {
    const where = { id: before.id };
    const what = `${actor.name} sets ${JSON.stringify(move)} on ${before.id}`;
    const expect = async (changed: boolean, how: string): Promise<void> => {
        const stored = await truth.findUnique({ where });
        assert.deepEqual({ ...stored }, changed ? { ...before, ...move } : before, `${what} by ${how}`);
        if (changed) {
            await truth.updateMany({ where, data: before });
        }
    };

    await unlessRejected(() => guarded.updateMany({ where, data: move }));
    await expect(permitted, 'updateMany');
    if (typeof move.organizationId === 'string') {
        const data = { organization: { connect: { id: move.organizationId } } };
        await unlessRejected(() => guarded.update({ where, data }));
        // `update` looks the row up first, so that it needs reading too.
        await expect(permitted && meaning.read(actor, before), 'connecting');
    }
}

function sorted(list: Note[]): Note[] {
    return [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function allOf(operations: ModelOperations): Promise<object[]> {
    const all = await operations.findMany({ orderBy: { id: 'asc' } });
    return all.map((row) => ({ ...row }));
}

/** Runs an operation. What the policy rejects is an answer like another; any other error is thrown. */
export async function unlessRejected(operation: () => Promise<unknown>): Promise<void> {
    try {
        await operation();
    } catch (error) {
        const answers = [ORMErrorReason.REJECTED_BY_POLICY, ORMErrorReason.NOT_FOUND];
        if (!(error instanceof ORMError) || !answers.includes(error.reason)) {
            throw error;
        }
    }
}
