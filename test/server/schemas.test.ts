import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Diagnostic } from 'vscode-languageserver';
import { DB_TS, GOOD, HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const AUTH = `type Auth {
    userId         String  @id
    organizationId String?

    @@auth
}
`;

const todo = (rule: string, name = 'Todo'): string => `model ${name} {
    id             String @id
    organizationId String

    @@allow('read', ${rule})
}
`;

const TENANT = 'auth().organizationId == organizationId';

/** A package of its own, so that the schemas of one workspace have nothing to do with each other. */
const MANIFEST = '{ "name": "part", "private": true }';

function codes(diagnostics: readonly Diagnostic[]): string[] {
    return diagnostics.map((diagnostic) => String(diagnostic.code ?? diagnostic.message));
}

describe('schemas of one workspace', () => {
    let server: TestServer;
    const FILES: Record<string, string> = {
        // The auth declaration in a fragment, the rules in another; imports in every spelling, in a circle.
        'fragments/package.json': MANIFEST,
        'fragments/schema.zmodel': `import 'auth.zmodel'\nimport './models/todo'\n${HEAD}`,
        'fragments/auth.zmodel': AUTH,
        'fragments/models/todo.zmodel': `import '../auth'\nimport '../schema.zmodel'\n${todo(TENANT)}`,

        'by-type/package.json': MANIFEST,
        'by-type/schema.zmodel': HEAD + AUTH + todo(TENANT),
        'by-user/package.json': MANIFEST,
        'by-user/schema.zmodel': `${HEAD}model User {\n    id    String @id\n    admin Boolean\n\n    @@allow('read', auth() == this)\n}\n${todo('auth().admin')}`,

        'shared/package.json': MANIFEST,
        'shared/one.zmodel': `import './common'\n${HEAD}${AUTH}`,
        'shared/two.zmodel': `import './common'\n${HEAD}${AUTH.replace('organizationId', 'tenantId')}`,
        'shared/common.zmodel': todo(TENANT),

        'named/package.json': MANIFEST,
        'named/schema.zmodel': `import './plugin'\n${AUTH}${todo(TENANT)}`,
        'named/plugin.zmodel': HEAD,

        'odd (1)/@scope/[x]/package.json': MANIFEST,
        'odd (1)/@scope/[x]/schema.zmodel': HEAD + todo(TENANT) + todo('auth().x', 'Other') + AUTH,
    };

    before(async () => {
        server = await TestServer.start(FILES);
    });
    after(async () => {
        await server.stop();
    });

    afterEach(async () => {
        await server.closeAll();
    });

    /** Opens a file, and gives its diagnostics once the analysis of its schema's application is over. */
    async function look(name: string): Promise<Diagnostic[]> {
        await server.open(name);
        await server.idle();
        return server.diagnostics(name);
    }

    it('a fragment finds its entry, and the auth declaration in another fragment', async () => {
        assert.deepEqual(await look('fragments/models/todo.zmodel'), []);
        await server.change('fragments/models/todo.zmodel', `import '../auth'\n${todo('auth().nobody == id')}`);
        const diagnostic = await server.diagnostic('fragments/models/todo.zmodel', 'auth-member-missing');
        assert.match(diagnostic.message, /type Auth, .* has no member "nobody"/);
        const [fix] = await server.quickFixes('fragments/models/todo.zmodel', diagnostic);
        assert.match(server.applied('fragments/auth.zmodel', fix?.edit), /nobody +String\?\n/);
    });

    it('what is typed in a fragment counts for the entry before it is saved, and not after it is closed', async () => {
        assert.deepEqual(await look('fragments/schema.zmodel'), []);
        await server.open('fragments/auth.zmodel', AUTH.replace('    organizationId String?\n', ''));
        await server.diagnostic('fragments/models/todo.zmodel', 'auth-member-missing');
        await server.close('fragments/auth.zmodel');
        await server.gone('fragments/models/todo.zmodel', 'auth-member-missing');
    });

    it('an edit of an imported file on disk checks the entry again', async () => {
        assert.deepEqual(await look('fragments/schema.zmodel'), []);
        await server.write('fragments/auth.zmodel', AUTH.replace('    organizationId String?\n', ''));
        await server.diagnostic('fragments/models/todo.zmodel', 'auth-member-missing');
        await server.write('fragments/auth.zmodel', AUTH);
        await server.gone('fragments/models/todo.zmodel', 'auth-member-missing');
    });

    it('auth() of one schema has nothing to do with that of another', async () => {
        assert.deepEqual(await look('by-type/schema.zmodel'), []);
        assert.deepEqual(await look('by-user/schema.zmodel'), []);
        const members = async (name: string, rule: string): Promise<string[]> => {
            const text = FILES[name]?.replace(rule, 'auth().<|>') ?? '';
            const items = await server.complete(name, text);
            await server.change(name, FILES[name] ?? '');
            return items.map((item) => item.label);
        };
        assert.deepEqual(await members('by-type/schema.zmodel', TENANT), ['userId', 'organizationId']);
        assert.deepEqual(await members('by-user/schema.zmodel', 'auth().admin'), ['id', 'admin']);
        await server.change(
            'by-user/schema.zmodel',
            FILES['by-user/schema.zmodel']?.replace('().admin', '().userId') ?? '',
        );
        const diagnostic = await server.diagnostic('by-user/schema.zmodel', 'auth-member-missing');
        assert.match(diagnostic.message, /model User, .* "userId"/);
    });

    it('auth() as a whole has the type of the schema’s own declaration', async () => {
        const schema = `${HEAD}model User {\n    id String @id\n\n    @@allow('all', auth() == this)\n}\n`;
        await server.write('whole/package.json', MANIFEST);
        await server.write('whole/schema.zmodel', schema);
        assert.deepEqual(await look('whole/schema.zmodel'), []);
        await server.change(
            'whole/schema.zmodel',
            `${schema}model Other {\n    id String @id\n\n    @@allow('read', true)\n}\n`,
        );
        await server.idle();
        assert.deepEqual(server.diagnostics('whole/schema.zmodel'), []);
    });

    it('a fragment of two schemas is checked in both', async () => {
        await server.open('shared/common.zmodel');
        const diagnostic = await server.diagnostic('shared/common.zmodel', 'auth-member-missing');
        assert.equal(diagnostic.relatedInformation?.[0]?.location.uri, server.uri('shared/two.zmodel'));
        await server.open('shared/two.zmodel', `import './common'\n${HEAD}${AUTH}`);
        await server.gone('shared/common.zmodel', 'auth-member-missing');
        const result = await server.client.sendRequest<{ kind: string; schemas?: { label: string }[] }>(
            'zmodelAuth/insertAuthModels',
            { uri: server.uri('shared/common.zmodel') },
        );
        assert.equal(result.kind, 'choose-schema');
        assert.deepEqual(result.schemas?.map((schema) => schema.label).sort(), [
            'shared/one.zmodel',
            'shared/two.zmodel',
        ]);
    });

    it('a fragment may be called plugin.zmodel, as ZenStack’s own files are', async () => {
        assert.deepEqual(await look('named/schema.zmodel'), []);
        assert.deepEqual(await look('named/plugin.zmodel'), []);
        await server.change('named/plugin.zmodel', HEAD + todo('auth().gone', 'Extra'));
        await server.diagnostic('named/plugin.zmodel', 'auth-member-missing');
    });

    it('one file has its diagnostics under one URI, whatever characters are in its path', async () => {
        const name = 'odd (1)/@scope/[x]/schema.zmodel';
        await server.open(name);
        await server.diagnostic(name, 'auth-member-missing');
        await server.change(name, server.text(name).replace('organizationId String?', 'organizationId Strin'));
        await server.until(
            () => server.diagnostics(name).some((each) => each.message.includes("'Strin'")),
            'an error of the language',
        );
        const uris = server.published.filter(({ uri }) => uri.includes('scope')).map(({ uri }) => uri);
        assert.equal(new Set(uris).size, 1, uris.join(' '));
    });

    it('closing the last document of a schema clears its diagnostics, everywhere', async () => {
        await server.open('fragments/auth.zmodel', AUTH.replace('organizationId String?', 'organizationId Nothing?'));
        await server.until(() => server.diagnostics('fragments/auth.zmodel').length > 0, 'an error of the language');
        await server.change('fragments/auth.zmodel', AUTH.replace('organizationId String?', 'other String?'));
        await server.diagnostic('fragments/models/todo.zmodel', 'auth-member-missing');
        await server.close('fragments/auth.zmodel');
        await server.until(
            () =>
                ['auth', 'schema', 'models/todo'].every(
                    (name) => server.diagnostics(`fragments/${name}.zmodel`).length === 0,
                ),
            'no diagnostics',
        );
    });

    it('follows files that are created, deleted and renamed, and folders that vanish', async () => {
        const entry = 'moving/schema.zmodel';
        await server.write('moving/package.json', MANIFEST);
        await server.write(entry, `import './parts/auth'\n${HEAD}${todo(TENANT)}`);
        await server.open(entry);
        await server.until(() => server.diagnostics(entry).length > 0, 'an import that leads nowhere');
        await server.write('moving/parts/auth.zmodel', AUTH);
        await server.until(() => server.diagnostics(entry).length === 0, 'no diagnostics');
        await server.write('moving/parts/who.zmodel', AUTH);
        await server.remove('moving/parts/auth.zmodel');
        await server.until(() => server.diagnostics(entry).length > 0, 'an import that leads nowhere');
        await server.change(entry, server.text(entry).replace('./parts/auth', './parts/who'));
        await server.until(() => server.diagnostics(entry).length === 0, 'no diagnostics');
        await server.remove('moving/parts');
        await server.until(() => server.diagnostics(entry).length > 0, 'an import that leads nowhere');
    });

    it('outlives a file that is told of and gone already', async () => {
        await server.client.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [
                { uri: server.uri('by-type/never.zmodel'), type: 1 },
                { uri: server.uri('by-type/never-either.zmodel'), type: 2 },
            ],
        });
        fs.rmSync(path.join(server.root, 'shared/one.zmodel'));
        await server.client.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: server.uri('shared/one.zmodel'), type: 2 }],
        });
        assert.deepEqual(await look('by-type/schema.zmodel'), []);
    });

    it('keeps an open document whose file was deleted', async () => {
        await server.write('kept/package.json', MANIFEST);
        await server.write('kept/schema.zmodel', HEAD + AUTH + todo(TENANT));
        await server.open('kept/schema.zmodel');
        await server.remove('kept/schema.zmodel');
        await server.change('kept/schema.zmodel', HEAD + AUTH + todo('auth().gone'));
        await server.diagnostic('kept/schema.zmodel', 'auth-member-missing');
        await server.close('kept/schema.zmodel');
        await server.gone('kept/schema.zmodel', 'auth-member-missing');
    });

    it('a symlinked fragment belongs to the schema that imports it, and so does the file behind it', async () => {
        await server.write('linked/package.json', MANIFEST);
        await server.write('linked/common/rules.zmodel', todo(TENANT));
        fs.mkdirSync(path.join(server.root, 'linked/app'), { recursive: true });
        fs.symlinkSync('../common/rules.zmodel', path.join(server.root, 'linked/app/rules.zmodel'));
        await server.write('linked/app/schema.zmodel', `import './rules'\n${HEAD}${AUTH}`);
        assert.deepEqual(await look('linked/app/schema.zmodel'), []);
        assert.deepEqual(await look('linked/app/rules.zmodel'), []);
        assert.deepEqual(await look('linked/common/rules.zmodel'), []);
        await server.change('linked/app/rules.zmodel', todo('auth().gone'));
        await server.diagnostic('linked/app/rules.zmodel', 'auth-member-missing');
    });

    it('a document that was never saved is served without a schema of its own on disk', async () => {
        const uri = 'untitled:Untitled-1';
        await server.client.sendNotification('textDocument/didOpen', {
            textDocument: { uri, languageId: 'zmodel-v3', version: 1, text: HEAD + AUTH },
        });
        await server.idle();
        const hover = await server.client.sendRequest('textDocument/hover', {
            textDocument: { uri },
            position: { line: 9, character: 6 },
        });
        assert.ok(hover !== undefined);
        await server.idle();
        assert.notEqual(server.statuses.at(-1)?.state, 'error');
        const result = await server.client.sendRequest<{ kind: string; message?: string }>(
            'zmodelAuth/insertAuthModels',
            { uri },
        );
        assert.equal(result.kind, 'failed');
        assert.match(result.message ?? '', /Save/);
        await server.client.sendNotification('textDocument/didClose', { textDocument: { uri } });
    });
});

