import assert from 'node:assert/strict';
import type { CodeLens } from 'vscode-languageserver';
import { accessRequest } from '../../src/shared/protocol.ts';
import type { ResultOf } from '../../src/shared/protocol.ts';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const SCHEMA = `${HEAD}
type Auth {
    userId String @id
    organizationId String?

    @@auth
}

model Todo {
    id      String  @id
    organizationId  String?
    ownerId String

    @@allow('read', auth().organizationId == organizationId)
    @@allow('create,update,delete', auth().userId == ownerId)
}

model Secret {
    id String @id
}
`;

describe('who can access a model, in the editor', () => {
    let server: TestServer;
    const lenses = async (running: TestServer): Promise<string[]> => {
        const found = (await running.request<CodeLens[] | null>('textDocument/codeLens', MAIN)) ?? [];
        const resolved = found
            .filter(({ command }) => command === undefined)
            .map((lens) => running.client.sendRequest<CodeLens>('codeLens/resolve', lens));
        return (await Promise.all(resolved)).map(
            ({ range, command }) => `${range.start.line} ${command?.title ?? ''} ${command?.command ?? ''}`,
        );
    };
    const ask = (params: { uri?: string; model?: string }): Promise<ResultOf<typeof accessRequest>> =>
        server.client.sendRequest(accessRequest.method, params);

    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA });
        await server.open(MAIN);
        await server.settled(MAIN);
    });
    after(async () => {
        await server.stop();
    });

    it('shows a line above each model, completed when it is asked for', async () => {
        const at = (search: string): number => server.position(MAIN, search).line;
        assert.deepEqual(await lenses(server), [
            `${at('model Todo')} read: everyone (some rows), same organization · create, update, delete: owner zmodelAuth.showAccess`,
            `${at('model Secret')} all operations: nobody zmodelAuth.showAccess`,
        ]);
    });

    it('answers with the names of models, and with a page for one', async () => {
        const uri = server.uri(MAIN);
        assert.deepEqual(await ask({ uri }), { models: ['Todo', 'Secret'] });
        assert.deepEqual(await ask({ uri, model: 'Gone' }), { models: ['Todo', 'Secret'] });
        const { markdown = '' } = await ask({ uri, model: 'Todo' });
        assert.match(markdown, /^# Who can access Todo\n/);
        assert.match(markdown, /## read: everyone \(some rows\), same organization\n/);
        assert.match(markdown, /Lets users whose organizationId is the row's read a Todo\./);
        assert.match(markdown, /\| Row of Todo \| `\{ organizationId: null \}` \|/);
        assert.match(markdown, /Anonymous requests reach nothing\./);
        assert.match(markdown, /## Findings\n\n- `rule-null-match`/);
        assert.match(markdown, /\[schema\.zmodel:\d+\]\(file:.*#L\d+\)/);
    });

    it('shows none where they are switched off, and tells when rules do nothing', async () => {
        const plain = SCHEMA.replace(/plugin policy[^}]*\}/, '');
        const running = await TestServer.start({ [MAIN]: plain });
        try {
            await running.open(MAIN);
            await running.settled(MAIN);
            assert.deepEqual(await lenses(running), []);
            const answer = await running.client.sendRequest<ResultOf<typeof accessRequest>>(accessRequest.method, {
                uri: running.uri(MAIN),
            });
            assert.match(answer.message ?? '', /does not declare @zenstackhq\/plugin-policy/);
        } finally {
            await running.stop();
        }
        const off = await TestServer.start({ [MAIN]: SCHEMA }, { settings: { codeLens: false } });
        try {
            await off.open(MAIN);
            await off.settled(MAIN);
            assert.deepEqual(await lenses(off), []);
        } finally {
            await off.stop();
        }
    });
});
