import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { zmodelAuth } from './support/run.ts';

const root = path.join(import.meta.dirname, '../..');
const sample = path.join(root, 'samples/multi-tenant');

interface CheckJson {
    schemas: {
        entry: string;
        contexts: { inTest: boolean }[];
        configs: unknown[];
        unknown: unknown[];
        diagnostics: { file: string; code: string; range: { start: { line: number } } }[];
    }[];
}

/** `line code` of each `// planted: code` comment, zero-based lines. */
function planted(file: string): string[] {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((text, line) => {
        const [, code] = /\/\/ planted: ([\w-]+)/.exec(text) ?? [];
        return code === undefined ? [] : [`${line} ${code}`];
    });
}

describe('samples/multi-tenant', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    it('has nothing that check reports, with everything known', async () => {
        const { code, stdout, stderr } = await zmodelAuth(root, [
            'check',
            'samples/multi-tenant',
            '--format',
            'json',
            '--severity',
            'hint',
        ]);
        const { schemas } = JSON.parse(stdout) as CheckJson;
        assert.equal(schemas.length, 1);
        assert.partialDeepStrictEqual(schemas, [
            {
                entry: 'samples/multi-tenant/zenstack/schema.zmodel',
                diagnostics: [],
                unknown: [],
                configs: [{ plugins: ['organization', 'admin'], unknown: [] }],
            },
        ]);
        assert.equal(schemas[0]?.contexts.filter((context) => !context.inTest).length, 1);
        assert.match(stderr, /broken\/schema\.zmodel is left out/);
        assert.equal(code, 0);
    });

    it('has each mistake found that is planted in the broken schema, and no other', async () => {
        const { code, stdout } = await zmodelAuth(sample, ['check', 'broken/schema.zmodel', '--format', 'json']);
        const { schemas } = JSON.parse(stdout) as CheckJson;
        const found = schemas.flatMap(({ diagnostics }) =>
            diagnostics.map((each) => `${each.range.start.line} ${each.code}`),
        );
        const expected = planted(path.join(sample, 'broken/schema.zmodel'));
        assert.ok(expected.length > 0);
        assert.deepEqual(found, expected);
        assert.equal(code, 1);
    });

    it('lacks nothing that its configuration needs', async () => {
        const { code, stdout, stderr } = await zmodelAuth(sample, ['insert', '--dry-run']);
        assert.equal(stdout, '');
        assert.match(stderr, /Everything that Better Auth needs is there/);
        assert.equal(code, 0);
    });
});
