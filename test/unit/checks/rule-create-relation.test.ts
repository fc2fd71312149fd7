import assert from 'node:assert/strict';
import { createPolicyClient, SQLITE_PRELUDE, validateSchema } from '../../support/orm.ts';
import { cured, onlyFinding } from './rule-support.ts';
import { findingsOf, spot } from './support.ts';

const CODE = 'rule-create-relation';

const schema = (rules: string, mixin = ''): string => `${SQLITE_PRELUDE}type Auth {
    userId String @id

    @@auth
}

type Guard {
    items Item[]
    detail Detail?

    ${mixin || "@@allow('read', true)"}
}

model Note with Guard {
    id String @id
    name String?
    folderId String?
    folder Folder? @relation(fields: [folderId], references: [id])

    ${rules}
}

model Folder {
    id String @id
    notes Note[]
    labels Label[]

    @@allow('all', true)
}

model Label {
    id String @id
    folderId String
    folder Folder @relation(fields: [folderId], references: [id])

    @@allow('all', true)
}

model Item {
    id String @id
    name String?
    noteId String?
    note Note? @relation(fields: [noteId], references: [id])

    @@allow('all', true)
}

model Detail {
    id String @id
    name String?
    noteId String? @unique
    note Note? @relation(fields: [noteId], references: [id])

    @@allow('all', true)
}
`;

/** Whether a note may be created. */
async function mayCreate(text: string): Promise<boolean> {
    const client = await createPolicyClient(text);
    try {
        await client.raw('Folder').create({ data: { id: 'f1' } });
        await client.raw('Label').create({ data: { id: 'l1', folderId: 'f1' } });
        await client.as({ userId: 'u1' }, 'Note').createMany({ data: [{ id: 'n1', name: 'x', folderId: 'f1' }] });
        return true;
    } catch (error) {
        assert.match(String(error), /rejected by access policies/);
        return false;
    } finally {
        await client.close();
    }
}

interface Case {
    rules: string;
    mixin?: string;
    place: string;
    severity: 'error' | 'warning';
    says: RegExp;
    mayCreate: boolean;
    after?: string;
    preferred?: boolean;
}

const CASES: Case[] = [
    {
        rules: "@@allow('create,read', this.items?[name == 'x'])",
        place: 'this.items',
        severity: 'warning',
        says: /^While a Note is being created "this\.items" is empty, since no Item can point to it yet: so it never allows to create\.$/,
        mayCreate: false,
        after: "@@allow('read', this.items?[name == 'x'])",
        preferred: true,
    },
    {
        rules: "@@allow(\"read, create, update\", name == 'x' && items?[name == 'x'])",
        place: 'items',
        severity: 'warning',
        says: /never allows to create/,
        mayCreate: false,
        after: "@@allow(\"read, update\", name == 'x' && items?[name == 'x'])",
        preferred: true,
    },
    {
        rules: "@@allow('all', items?[name == 'x'])",
        place: 'items',
        severity: 'warning',
        says: /never allows to create/,
        mayCreate: false,
        after: "@@allow('read,update,delete', items?[name == 'x'])",
        preferred: true,
    },
    {
        rules: "@@allow('create,read', detail.name == 'x')",
        place: 'detail.name',
        severity: 'warning',
        says: /there is no "detail\.name", since no Detail can point to it yet/,
        mayCreate: false,
        after: "@@allow('read', detail.name == 'x')",
        preferred: true,
    },
    {
        rules: "@@allow('create,read', items![name == 'x'])",
        place: 'items',
        severity: 'warning',
        says: /so it allows everyone to create\.$/,
        mayCreate: true,
        after: "@@allow('read', items![name == 'x'])",
        preferred: false,
    },
    {
        rules: "@@allow('all', true)\n    @@deny('create,update', items^[name == 'x'])",
        place: 'items',
        severity: 'warning',
        says: /so it refuses every create\.$/,
        mayCreate: false,
        after: "@@allow('all', true)\n    @@deny('update', items^[name == 'x'])",
        preferred: false,
    },
    {
        rules: "@@allow('create', this.items?[name == 'x'])",
        place: 'this.items',
        severity: 'error',
        says: /never allows/,
        mayCreate: false,
    },
    {
        rules: "@@allow('create', name == 'x' || this.items?[name == 'x'])",
        place: 'this.items',
        severity: 'error',
        says: /that part says nothing about it/,
        mayCreate: true,
    },
    {
        rules: '',
        mixin: "@@allow('create', items?[name == 'x'])\n    @@allow('read', true)",
        place: 'items',
        severity: 'error',
        says: /never allows/,
        mayCreate: false,
    },
];

describe(CODE, function () {
    this.timeout(60_000);

    for (const { rules, mixin, place, severity, says, mayCreate: allowed, after, preferred } of CASES) {
        const text = schema(rules, mixin);
        it(`reports ${(rules || mixin || '').replaceAll(/\s+/g, ' ')}`, async () => {
            const finding = onlyFinding(CODE, text);
            assert.match(spot(text, finding), new RegExp(`^${place.replace('.', '\\.')}([?!^]\\[.*\\])?$`));
            assert.equal(finding.severity, severity);
            assert.match(finding.message, says);
            assert.equal(await mayCreate(text), allowed);
            if (after === undefined) {
                assert.deepEqual(finding.fixes, []);
                return;
            }
            assert.equal(finding.fixes[0]?.preferred, preferred);
            const result = await cured(CODE, text, finding);
            assert.equal(result, schema(after, mixin));
            assert.deepEqual(findingsOf(CODE, result), []);
            if (preferred) assert.equal(await mayCreate(result), allowed);
        });
    }

    it('reports what ZenStack refuses too', async () => {
        const text = schema("@@allow('create', items?[name == 'x'])").replace(/ {4}items Item\[\]\n/, '');
        const own = text.replace('    name String?\n    folderId', '    items Item[]\n    name String?\n    folderId');
        assert.equal(onlyFinding(CODE, own).severity, 'error');
        assert.match((await validateSchema(own)).errors.join(), /non-owned relation fields/);
    });

    for (const rules of [
        "@@allow('create', folder.labels?[id == 'l1'])",
        "@@allow('create', folder.id == 'f1')",
        "@@allow('read,update', items?[name == 'x'])",
        // Something else may allow it, and nobody expects items then.
        "@@allow('create,read', name == 'x' || items?[name == 'x'])",
        "@@allow('all', true)\n    @@deny('create,update', items?[name == 'x'])",
        "// @@allow('create', items?[name == 'x'])",
    ]) {
        it(`says nothing about ${rules.replaceAll(/\s+/g, ' ')}`, () => {
            assert.deepEqual(findingsOf(CODE, schema(rules)), []);
        });
    }

    it('says nothing without the policy plugin', () => {
        const text = schema("@@allow('create', this.items?[name == 'x'])");
        assert.deepEqual(findingsOf(CODE, text.replace("'@zenstackhq/plugin-policy'", "'./other'")), []);
    });
});
