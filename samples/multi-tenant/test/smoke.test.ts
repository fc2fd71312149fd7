import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { db, dbFor } from '../src/db.ts';
import type { UserContext } from '../src/context.ts';
import { startApp } from './app.ts';
import type { Visitor } from './visitor.ts';

type Row = { id: string; organizationId: string };

const password = 'correct horse battery';

let app: Awaited<ReturnType<typeof startApp>>;
/** Ann owns Acme, Bob owns Globex, Carl is a member of Acme. */
let ann: Visitor, bob: Visitor, carl: Visitor;
let acme: string, globex: string;
let annsList: Row, annsPrivateList: Row, annsTodo: Row, bobsList: Row, bobsTodo: Row;

async function signUp(name: string): Promise<Visitor> {
    const visitor = app.visit();
    await visitor.ok('POST', '/api/auth/sign-up/email', { name, email: `${name}@example.com`, password });
    return visitor;
}

/** Creates an organization, which becomes the active one. */
async function found(visitor: Visitor, name: string): Promise<string> {
    const { id } = await visitor.ok<{ id: string }>('POST', '/api/auth/organization/create', { name, slug: name });
    await visitor.ok('POST', '/api/auth/organization/set-active', { organizationId: id });
    return id;
}

async function ids(visitor: Visitor, path: string): Promise<string[]> {
    return (await visitor.ok<Row[]>('GET', path)).map((row) => row.id);
}

async function contextOf(visitor: Visitor): Promise<UserContext> {
    const context = await visitor.ok<UserContext | null>('GET', '/me');
    assert.ok(context);
    return context;
}

before(async () => {
    app = await startApp();
    [ann, bob, carl] = [await signUp('ann'), await signUp('bob'), await signUp('carl')];
    acme = await found(ann, 'acme');
    globex = await found(bob, 'globex');

    const invitation = await ann.ok<{ id: string }>('POST', '/api/auth/organization/invite-member', {
        email: 'carl@example.com',
        role: 'member',
    });
    await carl.ok('POST', '/api/auth/organization/accept-invitation', { invitationId: invitation.id });

    annsList = await ann.ok('POST', '/lists', { name: 'Ann' });
    annsPrivateList = await ann.ok('POST', '/lists', { name: 'Secrets of Ann', private: true });
    annsTodo = await ann.ok('POST', `/lists/${annsList.id}/todos`, { title: 'Buy milk' });
    bobsList = await bob.ok('POST', '/lists', { name: 'Bob' });
    bobsTodo = await bob.ok('POST', `/lists/${bobsList.id}/todos`, { title: 'Sell milk' });
});

after(async () => {
    await app.stop();
});

describe('the context', () => {
    it('carries the active organization and the role in it', async () => {
        assert.deepEqual(
            { ...(await contextOf(ann)), userId: '' },
            { userId: '', organizationId: acme, organizationRole: 'owner' },
        );
        assert.deepEqual(
            { ...(await contextOf(carl)), userId: '' },
            { userId: '', organizationId: acme, organizationRole: 'member' },
        );
    });

    it('is nothing without a session', async () => {
        assert.equal(await app.visit().ok('GET', '/me'), null);
    });

    it('has no organization when none is active, or after leaving it', async () => {
        const dora = await signUp('dora');
        assert.equal((await contextOf(dora)).organizationId, null);

        const { id } = await ann.ok<{ id: string }>('POST', '/api/auth/organization/invite-member', {
            email: 'dora@example.com',
            role: 'member',
        });
        await dora.ok('POST', '/api/auth/organization/accept-invitation', { invitationId: id });
        assert.equal((await contextOf(dora)).organizationId, acme);

        await ann.ok('POST', '/api/auth/organization/remove-member', { memberIdOrEmail: 'dora@example.com' });
        const { organizationId, organizationRole } = await contextOf(dora);
        assert.deepEqual([organizationId, organizationRole], [null, null]);
        assert.deepEqual(await ids(dora, '/lists'), []);
    });
});

