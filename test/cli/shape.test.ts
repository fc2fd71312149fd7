import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { zmodelAuth } from './support/run.ts';
import { AUTH_TS, DB_TS, removeWorkspaces, SCHEMA, workspace } from './support/workspace.ts';

describe('zmodel-auth shape', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    let cwd: string;
    before(() => {
        const other = DB_TS.replace('{ userId, organizationId }', 'JSON.parse(userId)');
        cwd = workspace({
            'schema.zmodel': SCHEMA,
            'src/db.ts': DB_TS,
            'src/other.ts': other,
            'src/auth.ts': AUTH_TS,
        });
    });
    after(removeWorkspaces);

    it('prints every call with its members, unknowns with their reasons, and the configurations', async () => {
        const { code, stdout } = await zmodelAuth(cwd, ['shape']);
        assert.match(
            stdout,
            /^src\/db\.ts:3:24 \$setAuth\(\{ userId, organizationId \}\)\n {4}userId {10}string\n {4}organizationId {2}string \| null\n/,
        );
        assert.match(
            stdout,
            /^src\/other\.ts:3:24 \$setAuth\(JSON\.parse\(userId\)\)\n {4}unknown: src\/other\.ts:3: \S.*is unknown: \S/m,
        );
        assert.match(stdout, /^src\/auth\.ts:6:21 betterAuth: zenstackAdapter, plugins organization$/m);
        assert.equal(code, 0);
    });

    it('prints the same as JSON, with what was read on request', async () => {
        const { stdout } = await zmodelAuth(cwd, [
            'shape',
            '--no-cache',
            '--format',
            'json',
            '--explain',
            'schema.zmodel',
        ]);
        const result = JSON.parse(stdout) as {
            roots: Record<string, unknown>[];
            explain: Record<'compilers' | 'files', string[]> & Record<'steps' | 'resolving', { what: string }[]>;
        };
        assert.partialDeepStrictEqual(result.roots, [
            {
                root: '.',
                contexts: [
                    { file: 'src/db.ts', line: 3, members: { organizationId: { type: 'string', nullable: true } } },
                    { file: 'src/other.ts', line: 3, members: {}, unknown: [{ file: 'src/other.ts', line: 3 }] },
                ],
                configs: [{ file: 'src/auth.ts', line: 6, plugins: ['organization'], unknown: [] }],
            },
        ]);
        assert.ok(result.explain.files.includes('src/db.ts'));
        assert.equal(result.explain.steps.length, 2);
        assert.match(result.explain.compilers.join(), /^typescript 6\./);
        const steps = result.explain.resolving.map(({ what }) => what);
        assert.deepEqual(steps, ['searching calls', 'reading the project', 'resolving types']);
    });

    it('explains itself as text, and takes what it knew the next time, unless told otherwise', async () => {
        const other = workspace({
            'schema.zmodel': SCHEMA,
            'src/db.ts': DB_TS,
            'tsconfig.json': '{}',
            'node_modules/.keep': '',
        });
        const explain = async (...flags: string[]): Promise<string> =>
            (await zmodelAuth(other, ['shape', '--explain', ...flags])).stdout;
        const first = await explain();
        assert.match(
            first,
            /^Compiler: typescript 6\..*\nSteps:\n {4}configurations: \d+ ms\n {4}\$setAuth calls: \d+ ms\n/m,
        );
        assert.match(first, /^ {4}resolving types: \d+ ms\nFiles read:\n {4}src\/db\.ts\n/m);
        const second = await explain();
        assert.match(second, /^Compiler: typescript 6\./m);
        assert.match(second, /^ {4}checking that the last answer holds: \d+ ms\n/m);
        assert.match(await explain('--no-cache'), /^ {4}resolving types: \d+ ms\n/m);
    });

    it('keeps compiled code for the user, never in the workspace, whose code would be run then', async () => {
        const other = workspace({ 'schema.zmodel': SCHEMA, 'src/db.ts': DB_TS, 'node_modules/.keep': '' });
        const home = path.join(other, 'home');
        fs.mkdirSync(home);
        const env = { XDG_CACHE_HOME: home, LOCALAPPDATA: home, HOME: home };
        const filesIn = (folder: string): string[] =>
            fs
                .readdirSync(folder, { recursive: true, withFileTypes: true })
                .flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : []));
        await zmodelAuth(other, ['shape', '--no-cache'], env);
        assert.deepEqual(filesIn(home), []);
        await zmodelAuth(other, ['shape'], env);
        assert.notDeepEqual(filesIn(home), []);
        const inWorkspace = filesIn(path.join(other, 'node_modules', '.cache'));
        assert.deepEqual(new Set(inWorkspace.map((file) => path.extname(file))), new Set(['.json']));
    });

    it('takes a source file, and a folder without a schema', async () => {
        const file = await zmodelAuth(cwd, ['shape', 'src/db.ts']);
        assert.match(file.stdout, /^src\/db\.ts:3:24 /);
        assert.doesNotMatch(file.stdout, /src\/other\.ts/);
        const folder = await zmodelAuth(cwd, ['shape', 'src']);
        assert.match(folder.stdout, /^src\/db\.ts:3:24 .*^src\/other\.ts:3:24 /ms);
    });

    it('refuses a path that is not there', async () => {
        const { code, stdout, stderr } = await zmodelAuth(cwd, ['shape', 'gone']);
        assert.match(stderr, /^error: gone: there is no such file or folder/);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });
});
