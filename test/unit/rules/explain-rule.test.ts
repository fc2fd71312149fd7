import assert from 'node:assert/strict';
import { explainRule } from '../../../src/rules/explain-rule.ts';
import { entry, viewOf } from '../insert/support.ts';

const HEAD = `datasource db {
    provider = 'sqlite'
    url = 'file:./x.db'
}
plugin policy { provider = '@zenstackhq/plugin-policy' }
`;
const TYPE_AUTH = `${HEAD}
type Auth {
    userId         String @id
    organizationId String?
    role           String?
    isAdmin        Boolean?
    teamIds        String[]
    memberships    Membership[]
    @@auth
}
type Membership {
    organizationId String
    role           String
}
enum Status { DRAFT PUBLIC }
model Org {
    id    String @id
    todos Todo[]
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
    organizationId String?
    org            Org?    @relation(fields: [organizationId], references: [id])
    ownerId        String
    published      Boolean
    status         Status
    title          String
    size           Int
    tags           String[]
    secret         String  FIELD
    members        Member[]
    RULE
}
`;
const MODEL_AUTH = `${HEAD}
model User {
    id    String @id
    role  String
    todos Todo[]
    @@auth
}
model Todo {
    id      String @id
    ownerId String
    owner   User   @relation(fields: [ownerId], references: [id])
    secret  String FIELD
    RULE
}
`;

function explain(rule: string, schema = TYPE_AUTH): string {
    const isField = !rule.startsWith('@@');
    const text = schema.replace('FIELD', isField ? rule : '').replace('RULE', isField ? '' : rule);
    const view = viewOf(text);
    const model = view.policies().models.get('Todo');
    const [found] = isField ? (model?.fields.get('secret')?.rules ?? []) : (model?.rules ?? []);
    assert.ok(model && found, rule);
    const content = view.files.find(({ file }) => file === entry)?.content ?? '';
    return explainRule({ schema: view.policies(), model, rule: found, content }).join(' ');
}

