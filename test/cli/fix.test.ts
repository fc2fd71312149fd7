import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { zmodelAuth } from './support/run.ts';
import { DB_TS, GOOD_SCHEMA, removeWorkspaces, SCHEMA, workspace } from './support/workspace.ts';

function read(cwd: string): string {
    return readFileSync(path.join(cwd, 'schema.zmodel'), 'utf8');
}

/** Two findings whose fixes touch the same type. */
const TWO = SCHEMA.replace('    userId String @id\n', '    userId Int @id\n');

describe('zmodel-auth fix', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    after(removeWorkspaces);

    it('shows the cure of every finding as one diff', async () => {
        const cwd = workspace({ 'schema.zmodel': TWO, 'src/db.ts': DB_TS });
        const { code, stdout, stderr } = await zmodelAuth(cwd, ['fix']);
        assert.equal(code, 0);
        assert.match(stderr, /Change userId to String\n.*Make organizationId optional/s);
        assert.equal(read(cwd), TWO);
        execFileSync('patch', ['-p1', '--quiet'], { cwd, input: stdout });
        assert.equal(read(cwd), GOOD_SCHEMA);
    });

    it('writes with --write, after which nothing is found', async () => {
        const cwd = workspace({ 'schema.zmodel': TWO.replaceAll('\n', '\r\n'), 'src/db.ts': DB_TS });
        const { code, stdout } = await zmodelAuth(cwd, ['fix', '--write', 'schema.zmodel']);
        assert.deepEqual({ code, stdout }, { code: 0, stdout: '' });
        assert.equal(read(cwd), GOOD_SCHEMA.replaceAll('\n', '\r\n'));
        const again = await zmodelAuth(cwd, ['fix', '--write']);
        assert.match(again.stderr, /There is nothing to fix/);
    });

    it('fixes only the codes that are asked for', async () => {
        const cwd = workspace({ 'schema.zmodel': TWO, 'src/db.ts': DB_TS });
        await zmodelAuth(cwd, ['fix', '--write', '--code', 'context-member-nullable']);
        assert.match(read(cwd), /userId Int @id\n {4}organizationId String\?\n/);
        const unknown = await zmodelAuth(cwd, ['fix', '--code', 'context-member-nulable']);
        assert.match(unknown.stderr, /Did you mean context-member-nullable\?/);
        assert.equal(unknown.code, 2);
    });

    it('tells which errors are left', async () => {
        const schema = GOOD_SCHEMA.replace(
            'model Post {',
            'type Other {\n    id String @id\n\n    @@auth\n}\n\nmodel Post {',
        );
        const cwd = workspace({ 'schema.zmodel': schema, 'src/db.ts': DB_TS });
        const left = await zmodelAuth(cwd, ['fix', '--code', 'auth-declaration-duplicate']);
        const checked = await zmodelAuth(cwd, ['check']);
        assert.match(checked.stdout, /error auth-declaration-duplicate/);
        assert.ok(left.code === 1 ? left.stderr.includes('left: auth-declaration-duplicate') : left.stdout !== '');
    });

    describe('in the sources', () => {
        const CALLS = `declare const db: { $setAuth(context: object | null | undefined): unknown };
declare const found: { userId: string; organizationId: string | null } | null;
// «é» 😀 stays as it is
export const first = db.$setAuth(found);\r
export const second = db.$setAuth(found ? { userId: found.userId, organizationId: null } : null);
const around = { auth: { userId: 'u', organizationId: 'o' } };
export const third = db.$setAuth(around);
`;
        const FIXED = CALLS.replace('$setAuth(found)', '$setAuth(found ?? undefined)')
            .replace(': null);', ': undefined);')
            .replace('(around)', '(around.auth)');

        it('shows each edit in the diff, and writes just those, after which nothing is found', async () => {
            const files = { 'schema.zmodel': GOOD_SCHEMA, 'src/calls.ts': CALLS };
            const cwd = workspace(files);
            const shown = await zmodelAuth(cwd, ['fix']);
            assert.match(shown.stdout, /^\+export const first = db\.\$setAuth\(found \?\? undefined\);\r$/m);
            assert.equal(readFileSync(path.join(cwd, 'src/calls.ts'), 'utf8'), CALLS);
            execFileSync('patch', ['-p1', '--quiet', '--binary'], { cwd, input: shown.stdout });
            assert.equal(readFileSync(path.join(cwd, 'src/calls.ts'), 'utf8'), FIXED);

            const other = workspace(files);
            const written = await zmodelAuth(other, ['fix', '--write']);
            assert.match(written.stderr, /Pass undefined instead of null at src\/calls\.ts:4\n/);
            assert.match(written.stderr, /1 file written/);
            assert.equal(readFileSync(path.join(other, 'src/calls.ts'), 'utf8'), FIXED);
            assert.match((await zmodelAuth(other, ['check'])).stdout, /^Nothing found/m);
            assert.match((await zmodelAuth(other, ['fix', '--write'])).stderr, /There is nothing to fix/);
        });

        it('does them once where two schemas share an application', async () => {
            const cwd = workspace({ 'a.zmodel': GOOD_SCHEMA, 'b.zmodel': GOOD_SCHEMA, 'src/calls.ts': CALLS });
            const { stderr } = await zmodelAuth(cwd, ['fix', '--write']);
            assert.equal(stderr.match(/instead of null at src\/calls\.ts:4/g)?.length, 1);
            assert.equal(readFileSync(path.join(cwd, 'src/calls.ts'), 'utf8'), FIXED);
        });
    });

    it('reports unreadable input', async () => {
        const cwd = workspace({ 'schema.zmodel': Buffer.from([0, 1, 2]) });
        const { code, stdout, stderr } = await zmodelAuth(cwd, ['fix', 'schema.zmodel']);
        assert.match(stderr, /schema\.zmodel: is not a text file/);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });
});
