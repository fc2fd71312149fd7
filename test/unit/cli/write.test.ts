import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UsageError } from '../../../src/cli/terminal.ts';
import { printDiff, writeChanges } from '../../../src/cli/write.ts';

describe('writing', () => {
    let folder: string;
    const at = (name: string): string => path.join(folder, name);
    beforeEach(() => {
        folder = mkdtempSync(path.join(os.tmpdir(), 'zmodel-auth-write-'));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it('writes several files, new folders included, and leaves nothing beside them', () => {
        writeFileSync(at('a.zmodel'), 'old');
        writeChanges(folder, [
            { file: at('a.zmodel'), before: 'old', after: 'new' },
            { file: at('sub/b.zmodel'), before: undefined, after: 'b' },
        ]);
        assert.equal(readFileSync(at('a.zmodel'), 'utf8'), 'new');
        assert.equal(readFileSync(at('sub/b.zmodel'), 'utf8'), 'b');
        assert.deepEqual(readdirSync(folder).sort(), ['a.zmodel', 'sub']);
    });

    it('writes none when one is not what was read', () => {
        writeFileSync(at('a.zmodel'), 'old');
        writeFileSync(at('b.zmodel'), 'changed meanwhile');
        writeFileSync(at('c.zmodel'), 'appeared meanwhile');
        const first = { file: at('a.zmodel'), before: 'old', after: 'new' };
        for (const second of [
            { file: at('b.zmodel'), before: 'b', after: 'new' },
            { file: at('c.zmodel'), before: undefined, after: 'new' },
            { file: at('gone.zmodel'), before: 'gone', after: 'new' },
        ]) {
            assert.throws(() => {
                writeChanges(folder, [first, second]);
            }, UsageError);
            assert.equal(readFileSync(at('a.zmodel'), 'utf8'), 'old');
            assert.deepEqual(readdirSync(folder).sort(), ['a.zmodel', 'b.zmodel', 'c.zmodel']);
        }
        assert.ok(!existsSync(at('gone.zmodel')));
    });

    it('prints no diff where nothing changes, and marks a missing end of line', () => {
        assert.equal(printDiff(folder, [{ file: at('a.zmodel'), before: 'x', after: 'x' }]), '');
        assert.equal(
            printDiff(folder, [{ file: at('a.zmodel'), before: 'x\r\ny', after: 'x\r\nz' }]),
            [
                '--- a/a.zmodel',
                '+++ b/a.zmodel',
                '@@ -1,2 +1,2 @@',
                ' x\r',
                '-y',
                '\\ No newline at end of file',
                '+z',
                '\\ No newline at end of file',
                '',
            ].join('\n'),
        );
    });
});
