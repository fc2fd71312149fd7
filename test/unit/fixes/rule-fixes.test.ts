import assert from 'node:assert/strict';
import { applyFix } from '../../../src/fixes/index.ts';
import { syntaxBreakage } from '../../../src/fixes/verify.ts';
import type { FixData } from '../../../src/model/fix.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { at, entry, viewOf } from '../insert/support.ts';
import type { Files } from '../insert/support.ts';

/** In: the schema and a fix. Out: the new content of the file that it changes; the entry's when it changes none. */
function fixed(files: Files, data: FixData): string {
    const view = viewOf(files);
    const changes = applyFix(data, { view, file: entry });
    const file = changes[0]?.file ?? entry;
    assert.ok(changes.every((change) => change.file === file));
    assert.equal(syntaxBreakage(view, changes), undefined);
    return applyChanges(view.files.find((each) => each.file === file)?.content ?? '', changes);
}

function changes(files: Files, data: FixData): unknown[] {
    return applyFix(data, { view: viewOf(files), file: entry });
}

const RULE = "@@allow('read', a == b)";

function editRule(rule: string, nth: number, ...edits: [number, number, string][]): FixData {
    return {
        kind: 'edit-rule',
        declaration: 'Note',
        rule,
        nth,
        edits: edits.map(([start, end, text]) => ({ start, end, text })),
    };
}

const guard = editRule(RULE, 0, [16, 16, 'auth() != null && ('], [22, 22, ')']);
const addition: FixData = { kind: 'add-rule', declaration: 'Note', text: "@@deny('all', true)" };
const below: FixData = { ...addition, after: RULE };
const attribute: FixData = {
    kind: 'add-field-attribute',
    declaration: 'Note',
    field: 'a',
    text: "@allow('update', true)",
};

const CASES: { name: string; data: FixData; before: string; after: string; again?: string }[] = [
    {
        name: 'edit-rule: several edits, all else stays',
        data: guard,
        before: `model Note {\r\n\ta String // x\r\n\tb String\r\n\r\n\t${RULE} // y\r\n}\r\n`,
        after: `model Note {\r\n\ta String // x\r\n\tb String\r\n\r\n\t@@allow('read', auth() != null && (a == b)) // y\r\n}\r\n`,
    },
    {
        name: 'edit-rule: the one of several equal ones that is meant',
        data: editRule(RULE, 1, [16, 22, 'true']),
        before: `model Note {\n  a String\n  b String\n  ${RULE}\n  ${RULE}\n}\n`,
        after: `model Note {\n  a String\n  b String\n  ${RULE}\n  @@allow('read', true)\n}\n`,
    },
    {
        name: 'edit-rule: on a field, counted in order of place',
        data: editRule("@allow('read', true)", 1, [15, 19, 'false']),
        before: "model Note {\n  a String @allow('read', true)\n  b String @allow('read', true)\n}\n",
        after: "model Note {\n  a String @allow('read', true)\n  b String @allow('read', false)\n}\n",
    },
    {
        name: 'add-rule: below the one to follow, with its comment and indentation',
        data: below,
        before: `model Note {\n  a String\n  b String\n\n    ${RULE} // why\n    @@allow('update', true)\n}\n`,
        after: `model Note {\n  a String\n  b String\n\n    ${RULE} // why\n    @@deny('all', true)\n    @@allow('update', true)\n}\n`,
    },
    {
        name: 'add-rule: tabs and CRLF',
        data: below,
        before: `model Note {\r\n\ta String\r\n\tb String\r\n\t${RULE}\r\n}\r\n`,
        after: `model Note {\r\n\ta String\r\n\tb String\r\n\t${RULE}\r\n\t@@deny('all', true)\r\n}\r\n`,
    },
    {
        name: 'add-rule: at the end when the one to follow is gone',
        data: below,
        before: "model Note {\n  a String\n\n  @@allow('read', true)\n}\n",
        after: "model Note {\n  a String\n\n  @@allow('read', true)\n  @@deny('all', true)\n}\n",
    },
    {
        name: 'add-rule: the first one, apart from the fields',
        data: addition,
        before: 'model Note {\n  a String\n}\n',
        after: "model Note {\n  a String\n\n  @@deny('all', true)\n}\n",
    },
    {
        name: 'add-rule: a model on one line',
        data: below,
        before: `model Note { a String b String ${RULE} }\n`,
        after: `model Note {\n    a String\n    b String\n    ${RULE}\n    @@deny('all', true)\n}\n`,
    },
    {
        name: 'add-field-attribute: after the last attribute, before the comment',
        data: attribute,
        before: "model Note {\n  a String? @default('x') // why\n  b String\n}\n",
        after: "model Note {\n  a String? @default('x') @allow('update', true) // why\n  b String\n}\n",
    },
    {
        name: 'add-field-attribute: a field without any',
        data: attribute,
        before: 'model Note {\r\n  a String\r\n  b String\r\n}\r\n',
        after: "model Note {\r\n  a String @allow('update', true)\r\n  b String\r\n}\r\n",
    },
    {
        name: 'add-field-attribute: attributes on lines of their own',
        data: attribute,
        before: "model Note {\r\n  a String\r\n    @default('x')\r\n  b String\r\n}\r\n",
        after: "model Note {\r\n  a String\r\n    @default('x')\r\n    @allow('update', true)\r\n  b String\r\n}\r\n",
    },
];

describe('fixes of rules', () => {
    for (const { name, data, before, after } of CASES) {
        it(`${name}; twice is once`, () => {
            assert.equal(fixed(before, data), after);
            if (name !== 'edit-rule: on a field, counted in order of place') assert.deepEqual(changes(after, data), []);
        });
    }

    it('edit the file that the declaration stands in', () => {
        const files = {
            'schema.zmodel': "import 'note'\n",
            'note.zmodel': `model Note {\n  a String\n  b String\n  ${RULE}\n}\n`,
        };
        const view = viewOf(files);
        for (const data of [guard, below, attribute]) {
            assert.deepEqual(
                [...new Set(applyFix(data, { view, file: entry }).map(({ file }) => file))],
                [at('note.zmodel')],
            );
        }
    });

    const UNCHANGED: [string, FixData, string][] = [
        [
            'a rule that reads otherwise now',
            guard,
            "model Note {\n  a String\n  b String\n  @@allow('read',  a == b)\n}\n",
        ],
        ['a rule in a comment', guard, `model Note {\n  a String\n  b String\n  // ${RULE}\n}\n`],
        ['a rule of another model', guard, `model Other {\n  a String\n  b String\n  ${RULE}\n}\n`],
        [
            'a declaration that does not parse',
            guard,
            `model Note {\n  a String\n  b String\n  ${RULE}\n  @@allow('read', \n}\n`,
        ],
        [
            'a rule that is there in another layout',
            addition,
            "model Note {\n  a String\n  @@deny( 'all', /* never */ true )\n}\n",
        ],
        ['an attribute that is there', attribute, "model Note {\n  a String @allow( 'update', true )\n}\n"],
        ['a field that is gone', attribute, 'model Note {\n  b String\n}\n'],
    ];
    for (const [name, data, text] of UNCHANGED) {
        it(`leave alone ${name}`, () => {
            assert.deepEqual(changes(text, data), []);
        });
    }
});
