import assert from 'node:assert/strict';
import { choicesOf, expandSnippet, tabstopsOf } from './expand.ts';

describe('snippet expansion', () => {
    it('takes defaults and repeats them where the tabstop is named again', () => {
        assert.equal(expandSnippet('${1:a} $1 ${1} ${2:b}$0'), 'a a a b');
    });

    it('knows a value that comes later', () => {
        assert.equal(expandSnippet('$1 ${1:a}'), 'a a');
    });

    it('expands placeholders in placeholders', () => {
        assert.equal(expandSnippet('${1:x${2:y}z} $2'), 'xyz y');
    });

    it('takes the first choice, or the one that is asked for', () => {
        const body = "'${1|a\\,b,c\\|d|}' ${1}";
        assert.equal(expandSnippet(body), "'a,b' a,b");
        assert.equal(
            expandSnippet(body, (_, options) => options[1] ?? ''),
            "'c|d' c|d",
        );
        assert.deepEqual(choicesOf(body), new Map([[1, ['a,b', 'c|d']]]));
        assert.deepEqual(tabstopsOf('$3 ${1:${2:x}} $0'), [0, 1, 2, 3]);
    });

    it('knows escapes, and braces that are text', () => {
        assert.equal(expandSnippet('a \\$1 {\n\t${1:x\\}}\n}'), 'a $1 {\n\tx}\n}');
    });

    it('refuses what it does not know', () => {
        assert.throws(() => expandSnippet('${TM_FILENAME}'), /offset 0/);
        assert.throws(() => expandSnippet('a ${1:b'), /never ends/);
    });
});
