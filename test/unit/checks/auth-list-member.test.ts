import assert from 'node:assert/strict';
import { SQLITE_PRELUDE, validateSchema } from '../../support/orm.ts';
import { findingsOf, fixed, spot } from './support.ts';

const schema = (rule: string, after = ''): string => `${SQLITE_PRELUDE}enum Role {
    ADMIN
    USER
}

type Badge {
    level Int
}

type Membership {
    orgId String
    role Role
    name String
}

type Home {
    memberships Membership[]
}

type Auth {
    userId String @id
    memberships Membership[]
    tags String[]
    home Home?
    badge Badge?

    @@auth
}

model Note {
    id String @id
    orgId String
    role Role
    items Item[]

    @@allow('read', ${rule})${after}
}

model Item {
    id String @id
    noteId String
    note Note @relation(fields: [noteId], references: [id])
}
`;

const found = (rule: string): ReturnType<typeof findingsOf> => findingsOf('auth-list-member', schema(rule));

describe('auth-list-member', function () {
    this.timeout(30_000);

    it('reports the member, where ZenStack cannot resolve it', () => {
        const text = schema("auth().memberships.name == 'x'");
        const [finding, ...others] = findingsOf('auth-list-member', text);
        assert.deepEqual(others, []);
        assert.ok(finding);
        assert.equal(finding.severity, 'error');
        assert.equal(spot(text, finding), 'name');
        assert.equal(
            finding.message,
            'auth().memberships is a list (Membership[]), so it has no member "name". For "some element": auth().memberships?[name == …].',
        );
        assert.deepEqual(
            finding.related.map(({ message }) => message),
            ['"memberships" is declared in schema.zmodel'],
        );
    });

    const FIXED: [string, string][] = [
        ["auth().memberships.name == 'x'", "auth().memberships?[name == 'x']"],
        ["'x' == auth().memberships.name", "auth().memberships?['x' == name]"],
        ['auth().memberships.role == ADMIN', 'auth().memberships?[role == ADMIN]'],
        ['auth().memberships.orgId == orgId', 'auth().memberships?[orgId == this.orgId]'],
        ['auth().memberships.orgId == this.orgId', 'auth().memberships?[orgId == this.orgId]'],
        ['auth().memberships.role == role', 'auth().memberships?[role == this.role]'],
        ['auth().memberships.name == auth().userId', 'auth().memberships?[name == auth().userId]'],
        ["auth().memberships.name in ['x', 'y']", "auth().memberships?[name in ['x', 'y']]"],
        ["'x' in auth().memberships.name", "auth().memberships?[name == 'x']"],
        ["auth().home.memberships.name == 'x'", "auth().home.memberships?[name == 'x']"],
        ["auth() . memberships\n    .name   ==   'x'", "auth() . memberships?[name == 'x']"],
        ["orgId == 'y' || !(auth().memberships.name == 'x')", "orgId == 'y' || !(auth().memberships?[name == 'x'])"],
        ["(auth().memberships.name == 'x')", "(auth().memberships?[name == 'x'])"],
        ["auth().memberships.name == ('x')", "auth().memberships?[name == ('x')]"],
        ["items?[auth().memberships.name == 'x']", "items?[auth().memberships?[name == 'x']]"],
    ];
    for (const [before, after] of FIXED) {
        it(`makes ${before} a predicate, which ZenStack accepts`, async () => {
            const text = schema(before);
            const result = fixed(text, found(before)[0]);
            assert.equal(result, schema(after));
            assert.deepEqual((await validateSchema(result)).errors, []);
            assert.deepEqual(findingsOf('auth-list-member', result), []);
        });
    }

    it('makes the same comparison a predicate wherever it stands', () => {
        const text = schema(
            "auth().memberships.name == 'x'",
            "\n    @@allow('update', auth().memberships.name == 'x' && auth().memberships.name == 'y')",
        );
        assert.equal(
            fixed(text, findingsOf('auth-list-member', text)[0]),
            text.replaceAll("auth().memberships.name == 'x'", "auth().memberships?[name == 'x']"),
        );
    });

    for (const rule of [
        "auth().memberships.name != 'x'",
        "has(auth().memberships.name, 'x')",
        'auth().memberships.name == now()',
        "auth().memberships.gone == 'x'",
        'items?[auth().memberships.name == id]',
        'auth().memberships.name == Nothing',
        "(auth().memberships.name) == 'x'",
        "auth().memberships/* a */.name == 'x'",
        'auth().memberships.name',
    ]) {
        it(`has no fix for ${rule}`, () => {
            const [finding] = found(rule);
            assert.ok(finding);
            const [fix] = finding.fixes;
            if (fix) assert.throws(() => fixed(schema(rule), finding), /the fix changes nothing/);
        });
    }

    for (const rule of [
        "auth().memberships?[name == 'x']",
        "auth().memberships![name == 'x']",
        'auth().memberships == null',
        'auth().badge.level == 1',
        "auth().tags.name == 'x'",
        "auth().gone.name == 'x'",
        'auth().userId == id',
        'auth().memberships.',
        'true',
    ]) {
        it(`says nothing about ${rule}`, () => {
            assert.deepEqual(found(rule), []);
        });
    }

    it('knows relations of a model, and lists that come by a mixin', () => {
        const text = `type Base {
    unused String?
}
model User with Base {
    id String @id
    notes Note[]
    @@auth
}
model Note {
    id String @id
    userId String
    user User @relation(fields: [userId], references: [id])
    @@allow('read', auth().notes.id == id)
}
`;
        assert.equal(
            fixed(text, findingsOf('auth-list-member', text)[0]),
            text.replace('notes.id == id', 'notes?[id == this.id]'),
        );
        const mixed = schema("auth().memberships.name == 'x'")
            .replace('type Home {\n    memberships', 'type Home {\n    others')
            .replace('type Auth {', 'type Auth with More {')
            .replace('    memberships Membership[]\n    tags', '    tags')
            .replace('type Auth', 'type More {\n    memberships Membership[]\n}\n\ntype Auth');
        assert.equal(findingsOf('auth-list-member', mixed).length, 1);
    });
});
