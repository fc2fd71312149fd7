import assert from 'node:assert/strict';
import { runChecks } from '../../../src/checks/index.ts';
import type { TenantGrant } from '../../../src/model/tenant-rules.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { offerTenantRules } from '../../../src/suggest/tenant-rules-offers.ts';
import { planTenantRules } from '../../../src/suggest/tenant-rules-plan.ts';
import { SQLITE_PRELUDE, validateSchema } from '../../support/orm.ts';
import { at, viewOf } from '../insert/support.ts';
import type { Files } from '../insert/support.ts';
import { SCHEMA } from './tenant-schema.ts';

const OFFERS = [
    '  rules Organization: id → auth().organizationId · decides about access: read only',
    '  rules Member: organizationId → auth().organizationId · decides about access: read only',
    '  rules Invitation: organizationId → auth().organizationId · decides about access: read only',
    '✓ rules Project: organizationId → auth().organizationId',
    '✓ rules Note: organizationId → auth().organizationId',
    '✓ rules Ticket: organizationId → auth().organizationId · what it allows stays, within the tenant',
    '✓ rules Task: project.organizationId → auth().organizationId',
    '✓ rules Remark: note.organizationId → auth().organizationId',
    '✓ rules Comment: task.project.organizationId → auth().organizationId',
    '✓ rules Invoice: organizationId → auth().organizationId',
    '  rules Plan: organizationId → auth().organizationId · already has tenant rules',
    '  rules Budget: organizationId → auth().organizationId · all that is allowed compares the tenant already',
    '  rules Webhook: organizationId → auth().organizationId · holds secret',
    '  columns Tag: adds organizationId with relation and index',
    '  columns Label: adds organizationId with relation and index',
];

const ALL = offerTenantRules(viewOf(SCHEMA)).offers.map(({ id }) => id);

/** The schema after a plan, by file name. */
function planned(files: Files, ids: readonly string[], grant: TenantGrant = 'read'): Record<string, string> {
    const named = typeof files === 'string' ? { 'schema.zmodel': files } : files;
    const { changes } = planTenantRules(viewOf(files), { ids, grant });
    return Object.fromEntries(
        Object.entries(named).map(([name, content]) => [
            name,
            applyChanges(
                content,
                changes.filter(({ file }) => file === at(name)),
            ),
        ]),
    );
}

function applied(text: string, ids: readonly string[], grant: TenantGrant = 'read'): string {
    return planned(text, ids, grant)['schema.zmodel'] ?? '';
}

function findingsIn(schema: string): string[] {
    const findings = runChecks(
        { view: viewOf(schema), isMainSchema: true, display: (file) => file },
        { 'model-denies-everything': 'off' },
    );
    return findings.map(({ code, span, message }) => `${code}: ${schema.slice(span.start, span.end)}: ${message}`);
}

const AUTH = `type Auth {
    userId         String  @id
    organizationId String?

    @@auth
}
`;

/** A text that has everything which a careless edit would destroy. */
const ODD = `${AUTH}model   Organization{ id String @id /* the key */ }

/// Notes.
model Note { // all of them
\tid String   @id
\torganizationId String?  // may be missing

\t@@map( "notes" )   // odd
\t// the end
}
model Tag {
\tid String @id
}
// last line`;

const ODD_AFTER = `plugin policy {
    provider = "@zenstackhq/plugin-policy"
}

${AUTH}model   Organization{
    id String @id /* the key */
    tags Tag[]
}

/// Notes.
model Note { // all of them
\tid String   @id
\torganizationId String?  // may be missing

\t@@map( "notes" )   // odd
\t@@deny("all,post-update", auth().organizationId == null || auth().organizationId != organizationId || organizationId == null)
\t@@allow("read", auth().organizationId != null && auth().organizationId == organizationId)
\t// the end
}
model Tag {
\tid String @id
\torganizationId String       @default(auth().organizationId)
\torganization   Organization @relation(fields: [organizationId], references: [id], onDelete: Cascade)

\t@@index([organizationId])
\t@@deny("all,post-update", auth().organizationId == null || auth().organizationId != organizationId)
\t@@allow("read", auth().organizationId != null && auth().organizationId == organizationId)
}
// last line`;

/** A model's text. */
function modelIn(schema: string, name: string): string {
    const found = new RegExp(`^model ${name}\\b[^]*?^}`, 'm').exec(schema);
    assert.ok(found, name);
    return found[0];
}

