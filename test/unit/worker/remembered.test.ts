import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ContextAnalyser } from '../../../src/context/analyse.ts';
import { nodeDisk } from '../../../src/context/disk.ts';
import { libFolder } from '../../../src/context/lib-folder.ts';
import { AnalysisWorker, workerModulePath } from '../../../src/worker/client.ts';
import type { AnalysisQuery } from '../../../src/worker/protocol.ts';
import { answerRemembering } from '../../../src/worker/remembered.ts';
import { Workspace } from '../context/workspace.ts';

const CALL = "import { user } from './user'; declare const db: any; db.$setAuth(user);";
const AUTH = `import { betterAuth } from 'better-auth';
import { appName } from './settings';
export const auth = betterAuth({ appName, plugins: [] });
`;

describe('worker: the last answers, in a new process', () => {
    let workspace: Workspace;
    let cache: Workspace;

    beforeEach(() => {
        workspace = new Workspace({
            'package.json': '{ "name": "app" }',
            'package-lock.json': '{}',
            'tsconfig.json': '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler" } }',
            'src/a.ts': CALL,
            'src/user.ts': 'export const user = { id: 1 };',
            'src/auth.ts': AUTH,
            'src/settings.ts': "export const appName = 'x';",
        });
        cache = new Workspace({});
    });

    afterEach(() => {
        workspace.remove();
        cache.remove();
    });

    const isRemembered = ({ timings }: { timings?: { step: string }[] }): boolean =>
        timings?.[0]?.step === 'checking that the last answer holds';

    async function inNewProcess<T>(work: (worker: AnalysisWorker, query: AnalysisQuery) => Promise<T>): Promise<T> {
        const worker = new AnalysisWorker({ modulePath: workerModulePath(), log: () => undefined });
        try {
            return await work(worker, { root: workspace.root, overlays: {}, types: true, cacheDir: cache.root });
        } finally {
            worker.dispose();
        }
    }

    /** Asks as a process that has just started. Out: whether the answer was remembered, and what the calls pass. */
    async function ask(more: Partial<AnalysisQuery> = {}): Promise<{ remembered: boolean; passed: string }> {
        const query = { root: workspace.root, overlays: {}, types: true, cacheDir: cache.root, ...more };
        const { signal } = new AbortController();
        const found = await answerRemembering({ method: 'contexts', isFirst: true }, query, signal, (note) =>
            new ContextAnalyser(nodeDisk, libFolder).analyse(query, signal, note),
        );
        return { remembered: isRemembered(found), passed: found.contexts.map(({ typeText }) => typeText).join() };
    }

    it('hold as long as nothing changes, and are the same', async () => {
        const read = () => inNewProcess((worker, query) => worker.contexts(query));
        const first = await read();
        const second = await read();
        assert.deepEqual([isRemembered(first), isRemembered(second)], [false, true]);
        assert.deepEqual({ ...second, timings: [] }, { ...first, timings: [] });
    });

    it('are kept of configurations, too, until a file that one reads has changed', async () => {
        const read = () => inNewProcess((worker, query) => worker.configs(query));
        const first = await read();
        const second = await read();
        assert.deepEqual([isRemembered(first), isRemembered(second)], [false, true]);
        assert.deepEqual(second.configs, first.configs);
        workspace.write('src/settings.ts', "export const appName = 'y';");
        assert.equal(isRemembered(await read()), false);
    });

    const unsaved: Record<string, [file: string, text: string, remembered: boolean]> = {
        'a source that has nothing to do with it': ['src/user.ts', 'export const user = 1;', true],
        'a new source': ['src/more.ts', 'export const more = 1;', true],
        'a source that mentions another one': ['src/user.ts', AUTH, false],
        'a file that it reads': ['src/settings.ts', "export const appName = 'z';", false],
        'its own source, which mentions it no longer': ['src/auth.ts', '', false],
        'a file that was missing': ['src/missing.ts', 'export const plugins = [];', false],
    };
    for (const [name, [file, text, remembered]] of Object.entries(unsaved)) {
        it(`${remembered ? 'are' : 'are not'} given of configurations while ${name} is edited`, async () => {
            workspace.write('src/auth.ts', `import { plugins } from './missing';\n${AUTH.replace('[]', 'plugins')}`);
            const read = (overlays: Record<string, string>) =>
                inNewProcess((worker, query) => worker.configs({ ...query, overlays }));
            const saved = await read({});
            const found = await read({ [workspace.path(file)]: text });
            assert.equal(isRemembered(found), remembered);
            if (remembered) assert.deepEqual(found.configs, saved.configs);
            // What was never saved is not kept.
            assert.deepEqual((await read({})).configs, saved.configs);
        });
    }

    const changes: Record<string, [file: string, content: string, passed: string]> = {
        'a source': ['src/user.ts', "export const user = { id: 'x' };", '{ id: string; }'],
        'a new source': ['src/z.ts', 'declare const db: any; db.$setAuth(1);', '{ id: number; },1'],
        'a configuration': [
            'tsconfig.json',
            '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler", "strict": true } }',
            '{ id: number; }',
        ],
        'a configuration in between': ['src/tsconfig.json', '{}', '{ id: number; }'],
        'a lockfile': ['package-lock.json', '{ "lockfileVersion": 3 }', '{ id: number; }'],
        'an installation': ['node_modules/.package-lock.json', '{}', '{ id: number; }'],
    };
    for (const [name, [file, content, passed]] of Object.entries(changes)) {
        it(`hold no longer when ${name} was written`, async () => {
            await ask();
            workspace.write(file, content);
            assert.deepEqual(await ask(), { remembered: false, passed });
        });
    }

    it('hold no longer when a module exists that was missing, in a folder that is not searched', async () => {
        workspace.write('src/a.ts', CALL.replace('./user', '../generated/user'));
        assert.equal((await ask()).passed, 'any');
        assert.equal((await ask()).remembered, true);
        workspace.write('generated/user.ts', 'export const user = { id: true };');
        assert.equal((await ask()).passed, '{ id: boolean; }');
    });

    it('hold no longer when a package is there that was missing, without a lockfile', async () => {
        workspace.write('src/a.ts', CALL.replace('./user', 'pkg'));
        assert.equal((await ask()).passed, 'any');
        workspace.write('node_modules/pkg/package.json', '{ "name": "pkg", "types": "index.d.ts" }');
        workspace.write('node_modules/pkg/index.d.ts', 'export declare const user: { id: string };');
        assert.equal((await ask()).passed, '{ id: string; }');
    });

    it('are not made of editor content, and not given for it', async () => {
        await ask();
        const overlays = { [workspace.path('src/user.ts')]: 'export const user = { unsaved: 1 };' };
        assert.deepEqual(await ask({ overlays }), { remembered: false, passed: '{ unsaved: number; }' });
        assert.deepEqual(await ask(), { remembered: true, passed: '{ id: number; }' });
    });

    it('are computed again when their file is damaged', async () => {
        await ask();
        for (const name of fs.readdirSync(cache.root).filter((each) => each.startsWith('answer-'))) {
            const file = path.join(cache.root, name);
            fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"number"', '"string"'));
        }
        assert.equal((await ask()).passed, '{ id: number; }');
    });

    it('are not kept without a folder', async () => {
        await inNewProcess((worker, { root }) => worker.contexts({ root, overlays: {}, types: true }));
        assert.deepEqual(fs.readdirSync(cache.root), []);
    });
});
