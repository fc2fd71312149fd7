import assert from 'node:assert/strict';
import { applyChanges } from '../../../src/model/text.ts';
import { offerTenantRules } from '../../../src/suggest/tenant-rules-offers.ts';
import { planTenantRules } from '../../../src/suggest/tenant-rules-plan.ts';
import { createPolicyClient } from '../../support/orm.ts';
import type { PolicyClient, Row } from '../../support/orm.ts';
import { viewOf } from '../insert/support.ts';
import { unlessRejected } from '../snippets/prove.ts';
import { SCHEMA } from './tenant-schema.ts';

type Tenant = 'o1' | 'o2' | null;

interface Actor {
    name: string;
    auth: { userId?: string; organizationId?: string | null } | undefined;
}

const ACTORS: readonly Actor[] = [
    { name: 'anonymous', auth: undefined },
    { name: 'an empty auth', auth: {} },
    { name: 'a user without a tenant', auth: { userId: 'u1' } },
    { name: 'a user whose tenant is null', auth: { userId: 'u1', organizationId: null } },
    { name: 'u1 in o1', auth: { userId: 'u1', organizationId: 'o1' } },
    { name: 'u2 in o2', auth: { userId: 'u2', organizationId: 'o2' } },
];

/** What ties a row to each tenant: the columns that say it. */
const TIES: Readonly<Record<string, readonly { tenant: Tenant; data: Row }[]>> = {
    Project: [
        { tenant: 'o1', data: { organizationId: 'o1' } },
        { tenant: 'o2', data: { organizationId: 'o2' } },
    ],
    Note: [
        { tenant: 'o1', data: { organizationId: 'o1' } },
        { tenant: 'o2', data: { organizationId: 'o2' } },
        { tenant: null, data: { organizationId: null } },
    ],
    Invoice: [
        { tenant: 'o1', data: { organizationId: 'o1' } },
        { tenant: 'o2', data: { organizationId: 'o2' } },
    ],
    Task: [
        { tenant: 'o1', data: { projectId: 'p1' } },
        { tenant: 'o2', data: { projectId: 'p2' } },
    ],
    Remark: [
        { tenant: 'o1', data: { noteId: 'n1' } },
        { tenant: 'o2', data: { noteId: 'n2' } },
        { tenant: null, data: { noteId: 'n0' } },
        { tenant: null, data: { noteId: null } },
    ],
    Comment: [
        { tenant: 'o1', data: { taskId: 't1' } },
        { tenant: 'o2', data: { taskId: 't2' } },
    ],
    Tag: [
        { tenant: 'o1', data: { organizationId: 'o1' } },
        { tenant: 'o2', data: { organizationId: 'o2' } },
    ],
    // Its own rule allows everything to the owner; all rows here are u1's.
    Ticket: [
        { tenant: 'o1', data: { organizationId: 'o1', ownerId: 'u1' } },
        { tenant: 'o2', data: { organizationId: 'o2', ownerId: 'u1' } },
    ],
};

function isOpen(model: string, { auth }: Actor, tenant: Tenant): boolean {
    const isInside = tenant !== null && auth?.organizationId === tenant;
    return isInside && (model !== 'Ticket' || auth.userId === 'u1');
}

