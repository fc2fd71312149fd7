import assert from 'node:assert/strict';
import { hasTable, sessionOf, signUp } from '../world.ts';
import type { Step, User, World } from '../world.ts';

/** Ann makes an organization and invites Bob; then teams and roles of their own where the configuration has them. */
export async function takeOrganizationJourney(step: Step, world: World): Promise<void> {
    const { auth, ann, bob } = world;
    const organizationId = await step('create organization', async () => {
        const body = { name: 'Acme', slug: 'acme', metadata: { plan: 'free' } };
        return (await ann.ok<{ id: string }>('POST', '/api/auth/organization/create', body)).id;
    });
    world.organizationId = organizationId;

    await step('set active organization', async () => {
        await ann.ok('POST', '/api/auth/organization/set-active', { organizationId: null });
        assert.equal((await sessionOf(ann)).session['activeOrganizationId'] ?? null, null);
        await ann.ok('POST', '/api/auth/organization/set-active', { organizationId });
        assert.equal((await sessionOf(ann)).session['activeOrganizationId'], organizationId);
    });

    const invite = async (body: { email: string; role: string; teamId?: string }): Promise<string> =>
        (await ann.ok<{ id: string }>('POST', '/api/auth/organization/invite-member', body)).id;
    const invitationId = await step('invite member', () => invite({ email: 'bob@example.com', role: 'member' }));

    await step('accept invitation', async () => {
        await bob.ok('POST', '/api/auth/organization/accept-invitation', { invitationId });
        assert.equal((await sessionOf(bob)).session['activeOrganizationId'], organizationId);
    });

    await step('list members', async () => {
        const { members } = await ann.ok<{ members: { role: string; user: User }[] }>(
            'GET',
            '/api/auth/organization/list-members',
        );
        const found = members.map(({ role, user }) => `${user.name} ${role}`).sort();
        assert.deepEqual(found, ['Ann owner', 'Bob member']);
    });

    if (hasTable(auth, 'team')) await takeTeamSteps(step, world, organizationId, invite);
    if (hasTable(auth, 'organizationRole')) await takeRoleSteps(step, world);
}

/** Deletes what the journey made; before the users, who may not be owners without successor. */
export async function leaveOrganization(step: Step, { ann, organizationId }: World): Promise<void> {
    await step('delete organization', async () => {
        await ann.ok('POST', '/api/auth/organization/delete', { organizationId });
        assert.deepEqual(await ann.ok('GET', '/api/auth/organization/list'), []);
    });
}

async function takeTeamSteps(
    step: Step,
    { ann, bobId, visit }: World,
    organizationId: string,
    invite: (body: { email: string; role: string; teamId: string }) => Promise<string>,
): Promise<void> {
    const team = async (path: string, body: object): Promise<{ id: string }> =>
        ann.ok('POST', `/api/auth/organization/${path}`, body);

    const teamId = await step('create team', async () => (await team('create-team', { name: 'Backend' })).id);

    await step('set active team', async () => {
        await team('add-team-member', { teamId, userId: (await sessionOf(ann)).user.id });
        await team('set-active-team', { teamId });
        assert.equal((await sessionOf(ann)).session['activeTeamId'], teamId);
    });

    await step('add team members', async () => {
        await team('add-team-member', { teamId, userId: bobId });
        const invitationId = await invite({ email: 'tess@example.com', role: 'member', teamId });
        const tess = visit();
        await signUp(tess, 'Tess');
        await tess.ok('POST', '/api/auth/organization/accept-invitation', { invitationId });
        const query = new URLSearchParams({ teamId }).toString();
        const members = await ann.ok<unknown[]>('GET', `/api/auth/organization/list-team-members?${query}`);
        assert.equal(members.length, 3);
    });

    await step('list teams', async () => {
        const query = new URLSearchParams({ organizationId }).toString();
        const teams = await ann.ok<{ name: string }[]>('GET', `/api/auth/organization/list-teams?${query}`);
        assert.ok(teams.some(({ name }) => name === 'Backend'));
    });
}

async function takeRoleSteps(step: Step, { ann, bobId }: World): Promise<void> {
    await step('create role', async () => {
        const body = { role: 'reviewer', permission: { project: ['share'] } };
        await ann.ok('POST', '/api/auth/organization/create-role', body);
        const roles = await ann.ok<{ role: string; permission: object }[]>('GET', '/api/auth/organization/list-roles');
        assert.deepEqual(
            roles.map(({ role, permission }) => ({ role, permission })),
            [body],
        );
    });

    await step('give role', async () => {
        const { members } = await ann.ok<{ members: { id: string; userId: string }[] }>(
            'GET',
            '/api/auth/organization/list-members',
        );
        const memberId = members.find(({ userId }) => userId === bobId)?.id;
        const body = { memberId, role: 'reviewer' };
        const { role } = await ann.ok<{ role: string }>('POST', '/api/auth/organization/update-member-role', body);
        assert.equal(role, 'reviewer');
    });
}
