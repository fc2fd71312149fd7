import assert from 'node:assert/strict';
import { SQLITE_PRELUDE } from '../../../support/orm.ts';
import { getsThrough, RequestRunner } from '../../../support/request.ts';

const schema = `${SQLITE_PRELUDE}
enum Role {
    MEMBER
    ADMIN
}

type Auth {
    userId Int @id
    organizationId String?
    since DateTime?
    @@auth
}

model Organization {
    id String @id
    name String
    projects Project[]
    members Member[]
}

model User {
    id Int @id @default(autoincrement())
    email String @unique @email
    memberships Member[]
}

model Member {
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId Int
    user User @relation(fields: [userId], references: [id])
    role Role
    @@id([organizationId, userId])
}

model Project {
    id String @id @default(cuid())
    title String
    due DateTime?
    organizationId String @default(auth().organizationId)
    organization Organization @relation(fields: [organizationId], references: [id])
    nextId String?
    next Project? @relation('Next', fields: [nextId], references: [id], onDelete: Cascade, onUpdate: Cascade)
    previous Project[] @relation('Next')
    @@allow('read', organization.members?[userId == auth().userId])
    @@allow('read', due != null && due < auth().since)
    @@allow('create', auth().organizationId != null && auth().organizationId == organizationId)
    @@allow('update', organization.members?[userId == auth().userId && role == ADMIN])
    @@deny('post-update', organizationId != before().organizationId)
    @@allow('read', nextId == 'p2')
}

model Asset {
    id String @id
    kind String
    label String?
    project String?
    @@delegate(kind)
    @@allow('create,read', label == 'free')
}

model Image extends Asset {
    width Int
}
`;

describe('requests on the real ORM', () => {
    let runner: RequestRunner;

    before(async () => {
        runner = await RequestRunner.load(schema);
    });

    const member = (role: string) => ({ model: 'Member', row: { organizationId: 'o1', userId: 7, role } });
    const cases: Record<string, { request: Parameters<RequestRunner['run']>[0]; kind: 'through' | 'refused' }> = {
        'read by membership': {
            request: {
                operation: 'read',
                model: 'Project',
                auth: { userId: 7 },
                row: { organizationId: 'o1' },
                related: [member('MEMBER')],
            },
            kind: 'through',
        },
        'read without membership': {
            request: { operation: 'read', model: 'Project', auth: { userId: 7 }, row: { organizationId: 'o1' } },
            kind: 'refused',
        },
        'read with dates in milliseconds': {
            request: { operation: 'read', model: 'Project', auth: { userId: 7, since: 2000 }, row: { due: 1000 } },
            kind: 'through',
        },
        'create with the value that the default gives': {
            request: {
                operation: 'create',
                model: 'Project',
                auth: { userId: 7, organizationId: 'o1' },
                row: { organizationId: 'o1' },
            },
            kind: 'through',
        },
        'create elsewhere': {
            request: {
                operation: 'create',
                model: 'Project',
                auth: { userId: 7, organizationId: 'o1' },
                row: { organizationId: 'o2' },
            },
            kind: 'refused',
        },
        'update whose result nobody may read': {
            request: {
                operation: 'update',
                model: 'Project',
                auth: { userId: 7 },
                row: { organizationId: 'o1' },
                related: [member('ADMIN')],
            },
            kind: 'through',
        },
        'update to a tenant that exists': {
            request: {
                operation: 'update',
                model: 'Project',
                auth: { userId: 7 },
                row: { organizationId: 'o1' },
                update: { organizationId: 'o2' },
                related: [member('ADMIN')],
            },
            kind: 'refused',
        },
        'read through rows that refer to one another': {
            request: {
                operation: 'read',
                model: 'Project',
                auth: null,
                row: { id: 'p1', nextId: 'p2' },
                related: [{ model: 'Project', row: { id: 'p2', nextId: 'p1' } }],
            },
            kind: 'through',
        },
        'create of a model that extends another': {
            request: { operation: 'create', model: 'Image', auth: null, row: { label: 'free' } },
            kind: 'through',
        },
        'read of a model that extends another': {
            request: { operation: 'read', model: 'Image', auth: null, row: { label: 'bound' } },
            kind: 'refused',
        },
    };
    for (const [name, { request, kind }] of Object.entries(cases)) {
        it(name, async () => {
            assert.deepEqual(await runner.run(request), { kind });
        });
    }

    it('tells a failure from a refusal', async () => {
        const outcome = await runner.run({ operation: 'create', model: 'Project', auth: {}, row: {} });
        assert.equal(outcome.kind, 'refused');
        const throwing = `${SQLITE_PRELUDE}model User {
    id String @id
    @@auth
}

model Note {
    id String @id
    ownerId String @default(auth().id)
    @@allow('create', true)
}
`;
        const request = { operation: 'create', model: 'Note', auth: {}, row: {} } as const;
        await assert.rejects(getsThrough(throwing, request), /NOT NULL/);
    });
});
