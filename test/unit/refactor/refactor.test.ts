import assert from 'node:assert/strict';
import { applyChanges } from '../../../src/model/text.ts';
import { refactoringsAt } from '../../../src/refactor/index.ts';
import { createPolicyClient, SQLITE_PRELUDE } from '../../support/orm.ts';
import { entry, viewOf } from '../insert/support.ts';

interface Offered {
    title: string;
    kind: string;
    text: string;
}

/** What is offered at `<|>`, with the text that results. */
function offered(marked: string): Offered[] {
    const start = marked.indexOf('<|>');
    const content = marked.replace('<|>', '');
    return refactoringsAt(viewOf(content), entry, { start, end: start }).map(({ title, kind, changes }) => {
        const text = applyChanges(content, changes);
        assert.equal(viewOf(text).files[0]?.hasSyntaxErrors, false, text);
        return { title, kind, text };
    });
}

function only(marked: string, title: RegExp): string {
    const found = offered(marked).filter((each) => title.test(each.title));
    assert.equal(found.length, 1, JSON.stringify(offered(marked).map((each) => each.title)));
    return found[0]?.text ?? '';
}

function none(marked: string, title: RegExp): void {
    assert.deepEqual(
        offered(marked)
            .map((each) => each.title)
            .filter((each) => title.test(each)),
        [],
    );
}

/** A model with a required and a nullable column, and some rules. */
function todo(...rules: string[]): string {
    return `${SQLITE_PRELUDE}type Auth {
    userId String @id
    level  Int?

    @@auth
}

model Todo {
    id     Int     @id
    owner  String
    team   String?
    open   Boolean
    list   TodoList? @relation(fields: [listId], references: [id])
    listId Int?

${rules.map((rule) => `    ${rule}\n`).join('')}}

model TodoList {
    id    Int    @id
    todos Todo[]
}
`;
}

describe('sorting operations', () => {
    it('sorts names, each once, and keeps how they are separated', () => {
        const text = todo("@@allow('update,<|>read, create,update', true)");
        assert.match(only(text, /^Sort/), /@@allow\('create, read, update', true\)/);
        assert.match(
            only(todo(`@@deny("delete,post-update<|>", true)`), /^Sort/),
            /@@deny\("post-update,delete", true\)/,
        );
    });

    it('offers nothing for what is sorted, single, or no operation', () => {
        for (const operations of ['create,read', 'all', 'update, delete', 'read,reed', 'all,post-update'])
            none(todo(`@@allow('${operations}<|>', true)`), /^Sort/);
    });
});

describe('toggling a guard', () => {
    const cases: [string, string[], string[]][] = [
        [
            'a deny of the anonymous',
            [
                "<|>@@deny('all', auth() == null)",
                "@@allow('read', true)",
                "@@allow('all', owner == auth().userId || open)",
            ],
            ["@@allow('read', auth() != null)", "@@allow('all', auth() != null && (owner == auth().userId || open))"],
        ],
        [
            'a deny with several operands',
            [
                "<|>@@deny('read,update', auth().level == null || !open && owner == 'o1')",
                "@@allow('read', owner == 'o1' && open)",
            ],
            ["@@allow('read', !(auth().level == null || !open && owner == 'o1') && owner == 'o1' && open)"],
        ],
        [
            'a deny that is one of alternatives',
            ["<|>@@deny('all', owner != auth().userId && !open)", "@@allow('all', true)"],
            ["@@allow('all', (owner == auth().userId || open))"],
        ],
        [
            'a guard in one allow',
            ["<|>@@allow('all', owner == auth().userId && team == 't')", "@@allow('post-update', true)"],
            ["@@deny('all', owner != auth().userId)", "@@allow('all', team == 't')", "@@allow('post-update', true)"],
        ],
        [
            'a guard in all allows',
            [
                "@@allow('read', auth() != null && (open || team == 't'))",
                "<|>@@allow('create,read', auth() != null && owner == 'o1')",
                "@@allow('delete', open)",
            ],
            [
                "@@deny('create,read', auth() == null)",
                "@@allow('read', (open || team == 't'))",
                "@@allow('create,read', owner == 'o1')",
                "@@allow('delete', open)",
            ],
        ],
    ];

    for (const [name, before, after] of cases) {
        it(name, () => {
            assert.equal(only(todo(...before), /^Toggle/), todo(...after));
        });
    }

    it('is not offered where it would not mean the same', () => {
        const refused = [
            // Unknown where the column is null: the deny doesn't hit, a guard wouldn't grant.
            ["<|>@@deny('all', team != auth().userId)", "@@allow('all', true)"],
            ["<|>@@deny('all', auth().level < 5)", "@@allow('all', true)"],
            ["<|>@@allow('all', team == 't')"],
            // An allow for more than is denied.
            ["<|>@@deny('read', auth() == null)", "@@allow('all', true)"],
            // Without an allow for post-update, everything is permitted.
            ["<|>@@deny('all,post-update', auth() == null)", "@@allow('all', true)"],
            ["<|>@@deny('all', auth() == null)"],
            // Another allow lacks the guard.
            ["<|>@@allow('read', auth() != null && open)", "@@allow('all', owner == auth().userId)"],
            // `||` comes first.
            ["<|>@@allow('read', auth() != null || open && team == 't')"],
        ];
        for (const rules of refused) none(todo(...rules), /^Toggle/);
    });
});

