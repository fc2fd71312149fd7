import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const PARENT = 'list.zmodel';
const SCHEMA = `import './list'
${HEAD}
type Auth {
    userId String @id

    @@auth
}

model Todo {
    id     Int      @id
    list   TodoList @relation(fields: [listId], references: [id])
    listId Int

    @@deny('read,create', auth() == null)
    @@allow('read', list.owner == auth().userId)
}
`;
const LIST = `model TodoList {
    id    Int    @id
    owner String
    todos Todo[]
}
`;

describe('refactorings over LSP', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA, [PARENT]: LIST }, { baseFeatures: false });
        await server.open(MAIN);
        await server.idle();
    });
    after(async () => {
        await server.stop();
    });

    const actions = async (search: string, only?: string[]): Promise<CodeAction[]> => {
        const position = server.position(MAIN, search, 2);
        const found = await server.request<CodeAction[] | null>('textDocument/codeAction', MAIN, {
            range: { start: position, end: position },
            context: { diagnostics: [], ...(only && { only }) },
        });
        return found ?? [];
    };

    it('extract a rule into another file', async () => {
        const [action] = await actions('@@allow', ['refactor.extract']);
        assert.equal(action?.title, 'Extract rule to TodoList with check(list)');
        assert.equal(action.kind, 'refactor.extract');
        assert.equal(server.applied(MAIN, action.edit), SCHEMA.replace('list.owner == auth().userId', 'check(list)'));
        assert.equal(
            server.applied(PARENT, action.edit),
            LIST.replace('todos Todo[]\n', "todos Todo[]\n\n    @@allow('read', owner == auth().userId)\n"),
        );
    });

    it('are offered by kind, and only on rules', async () => {
        const titles = async (search: string, only?: string[]): Promise<string[]> =>
            (await actions(search, only)).map(({ title }) => title);
        assert.deepEqual(await titles("'read,create'"), [
            'Toggle guard: require auth() != null in each allow',
            'Sort operations: create, read',
        ]);
        assert.equal((await titles("'read,create'", ['refactor'])).length, 2);
        assert.deepEqual(await titles("'read,create'", ['quickfix']), []);
        assert.deepEqual(await titles("'read,create'", ['refactor.extract']), []);
        assert.deepEqual(await titles('listId Int'), []);
    });

    it('are not offered in a declaration that does not parse', async () => {
        await server.change(MAIN, SCHEMA.replace('listId Int\n', 'listId ==\n'));
        assert.deepEqual(
            (await actions('@@allow')).map(({ title }) => title),
            [],
        );
    });
});
