import assert from 'node:assert/strict';
import { explainRequest } from '../../src/shared/protocol.ts';
import type { ExplainParams } from '../../src/shared/protocol.ts';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const SCHEMA = `${HEAD}
type Auth {
    userId String @id
    teamId String?

    @@auth
}

model Todo {
    id     String  @id
    teamId String?

    @@allow('read', auth().teamId == teamId)
}
`;

describe('Explain Finding', () => {
    let server: TestServer;
    const explain = async (params: ExplainParams): Promise<string> => {
        const { markdown } = await server.client.sendRequest<{ markdown?: string }>(explainRequest.method, params);
        return markdown ?? '';
    };

    before(async () => {
        server = await TestServer.start({ [MAIN]: SCHEMA });
        await server.open(MAIN);
        await server.settled(MAIN);
    });
    after(async () => {
        await server.stop();
    });

    it('shows the finding’s own counterexample before the page', async () => {
        const found = server.diagnostics(MAIN).find(({ code }) => code === 'rule-null-match');
        assert.ok(found);
        const page = await explain({ code: 'rule-null-match', data: found.data });
        const lines = page.split('\n');
        assert.deepEqual(lines.slice(0, 9), [
            '# rule-null-match',
            '',
            '## In your schema',
            '',
            '> An anonymous request can read a Todo with teamId = null.',
            '',
            '| | |',
            '| --- | --- |',
            '| Passed to `$setAuth` | nothing: an anonymous request |',
        ]);
        assert.equal(lines[9], '| Row of Todo | `{ teamId: null }` |');
        assert.match(page, /## Why it matters/);
    });

    it('shows the page alone without one, or with something else', async () => {
        const plain = await explain({ code: 'rule-null-match' });
        assert.doesNotMatch(plain, /In your schema/);
        for (const data of [null, 7, {}, { counterexample: null }, { counterexample: { sentence: 'x' } }]) {
            assert.equal(await explain({ code: 'rule-null-match', data }), plain);
        }
        assert.equal(await explain({ code: 'nonsense' }), '');
    });
});
