import assert from 'node:assert/strict';
import { modelFacts } from '../../../src/suggest/model-facts.ts';
import { ruleSnippets } from '../../../src/suggest/rule-snippets.ts';
import type { RuleSnippet } from '../../../src/suggest/rule-snippets.ts';
import { tenantColumns } from '../../../src/suggest/tenant-columns.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { createPolicyClient, SQLITE_PRELUDE, validateSchema } from '../../support/orm.ts';
import type { PolicyClient } from '../../support/orm.ts';
import { viewOf } from '../insert/support.ts';
import type { Files } from '../insert/support.ts';
import { choicesOf, expandSnippet } from '../snippets/expand.ts';
import { unlessRejected } from '../snippets/prove.ts';

function factsOf(files: Files, model: string): ReturnType<typeof modelFacts> {
    const view = viewOf(files);
    const declaration = view.declarations.find(({ name }) => name === model);
    assert.ok(declaration, model);
    return modelFacts(view, declaration);
}

function snippetsFor(files: Files, model: string): RuleSnippet[] {
    const facts = factsOf(files, model);
    return facts ? ruleSnippets(facts) : [];
}

function labelsFor(files: Files, model: string): string[] {
    return snippetsFor(files, model).map(({ label }) => label);
}

const AUTH = `
type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    @@auth
}
`;

/** A schema with a place for the rules of each model that decides about access. */
function accessSchema(rules: { User?: string; Organization?: string; Member?: string } = {}): string {
    return `${SQLITE_PRELUDE}${AUTH}
model User {
    id String @id
    name String
    invitedById String?
    invitedBy User? @relation("Invited", fields: [invitedById], references: [id])
    invited User[] @relation("Invited")
    members Member[]
    ${rules.User ?? ''}
}

model Organization {
    id String @id
    name String
    members Member[]
    ${rules.Organization ?? ''}
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id], onDelete: Cascade)
    userId String
    user User @relation(fields: [userId], references: [id], onDelete: Cascade)
    role String
    note String?
    ${rules.Member ?? ''}
}
`;
}

async function seeded(schema: string): Promise<PolicyClient> {
    const client = await createPolicyClient(schema);
    await client.raw('User').createMany({
        data: [
            { id: 'u1', name: '' },
            { id: 'u2', name: '', invitedById: 'u1' },
            { id: 'u3', name: '' },
        ],
    });
    await client.raw('Organization').createMany({
        data: [
            { id: 'o1', name: '' },
            { id: 'o2', name: '' },
        ],
    });
    await client.raw('Member').createMany({
        data: [
            { id: 'm1', organizationId: 'o1', userId: 'u1', role: 'admin' },
            { id: 'm2', organizationId: 'o2', userId: 'u2', role: 'member' },
            { id: 'm3', organizationId: 'o1', userId: 'u3', role: 'member' },
        ],
    });
    return client;
}

type Model = 'User' | 'Organization' | 'Member';

/** Which ids a request may read, update and delete. */
interface Access {
    read: string[];
    update?: string[];
    delete?: string[];
}

const REQUESTS: Readonly<Record<string, Record<string, unknown> | undefined>> = {
    anonymous: undefined,
    empty: {},
    u1: { userId: 'u1' },
    'u1 in o1': { userId: 'u1', organizationId: 'o1', organizationRole: 'admin' },
    'u2 in o2': { userId: 'u2', organizationId: 'o2', organizationRole: 'member' },
};

const NOBODY: Readonly<Record<string, Access>> = { anonymous: { read: [] }, empty: { read: [] }, u1: { read: [] } };

