import assert from 'node:assert/strict';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { ZenStackClient } from '@zenstackhq/orm';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { getAuthTables } from 'better-auth/db';
import { admin, organization } from 'better-auth/plugins';
import { openSqlite } from '../../samples/multi-tenant/src/sqlite.ts';
import { createVisitor } from '../../samples/multi-tenant/test/visitor.ts';
import type { Visitor } from '../../samples/multi-tenant/test/visitor.ts';
import { loadSchema } from '../support/orm.ts';
import { generateWithCli } from './generate.ts';

/** A ZenStack client, as `zenstackAdapter` takes it. */
export type Client = Parameters<typeof zenstackAdapter>[0];

/** What a proof needs of `betterAuth(…)`'s result, whatever its options. */
export interface ProvableAuth {
    handler: (request: Request) => Promise<Response>;
    options: BetterAuthOptions;
    $context: Promise<{
        adapter: { findOne(query: { model: string; where: []; select: string[] }): Promise<unknown> };
        internalAdapter: { updateUser(userId: string, data: Record<string, unknown>): Promise<unknown> };
    }>;
}

/** What Better Auth logged since the last step began: where an answer of its own hides the ORM's error. */
const log: string[] = [];

/** What every configuration under proof has in common. */
export const common = {
    baseURL: 'http://localhost',
    secret: 'a secret for tests, long enough not to be complained about',
    emailAndPassword: { enabled: true },
    // What isn't an answer of Better Auth's own, such as an error of the ORM, comes through as it is.
    onAPIError: { throw: true },
    logger: {
        log: (level, message, ...details) => {
            log.push([level, message, ...details.map(String)].join(' '));
        },
    },
} as const satisfies BetterAuthOptions;

/** The configuration of `samples/multi-tenant`. */
function createSampleAuth(db: Client): ProvableAuth {
    return betterAuth({
        ...common,
        database: zenstackAdapter(db, { provider: 'sqlite' }),
        plugins: [organization(), admin()],
    });
}

/** What a proof may vary. */
export interface ProofOptions {
    /** The configuration, with the plugins `organization` and `admin`. Default: that of `samples/multi-tenant`. */
    createAuth?: (db: Client) => ProvableAuth;
    /** How the schema is compiled: by the command `zen generate`, or (default) by its generator in process, which is quicker. */
    generate?: 'zen' | 'in-process';
    /** Goes on where the proof ends; a rejection fails it. */
    also?: (world: ProvenWorld) => Promise<void>;
}

/** Where the proof ends: Ann, a platform administrator, owns the organization, of which Bob, now banned, is a member. */
export interface ProvenWorld {
    ann: Visitor;
    bob: Visitor;
    organizationId: string;
    /** Requests of somebody new. */
    visit(): Visitor;
}

const password = 'correct horse battery';

/**
 * Proves that Better Auth works on a schema: compiles it, creates its tables in memory, and lets a real Better Auth
 * with `zenstackAdapter` sign up, sign in, create an organization, invite, accept, list members, impersonate and
 * ban; then asks for every column of every table that its configuration names.
 * In: a whole ZModel schema for SQLite, and options. Out: the names of the steps that were taken, in order.
 * Throws an error that names the step, with the answer, the ORM's error or what was logged; or ZenStack's messages
 * when the schema does not compile.
 */
export async function proveAuthSchema(schemaText: string, options: ProofOptions = {}): Promise<string[]> {
    const schema = await (options.generate === 'zen' ? generateWithCli(schemaText) : loadSchema(schemaText));
    const db = new ZenStackClient(schema, { dialect: openSqlite(':memory:') });
    const auth = (options.createAuth ?? createSampleAuth)(db);
    const steps: string[] = [];
    const step = async <T>(name: string, take: () => Promise<T>): Promise<T> => {
        log.length = 0;
        try {
            const result = await take();
            steps.push(name);
            return result;
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new Error([`Step "${name}" failed: ${reason}`, ...log].join('\n'), { cause: error });
        }
    };
    const visit = (): Visitor => createVisitor(common.baseURL, auth.handler);
    const promote = async (userId: string): Promise<void> => {
        await (await auth.$context).internalAdapter.updateUser(userId, { role: 'admin' });
    };

    try {
        await step('push the schema', () => db.$pushSchema());
        const world = await takeSteps(step, visit, promote);
        await step('read every column', async () => {
            const { adapter } = await auth.$context;
            for (const [model, { fields }] of Object.entries(getAuthTables(auth.options))) {
                await adapter.findOne({ model, where: [], select: ['id', ...Object.keys(fields)] });
            }
        });
        if (options.also) {
            await step('more', () => options.also?.(world) ?? Promise.resolve());
        }
        return steps;
    } finally {
        await db.$disconnect();
    }
}

