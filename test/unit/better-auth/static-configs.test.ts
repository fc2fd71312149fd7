import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describeId, describeTables, property } from '../../../src/better-auth/tables.ts';
import { loadLibrary } from '../../../src/better-auth/library.ts';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthConfig, AuthTable } from '../../../src/model/auth-table.ts';
import { FIXTURES, runFixture } from './run-fixture.ts';

/** What a configuration says besides its tables. */
interface Expectation {
    plugins?: string[];
    exportName?: string;
    adapter?: AuthConfig['adapter'];
    id?: AuthConfig['id']['kind'];
    organizationRoles?: string[];
    adminRoles?: string[];
    tables?: string[];
    /** Tables besides those of Better Auth itself. */
    adds?: string[];
}

const DEFAULT_ROLES = ['owner', 'admin', 'member'];

const CORE = ['user', 'session', 'account', 'verification'];
const SCIM_MANAGED = ['scimManagedConnection', 'scimManagedCredential', 'scimManagedConnectionEvent'];
const SCIM = [
    'scimConnectionBinding',
    'scimIdentityTombstone',
    'scimSubject',
    'scimUser',
    'scimProjectionGrant',
    'scimGroup',
    'scimGroupMember',
];

/** Every case is executed, and read; both must give the same tables. */
const CASES: Record<string, Expectation> = {
    'access-control-file': {
        plugins: ['organization', 'admin'],
        organizationRoles: ['founder', 'editor'],
        adminRoles: ['operator', 'user'],
    },
    'additional-fields': {},
    'admin-roles': { plugins: ['admin'], adminRoles: ['admin', 'user', 'support'] },
    'api-key': { plugins: ['admin', 'apiKey'], adds: ['apikey'] },
    barrel: { plugins: ['organization'], organizationRoles: DEFAULT_ROLES },
    'class-helper': { plugins: ['jwt'], exportName: 'createAuth', adds: ['jwks'] },
    commonjs: { plugins: ['phoneNumber'], exportName: 'auth' },
    'compound-indexes': { plugins: ['deviceAuthorization', 'seats'], adds: ['deviceGrant', 'seat'] },
    'constructor-syntax': {
        plugins: [],
        exportName: 'default',
        tables: ['user1', 'session', 'account', 'verification'],
    },
    core: {
        plugins: [],
        exportName: 'auth',
        adapter: { name: 'zenstackAdapter', provider: 'sqlite' },
        id: 'application',
        tables: ['user', 'session', 'account', 'verification'],
    },
    'custom-access-control': { plugins: ['organization'], organizationRoles: ['chair', 'member', 'admin'] },
    'database-function': { adapter: { name: 'zenstackAdapter', provider: 'postgresql', usePlural: true } },
    'dynamic-access-control': { plugins: ['organization'], organizationRoles: DEFAULT_ROLES },
    'enum-names': { exportName: 'default', tables: ['Person', 'Visit', 'account', 'verification'] },
    everything: { organizationRoles: DEFAULT_ROLES, adminRoles: ['admin', 'user'] },
    'extended-plugin': { plugins: ['organization'], organizationRoles: DEFAULT_ROLES },
    factory: { plugins: ['organization', 'twoFactor'], exportName: 'createAuth' },
    'fields-and-model-names': { tables: ['AppUser', 'loginSession', 'linkedAccount', 'proof'] },
    'generic-oauth': { plugins: ['genericOAuth'] },
    'harmless-conditions': {},
    'id-database': { id: 'database' },
    'id-function': { id: 'application' },
    'id-serial': { id: 'serial' },
    'id-uuid': { id: 'uuid' },
    'imported-constants': { tables: ['appUser', 'appSession', 'account', 'verification'] },
    'js-source': { plugins: ['organization'], adapter: { name: 'zenstackAdapter', provider: 'sqlite' } },
    'json-settings': { tables: ['citizen', 'session', 'account', 'verification'] },
    'known-conditions': { plugins: ['organization', 'username', 'bearer', 'anonymous'] },
    'list-methods': { plugins: ['organization', 'admin', 'jwt', 'bearer'] },
    'local-plugin': { plugins: ['birthday', 'audit'] },
    minimal: { plugins: ['organization', 'bearer'], adapter: { name: 'zenstackAdapter', provider: 'mysql' } },
    'mjs-default-export': { plugins: ['anonymous'], exportName: 'default' },
    'multiple-references': { plugins: ['documents'], adds: ['document'] },
    'namespace-import': { plugins: ['organization', 'admin', 'jwt'] },
    'options-factory': { plugins: ['organization', 'admin'], exportName: 'auth' },
    'oauth-provider': {
        plugins: ['jwt', 'oauthProvider', 'oauthDeviceAuthorization'],
        adds: [
            'jwks',
            'oauthClient',
            'oauthResource',
            'oauthClientResource',
            'oauthRefreshToken',
            'oauthAccessToken',
            'oauthConsent',
            'oauthClientAssertion',
            'deviceCode',
        ],
    },
    'options-variable': { plugins: ['organization', 'emailOTP'] },
    organization: { plugins: ['organization'], organizationRoles: DEFAULT_ROLES },
    'organization-schema-renames': { plugins: ['organization', 'twoFactor'] },
    'organization-teams': { plugins: ['organization'], organizationRoles: DEFAULT_ROLES },
    passkey: { plugins: ['passkey'], adds: ['credential'] },
    passwordless: { plugins: ['anonymous', 'magicLink', 'emailOTP'] },
    'path-alias': { plugins: ['username'], adapter: { name: 'memoryAdapter' } },
    'plugin-factory-module': { plugins: ['audit', 'tags-label'], adds: ['journal'] },
    'plugin-over-plugin': { plugins: ['organization'], adds: ['organization', 'member', 'invitation'] },
    'plural-renames': {
        tables: [
            'account_holders',
            'sessions',
            'credentials',
            'verifications',
            'companys',
            'teams',
            'teamMembers',
            'members',
            'invitations',
        ],
    },
    'pushed-plugins': { plugins: ['organization', 'admin', 'username'] },
    'rate-limit': { tables: ['user', 'session', 'account', 'verification', 'throttle'] },
    'rate-limit-plural': { tables: ['users', 'sessions', 'accounts', 'verifications', 'rateLimits'] },
    'renamed-import': { plugins: ['organization'], exportName: 'server' },
    'renamed-plugin-columns': { adds: ['signingKey', 'wallet', 'deviceCode'] },
    scim: { plugins: ['scim'], adds: SCIM },
    'scim-managed': { plugins: ['scim'], adds: [...SCIM_MANAGED, ...SCIM] },
    'secondary-storage': { tables: ['user', 'account', 'organization', 'member', 'invitation'] },
    'secondary-storage-kept': { tables: ['user', 'session', 'account', 'verification'] },
    'secondary-storage-session': { tables: ['user', 'session', 'account'] },
    'secondary-storage-verification': { tables: ['user', 'account', 'proof'] },
    'secrets-from-env': { plugins: [] },
    'shared-options': { plugins: ['organization', 'admin', 'customSession'], exportName: 'auth' },
    'small-plugins': {
        plugins: ['lastLoginMethod', 'openAPI', 'oAuthProxy', 'oneTap', 'haveIBeenPwned', 'captcha', 'nextCookies'],
    },
    'snake-case-columns': { tables: ['users', 'sessions', 'accounts', 'verifications'] },
    sso: { plugins: ['organization', 'sso'], adds: ['organization', 'member', 'invitation', 'ssoProvider'] },
    'stripe-customers': { plugins: ['stripe'], adds: [] },
    'stripe-subscriptions': {
        plugins: ['organization', 'stripe'],
        adds: ['organization', 'member', 'invitation', 'contract'],
    },
    'subpath-imports': { plugins: ['admin', 'organization', 'twoFactor', 'username'] },
    times: {},
    tokens: { plugins: ['jwt', 'bearer', 'siwe', 'deviceAuthorization', 'oneTimeToken', 'multiSession'] },
    'tsx-source': { plugins: ['admin', 'emailOTP'], adminRoles: ['admin', 'user'] },
    'two-factor-username-phone': { plugins: ['twoFactor', 'username', 'phoneNumber'] },
    'use-plural': {
        plugins: ['organization', 'jwt'],
        tables: [
            'peoples',
            'sessionss',
            'accounts',
            'verifications',
            'organizations',
            'members',
            'invitations',
            'jwkss',
        ],
    },
};

