import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { AnalysisWorker, workerModulePath } from '../../../src/worker/client.ts';
import { poll } from '../../support/poll.ts';
import { Workspace } from '../context/workspace.ts';
import type { AnalysisQuery, WorkerRequest, WorkerResponse } from '../../../src/worker/protocol.ts';

const FORMS = path.join(import.meta.dirname, '../../fixtures/contexts/forms');

function query(root: string, types = true): AnalysisQuery {
    return { root, overlays: {}, types };
}

describe('worker process', () => {
    let worker: AnalysisWorker;

    beforeEach(() => {
        worker = new AnalysisWorker({ modulePath: workerModulePath(), log: () => undefined });
    });

    afterEach(() => {
        worker.dispose();
    });

    it('answers both methods', async () => {
        const [contexts, configs] = await Promise.all([
            worker.contexts(query(FORMS, false)),
            worker.configs(query(path.join(FORMS, '../better-auth'))),
        ]);
        assert.ok(contexts.contexts.length > 40);
        assert.deepEqual(
            configs.configs.map((config) => path.basename(config.location.file)),
            ['auth.ts'],
        );
    });

    it('answers with editor content', async () => {
        const file = path.join(FORMS, 'src/more.jsx');
        const overlays = { [file]: 'db.$setAuth({ unsaved: true });' };
        const { contexts } = await worker.contexts({ root: FORMS, overlays, types: false });
        const shape = contexts.find(({ call }) => call.file === file)?.value;
        assert.deepEqual(shape?.kind === 'object' ? Object.keys(shape.members) : shape, ['unsaved']);
    });

    it('kill -9 in the middle of an analysis loses nothing', async () => {
        await worker.contexts(query(FORMS, false));
        const answer = worker.contexts(query(FORMS));
        const pid = worker.pid;
        assert.ok(pid !== undefined);
        process.kill(pid, 'SIGKILL');
        assert.ok((await answer).contexts.length > 40);
        assert.notEqual(worker.pid, pid);
    });

    it('an aborted analysis stops by itself, and the same child answers the next request', async () => {
        await worker.contexts(query(FORMS, false));
        const { pid } = worker;
        const controller = new AbortController();
        const answer = worker.contexts(query(FORMS), controller.signal);
        controller.abort();
        await assert.rejects(answer, { name: 'AbortError' });
        assert.ok((await worker.contexts(query(FORMS, false))).contexts.length > 40);
        assert.equal(worker.pid, pid);
    });

    it('leaves a compiler alone that nobody waits for any more, and goes on with what needs none', async () => {
        const folder = 'node_modules/typescript';
        const workspace = new Workspace({
            'package.json': '{ "name": "app" }',
            'a.ts': "declare const db: any; db.$setAuth({ id: 'a' });",
            'auth.ts': "import { betterAuth } from 'better-auth';\nexport const auth = betterAuth({ plugins: [] });\n",
            [`${folder}/package.json`]: JSON.stringify({
                name: 'typescript',
                version: '7.9.0',
                type: 'module',
                exports: { './package.json': './package.json', './async': './async.js', './ast': './ast.js' },
            }),
            // It comes to nothing, but not before it is told to.
            [`${folder}/async.js`]: `import fs from 'node:fs';
                fs.writeFileSync(new URL('../../begun', import.meta.url), '');
                while (!fs.existsSync(new URL('../../go-on', import.meta.url))) await new Promise((next) => setTimeout(next, 10));`,
            [`${folder}/ast.js`]: '',
        });
        try {
            const asked: AnalysisQuery = { ...query(workspace.root), backend: 'workspace' };
            const controller = new AbortController();
            const unwanted = worker.contexts(asked, controller.signal);
            const refused = assert.rejects(unwanted, { name: 'AbortError' });
            await poll('the compiler to be loaded', () => fs.existsSync(workspace.path('begun')));
            controller.abort();
            await refused;
            assert.equal((await worker.configs(asked)).configs.length, 1);
            const wanted = worker.contexts(asked);
            workspace.write('go-on', '');
            assert.deepEqual(
                (await wanted).contexts.map(({ typeText }) => typeText),
                ['{ id: string; }'],
            );
        } finally {
            workspace.remove();
        }
    });

    it('writes nothing to stdout and ends when the parent disconnects', async () => {
        const noise = 'data:text/javascript,setTimeout(() => console.log("a warning of some package"))';
        const child = fork(workerModulePath(), [], {
            stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
            execArgv: ['--import', noise],
        });
        let stdout = '';
        let stderr = '';
        child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
        child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
        const answers: WorkerResponse[] = [];
        child.on('message', (message: WorkerResponse) => answers.push(message));
        const requests: WorkerRequest[] = [
            { id: 1, method: 'contexts', params: query(FORMS, false) },
            { id: 2, method: 'configs', params: query(path.join(FORMS, '../better-auth')) },
        ];
        for (const request of requests) {
            child.send(request);
            await once(child, 'message');
        }
        const streams = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'));
        const ended = Promise.all([once(child, 'exit'), ...streams]);
        child.disconnect();
        const [[code]] = (await ended) as [[number | null]];
        assert.deepEqual(
            answers.map(({ id, ok }) => ({ id, ok })),
            [
                { id: 1, ok: true },
                { id: 2, ok: true },
            ],
        );
        assert.equal(code, 0);
        assert.equal(stdout, '');
        assert.match(stderr, /a warning of some package/);
    });
});
