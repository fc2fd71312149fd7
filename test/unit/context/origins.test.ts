import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { analyseContexts } from '../../../src/context/analyse.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { callBelow, FIXTURES } from './expectations.ts';

const MARK = '// origins: ';
const root = path.join(FIXTURES, 'origins');
const file = path.join(root, 'origins.ts');

describe('where the members of a context come from', () => {
    let analysis: ContextAnalysis;

    before(async function () {
        this.timeout(120_000);
        analysis = await analyseContexts({ root, overlays: {}, types: true });
    });

    for (const [index, text] of fs.readFileSync(file, 'utf8').split('\n').entries()) {
        if (!text.trim().startsWith(MARK)) continue;
        const expected = text.trim().slice(MARK.length);
        it(expected, () => {
            const { value } = callBelow(analysis, { file, line: index + 1, expected });
            assert.ok(value.kind === 'object');
            const names = expected.split(' ').map((pair) => pair.slice(0, pair.indexOf('=')));
            const found = names.map((name) => `${name}=${value.members[name]?.origin ?? ''}`);
            assert.equal(found.join(' '), expected);
        });
    }
});
