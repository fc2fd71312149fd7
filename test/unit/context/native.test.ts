import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ContextAnalyser } from '../../../src/context/analyse.ts';
import { nodeDisk } from '../../../src/context/disk.ts';
import { libFolder } from '../../../src/context/lib-folder.ts';
import { guarded } from '../../../src/context/native-guard.ts';
import { findNativePackage } from '../../../src/context/native-package.ts';
import type { ContextAnalysis, ContextShape } from '../../../src/model/context-shape.ts';
import { FIXTURES } from './expectations.ts';
import { renderShape } from './render.ts';
import { Workspace } from './workspace.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const NATIVE = () => findNativePackage(ROOT, 'typescript-7');

/**
 * What TypeScript 7 says otherwise than the bundled 6, by place; nothing so far. In all places the
 * order of members that come from a spread or a generic type, and of the parts of a union as printed,
 * may differ: TypeScript 7 sorts them, TypeScript 6 has them as it met them.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {};

/** The same text for texts that differ in the order of their parts alone. */
function sortedText(text: string): string {
    return text.endsWith('…') ? '…' : Array.from(text).sort().join('');
}

function comparable(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(comparable);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, member]: [string, unknown]): [string, unknown] => {
        const isText = (name === 'text' || name === 'typeText') && typeof member === 'string';
        return [name, isText ? sortedText(member) : comparable(member)];
    });
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function placeOf(root: string, { call }: ContextShape): string {
    return `${path.relative(root, call.file)}:${call.range.start.line + 1}`;
}