type Step = <T>(name: string, take: () => Promise<T>) => Promise<T>;
type Session = { session: { activeOrganizationId?: string | null; impersonatedBy?: string | null } } & User;
type User = { user: { id: string; email: string; name: string } };

async function takeSteps(
    step: Step,
    visit: () => Visitor,
    promote: (userId: string) => Promise<void>,
): Promise<ProvenWorld> {
    const bob = visit();
    const ann = visit();
    const session = (visitor: Visitor): Promise<Session> => visitor.ok('GET', '/api/auth/get-session');

    const annsId = await step('sign up', async () => {
        const account = { name: 'Bob', email: 'bob@example.com', password };
        await bob.ok('POST', '/api/auth/sign-up/email', account);
        const annsAccount = { name: 'Ann', email: 'ann@example.com', password };
        return (await visit().ok<User>('POST', '/api/auth/sign-up/email', annsAccount)).user.id;
    });

    await step('sign in', () => ann.ok('POST', '/api/auth/sign-in/email', { email: 'ann@example.com', password }));

    await step('get session', async () => {
        const { user } = await session(ann);
        assert.deepEqual([user.id, user.email, user.name], [annsId, 'ann@example.com', 'Ann']);
    });

    const organizationId = await step('create organization', async () => {
        const body = { name: 'Acme', slug: 'acme', metadata: { plan: 'free' } };
        return (await ann.ok<{ id: string }>('POST', '/api/auth/organization/create', body)).id;
    });

    await step('set active organization', async () => {
        await ann.ok('POST', '/api/auth/organization/set-active', { organizationId: null });
        assert.equal((await session(ann)).session.activeOrganizationId ?? null, null);
        await ann.ok('POST', '/api/auth/organization/set-active', { organizationId });
        assert.equal((await session(ann)).session.activeOrganizationId, organizationId);
    });

    const invitationId = await step('invite member', async () => {
        const body = { email: 'bob@example.com', role: 'member' };
        return (await ann.ok<{ id: string }>('POST', '/api/auth/organization/invite-member', body)).id;
    });

    await step('accept invitation', async () => {
        await bob.ok('POST', '/api/auth/organization/accept-invitation', { invitationId });
        assert.equal((await session(bob)).session.activeOrganizationId, organizationId);
    });

    await step('list members', async () => {
        const { members } = await ann.ok<{ members: ({ role: string } & User)[] }>(
            'GET',
            '/api/auth/organization/list-members',
        );
        const found = members.map(({ role, user }) => `${user.name} ${role}`).sort();
        assert.deepEqual(found, ['Ann owner', 'Bob member']);
    });

    const bobsId = (await session(bob)).user.id;

    await step('impersonate', async () => {
        await promote(annsId);
        const impersonator = visit();
        await impersonator.ok('POST', '/api/auth/sign-in/email', { email: 'ann@example.com', password });
        await impersonator.ok('POST', '/api/auth/admin/impersonate-user', { userId: bobsId });
        const { user, session: impersonated } = await session(impersonator);
        assert.deepEqual([user.id, impersonated.impersonatedBy], [bobsId, annsId]);
    });

    await step('ban', async () => {
        const body = { userId: bobsId, banReason: 'Spam', banExpiresIn: 3600 };
        await ann.ok('POST', '/api/auth/admin/ban-user', body);
        const signIn = { email: 'bob@example.com', password };
        const { status } = await visit().send('POST', '/api/auth/sign-in/email', signIn);
        assert.equal(status, 403);
    });

    return { ann, bob, organizationId, visit };
}
