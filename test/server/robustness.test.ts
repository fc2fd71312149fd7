import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { DB_TS, GOOD } from './sources.ts';
import { TestServer } from './support.ts';

const FILE = 'schema.zmodel';
const NULLABLE = GOOD.replace('organizationId   String?', 'organizationId   String');
const NOBODY = GOOD.replace('auth().userId ==', 'auth().nobody ==');

describe('a server under stress', () => {
    let server: TestServer;
    beforeEach(async () => {
        server = await TestServer.start({ [FILE]: GOOD, 'src/db.ts': DB_TS });
    });
    afterEach(async () => {
        await server.stop();
    });

    it('ends in the right state after many edits in a row, whole and broken', async () => {
        await server.open(FILE);
        for (let turn = 0; turn < 150; turn += 1) {
            const text = turn % 3 === 0 ? NOBODY : turn % 3 === 1 ? GOOD.slice(0, 200 + turn) : `${GOOD}// ${turn}\n`;
            void server.change(FILE, text);
        }
        await server.change(FILE, NOBODY);
        await server.diagnostic(FILE, 'auth-member-missing');
        await server.idle();
        assert.deepEqual(
            server.diagnostics(FILE).map((each) => each.code),
            ['auth-member-missing'],
        );
        await server.change(FILE, GOOD);
        await server.idle();
        assert.deepEqual(server.diagnostics(FILE), []);
        assert.deepEqual(server.logs, []);
    });

    it('asks again when sources change while it asks: the last state counts', async () => {
        await server.open(FILE, NULLABLE);
        await server.until(() => server.statuses.some(({ state }) => state === 'busy'), 'the first question');
        for (const type of ['number', 'string', 'string | null']) {
            await server.write(
                'src/db.ts',
                DB_TS.replace('userId: string', 'userId: number').replace('string | null', type),
            );
        }
        await server.write('src/db.ts', DB_TS.replace('string | null', 'string'));
        await server.idle();
        assert.deepEqual(server.diagnostics(FILE), []);
        assert.equal(server.statuses.at(-1)?.state, 'ready');
    });

    it('answers or gives up what the client does not want any more, and goes on', async () => {
        await server.open(FILE);
        const source = new CancellationTokenSource();
        const params = { textDocument: { uri: server.uri(FILE) }, position: { line: 5, character: 0 } };
        const answers = ['textDocument/completion', 'textDocument/hover', 'textDocument/semanticTokens/full'].map(
            (method) =>
                server.client.sendRequest(method, params, source.token).then(
                    () => 'answered',
                    (error: unknown) => (error instanceof Error ? 'rejected' : 'odd'),
                ),
        );
        source.cancel();
        for (const answer of await Promise.all(answers)) assert.ok(['answered', 'rejected'].includes(answer));
        await server.change(FILE, NOBODY);
        await server.diagnostic(FILE, 'auth-member-missing');
    });

    it('outlives the worker: a new one answers, and the log says so', async () => {
        await server.open(FILE, NULLABLE);
        const pid = await server.until(
            () => (server.statuses.at(-1)?.state === 'busy' ? server.workerPid() : undefined),
            'a busy worker',
        );
        process.kill(pid, 'SIGKILL');
        await server.diagnostic(FILE, 'context-member-nullable');
        assert.ok(
            server.logs.some((line) => line.includes(`${pid} ended unexpectedly (signal SIGKILL)`)),
            server.logs.join('\n'),
        );
        await server.idle();
        assert.equal(server.statuses.at(-1)?.state, 'ready');
        const next = server.workerPid();
        assert.ok(next !== undefined && next !== pid);
        // Idle workers die, too.
        process.kill(next, 'SIGKILL');
        await server.until(() => server.workerPid() === undefined, 'the end of the worker');
        await server.write('src/db.ts', DB_TS.replace('string | null', 'string'));
        await server.gone(FILE, 'context-member-nullable');
    });

    it('says what it is when the worker dies again and again, and keeps what needs no worker', async () => {
        await server.open(FILE, NULLABLE);
        for (let turn = 0, last: number | undefined; turn < 3; turn += 1) {
            const pid = await server.until(
                () => {
                    const now = server.workerPid();
                    return now !== undefined && now !== last ? now : undefined;
                },
                `worker ${turn + 1}`,
            );
            last = pid;
            process.kill(pid, 'SIGKILL');
            await server.until(
                () => server.logs.some((line) => line.includes(`${pid} ended unexpectedly`)),
                `the end of worker ${turn + 1}`,
            );
        }
        const status = await server.until(
            () => server.statuses.find(({ state }) => state === 'error'),
            'an error in the status',
        );
        assert.match(status.message, /ended unexpectedly 3 times within a minute.*restart the server/s);
        await server.change(FILE, NOBODY);
        await server.diagnostic(FILE, 'auth-member-missing');
        const result = await server.client.sendRequest<{ kind: string; message?: string }>(
            'zmodelAuth/insertAuthModels',
            { uri: server.uri(FILE) },
        );
        assert.equal(result.kind, 'failed');
        assert.match(result.message ?? '', /could not be read: .*restart the server/);
    });
});