describe('tenant rules for several models', function () {
    this.timeout(60_000);

    it('are offered with the reason for each', () => {
        const { offers, reason } = offerTenantRules(viewOf(SCHEMA));
        assert.equal(reason, undefined);
        assert.deepEqual(
            offers.map(({ label, detail, group, picked }) => `${picked ? '✓' : ' '} ${group} ${label}: ${detail}`),
            OFFERS,
        );
    });

    for (const grant of ['read', 'all', 'none'] as const) {
        it(`with ${grant} for members: validates, raises no finding, and twice changes nothing`, async () => {
            const once = applied(SCHEMA, ALL, grant);
            assert.deepEqual(await validateSchema(once), { errors: [], warnings: [] });
            assert.deepEqual(findingsIn(once), []);
            const again = planTenantRules(viewOf(once), { ids: ALL, grant });
            assert.deepEqual(again, {
                changes: [],
                summary: 'Everything is there: nothing was added.',
                notes: [],
            });
        });
    }

    it('changes the chosen models alone, and nothing of what stands there', () => {
        const odd = ODD.replaceAll('\n', '\r\n');
        const after = applied(odd, ['Note', 'Tag+organizationId']);
        assert.equal(after, ODD_AFTER.replaceAll('\n', '\r\n'));
        assert.equal(applied(after, ['Note', 'Tag+organizationId', 'Tag']), after);
    });

    it('declares the policy plugin where rules would not count without it', async () => {
        const without = SCHEMA.replace(/plugin policy \{[^}]*\}\n\n/, '');
        const { summary } = planTenantRules(viewOf(without), { ids: ['Note'], grant: 'read' });
        assert.equal(summary, 'Adds tenant rules to 1 model (Note) and the policy plugin.');
        const after = applied(without, ['Note']);
        assert.deepEqual(await validateSchema(after), { errors: [], warnings: [] });
        assert.equal(applied(after, ['Note']), after);
    });

    it('adds only what is missing of the deny', () => {
        const isolation = 'auth().organizationId == null || auth().organizationId != organizationId';
        const partly = SCHEMA.replace(
            '    tasks          Task[]\n',
            `$&\n    @@deny('all', ${isolation})\n    @@allow('read', true)\n`,
        );
        const after = modelIn(applied(partly, ['Project'], 'all'), 'Project');
        assert.equal(
            after,
            modelIn(partly, 'Project').replace(
                "    @@allow('read', true)\n",
                `$&    @@deny('post-update', ${isolation})\n`,
            ),
        );
    });

    it('finds rules that are inherited, and writes none twice', async () => {
        const text = `${SQLITE_PRELUDE}${AUTH}
type Kept {
    organizationId String

    @@deny('all,post-update', auth().organizationId == null || auth().organizationId != organizationId)
    @@allow('read', auth().organizationId != null && auth().organizationId == organizationId)
}

model Note with Kept {
    id String @id
}

model Asset {
    id             String @id
    kind           String
    organizationId String

    @@delegate(kind)
}

model Video extends Asset {
    length Int
}
`;
        const { offers } = offerTenantRules(viewOf(text));
        assert.deepEqual(
            offers.map(({ id, picked }) => [id, picked]),
            [
                ['Note', false],
                ['Asset', true],
            ],
        );
        const after = applied(text, ['Note', 'Asset', 'Video'], 'all');
        assert.equal(modelIn(after, 'Note'), modelIn(text, 'Note'));
        assert.equal(modelIn(after, 'Video'), modelIn(text, 'Video'));
        assert.deepEqual(await validateSchema(after), { errors: [], warnings: [] });
        assert.deepEqual(findingsIn(after), []);
    });

    it('reaches a tenant in another file', async () => {
        const files = {
            'schema.zmodel': `import './tenant'\n${SQLITE_PRELUDE}${AUTH}\nmodel Tag {\n    id String @id\n}\n`,
            'tenant.zmodel': 'model Organization {\n  id String @id\n}\n',
        };
        const after = planned(files, ['Tag+organizationId']);
        assert.equal(
            after['tenant.zmodel'],
            "import './schema'\n\nmodel Organization {\n  id String @id\n  tags Tag[]\n}\n",
        );
        assert.deepEqual(await validateSchema(after), { errors: [], warnings: [] });
        assert.deepEqual(planned(after, ['Tag', 'Tag+organizationId']), after);
    });

    it('gives two models lists of different names in the tenant', async () => {
        const text = `${SQLITE_PRELUDE}${AUTH}
model Organization {
    id   String @id
    tags String?
}

model Tag {
    id String @id
}

model TagList {
    id String @id
}
`;
        const after = applied(text, ['Tag+organizationId', 'TagList+organizationId']);
        assert.deepEqual(await validateSchema(after), { errors: [], warnings: [] });
        assert.match(after, /tagList +Tag\[\]/);
    });

    it('says why there is nothing to choose', () => {
        const reasonOf = (text: string): string | undefined => offerTenantRules(viewOf(text)).reason;
        assert.match(
            reasonOf('model Note {\n    id String @id\n}\n') ?? '',
            /^Nothing in the schema describes auth\(\)/,
        );
        assert.match(
            reasonOf('type Auth {\n    userId String @id\n    @@auth\n}\n') ?? '',
            /^type Auth has no member that says the active tenant/,
        );
        assert.match(reasonOf(AUTH) ?? '', /^No model of the schema/);
    });

    it('leaves alone what the parser had to recover in', () => {
        const damaged = SCHEMA.replace('model Note {\n    id ', 'model Note {\n    id ??');
        const ids = offerTenantRules(viewOf(damaged)).offers.map(({ id }) => id);
        assert.ok(ids.includes('Project') && !ids.includes('Note'), ids.join(', '));
        const after = applied(damaged, ids);
        assert.equal(modelIn(after, 'Note'), modelIn(damaged, 'Note'));
    });
});
