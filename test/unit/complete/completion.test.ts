import assert from 'node:assert/strict';
import type { ContextShape, ShapeMember } from '../../../src/model/context-shape.ts';
import type { Candidate } from '../../../src/suggest/complete/candidate.ts';
import { CompletionViews } from '../../../src/zmodel/completion-view.ts';
import { validateSchema } from '../../support/orm.ts';
import { expandSnippet } from '../snippets/expand.ts';
import { POSITIONS } from './positions.ts';
import { schema } from './schema.ts';
import { accepted, completeAt } from './support.ts';
import type { World } from './support.ts';

const WORLD: World = { roles: { organization: ['owner', 'admin', 'member'], admin: ['user', 'admin'] } };

function candidates(marked: string, world: World = WORLD, views?: CompletionViews): Candidate[] {
    const found = completeAt(marked, world, views);
    assert.ok(found, `the language's own completion would answer at ${marked.slice(-200)}`);
    return found.candidates;
}

const labels = (marked: string, world?: World, views?: CompletionViews): string[] =>
    candidates(marked, world, views).map(({ label }) => label);

describe('completion: a table of positions', () => {
    const all = Object.values(POSITIONS).flat();

    it('has at least 120 positions, each of them in a file that parses elsewhere and in one that does not', () => {
        assert.ok(all.length * 2 >= 240, String(all.length));
    });

    for (const [group, positions] of Object.entries(POSITIONS)) {
        for (const { todo = '', rest = '', first, absent = [] } of positions) {
            for (const isBroken of [false, true]) {
                it(`${group}: ${(todo || rest).trim()}${isBroken ? ' (in a broken file)' : ''}`, () => {
                    const found = labels(schema(todo, rest, { isBroken }));
                    assert.deepEqual(found.slice(0, Math.max(first.length, first.length === 0 ? 1 : 0)), first);
                    assert.deepEqual(
                        found.filter((label) => absent.includes(label)),
                        [],
                    );
                    assert.deepEqual(
                        found.filter((label, index) => found.indexOf(label) !== index),
                        [],
                        'nothing twice',
                    );
                });
            }
        }
    }
});

describe('completion: what is inserted', function () {
    this.timeout(60_000);

    const validates = async (marked: string, ...choose: string[]): Promise<void> => {
        const completion = completeAt(marked, WORLD);
        assert.ok(completion);
        for (const label of choose) {
            const candidate = completion.candidates.find((each) => each.label === label);
            assert.ok(candidate, `${label} among ${completion.candidates.map((each) => each.label).join(', ')}`);
            const insert = candidate.isSnippet ? expandSnippet(candidate.insert) : candidate.insert;
            const text = accepted(marked, completion, { ...candidate, insert });
            const { errors } = await validateSchema(text);
            assert.deepEqual(errors, [], text.slice(text.indexOf('model Todo')));
        }
    };

    it('validates: members, values, operations, attributes, fields', async () => {
        await validates(schema("@@allow('read', auth().<|> == ownerId)"), 'userId', 'organizationId');
        await validates(schema("@@allow('read', auth().organizationId == <|>)"), 'organizationId', 'null');
        await validates(schema("@@allow('read', auth().plan == <|>)"), 'FREE', 'organization.plan');
        await validates(schema("@@allow('read', auth().organizationRole == <|>)"), "'owner'");
        await validates(schema("@@allow('read', auth().organizationRole in ['<|>'])"), 'admin');
        await validates(schema("@@allow('read', auth()<|> null)"), '!=');
        await validates(schema("@@allow('read', check(<|>))"), 'organization', 'owner');
        await validates(schema("@@allow('read', check(owner, <|>))"), "'update'");
        await validates(schema("@@allow('<|>', true)"), 'read', 'post-update');
        await validates(schema("@@allow('update,<|>', true)"), 'post-update');
        await validates(schema("@@deny('post-update', organizationId != <|>)"), 'before().organizationId');
        await validates(
            schema("@@allow('read', organization.members?[userId == <|>])"),
            'auth().userId',
            'this.ownerId',
        );
        await validates(schema('createdBy String @default(<|>)'), 'auth().userId', 'cuid()');
        await validates(schema('@@index([<|>])'), 'organizationId');
        await validates(schema('@@<|>'), '@@deny tenant isolation');
        await validates(schema('extra String @<|>'), '@unique', '@omit', '@db.Text');
    });

    it('keeps the brackets and quotes that are there already', () => {
        const take = (marked: string, label: string): string => {
            const completion = completeAt(marked, WORLD);
            const candidate = completion?.candidates.find((each) => each.label === label);
            assert.ok(completion && candidate, label);
            const text = accepted(marked, completion, candidate);
            return text.slice(text.lastIndexOf('\n    @@') + 5).split('\n', 1)[0] ?? '';
        };
        assert.equal(take(schema("@@allow('re<|>ad', true)"), 'update'), "@@allow('update', true)");
        assert.equal(
            take(schema("@@allow('read, cr<|>, update', true)"), 'delete'),
            "@@allow('read, delete, update', true)",
        );
        assert.equal(take(schema("@@allow('<|>', true)"), 'all'), "@@allow('all', true)");
        assert.equal(take(schema("@@all<|>('read', true)"), '@@allow'), "@@allow('read', true)");
        assert.equal(
            take(schema("@@allow('read', con<|>(title, 'x'))"), 'contains()'),
            "@@allow('read', contains(title, 'x'))",
        );
        assert.equal(
            take(schema("@@allow('read', auth().memberships.<|>)"), '?[…]'),
            "@@allow('read', auth().memberships?[$0])",
        );
    });
});