describe('better-auth: configurations that can be read whole', () => {
    for (const [name, expected] of Object.entries(CASES)) {
        it(`${name}: the tables are those of the executed configuration`, async () => {
            const root = path.join(FIXTURES, name);
            const { configs, unknown } = await readAuthConfigs({ root, overlays: {} });
            assert.deepEqual(unknown, []);
            assert.equal(configs.length, 1);
            const [config] = configs;
            assert.ok(config);
            assert.deepEqual(config.unknown, []);

            const options = await runFixture(config.location.file);
            const library = await loadLibrary();
            const executed = describeTables(library, options, [], config.adapter?.usePlural === true);
            assert.deepEqual(withoutOrigins(config.tables), withoutOrigins(executed));
            assert.deepEqual(config.id, describeId(options));
            assert.equal(config.plugins.length, pluginCount(options));
            assert.equal(config.version, library.version);
            checkExpectation(config, expected);
        });
    }

    it('has every folder of the fixtures in one of the tables', () => {
        const special = /^(?:unknown-.*|two-configs|comments-only|syntax-error|broken-tsconfig)$/;
        const folders = readdirSync(FIXTURES).filter((folder) => !special.test(folder));
        assert.deepEqual(folders.sort(), Object.keys(CASES).sort());
        assert.ok(folders.length >= 70);
    });

    it('has the indexes of a table, over the names at run time', async () => {
        const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, 'compound-indexes'), overlays: {} });
        const indexes = configs[0]?.tables.map(({ key, indexes }) => [key, indexes]).filter(([, each]) => each);
        assert.deepEqual(indexes, [
            [
                'deviceCode',
                [
                    { fields: ['deviceCode'], unique: true },
                    { fields: ['code'], unique: true },
                ],
            ],
            [
                'seat',
                [
                    { fields: ['project', 'userId'], unique: true },
                    { fields: ['userId', 'since'], unique: false },
                ],
            ],
        ]);
    });

    it('says which files were read', async () => {
        const root = path.join(FIXTURES, 'shared-options');
        const { configs } = await readAuthConfigs({ root, overlays: {} });
        const files = configs[0]?.files.map((file) => path.relative(root, file));
        assert.deepEqual(files, ['auth.ts', 'db.ts', 'shared/options.ts']);
    });

    it('marks roles that can be added at run time', async () => {
        const read = async (name: string): Promise<AuthConfig | undefined> =>
            (await readAuthConfigs({ root: path.join(FIXTURES, name), overlays: {} })).configs[0];
        assert.equal((await read('dynamic-access-control'))?.organizationRolesOpen, true);
        assert.equal((await read('organization'))?.organizationRolesOpen, undefined);
        assert.equal((await read('core'))?.organizationRoles, undefined);
    });

    it('places roles where the configuration defines them', async () => {
        const places = async (name: string): Promise<string[]> => {
            const root = path.join(FIXTURES, name);
            const [config] = (await readAuthConfigs({ root, overlays: {} })).configs;
            return Object.entries(config?.rolePlaces ?? {}).flatMap(([plugin, roles]) =>
                Object.entries(roles).map(([role, { file, range }]) => {
                    const line = readFileSync(file, 'utf8').split('\n')[range.start.line] ?? '';
                    const text = line.slice(range.start.character, range.end.character);
                    return `${plugin} ${role}: ${path.relative(root, file)} ${text}`;
                }),
            );
        };
        assert.deepEqual(await places('access-control-file'), [
            'organization founder: access.ts founder',
            'organization editor: access.ts editor',
            'admin operator: access.ts operator',
            'admin user: auth.ts user',
        ]);
        assert.deepEqual(await places('custom-access-control'), [
            'organization chair: auth.ts chair',
            'organization member: auth.ts member',
            'organization admin: auth.ts admin',
        ]);
        assert.deepEqual(await places('organization'), [
            'organization owner: auth.ts organization',
            'organization admin: auth.ts organization',
            'organization member: auth.ts organization',
        ]);
        assert.deepEqual(await places('core'), []);
        assert.deepEqual(await places('unknown-roles'), []);
    });

    it('names the plugins behind each table', async () => {
        const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, 'shared-options'), overlays: {} });
        const origins = new Map(configs[0]?.tables.map((table) => [table.key, table.origins]));
        assert.deepEqual(origins.get('user'), ['core', 'admin']);
        assert.deepEqual(origins.get('session'), ['core', 'organization', 'admin']);
        assert.deepEqual(origins.get('account'), ['core']);
        assert.deepEqual(origins.get('team'), ['organization']);
    });

    it('places the call and its plugins in the source', async () => {
        const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, 'organization'), overlays: {} });
        const [config] = configs;
        assert.deepEqual(config?.location.range.start, { line: 5, character: 20 });
        assert.deepEqual(config.plugins[0]?.location.range.start, { line: 7, character: 14 });
        assert.equal(config.plugins[0].location.file, path.join(FIXTURES, 'organization', 'auth.ts'));
    });
});

