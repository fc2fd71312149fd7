import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const SCHEMA = `${HEAD}
type Auth {
    userId String @id
    teamId String?

    @@auth
}

// Kept   as it is.
model Todo {
    id     String  @id
    teamId String?

    @@allow('read', auth().teamId == teamId) // why
}

model Note {
    id     String  @id
    teamId String?
    open   Boolean
    locked Boolean

    @@allow('read', open || locked && auth().userId == id)
    @@allow('update', auth().teamId == teamId)
}
`;

describe('fixing all of a file', () => {
    let server: TestServer;
    const fixAll = async (only: string): Promise<CodeAction[]> => {
        const position = server.position(MAIN, 'model Todo');
        const found = await server.request<CodeAction[] | null>('textDocument/codeAction', MAIN, {
            range: { start: position, end: position },
            context: { diagnostics: [], only: [only] },
        });
        return (found ?? []).filter(({ kind }) => kind?.startsWith('source.fixAll') === true);
    };

    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA });
        await server.open(MAIN);
        await server.settled(MAIN);
    });
    after(async () => {
        await server.stop();
    });

    it('is told to the editor', () => {
        const { codeActionProvider } = server.result.capabilities;
        assert.ok(typeof codeActionProvider === 'object');
        assert.ok(codeActionProvider.codeActionKinds?.includes('source.fixAll.zmodelAuth'));
    });

    it('applies what is safe, leaves what the author has to decide, and then has nothing left to do', async () => {
        for (const only of ['source.fixAll', 'source.fixAll.zmodelAuth', 'source']) {
            assert.equal((await fixAll(only)).length, 1, only);
        }
        assert.deepEqual(await fixAll('source.organizeImports'), []);
        const [action] = await fixAll('source.fixAll.zmodelAuth');
        const result = server.applied(MAIN, action?.edit);
        const guarded = 'auth().teamId != null && auth().teamId == teamId';
        assert.equal(
            result,
            SCHEMA.replace("('read', auth().teamId == teamId) // why", `('read', ${guarded}) // why`).replace(
                "('update', auth().teamId == teamId)",
                `('update', ${guarded})`,
            ),
        );
        await server.change(MAIN, result);
        await server.idle();
        assert.deepEqual(
            server.diagnostics(MAIN).map(({ code }) => code),
            ['rule-mixed-operators'],
        );
        assert.deepEqual(await fixAll('source.fixAll'), []);
        await server.change(MAIN, SCHEMA);
        await server.idle();
    });

    it('is offered for a code that occurs again, beside the fix of the one', async () => {
        const found = server.diagnostics(MAIN).find(({ code }) => code === 'rule-null-match');
        assert.ok(found);
        const titles = (await server.quickFixes(MAIN, found)).map(({ title }) => title);
        assert.ok(titles.includes('Fix all rule-null-match in this file'), titles.join('; '));
        // The plain fix takes nothing away, and so has nothing to tell.
        assert.ok(titles.every((title) => !title.includes('also refuses')));
        const mixed = server.diagnostics(MAIN).find(({ code }) => code === 'rule-mixed-operators');
        assert.ok(mixed);
        const others = (await server.quickFixes(MAIN, mixed)).map(({ title }) => title);
        assert.ok(others.every((title) => !title.startsWith('Fix all')));
    });
});
