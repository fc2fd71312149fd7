import assert from 'node:assert/strict';
import os from 'node:os';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node.js';
import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { InsertParams, InsertResult } from '../../src/shared/protocol.ts';
import { GOOD, HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MANIFEST = '{ "name": "part", "private": true }';
const AUTH_TS = `import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
export const auth = betterAuth({ plugins: [organization()] });
`;
const BARE_AUTH_TS = `import { betterAuth } from 'better-auth';
export const auth = betterAuth({ secret: 'a' });
`;

/** A text that has everything which a careless edit would destroy. */
const ODD = [
    '// first line, no blank after it',
    "datasource db { provider='sqlite'",
    "\turl =   'file:./dev.db' } // here",
    '',
    '',
    "plugin policy{provider='@zenstackhq/plugin-policy'}",
    '/// The user.   ',
    'model   User{',
    '\tid String @id   // key',
    '',
    '\t// trailing spaces   ',
    '\temail    String @unique',
    "\t@@allow( 'all' , auth() == this )",
    '}',
    '/* the end */   ',
].join('\r\n');

const FILES: Record<string, string> = {
    'one/package.json': MANIFEST,
    'one/schema.zmodel': HEAD,
    'one/src/auth.ts': AUTH_TS,

    'odd/package.json': MANIFEST,
    'odd/schema.zmodel': ODD,
    'odd/src/auth.ts': AUTH_TS,

    'parts/package.json': MANIFEST,
    'parts/schema.zmodel': `import './people'\n${HEAD}`,
    'parts/people.zmodel': `model User {\n    id    String @id\n    email String @unique\n}\n`,
    'parts/src/auth.ts': BARE_AUTH_TS,

    'unsaved/package.json': MANIFEST,
    'unsaved/schema.zmodel': HEAD,
    'unsaved/src/auth.ts': BARE_AUTH_TS,

    'damaged/package.json': MANIFEST,
    'damaged/schema.zmodel': `${HEAD}\nmodel User {\n    id    String @id\n    email String @unique\n}\n\nmodel Post {\n    id Strin@g?? x\n}\n`,
    'damaged/src/auth.ts': BARE_AUTH_TS,

    'hidden/package.json': MANIFEST,
    'hidden/schema.zmodel': `${HEAD}\nmodel Note {\n    id Int @id\n}\n\nmodl User {\n    id String @id\n}\n`,
    'hidden/src/auth.ts': BARE_AUTH_TS,

    'choices/package.json': MANIFEST,
    'choices/schema.zmodel': HEAD,
    'choices/src/auth.ts': AUTH_TS,
    'choices/scripts/auth.ts': BARE_AUTH_TS,

    'declared/package.json': '{ "name": "declared", "zenstack": { "schema": "db" } }',
    'declared/db/schema.zmodel': GOOD,
    'declared/other.zmodel': GOOD,
};

describe('inserting over LSP', () => {
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

    const insert = (params: InsertParams): Promise<InsertResult> =>
        server.client.sendRequest('zmodelAuth/insertAuthModels', params);

    async function plan(name: string): Promise<InsertResult & { kind: 'plan' }> {
        const result = await insert({ uri: server.uri(name) });
        assert.ok(result.kind === 'plan', JSON.stringify(result));
        return result;
    }

    function documentEdits(edit: WorkspaceEdit | undefined): TextDocumentEdit[] {
        return (edit?.documentChanges ?? []).filter((change): change is TextDocumentEdit => 'textDocument' in change);
    }

    it('several schemas: asks which, with the main one of each package', async () => {
        const result = await insert({});
        assert.ok(result.kind === 'choose-schema', JSON.stringify(result));
        assert.deepEqual(result.schemas.map(({ label }) => label).sort(), [
            'choices/schema.zmodel',
            'damaged/schema.zmodel',
            'declared/db/schema.zmodel',
            'hidden/schema.zmodel',
            'odd/schema.zmodel',
            'one/schema.zmodel',
            'parts/schema.zmodel',
            'unsaved/schema.zmodel',
        ]);
        const [chosen] = result.schemas.filter(({ label }) => label.startsWith('one'));
        const planned = await insert({ ...(chosen && { uri: chosen.uri }) });
        assert.equal(planned.kind, 'plan');
    });

    it('plans edits that the editor must have confirmed, and says what they are', async () => {
        await server.open('one/schema.zmodel');
        const { edit, summary, added, config, conflicts, unknown } = await plan('one/schema.zmodel');
        const tables = ['User', 'Session', 'Account', 'Verification', 'Organization', 'Member', 'Invitation'];
        assert.deepEqual(added.models, tables);
        assert.match(summary, /^Adds 7 models \(User, Session, /);
        assert.deepEqual([conflicts, unknown], [[], []]);
        assert.equal(config?.label, 'one/src/auth.ts:3');
        assert.equal(config.detail, 'organization');
        const [change] = documentEdits(edit);
        assert.ok(change && edit?.changeAnnotations);
        for (const each of change.edits) {
            assert.ok('annotationId' in each);
            assert.equal(edit.changeAnnotations[each.annotationId]?.needsConfirmation, true);
        }
        assert.equal(edit.changes, undefined, 'an editor that knows annotations must not find unannotated changes');
    });

    it('has nothing to insert once the edit is applied, and the schema validates', async () => {
        await server.open('one/schema.zmodel');
        const { edit } = await plan('one/schema.zmodel');
        const text = server.applied('one/schema.zmodel', edit);
        await server.change('one/schema.zmodel', text);
        const again = await plan('one/schema.zmodel');
        assert.equal(again.edit, undefined);
        assert.match(again.summary, /everything|already|nothing/i);
        assert.deepEqual(again.added, { models: [], fields: [] });
        await server.idle();
        assert.deepEqual(server.diagnostics('one/schema.zmodel'), []);
    });

    it('keeps every byte of an odd text, and its end of line', async () => {
        await server.open('odd/schema.zmodel');
        const { edit, added } = await plan('odd/schema.zmodel');
        assert.ok(added.fields.some((field) => field.startsWith('User.')));
        const lines = ODD.split('\n');
        for (const change of documentEdits(edit)) {
            for (const { range } of change.edits.filter((each) => 'range' in each)) {
                const { start, end } = range;
                assert.equal(start.line, end.line);
                assert.equal(
                    lines[start.line]?.slice(start.character, end.character).trim(),
                    '',
                    'only space is replaced',
                );
            }
        }
        const text = server.applied('odd/schema.zmodel', edit);
        let from = 0;
        for (const line of lines) {
            // A field may come after the last one of a line, never inside of it.
            const found = text.indexOf(line.trimEnd(), from);
            assert.ok(found >= from, `lost: ${line}`);
            from = found;
        }
        assert.ok(!/(?<!\r)\n/.test(text), 'CRLF everywhere');
        await server.change('odd/schema.zmodel', text);
        assert.equal((await plan('odd/schema.zmodel')).edit, undefined);
        await server.idle();
        assert.deepEqual(
            server.diagnostics('odd/schema.zmodel').map((each) => each.message),
            [],
        );
    });

    it('edits the file that holds a model, and puts new ones beside it', async () => {
        await server.open('parts/schema.zmodel');
        const { edit, added } = await plan('parts/schema.zmodel');
        assert.deepEqual(added.models, ['Session', 'Account', 'Verification']);
        assert.ok(added.fields.includes('User.emailVerified'));
        const people = server.applied('parts/people.zmodel', edit);
        assert.match(people, /emailVerified Boolean/);
        await server.open('parts/people.zmodel', people);
        await server.change('parts/schema.zmodel', server.applied('parts/schema.zmodel', edit));
        assert.equal((await plan('parts/people.zmodel')).edit, undefined);
        await server.idle();
        assert.deepEqual(
            [...server.diagnostics('parts/schema.zmodel'), ...server.diagnostics('parts/people.zmodel')],
            [],
        );
    });

    it('completes what the editor shows, not what is on disk', async () => {
        await server.open('unsaved/schema.zmodel', `${HEAD}\nmodel Verification {\n    id String @id\n}\n`);
        const { added, edit } = await plan('unsaved/schema.zmodel');
        assert.deepEqual(added.models, ['User', 'Session', 'Account']);
        assert.ok(added.fields.includes('Verification.identifier'));
        assert.match(
            server.applied('unsaved/schema.zmodel', edit),
            /model Verification \{\n {4}id +String +@id\n[^}]*identifier/,
        );
        // At once after an edit, before anything is built.
        await server.change('unsaved/schema.zmodel', HEAD);
        assert.ok((await plan('unsaved/schema.zmodel')).added.models.includes('Verification'));
    });

    it('offers each new model as an edit of its own, in order', async () => {
        await server.open('one/schema.zmodel');
        const { edit, added } = await plan('one/schema.zmodel');
        const [change] = documentEdits(edit);
        const texts = change?.edits.map((each) => ('newText' in each ? each.newText : '')) ?? [];
        assert.deepEqual(
            texts.map((text) => /model (\w+) \{/.exec(text)?.[1]),
            added.models,
        );
    });

    it('completes a schema that has a syntax error elsewhere, and says so', async () => {
        await server.open('damaged/schema.zmodel');
        const { edit, summary, added, conflicts } = await plan('damaged/schema.zmodel');
        assert.deepEqual([added.models, conflicts], [['Session', 'Account', 'Verification'], []]);
        assert.ok(added.fields.includes('User.name'));
        assert.match(summary, /damaged\/schema\.zmodel:16 doesn't parse; what that part declares is left as it is\./);
        const text = server.applied('damaged/schema.zmodel', edit);
        await server.change('damaged/schema.zmodel', text.replace('Strin@g?? x', 'String @id'));
        assert.equal((await plan('damaged/schema.zmodel')).edit, undefined);
        await server.idle();
        assert.deepEqual(server.diagnostics('damaged/schema.zmodel'), []);
    });

    it('inserts nothing that a syntax error may hide, and says where', async () => {
        await server.open('hidden/schema.zmodel');
        const { edit, conflicts } = await plan('hidden/schema.zmodel');
        assert.equal(edit, undefined);
        const [conflict] = conflicts;
        assert.match(
            conflict?.message ?? '',
            /"User" stands in a part .* Until then Session, Account, Verification wait/,
        );
        assert.equal(conflict?.location?.range.start.line, server.position('hidden/schema.zmodel', 'User {').line);
    });

    it('several configurations: says what tells them apart, and which one is the likely one', async () => {
        const result = await insert({ uri: server.uri('choices/schema.zmodel') });
        assert.ok(result.kind === 'choose-config', JSON.stringify(result));
        const byLabel = new Map(result.configs.map((config) => [config.label, config]));
        const [ours, tool] = [byLabel.get('choices/src/auth.ts:3'), byLabel.get('choices/scripts/auth.ts:2')];
        assert.deepEqual([ours?.recommended, tool?.recommended], [true, undefined]);
        assert.deepEqual(ours?.reasons, ['exported as "auth"', 'no adapter', 'plugin organization']);
        assert.match(tool?.reasons[0] ?? '', /"scripts" in its path stands for a tool/);
    });

    it('names the release whose tables count', async () => {
        const { config, summary } = await plan('one/schema.zmodel');
        assert.match(config?.release ?? '', /^better-auth \d+\.\d+\.\d+, as installed$/);
        assert.deepEqual(config?.notes, []);
        assert.ok(summary.endsWith(`Tables: ${config.release}.`), summary);
    });

    it('answers a request that is cancelled at once', async () => {
        const source = new CancellationTokenSource();
        const asked = server.client.sendRequest(
            'zmodelAuth/insertAuthModels',
            { uri: server.uri('one/schema.zmodel') },
            source.token,
        );
        source.cancel();
        await assert.rejects(asked, { code: LSPErrorCodes.RequestCancelled });
    });

    it('plans against what the sources are now', async () => {
        await server.open('unsaved/schema.zmodel');
        await plan('unsaved/schema.zmodel');
        await server.write('unsaved/src/auth.ts', AUTH_TS);
        assert.ok((await plan('unsaved/schema.zmodel')).added.models.includes('Member'));
    });
});

describe('inserting elsewhere', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    it('says when the tables are those of another release than the workspace asks for', async () => {
        server = await TestServer.start(
            {
                'package.json': '{ "name": "app", "dependencies": { "better-auth": "9.9.9" } }',
                'schema.zmodel': HEAD,
                'src/auth.ts': BARE_AUTH_TS,
            },
            { parent: os.tmpdir() },
        );
        const result = await server.client.sendRequest<InsertResult>('zmodelAuth/insertAuthModels', {});
        assert.ok(result.kind === 'plan', JSON.stringify(result));
        assert.match(result.config?.release ?? '', /^better-auth \S+, which comes with ZModel Auth$/);
        assert.match(result.config?.notes.join(' ') ?? '', /better-auth 9\.9\.9 is requested; the tables are those of/);
    });

    it('says that there is none, and what to do', async () => {
        server = await TestServer.start({ 'src/auth.ts': AUTH_TS });
        const result = await server.client.sendRequest<InsertResult>('zmodelAuth/insertAuthModels', {});
        assert.ok(result.kind === 'failed');
        assert.match(result.message, /No ZModel schema was found\. Create a file schema\.zmodel/);
    });
});
