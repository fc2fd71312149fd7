import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SymbolKind } from 'vscode-languageserver';
import type {
    Diagnostic,
    DocumentHighlight,
    DocumentSymbol,
    FoldingRange,
    Hover,
    Location,
    LocationLink,
    Range,
    SemanticTokens,
    WorkspaceEdit,
    WorkspaceSymbol,
} from 'vscode-languageserver';
import { DB_TS, GOOD } from './sources.ts';
import { TestServer } from './support.ts';

const SCHEMA = `import './people'

datasource db {
    provider = 'sqlite'
    url = 'file:./dev.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

/// Something to do.
/// Twice.
model Todo {
    id      String @id @default(cuid())
    /// Whose it is.
    ownerId String
    owner   User   @relation(fields: [ownerId], references: [id])
    state   State  @default(OPEN)

    @@allow('read', auth().userId == ownerId)
    @@deny('all', auth() == null || state == DONE)
}

enum State {
    OPEN
    DONE
}
`;

const PEOPLE = `import 'schema'

/** Who asks. */
type Auth {
    /// Of the session.
    userId String  @id
    role   String?

    @@auth
}

model User {
    id    String @id
    todos Todo[]

    @@allow('all', auth().role == 'admin')
}
`;

const MAIN = 'schema.zmodel';
const FRAGMENT = 'people.zmodel';

interface Token {
    text: string;
    type: string;
}

