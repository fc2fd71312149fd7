import assert from 'node:assert/strict';
import { password, sessionOf, signIn } from '../world.ts';
import type { Step, World } from '../world.ts';

/** Ann becomes a platform administrator, acts as Bob, and bans him for a while. */
export async function takeAdminJourney(step: Step, { auth, ann, annId, bob, bobId, visit }: World): Promise<void> {
    await step('impersonate', async () => {
        await (await auth.$context).internalAdapter.updateUser(annId, { role: 'admin' });
        const impersonator = visit();
        await signIn(impersonator, 'Ann');
        await impersonator.ok('POST', '/api/auth/admin/impersonate-user', { userId: bobId });
        const { user, session } = await sessionOf(impersonator);
        assert.deepEqual([user.id, session['impersonatedBy']], [bobId, annId]);
    });

    await step('ban', async () => {
        const body = { userId: bobId, banReason: 'Spam', banExpiresIn: 3600 };
        await ann.ok('POST', '/api/auth/admin/ban-user', body);
        const { status } = await visit().send('POST', '/api/auth/sign-in/email', {
            email: 'bob@example.com',
            password,
        });
        assert.equal(status, 403);
    });

    await step('unban', async () => {
        await ann.ok('POST', '/api/auth/admin/unban-user', { userId: bobId });
        await signIn(bob, 'Bob');
        const { users } = await ann.ok<{ users: { id: string; banned: boolean; banReason: string | null }[] }>(
            'GET',
            '/api/auth/admin/list-users?sortBy=name',
        );
        const { banned, banReason } = users.find(({ id }) => id === bobId) ?? {};
        assert.deepEqual([banned, banReason], [false, null]);
    });
}
