import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { zmodelAuth } from './support/run.ts';
import { AUTH_TS, removeWorkspaces, workspace } from './support/workspace.ts';

function read(cwd: string, file: string): string {
    return readFileSync(path.join(cwd, file), 'utf8');
}

interface InsertJson {
    edits: { file: string; changes: { start: number; end: number; text: string }[] }[];
    added: { models: string[]; fields: string[] };
    conflicts: { kind: string; message: string; line?: number }[];
    unknown: unknown[];
}

describe('zmodel-auth insert', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    after(removeWorkspaces);

    it('prints a diff that git applies, and writes nothing', async () => {
        const cwd = workspace({ 'schema.zmodel': '', 'src/auth.ts': AUTH_TS });
        const { code, stdout, stderr } = await zmodelAuth(cwd, ['insert']);
        assert.match(stdout, /^--- a\/schema\.zmodel\n\+\+\+ b\/schema\.zmodel\n@@ /);
        assert.match(stderr, /Adds .*models/);
        assert.equal(code, 0);
        assert.equal(read(cwd, 'schema.zmodel'), '');
        execFileSync('patch', ['-p1', '--quiet'], { cwd, input: stdout });
        assert.match(read(cwd, 'schema.zmodel'), /^model Organization \{$/m);
        const again = await zmodelAuth(cwd, ['insert']);
        assert.deepEqual({ code: again.code, stdout: again.stdout }, { code: 0, stdout: '' });
    });

    it('writes with --write; a second time there is nothing to write', async () => {
        const cwd = workspace({ 'schema.zmodel': '', 'src/auth.ts': AUTH_TS });
        chmodSync(path.join(cwd, 'schema.zmodel'), 0o640);
        const first = await zmodelAuth(cwd, ['insert', '--write']);
        assert.deepEqual({ code: first.code, stdout: first.stdout }, { code: 0, stdout: '' });
        const written = read(cwd, 'schema.zmodel');
        for (const model of ['User', 'Session', 'Account', 'Verification', 'Organization', 'Member', 'Invitation']) {
            assert.match(written, new RegExp(`^model ${model} \\{$`, 'm'));
        }
        assert.equal(statSync(path.join(cwd, 'schema.zmodel')).mode & 0o777, 0o640);
        assert.deepEqual(readdirSync(cwd).sort(), ['package.json', 'schema.zmodel', 'src']);

        const second = await zmodelAuth(cwd, ['insert', '--write']);
        assert.deepEqual({ code: second.code, stdout: second.stdout }, { code: 0, stdout: '' });
        assert.match(second.stderr, /Everything that Better Auth needs is there/);
        assert.equal(read(cwd, 'schema.zmodel'), written);
        const checked = await zmodelAuth(cwd, ['check', '--severity', 'hint']);
        assert.equal(checked.stdout, 'Nothing found in schema.zmodel.\n');
    });

    it('gives edits as JSON that make the same text', async () => {
        const cwd = workspace({ 'schema.zmodel': '// mine\n', 'src/auth.ts': AUTH_TS });
        const { stdout, code } = await zmodelAuth(cwd, ['insert', '--format', 'json']);
        const plan = JSON.parse(stdout) as InsertJson;
        assert.equal(code, 0);
        assert.deepEqual(
            plan.edits.map(({ file }) => file),
            ['schema.zmodel'],
        );
        assert.ok(plan.added.models.includes('Organization'));
        assert.deepEqual([plan.conflicts, plan.unknown], [[], []]);
        let text = read(cwd, 'schema.zmodel');
        const changes = plan.edits.flatMap((edit) => edit.changes);
        for (const change of changes.sort((a, b) => b.start - a.start)) {
            text = text.slice(0, change.start) + change.text + text.slice(change.end);
        }
        await zmodelAuth(cwd, ['insert', '--write']);
        assert.equal(read(cwd, 'schema.zmodel'), text);
    });

    it('completes what is there, and keeps every byte around it: CRLF, comments, no end of line at the end', async () => {
        const before = [
            '// odd\tlayout: é 😀',
            "datasource db { provider='sqlite' url='file:./x.db' }",
            'model   Session{',
            '\tid String @id // mine',
            '',
            '}',
            '// the end',
        ].join('\r\n');
        const cwd = workspace({ 'schema.zmodel': before, 'src/auth.ts': AUTH_TS });
        const plan = JSON.parse((await zmodelAuth(cwd, ['insert', '--format', 'json'])).stdout) as InsertJson;
        assert.ok(plan.added.fields.includes('Session.activeOrganizationId'));
        for (const { start, end } of plan.edits.flatMap(({ changes }) => changes)) {
            assert.equal(start, end, 'nothing is replaced');
        }
        await zmodelAuth(cwd, ['insert', '--write']);
        const after = read(cwd, 'schema.zmodel');
        assert.doesNotMatch(after, /[^\r]\n/, 'no bare LF');
        let offset = 0;
        for (const line of before.split('\r\n').filter((each) => each !== '')) {
            const at = after.indexOf(line, offset);
            assert.ok(at >= offset, `lost: ${line}`);
            offset = at + line.length;
        }
    });

    it('follows a symbolic link instead of replacing it', async () => {
        const cwd = workspace({ 'real/models.txt': '', 'src/auth.ts': AUTH_TS });
        symlinkSync('real/models.txt', path.join(cwd, 'schema.zmodel'));
        await zmodelAuth(cwd, ['insert', '--schema', 'schema.zmodel', '--write']);
        assert.ok(lstatSync(path.join(cwd, 'schema.zmodel')).isSymbolicLink());
        assert.match(read(cwd, 'real/models.txt'), /^model User \{$/m);
    });

    it('puts new models into a new file, and imports it', async () => {
        const cwd = workspace({
            'schema.zmodel': "datasource db {\n    provider = 'sqlite'\n    url = 'file:./x.db'\n}\n",
            'src/auth.ts': AUTH_TS,
        });
        const { stdout } = await zmodelAuth(cwd, ['insert', '--into', 'auth.zmodel']);
        assert.match(stdout, /^--- \/dev\/null\n\+\+\+ b\/auth\.zmodel$/m);
        const { code } = await zmodelAuth(cwd, ['insert', '--into', 'auth.zmodel', '--write']);
        assert.equal(code, 0);
        assert.match(read(cwd, 'schema.zmodel'), /^import '\.\/auth'/m);
        assert.match(read(cwd, 'auth.zmodel'), /^model User \{$/m);
        const again = await zmodelAuth(cwd, ['insert']);
        assert.equal(again.stdout, '');
    });

    it('leaves what is there but different as it is, and says so', async () => {
        const schema = 'type User {\n    name String\n}\n';
        const cwd = workspace({ 'schema.zmodel': schema, 'src/auth.ts': AUTH_TS });
        const { code, stderr, stdout } = await zmodelAuth(cwd, ['insert', '--format', 'json']);
        const plan = JSON.parse(stdout) as InsertJson;
        assert.partialDeepStrictEqual(plan.conflicts[0], { kind: 'name-taken', file: 'schema.zmodel', line: 1 });
        assert.match(stderr, /^conflict: schema\.zmodel:1: .+ What to do: \S/m);
        assert.equal(code, 1);
    });

    describe('choice', () => {
        it('several configurations: lists them with the flag, and takes the named one', async () => {
            const plain = AUTH_TS.replace('organization()', '');
            const cwd = workspace({ 'schema.zmodel': '', 'src/auth.ts': AUTH_TS, 'src/admin-auth.ts': plain });
            const { code, stdout, stderr } = await zmodelAuth(cwd, ['insert']);
            assert.equal(stdout, '');
            assert.match(stderr, /^ {2}--config src\/auth\.ts:6 {2}\(organization\)$/m);
            assert.match(stderr, /^ {2}--config src\/admin-auth\.ts:6$/m);
            assert.equal(code, 2);
            for (const named of ['src/admin-auth.ts', 'src/admin-auth.ts:6']) {
                const chosen = await zmodelAuth(cwd, ['insert', '--config', named, '--format', 'json']);
                const { added } = JSON.parse(chosen.stdout) as InsertJson;
                assert.deepEqual(added.models, ['User', 'Session', 'Account', 'Verification']);
            }
            const checked = await zmodelAuth(cwd, ['check']);
            assert.match(
                checked.stderr,
                /note: There are several betterAuth\(\.\.\.\) configurations \(.*src\/auth\.ts:6/,
            );
        });

        it('several schemas: lists them with the flag', async () => {
            const cwd = workspace({ 'a.zmodel': '', 'b.zmodel': '', 'src/auth.ts': AUTH_TS });
            const { code, stderr } = await zmodelAuth(cwd, ['insert']);
            assert.match(stderr, /^ {2}--schema a\.zmodel\n {2}--schema b\.zmodel$/m);
            assert.equal(code, 2);
            const chosen = await zmodelAuth(cwd, ['insert', '--schema', 'b.zmodel']);
            assert.match(chosen.stdout, /^\+\+\+ b\/b\.zmodel$/m);
        });

        it('no configuration, no schema, a name that is not there', async () => {
            const none = workspace({ 'schema.zmodel': '' });
            const noSchema = workspace({ 'src/auth.ts': AUTH_TS });
            const cases = [
                [none, [], /There is no betterAuth\(\.\.\.\) configuration below this folder\. Name the file/],
                [noSchema, [], /There is no schema .* below this folder\. Create one/],
                [none, ['--schema', 'gone.zmodel'], /gone\.zmodel: there is no such file or folder/],
                [noSchema, ['--schema', 'src/auth.ts'], /src\/auth\.ts: is no schema/],
                [none, ['--config', 'gone.ts'], /gone\.ts: there is no such file or folder/],
                [
                    none,
                    ['--config', 'schema.zmodel'],
                    /schema\.zmodel: no betterAuth\(\.\.\.\) configuration was found there/,
                ],
                [none, ['--into', 'package.json'], /--into package\.json: a schema's name ends in \.zmodel/],
                [none, ['--write', '--dry-run'], /cannot be used with/],
            ] as const;
            for (const [cwd, args, message] of cases) {
                const { code, stdout, stderr } = await zmodelAuth(cwd, ['insert', ...args]);
                assert.match(stderr, message);
                assert.equal(stdout, '');
                assert.equal(code, 2);
            }
        });

        it('a file that the schema does not import is no place for models', async () => {
            const cwd = workspace({ 'schema.zmodel': '', 'loose/more.zmodel': '', 'src/auth.ts': AUTH_TS });
            const { code, stderr } = await zmodelAuth(cwd, [
                'insert',
                '--schema',
                'schema.zmodel',
                '--into',
                'loose/more.zmodel',
            ]);
            assert.match(stderr, /loose\/more\.zmodel: the file is there, but schema\.zmodel does not import it/);
            assert.equal(code, 2);
        });
    });

    describe('configurations that are hard to read', () => {
        it('an options object from another file is read', async () => {
            const options = AUTH_TS.replace('export const auth = betterAuth(', 'export const options = (').replace(
                "import { betterAuth } from 'better-auth';\n",
                '',
            );
            const cwd = workspace({
                'schema.zmodel': '',
                'src/options.ts': options,
                'src/auth.ts':
                    "import { betterAuth } from 'better-auth';\nimport { options } from './options.ts';\nexport const auth = betterAuth(options);\n",
            });
            const { stdout } = await zmodelAuth(cwd, ['insert', '--format', 'json']);
            const plan = JSON.parse(stdout) as InsertJson;
            assert.ok(plan.added.models.includes('Organization'));
        });

        it('what is only known at run time is named with its place and what to do', async () => {
            const cwd = workspace({
                'schema.zmodel': '',
                'src/auth.ts': AUTH_TS.replace(
                    '[organization()]',
                    '[organization(), process.env.X ? makeOne() : makeTwo()]',
                ),
            });
            const { stdout, stderr } = await zmodelAuth(cwd, ['insert', '--format', 'json']);
            const plan = JSON.parse(stdout) as InsertJson;
            assert.ok(plan.added.models.includes('Organization'), 'the rest is inserted');
            assert.partialDeepStrictEqual(plan.unknown[0], { file: 'src/auth.ts', line: 9 });
            assert.match(stderr, /^note: src\/auth\.ts:9: plugins\[1\].* is unknown: /m);
            assert.match(stderr, /Write it where betterAuth\(\.\.\.\) is called/);
        });
    });

    it('a schema with syntax errors is never made worse', async () => {
        const cwd = workspace({ 'schema.zmodel': 'model Open {\n    id String @id\n', 'src/auth.ts': AUTH_TS });
        const { code, stderr } = await zmodelAuth(cwd, ['insert', '--write']);
        assert.equal(read(cwd, 'schema.zmodel'), 'model Open {\n    id String @id\n');
        assert.notEqual(code, 0);
        assert.match(stderr, /conflict: |Nothing was changed/);
    });

    it('a schema that has a syntax error elsewhere is completed, and the error is named', async () => {
        const schema = `model User {\n    id String @id\n}\n\nmodel Post {\n    id Strin@g?? x\n}\n`;
        const cwd = workspace({ 'schema.zmodel': schema, 'src/auth.ts': AUTH_TS });
        const { code, stdout, stderr } = await zmodelAuth(cwd, ['insert', '--write', '--format', 'json']);
        assert.match(stderr, /^note: schema\.zmodel:6 doesn't parse; what that part declares is left as it is\.$/m);
        assert.match(stderr, /^note: Tables of better-auth \d+\.\d+\.\d+, as \w+\.$/m);
        const plan = JSON.parse(stdout) as InsertJson & { release: { version: string; origin: string } };
        assert.match(plan.release.version, /^\d+\.\d+/);
        assert.ok(plan.added.models.includes('Session'));
        assert.equal(code, 0);
        const written = read(cwd, 'schema.zmodel');
        assert.ok(written.endsWith('model Post {\n    id Strin@g?? x\n}\n'), written);
        assert.match(written, /^model User \{\n {4}id +String +@id\n {4}name +String\n/);
    });

    it('a file that is not UTF-8 is not written', async () => {
        const latin = Buffer.from('// caf\xe9\n', 'latin1');
        const cwd = workspace({ 'schema.zmodel': latin, 'src/auth.ts': AUTH_TS });
        const { code, stderr } = await zmodelAuth(cwd, ['insert', '--write']);
        assert.match(stderr, /schema\.zmodel is not UTF-8/);
        assert.equal(code, 2);
        assert.deepEqual(readFileSync(path.join(cwd, 'schema.zmodel')), latin);
    });
});