function checkExpectation(config: AuthConfig, expected: Expectation): void {
    if (expected.plugins !== undefined) {
        assert.deepEqual(
            config.plugins.map((plugin) => plugin.name),
            expected.plugins,
        );
    }
    const tables = expected.adds === undefined ? expected.tables : [...CORE, ...expected.adds];
    if (tables !== undefined) {
        assert.deepEqual(
            config.tables.map((table) => table.name),
            tables,
        );
    }
    if (expected.id !== undefined) {
        assert.equal(config.id.kind, expected.id);
    }
    if (expected.adapter !== undefined) {
        const { name, provider, usePlural } = config.adapter ?? {};
        assert.deepEqual(
            { name, provider, usePlural },
            { provider: undefined, usePlural: undefined, ...expected.adapter },
        );
    }
    for (const key of ['exportName', 'organizationRoles', 'adminRoles'] as const) {
        if (expected[key] !== undefined) {
            assert.deepEqual(config[key], expected[key], key);
        }
    }
}

/** An executed configuration does not say which call made a plugin. */
function withoutOrigins(tables: AuthTable[]): Omit<AuthTable, 'origins'>[] {
    return tables.map(({ key, name, fields, indexes }) => ({ key, name, fields, ...(indexes && { indexes }) }));
}

function pluginCount(options: Record<string, unknown>): number {
    const plugins = property(options, 'plugins');
    return Array.isArray(plugins) ? plugins.length : 0;
}
