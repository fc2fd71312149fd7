import assert from 'node:assert/strict';
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
            'declared/db/schema.zmodel',
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

    it('plans against what the sources are now', async () => {
        await server.open('unsaved/schema.zmodel');
        await plan('unsaved/schema.zmodel');
        await server.write('unsaved/src/auth.ts', AUTH_TS);
        assert.ok((await plan('unsaved/schema.zmodel')).added.models.includes('Member'));
    });
});

describe('inserting without a schema', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    it('says that there is none, and what to do', async () => {
        server = await TestServer.start({ 'src/auth.ts': AUTH_TS });
        const result = await server.client.sendRequest<InsertResult>('zmodelAuth/insertAuthModels', {});
        assert.ok(result.kind === 'failed');
        assert.match(result.message, /No ZModel schema was found\. Create a file schema\.zmodel/);
    });
});
