import assert from 'node:assert/strict';
import type { TenantRulesParams, TenantRulesResult } from '../../src/shared/protocol.ts';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MANIFEST = '{ "name": "part", "private": true }';
const AUTH = `
type Auth {
    userId         String  @id
    organizationId String?

    @@auth
}
`;
const MODELS = `
model Organization {
    id    String @id
    notes Note[]
}

model Note {
    id             String        @id
    organizationId String?
    organization   Organization? @relation(fields: [organizationId], references: [id])
}

model Tag {
    id String @id
}
`;

const FILES: Record<string, string> = {
    'one/package.json': MANIFEST,
    'one/schema.zmodel': `${HEAD}${AUTH}${MODELS}`,
    'bare/package.json': MANIFEST,
    'bare/schema.zmodel': `${HEAD}${MODELS}`,
    'damaged/package.json': MANIFEST,
    'damaged/schema.zmodel': `${HEAD}${AUTH}${MODELS}\nmodel Half {\n    id Strin@g?? x\n}\n`,
};

describe('tenant rules over LSP', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start(FILES);
    });
    after(async () => {
        await server.stop();
    });
    afterEach(async () => {
        await server.closeAll();
    });

    const ask = (params: TenantRulesParams): Promise<TenantRulesResult> =>
        server.client.sendRequest('zmodelAuth/addTenantRules', params);

    async function plan(name: string, chosen: string[]): Promise<TenantRulesResult & { kind: 'plan' }> {
        const result = await ask({ uri: server.uri(name), chosen, grant: 'all' });
        assert.ok(result.kind === 'plan', JSON.stringify(result));
        return result;
    }

    it('several schemas: asks which', async () => {
        const result = await ask({});
        assert.ok(result.kind === 'choose-schema', JSON.stringify(result));
        assert.deepEqual(result.schemas.map(({ label }) => label).sort(), [
            'bare/schema.zmodel',
            'damaged/schema.zmodel',
            'one/schema.zmodel',
        ]);
    });

    it('offers the models of the text in the editor', async () => {
        await server.open(
            'one/schema.zmodel',
            `${FILES['one/schema.zmodel'] ?? ''}\nmodel Draft {\n    id             String @id\n    organizationId String\n}\n`,
        );
        const result = await ask({ uri: server.uri('one/schema.zmodel') });
        assert.ok(result.kind === 'choose-models', JSON.stringify(result));
        assert.deepEqual(
            result.offers.map(({ id, group, picked }) => [id, group, picked]),
            [
                ['Organization', 'rules', false],
                ['Note', 'rules', true],
                ['Draft', 'rules', true],
                ['Tag+organizationId', 'columns', false],
            ],
        );
        assert.equal(result.offers[1]?.detail, 'organizationId → auth().organizationId');
    });

    it('plans what is to be confirmed; afterwards nothing is reported, and nothing is left to add', async () => {
        await server.open('one/schema.zmodel');
        const chosen = ['Note', 'Tag+organizationId'];
        const { edit, summary, notes } = await plan('one/schema.zmodel', chosen);
        assert.equal(summary, 'Adds tenant rules to 2 models (Note, Tag) and organizationId to 1 model (Tag).');
        assert.deepEqual(notes, ['Rows of Tag that exist already need a value before organizationId can be required.']);
        assert.ok(edit?.changeAnnotations);
        assert.ok(Object.values(edit.changeAnnotations).every(({ needsConfirmation }) => needsConfirmation));
        assert.equal(edit.documentChanges?.length, 1, 'one file, one step to undo');

        await server.change('one/schema.zmodel', server.applied('one/schema.zmodel', edit));
        await server.idle();
        // Organization was not chosen, and has no rules.
        const codes = server.diagnostics('one/schema.zmodel').map(({ code }) => code);
        assert.deepEqual(codes, ['model-denies-everything']);
        const again = await plan('one/schema.zmodel', [...chosen, 'Tag']);
        assert.equal(again.edit, undefined);
        assert.equal(again.summary, 'Everything is there: nothing was added.');
    });

    it('says what is missing, and where', async () => {
        const bare = await ask({ uri: server.uri('bare/schema.zmodel') });
        assert.ok(bare.kind === 'failed');
        assert.match(bare.message, /^Nothing in the schema describes auth\(\)/);
        const untitled = await ask({ uri: 'untitled:Untitled-1' });
        assert.ok(untitled.kind === 'failed');
        assert.match(untitled.message, /not a file yet/);
    });

    it('works on what is whole in a damaged text', async () => {
        await server.open('damaged/schema.zmodel');
        const result = await ask({ uri: server.uri('damaged/schema.zmodel') });
        assert.ok(result.kind === 'choose-models', JSON.stringify(result));
        assert.match(result.notes.join(' '), /^damaged\/schema\.zmodel:\d+ doesn't parse/);
        const { edit } = await plan('damaged/schema.zmodel', ['Note', 'Half']);
        const text = server.applied('damaged/schema.zmodel', edit);
        assert.ok(text.endsWith('\nmodel Half {\n    id Strin@g?? x\n}\n'));
        assert.match(text, /@@deny\('all,post-update', .* \|\| organizationId == null\)/);
    });
});
