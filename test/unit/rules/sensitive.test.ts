import assert from 'node:assert/strict';
import { isAuthTable } from '../../../src/insert/auth-tables.ts';
import { AUTH_OUTLINES } from '../../../src/model/auth-outlines.ts';
import { isCoreTable, sensitiveColumns } from '../../../src/rules/sensitive.ts';
import { viewOf } from '../insert/support.ts';

/** What a model with some columns is taken for. */
function look(columns: readonly string[]): { auth: boolean; core: boolean; secrets: string[] } {
    const fields = columns.map((name) => `    ${name} String`).join('\n');
    const view = viewOf(`model Thing {\n    pk String @id\n${fields}\n}\n`);
    const [declaration] = view.declarations;
    const model = view.policies().models.get('Thing');
    assert.ok(declaration && model);
    const secrets = sensitiveColumns(model).map(({ name }) => name);
    return { auth: isAuthTable(declaration), core: isCoreTable(model), secrets };
}

describe('tables of an authentication library', () => {
    const cases: Record<string, [columns: string[], expected: ReturnType<typeof look>]> = {
        'a user': [['email', 'emailVerified'], { auth: true, core: true, secrets: ['email'] }],
        'a session': [['token', 'expiresAt', 'userId'], { auth: true, core: true, secrets: ['token'] }],
        'an account': [
            ['accountId', 'providerId', 'userId', 'idToken', 'scope'],
            { auth: true, core: true, secrets: ['idToken'] },
        ],
        'a verification': [['identifier', 'value', 'expiresAt'], { auth: true, core: true, secrets: ['value'] }],
        "Auth.js's session": [
            ['sessionToken', 'expires', 'userId'],
            { auth: true, core: false, secrets: ['sessionToken'] },
        ],
        'a user in other letters': [['email', 'email_verified'], { auth: true, core: false, secrets: [] }],
        'a member': [['organizationId', 'userId', 'role'], { auth: true, core: false, secrets: [] }],
        'a contact, which has an address only': [['email', 'name'], { auth: false, core: false, secrets: [] }],
        'a coupon': [['value', 'expiresAt'], { auth: false, core: false, secrets: [] }],
    };
    for (const [name, [columns, expected]] of Object.entries(cases)) {
        it(`${name}: ${columns.join(', ')}`, () => {
            assert.deepEqual(look(columns), expected);
        });
    }

    it('are recognised one by one by their outlines, and by no part of them', () => {
        for (const { columns, sensitive } of AUTH_OUTLINES) {
            const names = columns.map(([first = '']) => first);
            const { auth, core } = look(names);
            assert.deepEqual({ auth, core }, { auth: true, core: sensitive !== undefined }, names.join());
            const part = look(names.slice(1));
            assert.deepEqual([part.auth, part.core], [false, false], names.slice(1).join());
        }
    });
});
