import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadDocument } from '@zenstackhq/language';
import { repository, run, runZen } from './generate.ts';

const sample = path.join(repository, 'samples/multi-tenant');

describe('samples/multi-tenant', function () {
    this.timeout(120_000);

    before('zen generate, with the schema and output that package.json declares', () =>
        runZen(['generate', '--no-tips', '--silent'], sample),
    );

    it('compiles', () => run([path.join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.'], sample));

    it('keeps two organizations apart, with real Better Auth and real rules', async () => {
        const environment = { TODO_DB: ':memory:' };
        const report = await run(['--test', '--test-reporter=tap', 'test/smoke.test.ts'], sample, environment);
        assert.match(report, /^# pass [1-9]/m);
        assert.match(report, /^# fail 0$/m);
    });

    it('has a broken variant that parses, with one mistake that ZenStack itself finds', async () => {
        const file = path.join(sample, 'broken/schema.zmodel');
        const lines = (await readFile(file, 'utf8')).split('\n');
        const planted = lines.flatMap((line) => line.split('// planted: ')[1]?.split(' ')[0] ?? []);
        assert.deepEqual(planted.sort(), [
            'auth-member-missing',
            'better-auth-drift',
            'better-auth-drift',
            'context-member-missing',
            'context-member-nullable',
            'context-member-type',
        ]);

        const loaded = await loadDocument(file);
        assert.ok(!loaded.success);
        const line = lines.findIndex((text) => text.includes('// planted: auth-member-missing')) + 1;
        assert.equal(loaded.errors.length, 1);
        assert.match(String(loaded.errors[0]), new RegExp(`:${line}:\\d+ - Could not resolve .*'organizationRole'`));
    });
});
