import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './tokenize.ts';

interface OnEnterRule {
    beforeText: string;
    afterText?: string;
    previousLineText?: string;
    action: { indent: string; appendText?: string; removeText?: number };
}

interface Pair {
    open: string;
    close: string;
    notIn: string[];
}

/** The members that these tests read; VS Code's own schema for the file names them so. */
interface LanguageConfiguration {
    wordPattern: string;
    onEnterRules: OnEnterRule[];
    autoClosingPairs: Pair[];
    indentationRules: { increaseIndentPattern: string; decreaseIndentPattern: string };
    folding: { markers: { start: string; end: string } };
}

function isConfiguration(value: unknown): value is LanguageConfiguration {
    return typeof value === 'object' && value !== null && 'wordPattern' in value && 'onEnterRules' in value;
}

const parsed: unknown = JSON.parse(readFileSync(path.join(repository, 'language-configuration.json'), 'utf8'));
assert.ok(isConfiguration(parsed));
const configuration = parsed;

/** What VS Code does on Enter: the first rule whose patterns all match. */
function onEnter(before: string, after = '', previous = ''): OnEnterRule['action'] | undefined {
    return configuration.onEnterRules.find(
        (rule) =>
            new RegExp(rule.beforeText).test(before) &&
            (rule.afterText === undefined || new RegExp(rule.afterText).test(after)) &&
            (rule.previousLineText === undefined || new RegExp(rule.previousLineText).test(previous)),
    )?.action;
}

describe('language configuration', () => {
    it('takes an attribute with its at signs as one word, so that a completion replaces all of it', () => {
        const words = (text: string) => text.match(new RegExp(configuration.wordPattern, 'g'));
        assert.deepEqual(words("@@allow('read', auth().userId == -1.5)"), [
            '@@allow',
            'read',
            'auth',
            'userId',
            '-1.5',
        ]);
        assert.deepEqual(words('name String? @db.VarChar(255)'), ['name', 'String', '@db.VarChar', '255']);
        assert.deepEqual(words('    @@'), ['@@']);
        assert.deepEqual(words('@@@once'), ['@@@once']);
    });

    it('closes quotes and brackets outside strings and comments only', () => {
        for (const { open, notIn } of configuration.autoClosingPairs) {
            assert.deepEqual(notIn, ['string', 'comment'], open);
        }
    });

    it('continues documentation comments', () => {
        assert.deepEqual(onEnter('    /// Who may read'), { indent: 'none', appendText: '/// ' });
        assert.equal(onEnter('    // not this one'), undefined);
        assert.equal(onEnter('    name String // nor "/// this"'), undefined);
    });

    it('continues and closes block comments', () => {
        assert.deepEqual(onEnter('/**', ' */'), { indent: 'indentOutdent', appendText: ' * ' });
        assert.deepEqual(onEnter('    /** text'), { indent: 'none', appendText: ' * ' });
        assert.deepEqual(onEnter('     * text', '', '    /**'), { indent: 'none', appendText: '* ' });
        assert.deepEqual(onEnter('     *', '', '     * text'), { indent: 'none', appendText: '* ' });
        assert.deepEqual(onEnter('     */'), { indent: 'none', removeText: 1 });
        assert.equal(onEnter('/** whole */'), undefined);
    });

    it('indents what is open and only that', () => {
        const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
        for (const open of ['model Post {', '    @@allow(', "    @@allow('read', members?[", 'enum A { // first']) {
            assert.match(open, new RegExp(increaseIndentPattern));
        }
        for (const closed of ['enum A { B }', "    @@allow('read', true)", '// model Post {', ' * model Post {']) {
            assert.doesNotMatch(closed, new RegExp(increaseIndentPattern));
        }
        assert.match('}', new RegExp(decreaseIndentPattern));
        assert.match('    ])', new RegExp(decreaseIndentPattern));
    });

    it('folds marked regions', () => {
        assert.match('// #region Better Auth', new RegExp(configuration.folding.markers.start));
        assert.match('    // endregion', new RegExp(configuration.folding.markers.end));
        assert.doesNotMatch('// regional', new RegExp(configuration.folding.markers.start));
    });
});
