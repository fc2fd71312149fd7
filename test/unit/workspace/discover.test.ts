import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AuthConfigAnalysis } from '../../../src/model/auth-table.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { declaredSchema, discoverSchemas, monorepoRootOf, packageRootOf } from '../../../src/workspace/discover.ts';
import { gatherFacts } from '../../../src/workspace/facts.ts';
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
    const entries = (): string[] =>
        discoverSchemas(root).entries.map(({ file, isMain }) => `${relative(file)}${isMain ? ' (main)' : ''}`);

    it('finds files that nothing imports, and none below node_modules, outputs and hidden folders', () => {
        write({
            'package.json': '{}',
            'schema.zmodel': `import './auth'\nimport 'models/todo'\n`,
            'auth.zmodel': MODEL,
            'models/todo.zmodel': `import '../auth.zmodel'\n`,
            'node_modules/x/schema.zmodel': MODEL,
            'dist/schema.zmodel': MODEL,
            '.cache/schema.zmodel': MODEL,
        });
        assert.deepEqual(entries(), ['schema.zmodel (main)']);
    });

    it('takes the first file of a circle that nothing else imports', () => {
        write({
            'package.json': '{}',
            'a.zmodel': `import './b'\n`,
            'b.zmodel': `import './c'\n`,
            'c.zmodel': `import './a'\n`,
        });
        assert.deepEqual(entries(), ['a.zmodel (main)']);
        write({ 'self.zmodel': `import './self'\n` });
        assert.deepEqual(entries(), ['self.zmodel', 'a.zmodel']);
    });

    it('follows what package.json declares: a file, or a folder', () => {
        write({
            'package.json': '{ "zenstack": { "schema": "./db/main.zmodel" } }',
            'db/main.zmodel': MODEL,
            'schema.zmodel': MODEL,
        });
        assert.deepEqual(entries(), ['db/main.zmodel (main)']);
        assert.deepEqual(
            discoverSchemas(root).skipped.map(({ file, reason }) => `${relative(file)}: ${reason}`),
            [`schema.zmodel: the package declares ${path.join('db', 'main.zmodel')} as its schema`],
        );
        write({ 'package.json': '{ "zenstack": { "schema": "db" } }', 'db/schema.zmodel': MODEL });
        assert.equal(declaredSchema(root), path.join(root, 'db', 'schema.zmodel'));
        assert.deepEqual(entries(), ['db/schema.zmodel (main)']);
    });

    it('goes by default places where nothing is declared, or what is declared is no text', () => {
        write({
            'package.json': '{ "zenstack": { "schema": 1 } }',
            'zenstack/schema.zmodel': MODEL,
            'other.zmodel': MODEL,
        });
        assert.deepEqual(entries(), ['other.zmodel', 'zenstack/schema.zmodel (main)']);
        write({ 'schema.zmodel': MODEL });
        assert.deepEqual(entries(), ['other.zmodel', 'schema.zmodel (main)', 'zenstack/schema.zmodel']);
    });

    it('ignores a declaration that leads nowhere, and a package.json that does not parse', () => {
        write({ 'package.json': '{ "zenstack": { "schema": "gone.zmodel" } }', 'schema.zmodel': MODEL });
        assert.deepEqual(entries(), ['schema.zmodel (main)']);
        write({ 'package.json': '{ "zenstack": ' });
        assert.equal(declaredSchema(root), undefined);
        assert.deepEqual(entries(), ['schema.zmodel (main)']);
    });

    it('gives each package its own main schema', () => {
        write({
            'package.json': '{ "workspaces": ["packages/*"] }',
            'packages/a/package.json': '{}',
            'packages/a/schema.zmodel': MODEL,
            'packages/b/package.json': '{}',
            'packages/b/zenstack/schema.zmodel': MODEL,
        });
        assert.deepEqual(entries(), ['packages/a/schema.zmodel (main)', 'packages/b/zenstack/schema.zmodel (main)']);
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

    it('takes a file that is imported by way of a link for imported', () => {
        write({ 'package.json': '{}', 'app/schema.zmodel': `import './rules'\n`, 'common/rules.zmodel': MODEL });
        fs.symlinkSync('../common/rules.zmodel', path.join(root, 'app', 'rules.zmodel'));
        assert.deepEqual(entries(), ['app/schema.zmodel (main)']);
    });

    it('does not run in circles of links', () => {
        write({ 'package.json': '{}', 'schema.zmodel': MODEL });
        fs.symlinkSync('.', path.join(root, 'loop'));
        assert.deepEqual(entries(), ['schema.zmodel (main)']);
    });

    it('tells what cannot be read, and finds the rest', () => {
        write({
            'package.json': '{}',
            'schema.zmodel': `import './binary'\n`,
            'binary.zmodel': Buffer.from([1, 0, 2]),
        });
        const { problems } = discoverSchemas(root);
        assert.equal(problems.length, 1);
        assert.match(problems[0] ?? '', /binary\.zmodel: is not a text file/);
        assert.deepEqual(entries(), ['schema.zmodel (main)']);
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
