import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ContextAnalyser, type ContextQuery } from '../../../src/context/analyse.ts';
import { type Disk, nodeDisk } from '../../../src/context/disk.ts';
import { libFolder } from '../../../src/context/lib-folder.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { renderShape } from './render.ts';
import { Workspace } from './workspace.ts';

const CALL = "import { user } from './user'; declare const db: any; db.$setAuth(user);";

describe('the cache of answers', () => {
    let workspace: Workspace;
    let cache: Workspace;
    let analyser: ContextAnalyser;
    let libraryReads: number;

    const disk: Disk = {
        ...nodeDisk,
        read(file) {
            if (/\/lib\.[\w.]+\.d\.ts$/.test(file)) libraryReads++;
            return nodeDisk.read(file);
        },
    };

    /** What another process would have: nothing in memory. */
    function restart(): void {
        analyser = new ContextAnalyser(disk, libFolder);
        libraryReads = 0;
    }

    function analyse(query: Partial<ContextQuery> = {}): Promise<ContextAnalysis> {
        return analyser.analyse({ root: workspace.root, overlays: {}, types: true, cacheDir: cache.root, ...query });
    }

    async function shapes(query: Partial<ContextQuery> = {}): Promise<string[]> {
        return (await analyse(query)).contexts.map(renderShape);
    }

    beforeEach(() => {
        workspace = new Workspace({
            'tsconfig.json':
                '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler" } }',
            'package-lock.json': '{}',
            'a.ts': CALL,
            'user.ts': 'export const user = { id: 1 };',
        });
        cache = new Workspace({});
        restart();
    });

    afterEach(() => {
        workspace.remove();
        cache.remove();
    });

    it('answers after a restart without the checker, and the same', async () => {
        const before = await analyse();
        assert.notEqual(libraryReads, 0);
        restart();
        const after = await analyse();
        assert.equal(libraryReads, 0);
        assert.deepEqual({ ...after, timings: [] }, { ...before, timings: [] });
        assert.equal(await analyse(), after);
    });

    it('holds no longer when a source, the tsconfig or the lockfile has changed', async () => {
        const edits: [string, string, string][] = [
            ['user.ts', "export const user = { id: 'x' };", '{ id: string }'],
            [
                'tsconfig.json',
                '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler", "target": "ES2020" } }',
                '{ id: string }',
            ],
            ['package-lock.json', '{ "lockfileVersion": 3 }', '{ id: string }'],
            ['b.ts', 'declare const db: any; db.$setAuth(true);', '{ id: string },true'],
        ];
        await analyse();
        for (const [file, content, expected] of edits) {
            workspace.write(file, content);
            restart();
            assert.equal((await shapes()).join(), expected, file);
            assert.notEqual(libraryReads, 0, `${file} must not be answered from the cache`);
        }
    });

    it('notices that a module exists now, also in a folder that is not searched', async () => {
        workspace.write('a.ts', CALL.replace('./user', './generated/user'));
        assert.deepEqual(await shapes(), ['unknown(the module "./generated/user" could not be resolved)']);
        workspace.write('generated/user.ts', 'export const user = { id: true };');
        restart();
        assert.deepEqual(await shapes(), ['{ id: boolean }']);
    });

    it('counts editor content, and remembers the answers before some edits', async () => {
        await analyse();
        const overlays = { [workspace.path('user.ts')]: 'export const user = { id: null };' };
        assert.deepEqual(await shapes({ overlays }), ['{ id: null }']);
        restart();
        assert.deepEqual(await shapes({ overlays }), ['{ id: null }']);
        assert.deepEqual(await shapes(), ['{ id: number }']);
        assert.equal(libraryReads, 0);
    });

    it('ignores a damaged file and writes it again', async () => {
        await analyse();
        const [name] = fs.readdirSync(cache.root);
        assert.ok(name);
        const file = path.join(cache.root, name);
        const good = fs.readFileSync(file, 'utf8');
        for (const bad of ['', 'x', '{}\n[]', good.slice(0, -5), good.replace('"records"', '"record"')]) {
            fs.writeFileSync(file, bad);
            restart();
            assert.deepEqual(await shapes(), ['{ id: number }']);
            assert.notEqual(libraryReads, 0);
            restart();
            assert.deepEqual(await shapes(), ['{ id: number }']);
            assert.equal(libraryReads, 0);
        }
    });

    it('answers without a cache when the folder can not be written', async () => {
        cache.write('file', '');
        assert.deepEqual(await shapes({ cacheDir: cache.path('file') }), ['{ id: number }']);
    });

    it('stays small', async () => {
        for (let index = 0; index < 45; index++) {
            const name = `contexts-${index.toString(16).padStart(16, '0')}.json`;
            cache.write(name, '');
            fs.utimesSync(cache.path(name), index, index);
        }
        await analyse();
        assert.equal(fs.readdirSync(cache.root).length, 40);
        assert.ok(!fs.existsSync(cache.path('contexts-0000000000000000.json')));
        for (let index = 0; index < 6; index++) {
            workspace.write('user.ts', `export const user = { id: 1, a${index}: 1 };`);
            await analyse();
        }
        restart();
        workspace.write('user.ts', 'export const user = { id: 1, a2: 1 };');
        await analyse();
        assert.equal(libraryReads, 0);
        workspace.write('user.ts', 'export const user = { id: 1, a1: 1 };');
        await analyse();
        assert.notEqual(libraryReads, 0, 'only the last answers are kept');
    });

    it('answers at once from the syntax, then from the checker, then from memory', async () => {
        workspace.write(
            'user.ts',
            'declare const db: any; db.$setAuth({ id: 1, name: String(2) }); export const user = { id: 1 };',
        );
        const quick = await analyse({ quick: true });
        assert.equal(libraryReads, 0);
        assert.equal(quick.isPartial, true);
        assert.deepEqual(quick.contexts.map(renderShape), [
            'unknown(types are not read)',
            '{ id: 1; name: unknown(types are not read) }',
        ]);
        const full = await analyse();
        assert.equal(full.isPartial, undefined);
        assert.deepEqual(full.contexts.map(renderShape), ['{ id: number }', '{ id: 1; name: string }']);
        assert.equal(await analyse({ quick: true }), full);
    });

    it('gives memory back without losing an answer', async () => {
        const before = await analyse();
        analyser.release();
        libraryReads = 0;
        assert.equal(await analyse(), before);
        assert.equal(libraryReads, 0);
        workspace.write('user.ts', 'export const user = { id: true };');
        assert.deepEqual(await shapes(), ['{ id: boolean }']);
    });

    it('tells the compiler and how long the steps took', async () => {
        const { compiler, timings } = await analyse();
        assert.match(compiler ?? '', /^typescript 6\.\d+\.\d+$/);
        assert.deepEqual(
            timings?.map(({ step }) => step),
            ['searching calls', 'reading the project', 'resolving types'],
        );
        assert.ok(timings.every(({ ms }) => ms >= 0));
    });
});
