import assert from 'node:assert/strict';
import { explainableCodes, readPage, summaryOf } from '../../../src/cli/pages.ts';
import { distance } from '../../../src/model/text.ts';

describe('explaining codes', () => {
    it('measures how far apart two texts are', () => {
        assert.equal(distance('', 'abc'), 3);
        assert.equal(distance('kitten', 'sitting'), 3);
        assert.equal(distance('same', 'same'), 0);
    });

    it('has a page with a summary for every code, and none for others', () => {
        for (const code of explainableCodes()) assert.notEqual(summaryOf(readPage(code) ?? ''), '', code);
        assert.equal(readPage('nothing'), undefined);
        assert.equal(readPage('../../README'), undefined);
    });

    it('takes the first paragraph below the heading for the summary', () => {
        assert.equal(summaryOf('# Title\r\n\r\nFirst\r\nparagraph.\r\n\r\nSecond.\r\n'), 'First paragraph.');
        assert.equal(summaryOf('# Title\n'), '');
    });
});