describe('two organizations', () => {
    it('see their own rows only', async () => {
        assert.deepEqual(await ids(ann, '/lists'), [annsList.id, annsPrivateList.id]);
        assert.deepEqual(await ids(bob, '/lists'), [bobsList.id]);
        assert.deepEqual(await ids(ann, `/lists/${bobsList.id}/todos`), []);
        assert.deepEqual(await ids(bob, `/lists/${bobsList.id}/todos`), [bobsTodo.id]);
    });

    it("can't change or delete the other's rows", async () => {
        assert.equal((await bob.send('PATCH', `/todos/${annsTodo.id}`, { done: true })).status, 404);
        assert.equal((await bob.send('DELETE', `/todos/${annsTodo.id}`)).status, 404);
        const asBob = dbFor(await contextOf(bob));
        assert.deepEqual(await asBob.todoList.updateMany({ where: { id: annsList.id }, data: { name: 'Bob' } }), {
            count: 0,
        });
        assert.deepEqual(await asBob.todoList.deleteMany({ where: { organizationId: acme } }), { count: 0 });
        assert.equal((await db.todo.findUniqueOrThrow({ where: { id: annsTodo.id } })).done, false);
    });

    it("can't put rows into the other's", async () => {
        assert.equal((await ann.send('POST', `/lists/${bobsList.id}/todos`, { title: 'Spam' })).status, 404);
        const context = await contextOf(ann);
        const asAnn = dbFor(context);
        await assert.rejects(
            asAnn.todoList.create({ data: { name: 'Spam', organizationId: globex, ownerId: context.userId } }),
            { reason: 'rejected-by-policy' },
        );
        for (const organizationId of [acme, globex]) {
            await assert.rejects(
                asAnn.todo.create({
                    data: { title: 'Spam', listId: bobsList.id, organizationId, ownerId: context.userId },
                }),
                { reason: 'rejected-by-policy' },
            );
        }
    });

    it("can't move rows over, nor give them away", async () => {
        const asAnn = dbFor(await contextOf(ann));
        const { userId: bobsId } = await contextOf(bob);
        for (const data of [
            { organizationId: globex },
            { listId: bobsList.id },
            { organizationId: globex, listId: bobsList.id },
            { ownerId: bobsId },
        ]) {
            await assert.rejects(asAnn.todo.updateMany({ where: { id: annsTodo.id }, data }), {
                reason: 'rejected-by-policy',
            });
        }
        await assert.rejects(
            asAnn.todoList.updateMany({ where: { id: annsList.id }, data: { organizationId: globex } }),
            { reason: 'rejected-by-policy' },
        );
        assert.equal(await db.todo.count({ where: { organizationId: acme, listId: annsList.id } }), 1);
        assert.equal(await db.todoList.count({ where: { organizationId: globex } }), 1);
    });
});

describe('inside one organization', () => {
    it("members read each other's lists, but not the private ones", async () => {
        assert.deepEqual(await ids(carl, '/lists'), [annsList.id]);
        assert.deepEqual(await ids(carl, `/lists/${annsPrivateList.id}/todos`), []);
    });

    it('members work on shared lists, and delete only what is theirs', async () => {
        const carlsTodo = await carl.ok<Row>('POST', `/lists/${annsList.id}/todos`, { title: 'Buy bread' });
        assert.equal((await carl.send('PATCH', `/todos/${annsTodo.id}`, { done: true })).status, 200);
        assert.equal((await carl.send('DELETE', `/todos/${annsTodo.id}`)).status, 404);
        assert.equal((await carl.send('DELETE', `/todos/${carlsTodo.id}`)).status, 200);
    });

    it('who runs the organization changes and deletes everything in it, and nothing elsewhere', async () => {
        const carlsList = await carl.ok<Row>('POST', '/lists', { name: 'Secrets of Carl', private: true });
        const carlsTodo = await carl.ok<Row>('POST', `/lists/${carlsList.id}/todos`, { title: 'Ask for a rise' });
        assert.equal((await ann.send('PATCH', `/todos/${carlsTodo.id}`, { title: 'Granted' })).status, 200);

        const { id } = await ann.ok<{ id: string }>('POST', '/api/auth/organization/invite-member', {
            email: 'erin@example.com',
            role: 'admin',
        });
        const erin = await signUp('erin');
        await erin.ok('POST', '/api/auth/organization/accept-invitation', { invitationId: id });
        assert.equal((await contextOf(erin)).organizationRole, 'admin');
        assert.equal((await erin.send('PATCH', `/todos/${bobsTodo.id}`, { title: 'Mine' })).status, 404);
        assert.equal((await erin.send('DELETE', `/todos/${carlsTodo.id}`)).status, 200);
        const asErin = dbFor(await contextOf(erin));
        assert.deepEqual(await asErin.todoList.deleteMany({ where: { id: { in: [carlsList.id, bobsList.id] } } }), {
            count: 1,
        });
    });
});

describe('without an organization', () => {
    it('anonymous visitors see nothing and change nothing', async () => {
        const nobody = app.visit();
        assert.deepEqual(await ids(nobody, '/lists'), []);
        assert.deepEqual(await ids(nobody, `/lists/${annsList.id}/todos`), []);
        assert.equal((await nobody.send('POST', '/lists', { name: 'Spam' })).status, 401);
        assert.equal((await nobody.send('DELETE', `/todos/${annsTodo.id}`)).status, 404);
        assert.deepEqual(await dbFor(undefined).todo.updateMany({ data: { done: true } }), { count: 0 });
        assert.equal(await dbFor(undefined).user.count(), 0);
    });

    it('a member who has chosen none sees nothing, not even own rows', async () => {
        await carl.ok('POST', '/lists', { name: 'Carl' });
        await carl.ok('POST', '/api/auth/organization/set-active', { organizationId: null });
        assert.deepEqual(await ids(carl, '/lists'), []);
        assert.equal((await carl.send('POST', '/lists', { name: 'Nowhere' })).status, 403);
        assert.deepEqual(await dbFor(await contextOf(carl)).todoList.deleteMany({}), { count: 0 });
    });
});

describe('Better Auth on the same tables', () => {
    it('lists members and bans users', async () => {
        const members = await ann.ok<{ members: unknown[] }>('GET', '/api/auth/organization/list-members');
        assert.ok(members.members.length >= 2);
        const { userId } = await contextOf(bob);
        await db.user.update({ where: { id: (await contextOf(ann)).userId }, data: { role: 'admin' } });
        await ann.ok('POST', '/api/auth/admin/ban-user', { userId });
        const signIn = { email: 'bob@example.com', password };
        assert.equal((await app.visit().send('POST', '/api/auth/sign-in/email', signIn)).status, 403);
    });
});
