import assert from 'node:assert/strict';
import { accessOf, summarizeAccess } from '../../../src/access/access-of.ts';
import { reportAccess } from '../../../src/access/access-page.ts';
import type { SchemaView } from '../../../src/model/schema-view.ts';
import { viewOf } from '../insert/support.ts';

const SCHEMA = `datasource db {
    provider = 'sqlite'
    url = 'file:./x.db'
}
plugin policy { provider = '@zenstackhq/plugin-policy' }
type Auth {
    userId         String @id
    organizationId String?
    teamId         String?
    role           String?
    memberships    Membership[]
    @@auth
}
type Membership {
    organizationId String
    role           String
}
model User {
    id String @id
    @@allow('read', true)
    @@allow('update', auth().userId == id)
}
model List {
    id    String @id
    todos Todo[]
    @@allow('read', auth() != null)
}
model Member {
    id     String @id
    userId String
    role   String
    todo   Todo?  @relation(fields: [todoId], references: [id])
    todoId String?
}
model Todo {
    id             String  @id
    organizationId String
    teamId         String
    nullableId     String?
    ownerId        String
    published      Boolean
    list           List    @relation(fields: [listId], references: [id])
    listId         String
    members        Member[]
    RULES
}
`;

function view(rules: readonly string[]): SchemaView {
    return viewOf(SCHEMA.replace('RULES', rules.join('\n    ')));
}

function summary(rules: readonly string[], model = 'Todo'): string {
    const schema = view(rules).policies();
    const found = schema.models.get(model);
    assert.ok(found);
    return summarizeAccess(accessOf(schema, found));
}

const CASES: [rules: string[], expected: string][] = [
    [[], 'all operations: nobody'],
    [["@@allow('all', true)"], 'all operations: everyone'],
    [["@@allow('all', auth() != null)"], 'all operations: signed-in users'],
    [["@@allow('all', true)", "@@deny('all', auth() == null)"], 'all operations: signed-in users'],
    [["@@allow('all', true)", "@@deny('delete', true)"], 'read, create, update: everyone · delete: nobody'],
    [["@@allow('read', published)"], 'read: everyone (some rows) · create, update, delete: nobody'],
    [
        [
            "@@allow('read', true)",
            "@@allow('create,update', auth().userId == ownerId)",
            "@@allow('delete', auth().role == 'admin')",
        ],
        'read: everyone · create, update: owner · delete: role admin',
    ],
    [["@@allow('all', auth().organizationId == organizationId)"], 'all operations: same organization'],
    [
        [
            "@@deny('all', auth().organizationId == null || auth().organizationId != organizationId)",
            "@@allow('all', auth() != null)",
        ],
        'all operations: same organization',
    ],
    [
        ["@@deny('all', auth().organizationId != organizationId)", "@@allow('all', auth().role in ['admin', 'owner'])"],
        'all operations: admin/owner (same organization)',
    ],
    [["@@allow('all', auth().teamId == teamId)"], 'all operations: same team'],
    [
        ["@@allow('read,update', members?[userId == auth().userId])", "@@allow('update', auth().userId == ownerId)"],
        'read: members · create, delete: nobody · update: members, owner',
    ],
    [
        ["@@allow('update', members?[userId == auth().userId && role == 'editor'])"],
        'read, create, delete: nobody · update: members with role editor',
    ],
    [
        ["@@allow('read', auth().memberships?[organizationId == this.organizationId && role == 'admin'])"],
        'read: members with role admin · create, update, delete: nobody',
    ],
    [["@@allow('read', check(list))"], 'read: signed-in users · create, update, delete: nobody'],
    [["@@allow('read', check(list) && auth().userId == ownerId)"], 'read: owner · create, update, delete: nobody'],
    [
        ["@@allow('update', auth().userId == ownerId && !published)"],
        'read, create, delete: nobody · update: owner (some rows)',
    ],
    [
        ["@@allow('read', auth().organizationId == nullableId)"],
        'read: everyone (some rows), same organization · create, update, delete: nobody',
    ],
    [["@@allow('read', false)"], 'all operations: nobody'],
];

describe('who can access a model', () => {
    for (const [rules, expected] of CASES) {
        it(`${rules.join(' ') || 'no rules'}: ${expected}`, () => {
            assert.equal(summary(rules), expected);
        });
    }

    it('knows a table of users by itself', () => {
        assert.equal(summary([], 'User'), 'read: everyone · create, delete: nobody · update: themselves');
    });

    it('reports each operation with its rules and what an anonymous request may do', () => {
        const report = reportAccess(
            view(["@@allow('read', published)", "@@allow('update', auth().userId == ownerId)"]),
            'Todo',
        );
        const [read] = report?.operations.filter(({ operation }) => operation === 'read') ?? [];
        assert.deepEqual(
            [read?.anonymous, read?.signedIn, read?.counterexample?.row, read?.rules.map(({ text }) => text)],
            ['some', 'some', { published: true }, ["@@allow('read', published)"]],
        );
        assert.equal(reportAccess(view([]), 'Nothing'), undefined);
        assert.deepEqual(
            reportAccess(view([]), 'Todo', 'read')?.operations.map(({ operation }) => operation),
            ['read'],
        );
    });
});
