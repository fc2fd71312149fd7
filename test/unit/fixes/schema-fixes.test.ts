import assert from 'node:assert/strict';
import { applyFix } from '../../../src/fixes/index.ts';
import { syntaxBreakage } from '../../../src/fixes/verify.ts';
import type { FixData } from '../../../src/model/fix.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { at, entry, viewOf } from '../insert/support.ts';
import type { Files } from '../insert/support.ts';

/** In: the schema, a fix, the file that it is offered in. Out: the new content of the one file that it changes. */
function fixed(files: Files, data: FixData, file = entry): string {
    const view = viewOf(files);
    const changes = applyFix(data, { view, file });
    const changed = [...new Set(changes.map((change) => change.file))];
    assert.ok(changed.length <= 1, changed.join(', '));
    const content = view.files.find((each) => each.file === (changed[0] ?? file))?.content;
    assert.ok(content !== undefined);
    assert.equal(syntaxBreakage(view, changes), undefined);
    return applyChanges(content, changes);
}

function unchanged(files: Files, data: FixData): void {
    assert.deepEqual(applyFix(data, { view: viewOf(files), file: entry }), []);
}

const add: FixData = { kind: 'add-member', declaration: 'Auth', member: 'organizationId', typeText: 'String?' };
const remove: FixData = { kind: 'remove-member', declaration: 'Auth', member: 'old' };
const retype: FixData = { kind: 'set-member-type', declaration: 'Auth', member: 'old', typeText: 'String?' };
const unmark: FixData = { kind: 'remove-auth-attribute', declaration: 'Auth' };
const create: FixData = {
    kind: 'add-auth-type',
    name: 'Auth',
    members: [
        { name: 'userId', typeText: 'String', id: true },
        { name: 'organizationId', typeText: 'String?', id: false },
    ],
};

interface Case {
    name: string;
    data: FixData;
    before: string;
    after: string;
}