const CASES: Record<string, string> = {
    "@@allow('read', true)": 'Lets everyone, signed in or not, read a Todo.',
    "@@allow('read', false)": 'Never allows anything: its condition is false.',
    "@@deny('all', false)": 'Never refuses anything: its condition is false.',
    "@@allow('all', auth() != null)": 'Lets signed-in users create, read, update and delete a Todo.',
    "@@allow('read', null != auth() && published)": 'Lets signed-in users read a Todo where published is true.',
    "@@allow('read', auth() == null && published)": 'Lets anonymous requests read a Todo where published is true.',
    "@@deny('all', auth() == null)": 'Stops anonymous requests from creating, reading, updating and deleting a Todo.',
    "@@allow('read', published)": 'Lets everyone read a Todo where published is true.',
    "@@allow('read', published || status == PUBLIC)":
        'Lets everyone read a Todo where published is true or status is PUBLIC.',
    "@@allow('read,update,delete', auth().organizationId == organizationId)":
        "Lets users whose organizationId is the row's read, update and delete a Todo. " +
        'By this rule alone: an anonymous request can read a Todo with organizationId = null.',
    "@@allow('read', auth().organizationId != null && auth().organizationId == organizationId)":
        "Lets signed-in users who have an organizationId and whose organizationId is the row's read a Todo.",
    "@@allow('all', auth().userId == ownerId)":
        "Lets signed-in users whose userId is the row's ownerId create, read, update and delete a Todo.",
    "@@allow('read', ownerId == auth().userId || published)":
        "Lets signed-in users whose userId is the row's ownerId, or everyone where published is true, read a Todo.",
    "@@allow('update', auth().role in ['admin', 'owner'] && auth().organizationId == organizationId)":
        "Lets signed-in users whose role is 'admin' or 'owner' and whose organizationId is the row's update a Todo.",
    "@@deny('update', !(auth().role in ['admin', 'owner']))":
        "Stops everyone whose role is neither 'admin' nor 'owner' from updating a Todo.",
    "@@deny('update', !(auth().role == 'admin' && published))":
        "Stops everyone whose role is not 'admin', or everyone where published is not true, from updating a Todo.",
    "@@allow('read', auth().role != 'guest')":
        "Lets users whose role is not 'guest' read a Todo. By this rule alone: an anonymous request can read a Todo.",
    "@@deny('all', auth().organizationId == null || auth().organizationId != organizationId)":
        "Stops everyone without an organizationId, or everyone whose organizationId is not the row's, from creating, reading, updating and deleting a Todo.",
    "@@allow('read', members?[userId == auth().userId])":
        "Lets signed-in users who are one of the row's members read a Todo.",
    "@@allow('update', members?[userId == auth().userId && role == 'owner'])":
        "Lets signed-in users who are one of the row's members where role is 'owner' update a Todo.",
    "@@allow('update', members?[role == 'owner'])":
        "Lets everyone update a Todo where one of its members is such that role is 'owner'.",
    "@@deny('all', members^[userId == auth().userId])":
        "Stops everyone who is not one of the row's members from creating, reading, updating and deleting a Todo.",
    "@@allow('read', auth().memberships?[organizationId == this.organizationId && role == 'admin'])":
        "Lets signed-in users who have among their memberships one where organizationId is the row's organizationId and role is 'admin' read a Todo.",
    "@@allow('read', check(org))": "Lets those who may read the row's org read a Todo.",
    "@@allow('read,update', check(org))": "Lets those who may do the same to the row's org read and update a Todo.",
    "@@allow('delete', check(org, 'update'))": "Lets those who may update the row's org delete a Todo.",
    "@@deny('delete', !check(org))": "Stops those who may not delete the row's org from deleting a Todo.",
    "@@allow('all', auth().userId == ownerId && (published || auth().isAdmin))":
        "Lets signed-in users whose userId is the row's ownerId create, read, update and delete a Todo where (published is true or the user's isAdmin is true).",
    "@@allow('read', auth().userId == ownerId && (auth().role == 'a' || auth().isAdmin))":
        "Lets signed-in users whose userId is the row's ownerId and (whose role is 'a' or whose isAdmin is true) read a Todo.",
    "@@allow('read', contains(title, 'x') && auth().isAdmin)":
        "Lets signed-in users whose isAdmin is true read a Todo where title contains 'x'.",
    "@@allow('read', 3 < size && size <= 7)":
        'Lets everyone read a Todo where 3 is less than size and size is at most 7.',
    "@@allow('read', organizationId in auth().teamIds)":
        "Lets users whose teamIds contain the row's organizationId read a Todo. Whether anonymous requests are among them can't be told.",
    "@@allow('post-update', before().ownerId == ownerId)":
        'Lets updates of a Todo stand where ownerId is the former ownerId; the row is meant as an update leaves it.',
    "@@deny('post-update', before().ownerId != ownerId)":
        'Undoes updates of a Todo where ownerId is not the former ownerId; the row is meant as an update leaves it.',
    "@@allow('update,post-update', auth().userId == ownerId)":
        "Lets signed-in users whose userId is the row's ownerId update a Todo; after an update the same is asked of the row as it becomes.",
    "@allow('read', auth().role == 'support')": "Lets signed-in users whose role is 'support' read secret of a Todo.",
    "@deny('all', published)": 'Stops everyone from reading and updating secret of a Todo where published is true.',
};

describe('what a rule grants to whom, in words', () => {
    for (const [rule, expected] of Object.entries(CASES)) {
        it(rule, () => {
            assert.equal(explain(rule), expected);
        });
    }

    it('compares with a model behind auth() itself', () => {
        assert.equal(
            explain("@@allow('all', auth() == owner)", MODEL_AUTH),
            "Lets signed-in users who are the row's owner create, read, update and delete a Todo.",
        );
        assert.equal(
            explain("@@allow('read', auth().id == ownerId)", MODEL_AUTH),
            "Lets signed-in users whose id is the row's ownerId read a Todo.",
        );
    });

    it('counts ways beyond a few', () => {
        const ways = ['a', 'b', 'c', 'd', 'e', 'f'].map((role) => `auth().role == '${role}'`).join(' || ');
        assert.match(explain(`@@allow('read', ${ways})`), /whose role is 'd', or 2 more, read a Todo\.$/);
    });

    it('says what can’t be read', () => {
        assert.match(explain("@@allow('read', auth().userId == nothing)"), /can't be read|can't be told|Can't be told/);
    });
});
