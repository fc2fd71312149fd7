import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DocumentLink, DocumentSymbol, FoldingRange, InlayHint } from 'vscode-languageserver';
import { DEFAULT_SETTINGS } from '../../src/shared/settings.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const SCHEMA = `import './people'
import 'missing'

model Todo {
    id      String @id
    ownerId String @deny('update', true)

    @@allow('read', auth().userId == ownerId || done && open)
    @@allow('create,update',
        auth() != null &&
        auth().role == 'admin'
    )
}
`;
const PEOPLE = `type Auth {
    userId String  @id
    role   String?

    @@auth
}
`;

describe('reading aids over LSP', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA, 'people.zmodel': PEOPLE });
        await server.open(MAIN);
        await server.idle();
    });
    after(async () => {
        await server.stop();
    });
    afterEach(async () => {
        if (server.text(MAIN) !== SCHEMA) await server.change(MAIN, SCHEMA);
    });

    const hints = async (): Promise<string[]> => {
        const lines = server.text(MAIN).split('\n');
        const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
        const found = await server.request<InlayHint[] | null>('textDocument/inlayHint', MAIN, { range });
        return (found ?? []).map(({ position: { line, character }, label }) => {
            const text = lines[line] ?? '';
            return `${text.slice(Math.max(0, character - 6), character)}«${typeof label === 'string' ? label : ''}»`;
        });
    };

    it('hints at implied parentheses and at types behind auth()', async () => {
        assert.deepEqual(
            (await hints()).sort(),
            ["ead', «(»", '| done«)»', ').role«: String?»', 'userId«: String»'].sort(),
        );
    });

    it('hints in files that do not parse elsewhere', async () => {
        await server.change(MAIN, SCHEMA.replace('id      String @id', 'id      String @@'));
        assert.ok((await hints()).length >= 4);
    });

    it('hints at nothing when switched off', async () => {
        const change = (inlayHints: boolean): Promise<void> =>
            server.client.sendNotification('zmodelAuth/settings', { settings: { ...DEFAULT_SETTINGS, inlayHints } });
        await change(false);
        assert.deepEqual(await hints(), []);
        await change(true);
        assert.equal((await hints()).length, 4);
    });

    it('links imports to files that are there', async () => {
        const links = await server.request<DocumentLink[]>('textDocument/documentLink', MAIN);
        assert.deepEqual(
            links.map(({ range, target }) => [
                range.start.line,
                range.start.character,
                range.end.character,
                path.relative(server.root, fileURLToPath(target ?? '')),
            ]),
            [[0, 8, 16, 'people.zmodel']],
        );
    });

    it('outlines rules, also in a file with errors', async () => {
        const outline = async (): Promise<string[]> => {
            const symbols = await server.request<DocumentSymbol[]>('textDocument/documentSymbol', MAIN);
            const print =
                (depth: number) =>
                (symbol: DocumentSymbol): string[] => {
                    assert.notEqual(symbol.name, '');
                    return [
                        `${'  '.repeat(depth)}${symbol.name}${symbol.detail === undefined ? '' : ` — ${symbol.detail}`}`,
                        ...(symbol.children ?? []).flatMap(print(depth + 1)),
                    ];
                };
            return symbols.flatMap(print(0));
        };
        const whole = [
            'Todo',
            '  id',
            '  ownerId',
            '    @deny update — true',
            '  @@allow read — auth().userId == ownerId || done && open',
            "  @@allow create,update — auth() != null && auth().role == 'admin'",
        ];
        assert.deepEqual(await outline(), whole);
        await server.change(MAIN, `${SCHEMA}\nmodel Broken {\n    x ==\n    @@allow(\n    @@deny('all', )\n}\n`);
        const broken = await outline();
        assert.deepEqual(broken.slice(0, whole.length), whole);
    });

    it('folds rules and imports', async () => {
        const folds = await server.request<FoldingRange[]>('textDocument/foldingRange', MAIN);
        assert.deepEqual(
            folds.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]),
            [
                [0, 1, 'imports'],
                [3, 11, undefined],
                [8, 10, undefined],
            ],
        );
    });
});

describe('reading aids beside the official extension', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA, 'people.zmodel': PEOPLE }, { baseFeatures: false });
        await server.open(MAIN);
        await server.idle();
    });
    after(async () => {
        await server.stop();
    });

    it('folds what that does not', async () => {
        const folds = await server.request<FoldingRange[]>('textDocument/foldingRange', MAIN);
        assert.deepEqual(
            folds.map(({ startLine, endLine }) => [startLine, endLine]),
            [
                [0, 1],
                [8, 10],
            ],
        );
    });

    it('hints and links, which that does not', async () => {
        const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
        const found = await server.request<InlayHint[]>('textDocument/inlayHint', MAIN, { range });
        assert.equal(found.length, 4);
        assert.equal((await server.request<DocumentLink[]>('textDocument/documentLink', MAIN)).length, 1);
    });
});
