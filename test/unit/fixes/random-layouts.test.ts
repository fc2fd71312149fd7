import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFix } from '../../../src/fixes/index.ts';
import { tokensOf } from '../../../src/insert/tokens.ts';
import type { FixData } from '../../../src/model/fix.ts';
import type { SchemaView } from '../../../src/model/schema-view.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { entry, viewOf } from '../insert/support.ts';

/** White space and comments, some of which look like code. Doc comments may stand only before members. */
const gap = (eol: string, docs = false): fc.Arbitrary<string> =>
    fc
        .array(
            fc.constantFrom(
                ' ',
                '\t',
                eol,
                `${eol}${eol}  `,
                `// } "${eol}`,
                ...(docs ? [`/// about @@auth${eol}`, `  /// } ${eol}`] : []),
                '/* old String */ ',
                `/* {${eol}/// ' */${eol}`,
            ),
            { maxLength: 3 },
        )
        .map((parts) => ` ${parts.join('')}`);

const MEMBERS = [
    ['userId', 'String', '@id'],
    ['old', 'Int', '@deny(', "'update'", ', true)'],
    ['name', 'String', '?'],
    ['tags', 'String', '[]'],
    ['text', 'String', '@default(', `'} " {'`, ')'],
    ['@@auth'],
    ['@@strict'],
];

/** A schema with `type Auth` whose members stand in any order and layout. */
const schema = fc
    .record({
        eol: fc.constantFrom('\n', '\r\n', '\r'),
        mark: fc.constantFrom('', '\uFEFF'),
        members: fc.shuffledSubarray(MEMBERS, { minLength: 0 }),
    })
    .chain(({ eol, mark, members }) => {
        const isFirst = new Set([3, ...members.map((_, index) => 3 + members.slice(0, index + 1).flat().length)]);
        isFirst.delete(3 + members.flat().length);
        const tokens = ['type', 'Auth', '{', ...members.flat(), '}', 'model', 'Note', '{', 'id', 'Int', '@id', '}'];
        return fc
            .tuple(...tokens.map((_, index) => gap(eol, isFirst.has(index))), gap(eol))
            .map(
                (gaps) =>
                    mark + tokens.map((token, index) => `${gaps[index] ?? ''}${token}`).join('') + (gaps.at(-1) ?? ''),
            );
    });

/** Everything but white space; comments apart, since those beside a removed member go with it. */
function wordsOf(content: string, options = { comments: true }): string[] {
    return [...tokensOf(content)]
        .filter(({ kind }) => kind !== 'space' && (options.comments || kind !== 'comment'))
        .map(({ text }) => text);
}

function apply(content: string, data: FixData): { content: string; view: SchemaView; changed: boolean } {
    const changes = applyFix(data, { view: viewOf(content), file: entry });
    const result = applyChanges(content, changes);
    const view = viewOf(result);
    assert.equal(view.files[0]?.hasSyntaxErrors, false, 'the result parses');
    assert.deepEqual(applyFix(data, { view, file: entry }), [], 'a second time there is nothing to do');
    return { content: result, view, changed: changes.length > 0 };
}

function membersOf(view: SchemaView): string[] {
    const auth = view.declarations.find(({ name }) => name === 'Auth');
    return [
        ...(auth?.ownFields ?? []).map(({ name, type }) => `${name} ${type.name}`),
        ...(auth?.attributes ?? []).map(({ name }) => name),
    ];
}

/** The words of `after` without the first run of `added`. */
function without(after: readonly string[], added: readonly string[]): string[] {
    const at = after.findIndex((_, index) => added.every((word, offset) => after[index + offset] === word));
    assert.ok(at >= 0, `${added.join(' ')} is there`);
    return [...after.slice(0, at), ...after.slice(at + added.length)];
}

/** One end of line in the text, one in what is added. */
function endsOf(content: string): Set<string> {
    return new Set(content.match(/\r\n|\r|\n/g) ?? []);
}

describe('fixes in any layout', function () {
    this.timeout(120_000);
    const runs = { numRuns: 300 };

    it('add-member adds two words and nothing else', () => {
        const data: FixData = { kind: 'add-member', declaration: 'Auth', member: 'added', typeText: 'Json' };
        fc.assert(
            fc.property(schema, (content) => {
                const result = apply(content, data);
                assert.deepEqual(without(wordsOf(result.content), ['added', 'Json']), wordsOf(content));
                assert.ok(membersOf(result.view).includes('added Json'));
                const ends = endsOf(content);
                if (ends.size === 1) assert.deepEqual(endsOf(result.content), ends);
            }),
            runs,
        );
    });

    it('remove-member removes the member and nothing else', () => {
        const data: FixData = { kind: 'remove-member', declaration: 'Auth', member: 'old' };
        fc.assert(
            fc.property(schema, (content) => {
                const before = membersOf(viewOf(content));
                const result = apply(content, data);
                assert.deepEqual(
                    membersOf(result.view),
                    before.filter((member) => member !== 'old Int'),
                );
                const code = wordsOf(content, { comments: false });
                const words = wordsOf("old Int @deny('update', true)");
                const expected = before.includes('old Int') ? without(code, words) : code;
                assert.deepEqual(wordsOf(result.content, { comments: false }), expected);
            }),
            runs,
        );
    });

    it('set-member-type changes the type and nothing else', () => {
        const data: FixData = { kind: 'set-member-type', declaration: 'Auth', member: 'old', typeText: 'Float' };
        fc.assert(
            fc.property(schema, (content) => {
                const had = membersOf(viewOf(content)).includes('old Int');
                const result = apply(content, data);
                assert.equal(result.changed, had);
                const back = had ? result.content.replace(/Float/, 'Int') : result.content;
                assert.equal(back, content);
            }),
            runs,
        );
    });

    it('remove-auth-attribute removes the attribute and nothing else', () => {
        const data: FixData = { kind: 'remove-auth-attribute', declaration: 'Auth' };
        fc.assert(
            fc.property(schema, (content) => {
                const before = membersOf(viewOf(content));
                const result = apply(content, data);
                assert.deepEqual(
                    membersOf(result.view),
                    before.filter((member) => member !== '@@auth'),
                );
                const code = wordsOf(content, { comments: false });
                const expected = before.includes('@@auth') ? without(code, wordsOf('@@auth')) : code;
                assert.deepEqual(wordsOf(result.content, { comments: false }), expected);
            }),
            runs,
        );
    });
});