/** What each snippet of the models that decide about access grants, by request. */
const GRANTS: { model: Model; label: string; by: Readonly<Record<string, Access>> }[] = [
    {
        model: 'User',
        label: '@@allow self',
        by: { ...NOBODY, u1: { read: ['u1'] }, 'u1 in o1': { read: ['u1'] }, 'u2 in o2': { read: ['u2'] } },
    },
    {
        model: 'User',
        label: '@@allow owner',
        by: { ...NOBODY, u1: { read: ['u2'] }, 'u1 in o1': { read: ['u2'] }, 'u2 in o2': { read: [] } },
    },
    {
        model: 'Organization',
        label: '@@allow own organization',
        by: { ...NOBODY, 'u1 in o1': { read: ['o1'] }, 'u2 in o2': { read: ['o2'] } },
    },
    {
        model: 'Organization',
        label: '@@allow organization role',
        by: { ...NOBODY, 'u1 in o1': { read: [], update: ['o1'], delete: ['o1'] }, 'u2 in o2': { read: [] } },
    },
    {
        model: 'Organization',
        label: '@@allow members of members',
        by: { ...NOBODY, u1: { read: ['o1'] }, 'u1 in o1': { read: ['o1'] }, 'u2 in o2': { read: ['o2'] } },
    },
    {
        model: 'Organization',
        label: '@@allow role in members',
        by: {
            ...NOBODY,
            u1: { read: [], update: ['o1'], delete: ['o1'] },
            'u1 in o1': { read: [], update: ['o1'], delete: ['o1'] },
            'u2 in o2': { read: [] },
        },
    },
    {
        model: 'Member',
        label: '@@allow own organization',
        by: { ...NOBODY, 'u1 in o1': { read: ['m1', 'm3'] }, 'u2 in o2': { read: ['m2'] } },
    },
    {
        model: 'Member',
        label: '@@allow organization role',
        by: {
            ...NOBODY,
            'u1 in o1': { read: [], update: ['m1', 'm3'], delete: ['m1', 'm3'] },
            'u2 in o2': { read: [] },
        },
    },
    {
        model: 'Member',
        label: '@@allow owner',
        by: { ...NOBODY, 'u1 in o1': { read: ['m1'] }, 'u2 in o2': { read: ['m2'] } },
    },
    {
        model: 'Member',
        label: '@@allow members of organization.members',
        by: {
            ...NOBODY,
            u1: { read: ['m1', 'm3'] },
            'u1 in o1': { read: ['m1', 'm3'] },
            'u2 in o2': { read: ['m2'] },
        },
    },
];

const NEW_ROWS: Readonly<Record<Model, Record<string, unknown>>> = {
    User: { id: 'x', name: '', invitedById: 'u1' },
    Organization: { id: 'x', name: '' },
    Member: { id: 'x', organizationId: 'o1', userId: 'u1', role: 'owner' },
};

/** An update that keeps the row where it is. */
const CHANGES: Readonly<Record<Model, Record<string, unknown>>> = {
    User: { name: 'changed' },
    Organization: { name: 'changed' },
    // The role stays: rules about roles look at it once more after the update.
    Member: { note: 'changed' },
};

/** Reads, creates, updates and deletes everything, and compares with what is granted. */
async function expectAccess(
    client: PolicyClient,
    model: Model,
    { request, auth, granted }: { request: string; auth: Record<string, unknown> | undefined; granted: Access },
): Promise<void> {
    const truth = client.raw(model);
    const guarded = client.as(auth, model);
    const ids = (rows: { id?: unknown }[]): string[] => rows.map(({ id }) => String(id)).sort();
    const before = ids(await truth.findMany());
    assert.deepEqual(ids(await guarded.findMany()), granted.read, `${request} reads`);

    await unlessRejected(() => guarded.createMany({ data: [NEW_ROWS[model]] }));
    assert.deepEqual(ids(await truth.findMany()), before, `${request} creates`);

    for (const id of before) await unlessRejected(() => guarded.updateMany({ where: { id }, data: CHANGES[model] }));
    const changed = await truth.findMany({ where: CHANGES[model] });
    assert.deepEqual(ids(changed), granted.update ?? [], `${request} updates`);

    await unlessRejected(() => guarded.deleteMany());
    const left = before.filter((id) => !granted.delete?.includes(id));
    assert.deepEqual(ids(await truth.findMany()), left, `${request} deletes`);
}

