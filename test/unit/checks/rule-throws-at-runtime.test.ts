import assert from 'node:assert/strict';
import { createPolicyClient, SQLITE_PRELUDE, validateSchema } from '../../support/orm.ts';
import { cured, onlyFinding } from './rule-support.ts';
import { array, call, line, member, object, string } from './shapes.ts';
import { findingsOf, spot } from './support.ts';

const CODE = 'rule-throws-at-runtime';

const TYPE = `type Badge {
    name String
}

type Membership {
    orgId String
    role String
    since DateTime?
    badges Badge[]
    tags String[]
}

type Auth {
    userId String @id
    role String?
    level Int?
    roles String[]
    memberships Membership[]

    @@auth
}

model User {
    id String @id
    name String?
    notes Note[]
}
`;

const MODEL = `model User {
    id String @id
    name String?
    notes Note[]
    memberships Membership[]

    @@auth
}

model Membership {
    id String @id
    orgId String
    role String
    userId String
    user User @relation(fields: [userId], references: [id])
    teamId String?
    team Team? @relation(fields: [teamId], references: [id])
}

model Team {
    id String @id
    orgId String
    members Membership[]

    @@allow('all', true)
}
`;

const schema = (rules: string, auth = TYPE): string => `${SQLITE_PRELUDE}${auth}
model Note {
    id String @id
    orgId String?
    name String?
    done Boolean @default(false)
    ownerId String?
    owner User? @relation(fields: [ownerId], references: [id])
    items Item[]

    ${rules}
}

model Item {
    id String @id
    orgId String?
    noteId String?
    note Note? @relation(fields: [noteId], references: [id])

    @@allow('all', true)
}
`;

const read = (condition: string): string => `@@allow('read', ${condition})`;
const after = (condition: string): string => `@@allow('read,update', true)\n    @@allow('post-update', ${condition})`;

/** What requests pass: nothing; a user alone; one with everything; one whose lists are empty. */
const membership = {
    id: 'm1',
    orgId: 'o1',
    role: 'x',
    badges: [{ name: 'x' }],
    tags: ['x'],
    userId: 'u1',
    user: { id: 'u1' },
    teamId: 't1',
    team: { id: 't1', orgId: 'o1', members: [{ orgId: 'o1' }] },
};
const REQUESTS: Record<string, Record<string, unknown> | undefined> = {
    nobody: undefined,
    user: { userId: 'u1', id: 'u1' },
    member: { userId: 'u1', id: 'u1', role: 'x', level: 1, roles: ['x', 'y'], memberships: [membership] },
    empty: { userId: 'u1', id: 'u1', roles: [], memberships: [] },
};

/** Which of the requests make the ORM throw something else than a refusal, when they read or update a note. */
async function throwing(text: string): Promise<string[]> {
    const client = await createPolicyClient(text);
    try {
        await client.raw('User').create({ data: { id: 'u1', name: 'x' } });
        await client.raw('Note').create({ data: { id: 'n1', orgId: 'o1', name: 'x', ownerId: 'u1' } });
        await client.raw('Item').create({ data: { id: 'i1', orgId: 'o1', noteId: 'n1' } });
        const thrown: string[] = [];
        for (const [name, auth] of Object.entries(REQUESTS)) {
            try {
                await client.as(auth, 'Note').findMany();
                if (text.includes("'post-update'")) await client.as(auth, 'Note').updateMany({ data: { done: true } });
            } catch (error) {
                if (!/failed to pass post-update/.test(String(error))) thrown.push(name);
            }
        }
        return thrown;
    } finally {
        await client.close();
    }
}

const ALL = ['nobody', 'user', 'member', 'empty'];

interface Case {
    rules: string;
    auth?: string;
    place: string;
    says: RegExp;
    /** Requests that make the ORM throw. */
    throws: string[];
    /** The rules after the fix, and who makes the ORM throw then. */
    after?: string;
    still?: string[];
}

