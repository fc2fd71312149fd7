import assert from 'node:assert/strict';
import { applyChanges } from '../../src/model/text.ts';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const SCHEMA = 'schema.zmodel';

describe('rule snippets over messages', function () {
    this.timeout(60_000);
    let server: TestServer;
    const text = `${HEAD}
type Auth {
    userId         String  @id
    organizationId String?

    @@auth
}

model Organization {
    id String @id
}

model Note {
    id String @id
    <|>
}
`;

    before(async () => {
        server = await TestServer.start({ [SCHEMA]: text.replace('<|>', '') });
    });

    after(async () => {
        await server.stop();
    });

    it('bring along what has to stand elsewhere', async () => {
        const items = await server.complete(SCHEMA, text.replace('<|>', 'tenant<|>'));
        const item = items.find(({ label }) => label === 'tenant columns');
        assert.ok(item?.additionalTextEdits, items.map(({ label }) => label).join(' | '));
        const plain = server.text(SCHEMA);
        const lines = plain.split('\n');
        const offset = (at: { line: number; character: number }): number =>
            lines.slice(0, at.line).reduce((sum, line) => sum + line.length + 1, 0) + at.character;
        const result = applyChanges(
            plain,
            item.additionalTextEdits.map(({ range, newText }) => ({
                start: offset(range.start),
                end: offset(range.end),
                text: newText,
            })),
        );
        assert.equal(result, plain.replace('model Organization {\n    id String @id\n', '$&    notes Note[]\n'));
    });

    it('are found first by the word that was begun', async () => {
        const own = 'id String @id\n    organizationId String?\n';
        const filters = async (typed: string): Promise<(string | undefined)[]> => {
            const items = await server.complete(
                SCHEMA,
                text.replace('id String @id\n    <|>', `${own}    ${typed}<|>`),
            );
            return items.filter(({ label }) => label === '@@deny tenant isolation').map(({ filterText }) => filterText);
        };
        assert.deepEqual(await filters('ten'), ['tenant @@deny deny organization isolation']);
        assert.deepEqual(await filters('Org'), ['organization @@deny deny tenant isolation']);
        assert.deepEqual(await filters('@@d'), ['@@deny deny tenant organization isolation']);
    });

    it('show in their documentation what will be inserted', async () => {
        const items = await server.complete(
            SCHEMA,
            text.replace('id String @id\n    <|>', 'id String @id\n    organizationId String?\n    @@<|>'),
        );
        const documentation = (label: string): string => {
            const found = items.find((item) => item.label === label)?.documentation;
            assert.ok(typeof found === 'object', label);
            return found.value;
        };
        assert.match(
            documentation('@@deny tenant isolation'),
            /```zmodel\n@@deny\('all,post-update', auth\(\)\.organizationId == null \|\| .* \|\| organizationId == null\)\n```/,
        );
        assert.match(
            documentation('@@allow own organization'),
            /```zmodel\n@@allow\('read', auth\(\)\.organizationId != null && /,
        );
    });
});
