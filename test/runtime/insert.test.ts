import assert from 'node:assert/strict';
import path from 'node:path';
import { readAuthConfigs } from '../../src/better-auth/read.ts';
import { planInsert } from '../../src/insert/plan-insert.ts';
import { applyPlan, verifyPlan } from '../support/verify-plan.ts';
import type { AuthConfig } from '../../src/model/auth-table.ts';
import type { InsertPlan } from '../../src/model/insert-plan.ts';
import { loadSchemaView } from '../../src/zmodel/load.ts';
import { repository } from './generate.ts';
import { proveAuthSchema } from './prove-auth-schema.ts';

const sample = path.join(repository, 'samples/multi-tenant');
const nothing = { models: [], fields: [], relations: [], imports: [] };

/** The one configuration below a folder, read from its source; `file` picks one where there are several. */
async function readConfig(root: string, file: string): Promise<AuthConfig> {
    const { configs } = await readAuthConfigs({ root, overlays: {} });
    const found = configs.filter((config) => config.location.file === path.join(root, file));
    assert.equal(found.length, 1, `${file} holds one configuration`);
    const [config] = found;
    assert.ok(config);
    assert.deepEqual(config.unknown, []);
    return config;
}

/** Plans the insertion into a schema that consists of `text`, and applies it. */
async function insert(config: AuthConfig, text: string): Promise<{ plan: InsertPlan; result: string }> {
    const entry = path.join(repository, 'test-results/schema.zmodel');
    const view = await loadSchemaView(entry, { overlays: { [entry]: text } });
    const plan = planInsert(view, config);
    const files = applyPlan(view, plan);
    assert.deepEqual(
        verifyPlan(view, await loadSchemaView(entry, { overlays: { [entry]: text, ...files } }), plan),
        [],
    );
    return { plan, result: files[entry] ?? text };
}

describe('inserted models', function () {
    this.timeout(60_000);

    it("make an empty schema serve the sample's configuration, through zen generate", async () => {
        const config = await readConfig(sample, 'src/auth.ts');
        const { plan, result } = await insert(config, '');
        assert.deepEqual(plan.conflicts, []);
        assert.deepEqual(
            plan.added.models,
            'User Session Account Verification Organization Member Invitation'.split(' '),
        );
        const steps = await proveAuthSchema(result, { generate: 'zen' });
        for (const step of ['sign up', 'create organization', 'accept invitation']) {
            assert.ok(steps.includes(step), step);
        }
    });

    it("are all there in the sample's own schema", async () => {
        const config = await readConfig(sample, 'src/auth.ts');
        const plan = planInsert(await loadSchemaView(path.join(sample, 'zenstack/schema.zmodel')), config);
        assert.deepEqual([plan.added, plan.conflicts, plan.changes], [nothing, [], []]);
    });
});