describe('base features over LSP', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA, [FRAGMENT]: PEOPLE });
        await server.open(MAIN);
        await server.open(FRAGMENT);
        await server.settled(MAIN);
    });
    after(async () => {
        await server.stop();
    });
    afterEach(async () => {
        if (server.text(MAIN) !== SCHEMA) await server.change(MAIN, SCHEMA);
        if (server.text(FRAGMENT) !== PEOPLE) await server.change(FRAGMENT, PEOPLE);
    });

    const at = (name: string, search: string, delta = 0): object => ({
        position: server.position(name, search, delta),
    });
    const fileName = (uri: string): string => path.relative(server.root, fileURLToPath(uri));
    const textAt = (name: string, { start, end }: Range): string => {
        const lines = server.text(name).split('\n');
        if (start.line !== end.line) return `${lines[start.line] ?? ''} … ${lines[end.line] ?? ''}`;
        return lines[start.line]?.slice(start.character, end.character) ?? '';
    };
    const message = (name: string, search: RegExp): Promise<Diagnostic> =>
        server.until(() => server.diagnostics(name).find((each) => search.test(each.message)), String(search));

    it('tells no error of a good schema', () => {
        assert.deepEqual([server.diagnostics(MAIN), server.diagnostics(FRAGMENT)], [[], []]);
    });

    it('tells syntax errors, and takes them back', async () => {
        await server.change(MAIN, SCHEMA.replace('model Todo {', 'model {'));
        const diagnostic = await message(MAIN, /Expecting|but found|Expected/);
        assert.equal(diagnostic.range.start.line, 13);
        assert.equal(diagnostic.severity, 1);
        await server.change(MAIN, SCHEMA);
        await server.until(() => server.diagnostics(MAIN).length === 0, 'no diagnostics');
    });

    it('tells what cannot be resolved, and what is wrong in meaning', async () => {
        await server.change(MAIN, SCHEMA.replace('state   State ', 'state   Stat '));
        const unresolved = await message(MAIN, /Could not resolve reference .*'Stat'/);
        assert.equal(textAt(MAIN, unresolved.range), 'Stat');
        await server.change(MAIN, SCHEMA.replace('@id @default(cuid())', '@default(cuid())'));
        const semantic = await message(MAIN, /must have at least one unique criteria|@id/);
        assert.equal(textAt(MAIN, semantic.range).split(' … ')[0], '/// Something to do.');
    });

    it('completes types of this file and of imported ones', async () => {
        const items = await server.complete(MAIN, SCHEMA.replace('owner   User ', 'owner   <|> '));
        const labels = items.map((item) => item.label);
        for (const label of ['String', 'DateTime', 'Todo', 'State', 'User', 'Auth'])
            assert.ok(labels.includes(label), `${label} in ${labels.join(' ')}`);
    });

    it('shows documentation on hover: of /// comments, of /** */ and of ZenStack', async () => {
        const hover = async (name: string, search: string, delta = 0): Promise<string> => {
            const found = await server.request<Hover | null>('textDocument/hover', name, at(name, search, delta));
            const contents = found?.contents;
            assert.ok(typeof contents === 'object' && 'value' in contents, `no hover at ${search}`);
            return contents.value;
        };
        assert.equal(await hover(FRAGMENT, 'Todo[]'), 'Something to do.\nTwice.');
        assert.equal(await hover(MAIN, 'ownerId]', 2), 'Whose it is.');
        assert.match(await hover(MAIN, 'userId =='), /Of the session\./);
        assert.match(await hover(FRAGMENT, 'Auth {'), /Who asks\./);
        assert.match(await hover(MAIN, 'auth()', 1), /current login user/);
        assert.match(await hover(MAIN, '@@allow', 3), /access policy/);
    });

    it('goes to definitions, also in an imported file, of a member of auth(), and of an import', async () => {
        const define = async (search: string, delta = 1): Promise<string[]> => {
            const links = await server.request<LocationLink[] | null>(
                'textDocument/definition',
                MAIN,
                at(MAIN, search, delta),
            );
            return (links ?? []).map(
                ({ targetUri, targetSelectionRange: { start } }) => `${fileName(targetUri)}:${start.line}`,
            );
        };
        assert.deepEqual(await define('State  @default'), ['schema.zmodel:24']);
        assert.deepEqual(await define('User   @relation'), ['people.zmodel:11']);
        assert.deepEqual(await define('userId =='), ['people.zmodel:5']);
        assert.deepEqual(await define("'./people'", 4), ['people.zmodel:0']);
        assert.deepEqual(await define('DONE)'), ['schema.zmodel:26']);
    });

    it('finds references across files', async () => {
        const references = async (name: string, search: string): Promise<string[]> => {
            const found = await server.request<Location[] | null>('textDocument/references', name, {
                ...at(name, search, 1),
                context: { includeDeclaration: true },
            });
            return (found ?? []).map(({ uri, range }) => `${fileName(uri)}:${range.start.line}`).sort();
        };
        assert.deepEqual(await references(FRAGMENT, 'User {'), ['people.zmodel:11', 'schema.zmodel:17']);
        assert.deepEqual(await references(FRAGMENT, 'userId String'), ['people.zmodel:5', 'schema.zmodel:20']);
        assert.deepEqual(await references(MAIN, 'ownerId String'), [
            'schema.zmodel:16',
            'schema.zmodel:17',
            'schema.zmodel:20',
        ]);
    });

    it('renames across files, and the schema still validates', async () => {
        const edit = await server.request<WorkspaceEdit | null>('textDocument/rename', FRAGMENT, {
            ...at(FRAGMENT, 'userId String', 2),
            newName: 'personId',
        });
        assert.ok(edit);
        const [main, fragment] = [server.applied(MAIN, edit), server.applied(FRAGMENT, edit)];
        assert.equal(main, SCHEMA.replace('auth().userId', 'auth().personId'));
        assert.equal(fragment, PEOPLE.replace('userId String', 'personId String'));
        await server.change(MAIN, main);
        await message(MAIN, /personId/);
        await server.change(FRAGMENT, fragment);
        await server.until(() => server.diagnostics(MAIN).length === 0, 'no diagnostics');
    });

    it('refuses to rename what ZenStack declares, and to anything that is no name', async () => {
        const prepared = await server.request('textDocument/prepareRename', MAIN, at(MAIN, 'auth()', 1));
        assert.equal(prepared, null);
        const rename = (search: string, newName: string): Promise<unknown> =>
            server.request('textDocument/rename', MAIN, { ...at(MAIN, search, 1), newName });
        await assert.rejects(rename('auth()', 'user'), /declared by ZenStack/);
        await assert.rejects(rename('@@allow', '@@permit'), /no ZModel name/);
        await assert.rejects(rename('State {', 'My State'), /"My State" is no ZModel name/);
    });

    it('formats, and what it formatted it leaves alone', async () => {
        const untidy = SCHEMA.replace('ownerId String\n', 'ownerId    String\n').replace(
            'owner   User   @relation',
            '  owner User @relation',
        );
        const format = async (): Promise<string> => {
            const edits = await server.request<WorkspaceEdit['changes'] | null>('textDocument/formatting', MAIN, {
                options: { tabSize: 4, insertSpaces: true },
            });
            return server.applied(MAIN, { changes: { [server.uri(MAIN)]: Array.isArray(edits) ? edits : [] } });
        };
        await server.change(MAIN, untidy);
        const once = await format();
        assert.equal(once, SCHEMA);
        await server.change(MAIN, once);
        assert.equal(await format(), once);
    });

    it('outlines declarations and their fields, by kind', async () => {
        const symbols = await server.request<DocumentSymbol[]>('textDocument/documentSymbol', MAIN);
        const flat = symbols.map(({ name, kind, children }) => [
            name,
            kind,
            children?.map((child) => child.name) ?? [],
        ]);
        assert.deepEqual(flat, [
            ['db', SymbolKind.Module, []],
            ['policy', SymbolKind.Module, []],
            ['Todo', SymbolKind.Class, ['id', 'ownerId', 'owner', 'state', '@@allow read', '@@deny all']],
            ['State', SymbolKind.Enum, ['OPEN', 'DONE']],
        ]);
        assert.deepEqual(
            symbols[3]?.children?.map(({ kind }) => kind),
            [SymbolKind.EnumMember, SymbolKind.EnumMember],
        );
    });

    it('folds declarations', async () => {
        const ranges = await server.request<FoldingRange[]>('textDocument/foldingRange', MAIN);
        assert.deepEqual(
            ranges.map(({ startLine, endLine }) => [startLine, endLine]),
            [
                [2, 4],
                [7, 8],
                [11, 12],
                [13, 21],
                [24, 26],
            ],
        );
    });

    it('gives semantic tokens, with types of their own for auth and for operations', async () => {
        const { data } = await server.request<SemanticTokens>('textDocument/semanticTokens/full', MAIN);
        const { semanticTokensProvider } = server.result.capabilities;
        const types = semanticTokensProvider?.legend.tokenTypes ?? [];
        const lines = SCHEMA.split('\n');
        const tokens: Token[] = [];
        let [line, character] = [0, 0];
        for (let index = 0; index < data.length; index += 5) {
            const [lines_ = 0, characters = 0, length = 0, type = 0] = data.slice(index, index + 5);
            [line, character] = [line + lines_, lines_ > 0 ? characters : character + characters];
            tokens.push({ text: lines[line]?.slice(character, character + length) ?? '', type: types[type] ?? '' });
        }
        const has = (text: string, type: string): void => {
            assert.ok(
                tokens.some((token) => token.text === text && token.type === type),
                `${text} as ${type} in ${JSON.stringify(tokens)}`,
            );
        };
        has('Todo', 'type');
        has('@@allow', 'function');
        has('cuid', 'function');
        has('userId', 'property');
        assert.deepEqual(
            tokens.filter(({ type }) => type === 'authCall' || type === 'ruleOperation').map(({ text }) => text),
            ['read', 'auth', 'all', 'auth'],
        );
    });

    it('highlights the uses of a name in the document', async () => {
        const found = await server.request<DocumentHighlight[]>(
            'textDocument/documentHighlight',
            MAIN,
            at(MAIN, 'ownerId String', 2),
        );
        assert.deepEqual(
            found.map(({ range }) => [range.start.line, textAt(MAIN, range)]),
            [
                [16, 'ownerId'],
                [17, 'ownerId'],
                [20, 'ownerId'],
            ],
        );
    });

    it('finds the workspace’s own symbols, not ZenStack’s', async () => {
        const query = async (text: string): Promise<string[]> => {
            const found = await server.client.sendRequest<WorkspaceSymbol[]>('workspace/symbol', { query: text });
            return found.map((symbol) => symbol.name).sort();
        };
        assert.deepEqual(await query('U'), ['User']);
        assert.deepEqual(await query('auth'), ['Auth']);
        assert.deepEqual(await query('cuid'), []);
    });
});