describe("the workspace's own TypeScript 7", () => {
    let analyser: ContextAnalyser;

    before(() => {
        analyser = new ContextAnalyser(nodeDisk, libFolder, NATIVE);
    });

    after(() => analyser.release());

    for (const project of ['forms', 'wrappers', 'components', 'better-auth', 'origins']) {
        it(`agrees with the bundled one on the fixture project ${project}`, async function () {
            this.timeout(120_000);
            const root = path.join(FIXTURES, project);
            const native = await analyser.analyse({ root, overlays: {}, types: true, backend: 'workspace' });
            const bundled = await analyser.analyse({ root, overlays: {}, types: true, backend: 'bundled' });
            assert.equal(native.compiler, 'typescript 7.0.2');
            assert.match(bundled.compiler ?? '', /^typescript 6\./);
            const byPlace = (analysis: ContextAnalysis): Map<string, unknown> =>
                new Map(
                    analysis.contexts
                        .map((shape): [string, unknown] => [placeOf(root, shape), comparable(shape)])
                        .filter(([place]) => DIFFERENCES[`${project}/${place}`] === undefined),
                );
            assert.deepEqual(byPlace(native), byPlace(bundled));
            assert.deepEqual(native.unknown, bundled.unknown);
            assert.deepEqual(native.files, bundled.files);
        });
    }

    describe('in a workspace', () => {
        let workspace: Workspace;

        beforeEach(() => {
            workspace = new Workspace({
                'tsconfig.json':
                    '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler" } }',
                'a.ts': "import { user } from './user'; declare const db: any; db.$setAuth(user);",
                'user.ts': '// «é» 😀\nexport const user = { id: 1 };',
            });
        });

        afterEach(() => {
            workspace.remove();
        });

        async function shapes(overlays: Record<string, string> = {}): Promise<string[]> {
            const analysis = await analyser.analyse({ root: workspace.root, overlays, types: true, backend: 'auto' });
            assert.equal(analysis.compiler, 'typescript 7.0.2');
            return analysis.contexts.map(renderShape);
        }

        it('counts editor content, edits, new files and changed configurations', async () => {
            assert.deepEqual(await shapes(), ['{ id: number }']);
            const user = workspace.path('user.ts');
            assert.deepEqual(await shapes({ [user]: 'export const user = { id: null };' }), ['{ id: null }']);
            assert.deepEqual(await shapes(), ['{ id: number }']);
            workspace.write('user.ts', "export const user = { name: 'x' };");
            assert.deepEqual(await shapes(), ['{ name: string }']);
            const added = {
                [workspace.path('new/b.ts')]:
                    "import { user } from '../user'; import { more } from './more'; declare const db: any; db.$setAuth(user.name); db.$setAuth(more);",
                [workspace.path('new/more.ts')]: 'export const more = { more: true };',
            };
            assert.deepEqual(await shapes(added), ['{ name: string }', 'string', '{ more: boolean }']);
            workspace.write('a.ts', "import { user } from '~/user'; declare const db: any; db.$setAuth(user);");
            assert.deepEqual(await shapes(), ['unknown(the module "~/user" could not be resolved)']);
            workspace.write(
                'tsconfig.json',
                '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler", "paths": { "~/*": ["./*"] } } }',
            );
            assert.deepEqual(await shapes(), ['{ name: string }']);
        });

        it('learns of files that are nowhere but in the editor when the first of them comes', async () => {
            const shared = analyser;
            analyser = new ContextAnalyser(nodeDisk, libFolder, NATIVE);
            try {
                assert.deepEqual(await shapes(), ['{ id: number }']);
                const added = {
                    [workspace.path('user.ts')]: "export { user } from './new/more';",
                    [workspace.path('new/more.ts')]: 'export const user = { more: true };',
                };
                assert.deepEqual(await shapes(added), ['{ more: boolean }']);
                assert.deepEqual(await shapes(), ['{ id: number }']);
            } finally {
                await analyser.release();
                analyser = shared;
            }
        });

        it('notices a module that was missing', async () => {
            workspace.write(
                'a.ts',
                "import { user } from './generated/user'; declare const db: any; db.$setAuth(user);",
            );
            assert.deepEqual(await shapes(), ['unknown(the module "./generated/user" could not be resolved)']);
            workspace.write('generated/user.ts', 'export const user = { id: true };');
            assert.deepEqual(await shapes(), ['{ id: boolean }']);
        });
    });

    describe('that can not be used', () => {
        let workspace: Workspace;

        const MANIFEST = (version: string): string =>
            JSON.stringify({
                name: 'typescript',
                version,
                type: 'module',
                exports: { './package.json': './package.json', './async': './async.js', './ast': './ast.js' },
            });
        const CALL = "declare const db: any; db.$setAuth({ id: 'a' });";

        afterEach(() => {
            workspace.remove();
        });

        async function compilerFor(files: Record<string, string>): Promise<string | undefined> {
            workspace = new Workspace({ 'package.json': '{}', 'a.ts': CALL, ...files });
            const other = new ContextAnalyser(nodeDisk, libFolder);
            const analysis = await other.analyse({
                root: workspace.root,
                overlays: {},
                types: true,
                backend: 'workspace',
            });
            assert.deepEqual(analysis.contexts.map(renderShape), ['{ id: "a" }']);
            assert.deepEqual(analysis.unknown, []);
            await other.release();
            return analysis.compiler?.slice(0, 'typescript 6'.length);
        }

        const folder = 'node_modules/typescript';
        const cases: Record<string, Record<string, string>> = {
            'is not installed': {},
            'is an older version': { [`${folder}/package.json`]: MANIFEST('5.9.3') },
            'has no such API': { [`${folder}/package.json`]: '{ "name": "typescript", "version": "7.0.0" }' },
            'has another API': {
                [`${folder}/package.json`]: MANIFEST('7.9.0'),
                [`${folder}/async.js`]: 'export const API = 1;',
                [`${folder}/ast.js`]: 'export const SyntaxKind = {};',
            },
            'fails to load': {
                [`${folder}/package.json`]: MANIFEST('7.9.0'),
                [`${folder}/async.js`]: "throw new Error('no');",
                [`${folder}/ast.js`]: '',
            },
        };
        for (const [name, files] of Object.entries(cases)) {
            it(`is given up when it ${name}`, async () => {
                assert.equal(await compilerFor(files), 'typescript 6');
            });
        }

        it('is given up for a configuration that it refuses', async () => {
            workspace = new Workspace({
                'tsconfig.json': '{ "compilerOptions": { "strict": true, "baseUrl": "." } }',
                'a.ts': CALL,
            });
            const other = new ContextAnalyser(nodeDisk, libFolder, NATIVE);
            const query = { root: workspace.root, overlays: {}, types: true, backend: 'auto' } as const;
            const analysis = await other.analyse(query);
            assert.match(analysis.compiler ?? '', /^typescript 6/);
            assert.deepEqual(analysis.contexts.map(renderShape), ['{ id: "a" }']);
            await other.release();
        });

        it('is given up when it fails', async () => {
            workspace = new Workspace({ 'a.ts': CALL });
            const found = NATIVE();
            assert.ok(found);
            const dying = {
                ...found,
                async load() {
                    const modules = await found.load();
                    class Dying extends modules.api.API {
                        override updateSnapshot(): Promise<never> {
                            return Promise.reject(new Error('the process has ended'));
                        }
                    }
                    return { ...modules, api: { ...modules.api, API: Dying } };
                },
            };
            const other = new ContextAnalyser(nodeDisk, libFolder, () => dying);
            const query = { root: workspace.root, overlays: {}, types: true, backend: 'auto' } as const;
            const analysis = await other.analyse(query);
            assert.match(analysis.compiler ?? '', /^typescript 6/);
            await other.release();
        });

        it('is given up when its process is killed: the bundled one answers the same question', async function () {
            // Only Linux tells the children of a process.
            if (!fs.existsSync(`/proc/${process.pid}/task`)) this.skip();
            const children = (): string[] =>
                fs
                    .readdirSync(`/proc/${process.pid}/task`)
                    .flatMap((task) => fs.readFileSync(`/proc/${process.pid}/task/${task}/children`, 'utf8').split(' '))
                    .filter(Boolean);
            workspace = new Workspace({ 'a.ts': CALL });
            const other = new ContextAnalyser(nodeDisk, libFolder, NATIVE);
            const query = { root: workspace.root, overlays: {}, types: true, backend: 'auto' } as const;
            const before = new Set(children());
            assert.equal((await other.analyse(query)).compiler, 'typescript 7.0.2');
            const started = children().filter((pid) => !before.has(pid));
            assert.equal(started.length, 1);
            process.kill(Number(started[0]), 'SIGKILL');
            workspace.write('a.ts', CALL.replace("'a'", '1'));
            const after = await other.analyse(query);
            assert.match(after.compiler ?? '', /^typescript 6/);
            assert.deepEqual(after.contexts.map(renderShape), ['{ id: 1 }']);
            await other.release();
        });

        it('is not waited for when its process has ended', async () => {
            const ended = { client: { process: { exitCode: null, signalCode: 'SIGKILL' } } };
            const never = new Promise<never>(() => undefined);
            await assert.rejects(guarded(ended, never), /its process has ended/);
            const running = { client: { process: { exitCode: null, signalCode: null } } };
            assert.equal(await guarded(running, Promise.resolve(1)), 1);
            await assert.rejects(guarded(running, Promise.reject(new Error('no'))), /no/);
        });
    });
});
