import assert from 'node:assert/strict';
import { organization } from 'better-auth/plugins';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import { applied, configOf, viewOf } from '../insert/support.ts';
import { findingsOf, fixed, spot } from './support.ts';

/** The schema that Better Auth needs without plugins. */
async function coreSchema(): Promise<string> {
    const plan = planInsert(viewOf(''), await configOf());
    return applied('', plan)['schema.zmodel'] ?? '';
}

async function withOrganization(overrides: Partial<AuthConfig> = {}): Promise<AuthConfig[]> {
    return [{ ...(await configOf({ plugins: [organization()] })), ...overrides }];
}

function other(config: AuthConfig | undefined, adapter?: AuthConfig['adapter']): AuthConfig[] {
    assert.ok(config);
    const { adapter: ours, ...rest } = config;
    assert.equal(ours?.name, 'zenstackAdapter');
    return [adapter ? { ...rest, adapter } : rest];
}

describe('better-auth-drift', () => {
    it('has one finding for a model with lacking fields and one for lacking models; each fix inserts just that', async () => {
        const schema = await coreSchema();
        const configs = await withOrganization();
        const findings = findingsOf('better-auth-drift', schema, { configs });
        assert.deepEqual(
            findings.map((finding) => [spot(schema, finding), finding.fixes[0]?.title]),
            [
                ['User', 'Insert Organization, Member and Invitation'],
                ['Session', 'Add activeOrganizationId to Session'],
            ],
        );
        assert.ok(findings.every(({ severity }) => severity === 'warning'));
        const field = fixed(schema, findings[1], { configs });
        assert.match(field, /activeOrganizationId +String\?/);
        assert.doesNotMatch(field, /model Organization/);
        const models = fixed(schema, findings[0], { configs });
        assert.match(models, /model Organization/);
        assert.doesNotMatch(models, /activeOrganizationId/);
        const rest = findingsOf('better-auth-drift', models, { configs });
        assert.deepEqual(
            findingsOf('better-auth-drift', fixed(models, rest[0], { configs }), { configs }),
            [],
            'nothing is left',
        );
    });

    it('is information when a part of the configuration is unknown', async () => {
        const unknown = [{ what: 'plugins[1]', reason: 'r', file: '/project/src/auth.ts', line: 3 }];
        const [finding] = findingsOf('better-auth-drift', await coreSchema(), {
            configs: await withOrganization({ unknown }),
        });
        assert.equal(finding?.severity, 'information');
    });

    it('is silent without a configuration, and while none is known', async () => {
        const schema = await coreSchema();
        assert.deepEqual(findingsOf('better-auth-drift', schema, { configs: [] }), []);
        assert.deepEqual(findingsOf('better-auth-drift', schema), []);
    });

    it('is silent about what is there but different: optional, an enum, defaults, @map, @@map, comments', async () => {
        const schema = (await coreSchema())
            .replace(/name +String\n/, "name String? @default('x') @map('full_name')\n")
            .replace(/image +String\?/, 'image Image?')
            .replace('model Account {', "model Account {\n    @@map('accounts')\n");
        assert.match(schema, /Image\?/);
        const configs = [await configOf()];
        assert.deepEqual(findingsOf('better-auth-drift', `${schema}\nenum Image {\n    A\n}\n`, { configs }), []);
    });

    it('is silent about a model that is ignored, or seems to be there under another name', async () => {
        const configs = [await configOf()];
        const ignored = (await coreSchema()).replace('model Verification {', 'model Verification {\n    @@ignore\n');
        assert.deepEqual(findingsOf('better-auth-drift', ignored.replace(/value +String/, ''), { configs }), []);
        const renamed = (await coreSchema()).replace(
            'model Verification {',
            "model AuthVerification {\n    @@map('verification')\n",
        );
        assert.deepEqual(findingsOf('better-auth-drift', renamed, { configs }), []);
    });

    for (const adapter of [undefined, { name: 'prismaAdapter', provider: 'sqlite' }]) {
        describe(`a configuration with ${adapter?.name ?? 'a pool'} instead of the ZenStack adapter`, () => {
            it('is no reason for drift in a schema of the application', async () => {
                const configs = other((await withOrganization())[0], adapter);
                const schema =
                    'model Note {\n    id String @id\n}\n\nmodel User {\n    id String @id\n    email String\n}\n';
                assert.deepEqual(findingsOf('better-auth-drift', schema, { configs }), []);
                assert.equal(findingsOf('better-auth-drift', schema, { configs: await withOrganization() }).length, 2);
            });

            it('is one when the schema holds the tables already', async () => {
                const configs = other((await withOrganization())[0], adapter);
                assert.equal(findingsOf('better-auth-drift', await coreSchema(), { configs }).length, 2);
            });

            it('counts nothing beside one with the ZenStack adapter', async () => {
                const configs = [await configOf(), ...other((await withOrganization())[0], adapter)];
                assert.deepEqual(findingsOf('better-auth-drift', await coreSchema(), { configs }), []);
            });
        });
    }

    it('in a schema that is not the main one, needs the tables to be there, by name or by what they are mapped to', async () => {
        const configs = await withOrganization();
        const note = 'model Note {\n    id String @id\n}\n';
        assert.deepEqual(findingsOf('better-auth-drift', note, { configs, isMainSchema: false }), []);
        const core = await coreSchema();
        assert.equal(findingsOf('better-auth-drift', core, { configs, isMainSchema: false }).length, 2);
        const mapped = core
            .replaceAll(/\bUser\b/g, 'BaUser')
            .replace('model BaUser {', "model BaUser {\n    @@map('user')\n");
        const findings = findingsOf('better-auth-drift', mapped, { configs, isMainSchema: false });
        assert.ok(findings.some(({ message }) => message.includes('activeOrganizationId in Session')));
    });

    it('is silent while a file has syntax errors or an import leads nowhere', async () => {
        const configs = await withOrganization();
        const schema = await coreSchema();
        assert.deepEqual(findingsOf('better-auth-drift', `${schema}\nmodel {`, { configs }), []);
        assert.deepEqual(findingsOf('better-auth-drift', `import './gone'\n${schema}`, { configs }), []);
    });
});
