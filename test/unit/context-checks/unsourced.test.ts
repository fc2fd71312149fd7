import assert from 'node:assert/strict';
import type { AuthConfig, AuthField, AuthTable } from '../../../src/model/auth-table.ts';
import { contextFindings, schemaWith, viewOf } from './support.ts';

const LOCATION = { file: '/app/auth.ts', range: { start: { line: 3, character: 0 }, end: { line: 9, character: 2 } } };

function field(key: string, references?: string): AuthField {
    return {
        key,
        name: key,
        type: 'string',
        required: false,
        unique: false,
        index: false,
        bigint: false,
        default: { kind: 'none' },
        updatedAt: false,
        returned: true,
        ...(references !== undefined && { references: { table: references, field: 'id', onDelete: 'cascade' } }),
    };
}

function table(key: string, ...fields: AuthField[]): AuthTable {
    return { key, name: key, fields, origins: ['core'] };
}

const USER = table('user', field('name'), field('email'));
const SESSION = table('session', field('token'), field('userId', 'user'));

/** Better Auth without plugins, with changes. */
function config(changes: Partial<AuthConfig> = {}): AuthConfig {
    return {
        location: LOCATION,
        plugins: [],
        tables: [USER, SESSION],
        id: { kind: 'application' },
        version: '1.7.25',
        unknown: [],
        files: [LOCATION.file],
        ...changes,
    };
}

const ORGANIZATION = config({
    plugins: [{ name: 'organization', location: LOCATION }],
    tables: [
        USER,
        { ...SESSION, fields: [...SESSION.fields, field('activeOrganizationId')] },
        table('organization', field('name'), field('slug')),
        table('member', field('organizationId', 'organization'), field('userId', 'user'), field('role')),
    ],
});

/** Names of the members that are said to have no source. */
function unsourced(
    members: string[],
    configs: AuthConfig[],
    others: { used?: string[]; schema?: string; isContextIncomplete?: boolean } = {},
): string[] {
    const { used = [], schema = schemaWith(['userId String @id', ...members], used), ...input } = others;
    return contextFindings(viewOf(schema), { contexts: [], configs, ...input }).map(({ code, message }) => {
        assert.equal(code, 'context-member-unsourced');
        return /"(\w+)"/.exec(message)?.[1] ?? '';
    });
}

describe('context-member-unsourced', () => {
    it('reports an organization without the plugin, with the place of the configuration', () => {
        const view = viewOf(schemaWith(['userId String @id', 'organizationId String?'], ['organizationId']));
        const [finding, ...others] = contextFindings(view, { contexts: [], configs: [config()] });
        assert.deepEqual(others, []);
        assert.equal(finding?.severity, 'information');
        assert.equal(
            finding.message,
            'Nothing in the session, the user or the plugins of betterAuth(…) at auth.ts:4 could supply "organizationId" of type Auth, and no call of $setAuth was found; rules read it.',
        );
        assert.deepEqual(
            finding.related.map(({ message }) => message),
            ['betterAuth(…) with no plugins', 'auth().organizationId is read here'],
        );
        assert.deepEqual(finding.fixes, []);
    });

    it('takes it from the session once the plugin is there, and the role from the membership', () => {
        const members = [
            'organizationId String?',
            'orgId String?',
            'activeOrganizationId String?',
            'organizationRole String?',
            'role String?',
            'organizationSlug String?',
            'organizationIds String[]',
        ];
        assert.deepEqual(unsourced(members, [ORGANIZATION]), []);
        assert.deepEqual(unsourced([...members, 'teamId String?'], [ORGANIZATION]), ['teamId']);
    });

    it('takes what the user and the session have by themselves', () => {
        assert.deepEqual(unsourced(['email String', 'userName String?', 'sessionId String?'], [config()]), []);
        const withField = config({ tables: [{ ...USER, fields: [...USER.fields, field('departmentId')] }, SESSION] });
        assert.deepEqual(unsourced(['departmentId String?'], [config()]), ['departmentId']);
        assert.deepEqual(unsourced(['departmentId String?'], [withField]), []);
    });

    it('offers to remove a member that no rule reads', () => {
        const view = viewOf(schemaWith(['userId String @id', 'tenantId String?']));
        const [finding] = contextFindings(view, { contexts: [], configs: [config()] });
        assert.deepEqual(
            finding?.fixes.map(({ title }) => title),
            ['Remove tenantId from Auth'],
        );
    });

    it('is quiet about flags and objects, which may be derived', () => {
        assert.deepEqual(unsourced(['isStaff Boolean?', 'settings Json?'], [config()]), []);
    });

    it('is quiet about a model, whose row may be read from the database', () => {
        const schema = `model User {\n  id String @id\n  tenantId String\n  @@auth\n  @@allow('read', auth().tenantId == tenantId)\n}\n`;
        assert.deepEqual(unsourced([], [config()], { schema }), []);
    });

    it('is quiet where something is unknown', () => {
        const unknown = [{ what: 'plugins[0]', reason: 'from elsewhere', file: LOCATION.file, line: 5 }];
        const members = ['tenantId String?'];
        assert.deepEqual(unsourced(members, [config({ unknown })]), []);
        assert.deepEqual(
            unsourced(members, [config({ plugins: [{ name: 'custom-session', location: LOCATION }] })]),
            [],
        );
        assert.deepEqual(unsourced(members, [config({ tables: [USER] })]), [], 'a session that is kept elsewhere');
        assert.deepEqual(unsourced(members, [config(), ORGANIZATION]), [], 'two configurations');
        assert.deepEqual(unsourced(members, []), [], 'no Better Auth');
        assert.deepEqual(unsourced(members, [config()], { isContextIncomplete: true }), []);
    });
});