describe('completion: what is known of a schema and its application', () => {
    const member = (text: string, more: Partial<ShapeMember> = {}): ShapeMember => ({
        type: { kind: 'string' },
        text,
        optional: false,
        nullable: false,
        undefinable: false,
        ...more,
    });
    const place = { file: '/app/db.ts', range: { start: { line: 29, character: 0 }, end: { line: 29, character: 9 } } };
    const context: ContextShape = {
        argument: place,
        call: place,
        argumentText: 'context',
        typeText: 'Context',
        value: {
            kind: 'object',
            members: { userId: member('string'), organizationId: member('string | null', { nullable: true }) },
            open: false,
        },
        mayBeUndefined: true,
        mayBeNull: false,
        inTest: false,
        unknown: [],
    };

    it('tells the types of members in ZModel and at the calls, and which may be missing', () => {
        const found = candidates(
            schema("@@allow('read', auth().<|>)").replace('organizationId String?', 'organizationId String'),
            {
                ...WORLD,
                contexts: [context],
            },
        );
        const by = new Map(found.map((each) => [each.label, each]));
        assert.equal(by.get('userId')?.detail, 'String — TypeScript: string');
        assert.equal(by.get('userId')?.note, undefined);
        assert.equal(by.get('organizationId')?.detail, 'String — TypeScript: string | null');
        assert.equal(by.get('organizationId')?.note, 'may be missing');
        assert.match(by.get('organizationId')?.documentation ?? '', /db\.ts:30: `string \| null`/);
        assert.equal(by.get('organizationRole')?.note, 'may be missing');
        assert.match(by.get('organizationRole')?.documentation ?? '', /db\.ts:30: not passed/);
    });

    it('explains post-update', () => {
        const found = candidates(schema("@@allow('<|>')")).find(({ label }) => label === 'post-update');
        assert.match(found?.documentation ?? '', /`'all'` does not include it/);
    });

    it('takes the declaration behind auth() from another file of the schema', () => {
        const files = { 'auth.zmodel': 'type Caller {\n    id String @id\n    tenant String?\n    @@auth\n}\n' };
        const main = "import './auth'\nplugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}\n";
        const rule = (text: string): string =>
            `${main}model Note {\n    id String @id\n    tenant String\n    ${text}\n}\n`;
        assert.deepEqual(labels(rule("@@allow('read', auth().<|>"), { files }), ['id', 'tenant']);
        assert.equal(labels(rule("@@allow('read', auth().tenant == <|>"), { files })[0], 'tenant');
        // The cursor in a file that the entry imports: plugins and declarations of the others count.
        const entry = {
            'schema.zmodel': `${main}import './notes'\n${files['auth.zmodel']}`,
        };
        const notes = "model Note {\n    id String @id\n    @@allow('read', auth().<|>)\n}\n";
        assert.deepEqual(labels(notes, { files: { ...entry, ...files }, at: 'notes.zmodel' }), ['id', 'tenant']);
    });

    it('offers no rules where the policy plugin is not declared', () => {
        const text = schema('@@<|>').replace(/plugin policy \{[^}]*\}/, '');
        assert.deepEqual(
            labels(text).filter((label) => /allow|deny/.test(label)),
            [],
        );
    });

    it('completes paths of imports, without those that are imported', () => {
        const world = { importPaths: ['./auth', './parts/notes', '../shared'], files: { 'auth.zmodel': '' } };
        assert.deepEqual(labels("import '<|>'\n", world), ['./auth', './parts/notes', '../shared']);
        assert.deepEqual(labels('import <|>\n', world), ["'./auth'", "'./parts/notes'", "'../shared'"]);
        assert.deepEqual(labels("import './auth'\nimport '<|>\nmodel A {\n id Int @id\n}\n", world), [
            './parts/notes',
            '../shared',
        ]);
    });

    it('offers the policy plugin by name until there is one', () => {
        assert.deepEqual(labels('plugin <|>\n'), ['policy']);
        assert.deepEqual(labels(schema('', '\nplugin <|>\n')), []);
    });

    it('takes the user model where no declaration has @@auth, and compares it with rows', () => {
        const text = (rule: string): string =>
            `plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}\nmodel User {\n    id String @id\n    role String\n    notes Note[]\n}\nmodel Note {\n    id String @id\n    ownerId String\n    owner User @relation(fields: [ownerId], references: [id])\n    ${rule}\n}\n`;
        assert.deepEqual(labels(text("@@allow('read', auth() == <|>)")), ['owner', 'null']);
        assert.deepEqual(labels(text("@@allow('read', owner == <|>)")), ['auth()']);
        assert.equal(labels(text("@@allow('read', auth().id == <|>)"))[0], 'ownerId');
        assert.equal(labels(text("@@allow('read', ownerId == <|>)"))[0], 'auth().id');
        const inUser = text('').replace('notes Note[]', "notes Note[]\n    @@allow('read', auth() == <|>)");
        assert.deepEqual(labels(inUser), ['this', 'null']);
    });

    it('keeps the fields of a declaration whose lines do not parse any more', () => {
        const views = new CompletionViews();
        const rule = "@@allow('read', organization.members?[<|>])";
        assert.ok(labels(schema(rule), WORLD, views).includes('role'));
        const broken = schema(rule).replace('    role String\n    grants', '    role String @(\n    grants');
        assert.notEqual(broken, schema(rule));
        assert.ok(labels(broken, WORLD, views).includes('role'));
        assert.ok(labels(broken, WORLD, views).includes('userId'));
    });

    it('goes on below a rule that was never closed', () => {
        const found = labels(schema("@@allow('read', auth().\n    @@deny('all', auth().<|>"));
        assert.deepEqual(found.slice(0, 2), ['userId', 'organizationId']);
        assert.equal(labels(schema("@@allow('read, true)\n    @@deny('all', done == <|>"))[0], 'true');
    });
});
