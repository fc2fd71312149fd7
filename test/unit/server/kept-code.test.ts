import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadWithKeptCode } from '../../../src/server/kept-code.ts';
import type { LoadedScript } from '../../../src/server/kept-code.ts';

const SCRIPT = `const path = require('node:path');
exports.file = __filename;
exports.folder = __dirname;
exports.isExports = this === exports && exports === module.exports;
exports.neighbour = () => require('./neighbour.cjs');
exports.imported = () => import('./neighbour.cjs');
exports.fail = () => { throw new Error('as asked'); };
exports.base = path.basename(__filename);
`;

interface Exports {
    file: string;
    folder: string;
    isExports: boolean;
    base: string;
    neighbour(): { name: string };
    imported(): Promise<{ default: { name: string } }>;
    fail(): never;
}

describe('kept code', () => {
    let folder: string;
    let script: string;
    let file: string;
    beforeEach(() => {
        folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kept-code-')));
        script = path.join(folder, 'script.cjs');
        file = path.join(folder, 'kept', 'script.code');
        fs.writeFileSync(script, SCRIPT);
        fs.writeFileSync(path.join(folder, 'neighbour.cjs'), "exports.name = 'neighbour';");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    /** Loads, and asserts that nothing of use was there, for a reason; and that it is there the next time. */
    function assertReplaced(reason: RegExp): void {
        const { note, keep } = loadWithKeptCode(script, file);
        assert.match(note, reason);
        assert.match(keep?.() ?? '', /^Compiled code was kept in .*script\.code: \d+ KB in \d+ ms\.$/);
        assertTaken();
    }

    function assertTaken(): LoadedScript {
        const loaded = loadWithKeptCode(script, file);
        assert.equal(loaded.note, `Compiled code was taken from ${file}.`);
        assert.equal(loaded.keep, undefined);
        return loaded;
    }

    for (const [title, isKept] of [
        ['without code that was kept', false],
        ['with it', true],
    ] as const) {
        it(`a script finds itself and its neighbours as under require, ${title}`, async () => {
            if (isKept) loadWithKeptCode(script, file).keep?.();
            const exports = (isKept ? assertTaken() : loadWithKeptCode(script, file)).exports as Exports;
            assert.equal(exports.file, script);
            assert.equal(exports.folder, folder);
            assert.equal(exports.base, 'script.cjs');
            assert.equal(exports.isExports, true);
            assert.equal(exports.neighbour().name, 'neighbour');
            assert.equal((await exports.imported()).default.name, 'neighbour');
            assert.throws(
                () => exports.fail(),
                (error: Error) => error.stack?.includes(`${script}:7:30`) === true,
            );
        });
    }

    it('is written once there is none, and then taken', () => {
        assertReplaced(/not taken from .*script\.code: there is none yet\.$/);
        assert.deepEqual(fs.readdirSync(path.dirname(file)), ['script.code']);
    });

    it('holds the functions that ran, too', () => {
        const { exports, keep } = loadWithKeptCode(script, file);
        keep?.();
        const before = fs.statSync(file).size;
        (exports as Exports).neighbour();
        keep?.();
        assert.ok(fs.statSync(file).size > before);
    });

    it('is replaced when it is damaged', () => {
        loadWithKeptCode(script, file).keep?.();
        const bytes = fs.readFileSync(file);
        for (const damaged of [
            bytes.subarray(0, bytes.length - 1),
            Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]),
            Buffer.from('no line'),
            Buffer.alloc(0),
        ]) {
            fs.writeFileSync(file, damaged);
            assertReplaced(/: it is damaged\.$/);
        }
    });

    it('is replaced when the script is another one, be it of the same length', () => {
        loadWithKeptCode(script, file).keep?.();
        fs.writeFileSync(script, SCRIPT.replace('as asked', 'as found'));
        assertReplaced(/: it is of another version\.$/);
        assert.throws(() => (assertTaken().exports as Exports).fail(), /as found/);
    });

    it('is replaced when V8 refuses it, as it does that of other flags', async () => {
        const code = await runChild(['--no-lazy-feedback-allocation', '--no-use-ic'], 1);
        assert.equal(code, 0);
        assertReplaced(/: V8 refuses it\.$/);
    });

    it('does without a place to write to, and says so', () => {
        const nowhere = path.join(script, 'script.code');
        const { exports, note, keep } = loadWithKeptCode(script, nowhere);
        assert.equal((exports as Exports).base, 'script.cjs');
        assert.match(note, /: (ENOTDIR|ENOENT|there is none)/);
        assert.match(keep?.() ?? '', /^Compiled code was not kept in .*script\.code: E/);
    });

    it('removes what a process that was killed left behind, and nothing else', () => {
        fs.mkdirSync(path.dirname(file));
        const [left, fresh, other] = ['script.code.1', 'script.code.2', 'other.code.1'].map((name) => {
            const place = path.join(path.dirname(file), name);
            fs.writeFileSync(place, '');
            return place;
        });
        const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
        for (const place of [left, other]) if (place !== undefined) fs.utimesSync(place, longAgo, longAgo);
        loadWithKeptCode(script, file).keep?.();
        assert.deepEqual(
            fs.readdirSync(path.dirname(file)).sort(),
            [other, file, fresh].map((place) => path.basename(place ?? '')),
        );
    });

    it('is whole at any time while several processes write it', async () => {
        let running = 3;
        const writers = Array.from({ length: running }, () =>
            runChild([], 20).finally(() => {
                running--;
            }),
        );
        while (running > 0) {
            assert.match(loadWithKeptCode(script, file).note, /taken from .*script\.code(: there is none yet)?\.$/);
            await new Promise((resolve) => setImmediate(resolve));
        }
        assert.deepEqual(await Promise.all(writers), [0, 0, 0]);
        assertTaken();
        assert.deepEqual(fs.readdirSync(path.dirname(file)), ['script.code']);
    });

    /** Removes the code and keeps it anew a number of times, in a process of its own. Out: its exit code. */
    function runChild(flags: string[], times: number): Promise<number | null> {
        const module = pathToFileURL(path.join(import.meta.dirname, '../../../src/server/kept-code.ts')).href;
        const source = `
            import fs from 'node:fs';
            import { loadWithKeptCode } from ${JSON.stringify(module)};
            const [script, file] = ${JSON.stringify([script, file])};
            for (let time = 0; time < ${times}; time++) {
                fs.rmSync(file, { force: true });
                loadWithKeptCode(script, file).keep?.();
            }`;
        const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', source], { stdio: 'inherit' });
        return new Promise((resolve, reject) => {
            child.on('error', reject);
            child.on('exit', resolve);
        });
    }
});
