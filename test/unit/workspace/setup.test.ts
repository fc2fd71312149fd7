import assert from 'node:assert/strict';
import path from 'node:path';
import { addOverride } from '../../../src/fixes/add-override.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { readSetup } from '../../../src/workspace/setup.ts';
import { writeTemporary } from '../better-auth/temporary.ts';

/** As bun writes it: with a comma after each last element. */
const LOCK = `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "a,]b", }, },
  "packages": {
    "chevrotain": ["chevrotain@12.0.0", "", { "dependencies": { "@chevrotain/gast": "12.0.0" } }, "sha512-a"],
    "langium": ["langium@4.2.4", "", { "dependencies": { "chevrotain": "~12.0.0", } }, "sha512-b"],
    "@mrleebo/prisma-ast/chevrotain": ["chevrotain@10.5.0", "", {}, "sha512-c"],
  }
}
`;

async function setupOf(files: Record<string, string>, root = '.') {
    const folder = await writeTemporary(files);
    try {
        const { bun } = readSetup(path.join(folder.root, root));
        return (
            bun && {
                ...bun,
                lockfile: path.relative(folder.root, bun.lockfile),
                manifest: path.relative(folder.root, bun.manifest),
            }
        );
    } finally {
        await folder.remove();
    }
}

describe('how packages were installed', () => {
    it('reads the versions in bun.lock, and the range that Langium asks for', async () => {
        const setup = await setupOf({ 'bun.lock': LOCK, 'package.json': '{ "devDependencies": { "x": "1" } }' });
        assert.deepEqual(setup, {
            lockfile: 'bun.lock',
            manifest: 'package.json',
            chevrotain: ['10.5.0', '12.0.0'],
            wanted: '~12.0.0',
            overridden: false,
            dependencies: ['x'],
        });
    });

    it('finds the lockfile of the monorepo, whose overrides count', async () => {
        const files = {
            'bun.lock': LOCK,
            'package.json': '{ "overrides": { "chevrotain": "12" } }',
            'packages/db/package.json': '{ "dependencies": { "y": "1" }, "overrides": {} }',
        };
        const setup = await setupOf(files, 'packages/db');
        assert.equal(setup?.manifest, 'package.json');
        assert.equal(setup.overridden, true);
        assert.deepEqual(setup.dependencies, ['y']);
    });

    it("takes yarn's resolutions, which bun reads too", async () => {
        const setup = await setupOf({ 'bun.lock': LOCK, 'package.json': '{ "resolutions": { "chevrotain": "12" } }' });
        assert.equal(setup?.overridden, true);
    });

    it('knows no versions of a binary lockfile, or one that cannot be parsed', async () => {
        const manifest = '{ "dependencies": {} }';
        assert.equal((await setupOf({ 'bun.lockb': '\0', 'package.json': manifest }))?.chevrotain, undefined);
        assert.equal((await setupOf({ 'bun.lock': '{ "pack', 'package.json': manifest }))?.chevrotain, undefined);
    });

    it('says nothing without bun, or when package.json cannot be parsed', async () => {
        assert.equal(await setupOf({ 'package-lock.json': '{}', 'package.json': '{}' }), undefined);
        assert.equal(await setupOf({ 'bun.lock': LOCK, 'package.json': '{ "na' }), undefined);
    });
});

describe('adding an override', () => {
    const CASES: Record<string, { before: string; after: string | undefined }> = {
        'two spaces': {
            before: '{\n  "name": "a",\n  "scripts": {\n    "x": "y, {z}"\n  }\n}\n',
            after: '{\n  "name": "a",\n  "scripts": {\n    "x": "y, {z}"\n  },\n  "overrides": {\n    "chevrotain": "12"\n  }\n}\n',
        },
        'tabs, CRLF, no final line end': {
            before: '{\r\n\t"name": "a"\r\n}',
            after: '{\r\n\t"name": "a",\r\n\t"overrides": {\r\n\t\t"chevrotain": "12"\r\n\t}\r\n}',
        },
        'beside another override': {
            before: '{\n    "overrides": {\n        "a": [1, { "b": -2 }]\n    },\n    "name": "a"\n}\n',
            after: '{\n    "overrides": {\n        "a": [1, { "b": -2 }],\n        "chevrotain": "12"\n    },\n    "name": "a"\n}\n',
        },
        'into an empty object of overrides': {
            before: '{\n  "overrides": {},\n  "name": "a"\n}\n',
            after: '{\n  "overrides": {\n    "chevrotain": "12"\n  },\n  "name": "a"\n}\n',
        },
        'into an empty package.json': { before: '{}', after: '{\n  "overrides": {\n    "chevrotain": "12"\n  }\n}' },
        'already there': { before: '{ "overrides": { "chevrotain": "11" } }', after: undefined },
        'overrides that are no object': { before: '{ "overrides": [] }', after: undefined },
        'a text that is being typed': { before: '{ "name": ', after: undefined },
        'no object': { before: '[]', after: undefined },
    };
    for (const [name, { before, after }] of Object.entries(CASES)) {
        it(name, () => {
            const data = {
                kind: 'add-override',
                manifest: '/p/package.json',
                name: 'chevrotain',
                version: '12',
            } as const;
            const changes = addOverride(data, before);
            if (after === undefined) {
                assert.deepEqual(changes, []);
                return;
            }
            const result = applyChanges(before, changes);
            assert.equal(result, after);
            assert.deepEqual(addOverride(data, result), []);
            assert.ok(JSON.parse(result));
        });
    }
});
