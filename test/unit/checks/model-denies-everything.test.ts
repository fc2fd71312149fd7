import assert from 'node:assert/strict';
import { organization } from 'better-auth/plugins';
import { createPolicyClient, SQLITE_PRELUDE } from '../../support/orm.ts';
import { configOf } from '../insert/support.ts';
import { onlyFinding } from './rule-support.ts';
import { findingsOf, spot } from './support.ts';

const CODE = 'model-denies-everything';

const schema = (more: string): string => `${SQLITE_PRELUDE}type Auth {
    userId String @id

    @@auth
}

model Note {
    id String @id

    @@allow('read', true)
}

${more}
`;

const CLOSED: [string, string][] = [
    ['model Tag {\n    id String @id\n}', 'has no rules'],
    ["model Tag {\n    id String @id\n    @@deny('update', true)\n}", 'has rules that deny, and none that allow'],
    ["model Tag {\n    id String @id\n    @@allow('post-update', true)\n}", 'allows nothing but post-update'],
    ["model Tag {\n    id String @id\n    // @@allow('read', true)\n}", 'has no rules'],
    ['model Base {\n    id String @id\n    kind String\n    @@delegate(kind)\n}', 'has no rules'],
];

describe(CODE, function () {
    this.timeout(60_000);

    for (const [model, says] of CLOSED) {
        it(`reports ${model.replaceAll(/\s+/g, ' ')}`, async () => {
            const text = schema(model);
            const finding = onlyFinding(CODE, text);
            const name = spot(text, finding);
            assert.match(name, /^(Tag|Base)$/);
            assert.equal(finding.severity, 'information');
            assert.equal(finding.message, `${name} ${says}, so every request with the policy plugin is refused.`);
            const client = await createPolicyClient(text);
            try {
                await client
                    .raw(name)
                    .create({ data: { id: 't1', ...(name === 'Base' && { kind: 'Base' }) } })
                    .catch(() => undefined);
                assert.equal(await client.as({ userId: 'u1' }, name).count(), 0);
                const made = client
                    .as({ userId: 'u1' }, name)
                    .createMany({ data: [{ id: 't2', ...(name === 'Base' && { kind: 'x' }) }] });
                await assert.rejects(made);
            } finally {
                await client.close();
            }
        });
    }

    it('is one finding for a file, with the other models beside', () => {
        const other = 'model Four {\n    id String @id\n}\n';
        const files = {
            'schema.zmodel': `import 'other'\n${schema('model Two {\n    id String @id\n}\n\nmodel Three {\n    id String @id\n}')}`,
            'other.zmodel': other,
        };
        const [first, second, ...more] = findingsOf(CODE, files);
        assert.deepEqual(more, []);
        assert.ok(first && second);
        const [here, there] = first.file.endsWith('other.zmodel') ? [second, first] : [first, second];
        assert.equal(here.related.length, 1);
        assert.match(here.message, / The same holds for 1 more in this file\.$/);
        assert.match(there.message, /^Four has no rules/);
    });

    for (const model of [
        "model Tag {\n    id String @id\n    @@allow('read', false)\n}",
        "model Tag {\n    id String @id\n    @@deny('all', true)\n}",
        'model Tag {\n    id String @id\n    @@ignore\n}',
        "type Open {\n    @@allow('read', true)\n}\nmodel Tag with Open {\n    id String @id\n}",
        "model Base {\n    id String @id\n    kind String\n    @@delegate(kind)\n    @@allow('read', true)\n}\nmodel Tag extends Base {\n    name String\n}",
        "model Base {\n    id String @id\n    kind String\n    @@delegate(kind)\n}\nmodel Tag extends Base {\n    name String\n    @@allow('read', true)\n}",
        'model Person {\n    id String @id\n    email String @unique\n    emailVerified Boolean\n}',
        'model Login {\n    id String @id\n    userId String\n    session_token String @map("token")\n    token String\n    expiresAt DateTime\n}',
        'model Login {\n    id String @id\n    userId String\n    provider String\n    providerAccountId String\n}',
        'model Tag {\n    id String @id',
    ]) {
        it(`says nothing about ${model.replaceAll(/\s+/g, ' ')}`, () => {
            assert.deepEqual(findingsOf(CODE, schema(model)), []);
        });
    }

    it("knows the tables of the configuration, under their model's names", async () => {
        const text = schema('model Organization {\n    id String @id\n    name String\n}');
        assert.equal(findingsOf(CODE, text).length, 1);
        assert.deepEqual(findingsOf(CODE, text, { configs: [await configOf({ plugins: [organization()] })] }), []);
    });

    it('says nothing where no model has rules, and without the policy plugin', () => {
        const text = schema('model Tag {\n    id String @id\n}');
        assert.deepEqual(findingsOf(CODE, text.replace("@@allow('read', true)", '')), []);
        assert.deepEqual(findingsOf(CODE, text.replace("'@zenstackhq/plugin-policy'", "'./other'")), []);
    });
});
