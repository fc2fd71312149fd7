import assert from 'node:assert/strict';
import { authTypesIn } from '../../../src/reading/auth-types.ts';
import { foldsOf } from '../../../src/reading/folding.ts';
import { impliedGroups } from '../../../src/reading/implied-parentheses.ts';
import { operationsIn } from '../../../src/reading/operations.ts';
import { printType } from '../../../src/checks/types.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { entry, viewOf } from '../insert/support.ts';

describe('implied parentheses', () => {
    /** The condition with all implied parentheses written. */
    const written = (condition: string): string => {
        const head = "model A { @@allow('read', ";
        const content = `${head}${condition}) }`;
        const groups = impliedGroups(parseSource(content).model);
        const changes = [
            ...groups.map(({ start }) => ({ start, end: start, text: '(' })),
            ...groups.map(({ end }) => ({ start: end, end, text: ')' })),
        ];
        return applyChanges(content, changes).slice(head.length, -3);
    };

    const cases: [string, string][] = [
        ['a || b && c', '(a || b) && c'],
        ['a && b || c', '(a && b) || c'],
        ['a || b && c || d', '((a || b) && c) || d'],
        ['a && b && c || d || e', '(a && b && c) || d || e'],
        ['(a) || b && (c)', '((a) || b) && (c)'],
        ['x == 1 || /* why */ y == 2 &&\n z', '(x == 1 || /* why */ y == 2) &&\n z'],
        ['list?[a || b && c] || d', 'list?[(a || b) && c] || d'],
        ['list?[a && b] || d', 'list?[a && b] || d'],
        ['(a || b) && c', '(a || b) && c'],
        ['a && (b || c)', 'a && (b || c)'],
        ['(a && b) || (c && d)', '(a && b) || (c && d)'],
        ['!(a || b && c)', '!((a || b) && c)'],
        ['a || b || c', 'a || b || c'],
    ];
    for (const [condition, expected] of cases) {
        it(`${condition.replace('\n', ' ')} → ${expected.replace('\n', ' ')}`, () => {
            assert.equal(written(condition), expected);
            assert.equal(written(expected), expected);
        });
    }
});

describe('types of members of auth()', () => {
    const SCHEMA = `
type Auth {
    userId String @id
    organization Organization?
    memberships Member[]
    @@auth
}
model Organization { id Int @id  name String? }
type Member { role Role }
enum Role { OWNER }
model Todo {
    id String @id @default(auth().userId)
    @@allow('read', auth().userId == id || auth().userId == 'x' || auth().organization.name == 'a')
    @@allow('all', auth().memberships?[role == OWNER] || auth().missing || auth() != null)
}
`;
    it('are told once in a rule, along paths, and not for what leads nowhere', () => {
        const view = viewOf(SCHEMA);
        const told = authTypesIn(view, entry).map(({ path, type }) => `${path.join('.')}: ${printType(type)}`);
        assert.deepEqual(told, [
            'userId: String',
            'userId: String',
            'organization.name: String?',
            'memberships: Member[]',
        ]);
        const [first] = authTypesIn(view, entry);
        assert.ok(first);
        assert.equal(SCHEMA.slice(0, first.offset).endsWith('auth().userId'), true);
    });
});

describe('folding', () => {
    const folds = (text: string): string[] => foldsOf(text).map(({ start, end, kind }) => `${start}-${end} ${kind}`);

    it('folds imports, comments, regions, declarations and rules over several lines', () => {
        const text = [
            "import './a'", // 0
            "import './b'",
            '', // 2
            '// One',
            '// two', // 4
            '/* block',
            '   comment */', // 6
            'model A {',
            '    // #region rules', // 8
            "    @@allow('read', a ||",
            '        b)', // 10
            '    @@allow(',
            "        'all',", // 12
            '        list?[',
            '            a', // 14
            '        ]',
            '    )', // 16
            '    // #endregion',
            '}', // 18
        ].join('\n');
        assert.deepEqual(folds(text), [
            '0-1 imports',
            '3-4 comments',
            '5-6 comment',
            '7-17 declaration',
            '8-17 region',
            '9-10 rule',
            '11-15 rule',
            '13-14 rule',
        ]);
        assert.deepEqual(folds(text.replaceAll('\n', '\r\n')), folds(text));
    });

    it('folds what it can of a broken text', () => {
        assert.deepEqual(folds('model A {\n  x ==\n  @@allow(\n  y\n}\nmodel B {\n  id\n}\n'), [
            '0-3 declaration',
            '5-6 declaration',
        ]);
        assert.deepEqual(folds(')\n}\n"'), []);
    });

    it('folds nothing that is on one line', () => {
        assert.deepEqual(folds("import 'a'\n// one\nmodel A { id Int }\nmodel B {\n}"), []);
    });
});

describe('operations in a string', () => {
    it('are found with their places', () => {
        assert.deepEqual(operationsIn("'create, post-update,reed'"), [
            { name: 'create', start: 1, end: 7 },
            { name: 'post-update', start: 9, end: 20 },
        ]);
        assert.deepEqual(operationsIn('""'), []);
    });
});
