import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, LocationLink, Position } from 'vscode-languageserver';
import type { UnsavedSource } from '../../src/shared/protocol.ts';
import { poll } from '../support/poll.ts';
import { DB_TS, GOOD } from './sources.ts';
import { TestServer } from './support.ts';

const SCHEMA = 'schema.zmodel';
const DB = 'src/db.ts';
const TYPED = DB_TS.replace('userId: string', 'userId: number');
const TSCONFIG = '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler" } }';

describe('the analysis behind the server', () => {
    let server: TestServer | undefined;
    let cacheDir: string;

    beforeEach(() => {
        cacheDir = fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-server-cache-'));
    });

    afterEach(async () => {
        await server?.stop();
        server = undefined;
        fs.rmSync(cacheDir, { recursive: true, force: true });
    });

    async function start(
        files: Record<string, string>,
        options: Parameters<typeof TestServer.start>[1] = {},
    ): Promise<TestServer> {
        server = await TestServer.start({ [SCHEMA]: GOOD, 'tsconfig.json': TSCONFIG, ...files }, options);
        await server.open(SCHEMA);
        return server;
    }

    async function tell(running: TestServer, name: string, text?: string, uri = running.uri(name)): Promise<void> {
        const source: UnsavedSource = { uri, file: path.join(running.root, name), ...(text !== undefined && { text }) };
        await running.client.sendNotification('zmodelAuth/unsavedSources', { sources: [source] });
    }

    describe('two answers', () => {
        it('first what the syntax tells, then what the types say, and each once the other is there', async () => {
            const literal = `interface Db { $setAuth(auth: unknown): Db }
declare const db: Db;
declare const id: number;
export const scoped = db.$setAuth({ userId: id });
`;
            const running = await start({ [DB]: literal });
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.settled(SCHEMA);
            const said = running.published
                .filter(({ uri }) => uri.endsWith(SCHEMA))
                .map(({ diagnostics }) => diagnostics.map(({ code }) => code).sort());
            // The members that are missing are known from the names alone; of what type one is, only the checker tells.
            const missing = said.findIndex((codes) => codes.includes('context-member-missing'));
            const typed = said.findIndex((codes) => codes.includes('context-member-type'));
            assert.ok(missing >= 0 && missing < typed, JSON.stringify(said));
            assert.match(
                JSON.stringify(running.statuses),
                /Resolving the types of what is passed to \$setAuth; calls found: 1/,
            );
        });

        it('one when the last session knew it: nothing is resolved again', async () => {
            const running = await start({ [DB]: TYPED }, { cacheDir });
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.idle();
            assert.ok(fs.readdirSync(cacheDir).some((name) => name.startsWith('answer-')));

            const again = await TestServer.reopen(running, { cacheDir });
            try {
                await again.open(SCHEMA);
                await again.diagnostic(SCHEMA, 'context-member-type');
                await again.idle();
                assert.doesNotMatch(JSON.stringify(again.statuses), /Resolving/);
            } finally {
                await again.client.sendRequest('shutdown');
                again.client.dispose();
            }
        });
    });

    describe('unsaved sources', () => {
        it('count as the editor shows them, and no more when they are saved or closed', async () => {
            const running = await start({ [DB]: DB_TS });
            await running.settled(SCHEMA);
            assert.deepEqual(running.diagnostics(SCHEMA), []);
            await tell(running, DB, TYPED);
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.diagnostic(DB, 'context-member-type');
            await tell(running, DB);
            await running.gone(SCHEMA, 'context-member-type');
            assert.deepEqual(running.diagnostics(DB), []);
        });

        it('get fixes for the text that the editor shows', async () => {
            const running = await start({ [DB]: DB_TS });
            await running.settled(SCHEMA);
            const text = `// A line more.\n${DB_TS.replace('| undefined', '| null')}`;
            await tell(running, DB, text);
            const diagnostic = await running.diagnostic(DB, 'context-null-passed');
            const [fix] = await running.quickFixes(DB, diagnostic);
            const [edit] = fix?.edit?.changes?.[running.uri(DB)] ?? [];
            assert.equal(edit?.newText, ' ?? undefined');
            assert.equal(
                text.split('\n')[edit.range.start.line]?.slice(0, edit.range.start.character),
                '    return db.$setAuth(context',
            );
        });

        it('count when they have no file yet, and get their findings under their own address', async () => {
            const running = await start({});
            await running.settled(SCHEMA);
            const uri = 'untitled:Untitled-1';
            await tell(running, 'Untitled-1.ts', TYPED, uri);
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.until(
                () => running.published.some((each) => each.uri === uri && each.diagnostics.length > 0),
                'a finding in the untitled document',
            );
            await tell(running, 'Untitled-1.ts', undefined, uri);
            await running.gone(SCHEMA, 'context-member-type');
            assert.deepEqual(running.published.filter((each) => each.uri === uri).at(-1)?.diagnostics, []);
        });

        it('get fixes, links and definitions when they have no file yet', async () => {
            const running = await start({});
            await running.settled(SCHEMA);
            const uri = 'untitled:Untitled-1';
            const text = `// «é» 😀 A line more.\r\n${DB_TS.replace('| undefined', '| null').replaceAll('\n', '\r\n')}`;
            await tell(running, 'Untitled-1.ts', text, uri);
            const diagnostic = await running.until(
                () =>
                    running.published
                        .findLast((each) => each.uri === uri)
                        ?.diagnostics.find(({ code }) => code === 'context-null-passed'),
                'a finding in the untitled document',
            );
            const actions = await running.client.sendRequest<CodeAction[]>('textDocument/codeAction', {
                textDocument: { uri },
                range: diagnostic.range,
                context: { diagnostics: [diagnostic], only: ['quickfix'] },
            });
            const { changes = {} } = actions[0]?.edit ?? {};
            assert.deepEqual(Object.keys(changes), [uri]);
            const [edit, ...more] = changes[uri] ?? [];
            assert.ok(edit && more.length === 0);
            const offset = (at: Position): number => TextDocument.create(uri, 'typescript', 1, text).offsetAt(at);
            const fixed = `${text.slice(0, offset(edit.range.start))}${edit.newText}${text.slice(offset(edit.range.end))}`;
            assert.equal(fixed, text.replace('$setAuth(context', '$setAuth(context ?? undefined'));

            // The finding in the schema leads to the same document, and so does the member.
            const inSchema = await running.diagnostic(SCHEMA, 'context-null-passed');
            assert.deepEqual(
                inSchema.relatedInformation?.map(({ location }) => location.uri),
                [uri],
            );
            const found = await running.request<LocationLink[]>('textDocument/definition', SCHEMA, {
                position: running.position(SCHEMA, 'auth().userId', 'auth().'.length + 1),
            });
            assert.ok(found.some(({ targetUri }) => targetUri === uri));

            const moved = `${'\n'.repeat(3)}${text}`;
            await tell(running, 'Untitled-1.ts', moved, uri);
            const outdated = { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } };
            assert.deepEqual(await running.client.sendRequest('textDocument/codeAction', outdated), []);

            await tell(running, 'Untitled-1.ts', fixed, uri);
            await running.until(
                () => running.published.findLast((each) => each.uri === uri)?.diagnostics.length === 0,
                'the finding to be gone',
            );
        });

        it('are not asked about when no answer can depend on them', async () => {
            const running = await start({ [DB]: DB_TS, 'src/other.ts': 'export const other = 1;\n' });
            await running.settled(SCHEMA);
            await running.idle();
            const before = running.statuses.length;
            await tell(running, 'src/other.ts', 'export const other = 2;\n');
            await running.idle();
            assert.equal(running.statuses.length, before);
            await tell(running, 'src/other.ts', 'declare const db: any;\ndb.$setAuth({ userId: 1 });\n');
            await running.diagnostic(SCHEMA, 'context-member-type');
        });
    });

    describe('files that are written', () => {
        it('count when they are components, and when packages were installed', async () => {
            const page = '<template><p /></template>\n<script lang="ts">\n';
            const running = await start({ 'src/Page.vue': `${page}${DB_TS}</script>\n`, 'package-lock.json': '{}' });
            await running.settled(SCHEMA);
            assert.deepEqual(running.diagnostics(SCHEMA), []);
            const imported = DB_TS.replace('interface Context', "import type { Id } from 'ids';\ninterface Context");
            const typed = imported.replace('userId: string', 'userId: Id');
            await running.write('src/Page.vue', `${page}${typed.replace('userId: Id', 'userId: number')}</script>\n`);
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.write('src/Page.vue', `${page}${typed}</script>\n`);
            await running.gone(SCHEMA, 'context-member-type');
            const { root } = running;
            fs.mkdirSync(path.join(root, 'node_modules/ids'), { recursive: true });
            fs.writeFileSync(path.join(root, 'node_modules/ids/package.json'), '{ "name": "ids", "types": "i.d.ts" }');
            fs.writeFileSync(path.join(root, 'node_modules/ids/i.d.ts'), 'export type Id = boolean;\n');
            await running.write('package-lock.json', '{ "lockfileVersion": 3 }');
            await running.diagnostic(SCHEMA, 'context-member-type');
        });
    });

    describe('the compiler', () => {
        const folder = 'node_modules/typescript';
        const marker = (root: string): string => path.join(root, 'loaded');
        /** A TypeScript 7 that leaves a mark when it is run. */
        const TYPESCRIPT = {
            [`${folder}/package.json`]: JSON.stringify({
                name: 'typescript',
                version: '7.9.0',
                type: 'module',
                exports: { './package.json': './package.json', './async': './async.js', './ast': './ast.js' },
            }),
            [`${folder}/async.js`]:
                "import fs from 'node:fs'; fs.writeFileSync(new URL('../../loaded', import.meta.url), '');",
            [`${folder}/ast.js`]: '',
        };

        it("of the workspace is never run without the user's trust, whatever the setting", async () => {
            for (const backend of ['auto', 'workspace']) {
                const running = await start({ [DB]: TYPED, ...TYPESCRIPT }, { settings: { typescript: { backend } } });
                await running.diagnostic(SCHEMA, 'context-member-type');
                await running.idle();
                assert.equal(fs.existsSync(marker(running.root)), false);
                await running.stop();
                server = undefined;
            }
        });

        it('of the workspace is asked in a trusted one, unless the setting is `bundled`; one that fails is given up', async () => {
            const bundled = { settings: { typescript: { backend: 'bundled' } }, trusted: true };
            const running = await start({ [DB]: TYPED, ...TYPESCRIPT }, bundled);
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.idle();
            assert.equal(fs.existsSync(marker(running.root)), false);
            const settings = { typescript: { backend: 'workspace' } };
            await running.client.sendNotification('zmodelAuth/settings', { settings });
            // Something must have changed for the compiler to be asked again.
            await running.write(DB, `${TYPED}// edited\n`);
            await poll('the compiler of the workspace to be loaded', () => fs.existsSync(marker(running.root)));
            await running.idle();
            await running.diagnostic(SCHEMA, 'context-member-type');
            assert.ok(running.logs.some((line) => line.includes("can't be used, the bundled one answers")));
            assert.match(running.statuses.at(-1)?.message ?? '', /has no TypeScript 7 that can be used/);
        });

        it('is made ready when a source is looked at that the remembered answer depends on', async () => {
            const running = await start({ [DB]: TYPED }, { cacheDir });
            await running.diagnostic(SCHEMA, 'context-member-type');
            await running.idle();
            const again = await TestServer.reopen(running, { cacheDir });
            try {
                await again.open(SCHEMA);
                await again.diagnostic(SCHEMA, 'context-member-type');
                await again.idle();
                const store = (): number =>
                    fs.readdirSync(cacheDir).filter((name) => name.startsWith('contexts-')).length;
                for (const name of fs.readdirSync(cacheDir)) {
                    if (name.startsWith('contexts-')) fs.rmSync(path.join(cacheDir, name));
                }
                await again.client.sendNotification('zmodelAuth/sourceShown', { file: path.join(again.root, 'x.ts') });
                await again.idle();
                assert.equal(store(), 0);
                await again.client.sendNotification('zmodelAuth/sourceShown', { file: path.join(again.root, DB) });
                await poll('an answer of the compiler', () => store() === 1);
            } finally {
                await again.client.sendRequest('shutdown');
                again.client.dispose();
            }
        });
    });
});