const CASES: Case[] = [
    {
        name: 'add-member: after the last one, before the attributes',
        data: add,
        before: 'type Auth {\n    userId String @id\n\n    @@auth\n}\n',
        after: 'type Auth {\n    userId String @id\n    organizationId String?\n\n    @@auth\n}\n',
    },
    {
        name: 'add-member: in the columns of its neighbours',
        data: add,
        before: 'type Auth {\n    id               String  @id\n    organizationRole String?\n\n    @@auth\n}\n',
        after: 'type Auth {\n    id               String  @id\n    organizationRole String?\n    organizationId   String?\n\n    @@auth\n}\n',
    },
    {
        name: 'add-member: tabs and CRLF',
        data: add,
        before: 'type Auth {\r\n\tuserId String @id\r\n\t@@auth\r\n}\r\n',
        after: 'type Auth {\r\n\tuserId String @id\r\n\torganizationId String?\r\n\t@@auth\r\n}\r\n',
    },
    {
        name: 'add-member: CR alone',
        data: add,
        before: 'type Auth {\r  userId String @id\r  @@auth\r}\r',
        after: 'type Auth {\r  userId String @id\r  organizationId String?\r  @@auth\r}\r',
    },
    {
        name: 'add-member: behind the comment of the last one',
        data: add,
        before: 'type Auth {\n  userId String @id // who } {\n  /// doc\n  @@auth\n}\n',
        after: 'type Auth {\n  userId String @id // who } {\n  organizationId String?\n  /// doc\n  @@auth\n}\n',
    },
    {
        name: 'add-member: a declaration on one line',
        data: add,
        before: 'type Auth { userId String @id @@auth }\nmodel Note {\n  id String @id\n}\n',
        after: 'type Auth {\n  userId String @id\n  organizationId String?\n  @@auth\n}\nmodel Note {\n  id String @id\n}\n',
    },
    {
        name: 'add-member: the last one on the line of the closing brace',
        data: add,
        before: 'type Auth {\n    @@auth\n    userId String @id }\n',
        after: 'type Auth {\n    @@auth\n    userId String @id\n    organizationId String?\n}\n',
    },
    {
        name: 'add-member: an empty body',
        data: add,
        before: 'type Auth {}\n',
        after: 'type Auth {\n    organizationId String?\n}\n',
    },
    {
        name: 'add-member: a body with the attribute alone',
        data: add,
        before: 'type Auth {\n    @@auth\n}\n',
        after: 'type Auth {\n    organizationId String?\n\n    @@auth\n}\n',
    },
    {
        name: 'add-member: behind a byte order mark',
        data: add,
        before: '\uFEFFtype Auth {\n    userId String @id\n    @@auth\n}\n',
        after: '\uFEFFtype Auth {\n    userId String @id\n    organizationId String?\n    @@auth\n}\n',
    },
    {
        name: 'remove-member: with its line and the comment on it',
        data: remove,
        before: 'type Auth {\n    userId String @id\n    old String // } unused\n    // kept\n    @@auth\n}\n',
        after: 'type Auth {\n    userId String @id\n    // kept\n    @@auth\n}\n',
    },
    {
        name: 'remove-member: with its doc comments, and no other comment',
        data: remove,
        before: 'type Auth {\n    userId String @id\n    // kept\n    /// about\n    /// old\n    old String\n    @@auth\n}\n',
        after: 'type Auth {\n    userId String @id\n    // kept\n    @@auth\n}\n',
    },
    {
        name: 'remove-member: what looks like a doc comment inside a comment stays',
        data: remove,
        before: 'type Auth {\n    userId String @id\n    /* a\n    /// b */\n    old String\n    @@auth\n}\n',
        after: 'type Auth {\n    userId String @id\n    /* a\n    /// b */\n    @@auth\n}\n',
    },
    {
        name: 'remove-member: over several lines, CRLF',
        data: remove,
        before: 'type Auth {\r\n\told String\r\n\t\t@length(1, 2)\r\n\tuserId String @id\r\n\t@@auth\r\n}\r\n',
        after: 'type Auth {\r\n\tuserId String @id\r\n\t@@auth\r\n}\r\n',
    },
    {
        name: 'remove-member: CR alone',
        data: remove,
        before: 'type Auth {\r  old String\r  userId String @id\r}\r',
        after: 'type Auth {\r  userId String @id\r}\r',
    },
    {
        name: 'remove-member: on one line',
        data: remove,
        before: 'type Auth { userId String @id old String @@auth }',
        after: 'type Auth { userId String @id @@auth }',
    },
    {
        name: 'remove-member: before the closing brace on its line',
        data: remove,
        before: 'type Auth {\n  userId String @id\n  old String }\n',
        after: 'type Auth {\n  userId String @id\n  }\n',
    },
    {
        name: 'remove-member: after another one on its line',
        data: remove,
        before: 'type Auth {\n  userId String @id old String\n  @@auth\n}\n',
        after: 'type Auth {\n  userId String @id\n  @@auth\n}\n',
    },
    {
        name: 'remove-member: before another one on its line',
        data: remove,
        before: 'type Auth {\n  old String userId String @id\n  @@auth\n}\n',
        after: 'type Auth {\n  userId String @id\n  @@auth\n}\n',
    },
    {
        name: 'remove-member: the doc comment that the grammar gives it, wherever it stands',
        data: remove,
        before: 'type Auth {\n  userId String @id /// about old\n  old String }\n',
        after: 'type Auth {\n  userId String @id }\n',
    },
    {
        name: 'remove-member: the only one',
        data: remove,
        before: 'type Auth {\n  old String\n}\n',
        after: 'type Auth {\n}\n',
    },
    {
        name: 'set-member-type: nothing but a question mark',
        data: retype,
        before: '\uFEFFtype Auth {\r\n\told  String   @id // String\r\n}\r\n',
        after: '\uFEFFtype Auth {\r\n\told  String?   @id // String\r\n}\r\n',
    },
    {
        name: 'set-member-type: another type',
        data: retype,
        before: 'type Auth { old Int[] @@auth }',
        after: 'type Auth { old String? @@auth }',
    },
    {
        name: 'set-member-type: blanks within the type go',
        data: retype,
        before: 'type Auth {\n  old String /* ? */ ?\n}\n',
        after: 'type Auth {\n  old String?\n}\n',
    },
    {
        name: 'remove-auth-attribute: with its line',
        data: unmark,
        before: 'type Auth {\n    userId String @id\n    /// marks it\n    @@auth // here\n    @@strict\n}\n',
        after: 'type Auth {\n    userId String @id\n    @@strict\n}\n',
    },
    {
        name: 'remove-auth-attribute: on one line',
        data: unmark,
        before: 'type Auth { userId String @id @@auth }',
        after: 'type Auth { userId String @id }',
    },
    {
        name: 'add-auth-type: at the end, in the style of the file',
        data: create,
        before: 'model Note {\r\n  id String @id\r\n}\r\n',
        after: 'model Note {\r\n  id String @id\r\n}\r\n\r\ntype Auth {\r\n  userId         String @id\r\n  organizationId String?\r\n\r\n  @@auth\r\n}\r\n',
    },
    {
        name: 'add-auth-type: a last line without an end',
        data: create,
        before: 'model Note {\n\tid String @id\n}',
        after: 'model Note {\n\tid String @id\n}\n\ntype Auth {\n\tuserId         String @id\n\torganizationId String?\n\n\t@@auth\n}',
    },
    {
        name: 'add-auth-type: behind a comment without an end of line',
        data: create,
        before: '// nothing',
        after: '// nothing\n\ntype Auth {\n    userId         String @id\n    organizationId String?\n\n    @@auth\n}',
    },
    {
        name: 'add-auth-type: an empty file',
        data: create,
        before: '',
        after: 'type Auth {\n    userId         String @id\n    organizationId String?\n\n    @@auth\n}\n',
    },
    {
        name: 'rename-auth-member: there and where rules read it, nowhere else',
        data: { kind: 'rename-auth-member', declaration: 'Auth', member: 'id', to: 'userId' },
        before: "type Auth {\n  id String @id\n  @@auth\n}\nmodel Note {\n  id String @id\n  // auth().id\n  by String @default(auth().id)\n  @@allow('read', auth() . id == by && id != 'auth().id')\n}\n",
        after: "type Auth {\n  userId String @id\n  @@auth\n}\nmodel Note {\n  id String @id\n  // auth().id\n  by String @default(auth().userId)\n  @@allow('read', auth() . userId == by && id != 'auth().id')\n}\n",
    },
    {
        name: 'add-policy-plugin: after the datasource',
        data: { kind: 'add-policy-plugin' },
        before: 'datasource db {\n  provider = "sqlite"\n  url = "file:./a.db"\n}\n',
        after: 'datasource db {\n  provider = "sqlite"\n  url = "file:./a.db"\n}\n\nplugin policy {\n    provider = "@zenstackhq/plugin-policy"\n}\n',
    },
];

