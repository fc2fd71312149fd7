import assert from 'node:assert/strict';
import type { Client } from './common.ts';
import * as additional from './configs/additional.ts';
import * as admin from './configs/admin.ts';
import * as device from './configs/device.ts';
import * as everything from './configs/everything.ts';
import * as jwt from './configs/jwt.ts';
import * as keys from './configs/keys.ts';
import * as names from './configs/names.ts';
import * as numbers from './configs/numbers.ts';
import * as organization from './configs/organization.ts';
import * as packages from './configs/packages.ts';
import * as phone from './configs/phone.ts';
import * as plain from './configs/plain.ts';
import * as plural from './configs/plural.ts';
import * as renamed from './configs/renamed.ts';
import * as roles from './configs/roles.ts';
import * as serial from './configs/serial.ts';
import * as teams from './configs/teams.ts';
import * as twoFactor from './configs/two-factor.ts';
import * as uuid from './configs/uuid.ts';
import type { Names, Provider } from './schemas.ts';
import { sessionOf, signUp } from './world.ts';
import type { ProvableAuth, World } from './world.ts';

/** A configuration that is both read from its source and run. */
export interface Combination {
    what: string;
    /** Its file in `configs/`, without `.ts`. */
    file: string;
    /** The models that an empty schema gets. */
    models: string;
    /** What it calls by other names than usual, or wants of ids. */
    names?: Partial<Names>;
    create: Readonly<Record<Provider, (db: Client) => ProvableAuth>>;
    /** Its schemas are always compiled by the command `zen generate`. */
    usesCommand?: true;
    /** What it has besides plugins. */
    also?: (world: World, provider: Provider) => Promise<void>;
}

const core = 'User Session Account Verification';
const oauth =
    'OauthAccessToken OauthClient OauthClientAssertion OauthClientResource OauthConsent OauthRefreshToken OauthResource';
const scim =
    'ScimConnectionBinding ScimGroup ScimGroupMember ScimIdentityTombstone ScimManagedConnection ScimManagedConnectionEvent ScimManagedCredential ScimProjectionGrant ScimSubject ScimUser';
const organizations = `${core} Organization Member Invitation`;

function of(auth: Record<'onSqlite' | 'onPostgres', (db: Client) => ProvableAuth>): Combination['create'] {
    return { sqlite: auth.onSqlite, postgresql: auth.onPostgres };
}

export const combinations: readonly Combination[] = [
    { what: 'no plugins', file: 'plain', models: core, create: of(plain) },
    { what: 'organization', file: 'organization', models: organizations, create: of(organization) },
    {
        what: 'organization with teams',
        file: 'teams',
        models: `${organizations} Team TeamMember`,
        create: of(teams),
    },
    {
        what: 'organization with dynamic access control',
        file: 'roles',
        models: `${organizations} OrganizationRole`,
        create: of(roles),
    },
    { what: 'admin', file: 'admin', models: core, create: of(admin) },
    { what: 'two-factor', file: 'two-factor', models: `${core} TwoFactor`, create: of(twoFactor) },
    { what: 'username and anonymous', file: 'names', models: core, create: of(names) },
    { what: 'phone number', file: 'phone', models: core, create: of(phone) },
    { what: 'jwt', file: 'jwt', models: `${core} Jwks`, create: of(jwt) },
    { what: 'device authorization', file: 'device', models: `${core} DeviceCode`, create: of(device) },
    { what: 'api keys and passkeys', file: 'keys', models: `${core} Apikey Passkey`, create: of(keys) },
    {
        what: 'what needs services elsewhere',
        file: 'packages',
        models: `${organizations} Jwks RateLimit WalletAddress SsoProvider Subscription ${oauth} ${scim}`,
        create: of(packages),
    },
    {
        what: 'organization, admin and additional fields',
        file: 'additional',
        models: organizations,
        create: of(additional),
        also: useAdditionalFields,
    },
    {
        what: 'other names for tables and columns',
        file: 'renamed',
        models: 'Person Login Account Verification Workspace Seat Invitation',
        names: { user: 'Person', email: 'mail', name: 'fullName', session: 'Login', userId: 'personId' },
        create: of(renamed),
    },
    {
        what: 'tables in the plural',
        file: 'plural',
        models: 'Users Sessions Accounts Verifications Organizations Members Invitations Teams TeamMembers',
        names: { user: 'Users', session: 'Sessions' },
        create: of(plural),
    },
    {
        what: 'ids from the database',
        file: 'serial',
        models: organizations,
        names: { id: 'Int @id @default(autoincrement())' },
        create: of(serial),
    },
    { what: 'ids that are UUIDs', file: 'uuid', models: organizations, names: { id: 'String @id' }, create: of(uuid) },
    {
        what: 'numbers as ids throughout',
        file: 'numbers',
        models: `${organizations} Team TeamMember TwoFactor Apikey`,
        names: { id: 'Int @id @default(autoincrement())' },
        create: of(numbers),
    },
    {
        what: 'everything that a large application has',
        file: 'everything',
        models: `${organizations} OrganizationRole Team TeamMember TwoFactor Jwks`,
        create: of(everything),
        usesCommand: true,
        also: async ({ ann }) => {
            assert.equal((await sessionOf(ann)).user['locale'], 'en');
        },
    },
];

/** Defaults come from the configuration; what is written comes back as it was. */
async function useAdditionalFields({ ann, visit, organizationId }: World, provider: Provider): Promise<void> {
    const { user } = await sessionOf(ann);
    const defaults = [user['plan'], user['locale'], user['seats'], user['newsletter']];
    assert.deepEqual(defaults, ['free', 'en', 1, false]);
    const written = {
        plan: 'on request',
        locale: 'pt-BR',
        seats: 12,
        newsletter: true,
        bornAt: '1990-02-03T00:00:00.000Z',
        tags: ['a "quoted" one', 'b,c'],
        scores: [3, 1, 2],
        preferences: { theme: { dark: true }, columns: ['a', 1, null] },
    };
    await ann.ok('POST', '/api/auth/update-user', written);
    const changed = (await sessionOf(ann)).user;
    assert.deepEqual(Object.fromEntries(Object.keys(written).map((key) => [key, changed[key]])), written);

    // The ORM's lists are never null, those of PostgreSQL.
    const lists = provider === 'sqlite' ? { tags: null, scores: null } : {};
    const emptied = { bornAt: null, preferences: null, seats: null, ...lists };
    await ann.ok('POST', '/api/auth/update-user', emptied);
    const after = (await sessionOf(ann)).user;
    assert.deepEqual(Object.fromEntries(Object.keys(emptied).map((key) => [key, after[key]])), emptied);

    const zoe = visit();
    await signUp(zoe, 'Zoe', { plan: 'pro', tags: [] });
    const made = (await sessionOf(zoe)).user;
    assert.deepEqual([made['plan'], made['tags']], ['pro', []]);

    const data = { region: 'us', taxNumber: '12-34' };
    await ann.ok('POST', '/api/auth/organization/update', { organizationId, data });
    const query = new URLSearchParams({ organizationId: organizationId ?? '' }).toString();
    const full = await ann.ok<typeof data>('GET', `/api/auth/organization/get-full-organization?${query}`);
    assert.deepEqual([full.region, full.taxNumber], ['us', '12-34']);
}
