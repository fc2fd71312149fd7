import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openSqlite } from '../../samples/multi-tenant/src/sqlite.ts';
import { readAuthConfigs } from '../../src/better-auth/read.ts';
import { planInsert } from '../../src/insert/plan-insert.ts';
import { applyPlan, verifyPlan } from '../support/verify-plan.ts';
import type { AuthConfig } from '../../src/model/auth-table.ts';
import { loadSchemaView } from '../../src/zmodel/load.ts';
import { combinations } from './combinations.ts';
import type { Combination } from './combinations.ts';
import { compile, inFolder } from './generate.ts';
import { EmbeddedPostgres } from './postgres.ts';
import { proveAuth } from './prove-auth-schema.ts';
import { schemas, usualNames } from './schemas.ts';
import type { Provider, SchemaKind } from './schemas.ts';

const folder = path.join(import.meta.dirname, 'configs');
const providers: readonly Provider[] = ['sqlite', 'postgresql'];
const kinds = Object.keys(schemas) as SchemaKind[];
/** All schemas are compiled by the command `zen generate`, not only those of some combinations: takes minutes. */
const usesCommand = process.env['ZMODEL_AUTH_FULL'] === '1';
const nothing = { models: [], fields: [], relations: [], imports: [] };

describe('Better Auth on inserted models', function () {
    this.timeout(60_000);

    let configs: readonly AuthConfig[];
    let postgres: EmbeddedPostgres;

    before(async () => {
        const analysis = await readAuthConfigs({ root: folder, overlays: {} });
        assert.deepEqual(analysis.unknown, []);
        configs = analysis.configs;
        postgres = await EmbeddedPostgres.start();
    });

    after(() => postgres.stop());

    /** The configuration of a file for a database, read from its source. */
    const configOf = (file: string, provider: Provider): AuthConfig => {
        const found = configs.filter(
            ({ location, adapter }) =>
                location.file === path.join(folder, `${file}.ts`) && adapter?.provider === provider,
        );
        const [config] = found;
        assert.ok(config && found.length === 1, `${file}.ts holds one configuration for ${provider}`);
        assert.deepEqual(config.unknown, []);
        return config;
    };

    /** Inserts into a schema, checks that the result is complete, and lets a real Better Auth work on it. */
    const prove = async (combination: Combination, kind: SchemaKind, provider: Provider): Promise<void> => {
        const config = configOf(combination.file, provider);
        const files = schemas[kind](provider, { ...usualNames, ...combination.names });
        await inFolder(files, async (root) => {
            const entry = path.join(root, 'schema.zmodel');
            const before = await loadSchemaView(entry);
            const plan = planInsert(before, config);
            assert.deepEqual(plan.conflicts, []);
            assert.deepEqual(plan.unknown, []);
            if (kind === 'an empty schema') {
                assert.deepEqual([...plan.added.models].sort(), combination.models.split(' ').sort());
            }
            for (const [file, content] of Object.entries(applyPlan(before, plan))) {
                await mkdir(path.dirname(file), { recursive: true });
                await writeFile(file, content);
            }
            const after = await loadSchemaView(entry);
            assert.deepEqual(verifyPlan(before, after, plan), []);
            const again = planInsert(after, config);
            assert.deepEqual([again.added, again.conflicts, again.changes], [nothing, [], []]);

            const schema = await compile(entry, usesCommand || combination.usesCommand ? 'zen' : 'in-process');
            const dialect = provider === 'sqlite' ? openSqlite(':memory:') : await postgres.openEmpty();
            const { create, also } = combination;
            await proveAuth(schema, dialect, {
                createAuth: create[provider],
                ...(also && { also: (world) => also(world, provider) }),
            });
        });
    };

    for (const combination of combinations) {
        describe(combination.what, () => {
            for (const kind of kinds) {
                for (const provider of providers) {
                    it(`${kind}, ${provider}`, () => prove(combination, kind, provider));
                }
            }
        });
    }
});