describe('fixes of schemas', () => {
    for (const { name, data, before, after } of CASES) {
        it(name, () => {
            assert.equal(fixed(before, data), after);
        });

        it(`${name}: a second time there is nothing to do`, () => {
            unchanged(after, data);
        });
    }

    it('adds nothing where the member is inherited', () => {
        unchanged(
            'type Base {\n  organizationId String?\n}\ntype Auth with Base {\n  userId String @id\n  @@auth\n}\n',
            add,
        );
    });

    it('edits the file that holds the declaration', () => {
        const files = {
            'schema.zmodel': 'import "./auth"\nmodel Note {\n  id String @id\n}\n',
            'auth.zmodel': 'type Auth {\n  userId String @id\n  @@auth\n}\n',
        };
        const view = viewOf(files);
        const [change, ...others] = applyFix(add, { view, file: entry });
        assert.deepEqual(others, []);
        assert.equal(change?.file, at('auth.zmodel'));
    });

    it('puts a new type into the file of the finding', () => {
        const files = { 'schema.zmodel': 'import "./note"\n', 'note.zmodel': 'model Note {\n  id String @id\n}\n' };
        assert.match(fixed(files, create, at('note.zmodel')), /^model Note[^]*type Auth/);
    });

    for (const [what, schema] of [
        ['the declaration is gone', 'type Other {\n  userId String @id\n  @@auth\n}\n'],
        ['the member and the attribute are gone', 'type Auth {\n  userId String @id\n  organizationId Int\n}\n'],
        ['the declaration does not parse', 'type Auth {\n  userId String @id\n  old String @@@\n  @@auth\n}\n'],
        ['the declaration never ends', 'type Auth {\n  userId String @id\n  old String\n  @@auth\n'],
        ['there is nothing', ''],
    ] as const) {
        it(`changes nothing when ${what}`, () => {
            for (const data of [add, remove, retype, unmark]) unchanged(schema, data);
            unchanged(schema, { kind: 'rename-auth-member', declaration: 'Auth', member: 'old', to: 'renewed' });
        });
    }

    it('creates no type of a name that is taken', () => {
        unchanged('type Auth {\n  userId String @id\n}\n', create);
        unchanged('enum Auth {\n  A\n}\n', create);
        unchanged('plugin Auth {\n  provider = "x"\n}\n', create);
    });

    it('creates no type in a file that is not part of the schema', () => {
        assert.deepEqual(applyFix(create, { view: viewOf(''), file: at('other.zmodel') }), []);
    });

    it('inserts no models while the configuration is unknown', () => {
        unchanged('', { kind: 'insert-auth-models', tables: ['user'] });
    });

    it('renames nothing into a name that is taken, nor a declaration that auth() is not', () => {
        const schema = 'type Auth {\n  id String @id\n  userId String\n}\nmodel User {\n  id String @id\n}\n';
        const rename = (declaration: string, to: string): FixData => ({
            kind: 'rename-auth-member',
            declaration,
            member: 'id',
            to,
        });
        unchanged(schema, rename('Auth', 'name'));
        unchanged(schema.replace('String\n}', 'String\n  @@auth\n}'), rename('Auth', 'userId'));
    });
});
