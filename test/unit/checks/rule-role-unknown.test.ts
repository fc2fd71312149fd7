import assert from 'node:assert/strict';
import { admin, organization } from 'better-auth/plugins';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import { SQLITE_PRELUDE } from '../../support/orm.ts';
import { configOf } from '../insert/support.ts';
import { cured, onlyFinding } from './rule-support.ts';
import { findingsOf, spot } from './support.ts';

const CODE = 'rule-role-unknown';

const schema = (condition: string): string => `${SQLITE_PRELUDE}enum Role {
    ADMIN
    USER
}

type Auth {
    userId String @id
    role String?
    organizationRole String?
    plan String?
    level Role?

    @@auth
}

model User {
    id String @id
    name String
    email String @unique
    emailVerified Boolean
    role String?
    members Member[]
    notes Note[]
}

model Member {
    id String @id
    organizationId String
    userId String
    user User @relation(fields: [userId], references: [id])
    role String
    createdAt DateTime
}

model Note {
    id String @id
    role String?
    ownerId String
    owner User @relation(fields: [ownerId], references: [id])

    @@allow('read', ${condition})
}
`;

const organizationRoles = ['owner', 'admin', 'member'];
const adminRoles = ['admin', 'user'];

let both: AuthConfig;
let organizationOnly: AuthConfig;

describe(CODE, function () {
    this.timeout(60_000);

    before(async () => {
        both = { ...(await configOf({ plugins: [organization(), admin()] })), organizationRoles, adminRoles };
        organizationOnly = { ...(await configOf({ plugins: [organization()] })), organizationRoles };
    });

    const MISSPELT: [string, string, string][] = [
        ["auth().organizationRole == 'Admin'", "'Admin'", "'admin'"],
        ["auth().organizationRole in ['owner', 'ADMIN']", "'ADMIN'", "'admin'"],
        ['auth().organizationRole != "Owner"', '"Owner"', '"owner"'],
        ["'OWNER' == auth().organizationRole", "'OWNER'", "'owner'"],
        ["owner.members?[role == 'Member']", "'Member'", "'member'"],
        ["owner.members?[m, m.role == 'owner, Admin']", "'owner, Admin'", "'owner,admin'"],
        ["owner.role == 'User'", "'User'", "'user'"],
        ["auth().role == 'ADMIN'", "'ADMIN'", "'admin'"],
    ];
    for (const [condition, place, after] of MISSPELT) {
        it(`reports ${condition}, and writes it right`, async () => {
            const text = schema(condition);
            const around = { configs: [both] };
            const finding = onlyFinding(CODE, text, around);
            assert.equal(spot(text, finding), place);
            assert.equal(finding.severity, 'warning');
            const result = await cured(CODE, text, finding);
            assert.equal(result, text.replace(place, after));
            assert.deepEqual(findingsOf(CODE, result, around), []);
        });
    }

    it('reports roles that nothing defines, with those that are', () => {
        const finding = onlyFinding(CODE, schema("auth().organizationRole == 'editor'"), { configs: [both] });
        assert.equal(
            finding.message,
            'The organization plugin defines no role "editor", only owner, admin, member; comparing with it is never true.',
        );
        assert.deepEqual(finding.fixes, []);
        const negated = onlyFinding(CODE, schema("owner.members?[role != 'editor']"), { configs: [organizationOnly] });
        assert.match(negated.message, /always true\.$/);
        const global = onlyFinding(CODE, schema("auth().role == 'root'"), { configs: [both] });
        assert.match(
            global.message,
            /^The admin and the organization plugin define no role "root", only admin, user, owner, member/,
        );
    });

    for (const condition of [
        "auth().organizationRole == 'admin'",
        "auth().organizationRole in ['owner', 'member']",
        "owner.members?[role == 'owner,admin']",
        "auth().role == 'owner'",
        "owner.role == 'admin'",
        "auth().plan == 'Admin'",
        'auth().level == ADMIN',
        "role == 'Admin'",
        "auth().organizationRole == ''",
    ]) {
        it(`says nothing about ${condition}`, () => {
            assert.deepEqual(findingsOf(CODE, schema(condition), { configs: [both] }), []);
        });
    }

    it('says nothing where the roles are not known for certain', () => {
        const text = schema("auth().organizationRole == 'Admin'");
        assert.deepEqual(findingsOf(CODE, text), []);
        assert.deepEqual(findingsOf(CODE, text, { configs: [] }), []);
        assert.deepEqual(findingsOf(CODE, text, { configs: [{ ...both, organizationRolesOpen: true }] }), []);
        const unknown = { ...both };
        delete unknown.organizationRoles;
        assert.deepEqual(findingsOf(CODE, text, { configs: [unknown] }), []);
        const other = { ...both, organizationRoles: ['Admin'] };
        assert.deepEqual(findingsOf(CODE, text, { configs: [both, other] }), []);
        assert.equal(findingsOf(CODE, text, { configs: [both, { ...other, purpose: 'test' }] }).length, 1);
        assert.equal(findingsOf(CODE, text, { configs: [both, { ...both }] }).length, 1);
        // Without the admin plugin a role of the user's is the application's own.
        assert.deepEqual(findingsOf(CODE, schema("auth().role == 'ADMIN'"), { configs: [organizationOnly] }), []);
    });
});
