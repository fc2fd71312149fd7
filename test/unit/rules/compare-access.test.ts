import assert from 'node:assert/strict';
import type { PolicySchema } from '../../../src/model/policy.ts';
import { lostAccess } from '../../../src/rules/compare-access.ts';
import { viewOf } from '../insert/support.ts';

function schema(...rules: string[]): PolicySchema {
    return viewOf(`datasource db {
    provider = 'sqlite'
    url = 'file:./x.db'
}
plugin policy { provider = '@zenstackhq/plugin-policy' }
type Auth {
    userId String @id
    teamId String?
    role   String?
    email  String?
    @@auth
}
model Todo {
    id      String  @id
    teamId  String?
    ownerId String?
    title   String
    ${rules.join('\n    ')}
}
`).policies();
}

describe('what a change of rules takes away from requests in which nothing is missing', () => {
    const SAME_TEAM = "@@allow('all', auth().teamId == teamId)";
    const KEPT: [before: string, after: string][] = [
        [SAME_TEAM, "@@allow('all', auth().teamId != null && auth().teamId == teamId)"],
        [SAME_TEAM, `${SAME_TEAM}\n    @@deny('all', teamId == null)`],
        ["@@allow('read', true)", "@@allow('read', auth() != null)"],
        ["@@allow('read', auth().role != 'guest')", "@@allow('read', auth().role != null && auth().role != 'guest')"],
        [
            "@@allow('read', contains(title, auth().email))",
            "@@allow('read', auth().email != null && auth().email != '' && contains(title, auth().email))",
        ],
        [SAME_TEAM, "@@allow('all', true)"],
    ];
    for (const [before, after] of KEPT) {
        it(`nothing: ${before} → ${after.replaceAll(/\s+/g, ' ')}`, () => {
            assert.equal(lostAccess(schema(before), schema(after), 'Todo'), undefined);
        });
    }

    it('a request, with what it needs to be repeated', () => {
        const lost = lostAccess(
            schema("@@allow('read', auth().role != 'guest')"),
            schema("@@allow('read', auth().role == 'admin')"),
            'Todo',
        );
        assert.match(
            lost?.sentence ?? '',
            /^A user with role = '\w+' can create a Todo|^A user with role = '\w+' can read a Todo/,
        );
        assert.ok(lost?.auth && !['guest', 'admin', null].includes(lost.auth['role'] as string));
        assert.ok(lostAccess(schema(SAME_TEAM), schema("@@allow('read', auth().teamId == teamId)"), 'Todo'));
        assert.ok(
            lostAccess(schema(SAME_TEAM), schema(SAME_TEAM, "@@deny('delete', ownerId != auth().userId)"), 'Todo'),
        );
    });

    it('nothing of a model that isn’t there', () => {
        assert.equal(lostAccess(schema(SAME_TEAM), schema(), 'Nothing'), undefined);
    });
});
