import assert from 'node:assert/strict';
import type { ModelOperations, PolicyClient } from '../../support/orm.ts';
import { unlessRejected } from '../snippets/prove.ts';
import type { Meaning } from './meaning.ts';
import { namesOf } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { idOf, MEMBERSHIPS, PROJECTS, toAuth, toData, USERS } from './world.ts';
import type { Actor, Row } from './world.ts';

/** Fills the models around the ones under test. */
export async function seed(client: PolicyClient, shape: Shape): Promise<void> {
    const { tenantModel, tenantKey, authTenant } = namesOf(shape);
    const id = (text: string): unknown => idOf(shape, text);
    await client.raw(tenantModel).createMany({ data: ['o1', 'o2'].map((each) => ({ id: id(each) })) });
    const ofUser = (user: string): object => {
        const organization = MEMBERSHIPS.find((member) => member.user === user)?.organization ?? null;
        return shape.auth === 'model' && shape.tenant !== 'none' ? { [authTenant]: idOf(shape, organization) } : {};
    };
    await client.raw('User').createMany({ data: USERS.map((each) => ({ id: id(each), ...ofUser(each) })) });
    if (shape.membership === 'Member' || shape.membership === 'SpaceMember') {
        const role = (text: string): object =>
            shape.membershipRole ? { role: shape.membershipRole === 'enum' ? text.toUpperCase() : text } : {};
        await client.raw(shape.membership).createMany({
            data: MEMBERSHIPS.map((member, index) => ({
                id: id(`m${index}`),
                [tenantKey]: id(member.organization),
                userId: id(member.user),
                ...role(member.role),
            })),
        });
    }
    if (shape.parent) {
        await client.raw('Project').createMany({
            data: Object.entries(PROJECTS).map(([key, { organization, owner }]) => ({
                id: id(key),
                [tenantKey]: idOf(shape, organization),
                ownerId: idOf(shape, owner),
            })),
        });
    }
}

export interface Proof {
    client: PolicyClient;
    shape: Shape;
    model: string;
    meaning: Meaning;
    actors: readonly Actor[];
    rows: readonly Row[];
    moves: readonly Partial<Row>[];
}

/**
 * Shows on the real ORM that the rules of a model permit exactly what they mean.
 * For each actor: reads and deletes everything, creates every row, and moves every row everywhere. Throws an
 * assertion error that names the model's rules, the actor and what was tried.
 */
export async function prove(proof: Proof): Promise<void> {
    for (const actor of proof.actors) await proveFor(proof, actor);
}

async function proveFor({ client, shape, model, meaning, rows, moves }: Proof, actor: Actor): Promise<void> {
    const truth = client.raw(model);
    const guarded = client.as(toAuth(shape, actor), model);
    const where = (list: readonly Row[]): object => ({ id: { in: list.map(({ key }) => idOf(shape, key)) } });
    const reset = async (): Promise<void> => {
        await truth.deleteMany();
        await truth.createMany({ data: rows.map((row) => toData(shape, row)) });
    };
    const expectRows = async (expected: readonly Row[], what: string): Promise<void> => {
        assert.deepEqual(await contentOf(truth), sorted(shape, expected), `${actor.name}: ${what}`);
    };

    await reset();
    const readable = rows.filter((row) => meaning.permits('read', actor, row));
    assert.deepEqual(await contentOf(guarded), sorted(shape, readable), `${actor.name}: reads`);

    const kept = rows.filter((row) => !meaning.permits('delete', actor, row));
    await unlessRejected(() => guarded.deleteMany());
    await expectRows(kept, 'remains after deleting');

    await truth.deleteMany();
    for (const row of rows) await unlessRejected(() => guarded.createMany({ data: [toData(shape, row)] }));
    await expectRows(
        rows.filter((row) => meaning.permits('create', actor, row)),
        'creates',
    );

    await reset();
    for (const move of moves) {
        const data = toData(shape, move);
        const permitted = rows.filter((row) => meaning.update(actor, row, { ...row, ...move }));
        const refused = rows.filter((row) => !permitted.includes(row));
        // Together, rows that the rule filters out hide nothing; any that it refuses afterwards would hide the others.
        const untouchable = refused.filter(
            (row) => !moves.some((other) => meaning.update(actor, row, { ...row, ...other })),
        );
        if (untouchable.length > 0) await unlessRejected(() => guarded.updateMany({ where: where(untouchable), data }));
        for (const row of refused.filter((each) => !untouchable.includes(each))) {
            await unlessRejected(() => guarded.updateMany({ where: where([row]), data }));
        }
        await expectRows(rows, `sets ${JSON.stringify(move)} where it may not`);
        if (permitted.length === 0) continue;
        await guarded.updateMany({ where: where(permitted), data });
        const moved = rows.map((row) => (permitted.includes(row) ? { ...row, ...move } : row));
        await expectRows(moved, `sets ${JSON.stringify(move)} where it may`);
        await reset();
    }
}

/** All rows that one sees, by id, as plain objects. */
async function contentOf(operations: ModelOperations): Promise<object[]> {
    const rows = await operations.findMany({ orderBy: { id: 'asc' } });
    return rows.map((row) => ({ ...row }));
}

function sorted(shape: Shape, rows: readonly Row[]): object[] {
    const data = rows.map((row) => toData(shape, row));
    return data.sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}
