import assert from 'node:assert/strict';
import { coalesce } from '../../../src/extension/coalesce.ts';

interface Run {
    resolve: () => void;
    reject: (error: Error) => void;
}

/** A task whose runs are ended by hand. */
function controlledTask(): { runs: Run[]; task: () => Promise<void> } {
    const runs: Run[] = [];
    return {
        runs,
        task: () =>
            new Promise((resolve, reject) => {
                runs.push({ resolve, reject });
            }),
    };
}

describe('coalesce', () => {
    it('runs at once, and shares one more run among the calls made meanwhile', async () => {
        const { runs, task } = controlledTask();
        const call = coalesce(task);
        const first = call();
        const later = [call(), call(), call()];
        assert.equal(runs.length, 1);
        runs[0]?.resolve();
        await first;
        await new Promise(setImmediate);
        assert.equal(runs.length, 2);
        runs[1]?.resolve();
        await Promise.all(later);
        assert.equal(runs.length, 2);
    });

    it('hands a failure to the callers of that run only, and goes on', async () => {
        const { runs, task } = controlledTask();
        const call = coalesce(task);
        const first = call();
        const second = call();
        runs[0]?.reject(new Error('first'));
        await assert.rejects(first, /first/);
        await new Promise(setImmediate);
        runs[1]?.resolve();
        await second;
        const third = call();
        runs[2]?.resolve();
        await third;
        assert.equal(runs.length, 3);
    });
});
