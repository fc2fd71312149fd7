import assert from 'node:assert/strict';
import { createPolicyClient, SQLITE_PRELUDE } from '../../support/orm.ts';
import { cured, onlyFinding } from './rule-support.ts';
import { findingsOf, spot } from './support.ts';

const CODE = 'rule-self-comparison';

const schema = (condition: string): string => `${SQLITE_PRELUDE}model User {
    id String @id
    memberships Membership[]
    notes Note[]

    @@auth
}

model Membership {
    id String @id
    orgId String
    level Int
    role String
    title String
    userId String
    user User @relation(fields: [userId], references: [id])
}

model Note {
    id String @id
    orgId String
    level String
    title String
    ownerId String
    owner User @relation(fields: [ownerId], references: [id])

    @@allow('read', ${condition})
}
`;

/** Ids of the notes that a member of o1 may read: one is of o1, one of o2. */
async function readable(text: string): Promise<unknown[]> {
    const client = await createPolicyClient(text);
    try {
        await client.raw('User').create({ data: { id: 'u1' } });
        await client.raw('Membership').create({
            data: { id: 'm1', orgId: 'o1', level: 1, role: 'x', title: 't1', userId: 'u1' },
        });
        for (const orgId of ['o1', 'o2']) {
            const data = { id: orgId, orgId, level: '1', title: orgId === 'o1' ? 't1' : 't2', ownerId: 'u1' };
            await client.raw('Note').create({ data });
        }
        const memberships = [{ orgId: 'o1', level: 1, role: 'x', title: 't1' }];
        const notes = await client.as({ id: 'u1', memberships }, 'Note').findMany({ orderBy: { id: 'asc' } });
        return notes.map(({ id }) => id);
    } finally {
        await client.close();
    }
}

describe(CODE, function () {
    this.timeout(60_000);

    const SELF: [string, string, string][] = [
        ['auth().memberships?[orgId == orgId]', 'orgId == orgId', 'auth().memberships?[orgId == this.orgId]'],
        [
            'auth().memberships?[m, m.orgId == orgId]',
            'm.orgId == orgId',
            'auth().memberships?[m, m.orgId == this.orgId]',
        ],
        [
            'auth().memberships?[m, orgId == m.orgId]',
            'orgId == m.orgId',
            'auth().memberships?[m, this.orgId == m.orgId]',
        ],
        [
            'auth().memberships?[m, m.orgId == m.orgId]',
            'm.orgId == m.orgId',
            'auth().memberships?[m, m.orgId == this.orgId]',
        ],
        ['owner.memberships?[orgId == orgId]', 'orgId == orgId', 'owner.memberships?[orgId == this.orgId]'],
        [
            "auth().memberships?[role == 'x' && (title == title)]",
            'title == title',
            "auth().memberships?[role == 'x' && (title == this.title)]",
        ],
    ];
    for (const [condition, place, after] of SELF) {
        it(`reports ${condition}, which lets into every row; with this. it does not`, async () => {
            const text = schema(condition);
            const finding = onlyFinding(CODE, text);
            assert.equal(spot(text, finding), place);
            assert.equal(finding.severity, 'error');
            const result = await cured(CODE, text, finding);
            assert.equal(result, schema(after));
            assert.deepEqual(findingsOf(CODE, result), []);
            assert.deepEqual(await readable(text), ['o1', 'o2']);
            assert.deepEqual(await readable(result), ['o1']);
        });
    }

    it('says what it does', () => {
        assert.equal(
            onlyFinding(CODE, schema('auth().memberships?[orgId == orgId]')).message,
            'Inside auth().memberships?[…] both sides of "orgId == orgId" are orgId of the same Membership: ' +
                'every element fits, so the rows that the rule is about make no difference. this.orgId is the one of Note. A user can read a Note.',
        );
        assert.match(onlyFinding(CODE, schema('auth().memberships?[orgId != orgId]')).message, /no element ever fits/);
        assert.match(
            onlyFinding(CODE, schema('auth().memberships^[orgId == orgId]')).message,
            /every element fits, whatever/,
        );
    });

    it('has no fix where the model has no such field, or one of another type', () => {
        for (const condition of ['auth().memberships?[role == role]', 'auth().memberships?[level == level]']) {
            assert.deepEqual(onlyFinding(CODE, schema(condition)).fixes, []);
        }
    });

    it('knows which element a name is of', () => {
        for (const condition of [
            'auth().memberships?[user.memberships?[orgId == orgId]]',
            'auth().memberships?[m, user.memberships?[n, n.orgId == orgId]]',
        ]) {
            assert.equal(findingsOf(CODE, schema(condition)).length, 1);
        }
        for (const condition of [
            'auth().memberships?[orgId == this.orgId]',
            'auth().memberships?[this.orgId == orgId]',
            'auth().memberships?[m, m.orgId == this.orgId]',
            'auth().memberships?[m, user.memberships?[n, n.orgId == m.orgId]]',
            'auth().memberships?[m, user.memberships?[orgId == m.orgId]]',
            'auth().memberships?[role == title]',
            'auth().memberships?[userId == auth().id]',
            "auth().memberships?[role in ['x']]",
            'auth().memberships?[role == "role"]',
            'orgId == orgId',
        ]) {
            assert.deepEqual(findingsOf(CODE, schema(condition)), [], condition);
        }
    });

    it('says nothing without the policy plugin, and in a model that does not parse', () => {
        const text = schema('auth().memberships?[orgId == orgId]');
        assert.deepEqual(findingsOf(CODE, text.replace("'@zenstackhq/plugin-policy'", "'./other'")), []);
        assert.deepEqual(findingsOf(CODE, text.replace('    level String', '    level String[')), []);
    });
});