describe('rule snippets of models that decide about access', function () {
    this.timeout(60_000);

    for (const { model, label, by } of GRANTS) {
        it(`${model}: ${label}`, async () => {
            const snippet = snippetsFor(accessSchema(), model).find((candidate) => candidate.label === label);
            assert.ok(snippet, `${model} isn't offered ${label}`);
            const schema = accessSchema({ [model]: expandSnippet(snippet.text) });
            assert.deepEqual(await validateSchema(schema), { errors: [], warnings: [] });
            for (const [request, auth] of Object.entries(REQUESTS)) {
                const client = await seeded(schema);
                try {
                    await expectAccess(client, model, { request, auth, granted: by[request] ?? { read: [] } });
                } finally {
                    await client.close();
                }
            }
        });
    }

    it('offers writing memberships, users and organizations to roles alone', () => {
        for (const model of ['User', 'Organization', 'Member']) {
            for (const { label, text } of snippetsFor(accessSchema(), model)) {
                if (label.startsWith('@@deny') || label.includes('role')) continue;
                assert.deepEqual([...choicesOf(text).values()], [], `${model}: ${label}`);
                assert.match(text, /^@@allow\('\$\{1:read\}'|^@@allow\('read'/, `${model}: ${label}`);
            }
        }
    });
});

describe('rule snippets that are not offered', () => {
    it('none when nothing declares auth()', () => {
        assert.equal(factsOf('model Note {\n    id String @id\n    organizationId String\n}\n', 'Note'), undefined);
    });

    it('no tenant where types differ, and no column of another meaning', () => {
        const other = `${AUTH}\nmodel Note {\n    id String @id\n    organizationId Int\n    ownerId Int\n    bandId String\n}\n`;
        assert.deepEqual(labelsFor(other, 'Note'), ['@@deny anonymous requests']);
    });

    it('no list or relation of the tenant’s name', () => {
        const listed = `${AUTH}\nmodel Note {\n    id String @id\n    organizationId String[]\n}\n`;
        assert.deepEqual(labelsFor(listed, 'Note'), ['@@deny anonymous requests']);
    });

    it('no administrators by a role that may be the one in the tenant', () => {
        const auth = AUTH.replace('organizationRole', 'role');
        const schema = `${auth}\nmodel Note {\n    id String @id\n    organizationId String\n}\n`;
        const labels = labelsFor(schema, 'Note');
        assert.ok(labels.includes('@@allow organization role'));
        assert.ok(!labels.includes('@@allow administrators'));
        const flag = schema.replace('role String?', 'isAdmin Boolean?');
        assert.ok(!labelsFor(flag, 'Note').includes('@@allow administrators'));
    });

    const PARENT = `${AUTH}
model Folder {
    id String @id
    notes Note[]
    /* rules */
}

model Note {
    id String @id
    folderId String
    folder Folder @relation(fields: [folderId], references: [id])
}
`;

    it('no parent that nobody may read', () => {
        const isOffered = (rules: string): string[] =>
            labelsFor(PARENT.replace('/* rules */', rules), 'Note').filter((label) => label.includes('parent'));
        assert.deepEqual(isOffered(''), []);
        assert.deepEqual(isOffered("@@deny('all', auth().userId == null)"), []);
        assert.deepEqual(isOffered("@@allow('update', true)"), []);
        assert.deepEqual(isOffered("@@allow('read,create', true)"), ['@@allow as parent: read']);
        assert.deepEqual(isOffered("@@allow('all', true)"), ['@@allow as parent: read', '@@allow as parent: write']);
    });

    it('no parent whose rules come back', () => {
        const schema = PARENT.replace(
            '/* rules */',
            "note Note @relation('N', fields: [noteId], references: [id])\n    noteId String\n    @@allow('read', check ( note , 'read'))",
        );
        assert.ok(!labelsFor(schema, 'Note').some((label) => label.includes('parent')));
    });

    it('no memberships in invitations; those without "member" in a name by their key', () => {
        const schema = (more: string): string => `${AUTH}
model User {
    id String @id
    seats Seat[]
}

model Organization {
    id String @id
    seats Seat[]
}

model Seat {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    inviterId String
    inviter User @relation(fields: [inviterId], references: [id])
    ${more}
}
`;
        assert.ok(!labelsFor(schema(''), 'Organization').some((label) => label.includes('members')));
        assert.ok(
            labelsFor(schema('@@unique([inviterId, organizationId])'), 'Organization').includes(
                '@@allow members of seats',
            ),
        );
    });

    it('the isolating deny counts only as a whole', () => {
        const isolated = (rules: string): boolean | undefined =>
            factsOf(`${AUTH}\nmodel Note {\n    id String @id\n    organizationId String\n    ${rules}\n}\n`, 'Note')
                ?.isolated;
        const outside = 'auth().organizationId == null || auth().organizationId != organizationId';
        assert.equal(isolated(`@@deny('all,post-update', ${outside})`), true);
        assert.equal(isolated(`@@deny('create, read, update, delete, post-update', ${outside})`), true);
        assert.equal(
            isolated(`@@deny("all", ${outside.split(' || ').reverse().join('||')})\n@@deny('post-update', ${outside})`),
            true,
        );
        assert.equal(isolated(`@@deny('all', ${outside})`), false);
        assert.equal(isolated(`@@allow('all,post-update', ${outside})`), false);
        assert.equal(isolated(`@@deny('all,post-update', auth().organizationId != organizationId)`), false);
        assert.equal(isolated(`@@deny('all,post-update', (id == 'x' || ${outside}) && id == 'y')`), false);
        assert.equal(
            isolated(`@@deny('all,post-update', auth().organizationId == null || auth().organizationId == null)`),
            false,
        );
    });
});

describe('tenant columns', () => {
    const schema = (tenant = 'Organization'): string => `${SQLITE_PRELUDE}${AUTH}
model ${tenant} {
    id String @id
    name String
}

model Note {
    id String @id
    // here
}
`;

    function insert(text: string, pick = (_: number, [first = '']: readonly string[]): string => first): string {
        const view = viewOf(text);
        const model = view.declarations.find(({ name }) => name === 'Note');
        assert.ok(model);
        const [snippet] = tenantColumns(view, model);
        assert.ok(snippet?.changes, 'offered');
        const at = text.indexOf('// here');
        return applyChanges(text, [
            ...snippet.changes,
            { start: at, end: at + '// here'.length, text: expandSnippet(snippet.text, pick) },
        ]);
    }

    it('brings foreign key, relation, index and the opposite relation', () => {
        const expected = schema()
            .replace('name String\n', 'name String\n    notes Note[]\n')
            .replace(
                '// here',
                `organizationId String @default(auth().organizationId)
organization Organization @relation(fields: [organizationId], references: [id], onDelete: Cascade)

@@index([organizationId])`,
            );
        assert.equal(insert(schema()), expected);
    });

    for (const choice of [0, 1, 2]) {
        it(`is accepted with choice ${choice}, and is offered no second time`, async () => {
            const text = insert(schema(), (_, options) => options[choice] ?? '');
            assert.deepEqual(await validateSchema(text), { errors: [], warnings: [] });
            const view = viewOf(text);
            const model = view.declarations.find(({ name }) => name === 'Note');
            assert.deepEqual(model && tenantColumns(view, model), []);
        });
    }

    it('fills in the active tenant, and refuses rows without one', async () => {
        const text = insert(schema()).replace('@@index', "@@allow('all', auth().userId != null)\n@@index");
        const client = await createPolicyClient(text);
        try {
            await client.raw('Organization').createMany({ data: [{ id: 'o1', name: '' }] });
            await client.as({ userId: 'u1', organizationId: 'o1' }, 'Note').create({ data: { id: 'n1' } });
            await assert.rejects(client.as({ userId: 'u1' }, 'Note').create({ data: { id: 'n2' } }));
            const rows = await client.raw('Note').findMany();
            assert.deepEqual(
                rows.map((row) => ({ ...row })),
                [{ id: 'n1', organizationId: 'o1' }],
            );
        } finally {
            await client.close();
        }
    });

    it('takes another name where one is taken in the tenant', () => {
        const text = schema().replace('name String', 'notes String?');
        assert.match(insert(text), /notes String\?\n\s+noteList Note\[\]/);
    });

    it('keeps the end of line of the file', () => {
        const text = schema().replaceAll('\n', '\r\n');
        assert.ok(insert(text).includes('name String\r\n    notes Note[]\r\n}'));
    });

    const isOffered = (files: Files, model = 'Note'): boolean => {
        const view = viewOf(files);
        const declaration = view.declarations.find(({ name }) => name === model);
        assert.ok(declaration);
        return tenantColumns(view, declaration).length > 0;
    };

    it('is not offered where it does not fit', () => {
        assert.equal(isOffered(schema()), true);
        assert.equal(isOffered(schema('Band')), false, 'no model of the tenant');
        assert.equal(isOffered(schema(), 'Organization'), false, 'the tenant itself');
        assert.equal(isOffered(schema().replace('id String @id\n    name', 'id Int @id\n    name')), false, 'other id');
        assert.equal(isOffered(schema().replace('// here', 'organization String?')), false, 'a name that is taken');
        assert.equal(isOffered(schema().replace('model Note {', 'model Other extends Note {}\nmodel Note {')), false);
        assert.equal(isOffered(schema().replace('organizationId String?', 'org Json?')), false, 'no member');
        const [head = '', note = ''] = schema().split('model Note');
        const files = { 'schema.zmodel': `import "./note"\n${head}`, 'note.zmodel': `model Note${note}` };
        assert.equal(isOffered(files), false, 'another file, which completion cannot edit');
    });
});
