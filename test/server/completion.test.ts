import assert from 'node:assert/strict';
import { CompletionItemKind } from 'vscode-languageserver';
import type { CompletionItem } from 'vscode-languageserver';
import { expandSnippet } from '../unit/snippets/expand.ts';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const FILE = 'schema.zmodel';

const AUTH_TYPE = `type Auth {
    userId           String  @id
    organizationId   String?
    organizationRole String?

    @@auth
}
`;

const MODELS = `model User {
    id      String   @id
    members Member[]
    todos   Todo[]
}

model Organization {
    id      String   @id
    members Member[]
    todos   Todo[]
}

model Member {
    id             String       @id
    organizationId String
    organization   Organization @relation(fields: [organizationId], references: [id])
    userId         String
    user           User         @relation(fields: [userId], references: [id])
    role           String
}
`;

const todo = (optional: '' | '?', body = '    <|>\n'): string => `model Todo {
    id             String        @id
    title          String
    organizationId String${optional}
    organization   Organization${optional} @relation(fields: [organizationId], references: [id])
    ownerId        String
    owner          User          @relation(fields: [ownerId], references: [id])

${body}}
`;

const SCHEMAS: Record<string, string> = {
    'a type as auth declaration, nullable tenant': HEAD + AUTH_TYPE + MODELS + todo('?'),
    'a type as auth declaration, required tenant': HEAD + AUTH_TYPE + MODELS + todo(''),
    'an enum as role':
        HEAD +
        AUTH_TYPE.replace('organizationRole String?', 'organizationRole Role?') +
        MODELS +
        todo('') +
        'enum Role {\n    OWNER\n    MEMBER\n}\n',
    'a model as auth declaration':
        HEAD +
        MODELS.replace(
            '    id      String   @id\n',
            '    id      String   @id\n    organizationId String?\n    role String\n',
        ) +
        todo('?'),
};

