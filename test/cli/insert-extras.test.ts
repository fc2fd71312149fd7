import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { zmodelAuth } from './support/run.ts';
import { AUTH_TS, DB_TS, removeWorkspaces, workspace } from './support/workspace.ts';

describe('zmodel-auth insert with extras', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    after(removeWorkspaces);

    it('writes the plugin and the type from what is passed to $setAuth; a second time nothing', async () => {
        const cwd = workspace({ 'schema.zmodel': '', 'src/auth.ts': AUTH_TS, 'src/db.ts': DB_TS });
        const args = ['insert', '--auth-type', '--policy-plugin', '--write'];
        const { code, stderr } = await zmodelAuth(cwd, args);
        assert.equal(code, 0);
        assert.match(stderr, /the policy plugin.*the type Auth with @@auth/);
        const text = readFileSync(path.join(cwd, 'schema.zmodel'), 'utf8');
        assert.match(text, /^plugin policy \{\n +provider = '@zenstackhq\/plugin-policy'\n\}$/m);
        assert.match(text, /^type Auth \{\n +userId +String @id\n +organizationId String\?\n\n +@@auth\n\}$/m);
        const second = await zmodelAuth(cwd, args);
        assert.equal(second.code, 0);
        assert.equal(readFileSync(path.join(cwd, 'schema.zmodel'), 'utf8'), text);
        const checked = await zmodelAuth(cwd, ['check', '--severity', 'hint']);
        assert.equal(checked.stdout, 'Nothing found in schema.zmodel.\n');
    });

    it('takes enums for unions of literals with --enums', async () => {
        const auth = AUTH_TS.replace(
            'betterAuth({',
            "betterAuth({\n    user: { additionalFields: { plan: { type: ['free', 'paid'], defaultValue: 'free' } } },",
        );
        const cwd = workspace({ 'schema.zmodel': '', 'src/auth.ts': auth });
        const plain = await zmodelAuth(cwd, ['insert']);
        assert.match(plain.stdout, /plan +String +@default\('free'\)/);
        const { stdout } = await zmodelAuth(cwd, ['insert', '--enums']);
        assert.match(stdout, /plan +UserPlan +@default\(free\)/);
        assert.match(stdout, /^\+enum UserPlan \{$/m);
    });

    it('plans with named plugins where there is no configuration', async () => {
        const cwd = workspace({ 'schema.zmodel': '' });
        const { code, stdout } = await zmodelAuth(cwd, ['insert', '--plugin', 'organization', '--plugin', 'username']);
        assert.equal(code, 0);
        assert.match(stdout, /^\+model Organization \{$/m);
        assert.match(stdout, /displayUsername/);
        const unknown = await zmodelAuth(cwd, ['insert', '--plugin', 'organisation']);
        assert.equal(unknown.code, 2);
        assert.match(unknown.stderr, /no such plugin with tables\. It has: admin, .*organization/);
        const both = await zmodelAuth(cwd, ['insert', '--plugin', 'admin', '--config', 'a.ts']);
        assert.equal(both.code, 2);
    });
});
