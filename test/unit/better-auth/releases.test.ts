import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import history from '../../../src/better-auth/history.json' with { type: 'json' };
import { asHistory } from '../../../src/better-auth/history.ts';
import { loadLibrary } from '../../../src/better-auth/library.ts';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import { compareVersions, parseVersion } from '../../../src/better-auth/release.ts';
import type { AuthConfig, AuthField } from '../../../src/model/auth-table.ts';

const PNPM = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      left-pad: { specifier: ^1.0.0, version: 1.3.0 }
  apps/web:
    dependencies:
      better-auth:
        specifier: ^1.3.0
        version: 1.6.34(react@19.0.0)(zod@4.1.0)
packages:
  better-auth@1.6.34: {}
`;
const YARN_1 = `# yarn lockfile v1


better-auth@^1.2.0:
  version "1.2.12"

"better-auth@^1.3.0", better-auth@~1.6.30:
  version "1.6.34"
  dependencies:
    zod "^4.0.0"
`;
const YARN_4 = `__metadata:
  version: 8

"better-auth@npm:^1.3.0":
  version: 1.6.34
  resolution: "better-auth@npm:1.6.34"
`;
const BUN = `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "shop" }, "apps/web": { "name": "web", "dependencies": { "better-auth": "^1.3.0" } } },
  "packages": {
    "better-auth": ["better-auth@1.7.1", "", {}, "sha512-x"],
    "web/better-auth": ["better-auth@1.6.34", "", {}, "sha512-y"],
  },
}`;
const NPM = JSON.stringify({
    lockfileVersion: 3,
    packages: {
        'node_modules/better-auth': { version: '1.7.1' },
        'apps/web/node_modules/better-auth': { version: '1.6.34' },
    },
});
const NPM_1 = JSON.stringify({ lockfileVersion: 1, dependencies: { 'better-auth': { version: '1.6.34' } } });

describe('better-auth: the release that the workspace uses', () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(path.join(tmpdir(), 'auth-releases-'));
    });

    afterEach(() => {
        rmSync(root, { recursive: true, force: true });
    });

    function write(file: string, content: string | object): void {
        const target = path.join(root, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
    }

    function install(version: string, name = 'better-auth', folder = ''): void {
        write(path.join(folder, 'node_modules', name, 'package.json'), { name, version });
    }

    /** Reads `apps/web/auth.ts`, which is written first when options are given. */
    async function read(options?: string, imports = ''): Promise<AuthConfig> {
        if (options !== undefined) {
            write(
                'apps/web/auth.ts',
                `import { betterAuth } from 'better-auth';\n${imports}\nexport const auth = betterAuth(${options});\n`,
            );
        }
        const [config] = (await readAuthConfigs({ root, overlays: {} })).configs;
        assert.ok(config);
        return config;
    }

    function fields(config: AuthConfig, key: string): Map<string, AuthField> {
        return new Map(config.tables.find((table) => table.key === key)?.fields.map((field) => [field.key, field]));
    }

    const TEAMS = `{ plugins: [organization({ teams: { enabled: true } })] }`;
    const ORGANIZATION = `import { organization } from 'better-auth/plugins';`;

    it('is the bundled one where nothing says another', async () => {
        const { version } = await loadLibrary();
        const config = await read('{}');
        assert.equal(config.version, version);
        assert.equal(config.versionOrigin, 'bundled');
        assert.equal(config.notes, undefined);
    });

    it('is the installed one, nearest to the configuration', async () => {
        install('1.7.1');
        install('1.6.34', 'better-auth', 'apps/web');
        write('package-lock.json', NPM.replaceAll('1.6.34', '1.4.22'));
        const config = await read(TEAMS, ORGANIZATION);
        assert.deepEqual([config.version, config.versionOrigin], ['1.6.34', 'installed']);
        assert.deepEqual([...fields(config, 'team').keys()], ['name', 'organizationId', 'createdAt', 'updatedAt']);
    });

    it('is read anew when another one is installed', async () => {
        install('1.6.34');
        assert.equal(fields(await read(TEAMS, ORGANIZATION), 'team').has('memberCount'), false);
        install('1.7.20');
        const config = await read();
        assert.equal(config.version, '1.7.20');
        assert.equal(fields(config, 'team').has('memberCount'), true);
    });

    for (const [name, file, content] of [
        ['npm', 'package-lock.json', NPM],
        ['npm before version 7', 'package-lock.json', NPM_1],
        ['pnpm', 'pnpm-lock.yaml', PNPM],
        ['pnpm without workspaces', 'pnpm-lock.yaml', "dependencies:\n  better-auth:\n    version: '1.6.34'\n"],
        ['pnpm before version 8', 'pnpm-lock.yaml', 'dependencies:\n  better-auth: 1.6.34_react@18.0.0\n'],
        ['yarn 1', 'yarn.lock', YARN_1],
        ['yarn 4', 'yarn.lock', YARN_4],
        ['bun', 'bun.lock', BUN],
    ] as const) {
        it(`is the one that the lock file of ${name} names`, async () => {
            write('apps/web/package.json', { dependencies: { 'better-auth': '^1.3.0' } });
            write(file, content);
            const config = await read(TEAMS, ORGANIZATION);
            assert.deepEqual([config.version, config.versionOrigin], ['1.6.34', 'locked']);
            assert.equal(fields(config, 'team').has('memberCount'), false);
        });
    }

    it('goes on to package.json past a lock file that does not parse', async () => {
        write('package.json', { devDependencies: { 'better-auth': '~1.6.3' } });
        write('pnpm-lock.yaml', '<<<<<<< HEAD\nimporters: [\n');
        const config = await read(TEAMS, ORGANIZATION);
        assert.deepEqual([config.version, config.versionOrigin], ['~1.6.3', 'requested']);
        assert.equal(fields(config, 'team').has('memberCount'), false);
    });

    it('is the bundled one for a range that leaves the minor version open', async () => {
        write('package.json', { dependencies: { 'better-auth': '^1.3.0' } });
        const config = await read(TEAMS, ORGANIZATION);
        assert.equal(config.versionOrigin, 'bundled');
        assert.equal(fields(config, 'team').has('memberCount'), true);
    });

    it('says it when the release is newer or older than any that is known', async () => {
        install('99.0.0');
        const newer = await read(TEAMS, ORGANIZATION);
        assert.match(
            newer.notes?.[0] ?? '',
            /better-auth 99\.0\.0 is installed; the tables are those of 1\.7\.\d+, the newest/,
        );
        install('1.1.0');
        const older = await read();
        assert.match(
            older.notes?.[0] ?? '',
            /better-auth 1\.1\.0 is installed; the tables are those of 1\.3\.0, the oldest/,
        );
        assert.equal(older.version, '1.3.0');
    });

    describe('what came or went', () => {
        it('fields that came are left out, with their defaults and indexes as they were', async () => {
            install('1.3.34');
            const config = await read(
                '{ plugins: [organization(), twoFactor()] }',
                `import { organization, twoFactor } from 'better-auth/plugins';`,
            );
            assert.deepEqual([...fields(config, 'twoFactor').keys()], ['secret', 'backupCodes', 'userId']);
            assert.equal(fields(config, 'invitation').has('createdAt'), false);
            assert.equal(fields(config, 'session').get('userId')?.index, false);
            assert.equal(fields(config, 'member').get('userId')?.references?.table, 'user');
        });

        it('fields that went are there, under the names that the options give them', async () => {
            install('1.7.1');
            const config = await read(`{ account: { modelName: 'login', fields: { issuer: 'iss' } } }`);
            const issuer = fields(config, 'account').get('issuer');
            assert.equal(issuer?.name, 'iss');
            install('1.7.10');
            assert.equal(fields(await read(), 'account').has('issuer'), false);
        });

        it('tables that went are there: verification beside a secondary storage', async () => {
            install('1.4.22');
            const config = await read(
                `{ secondaryStorage: storage, verification: { modelName: 'proof' } }`,
                `const storage = { get() {}, set() {}, delete() {} };`,
            );
            assert.deepEqual(
                config.tables.map(({ name }) => name),
                ['user', 'account', 'proof'],
            );
            install('1.5.6');
            assert.equal((await read()).tables.length, 2);
        });

        it('tables that came are left out', async () => {
            install('1.3.4');
            const config = await read(
                '{ plugins: [organization({ dynamicAccessControl: { enabled: true } })] }',
                ORGANIZATION,
            );
            assert.equal(fields(config, 'organizationRole').size, 0);
            assert.equal(
                config.tables.some(({ key }) => key === 'organizationRole'),
                false,
            );
        });

        it('fields of the workspace under the name of one that came stay', async () => {
            install('1.6.34');
            const config = await read(
                `{ plugins: [organization({ teams: { enabled: true }, schema: { team: { additionalFields: { memberCount: { type: 'string' } } } } })] }`,
                ORGANIZATION,
            );
            assert.equal(fields(config, 'team').get('memberCount')?.type, 'string');
        });

        it('a factory that moved to a package of its own is found where it was', async () => {
            install('1.4.22');
            const config = await read(
                `{ plugins: [apiKey({ schema: { apikey: { modelName: 'key', fields: { userId: 'owner' } } } }), passkey()] }`,
                `import { apiKey } from 'better-auth/plugins';\nimport { passkey } from '@better-auth/passkey';`,
            );
            assert.deepEqual(config.unknown, []);
            assert.deepEqual(
                config.plugins.map(({ name }) => name),
                ['apiKey', 'passkey'],
            );
            assert.equal(config.tables.find(({ key }) => key === 'apikey')?.name, 'key');
            assert.equal(fields(config, 'apikey').get('userId')?.name, 'owner');
            assert.equal(fields(config, 'apikey').has('referenceId'), false);
        });

        it('a factory that is gone still adds its tables', async () => {
            install('1.6.34');
            const config = await read(
                `{ plugins: [oidcProvider({ loginPage: '/', schema: { oauthApplication: { modelName: 'client' } } })] }`,
                `import { oidcProvider } from 'better-auth/plugins';`,
            );
            assert.deepEqual(config.unknown, []);
            assert.deepEqual(
                config.tables.slice(4).map(({ name }) => name),
                ['client', 'oauthAccessToken', 'oauthConsent'],
            );
            assert.equal(fields(config, 'oauthAccessToken').get('clientId')?.references?.table, 'client');
            install('1.7.20');
            const now = await read();
            assert.deepEqual(
                now.unknown.map(({ what }) => what),
                ['plugins[0]'],
            );
        });

        it('numbers as ids, by an option that later releases ignore', async () => {
            install('1.4.22');
            const config = await read(`{ advanced: { database: { useNumberId: true } } }`);
            assert.deepEqual([config.id.kind, config.unknown], ['serial', []]);
            install('1.6.34');
            assert.deepEqual(
                (await read()).unknown.map(({ what }) => what),
                ['advanced.database.useNumberId'],
            );
        });

        it('a package counts in its own release', async () => {
            install('1.7.20');
            install('1.4.5', '@better-auth/stripe');
            const options = `{ plugins: [stripe({ subscription: { enabled: true } })] }`;
            const config = await read(options, `import { stripe } from '@better-auth/stripe';`);
            assert.equal(fields(config, 'subscription').has('cancelAt'), false);
            install('1.7.5', '@better-auth/stripe');
            assert.equal(fields(await read(), 'subscription').has('cancelAt'), true);
        });
    });

    it('the history ends with the bundled release', async () => {
        const { version } = await loadLibrary();
        assert.equal(asHistory(history).newest, version, 'run scripts/better-auth-history.mjs');
    });

    it('versions are compared by their numbers', () => {
        assert.deepEqual(parseVersion('1.7.0-beta.2'), [1, 7, 0]);
        assert.equal(parseVersion('^1.4.0'), undefined);
        assert.equal(parseVersion('workspace:*'), undefined);
        const [old, patch, range] = [parseVersion('1.4.9'), parseVersion('1.4.10'), parseVersion('~1.4.2')];
        assert.ok(old && patch && range);
        assert.ok(compareVersions(old, patch) < 0 && compareVersions(patch, range) < 0);
    });
});
