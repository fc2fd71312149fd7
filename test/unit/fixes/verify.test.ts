import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reduceFile } from '../../../src/fixes/reduce.ts';
import { syntaxBreakage } from '../../../src/fixes/verify.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { at, entry, viewOf } from '../insert/support.ts';

const PARTS = [
    "datasource db {\n    provider = 'sqlite'\n}",
    "plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}",
    '/// Who signs in.\nmodel User {\n    id String @id // "key" }\n    posts Post[]\n}',
    'enum Role { ADMIN USER }',
    'type Base {\n    id String @id\n}',
    "model Post with Base {\n    author User @relation(fields: [authorId], references: [id])\n    authorId String\n\n    @@map('posts')\n}",
    'function isFine(a: String): Boolean {\n}',
    'procedure count(): Int',
    'attribute @@mine()',
    '/* between } */',
    '// the { end',
];

/** What makes or breaks a schema, alone or with what follows it. */
const PIECES = [
    ...PARTS,
    ...['{', '}', '/*', '*/', '//', '///', '"', "'", '\n', ' ', 'x', 'model X { id Int @id }', 'model X {'],
    ...["import './a'", 'Int', '@@', '@', '?', '[]', '\n// a', '\n/// a\n', '/// a', 'enum E { A }', 'mod', '\\'],
];

const parts = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 9 });
const between = fc.constantFrom('\n', '\n\n', '\n\n// note\n\n');
const piece = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }));

describe('syntaxBreakage', () => {
    it('says of random changes of random files what parsing the whole file says', function () {
        this.timeout(60_000);
        const verdicts = { good: 0, bad: 0, reduced: 0 };
        fc.assert(
            fc.property(parts, between, fc.array(piece, { minLength: 1, maxLength: 3 }), (chosen, gap, pieces) => {
                const content = chosen.join(gap);
                if (parseSource(content).syntaxErrors.length > 0) return;
                const view = viewOf(content);
                let free = 0;
                const changes = pieces
                    .map(([place, length, texts]) => ({ start: place % (content.length + 1), length, texts }))
                    .sort((a, b) => a.start - b.start)
                    .flatMap(({ start, length, texts }) => {
                        if (start < free) return [];
                        free = Math.min(start + length, content.length);
                        return [{ file: entry, start, end: free, text: texts.join('') }];
                    });
                const after = parseSource(applyChanges(content, changes));
                const untouched = [...view.declarations, ...view.enums, ...view.plugins]
                    .filter(({ span }) => changes.every(({ start, end }) => end < span.start || span.end < start))
                    .map(({ name }) => name);
                const names = after.model.declarations.map(({ name }) => name);
                const count = (list: string[], name: string): number => list.filter((each) => each === name).length;
                // An open comment that a later one closes swallows what stands between, without an error.
                const isSwallowed = untouched.some((name) => count(names, name) < count(untouched, name));
                const isBroken = after.syntaxErrors.length > 0 || isSwallowed;
                const verdict = syntaxBreakage(view, changes) ?? 'fine';
                assert.equal(verdict !== 'fine', isBroken, `${after.content}\n---\n${verdict}`);
                verdicts[isBroken ? 'bad' : 'good'] += 1;
                const [file] = view.files;
                if (file && reduceFile(file, view, changes).standIns > 0) verdicts.reduced += 1;
            }),
            { numRuns: 1500 },
        );
        assert.ok(Math.min(...Object.values(verdicts)) > 100, JSON.stringify(verdicts));
    });

    it('takes out what no change touches, in one piece where nothing stands between', () => {
        const models = Array.from({ length: 9 }, (_, index) => `model M${index} {\n    id String @id\n}`);
        const content = models.join('\n\n');
        const view = viewOf(content);
        const [file] = view.files;
        assert.ok(file);
        const start = content.indexOf('model M4') + 'model M4 {'.length;
        const reduced = reduceFile(file, view, [{ file: entry, start, end: start, text: '\n    a Int' }]);
        assert.equal(
            reduced.text,
            'enum ZModelAuthUnchanged{A}\n\nmodel M4 {\n    a Int\n    id String @id\n}\n\nenum ZModelAuthUnchanged{A}',
        );
        assert.equal(reduced.standIns, 2);
    });

    const broken = 'model User {\n    id String @id\n}\n\nmodel Post {\n    id Strin@g?? x\n}\n';
    const insertAt = (text: string, offset: number) => [{ file: entry, start: offset, end: offset, text }];

    it('in a file with errors: nothing, when there are no more of them', () => {
        const start = broken.indexOf('\n}');
        assert.equal(syntaxBreakage(viewOf(broken), insertAt('\n    name String', start)), undefined);
    });

    it('in a file with errors: one more of them, or a declaration that is lost', () => {
        const view = viewOf(broken);
        const start = broken.indexOf('\n}');
        assert.match(syntaxBreakage(view, insertAt('\n    name', start)) ?? '', /would not parse/);
        const swallowed = [...insertAt('/*', 0), ...insertAt('*/', broken.indexOf('model Post'))];
        assert.match(syntaxBreakage(view, swallowed) ?? '', /model User would be lost/);
    });

    it('a new file is parsed whole, other files than schemas are not', () => {
        const view = viewOf('');
        const change = (name: string) => [{ file: at(name), start: 0, end: 0, text: 'model {' }];
        assert.match(syntaxBreakage(view, change('new.zmodel')) ?? '', /would not parse/);
        assert.equal(syntaxBreakage(view, change('new.ts')), undefined);
    });
});
