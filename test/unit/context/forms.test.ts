import assert from 'node:assert/strict';
import path from 'node:path';
import { analyseContexts } from '../../../src/context/analyse.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { assertShape, callBelow, FIXTURES, readExpectations } from './expectations.ts';

for (const project of ['forms', 'better-auth', 'wrappers', 'components']) {
    describe(`$setAuth calls of the fixture project ${project}`, () => {
        const root = path.join(FIXTURES, project);
        const expectations = readExpectations(root);
        let analysis: ContextAnalysis;

        before(async function () {
            this.timeout(120_000);
            analysis = await analyseContexts({ root, overlays: {}, types: true });
        });

        for (const expectation of expectations) {
            const name = `${path.relative(root, expectation.file)}:${expectation.line} ${expectation.expected}`;
            it(name.slice(0, 150), () => {
                assertShape(analysis, expectation);
            });
        }

        it('finds each call that has a comment, and nothing else', () => {
            const expected = expectations.map((expectation) => callBelow(analysis, expectation));
            assert.equal(new Set(expected).size, expectations.length);
            const others = analysis.contexts.filter((shape) => !expected.includes(shape));
            assert.deepEqual(
                others.map(({ call }) => `${call.file}:${call.range.start.line + 1}`),
                [],
            );
        });

        it('has no complaint about the project', () => {
            assert.deepEqual(analysis.unknown, []);
        });
    });
}
