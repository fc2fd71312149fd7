import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { DocumentState, URI } from 'langium';
import { addDocumentUpdateHandler } from 'langium/lsp';
import { NodeFileSystem } from 'langium/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import { createConnection } from 'vscode-languageserver/node.js';
import { createDocumentBuilder } from '../../../src/server/document-builder.ts';
import { UpdateHandler } from '../../../src/server/update-handler.ts';
import { findAssets } from '../../../src/zmodel/assets.ts';
import { poll } from '../../support/poll.ts';
import { createZModelLanguage } from '../../../src/zmodel/services.ts';
import type { ZModelLanguage } from '../../../src/zmodel/services.ts';

const SCHEMA = `import './people'

datasource db {
    provider = 'sqlite'
    url = 'file:./dev.db'
}

model Todo {
    id      Int    @id
    ownerId String
    owner   User   @relation(fields: [ownerId], references: [id])
}
`;
const PEOPLE = `import './schema'

model User {
    id    String @id
    todos Todo[]
}
`;

describe('the update of documents', () => {
    let root: string;
    let language: ZModelLanguage;
    let client: MessageConnection;
    /** File names with the states that they reached. */
    let reached: string[];
    let version: number;

    const uri = (name: string): string => pathToFileURL(path.join(root, name)).href;

    beforeEach(() => {
        root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-update-')));
    });

    afterEach(() => {
        client.dispose();
        fs.rmSync(root, { recursive: true, force: true });
    });

    /** Loads the files as a server does. */
    async function load(files: Record<string, string>): Promise<void> {
        for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(root, name), content);
        const toServer = new PassThrough();
        const toClient = new PassThrough();
        const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
        client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
        let updates: UpdateHandler | undefined;
        language = createZModelLanguage(
            { connection, ...NodeFileSystem },
            {
                assets: findAssets(),
                log: (message) => {
                    throw new Error(message);
                },
                shared: {
                    lsp: {
                        DocumentUpdateHandler: (services) =>
                            (updates = new UpdateHandler(services, {
                                folderOf: () => root,
                                sourcesChanged: () => undefined,
                                log: (message) => {
                                    throw new Error(message);
                                },
                            })),
                    },
                    workspace: {
                        DocumentBuilder: (services) =>
                            createDocumentBuilder(services, () => updates?.flush() ?? Promise.resolve()),
                    },
                },
            },
        );
        const { workspace } = language.shared;
        addDocumentUpdateHandler(connection, language.shared);
        workspace.TextDocuments.listen(connection);
        connection.listen();
        client.listen();
        await language.shared.workspace.ConfigurationProvider.initialized({});
        await workspace.WorkspaceManager.initializeWorkspace([{ uri: uri(''), name: 'app' }]);
        reached = [];
        for (const state of [DocumentState.Parsed, DocumentState.Linked, DocumentState.Validated] as const) {
            workspace.DocumentBuilder.onDocumentPhase(state, (document) => {
                reached.push(`${path.basename(document.uri.path)} ${DocumentState[state]}`);
            });
        }
    }

    async function open(name: string, text: string): Promise<void> {
        await client.sendNotification('textDocument/didOpen', {
            textDocument: { uri: uri(name), languageId: 'zmodel-v3', version: (version = 7), text },
        });
    }

    async function change(name: string, text: string): Promise<void> {
        version += 1;
        await client.sendNotification('textDocument/didChange', {
            textDocument: { uri: uri(name), version },
            contentChanges: [{ text }],
        });
    }

    /** The states that documents reach by what was sent, when one is built. */
    async function reachedBy(name: string): Promise<string[]> {
        const { DocumentBuilder } = language.shared.workspace;
        await poll(`${name} to be built`, () => reached.includes(`${name} Validated`));
        await DocumentBuilder.waitUntil(DocumentState.Validated);
        return reached.splice(0).filter((each) => !each.startsWith('stdlib.'));
    }

    it('only validates what is opened as it was loaded, and goes on with the text of the editor', async () => {
        await load({ 'schema.zmodel': SCHEMA, 'people.zmodel': PEOPLE });
        await open('schema.zmodel', SCHEMA);
        assert.deepEqual(await reachedBy('schema.zmodel'), ['schema.zmodel Validated', 'people.zmodel Validated']);
        const document = language.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri('schema.zmodel')));
        assert.equal(document?.textDocument.version, 7);
        assert.equal(document.diagnostics?.length, 0);

        await change('schema.zmodel', SCHEMA.replace('ownerId String', 'ownerId Strin'));
        assert.ok((await reachedBy('schema.zmodel')).includes('schema.zmodel Parsed'));
        assert.match(document.diagnostics[0]?.message ?? '', /'Strin'/);
        assert.equal(document.textDocument.version, 8);
    });

    it('has nothing to do for a document that is opened after another one', async () => {
        await load({ 'schema.zmodel': SCHEMA, 'people.zmodel': PEOPLE });
        await open('schema.zmodel', SCHEMA);
        await reachedBy('schema.zmodel');
        await open('people.zmodel', PEOPLE);
        const document = language.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri('people.zmodel')));
        await poll('the text of the editor', () => document?.textDocument.version === 7);
        assert.deepEqual(reached, []);
    });

    it('takes line ends as they are', async () => {
        const windows = SCHEMA.replaceAll('\n', '\r\n');
        await load({ 'schema.zmodel': windows, 'people.zmodel': PEOPLE });
        await open('schema.zmodel', windows);
        assert.deepEqual(await reachedBy('schema.zmodel'), ['schema.zmodel Validated', 'people.zmodel Validated']);
        await open('people.zmodel', PEOPLE.replaceAll('\n', '\r\n'));
        assert.ok((await reachedBy('people.zmodel')).includes('people.zmodel Parsed'));
    });

    for (const [what, onDisk, shown] of [
        ['a mark of its encoding that the editor does not show', `\uFEFF${SCHEMA}`, SCHEMA],
        ['other content in the editor', SCHEMA, `${SCHEMA}// more\n`],
    ] as const) {
        it(`builds a document with ${what}`, async () => {
            await load({ 'schema.zmodel': onDisk, 'people.zmodel': PEOPLE });
            await open('schema.zmodel', shown);
            assert.ok((await reachedBy('schema.zmodel')).includes('schema.zmodel Parsed'));
            const document = language.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri('schema.zmodel')));
            assert.equal(document?.parseResult.value.$cstNode?.root.fullText, shown);
        });
    }

    it('builds a document that is there only in the editor', async () => {
        await load({ 'schema.zmodel': SCHEMA, 'people.zmodel': PEOPLE });
        await open('more.zmodel', PEOPLE);
        assert.ok((await reachedBy('more.zmodel')).includes('more.zmodel Parsed'));
    });

    it('builds anew what is undone while the edit waits', async () => {
        await load({ 'schema.zmodel': SCHEMA, 'people.zmodel': PEOPLE });
        await open('schema.zmodel', SCHEMA);
        await reachedBy('schema.zmodel');
        await change('schema.zmodel', `${SCHEMA}model`);
        await change('schema.zmodel', SCHEMA);
        await reachedBy('schema.zmodel');
        const document = language.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri('schema.zmodel')));
        assert.deepEqual(document?.diagnostics, []);
        assert.equal(document.parseResult.value.$cstNode?.root.fullText, SCHEMA);
    });
});
