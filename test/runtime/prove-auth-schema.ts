import assert from 'node:assert/strict';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { ZenStackClient } from '@zenstackhq/orm';
import { PostgresDialect } from '@zenstackhq/orm/dialects/postgres';
import type { SqliteDialect } from '@zenstackhq/orm/dialects/sqlite';
import type { SchemaDef } from '@zenstackhq/orm/schema';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { openSqlite } from '../../samples/multi-tenant/src/sqlite.ts';
import { createVisitor } from '../../samples/multi-tenant/test/visitor.ts';
import { common } from './common.ts';
import type { Client } from './common.ts';
import { compileText } from './generate.ts';
import type { Generation } from './generate.ts';
import {
    takeApiKeyJourney,
    takeDeviceJourney,
    takeJwtJourney,
    takeOAuthJourney,
    takePasskeyJourney,
    takeSsoJourney,
} from './journeys/access.ts';
import {
    takeAnonymousJourney,
    takeEthereumJourney,
    takeLastLoginJourney,
    takePhoneNumberJourney,
    takeTwoFactorJourney,
    takeUsernameJourney,
} from './journeys/accounts.ts';
import { takeAdminJourney } from './journeys/admin.ts';
import { takeReadJourney, takeWriteJourney } from './journeys/columns.ts';
import { leaveOrganization, takeOrganizationJourney } from './journeys/organization.ts';
import { recordSteps, sessionOf, signIn, signUp } from './world.ts';
import type { ProvableAuth, Step, World } from './world.ts';

/** What is done with each plugin, by its id and in this order; see also `columnsOnly`. */
const journeys: Readonly<Record<string, (step: Step, world: World) => Promise<void>>> = {
    organization: takeOrganizationJourney,
    admin: takeAdminJourney,
    username: takeUsernameJourney,
    anonymous: takeAnonymousJourney,
    'phone-number': takePhoneNumberJourney,
    'two-factor': takeTwoFactorJourney,
    jwt: takeJwtJourney,
    'device-authorization': takeDeviceJourney,
    'api-key': takeApiKeyJourney,
    passkey: takePasskeyJourney,
    'oauth-provider': takeOAuthJourney,
    'last-login-method': takeLastLoginJourney,
    siwe: takeEthereumJourney,
    sso: takeSsoJourney,
};

/** Plugins that can do nothing without services elsewhere: only their tables are written and read. */
const columnsOnly: ReadonlySet<string> = new Set(['scim', 'stripe']);

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
    /** The configuration; each of its plugins needs a journey. Default: that of `samples/multi-tenant`. */
    createAuth?: (db: Client) => ProvableAuth;
    /** Goes on before everything is deleted; a rejection fails the proof. */
    also?: (world: World) => Promise<void>;
}

/**
 * Proves that Better Auth works on a schema: compiles it, and proves the result on SQLite in memory (`proveAuth`).
 * In: a whole ZModel schema for SQLite, options, and how to compile (default: in process).
 * Out: the names of the steps that were taken, in order. Throws as `proveAuth` does, or with ZenStack's messages when
 * the schema does not compile.
 */
export async function proveAuthSchema(
    schemaText: string,
    options: ProofOptions & { generate?: Generation } = {},
): Promise<string[]> {
    const schema = await compileText(schemaText, options.generate ?? 'in-process');
    return proveAuth(schema, openSqlite(':memory:'), options);
}

/**
 * Proves that Better Auth works on a compiled schema: creates its tables in an empty database, and lets a real Better
 * Auth with `zenstackAdapter` sign up, sign in, use what each of its plugins brings, read and write every column of
 * every table that its configuration names, and delete the users.
 * In: the schema object, a dialect over an empty database, options. Out: the names of the steps that were taken.
 * Throws an error that names the step, with the answer, the ORM's error or what was logged.
 */
export async function proveAuth(
    schema: SchemaDef,
    dialect: SqliteDialect | PostgresDialect,
    options: ProofOptions = {},
): Promise<string[]> {
    const db = new ZenStackClient(schema, { dialect });
    const auth = (options.createAuth ?? createSampleAuth)(db);
    const plugins = auth.options.plugins?.map(({ id }) => id) ?? [];
    const strange = plugins.filter((id) => !(id in journeys) && !columnsOnly.has(id));
    assert.deepEqual(strange, [], 'every plugin has a journey');
    const { step, taken } = recordSteps();
    try {
        await step('push the schema', () => db.$pushSchema());
        const world = await enter(step, auth);
        for (const [plugin, take] of Object.entries(journeys)) {
            if (plugins.includes(plugin)) await take(step, world);
        }
        await takeReadJourney(step, auth);
        await takeWriteJourney(step, auth, dialect instanceof PostgresDialect ? 'postgresql' : 'sqlite');
        if (options.also) await step('more', () => options.also?.(world) ?? Promise.resolve());
        await step('delete member', () => deleteUser(world, world.bobId));
        if (world.organizationId !== undefined) await leaveOrganization(step, world);
        await step('delete owner', () => deleteUser(world, world.annId));
        return taken;
    } finally {
        await db.$disconnect();
    }
}

/** What every configuration can do: signing up, signing in, having a session. */
async function enter(step: Step, auth: ProvableAuth): Promise<World> {
    const visit = (): World['ann'] => createVisitor(common.baseURL, auth.handler);
    const bob = visit();
    const ann = visit();
    const { annId, bobId } = await step('sign up', async () => ({
        annId: (await signUp(visit(), 'Ann')).id,
        bobId: (await signUp(bob, 'Bob')).id,
    }));
    await step('sign in', () => signIn(ann, 'Ann'));
    await step('get session', async () => {
        const { user } = await sessionOf(ann);
        assert.deepEqual([user.id, user.email, user.name], [annId, 'ann@example.com', 'Ann']);
    });
    return { auth, ann, bob, annId, bobId, visit };
}

/** Asks afterwards, because the adapter keeps silent when the database refuses to delete. */
async function deleteUser({ auth }: World, id: string): Promise<void> {
    const { adapter, internalAdapter } = await auth.$context;
    await internalAdapter.deleteUser(id);
    const left = await adapter.findOne({ model: 'user', where: [{ field: 'id', value: id }], select: ['id'] });
    assert.equal(left, null, 'the user is deleted');
}
