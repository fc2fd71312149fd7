import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { schemas } from './schemas.ts';
import { changesOf, format, SPACES, treeOf, wordsOf } from './support.ts';

const OPTIONS = [SPACES, { tabSize: 2, insertSpaces: true }, { tabSize: 4, insertSpaces: false }];

describe('formatting schemas of any layout', function () {
    this.timeout(300_000);
    // A counterexample is printed as it is: making it smaller takes minutes.
    const runs = { numRuns: 250, seed: 20261128, endOnFailure: true };

    it('keeps the tree, all tokens and comments, and changes nothing a second time', () => {
        let changed = 0;
        fc.assert(
            fc.property(schemas, fc.constantFrom(...OPTIONS), (content, options) => {
                const once = format(content, options);
                if (once !== content) changed += 1;
                assert.equal(treeOf(once), treeOf(content));
                assert.deepEqual(wordsOf(once), wordsOf(content));
                assert.equal(format(once, options), once);
            }),
            runs,
        );
        assert.ok(changed > 200, `${changed} of 250 needed formatting`);
    });

    it('keeps line ends, the byte order mark and the habit at the end of the file', () => {
        fc.assert(
            fc.property(schemas, (content) => {
                // Nothing but blanks is nothing to format.
                if (content.trim() === '') return;
                const result = format(content);
                const ends = new Set(content.match(/\r\n|\r|\n/g) ?? ['\n']);
                for (const end of result.match(/\r\n|\r|\n/g) ?? []) assert.ok(ends.has(end), JSON.stringify(end));
                assert.equal(result.startsWith('\uFEFF'), content.startsWith('\uFEFF'));
                assert.equal(/[\n\r]$/.test(result), /[\n\r][^\S\n\r]*$/.test(content));
                // Comments keep what they hold; outside of them no line ends in blanks.
                const bare = result.replace('\uFEFF', '').replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n\r]*/g, '#');
                assert.doesNotMatch(bare, /[^\S\n\r]+(?=[\n\r]|$)/);
            }),
            runs,
        );
    });

    it('formats parts without touching the rest, and the same as the whole when all parts are done', () => {
        const place = fc.tuple(fc.nat(), fc.nat());
        fc.assert(
            fc.property(schemas, place, (content, [a, b]) => {
                const [start = 0, end = 0] = [a % (content.length + 1), b % (content.length + 1)].sort((x, y) => x - y);
                const part = { start, end };
                const once = format(content, SPACES, part);
                assert.equal(treeOf(once), treeOf(content));
                assert.deepEqual(wordsOf(once), wordsOf(content));
                const whole = format(content);
                assert.deepEqual(changesOf(whole, SPACES, { start: 0, end: whole.length }), []);
                assert.equal(format(content, SPACES, { start: 0, end: content.length }), whole);
            }),
            runs,
        );
    });

    it('leaves a broken file alone, and in a part of it everything but declarations that parse', () => {
        fc.assert(
            fc.property(
                schemas,
                fc.nat(),
                fc.constantFrom('{', '}', '(', ')', '"', '@@', '== ==', '/*'),
                (good, at, bad) => {
                    const offset = at % (good.length + 1);
                    const content = good.slice(0, offset) + bad + good.slice(offset);
                    const { syntaxErrors } = parseSource(content);
                    if (syntaxErrors.length === 0) return;
                    assert.deepEqual(changesOf(content), []);
                    const result = format(content, SPACES, { start: 0, end: content.length });
                    assert.deepEqual(result.replaceAll(/\s/g, ''), content.replaceAll(/\s/g, ''));
                    assert.equal(parseSource(result).syntaxErrors.length, syntaxErrors.length);
                },
            ),
            runs,
        );
    });
});
