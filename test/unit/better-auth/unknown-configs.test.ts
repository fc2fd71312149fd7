import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import type { Unknown } from '../../../src/model/unknown.ts';
import { FIXTURES } from './run-fixture.ts';

/** What the reader must say it does not know, and what it still uses. */
interface Expectation {
    /** `what`, line, and a part of the reason. */
    unknown: [what: string, line: number, reason: RegExp][];
    plugins: string[];
    tables?: string[];
    check?: (config: AuthConfig) => void;
}

const CORE = ['user', 'session', 'account', 'verification'];
const ORGANIZATION = [...CORE, 'organization', 'member', 'invitation'];

const CASES: Record<string, Expectation> = {
    'unknown-adapter': {
        unknown: [
            ['database.provider', 7, /process\.env\.DB_KIND is only known at run time/],
            ['database.usePlural', 8, /process\.env\.PLURAL/],
            ['advanced.database.generateId', 11, /the condition "process\.env\.SERIAL"/],
        ],
        plugins: [],
        tables: CORE,
        check: ({ adapter }) => {
            assert.deepEqual(adapter, { name: 'zenstackAdapter' });
        },
    },
    'unknown-broken-import': {
        unknown: [['user.additionalFields', 8, /"fields\.ts" has a syntax error in line 1/]],
        plugins: [],
        tables: CORE,
    },
    'unknown-changed-later': {
        unknown: [
            ['user', 6, /"options" is changed after its declaration$/],
            ['session', 7, /changed after its declaration under a condition/],
        ],
        plugins: [],
    },
    'unknown-conditional-plugin': {
        unknown: [
            ['plugins[1]', 10, /the condition "isDev"/],
            ['plugins[2]', 10, /the condition "isDev"/],
        ],
        plugins: ['organization'],
        tables: ORGANIZATION,
    },
    'unknown-conditional-spread': {
        unknown: [['plugins[1]', 10, /a conditional spread: .*"process\.env\.ENABLE_ADMIN"/]],
        plugins: ['organization', 'username'],
        tables: ORGANIZATION,
        check: (config) => {
            const user = config.tables.find(({ key }) => key === 'user');
            const keys = user?.fields.map(({ key }) => key) ?? [];
            assert.ok(keys.includes('displayUsername'));
            assert.ok(!keys.includes('banned'));
        },
    },
    'unknown-cycle': {
        unknown: [
            ['plugins[0]', 6, /"loop" calls itself too deeply/],
            ['plugins[1]', 13, /"new Auditor\(\)" is an instance/],
            ['user.additionalFields', 5, /"fields" refers to itself/],
        ],
        plugins: [],
    },
    'unknown-fields': {
        unknown: [
            ['user.additionalFields.beta', 10, /a conditional spread/],
            ['user.additionalFields.kind.type', 11, /process\.env\.KIND/],
            ['user.additionalFields.kind.defaultValue', 11, /process\.env\.KIND/],
        ],
        plugins: [],
        check: (config) => {
            const fields = config.tables[0]?.fields.filter(({ key }) => ['level', 'beta', 'kind'].includes(key));
            assert.deepEqual(
                fields?.map(({ key, default: value }) => [key, value.kind]),
                [
                    ['level', 'none'],
                    ['kind', 'dynamic'],
                ],
            );
        },
    },
    'unknown-local-factory': {
        unknown: [['plugins[0]', 15, /"tracing" decides at run time what it returns/]],
        plugins: ['organization'],
        tables: ORGANIZATION,
    },
    'unknown-model-name': {
        unknown: [
            ['user.modelName', 7, /process\.env\.USER_TABLE/],
            ['session.fields.token', 9, /process\.env\.TOKEN_COLUMN/],
        ],
        plugins: [],
    },
    'unknown-number-id': {
        unknown: [['advanced.database.useNumberId', 9, /better-auth [\d.]+ ignores it/]],
        plugins: [],
        check: ({ id }) => {
            assert.deepEqual(id, { kind: 'serial' });
        },
    },
    'unknown-options': {
        unknown: [['options', 4, /the module "@company\/auth-options" could not be resolved/]],
        plugins: [],
        tables: CORE,
    },
    'unknown-packages': {
        unknown: [
            ['plugins[0]', 11, /"mcp" of "@better-auth\/mcp" is not among the bundled plugins/],
            ['plugins[1]', 12, /the module "polar-plugin-that-is-nowhere" could not be resolved/],
        ],
        plugins: ['admin'],
        tables: CORE,
    },
    'unknown-parameter': {
        unknown: [['options', 11, /"overrides" is a parameter of "createAuth"/]],
        plugins: ['organization'],
        tables: ORGANIZATION,
        check: ({ exportName }) => {
            assert.equal(exportName, 'createAuth');
        },
    },
    'unknown-plugin-default': {
        unknown: [['plugins[0].rateLimit.maxRequests', 8, /process\.env\.MAX_REQUESTS/]],
        plugins: ['apiKey'],
        tables: [...CORE, 'apikey'],
        check: ({ tables }) => {
            const fields = tables.find(({ key }) => key === 'apikey')?.fields ?? [];
            const defaults = new Map(fields.map((field) => [field.key, field.default]));
            assert.deepEqual(defaults.get('rateLimitMax'), { kind: 'dynamic' });
            assert.deepEqual(defaults.get('requestCount'), { kind: 'literal', value: 0 });
        },
    },
    'unknown-plugin-option': {
        unknown: [['plugins[0].teams.enabled', 10, /process\.env\.TEAMS/]],
        plugins: ['organization'],
        tables: ORGANIZATION,
    },
    'unknown-plugins': {
        unknown: [['plugins', 9, /the module "\.\/nowhere\.ts" could not be resolved/]],
        plugins: [],
        tables: ['person', 'session', 'account', 'verification'],
    },
    'unknown-push': {
        unknown: [['plugins[1]', 8, /it is added under a condition/]],
        plugins: ['organization'],
        tables: ORGANIZATION,
    },
    'unknown-reassigned': {
        unknown: [['user.modelName', 6, /"userModel" is assigned more than once/]],
        plugins: [],
        tables: CORE,
    },
    'unknown-required': {
        unknown: [
            ['user.additionalFields.taxId.required', 9, /process\.env\.REGION/],
            ['user.additionalFields.vat.unique', 10, /process\.env\.UNIQUE_VAT/],
        ],
        plugins: [],
        tables: CORE,
    },
    'unknown-roles': {
        unknown: [['plugins[0].roles', 11, /the module "somewhere" could not be resolved/]],
        plugins: ['organization'],
        tables: ORGANIZATION,
        check: ({ organizationRoles }) => {
            assert.equal(organizationRoles, undefined);
        },
    },
    'unknown-storage': {
        unknown: [
            ['secondaryStorage', 8, /the condition "env\.REDIS_URL"/],
            ['rateLimit.storage', 9, /the condition "env\.REDIS_URL"/],
        ],
        plugins: [],
    },
    'unknown-throws': {
        unknown: [['plugins[0]', 9, /admin\(\) cannot be called with these options: Invalid admin roles: superuser/]],
        plugins: ['username'],
        tables: CORE,
    },
};

