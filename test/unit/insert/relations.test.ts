import assert from 'node:assert/strict';
import type { AuthConfig, AuthField } from '../../../src/model/auth-table.ts';
import { column, configWith, insertInto, key } from './support.ts';

const head = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n\n";

interface RelationCase {
    name: string;
    tables: Record<string, AuthField[]>;
    config?: Partial<AuthConfig>;
    schema?: string;
    /** Lines of the result, with runs of blanks taken for one. */
    lines: string[];
    absent?: RegExp;
    relations?: string[];
}

const onDelete = (action: NonNullable<AuthField['references']>['onDelete'], required: boolean): AuthField =>
    column('userId', { required, references: { table: 'user', field: 'id', onDelete: action } });

const cases: RelationCase[] = [
    {
        name: 'is named after the key',
        tables: { user: [], invitation: [key('inviterId', 'user')] },
        lines: [
            'inviter User @relation(fields: [inviterId], references: [id], onDelete: Cascade)',
            'invitations Invitation[]',
        ],
    },
    {
        name: 'two keys to one model have names and sides of their own',
        tables: { user: [], invitation: [key('inviterId', 'user'), key('userId', 'user', { required: false })] },
        lines: [
            "inviter User @relation('InvitationInviter', fields: [inviterId], references: [id], onDelete: Cascade)",
            "user User? @relation('InvitationUser', fields: [userId], references: [id], onDelete: Cascade)",
            "invitationsAsInviter Invitation[] @relation('InvitationInviter')",
            "invitations Invitation[] @relation('InvitationUser')",
        ],
    },
    {
        name: 'two models that refer to each other',
        tables: { user: [key('teamId', 'team', { required: false })], team: [key('leaderId', 'user')] },
        lines: [
            "team Team? @relation('UserTeam', fields: [teamId], references: [id], onDelete: Cascade)",
            "leader User @relation('TeamLeader', fields: [leaderId], references: [id], onDelete: Cascade)",
            "users User[] @relation('UserTeam')",
            "teamsAsLeader Team[] @relation('TeamLeader')",
        ],
    },
    {
        name: 'a model that refers to itself',
        tables: { organization: [key('parentId', 'organization', { required: false })] },
        lines: [
            "parent Organization? @relation('OrganizationParent', fields: [parentId], references: [id], onDelete: Cascade)",
            "organizationsAsParent Organization[] @relation('OrganizationParent')",
        ],
    },
    {
        name: 'a unique key is one to one',
        tables: { user: [], profile: [key('userId', 'user', { unique: true, index: true })] },
        lines: ['userId String @unique', 'profile Profile?'],
        absent: /@@index/,
    },
    {
        name: 'leaves a model that has a relation to the other its name, and takes another',
        tables: { user: [], session: [key('userId', 'user'), key('impersonatorId', 'user', { required: false })] },
        schema: 'model User {\n  id String @id\n  sessions Session[]\n}\n\nmodel Session {\n  id String @id\n  userId String\n  user User @relation(fields: [userId], references: [id])\n}\n',
        lines: [
            'sessions Session[]',
            'user User @relation(fields: [userId], references: [id])',
            "impersonator User? @relation('SessionImpersonator', fields: [impersonatorId], references: [id], onDelete: Cascade)",
            "sessionsAsImpersonator Session[] @relation('SessionImpersonator')",
        ],
        relations: ['User.sessionsAsImpersonator', 'Session.impersonator'],
    },
    {
        name: 'answers a side that waits, with its name',
        tables: { user: [], session: [key('userId', 'user')], account: [key('userId', 'user', { unique: true })] },
        schema: "model User {\n  id String @id\n  mySessions Session[] @relation('mine')\n  account Account?\n}\n",
        lines: [
            "user User @relation('mine', fields: [userId], references: [id], onDelete: Cascade)",
            'user User @relation(fields: [userId], references: [id], onDelete: Cascade)',
        ],
        absent: /sessions Session|accounts/,
        relations: [],
    },
    {
        name: 'gives a relation that is there the side that it lacks',
        tables: { user: [], session: [key('userId', 'user')] },
        schema: "model User {\n  id String @id\n}\n\nmodel Session {\n  id String @id\n  userId String\n  owner User @relation('owned', fields: [userId], references: [id])\n}\n",
        lines: ["sessionsAsOwner Session[] @relation('owned')"],
        relations: ['User.sessionsAsOwner'],
    },
    {
        name: 'gives a key that is there its relation',
        tables: { user: [], session: [key('userId', 'user')] },
        schema: 'model User {\n  id String @id\n}\n\nmodel Session {\n  id String @id\n  userId String? // no relation yet\n}\n',
        lines: ['user User? @relation(fields: [userId], references: [id], onDelete: Cascade)', 'sessions Session[]'],
        relations: ['User.sessions', 'Session.user'],
    },
    {
        name: 'a key that is part of a longer relation has one',
        tables: { user: [], session: [key('userId', 'user')] },
        schema: 'model User {\n  id String @id\n  tenant String\n  sessions Session[]\n  @@unique([id, tenant])\n}\n\nmodel Session {\n  id String @id\n  tenant String\n  userId String\n  owner User @relation(fields: [userId, tenant], references: [id, tenant])\n}\n',
        lines: [],
        absent: /user User/,
        relations: [],
    },
    {
        name: 'gives a new model the side that the application’s models ask for',
        tables: { user: [] },
        schema: "model Post {\n  id String @id\n  authorId String\n  author User @relation('written', fields: [authorId], references: [id])\n}\n",
        lines: ["postsAsAuthor Post[] @relation('written')"],
    },
    {
        name: 'avoids names that are taken, in models that inherit too',
        tables: { user: [], session: [column('user', { required: false }), key('userId', 'user')] },
        schema: 'model User {\n  id String @id\n  sessions Json?\n  kind String\n  @@delegate(kind)\n}\n\nmodel Guest extends User {\n  sessionsAsUserUser Int?\n}\n',
        lines: [
            'userUser User @relation(fields: [userId], references: [id], onDelete: Cascade)',
            'authSessions Session[]',
        ],
    },
    {
        name: 'refers to another column than the id, when that is unique',
        tables: {
            client: [column('clientId', { unique: true }), column('code')],
            consent: [
                column('clientId', { references: { table: 'client', field: 'clientId', onDelete: 'cascade' } }),
                column('clientCode', { references: { table: 'client', field: 'code', onDelete: 'cascade' } }),
            ],
        },
        config: { id: { kind: 'serial' } },
        lines: [
            'clientId String',
            'client Client @relation(fields: [clientId], references: [clientId], onDelete: Cascade)',
            'clientCode String',
        ],
        absent: /references: \[code\]/,
    },
    {
        name: 'a table that is kept elsewhere leaves a plain key',
        tables: { token: [key('sessionId', 'session', { required: false })] },
        lines: ['sessionId String?'],
        absent: /@relation/,
    },
    {
        name: 'a table that the configuration leaves out but the schema has is referred to',
        tables: { token: [key('sessionId', 'session', { required: false })] },
        schema: 'model Session {\n  id String @id\n}\n',
        lines: [
            'session Session? @relation(fields: [sessionId], references: [id], onDelete: Cascade)',
            'tokens Token[]',
        ],
    },
    ...(
        [
            ['cascade', true, 'Cascade'],
            ['cascade', false, 'Cascade'],
            ['set null', false, 'SetNull'],
            ['set null', true, 'Restrict'],
            ['set default', true, 'Restrict'],
            ['no action', true, 'NoAction'],
            ['restrict', false, 'Restrict'],
        ] as const
    ).map(([action, required, expected]) => ({
        name: `"${action}" on ${required ? 'a required' : 'an optional'} key is ${expected}`,
        tables: { user: [], session: [onDelete(action, required)] },
        lines: [`user User${required ? '' : '?'} @relation(fields: [userId], references: [id], onDelete: ${expected})`],
    })),
];

describe('insert: relations', () => {
    for (const { name, tables, config: overrides, schema, lines, absent, relations } of cases) {
        it(name, async () => {
            const config = await configWith(tables, overrides);
            const { text, plan } = await insertInto(head + (schema ?? ''), config);
            const found = text.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
            for (const line of lines) assert.ok(found.includes(line), `${line}\nin\n${text}`);
            if (absent) assert.doesNotMatch(text, absent);
            if (relations) assert.deepEqual(plan.added.relations.sort(), relations.sort());
            assert.deepEqual(plan.conflicts, []);
        });
    }

    it('inserts single tables, and their relations when the others come', async () => {
        const config = await configWith({ user: [], session: [key('userId', 'user')] });
        const first = await insertInto(head, config, { tables: ['session'] });
        assert.deepEqual(first.plan.added.models, ['Session']);
        assert.doesNotMatch(first.text, /@relation/);
        const second = await insertInto(first.text, config);
        assert.deepEqual(second.plan.added, { models: ['User'], fields: [], relations: ['Session.user'], imports: [] });
    });
});
