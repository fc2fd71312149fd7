import assert from 'node:assert/strict';
import type { TextEdit } from 'vscode-languageserver';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const TIDY = `datasource db {
    provider = 'sqlite'
    url = 'file:./dev.db'
}

model Todo {
    id      String @id
    ownerId String

    @@allow('read', ownerId == auth().id ||
        // anyone
        done)
}
`;

describe('formatting over LSP', () => {
    let server: TestServer;
    const options = { tabSize: 4, insertSpaces: true };
    before(async () => {
        server = await TestServer.start({ [MAIN]: TIDY });
        await server.open(MAIN);
        await server.idle();
    });
    after(async () => {
        await server.stop();
    });

    const ask = async (text: string, method: string, params: object): Promise<string> => {
        await server.change(MAIN, text);
        const edits = await server.request<TextEdit[] | null>(`textDocument/${method}`, MAIN, { options, ...params });
        return server.applied(MAIN, { changes: { [server.uri(MAIN)]: edits ?? [] } });
    };
    const untidy = TIDY.replace('ownerId String', 'ownerId   String').replace(
        "'read', ownerId == auth().id",
        "'read',ownerId==auth( ).id",
    );

    it('announces formatting of documents, of parts and while typing', () => {
        const { capabilities } = server.result;
        assert.equal(capabilities.documentFormattingProvider, true);
        assert.equal(capabilities.documentRangeFormattingProvider, true);
        assert.deepEqual(capabilities.documentOnTypeFormattingProvider, {
            firstTriggerCharacter: '}',
            moreTriggerCharacter: ['\n', ')'],
        });
    });

    it('formats a document, and a second time not', async () => {
        assert.equal(await ask(untidy, 'formatting', {}), TIDY);
        assert.equal(await ask(TIDY, 'formatting', {}), TIDY);
    });

    it('keeps CRLF and takes the editor’s tabs', async () => {
        const crlf = untidy.replaceAll('\n', '\r\n');
        const tabs = await ask(crlf, 'formatting', { options: { tabSize: 4, insertSpaces: false } });
        assert.equal(tabs, TIDY.replaceAll('    ', '\t').replaceAll('\n', '\r\n').replace('id\t', 'id    '));
    });

    it('formats a part', async () => {
        await server.change(MAIN, untidy);
        const start = server.position(MAIN, 'ownerId   String');
        const text = await ask(untidy, 'rangeFormatting', { range: { start, end: start } });
        assert.equal(text, untidy.replace('ownerId   String', 'ownerId String'));
    });

    it('formats while typing', async () => {
        await server.change(MAIN, untidy);
        const brace = server.position(MAIN, '}\n', 0);
        assert.equal(brace.line, 3);
        const last = { line: untidy.split('\n').length - 2, character: 1 };
        assert.equal(await ask(untidy, 'onTypeFormatting', { position: last, ch: '}' }), TIDY);
    });

    it('leaves a file that does not parse alone', async () => {
        const broken = untidy.replace('model Todo {', 'model {');
        assert.equal(await ask(broken, 'formatting', {}), broken);
    });
});