describe('better-auth: configurations with parts that cannot be read', () => {
    for (const [name, expected] of Object.entries(CASES)) {
        it(`${name}: what is unknown is listed, all else is used`, async () => {
            const root = path.join(FIXTURES, name);
            const { configs, unknown } = await readAuthConfigs({ root, overlays: {} });
            assert.deepEqual(unknown, []);
            const [config] = configs;
            assert.ok(config);
            assert.deepEqual(
                config.unknown.map(({ what, line }) => [what, line]).sort(),
                expected.unknown.map(([what, line]) => [what, line]).sort(),
            );
            for (const [what, , reason] of expected.unknown) {
                const found: Unknown | undefined = config.unknown.find((each) => each.what === what);
                assert.match(found?.reason ?? '', reason);
                assert.equal(found?.file, path.join(root, 'auth.ts'));
            }
            assert.deepEqual(
                config.plugins.map((plugin) => plugin.name),
                expected.plugins,
            );
            if (expected.tables !== undefined) {
                assert.deepEqual(
                    config.tables.map((table) => table.name),
                    expected.tables,
                );
            }
            expected.check?.(config);
        });
    }

    it('has every folder of unknown cases in the table', () => {
        const folders = readdirSync(FIXTURES).filter((folder) => folder.startsWith('unknown-'));
        assert.deepEqual(folders.sort(), Object.keys(CASES).sort());
    });
});