describe('schemas outside of a workspace folder', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    it('a fragment opened alone finds its entry, and the application', async () => {
        server = await TestServer.start(
            {
                'schema.zmodel': `import './zmodel/auth'\nimport './zmodel/todo'\n${HEAD}`,
                'zmodel/auth.zmodel': AUTH.replace('String?', 'String'),
                'zmodel/todo.zmodel': `import 'auth'\n${todo(TENANT)}`,
                'src/db.ts': DB_TS,
            },
            { noFolder: true },
        );
        await server.open('zmodel/todo.zmodel');
        await server.diagnostic('zmodel/auth.zmodel', 'context-member-nullable');
        assert.deepEqual(server.diagnostics('zmodel/todo.zmodel'), []);
    });

    it('an imported file beyond the folder is loaded and checked', async () => {
        server = await TestServer.start(
            {
                'app/package.json': MANIFEST,
                'app/schema.zmodel': `import '../shared/auth'\nimport '../shared/todo'\n${HEAD}`,
                'shared/auth.zmodel': AUTH,
                'shared/todo.zmodel': `import 'auth'\n${todo(TENANT)}`,
            },
            { folder: 'app' },
        );
        await server.open('app/schema.zmodel');
        await server.idle();
        assert.deepEqual(server.diagnostics('app/schema.zmodel'), []);
        await server.write('shared/auth.zmodel', AUTH.replace('    organizationId String?\n', ''));
        await server.diagnostic('shared/todo.zmodel', 'auth-member-missing');
    });

    it('says once that packages are not installed, and resolves @@allow all the same', async () => {
        server = await TestServer.start(
            {
                'schema.zmodel': GOOD,
                'other/package.json': MANIFEST,
                'other/schema.zmodel': GOOD,
            },
            { parent: os.tmpdir() },
        );
        await server.open('schema.zmodel');
        await server.open('other/schema.zmodel');
        await server.idle();
        assert.deepEqual([...server.diagnostics('schema.zmodel'), ...server.diagnostics('other/schema.zmodel')], []);
        await server.change('schema.zmodel', GOOD.replace("'all', ", "'nothing', "));
        await server.until(() => server?.diagnostics('schema.zmodel').length === 1, 'an error of the plugin’s checks');
        const said = server.logs.filter((line) => line.includes("@zenstackhq/plugin-policy isn't installed"));
        assert.equal(said.length, 1, server.logs.join('\n'));
        assert.match(said[0] ?? '', /Run your package manager's install/);
        assert.deepEqual(codes(server.diagnostics('schema.zmodel')).length, 1);
    });
});