describe('tenant rules for several models, on the real ORM', function () {
    this.timeout(60_000);
    let client: PolicyClient;

    before(async () => {
        const view = viewOf(SCHEMA);
        const ids = offerTenantRules(view).offers.map(({ id }) => id);
        client = await createPolicyClient(applyChanges(SCHEMA, planTenantRules(view, { ids, grant: 'all' }).changes));
    });

    after(async () => {
        await client.close();
    });

    beforeEach(async () => {
        client.clear();
        const seed = (model: string, data: Row[]): Promise<unknown> => client.raw(model).createMany({ data });
        await seed('Organization', [{ id: 'o1' }, { id: 'o2' }]);
        await seed('Project', [
            { id: 'p1', organizationId: 'o1' },
            { id: 'p2', organizationId: 'o2' },
        ]);
        await seed('Note', [
            { id: 'n1', organizationId: 'o1' },
            { id: 'n2', organizationId: 'o2' },
            { id: 'n0', organizationId: null },
        ]);
        await seed('Task', [
            { id: 't1', projectId: 'p1' },
            { id: 't2', projectId: 'p2' },
        ]);
    });

    for (const [model, ties] of Object.entries(TIES)) {
        for (const actor of ACTORS) {
            it(`${model}: ${actor.name}`, async () => {
                await proveBorder(client, model, actor, ties);
            });
        }
    }

    for (const model of ['Organization', 'Member']) {
        it(`${model}: read within the tenant, written by nobody`, async () => {
            if (model === 'Member') {
                await client.raw('User').createMany({
                    data: [
                        { id: 'u1', email: 'a' },
                        { id: 'u2', email: 'b' },
                    ],
                });
                await client.raw('Member').createMany({
                    data: [
                        { id: 'o1', organizationId: 'o1', userId: 'u1' },
                        { id: 'o2', organizationId: 'o2', userId: 'u2' },
                    ],
                });
            }
            for (const actor of ACTORS) {
                const guarded = client.as(actor.auth, model);
                const active = actor.auth?.organizationId ?? undefined;
                assert.deepEqual(idsOf(await guarded.findMany()), active === undefined ? [] : [active], actor.name);
                const data = model === 'Member' ? { role: 'owner' } : { name: 'changed' };
                await unlessRejected(() => guarded.updateMany({ data }));
                await unlessRejected(() => guarded.deleteMany());
                assert.equal(await client.raw(model).count({ where: data }), 0, actor.name);
                assert.equal(await client.raw(model).count(), 2, actor.name);
            }
        });
    }

    it('Tag: a row gets the active tenant by itself, and none without one', async () => {
        const data = { id: 'x' };
        await client.as({ userId: 'u1', organizationId: 'o1' }, 'Tag').create({ data });
        assert.equal((await client.raw('Tag').findUnique({ where: data }))?.['organizationId'], 'o1');
    });
});

/** Reads, creates, changes, moves and deletes rows of each tenant; each goes through just where it may. */
async function proveBorder(
    client: PolicyClient,
    model: string,
    actor: Actor,
    ties: readonly { tenant: Tenant; data: Row }[],
): Promise<void> {
    const truth = client.raw(model);
    const guarded = client.as(actor.auth, model);
    const rows = ties.map(({ tenant, data }, index) => ({ tenant, data: { id: `r${index}`, title: '', ...data } }));
    const open = rows.filter(({ tenant }) => isOpen(model, actor, tenant));
    const reset = async (): Promise<void> => {
        await truth.deleteMany({ where: { id: { startsWith: 'r' } } });
        await truth.createMany({ data: rows.map(({ data }) => data) });
    };
    const where = { id: { startsWith: 'r' } };
    const content = async (): Promise<object[]> =>
        (await truth.findMany({ where, orderBy: { id: 'asc' } })).map((row) => ({ ...row }));

    await truth.deleteMany({ where });
    for (const { data } of rows) await unlessRejected(() => guarded.createMany({ data: [data] }));
    assert.deepEqual(
        await content(),
        open.map(({ data }) => data),
        'creates',
    );

    await reset();
    assert.deepEqual(
        idsOf(await guarded.findMany({ where })),
        open.map(({ data }) => data.id),
        'reads',
    );

    for (const { tenant, data } of rows) {
        for (const tie of ties) {
            await unlessRejected(() =>
                guarded.updateMany({ where: { id: data.id }, data: { ...tie.data, title: 'changed' } }),
            );
            const may = isOpen(model, actor, tenant) && isOpen(model, actor, tie.tenant);
            const expected = rows.map((each) =>
                each.data.id === data.id && may ? { ...each.data, ...tie.data, title: 'changed' } : each.data,
            );
            assert.deepEqual(await content(), expected, `moves ${data.id} to ${String(tie.tenant)}`);
            await reset();
        }
    }

    await unlessRejected(() => guarded.deleteMany({ where }));
    assert.deepEqual(
        await content(),
        rows.filter((row) => !open.includes(row)).map(({ data }) => data),
        'deletes',
    );
}

function idsOf(rows: readonly Row[]): unknown[] {
    return rows.map(({ id }) => id).sort();
}
