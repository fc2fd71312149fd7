import assert from 'node:assert/strict';
import type { CodeAction, DocumentSymbol, ServerCapabilities, TextEdit } from 'vscode-languageserver';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const SCHEMA = `${HEAD}
type Auth {
    userId String @id

    @@auth
}

model Todo {
    id      Int    @id
    ownerId String

    @@allow('read,create',ownerId==auth().userId)
}
`;

/** Every capability of the server, with what answers it while the official extension is enabled. */
const ANSWERS: Partial<Record<keyof ServerCapabilities, 'both' | 'alone'>> = {
    // Ours, which the official extension lacks.
    codeActionProvider: 'both',
    codeLensProvider: 'both',
    documentLinkProvider: 'both',
    inlayHintProvider: 'both',
    // Answered with what it lacks: rules, members of auth(), roles, operations; folds of rules, imports and comments.
    completionProvider: 'both',
    definitionProvider: 'both',
    foldingRangeProvider: 'both',
    hoverProvider: 'both',
    // The official extension's. An editor asks one extension for these, or shows the answers of all.
    documentFormattingProvider: 'alone',
    documentHighlightProvider: 'alone',
    documentOnTypeFormattingProvider: 'alone',
    documentRangeFormattingProvider: 'alone',
    documentSymbolProvider: 'alone',
    referencesProvider: 'alone',
    renameProvider: 'alone',
    semanticTokensProvider: 'alone',
    workspaceSymbolProvider: 'alone',
};

function providers(capabilities: ServerCapabilities): string[] {
    return Object.entries(capabilities)
        .filter(([name, value]) => name.endsWith('Provider') && value !== false && value !== undefined)
        .map(([name]) => name)
        .sort();
}

describe('beside the official extension', () => {
    let beside: TestServer;
    let alone: TestServer;
    before(async () => {
        beside = await TestServer.start({ [MAIN]: SCHEMA }, { baseFeatures: false });
        alone = await TestServer.start({ [MAIN]: SCHEMA });
        for (const server of [beside, alone]) {
            await server.open(MAIN);
            await server.idle();
        }
    });
    after(async () => {
        await beside.stop();
        await alone.stop();
    });

    it('announces exactly what it adds', () => {
        const all = Object.entries(ANSWERS);
        assert.deepEqual(
            providers(beside.result.capabilities),
            all
                .filter(([, who]) => who === 'both')
                .map(([name]) => name)
                .sort(),
        );
        assert.deepEqual(providers(alone.result.capabilities), all.map(([name]) => name).sort());
    });

    it('answers nothing to requests that were not announced', async () => {
        const position = beside.position(MAIN, 'ownerId String', 2);
        const options = { tabSize: 4, insertSpaces: true };
        const empty = async (method: string, params: object = {}): Promise<void> => {
            let answer: unknown;
            try {
                answer = await beside.request<unknown>(`textDocument/${method}`, MAIN, params);
            } catch (error) {
                assert.match(String(error), /Unhandled method/, method);
                return;
            }
            const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : answer;
            assert.deepEqual(data ?? [], [], method);
        };
        await empty('formatting', { options });
        await empty('rangeFormatting', { options, range: { start: position, end: position } });
        await empty('onTypeFormatting', { options, position, ch: '}' });
        await empty('documentSymbol');
        await empty('references', { position, context: { includeDeclaration: true } });
        await empty('documentHighlight', { position });
        await empty('prepareRename', { position });
        await empty('semanticTokens/full');
        assert.notDeepEqual(await alone.request<DocumentSymbol[]>('textDocument/documentSymbol', MAIN), []);
        assert.notDeepEqual(await alone.request<TextEdit[]>('textDocument/formatting', MAIN, { options }), []);
    });

    it('hovers and defines nothing that the official extension does', async () => {
        for (const [search, delta] of [
            ['Todo {', 1],
            ['ownerId String', 1],
            ['ownerId==', 1],
            ['String\n\n    @@allow', 1],
            ['@id', 1],
        ] as const) {
            const position = beside.position(MAIN, search, delta);
            assert.equal(await beside.request('textDocument/hover', MAIN, { position }), null, search);
            const definition = await beside.request<unknown[] | null>('textDocument/definition', MAIN, { position });
            assert.deepEqual(definition ?? [], [], search);
        }
    });

    it('formats a rule by an action, which the official formatter leaves as it is', async () => {
        const at = async (server: TestServer): Promise<CodeAction[]> => {
            const position = server.position(MAIN, "'read,create'", 2);
            const found = await server.request<CodeAction[] | null>('textDocument/codeAction', MAIN, {
                range: { start: position, end: position },
                context: { diagnostics: [], only: ['refactor.rewrite'] },
            });
            return (found ?? []).filter(({ title }) => title === 'Format rule');
        };
        const [action, ...others] = await at(beside);
        assert.deepEqual(others, []);
        assert.equal(
            beside.applied(MAIN, action?.edit),
            SCHEMA.replace("'read,create',ownerId==auth()", "'read,create', ownerId == auth()"),
        );
        assert.deepEqual(await at(alone), []);
        await beside.change(MAIN, beside.applied(MAIN, action?.edit));
        assert.deepEqual(await at(beside), []);
        await beside.change(MAIN, SCHEMA);
    });
});
