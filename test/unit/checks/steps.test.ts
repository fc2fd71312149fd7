import assert from 'node:assert/strict';
import path from 'node:path';
import { runChecks, runChecksInSteps } from '../../../src/checks/index.ts';
import { withoutMemory } from '../../../src/checks/rule-memory.ts';
import type { CheckInput } from '../../../src/checks/check.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { loadSchemaView } from '../../../src/zmodel/load.ts';

const SAMPLE = path.join(import.meta.dirname, '../../../samples/multi-tenant');

async function inputFor(file: string): Promise<CheckInput> {
    const view = await loadSchemaView(path.join(SAMPLE, file));
    return { view, isMainSchema: true, display: (each) => path.basename(each) };
}

/** Runs the checks in steps. Out: what they find, and how many steps there were. */
function inSteps(input: CheckInput): { found: Finding[]; count: number } {
    const steps = runChecksInSteps(input);
    for (let count = 1; ; count++) {
        const { done, value } = steps.next();
        if (done === true) return { found: value, count };
    }
}

describe('checks in steps', () => {
    for (const file of ['zenstack/schema.zmodel', 'broken/rules.zmodel', 'broken/schema.zmodel']) {
        it(`find in ${file} what they find in one go, model by model`, async () => {
            const input = await inputFor(file);
            const whole = withoutMemory(() => runChecks(input));
            const { found, count } = withoutMemory(() => inSteps({ ...input }));
            assert.deepEqual(found, whole);
            const models = [...input.view.policies().models.values()].filter(({ intact }) => intact);
            assert.ok(models.length > 3);
            assert.ok(count > models.length, `${count} steps for ${models.length} models`);
        });
    }

    it('find the same with what is remembered of a run that was given up', async () => {
        const input = await inputFor('broken/rules.zmodel');
        const whole = withoutMemory(() => runChecks(input));
        const steps = runChecksInSteps({ ...input });
        for (let count = 0; count < 3; count++) steps.next();
        assert.deepEqual(inSteps({ ...input }).found, whole);
        assert.deepEqual(runChecks({ ...input }), whole);
    });
});
