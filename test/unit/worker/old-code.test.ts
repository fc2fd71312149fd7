import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeOldCode } from '../../../src/worker/old-code.ts';

const DAY = 24 * 60 * 60_000;

describe('Old compiled code', () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), 'old-code-'));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    function kept(name: string, days: number): string {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, 'code');
        const time = new Date(Date.now() - days * DAY);
        fs.utimesSync(file, time, time);
        return file;
    }

    it('is removed after sixty days, and nothing else', async () => {
        const old = kept('v22/one', 61);
        const recent = kept('v22/two', 59);
        const other = kept('v24/three', 0);
        await removeOldCode(folder);
        assert.deepEqual([old, recent, other].map(fs.existsSync), [false, true, true]);
    });

    it('may be none', async () => {
        await removeOldCode(path.join(folder, 'nothing'));
    });
});