const CASES: Case[] = [
    {
        rules: read('auth() == ownerId'),
        place: 'auth() == ownerId',
        says: /^auth\(\) can be compared only where a model describes it, which type Auth isn't\. Every query/,
        throws: ALL,
        after: read('auth().userId == ownerId'),
    },
    {
        rules: read("true || 'u1' == auth()"),
        place: "'u1' == auth()",
        says: /Every query/,
        throws: ALL,
        after: read("true || 'u1' == auth().userId"),
    },
    { rules: read('auth() == auth()'), place: 'auth() == auth()', says: /Every query/, throws: ALL },
    {
        rules: read('name in [auth()]'),
        place: 'auth()',
        says: /can stand in a list/,
        throws: ALL,
        after: read('name in [auth().userId]'),
    },
    { rules: after('before() == this'), place: 'before()', says: /^before\(\) by itself/, throws: ALL },
    { rules: after('before() == null'), place: 'before()', says: /before\(\)\.name/, throws: ALL },
    { rules: read('this != null'), place: 'this', says: /^"this" by itself/, throws: ALL },
    {
        rules: read("has(auth().roles, 'x')"),
        place: "has(auth().roles, 'x')",
        says: /^has\(\) needs lists in the database, which SQLite lacks\. Every query/,
        throws: ALL,
        after: read("auth() != null && 'x' in auth().roles"),
        still: ['user'],
    },
    {
        rules: read("true || hasSome(auth().roles, ['x'])"),
        place: "hasSome(auth().roles, ['x'])",
        says: /hasSome/,
        throws: ALL,
    },
    {
        rules: read("hasEvery(auth().roles, ['x'])"),
        place: "hasEvery(auth().roles, ['x'])",
        says: /hasEvery/,
        throws: ALL,
    },
    {
        rules: read("'x' in auth().roles"),
        place: "'x' in auth().roles",
        says: /^SQLite has no operator for "'x' in auth\(\)\.roles" when the list is missing\. The query throws for every request without a user\.$/,
        throws: ['nobody', 'user'],
        after: read("auth() != null && 'x' in auth().roles"),
        still: ['user'],
    },
    {
        rules: read('done || name in auth().roles && auth().level > 0'),
        place: 'name in auth().roles',
        says: /without a user/,
        throws: ['nobody', 'user'],
        after: read('done || (auth() != null && name in auth().roles) && auth().level > 0'),
        still: ['user'],
    },
    {
        rules: `${read('done')}\n    @@deny('read', 'x' in auth().roles)`,
        place: "'x' in auth().roles",
        says: /without a user/,
        throws: ['nobody', 'user'],
        after: `${read('done')}\n    @@deny('read', auth() == null || 'x' in auth().roles)`,
        still: ['user'],
    },
    {
        rules: read("!('x' in auth().roles)"),
        place: "'x' in auth().roles",
        says: /without a user/,
        throws: ['nobody', 'user'],
    },
    {
        rules: read("items?['x' in auth().roles]"),
        place: "'x' in auth().roles",
        says: /without a user/,
        throws: ['nobody', 'user'],
        after: read("items?[(auth() != null && 'x' in auth().roles)]"),
        still: ['user'],
    },
    {
        rules: read('isEmpty(auth().roles)'),
        place: 'isEmpty(auth().roles)',
        says: /The query throws when there is a list\.$/,
        throws: ['member', 'empty'],
    },
    {
        rules: read("auth().memberships?[contains(role, 'x')]"),
        place: "contains(role, 'x')",
        says: /^contains\(\) can't be computed for the elements of auth\(\)\.memberships, .* whoever has something in auth\(\)\.memberships\.$/,
        throws: ['member'],
    },
    { rules: read('auth().memberships?[since < now()]'), place: 'now()', says: /^now\(\) can't/, throws: ['member'] },
    {
        rules: read("auth().memberships?[orgId == this.orgId && contains(role, 'x')]"),
        place: "contains(role, 'x')",
        says: /can't be computed/,
        throws: ['member'],
    },
    {
        rules: read("auth().memberships?[orgId == this.orgId && has(tags, 'x')]"),
        place: "has(tags, 'x')",
        says: /lists in the database/,
        throws: ['member'],
    },
    {
        rules: after('auth().memberships?[orgId == before().orgId]'),
        place: 'before().orgId',
        says: /doesn't mention "this"/,
        throws: ['member'],
    },
    {
        rules: read('items?[i, auth().memberships?[orgId == i.orgId]]'),
        place: 'i.orgId',
        says: /is a row of the database/,
        throws: ['member'],
    },
    {
        rules: read('auth().memberships?[team.orgId == this.orgId]'),
        auth: MODEL,
        place: 'team.orgId',
        says: /can't be followed by a plain name/,
        throws: ['member'],
        after: read('auth().memberships?[m, m.team.orgId == this.orgId]'),
    },
    {
        rules: read('auth().memberships?[team == null && orgId == this.orgId]'),
        auth: MODEL,
        place: 'team',
        says: /can't be followed/,
        throws: ['member'],
        after: read('auth().memberships?[m, m.team == null && orgId == this.orgId]'),
    },
    {
        rules: read('auth().memberships?[user == auth() && orgId == this.orgId]'),
        auth: MODEL,
        place: 'user',
        says: /can't be followed/,
        throws: ['member'],
        after: read('auth().memberships?[m, m.user == auth() && orgId == this.orgId]'),
    },
    {
        rules: read('auth().memberships?[team.members?[orgId == this.orgId]]'),
        auth: MODEL,
        place: 'team.members',
        says: /can't be followed/,
        throws: ['member'],
        after: read('auth().memberships?[m, m.team.members?[orgId == this.orgId]]'),
    },
    {
        rules: read('auth().memberships?[check(team) && orgId == this.orgId]'),
        auth: MODEL,
        place: 'check(team)',
        says: /^check\(\) can't follow/,
        throws: ['member'],
    },
    {
        rules: read('auth().memberships?[check(team)]'),
        auth: MODEL,
        place: 'check(team)',
        says: /can't be computed/,
        throws: ['member'],
    },
    { rules: read('isEmpty(items)'), place: 'isEmpty(items)', says: /isEmpty/, throws: ALL },
];

/** Rules that throw for nobody, and what they have in common with those that do. */
const SOUND: { rules: string; auth?: string }[] = [
    { rules: read('auth() == owner'), auth: MODEL },
    { rules: read('auth() != null && owner.name == auth().name'), auth: MODEL },
    { rules: read('auth().userId == ownerId') },
    { rules: read('auth() != null') },
    { rules: after('before().name == this.name') },
    { rules: after('auth().memberships?[orgId == this.orgId && orgId == before().orgId]') },
    { rules: `${read('true')}\n    ${read("'x' in auth().roles")}` },
    { rules: read("'x' in auth().roles || true") },
    { rules: read('auth().role in auth().roles') },
    { rules: read("auth().role == 'x' && 'x' in auth().roles") },
    { rules: "@@deny('read', 'x' in auth().roles)" },
    { rules: read('isEmpty(auth().roles) || true') },
    { rules: read("auth().memberships?['x' in tags]") },
    { rules: read("auth().memberships?[orgId == this.orgId && 'x' in tags]") },
    { rules: read("auth().memberships?[currentOperation() == 'read']") },
    { rules: read("auth().memberships?[this.items?[contains(orgId, 'o')]]") },
    { rules: read('auth().memberships?[this.owner.id == auth().userId]') },
    { rules: read('auth().memberships?[m, m.team.orgId == this.orgId]'), auth: MODEL },
    { rules: read("auth().memberships?[team.orgId == 'o1']"), auth: MODEL },
    { rules: read('owner.memberships?[team.orgId == this.orgId]'), auth: MODEL },
    { rules: read('owner.memberships?[check(team)]'), auth: MODEL },
    { rules: read('items?[i, auth().memberships?[orgId == i.orgId && this.done]]') },
    { rules: read("contains(name, 'x')") },
];

describe(CODE, function () {
    this.timeout(60_000);

    for (const { rules, auth, place, says, throws, after: afterwards, still = [] } of CASES) {
        const text = schema(rules, auth);
        it(`reports ${rules.replaceAll(/\s+/g, ' ')}`, async () => {
            assert.deepEqual((await validateSchema(text)).errors, []);
            assert.deepEqual(await throwing(text), throws);
            const finding = onlyFinding(CODE, text);
            assert.equal(spot(text, finding), place);
            assert.equal(finding.severity, 'error');
            assert.match(finding.message, says);
            assert.equal(finding.fixes.length, afterwards === undefined ? 0 : 1);
            if (afterwards === undefined) return;
            const result = await cured(CODE, text, finding);
            assert.equal(result, schema(afterwards, auth));
            assert.deepEqual(findingsOf(CODE, result), []);
            assert.deepEqual(await throwing(result), still);
        });
    }

    for (const { rules, auth } of SOUND) {
        const text = schema(rules, auth);
        it(`says nothing about ${rules.replaceAll(/\s+/g, ' ')}`, async () => {
            assert.deepEqual(findingsOf(CODE, text), []);
            const throws = await throwing(text);
            // Nobody passes a user without the lists that the declaration requires, as far as is known.
            assert.deepEqual(
                throws.filter((name) => name !== 'user'),
                [],
            );
        });
    }

    it('names the call that lacks the list, for which no guard can be written', async () => {
        const text = schema(read("auth() != null && 'x' in auth().roles"));
        assert.deepEqual(findingsOf(CODE, text), []);
        for (const roles of [undefined, member(array(string), { optional: true })]) {
            const value = object({ userId: string, ...(roles && { roles }) });
            const finding = onlyFinding(CODE, text, { contexts: [call(value)] });
            assert.match(finding.message, /when "roles" is missing, as it may be at .*db\.ts:10\.$/);
            assert.deepEqual(finding.fixes, []);
            assert.deepEqual(
                finding.related.map(({ location }) => location),
                [line(10)],
            );
        }
        const whole = object({ userId: string, roles: array(string) });
        assert.deepEqual(findingsOf(CODE, text, { contexts: [call(whole)] }), []);
        assert.deepEqual(findingsOf(CODE, text, { contexts: [call(object({ userId: string }, true))] }), []);
        assert.deepEqual(await throwing(text), ['user']);
    });

    it('knows which database lacks lists', () => {
        for (const condition of ["has(auth().roles, 'x')", "'x' in auth().roles", 'isEmpty(auth().roles)']) {
            const text = schema(read(condition));
            assert.equal(findingsOf(CODE, text).length, 1);
            assert.deepEqual(findingsOf(CODE, text.replace("'sqlite'", "'postgresql'")), []);
            assert.deepEqual(findingsOf(CODE, text.replace("provider = 'sqlite'", "provider = env('DB')")), []);
        }
        const mysql = schema(read("has(auth().roles, 'x')")).replace("'sqlite'", "'mysql'");
        assert.match(onlyFinding(CODE, mysql).message, /which MySQL lacks/);
    });

    describe('check() in a circle', () => {
        const circle = (rule: string, others = ''): string => `${SQLITE_PRELUDE}type Guard {
    part Part?

    @@allow('read', ${rule})
}

model Whole with Guard {
    id String @id
    name String?
}

model Part {
    id String @id
    wholeId String? @unique
    whole Whole? @relation(fields: [wholeId], references: [id])

    ${others}
}
`;

        it('reports one over an inherited rule, which ZenStack does not follow', async () => {
            const text = circle('check(part)', "@@allow('read', check(whole))");
            assert.deepEqual((await validateSchema(text)).errors, []);
            const finding = onlyFinding(CODE, text);
            assert.equal(spot(text, finding), 'check(part)');
            assert.match(finding.message, /\(Whole read → Part read → Whole read\)/);
            assert.equal(finding.related.length, 1);
            const client = await createPolicyClient(text);
            try {
                await assert.rejects(client.as({}, 'Whole').findMany(), /Maximum call stack/);
            } finally {
                await client.close();
            }
        });

        it('says nothing where the operations differ, and leaves to ZenStack what it reports', async () => {
            const text = circle('check(part)', "@@allow('read', true)\n    @@allow('update', check(whole))");
            assert.deepEqual(findingsOf(CODE, text), []);
            const client = await createPolicyClient(text);
            try {
                await client.as({}, 'Whole').findMany();
            } finally {
                await client.close();
            }
            const own = text.replace(/type Guard[^}]*}\n/, '').replace(' with Guard', '');
            assert.deepEqual(
                findingsOf(CODE, own.replace('name String?', "part Part?\n\n    @@allow('read', check(part))")),
                [],
            );
        });
    });

    it('says nothing without the policy plugin, in ignored models, and in one that does not parse', () => {
        const text = schema(read('auth() == ownerId'));
        assert.deepEqual(findingsOf(CODE, text.replace("'@zenstackhq/plugin-policy'", "'./other'")), []);
        assert.deepEqual(findingsOf(CODE, text.replace('items Item[]', 'items Item[]\n    @@ignore')), []);
        assert.deepEqual(findingsOf(CODE, text.replace('items Item[]', 'items Item[')), []);
    });
});
