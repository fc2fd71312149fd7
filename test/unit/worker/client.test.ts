import assert from 'node:assert/strict';
import path from 'node:path';
import { AnalysisWorker, type AnalysisWorkerOptions, type WorkerClock } from '../../../src/worker/client.ts';
import type { AnalysisQuery } from '../../../src/worker/protocol.ts';

const FAKE = path.join(import.meta.dirname, 'fake-worker.mjs');

function query(root: string): AnalysisQuery {
    return { root, overlays: {}, types: true };
}

/** A clock that stands still until it is moved. */
class ManualClock implements WorkerClock {
    #now = 1_000_000;
    #timers = new Set<{ at: number; callback: () => void }>();

    now(): number {
        return this.#now;
    }

    after(ms: number, callback: () => void): () => void {
        const timer = { at: this.#now + ms, callback };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
    }

    advance(ms: number): void {
        this.#now += ms;
        for (const timer of [...this.#timers]) {
            if (timer.at > this.#now) continue;
            this.#timers.delete(timer);
            timer.callback();
        }
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

async function until(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!condition()) {
        assert.ok(performance.now() < deadline, `timed out: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

describe('AnalysisWorker', () => {
    let log: string[];
    let clock: ManualClock;
    const workers: AnalysisWorker[] = [];

    function start(options: Partial<AnalysisWorkerOptions> = {}): AnalysisWorker {
        const worker = new AnalysisWorker({
            modulePath: FAKE,
            clock,
            log: (message) => log.push(message),
            ...options,
        });
        workers.push(worker);
        return worker;
    }

    beforeEach(() => {
        log = [];
        clock = new ManualClock();
    });

    afterEach(() => {
        for (const worker of workers.splice(0)) worker.dispose();
    });

    async function answeringPid(worker: AnalysisWorker): Promise<number> {
        return Number((await worker.contexts(query('answer'))).files[0]);
    }

    it('starts the child with the first request and keeps it', async () => {
        const worker = start();
        assert.equal(worker.pid, undefined);
        const first = await answeringPid(worker);
        assert.equal(worker.pid, first);
        assert.equal(await answeringPid(worker), first);
    });

    it('passes an error on and logs its stack', async () => {
        const worker = start();
        await assert.rejects(worker.contexts(query('fail')), /^Error: it failed$/);
        assert.ok(log.some((line) => line.includes('the stack')));
        await answeringPid(worker);
    });

    it('logs what the child prints and writes none of it to its own stdout', async () => {
        await answeringPid(start());
        await until(() => log.some((line) => /^worker: started \d+$/.test(line)), 'the child prints');
    });

    it('gives the child memory, its own options, and none of NODE_OPTIONS', async () => {
        const before = process.env['NODE_OPTIONS'];
        process.env['NODE_OPTIONS'] = '--trace-warnings';
        try {
            const { files } = await start({ execArgv: ['--no-deprecation'] }).contexts(query('environment'));
            assert.deepEqual(files, ['no NODE_OPTIONS', '--max-old-space-size=3072', '--no-deprecation']);
        } finally {
            if (before === undefined) delete process.env['NODE_OPTIONS'];
            else process.env['NODE_OPTIONS'] = before;
        }
    });

    it('rejects an aborted request at once and never sends one that was aborted in the queue', async () => {
        const worker = start();
        const controller = new AbortController();
        const running = worker.contexts(query('hang'), controller.signal);
        const queued = worker.contexts(query('crash'), controller.signal);
        controller.abort(new Error('superseded'));
        await assert.rejects(running, /superseded/);
        await assert.rejects(queued, /superseded/);
        await assert.rejects(worker.contexts(query('answer'), controller.signal), /superseded/);
        assert.ok(!log.some((line) => line.includes('unexpectedly')));
    });

    it('kills a child that goes on with an aborted request for 10 s; the next request gets its answer', async () => {
        const worker = start();
        const first = await answeringPid(worker);
        const controller = new AbortController();
        const running = worker.contexts(query('hang'), controller.signal);
        const next = answeringPid(worker);
        controller.abort();
        await assert.rejects(running, { name: 'AbortError' });
        clock.advance(9_999);
        assert.equal(worker.pid, first);
        clock.advance(1);
        assert.notEqual(await next, first);
        await until(() => !isAlive(first), 'the old child ends');
    });

    it('asks again when the child was killed in the middle', async () => {
        const worker = start();
        const first = await answeringPid(worker);
        const running = worker.contexts(query('hang'));
        const next = answeringPid(worker);
        process.kill(first, 'SIGKILL');
        await until(() => worker.pid !== undefined && worker.pid !== first, 'a new child starts');
        assert.ok(log.some((line) => line.includes(`${first} ended unexpectedly (signal SIGKILL)`)));
        worker.dispose();
        await assert.rejects(running, /ended/);
        await assert.rejects(next, /ended/);
    });

    it('starts a new child when an idle one was killed', async () => {
        const worker = start();
        const first = await answeringPid(worker);
        process.kill(first, 'SIGKILL');
        await until(() => worker.pid === undefined, 'the exit is noticed');
        assert.notEqual(await answeringPid(worker), first);
    });

    it('gives up after three crashes within a minute, and tries again after it', async () => {
        const worker = start();
        const crashing = worker.contexts(query('crash'));
        const queued = worker.contexts(query('answer'));
        await assert.rejects(crashing, /ended unexpectedly 3 times within a minute/);
        await assert.rejects(queued, /3 times within a minute/);
        await assert.rejects(worker.contexts(query('answer')), /3 times within a minute/);
        assert.equal(log.filter((line) => line.includes('ended unexpectedly (exit code 7)')).length, 3);
        assert.equal(worker.pid, undefined);
        clock.advance(60_000);
        await answeringPid(worker);
    });

    it('tries again at once after a restart', async () => {
        const worker = start();
        await assert.rejects(worker.contexts(query('crash')), /3 times/);
        worker.restart();
        await answeringPid(worker);
    });

    it('asks again what was under way at a restart', async () => {
        const worker = start();
        const first = await answeringPid(worker);
        const answer = answeringPid(worker);
        worker.restart();
        assert.notEqual(await answer, first);
    });

    it('ends the child when it is idle, not before, and starts another one later', async () => {
        const worker = start({ idleMs: 1_000 });
        const first = await answeringPid(worker);
        clock.advance(999);
        assert.ok(isAlive(first));
        clock.advance(1);
        await until(() => !isAlive(first), 'the idle child ends');
        assert.notEqual(await answeringPid(worker), first);
        assert.ok(!log.some((line) => line.includes('unexpectedly')));
    });

    it('dispose ends the process and rejects what waits', async () => {
        const worker = start();
        const pid = await answeringPid(worker);
        const running = worker.contexts(query('hang'));
        worker.dispose();
        await assert.rejects(running, /The analysis was ended/);
        await until(() => !isAlive(pid), 'the child ends');
        await assert.rejects(worker.contexts(query('answer')), /The analysis was ended/);
    });

    it('rejects when the entry is missing', async () => {
        const worker = start({ modulePath: path.join(import.meta.dirname, 'nowhere.mjs') });
        await assert.rejects(worker.contexts(query('answer')), /3 times within a minute/);
        await until(() => log.some((line) => line.includes('Cannot find module')), 'the reason is logged');
    });
});