describe('base features switched off', () => {
    let server: TestServer;
    const FAULTY = GOOD.replace('organizationId   String?', 'organizationId   String').replace(
        'title          String',
        'title          Strin',
    );
    before(async () => {
        server = await TestServer.start(
            {
                [MAIN]: FAULTY,
                'src/db.ts': DB_TS,
                'src/auth.ts': `import { betterAuth } from 'better-auth';
export const auth = betterAuth({ secret: 'a' });
`,
            },
            { baseFeatures: false },
        );
        await server.open(MAIN);
        await server.settled(MAIN);
    });
    after(async () => {
        await server.stop();
    });

    it('announces what answers about auth() alone', () => {
        const { capabilities } = server.result;
        const announced = Object.entries(capabilities)
            .filter(([, value]) => value !== false)
            .map(([name]) => name)
            .sort();
        assert.deepEqual(announced, [
            'codeActionProvider',
            'codeLensProvider',
            'completionProvider',
            'definitionProvider',
            'documentLinkProvider',
            'foldingRangeProvider',
            'hoverProvider',
            'inlayHintProvider',
            'textDocumentSync',
            'workspace',
        ]);
    });

    it('sends findings with quick fixes, and no diagnostics of the language', async () => {
        const diagnostic = await server.diagnostic(MAIN, 'context-member-nullable');
        assert.deepEqual(
            server.diagnostics(MAIN).filter((each) => each.source !== 'zmodel-auth'),
            [],
        );
        const [fix] = await server.quickFixes(MAIN, diagnostic);
        assert.match(server.applied(MAIN, fix?.edit), /organizationId {3}String\?/);
        await server.change(MAIN, FAULTY.replace('model Todo {', 'model {'));
        await server.change(MAIN, FAULTY);
        await server.diagnostic(MAIN, 'context-member-nullable');
        assert.ok(
            server.published.every(({ diagnostics }) => diagnostics.every((each) => each.source === 'zmodel-auth')),
        );
    });

    it('has no hover and no definition for what the language answers', async () => {
        // What a rule lets through is ours to say; what the attribute is, the language's.
        const rule = server.position(MAIN, '@@allow', 3);
        const hover = await server.request<{ contents: { value: string } }>('textDocument/hover', MAIN, {
            position: rule,
        });
        assert.match(hover.contents.value, /^Lets signed-in users /);
        assert.doesNotMatch(hover.contents.value, /Defines an access policy/);
        const position = server.position(MAIN, 'title', 1);
        assert.equal(await server.request('textDocument/hover', MAIN, { position }), null);
        const definition = await server.request<unknown[] | null>('textDocument/definition', MAIN, { position });
        assert.deepEqual(definition ?? [], []);
    });

    it('offers rules, and nothing else', async () => {
        const items = await server.complete(MAIN, FAULTY.replace('    @@allow', '    <|>\n    @@allow'));
        assert.ok(items.length > 0);
        assert.deepEqual([...new Set(items.map((item) => item.label.slice(0, 2)))], ['@@']);
        await server.change(MAIN, FAULTY);
    });

    it('inserts models', async () => {
        const result = await server.client.sendRequest<{ kind: string; added?: { models: string[] } }>(
            'zmodelAuth/insertAuthModels',
            { uri: server.uri(MAIN) },
        );
        assert.equal(result.kind, 'plan');
        assert.deepEqual(result.added?.models, ['User', 'Session', 'Account', 'Verification']);
    });
});
