import assert from 'node:assert/strict';
import path from 'node:path';
import { availableMembers } from '../../../src/better-auth/available.ts';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthConfig, AuthField } from '../../../src/model/auth-table.ts';
import type { AvailableMember } from '../../../src/model/context-shape.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/contexts/better-auth');

describe('what a Better Auth instance could supply', () => {
    let members: Map<string, AvailableMember>;

    before(async function () {
        this.timeout(60_000);
        const { configs } = await readAuthConfigs({ root: fixtures, overlays: {} });
        assert.ok(configs[0]);
        members = new Map(availableMembers(configs[0]).map((member) => [member.path, member]));
    });

    const text = (name: string): string | undefined => members.get(name)?.type.text;

    it('holds the ids and fields of the session and the user, plugins and additionalFields included', () => {
        assert.equal(text('session.id'), 'string');
        assert.equal(text('session.userId'), 'string');
        assert.equal(text('session.expiresAt'), 'Date');
        assert.equal(text('session.activeOrganizationId'), 'string | null | undefined');
        assert.equal(text('user.emailVerified'), 'boolean');
        assert.equal(text('user.role'), 'string | null | undefined');
        assert.equal(text('user.locale'), 'string | null | undefined');
        assert.deepEqual(members.get('session.impersonatedBy'), {
            name: 'impersonatedBy',
            path: 'session.impersonatedBy',
            type: {
                type: { kind: 'string' },
                text: 'string | null | undefined',
                optional: true,
                nullable: true,
                undefinable: false,
            },
            from: 'session',
        });
    });

    it('holds the active organization and the membership in it, which may be missing', () => {
        assert.equal(members.get('member.role')?.from, 'organization');
        assert.equal(text('member.role'), 'string | null | undefined');
        assert.equal(text('organization.slug'), 'string | null | undefined');
    });

    it('leaves out what is never sent, and tables that are about neither', () => {
        const config = {
            tables: [
                {
                    key: 'user',
                    name: 'people',
                    origins: ['core'],
                    fields: [field('secret', { returned: false }), field('plan', { type: { literals: ['a', 'b'] } })],
                },
                { key: 'account', name: 'account', origins: ['core'], fields: [field('token')] },
            ],
        };
        const found = availableMembers({ ...BASE, ...config });
        assert.deepEqual(
            found.map((member) => [member.path, member.type.text]),
            [
                ['user.id', 'string'],
                ['user.plan', '"a" | "b"'],
            ],
        );
    });
});

const BASE: Omit<AuthConfig, 'tables'> = {
    location: { file: '/auth.ts', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } },
    plugins: [],
    id: { kind: 'application' },
    version: '1.7.25',
    unknown: [],
    files: [],
};

function field(key: string, changes: Partial<AuthField> = {}): AuthField {
    const defaults: AuthField = {
        key,
        name: key,
        type: 'string',
        required: true,
        unique: false,
        index: false,
        bigint: false,
        default: { kind: 'none' },
        updatedAt: false,
        returned: true,
    };
    return { ...defaults, ...changes };
}
