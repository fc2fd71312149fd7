import assert from 'node:assert/strict';
import { SQLITE_PRELUDE } from '../../support/orm.ts';
import { cured, onlyFinding } from './rule-support.ts';
import { findingsIn, findingsOf, spot } from './support.ts';

/** One finding per cause, at the rule that is the cause, in words that fit. */
describe('where findings about rules stand, and how they read', () => {
    it('says nothing of rules that ask an auth() which nothing declares', () => {
        const text = `${SQLITE_PRELUDE}model Account {
    id String @id
    handle String

    @@allow('read', auth() != null && auth().accountId == id)
    @@allow('update', auth().isAdmin)
}
`;
        assert.deepEqual(
            findingsIn(text).map(({ code }) => code),
            ['auth-declaration-missing'],
        );
    });

    it('names what everybody may do', () => {
        const text = schema("@@allow('create', true)", "@@allow('update,delete', !done)");
        const messages = findingsOf('rule-grants-anonymous', text).map(({ message }) => message.split(',')[0]);
        assert.deepEqual(messages.sort(), [
            'This rule lets everybody create an Issue',
            'This rule lets everybody update and delete an Issue',
        ]);
    });

    it('tells of a null match in a mixin once, although one of its models is open for another reason', () => {
        const text = `${SQLITE_PRELUDE}type Owned {
    ownerId String?
    owner User? @relation(fields: [ownerId], references: [id])

    @@allow('all', auth().id == ownerId)
}

model User {
    id String @id
    plans Plan[]
    boards Board[]

    @@auth
    @@allow('read', auth() != null)
}

model Plan with Owned {
    id String @id
}

model Board with Owned {
    id String @id

    @@allow('update', true)
}
`;
        const codes = ['rule-null-match', 'rule-grants-anonymous'];
        const found = findingsIn(text).filter(({ code, severity }) => codes.includes(code) && severity === 'warning');
        assert.deepEqual(
            found.map((finding) => [finding.code, spot(text, finding)]),
            [['rule-null-match', 'auth().id == ownerId']],
        );
    });

    it('tells a row that is given away from one that is moved, although a state of the row allows it', () => {
        const text = schema(
            "@@allow('create,read,update,delete', auth() != null && (done || auth().id == reporterId))",
            "@@deny('create', auth().id != reporterId)",
            "@@deny('post-update', !done)",
        );
        assert.deepEqual(
            findingsOf('rule-tenant-escape', text).map(({ severity }) => severity),
            ['information'],
        );
    });

    it('says of a takeover that it is one', () => {
        const text = schema(
            "@@allow('create,read,delete', auth() != null && auth().id == reporterId)",
            "@@allow('update', auth() != null && done)",
            "@@deny('post-update', auth().id != reporterId)",
        );
        const [finding] = findingsOf('rule-tenant-escape', text);
        assert.match(
            finding?.message ?? '',
            /^An update may take an Issue over by its reporterId, which opens what only its owner may do\. A user /,
        );
    });
});

/** What ZenStack doesn't accept everywhere. */
describe('fixes of rules that would not validate as they are elsewhere', () => {
    it('test what is optional on the way to a required member of auth()', async () => {
        const text = `${SQLITE_PRELUDE}model User {
    id String @id
    teamId String?
    team Team? @relation(fields: [teamId], references: [id])

    @@auth
    @@allow('read', auth() != null)
}

model Team {
    id String @id
    folder String
    users User[]

    @@allow('read', auth() != null)
}

model Upload {
    id String @id
    path String

    @@allow('read', startsWith(path, auth().team.folder))
}
`;
        const after = await cured('rule-substring-grant', text, onlyFinding('rule-substring-grant', text));
        assert.ok(
            after.includes("auth().team != null && auth().team.folder != '' && startsWith(path, auth().team.folder)"),
            after,
        );
        assert.deepEqual(findingsOf('rule-substring-grant', after), []);
    });

    it('let who runs things set a role, although the first rule that reads it is about another role', async () => {
        const text = `${SQLITE_PRELUDE}model User {
    id String @id
    role String @default('guest') @allow('update', auth() == this)

    @@auth
    @@allow('read', auth().role == 'guest' || auth() == this)
    @@allow('update', auth() == this)
    @@allow('delete', auth().role == 'admin')
}
`;
        const after = await cured('rule-self-promotion', text, onlyFinding('rule-self-promotion', text));
        assert.ok(after.includes("@allow('update', auth() == this) @deny('update', auth().role != 'admin')"), after);
        assert.deepEqual(findingsOf('rule-self-promotion', after), []);
    });

    it('keep a column of a mixin by a rule of the column, since before() leads nowhere there', async () => {
        const text = `${SQLITE_PRELUDE}type Auth {
    userId String @id
    tenantId String?

    @@auth
}

type OfTenant {
    tenantId String

    @@allow('all', auth().tenantId == tenantId)
}

model Invoice with OfTenant {
    id String @id
}

model Customer with OfTenant {
    id String @id
    @@deny('delete', true)
}
`;
        const finding = onlyFinding('rule-tenant-escape', text);
        const after = await cured('rule-tenant-escape', text, finding);
        assert.ok(after.includes("    tenantId String @allow('update', false)\n"), after);
        assert.deepEqual(findingsOf('rule-tenant-escape', after), []);
    });
});

/** Issues with rules. */
function schema(...rules: readonly string[]): string {
    return `${SQLITE_PRELUDE}model User {
    id String @id
    issues Issue[]

    @@auth
    @@allow('read', auth() != null)
}

model Issue {
    id String @id
    done Boolean @default(false)
    reporterId String
    reporter User @relation(fields: [reporterId], references: [id])

    ${rules.join('\n    ')}
}
`;
}
