import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ContextAnalyser } from '../../../src/context/analyse.ts';
import { type Disk, nodeDisk } from '../../../src/context/disk.ts';
import { libFolder } from '../../../src/context/lib-folder.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { renderShape } from './render.ts';
import { Workspace } from './workspace.ts';

const STRICT = JSON.stringify({ compilerOptions: { strict: true, module: 'ESNext', moduleResolution: 'Bundler' } });
const CALL = "declare const db: any;\ndb.$setAuth({ id: 'a' });\n";

describe('ContextAnalyser', () => {
    const workspaces: Workspace[] = [];
    let analyser: ContextAnalyser;

    function workspace(files: Record<string, string>): Workspace {
        const created = new Workspace(files);
        workspaces.push(created);
        return created;
    }

    function analyse(
        { root }: Workspace,
        options: { overlays?: Record<string, string>; types?: boolean; signal?: AbortSignal } = {},
    ): Promise<ContextAnalysis> {
        const { overlays = {}, types = true, signal } = options;
        return analyser.analyse({ root, overlays, types }, signal);
    }

    function shapes({ contexts }: ContextAnalysis): string[] {
        return contexts.map(renderShape);
    }

    before(() => {
        analyser = new ContextAnalyser(nodeDisk, libFolder);
    });

    afterEach(() => {
        for (const created of workspaces.splice(0)) created.remove();
    });

    describe('finding files', () => {
        it('leaves out packages, build output, hidden folders, declarations and minified files', async () => {
            const project = workspace({
                'src/a.ts': CALL,
                'node_modules/x/index.ts': CALL,
                'packages/p/node_modules/x/index.js': "db.$setAuth({ in: 'a package' })",
                'dist/a.js': 'db.$setAuth()',
                '.next/server.js': 'db.$setAuth()',
                'src/a.d.ts': CALL,
                'src/a.min.js': 'db.$setAuth()',
                'a.txt': CALL,
            });
            const { contexts } = await analyse(project);
            assert.deepEqual(
                contexts.map(({ call }) => call.file),
                [project.path('src/a.ts')],
            );
        });

        it('gives positions of the call, the argument and the members', async () => {
            const project = workspace({ 'a.ts': 'declare const db: any;\n  db.$setAuth({\n    id: 1,\n  });\n' });
            const { contexts } = await analyse(project);
            const [shape] = contexts;
            const file = project.path('a.ts');
            assert.deepEqual(shape?.call, {
                file,
                range: { start: { line: 1, character: 2 }, end: { line: 3, character: 4 } },
            });
            assert.deepEqual(shape.argument.range, {
                start: { line: 1, character: 14 },
                end: { line: 3, character: 3 },
            });
            assert.equal(shape.argumentText, '{ id: 1, }');
            assert.deepEqual(shape.value.kind === 'object' && shape.value.members['id']?.source, {
                file,
                range: { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } },
            });
        });

        it('orders calls by file and position, and tells tests by their path below the root only', async () => {
            const project = workspace({
                'test/app/b.ts': 'declare const db: any; db.$setAuth(1); db.$setAuth(2);',
                'test/app/a.spec.ts': 'declare const db: any; db.$setAuth(3);',
                'test/app/__tests__/c.ts': 'declare const db: any; db.$setAuth(4);',
            });
            const { contexts } = await analyser.analyse({ root: project.path('test/app'), overlays: {}, types: true });
            assert.deepEqual(
                contexts.map((shape) => [path.basename(shape.call.file), renderShape(shape), shape.inTest]),
                [
                    ['c.ts', '4', true],
                    ['a.spec.ts', '3', true],
                    ['b.ts', '1', false],
                    ['b.ts', '2', false],
                ],
            );
        });

        it('reports a file that cannot be read and goes on', async () => {
            const project = workspace({ 'a.ts': CALL, 'b.ts': CALL });
            const broken: Disk = {
                ...nodeDisk,
                read(file) {
                    if (file.endsWith('a.ts')) throw new Error('permission denied');
                    return nodeDisk.read(file);
                },
            };
            const { contexts, unknown } = await new ContextAnalyser(broken, libFolder).analyse({
                root: project.root,
                overlays: {},
                types: true,
            });
            assert.equal(contexts.length, 1);
            assert.deepEqual(unknown, [
                { what: 'the file', reason: 'permission denied', file: project.path('a.ts'), line: 1 },
            ]);
        });

        it('analyses a file with syntax errors, and says so', async () => {
            const project = workspace({ 'a.ts': `${CALL}\nfunction (\n` });
            const { contexts, unknown } = await analyse(project);
            assert.equal(contexts.length, 1);
            assert.match(unknown[0]?.reason ?? '', /^it has a syntax error: /);
            assert.equal(unknown[0]?.line, 4);
        });

        it('finds nothing in an empty folder', async () => {
            const { contexts, unknown, files } = await analyse(workspace({}));
            assert.deepEqual([contexts, unknown, files], [[], [], []]);
        });
    });

    describe('projects', () => {
        it('works without a tsconfig', async () => {
            const project = workspace({
                'a.ts': "import { user } from './b'; declare const db: any; db.$setAuth(user());",
                'b.ts': 'export function user(): { id: string } | undefined { return undefined; }',
            });
            const analysis = await analyse(project);
            assert.deepEqual(shapes(analysis), ['{ id: string } | undefined']);
            assert.deepEqual(analysis.files, [project.path('a.ts'), project.path('b.ts')]);
        });

        it('reports a tsconfig that does not parse, with its line, and uses what can be read of it', async () => {
            const project = workspace({
                'tsconfig.json': '{\n  "compilerOptions": {\n    "paths": { "~/*": ["./src/*"] },,\n  }\n}\n',
                'src/a.ts': "import { user } from '~/b'; declare const db: any; db.$setAuth(user);",
                'src/b.ts': 'export const user = { id: 1 };',
            });
            const analysis = await analyse(project);
            assert.deepEqual(shapes(analysis), ['{ id: number }']);
            assert.deepEqual(
                analysis.unknown.map(({ what, file, line }) => ({ what, file, line })),
                [{ what: 'the TypeScript configuration', file: project.path('tsconfig.json'), line: 3 }],
            );
            assert.match(analysis.unknown[0]?.reason ?? '', /expected/);
        });

        it('reports a tsconfig that is no JSON at all, and still resolves types', async () => {
            const project = workspace({ 'tsconfig.json': '\u0000\u0001 nonsense', 'a.ts': CALL });
            const analysis = await analyse(project);
            assert.deepEqual(shapes(analysis), ['{ id: "a" }']);
            assert.ok(analysis.unknown.length > 0);
        });

        it('follows extends, and reports a base that is missing', async () => {
            const project = workspace({
                'tsconfig.json': '{ "extends": "./base.json" }',
                'base.json': '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
                'src/a.ts': "import { user } from '~/b'; declare const db: any; db.$setAuth(user);",
                'src/b.ts': 'export const user = { id: 1 };',
                'other/tsconfig.json': '{ "extends": "nowhere/tsconfig.json" }',
                'other/a.ts': CALL,
            });
            const analysis = await analyse(project);
            assert.deepEqual(shapes(analysis), ['{ id: "a" }', '{ id: number }']);
            assert.equal(analysis.unknown.length, 1);
            assert.equal(analysis.unknown[0]?.file, project.path('other/tsconfig.json'));
            assert.ok(analysis.files.includes(project.path('base.json')));
        });

        it('takes the referenced configuration that includes the file', async () => {
            const project = workspace({
                'tsconfig.json':
                    '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }',
                'tsconfig.node.json': '{ "include": ["vite.config.ts"] }',
                'tsconfig.app.json':
                    '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] }, "composite": true }, "include": ["src"] }',
                'src/a.ts': "import { user } from '~/b'; declare const db: any; db.$setAuth(user);",
                'src/b.ts': 'export const user = { id: 1 };',
            });
            assert.deepEqual(shapes(await analyse(project)), ['{ id: number }']);
        });

        it('keeps null and undefined apart where the project has strict checks off', async () => {
            const project = workspace({
                'tsconfig.json': '{ "compilerOptions": { "strict": false, "strictNullChecks": false } }',
                'a.ts': 'declare const db: any; declare const user: { id: string | null; b?: number } | undefined; db.$setAuth(user);',
            });
            assert.deepEqual(shapes(await analyse(project)), ['{ id: string | null; b?: number } | undefined']);
        });

        it('keeps projects apart that give one name different meanings', async () => {
            const project = workspace({
                'one/tsconfig.json': '{ "compilerOptions": { "paths": { "~": ["./user.ts"] } } }',
                'one/user.ts': 'export const user = { one: 1 };',
                'one/a.ts': "import { user } from '~'; declare const db: any; db.$setAuth(user);",
                'two/tsconfig.json': '{ "compilerOptions": { "paths": { "~": ["./user.ts"] } } }',
                'two/user.ts': 'export const user = { two: 2 };',
                'two/a.ts': "import { user } from '~'; declare const db: any; db.$setAuth(user);",
            });
            assert.deepEqual(shapes(await analyse(project)), ['{ one: number }', '{ two: number }']);
        });
    });

    describe('unknowns', () => {
        it('names what is unknown, why and where', async () => {
            const project = workspace({
                'a.ts': [
                    "import { load } from 'not-here';",
                    'declare const db: any;',
                    'interface User {',
                    '    id: string;',
                    '    org: { role: ReturnType<typeof load> };',
                    '}',
                    'declare const user: User;',
                    'db.$setAuth(user);',
                    'db.$setAuth({ id: load(), tags: [load()] });',
                ].join('\n'),
            });
            const { contexts, unknown } = await analyse(project);
            const file = project.path('a.ts');
            const reason = 'the module "not-here" could not be resolved';
            assert.deepEqual(
                contexts.map((shape) => shape.unknown),
                [
                    [{ what: 'argument.org.role', reason, file, line: 5 }],
                    [
                        { what: 'argument.id', reason, file, line: 9 },
                        { what: 'argument.tags[]', reason, file, line: 9 },
                    ],
                ],
            );
            assert.deepEqual(unknown, []);
        });

        it('tells a package without types from one that is not installed', async () => {
            const project = workspace({
                'tsconfig.json': STRICT,
                'node_modules/plain/package.json': '{ "name": "plain", "version": "1.0.0", "main": "index.js" }',
                'node_modules/plain/index.js': 'exports.user = { id: 1 };',
                'a.ts': "import { user } from 'plain'; declare const db: any; db.$setAuth(user);",
            });
            assert.deepEqual(shapes(await analyse(project)), ['unknown(the module "plain" has no type declarations)']);
        });

        it('shortens long texts to 200 characters', async () => {
            const members = Array.from({ length: 60 }, (_, index) => `member${index}: ${index}`).join(', ');
            const { contexts } = await analyse(
                workspace({ 'a.ts': `declare const db: any; db.$setAuth({ ${members} });` }),
            );
            assert.equal(contexts[0]?.argumentText.length, 200);
            assert.equal(contexts[0].typeText.length, 200);
            assert.ok(contexts[0].typeText.endsWith('…'));
        });
    });

    describe('without types', () => {
        it('reads names and literals, and nothing else', async () => {
            const project = workspace({
                'a.ts': [
                    'declare const db: any; declare const id: string;',
                    "db.$setAuth({ id, role: 'admin' as const, level: 2, on: true, nothing: null, f() {}, list: ['a', 1] });",
                    'db.$setAuth({ first: 1, ...other, last: `t${id}` });',
                    "db.$setAuth(id ? { id: 'x' } : undefined);",
                    'db.$setAuth(other);',
                    'db.$setAuth();',
                    'db.$setAuth(null);',
                    '// db.$setAuth({ a: 1 });',
                ].join('\n'),
            });
            const analysis = await analyse(project, { types: false });
            const unread = 'unknown(types are not read)';
            assert.deepEqual(shapes(analysis), [
                `{ id: ${unread}; role: "admin"; level: 2; on: true; nothing: null; f: other; list: ("a" | 1)[] }`,
                '{ first: unknown(a spread after it may overwrite it); last: string; ... }',
                '{ id: "x" } | undefined',
                unread,
                'undefined',
                'null',
            ]);
            assert.deepEqual(
                analysis.contexts.map(({ unknown }) => unknown.map(({ what }) => what)),
                [['argument.id'], ['argument...other'], [], ['argument'], [], []],
            );
            assert.deepEqual(analysis.files, [project.path('a.ts')]);
        });
    });

    describe('over several queries', () => {
        it('prefers editor content, also of files that are not on disk yet', async () => {
            const project = workspace({
                'tsconfig.json': STRICT,
                'a.ts': "import { user } from './user'; declare const db: any; db.$setAuth(user);",
                'user.ts': 'export const user = { id: 1 };',
            });
            assert.deepEqual(shapes(await analyse(project)), ['{ id: number }']);
            const edited = { [project.path('user.ts')]: "export const user = { name: 'x' };" };
            assert.deepEqual(shapes(await analyse(project, { overlays: edited })), ['{ name: string }']);
            const added = {
                [project.path('new/b.ts')]:
                    "import { user } from '../user'; declare const db: any; db.$setAuth(user.id);",
            };
            assert.deepEqual(shapes(await analyse(project, { overlays: added })), ['{ id: number }', 'number']);
            assert.deepEqual(shapes(await analyse(project)), ['{ id: number }']);
        });

        it('gives the same object as long as nothing changes', async () => {
            const project = workspace({ 'tsconfig.json': STRICT, 'a.ts': CALL });
            const first = await analyse(project);
            assert.equal(await analyse(project), first);
            assert.equal(await analyse(project, { overlays: { [project.path('a.ts')]: CALL } }), first);
            fs.utimesSync(project.path('a.ts'), new Date(), new Date());
            assert.equal(await analyse(project), first);
            project.write('a.ts', CALL.replace("'a'", "'b'"));
            const second = await analyse(project);
            assert.notEqual(second, first);
            assert.deepEqual(shapes(second), ['{ id: "b" }']);
        });

        it('notices a package that was installed, a tsconfig that changed and a file that was removed', async () => {
            const project = workspace({
                'tsconfig.json': STRICT,
                'a.ts': "import { user } from 'later'; declare const db: any; db.$setAuth(user);",
                'b.ts': "import { user } from '~/user'; declare const db: any; db.$setAuth(user);",
                'user.ts': 'export const user = { b: 1 };',
            });
            assert.deepEqual(shapes(await analyse(project)), [
                'unknown(the module "later" could not be resolved)',
                'unknown(the module "~/user" could not be resolved)',
            ]);
            project.write('node_modules/later/package.json', '{ "name": "later", "types": "index.d.ts" }');
            project.write('node_modules/later/index.d.ts', 'export declare const user: { a: string };');
            assert.deepEqual(shapes(await analyse(project))[0], '{ a: string }');
            project.write('tsconfig.json', STRICT.replace('{"strict"', '{"paths":{"~/*":["./*"]},"strict"'));
            assert.deepEqual(shapes(await analyse(project)), ['{ a: string }', '{ b: number }']);
            fs.rmSync(project.path('user.ts'));
            assert.deepEqual(shapes(await analyse(project))[1], 'unknown(the module "~/user" could not be resolved)');
            fs.rmSync(project.path('a.ts'));
            assert.equal((await analyse(project)).contexts.length, 1);
        });

        it('parses only what changed', async () => {
            const project = workspace({
                'tsconfig.json': STRICT,
                'a.ts': "import { user } from './user'; declare const db: any; db.$setAuth(user);",
                'user.ts': 'export const user = { id: 1 };',
            });
            let read: string[] = [];
            const counting: Disk = {
                ...nodeDisk,
                read(file) {
                    read.push(file);
                    return nodeDisk.read(file);
                },
            };
            analyser = new ContextAnalyser(counting, libFolder);
            await analyse(project);
            assert.ok(read.length > 50, 'the library files are read');
            read = [];
            project.write('user.ts', 'export const user = { id: true };');
            assert.deepEqual(shapes(await analyse(project)), ['{ id: boolean }']);
            assert.deepEqual([...new Set(read)], [project.path('user.ts')]);
        });

        it('rejects when aborted, before or in the middle, and answers the next query', async () => {
            const project = workspace({ 'tsconfig.json': STRICT, 'a.ts': CALL });
            await assert.rejects(analyse(project, { signal: AbortSignal.abort() }), { name: 'AbortError' });
            const controller = new AbortController();
            const running = analyse(project, { signal: controller.signal });
            setImmediate(() => {
                controller.abort(new Error('superseded'));
            });
            await assert.rejects(running, /superseded/);
            assert.deepEqual(shapes(await analyse(project)), ['{ id: "a" }']);
        });
    });
});
