import assert from 'node:assert/strict';
import { matchesGlobs } from '../../../src/server/globs.ts';

describe('globs of settings', () => {
    const folders = ['/work space/app'];
    const file = '/work space/app/packages/db/schema.zmodel';

    for (const [globs, expected] of [
        [[], true],
        [['packages/*/schema.zmodel'], true],
        [['./packages/db/schema.zmodel'], true],
        [['**/*.zmodel'], true],
        [['schema.zmodel'], false],
        [['apps/**'], false],
        [['apps/**', 'packages/**'], true],
        [['/work space/app/packages/db/schema.zmodel'], true],
    ] as const) {
        it(`${JSON.stringify(globs)} ${expected ? 'names' : 'leaves out'} the file`, () => {
            assert.equal(matchesGlobs(file, globs, folders), expected);
        });
    }
});
