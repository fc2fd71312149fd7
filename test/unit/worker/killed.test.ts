import assert from 'node:assert/strict';
import fs from 'node:fs';
import { AnalysisWorker, workerModulePath } from '../../../src/worker/client.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { Workspace } from '../context/workspace.ts';

const FILES = {
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler" } }',
    'src/a.ts': "import { user } from './user'; declare const db: any; db.$setAuth(user);",
    'src/user.ts': 'export const user = { id: 1 };',
};

/** Where the process ends itself as `kill -9` would, as the condition of a patched function of `fs` or `process`. */
const STEPS: Record<string, [target: 'fs' | 'process', name: string, condition: string, before: string]> = {
    'searching the sources': ['fs', 'readdirSync', "file.endsWith('src')", ''],
    'reading a source': ['fs', 'readFileSync', "file.endsWith('user.ts')", ''],
    'reading the library of types': ['fs', 'readFileSync', "file.endsWith('lib.es5.d.ts')", ''],
    'in the middle of keeping an answer': [
        'fs',
        'writeFileSync',
        "file.includes('answer-')",
        'original(file, rest[0].slice(0, 40))',
    ],
    'before an answer is kept': ['fs', 'renameSync', "file.includes('answer-')", ''],
    answering: ['process', 'send', 'true', ''],
};

describe('kill -9 of the worker loses nothing', () => {
    let workspace: Workspace;
    let other: Workspace;

    beforeEach(() => {
        workspace = new Workspace(FILES);
        other = new Workspace({});
    });

    afterEach(() => {
        workspace.remove();
        other.remove();
    });

    async function ask(log: string[], preload?: string): Promise<ContextAnalysis> {
        const worker = new AnalysisWorker({
            modulePath: workerModulePath(),
            log: (line) => log.push(line),
            ...(preload !== undefined && { execArgv: ['--import', preload] }),
        });
        try {
            const cacheDir = other.path('cache');
            return await worker.contexts({ root: workspace.root, overlays: {}, types: true, cacheDir });
        } finally {
            worker.dispose();
        }
    }

    for (const [step, [target, name, condition, before]] of Object.entries(STEPS)) {
        it(step, async () => {
            const mark = other.path('killed');
            const script = `import fs from 'node:fs'; import process from 'node:process';
const original = ${target}.${name}.bind(${target});
const { existsSync, closeSync, openSync } = fs;
${target}.${name} = (first, ...rest) => {
    const file = String(first);
    if (${condition} && !existsSync(${JSON.stringify(mark)})) {
        closeSync(openSync(${JSON.stringify(mark)}, 'w'));
        ${before};
        process.kill(process.pid, 'SIGKILL');
    }
    return original(first, ...rest);
};`;
            const log: string[] = [];
            const answer = await ask(log, `data:text/javascript,${encodeURIComponent(script)}`);
            assert.ok(fs.existsSync(mark), 'the step was never reached');
            assert.deepEqual(
                answer.contexts.map(({ typeText }) => typeText),
                ['{ id: number; }'],
            );
            const ends = log.filter((line) => line.includes('ended unexpectedly (signal SIGKILL)'));
            assert.equal(ends.length, 1, log.join('\n'));
            // What it left behind is no obstacle to anybody.
            const after = await ask([]);
            assert.deepEqual(after.contexts, answer.contexts);
        });
    }
});