describe('completion over LSP', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [FILE]: HEAD });
    });
    after(async () => {
        await server.stop();
    });

    const rules = async (marked: string): Promise<CompletionItem[]> =>
        (await server.complete(FILE, marked)).filter(({ kind }) => kind === CompletionItemKind.Snippet);
    const labels = async (marked: string): Promise<string[]> => (await rules(marked)).map(({ label }) => label);

    for (const [name, marked] of Object.entries(SCHEMAS)) {
        it(`offers rules with the schema's names: ${name}; each validates as it is inserted`, async () => {
            const items = await rules(marked);
            const all = items.map(({ label }) => label).join('\n');
            for (const part of ['tenant isolation', 'own organization', 'owner', 'members of organization.members'])
                assert.ok(all.includes(part), `${part} in ${all}`);
            for (const item of items) {
                assert.ok(item.textEdit && 'range' in item.textEdit);
                const { range, newText } = item.textEdit;
                assert.deepEqual(range.start, range.end, 'nothing was typed');
                const rule = expandSnippet(newText).replaceAll('\n', '\n    ');
                await server.change(FILE, marked.replace('<|>', rule));
                await server.idle();
                const found = server.diagnostics(FILE).filter((each) => each.severity === 1);
                assert.deepEqual(
                    found.map((each) => each.message),
                    [],
                    `${item.label}: ${rule}`,
                );
            }
        });
    }

    it('writes the names and values of the schema', async () => {
        const text = (items: CompletionItem[], label: string): string => {
            const found = items.find((item) => item.label === label);
            assert.ok(found?.textEdit, `${label} in ${items.map((item) => item.label).join(', ')}`);
            return expandSnippet(found.textEdit.newText);
        };
        const items = await rules(SCHEMAS['an enum as role'] ?? '');
        assert.match(text(items, '@@deny tenant isolation'), /auth\(\)\.organizationId != organizationId/);
        assert.match(text(items, '@@allow organization role'), /auth\(\)\.organizationRole == OWNER/);
        assert.match(text(items, '@@allow owner'), /auth\(\)\.userId == ownerId/);
        assert.match(
            text(items, '@@allow members of organization.members'),
            /organization\.members\?\[userId == auth\(\)\.userId/,
        );
        const ofModel = await rules(SCHEMAS['a model as auth declaration'] ?? '');
        assert.match(text(ofModel, '@@allow owner'), /auth\(\)\.id == ownerId/);
    });

    it('replaces what is typed of the rule', async () => {
        for (const typed of ['@', '@@', '@@al', 'deny']) {
            const items = await rules(
                (SCHEMAS['a type as auth declaration, required tenant'] ?? '').replace('<|>', `${typed}<|>`),
            );
            const [first] = items;
            assert.ok(first?.textEdit && 'range' in first.textEdit, typed);
            const { start, end } = first.textEdit.range;
            assert.equal(end.character - start.character, typed.length);
        }
    });

    it('goes on in a file that is broken elsewhere', async () => {
        const schema = HEAD + AUTH_TYPE + MODELS + todo('');
        assert.ok(
            (await labels(`${schema}\nmodel Half {\n    id String @id\n    own\n`)).includes('@@deny tenant isolation'),
        );
        assert.ok(
            (await labels(schema.replace('role           String', 'role (  String'))).includes(
                '@@deny tenant isolation',
            ),
        );
    });

    const NOWHERE: Record<string, string> = {
        'behind a field’s name': todo('').replace('title          String', 'title <|>'),
        'in an attribute': todo('', "    @@allow('read',\n        <|>true)\n"),
        'in a line comment': todo('', '    // <|>\n'),
        'in a block comment': todo('', '    /*\n    <|>\n    */\n'),
        'in a documentation comment': todo('', '    /// <|>\n'),
        'in a string': todo('', "    @@map('\n<|>')\n"),
        'in an enum': `enum State {\n    <|>\n    OPEN\n}\n${todo('', '')}`,
        'in a type': `type Extra {\n    note String\n    <|>\n}\n${todo('', '')}`,
        'in a datasource': `datasource other {\n    <|>\n}\n${todo('', '')}`,
        'between declarations': `<|>\n${todo('', '')}`,
    };
    for (const [where, text] of Object.entries(NOWHERE)) {
        it(`offers no rule ${where}`, async () => {
            assert.deepEqual(await labels(HEAD + AUTH_TYPE + MODELS + text), []);
        });
    }

    it('offers the members of auth(), typed in part or not, with what follows missing', async () => {
        const members = async (rule: string): Promise<string[]> => {
            const items = await server.complete(FILE, HEAD + AUTH_TYPE + MODELS + todo('', `    ${rule}\n`));
            return items.map(({ label }) => label);
        };
        const all = ['userId', 'organizationId', 'organizationRole'];
        assert.deepEqual(await members("@@allow('read', auth().<|>)"), all);
        assert.deepEqual(await members("@@allow('read', auth().<|>"), all);
        assert.deepEqual((await members("@@allow('read', auth().org<|> == id)")).slice(0, 3), all);
        assert.deepEqual(await members("@@allow('read', id == auth( ).<|>)"), all);
        assert.deepEqual(await members("@@allow('read', auth() != null && auth().<|> && true)"), all);
        assert.deepEqual(await members('// auth().<|>'), []);
        assert.deepEqual(await members("@@map('auth().<|>')"), []);
    });

    it('offers the members of auth() of a schema whose auth declaration is in another file', async () => {
        await server.write('parts.zmodel', AUTH_TYPE);
        const items = await server.complete(
            FILE,
            `import './parts'\n${HEAD}${MODELS}${todo('', "    @@allow('read', auth().<|>)\n")}`,
        );
        assert.deepEqual(
            items.map(({ label, detail }) => `${label}: ${detail ?? ''}`),
            ['userId: String', 'organizationId: String?', 'organizationRole: String?'],
        );
    });
});

