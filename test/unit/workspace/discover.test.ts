import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AuthConfigAnalysis } from '../../../src/model/auth-table.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { declaredSchema, discoverSchemas, monorepoRootOf, packageRootOf } from '../../../src/workspace/discover.ts';
import { gatherFacts } from '../../../src/workspace/facts.ts';
import { FileAccess } from '../../../src/zmodel/load.ts';
import type { SourceAccess } from '../../../src/zmodel/load.ts';
import type { FactSource } from '../../../src/workspace/facts.ts';

const MODEL = 'model Todo {\n    id String @id\n}\n';

describe('discovery of schemas', () => {
    let base: string;
    let root: string;
    beforeEach(() => {
        base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-auth-discover-')));
        // Folders above the searched one say nothing about it, whatever they are called.
        root = path.join(base, '.hidden', 'build', 'app');
        fs.mkdirSync(root, { recursive: true });
    });
    afterEach(() => {
        fs.rmSync(base, { recursive: true, force: true });
    });

    function write(files: Record<string, string | Buffer>): void {
        for (const [name, content] of Object.entries(files)) {
            const file = path.join(root, name);
            fs.mkdirSync(path.dirname(file), { recursive: true });
            fs.writeFileSync(file, content);
        }
    }

    const relative = (file: string): string => path.relative(root, file).split(path.sep).join('/');
    const entries = async (): Promise<string[]> =>
        (await discoverSchemas(root)).entries.map(({ file, isMain }) => `${relative(file)}${isMain ? ' (main)' : ''}`);

    it('finds files that nothing imports, and none below node_modules, outputs and hidden folders', async () => {
        write({
            'package.json': '{}',
            'schema.zmodel': `import './auth'\nimport 'models/todo'\n`,
            'auth.zmodel': MODEL,
            'models/todo.zmodel': `import '../auth.zmodel'\n`,
            'node_modules/x/schema.zmodel': MODEL,
            'dist/schema.zmodel': MODEL,
            '.cache/schema.zmodel': MODEL,
        });
        assert.deepEqual(await entries(), ['schema.zmodel (main)']);
    });

    it('takes the first file of a circle that nothing else imports', async () => {
        write({
            'package.json': '{}',
            'a.zmodel': `import './b'\n`,
            'b.zmodel': `import './c'\n`,
            'c.zmodel': `import './a'\n`,
        });
        assert.deepEqual(await entries(), ['a.zmodel (main)']);
        write({ 'self.zmodel': `import './self'\n` });
        assert.deepEqual(await entries(), ['self.zmodel', 'a.zmodel']);
    });

    it('follows what package.json declares: a file, or a folder', async () => {
        write({
            'package.json': '{ "zenstack": { "schema": "./db/main.zmodel" } }',
            'db/main.zmodel': MODEL,
            'schema.zmodel': MODEL,
        });
        assert.deepEqual(await entries(), ['db/main.zmodel (main)']);
        assert.deepEqual(
            (await discoverSchemas(root)).skipped.map(({ file, reason }) => `${relative(file)}: ${reason}`),
            [`schema.zmodel: the package declares ${path.join('db', 'main.zmodel')} as its schema`],
        );
        write({ 'package.json': '{ "zenstack": { "schema": "db" } }', 'db/schema.zmodel': MODEL });
        assert.equal(declaredSchema(root), path.join(root, 'db', 'schema.zmodel'));
        assert.deepEqual(await entries(), ['db/schema.zmodel (main)']);
    });

    it('goes by default places where nothing is declared, or what is declared is no text', async () => {
        write({
            'package.json': '{ "zenstack": { "schema": 1 } }',
            'zenstack/schema.zmodel': MODEL,
            'other.zmodel': MODEL,
        });
        assert.deepEqual(await entries(), ['other.zmodel', 'zenstack/schema.zmodel (main)']);
        write({ 'schema.zmodel': MODEL });
        assert.deepEqual(await entries(), ['other.zmodel', 'schema.zmodel (main)', 'zenstack/schema.zmodel']);
    });

    it('ignores a declaration that leads nowhere, and a package.json that does not parse', async () => {
        write({ 'package.json': '{ "zenstack": { "schema": "gone.zmodel" } }', 'schema.zmodel': MODEL });
        assert.deepEqual(await entries(), ['schema.zmodel (main)']);
        write({ 'package.json': '{ "zenstack": ' });
        assert.equal(declaredSchema(root), undefined);
        assert.deepEqual(await entries(), ['schema.zmodel (main)']);
    });

    it('gives each package its own main schema', async () => {
        write({
            'package.json': '{ "workspaces": ["packages/*"] }',
            'packages/a/package.json': '{}',
            'packages/a/schema.zmodel': MODEL,
            'packages/b/package.json': '{}',
            'packages/b/zenstack/schema.zmodel': MODEL,
        });
        assert.deepEqual(await entries(), [
            'packages/a/schema.zmodel (main)',
            'packages/b/zenstack/schema.zmodel (main)',
        ]);
        assert.equal(
            packageRootOf(path.join(root, 'packages/b/zenstack/schema.zmodel')),
            path.join(root, 'packages/b'),
        );
        assert.equal(monorepoRootOf(path.join(root, 'packages/a')), root);
    });

    it('knows the workspaces of pnpm, and where there are none', () => {
        write({ 'one/package.json': '{}' });
        assert.equal(monorepoRootOf(path.join(root, 'one')), undefined);
        write({ 'pnpm-workspace.yaml': 'packages: []\n' });
        assert.equal(monorepoRootOf(path.join(root, 'one')), root);
    });

    it('takes a file that is imported by way of a link for imported', async () => {
        write({ 'package.json': '{}', 'app/schema.zmodel': `import './rules'\n`, 'common/rules.zmodel': MODEL });
        fs.symlinkSync('../common/rules.zmodel', path.join(root, 'app', 'rules.zmodel'));
        assert.deepEqual(await entries(), ['app/schema.zmodel (main)']);
    });

    it('does not run in circles of links', async () => {
        write({ 'package.json': '{}', 'schema.zmodel': MODEL });
        fs.symlinkSync('.', path.join(root, 'loop'));
        assert.deepEqual(await entries(), ['schema.zmodel (main)']);
    });

    it('tells what cannot be read, and finds the rest', async () => {
        write({
            'package.json': '{}',
            'schema.zmodel': `import './binary'\n`,
            'binary.zmodel': Buffer.from([1, 0, 2]),
        });
        const { problems } = await discoverSchemas(root);
        assert.equal(problems.length, 1);
        assert.match(problems[0] ?? '', /binary\.zmodel: is not a text file/);
        assert.deepEqual(await entries(), ['schema.zmodel (main)']);
    });

    /** A monorepo, all of whose schemas are of two files. */
    function writeMany(count: number): void {
        write({ 'package.json': '{ "workspaces": ["packages/*"] }' });
        for (let index = 0; index < count; index++) {
            const folder = `packages/p${String(index).padStart(2, '0')}`;
            write({
                [`${folder}/package.json`]: '{}',
                [`${folder}/schema.zmodel`]: `import './more'\n${MODEL}`,
                [`${folder}/more.zmodel`]: '',
            });
        }
    }

    it('lets everything else have its turn between two files', async () => {
        writeMany(15);
        const read: string[] = [];
        let turn = 0;
        const turns = new Set<number>();
        let timer = setImmediate(function count() {
            turn += 1;
            timer = setImmediate(count);
        });
        const disk = new FileAccess();
        const access: SourceAccess = {
            read(file) {
                if (!read.includes(file)) {
                    read.push(file);
                    turns.add(turn);
                }
                return disk.read(file);
            },
        };
        try {
            const found = await discoverSchemas(root, { access });
            assert.equal(read.length, 30);
            // No two files were read in one turn.
            assert.equal(turns.size, 30);
            assert.deepEqual(found, await discoverSchemas(root));
            assert.equal(found.entries.length, 15);
        } finally {
            clearImmediate(timer);
        }
    });

    it('takes what it is given instead of the disk, and ends when it is not wanted any more', async () => {
        write({ 'package.json': '{}', 'a.zmodel': MODEL, 'b.zmodel': MODEL });
        assert.deepEqual(await entries(), ['a.zmodel', 'b.zmodel']);
        const access = new FileAccess({ [path.join(root, 'a.zmodel')]: `import './b'\n` });
        const { entries: found } = await discoverSchemas(root, { access });
        assert.deepEqual(
            found.map(({ file }) => relative(file)),
            ['a.zmodel'],
        );
        const controller = new AbortController();
        const aborted = discoverSchemas(root, {
            access: {
                read: () => {
                    controller.abort();
                    return undefined;
                },
            },
            signal: controller.signal,
        });
        await assert.rejects(aborted, { name: 'AbortError' });
    });

    describe('the folder that is searched for the application', () => {
        const asked: string[] = [];
        const nothing = { unknown: [], files: [] };
        /** Has a call where the root ends in one of the names. */
        function source(...withCall: string[]): FactSource {
            asked.length = 0;
            return {
                contexts: ({ root: folder }): Promise<ContextAnalysis> => {
                    asked.push(relative(folder));
                    const found = withCall.includes(relative(folder));
                    const location = {
                        file: '',
                        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
                    };
                    return Promise.resolve({
                        ...nothing,
                        contexts: found
                            ? [
                                  {
                                      argument: location,
                                      call: location,
                                      argumentText: '',
                                      typeText: '',
                                      value: { kind: 'unknown', reason: 'a test' },
                                      mayBeUndefined: false,
                                      mayBeNull: false,
                                      inTest: false,
                                      unknown: [],
                                  },
                              ]
                            : [],
                    });
                },
                configs: (): Promise<AuthConfigAnalysis> => Promise.resolve({ ...nothing, configs: [] }),
            };
        }
        const query = (entry: string, limit?: string): Parameters<typeof gatherFacts>[1] => ({
            entry: path.join(root, entry),
            overlays: {},
            types: true,
            ...(limit !== undefined && { limit: path.join(root, limit) }),
        });

        beforeEach(() => {
            write({
                'package.json': '{ "workspaces": ["packages/*"] }',
                'packages/db/package.json': '{}',
                'packages/db/schema.zmodel': MODEL,
                'packages/web/package.json': '{}',
            });
        });

        it('is the schema’s package when that has calls', async () => {
            const facts = await gatherFacts(source('packages/db'), query('packages/db/schema.zmodel'));
            assert.equal(relative(facts.root), 'packages/db');
            assert.deepEqual(asked, ['packages/db']);
        });

        it('is the monorepo when the package has none', async () => {
            const facts = await gatherFacts(source(''), query('packages/db/schema.zmodel'));
            assert.equal(relative(facts.root), '');
            assert.deepEqual(asked, ['packages/db', '']);
        });

        it('never leaves the workspace folder', async () => {
            const facts = await gatherFacts(source(''), query('packages/db/schema.zmodel', 'packages/db'));
            assert.equal(relative(facts.root), 'packages/db');
        });

        it('is the package where several schemas could be meant', async () => {
            write({ 'packages/web/schema.zmodel': MODEL });
            const facts = await gatherFacts(source(''), query('packages/db/schema.zmodel'));
            assert.equal(relative(facts.root), 'packages/db');
        });
    });
});