/** Parent and child with a required relation. */
function lists(child: string[], parent: string[]): string {
    return `${SQLITE_PRELUDE}type Auth {
    userId String @id
    level  Int?

    @@auth
}

model TodoList {
    id      Int      @id
    owner   String
    team    String?
    members Member[]
    todos   Todo[]
${parent.map((rule) => `\n    ${rule}`).join('')}${parent.length > 0 ? '\n' : ''}}

model Member {
    id     Int      @id
    user   String
    list   TodoList @relation(fields: [listId], references: [id])
    listId Int
}

model Todo {
    id     Int      @id
    title  String?
    list   TodoList @relation(fields: [listId], references: [id])
    listId Int

${child.map((rule) => `    ${rule}\n`).join('')}}
`;
}

const OWN = "@@allow('read,update,delete', list.owner == auth().userId || list.members?[user == auth().userId])";
const PARENT = "@@allow('read,update,delete', owner == auth().userId || members?[user == auth().userId])";

describe('extracting a rule to the parent', () => {
    it('moves the condition to a parent without rules', () => {
        const text = only(lists([`<|>${OWN}`], []), /^Extract rule to TodoList with check\(list\)$/);
        assert.equal(text, lists(["@@allow('read,update,delete', check(list))"], [PARENT]));
    });

    it('uses the same rule of the parent', () => {
        const text = only(lists([`<|>${OWN}`], [PARENT.replace(' || ', '  ||  ')]), /^Use check\(list\)/);
        assert.equal(text, lists(["@@allow('read,update,delete', check(list))"], [PARENT.replace(' || ', '  ||  ')]));
    });

    it('is not offered where it would not mean the same', () => {
        const refused: [string[], string[]][] = [
            [["<|>@@allow('read', list.owner == auth().userId && title != null)"], []],
            [["<|>@@allow('read', list.owner == auth().userId && this.id == 1)"], []],
            [["<|>@@deny('read', list.owner == auth().userId)"], []],
            [["<|>@@allow('read', auth() != null)"], []],
            [["<|>@@allow('post-update', list.owner == auth().userId)"], []],
            [["<|>@@allow('read', check(list))"], []],
            // The parent's access is another.
            [["<|>@@allow('read', list.owner == auth().userId)"], ["@@allow('read', team == 't')"]],
            [
                ["<|>@@allow('read', list.owner == auth().userId)"],
                ["@@allow('read', owner == auth().userId)", "@@deny('all', auth() == null)"],
            ],
        ];
        for (const [child, parent] of refused) none(lists(child, parent), /check\(/);
        const optional = lists([`<|>${OWN}`], []).replace(
            /list {3}TodoList @relation(.*)\n {4}listId Int\n\n {4}<\|>/,
            'list TodoList? @relation$1\n listId Int?\n <|>',
        );
        assert.match(optional, /TodoList\?/);
        none(optional, /check\(/);
    });
});

describe('refactored rules on the real ORM', function () {
    this.timeout(300_000);
    const AUTHS = [undefined, { userId: 'o1' }, { userId: 'o2', level: 3 }, { userId: 'o3', level: 9 }];

    /** What each request gets: rows read, rows that an update or deletion reaches, and whether creation works. */
    async function outcomes(schema: string, rows: Record<string, object[]>, model: string): Promise<string[]> {
        const client = await createPolicyClient(schema);
        const result: string[] = [];
        const seed = async (): Promise<void> => {
            client.clear();
            for (const [name, data] of Object.entries(rows)) {
                for (const each of data) await client.raw(name).create({ data: each });
            }
        };
        const note = async (what: string, act: () => Promise<unknown>): Promise<void> => {
            await seed();
            try {
                result.push(`${what}: ${JSON.stringify(await act())}`);
            } catch (error) {
                result.push(`${what}: refused (${error instanceof Error ? error.constructor.name : ''})`);
            }
        };
        try {
            for (const auth of AUTHS) {
                const who = JSON.stringify(auth ?? 'anonymous');
                const as = client.as(auth, model);
                await note(`${who} reads`, async () =>
                    (await as.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id),
                );
                for (const row of rows[model] ?? []) {
                    const { id } = row as { id: number };
                    await note(`${who} updates ${id}`, () => as.updateMany({ where: { id }, data: { id: id + 100 } }));
                    await note(`${who} deletes ${id}`, () => as.deleteMany({ where: { id } }));
                    await note(`${who} creates like ${id}`, () => as.createMany({ data: [{ ...row, id: id + 200 }] }));
                }
            }
        } finally {
            await client.close();
        }
        return result;
    }

    const TODOS = {
        Todo: ['o1', 'o2'].flatMap((owner, first) =>
            ['t', null].flatMap((team, second) =>
                [true, false].map((open, third) => ({ id: first * 4 + second * 2 + third + 1, owner, team, open })),
            ),
        ),
    };
    const toggled: string[][] = [
        ["<|>@@deny('all', auth() == null)", "@@allow('read', true)", "@@allow('all', owner == auth().userId || open)"],
        ["<|>@@deny('all', owner != auth().userId && !open)", "@@allow('all', team == 't' || open)"],
        ["<|>@@deny('all', auth().level == null || owner == auth().userId)", "@@allow('all', team != auth().userId)"],
        ["<|>@@allow('all', owner == auth().userId && team == 't')", "@@allow('post-update', true)"],
        [
            "@@allow('read', auth() != null && (open || team == 't'))",
            "<|>@@allow('all', auth() != null && owner == 'o1')",
        ],
    ];
    for (const rules of toggled) {
        it(`toggled: ${rules.join(' ')}`, async () => {
            const before = todo(...rules);
            const after = only(before, /^Toggle/);
            const expected = await outcomes(before.replace('<|>', ''), TODOS, 'Todo');
            assert.deepEqual(await outcomes(after, TODOS, 'Todo'), expected);
            assert.ok(new Set(expected.map((each) => each.replace(/.*: /, ''))).size > 2);
        });
    }

    it('extracted', async () => {
        const rows = {
            TodoList: [
                { id: 1, owner: 'o1', team: null },
                { id: 2, owner: 'o2', team: 't' },
            ],
            Member: [{ id: 1, user: 'o3', listId: 1 }],
            Todo: [
                { id: 1, title: 'a', listId: 1 },
                { id: 2, title: null, listId: 2 },
            ],
        };
        const simple = "<|>@@allow('all', list.owner == auth().userId)";
        const cases: [string, string[]][] = [
            [`<|>${OWN}`, []],
            [`<|>${OWN}`, [PARENT]],
            [simple, []],
            [simple, ["@@allow('all', owner == auth().userId)"]],
        ];
        for (const [rule, parent] of cases) {
            const before = lists([rule], parent);
            const after = only(before, /check\(list\)/);
            const expected = await outcomes(before.replace('<|>', ''), rows, 'Todo');
            assert.deepEqual(await outcomes(after, rows, 'Todo'), expected);
            assert.ok(expected.includes('{"userId":"o1"} reads: [1]'), expected.join('\n'));
        }
    });
});