describe('completion while typing, over LSP', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [FILE]: HEAD + AUTH_TYPE + MODELS + todo('?') });
    });
    after(async () => {
        await server.stop();
    });

    const at = async (rule: string): Promise<CompletionItem[]> =>
        server.complete(FILE, HEAD + AUTH_TYPE + MODELS + todo('?', `    ${rule}\n`));
    const first = async (rule: string): Promise<string[]> => (await at(rule)).slice(0, 3).map(({ label }) => label);

    it('answers within rules, alone and at once, whatever state the document is in', async () => {
        assert.deepEqual(await first("@@allow('<|>"), ['read', 'all', 'update']);
        assert.deepEqual(await first("@@allow('read', <|>"), ['auth()', 'organizationId', 'ownerId']);
        assert.deepEqual(await first("@@allow('read', auth().<|>"), ['userId', 'organizationId', 'organizationRole']);
        assert.deepEqual(await first("@@allow('read', auth().userId == <|>"), ['ownerId', 'id', 'title']);
        assert.deepEqual(await first("@@allow('read', organization.members?[<|>"), [
            'organizationId',
            'userId',
            'user',
        ]);
        assert.deepEqual(await first("@@allow('read', check(<|>"), ['organization', 'owner']);
        assert.deepEqual(await first("@@allow('read', title <|>"), ['==', '!=', 'in']);
        assert.deepEqual(await first("@@deny('post-update', before().<|>"), ['organizationId', 'ownerId', 'id']);
        assert.deepEqual(await first('@@index([<|>'), ['organizationId', 'ownerId', 'title']);
    });

    it('marks what may be missing, and says what is inserted where', async () => {
        const items = await at("@@allow('read', auth().org<|>");
        const item = items.find(({ label }) => label === 'organizationId');
        assert.equal(item?.labelDetails?.description, 'may be missing');
        assert.ok(item.textEdit && 'range' in item.textEdit);
        assert.equal(item.textEdit.range.end.character - item.textEdit.range.start.character, 'org'.length);
        assert.ok(
            typeof item.documentation === 'object' && item.documentation.value.includes('organizationId String?'),
        );
        assert.equal(item.command, undefined, 'a command of VS Code is only for VS Code');
    });

    it('answers an edit that is not built yet, and the language’s own features see the edit, too', async () => {
        const text = HEAD + AUTH_TYPE + MODELS + todo('?', "    @@allow('read', auth().userId == <|>)\n");
        const items = await server.complete(FILE, text);
        assert.equal(items[0]?.label, 'ownerId');
        const chosen = text
            .replace('<|>', 'ownerId')
            .replace('model Todo', 'model Task')
            .replaceAll('Todo[]', 'Task[]');
        await server.change(FILE, chosen);
        const symbols = await server.request<{ name: string }[]>('textDocument/documentSymbol', FILE);
        assert.ok(
            symbols.some(({ name }) => name === 'Task'),
            symbols.map(({ name }) => name).join(', '),
        );
        await server.idle();
        assert.deepEqual(
            server.diagnostics(FILE).filter(({ severity }) => severity === 1),
            [],
        );
    });

    it('completes the paths of imports from the workspace', async () => {
        await server.write('parts/notes.zmodel', 'enum Kind {\n    A\n}\n');
        await server.idle();
        const items = await server.complete(FILE, `import '<|>'\n${HEAD}${AUTH_TYPE}${MODELS}${todo('?')}`);
        assert.deepEqual(
            items.map(({ label }) => label),
            ['./parts/notes'],
        );
    });

    it('leaves declarations that only libraries have to the language’s own completion', async () => {
        const items = await server.complete(FILE, `${HEAD}${AUTH_TYPE}attribute @@mine(_ value: <|>\n`);
        assert.ok(items.every(({ sortText }) => !sortText?.startsWith('!')));
    });
});

describe('completion beside the official extension', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [FILE]: HEAD + AUTH_TYPE + MODELS + todo('?') }, { baseFeatures: false });
    });
    after(async () => {
        await server.stop();
    });

    const labelsAt = async (rule: string): Promise<string[]> =>
        (await server.complete(FILE, HEAD + AUTH_TYPE + MODELS + todo('?', `    ${rule}\n`))).map(({ label }) => label);

    it('adds what that one lacks', async () => {
        assert.deepEqual((await labelsAt("@@allow('read', auth().<|>)")).slice(0, 2), ['userId', 'organizationId']);
        assert.ok((await labelsAt("@@allow('<|>', true)")).includes('post-update'));
        assert.ok((await labelsAt("@@allow('read', check(<|>))")).includes('owner'));
        assert.ok((await labelsAt('<|>')).includes('@@deny tenant isolation'));
    });

    it('offers nothing that it offers itself', async () => {
        // Attributes come from both, in a file that parses.
        const attributes = await labelsAt('@@<|>');
        assert.ok(attributes.includes('@@deny tenant isolation'));
        assert.ok(!attributes.includes('@@map'), attributes.join(', '));
        const types = await labelsAt('extra <|>');
        assert.ok(!types.includes('String'), types.join(', '));
    });
});
