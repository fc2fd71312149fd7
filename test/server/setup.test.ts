import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { CreateFile } from 'vscode-languageserver';
import { checkSetupRequest, insertAuthModelsRequest } from '../../src/shared/protocol.ts';
import type { InsertParams, InsertResult, ParamsOf, ResultOf } from '../../src/shared/protocol.ts';
import { TestServer } from './support.ts';

const SCHEMA = 'schema.zmodel';
const HEAD = "datasource db {\n    provider = 'sqlite'\n    url      = 'file:./dev.db'\n}\n";
const POLICY = "plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}\n";
const DB = `import { ZenStackClient } from '@zenstackhq/orm';
import { schema } from './schema.ts';
export const db = new ZenStackClient(schema, {});
export function forUser(context: { userId: string; organizationId: string | null }) {
    return db.$setAuth(context);
}
`;

function authSource(client = 'db', options = "{ provider: 'sqlite' }", plugins = 'organization()'): string {
    return `import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { PolicyPlugin } from '@zenstackhq/plugin-policy';
import { db } from './db.ts';

export const auth = betterAuth({
    database: zenstackAdapter(${client}, ${options}),
    user: { additionalFields: { plan: { type: ['free', 'paid'], required: false } } },
    plugins: [${plugins}],
});
`;
}

function workspace(schema: string, auth = authSource()): Record<string, string> {
    return { [SCHEMA]: schema, 'src/auth.ts': auth, 'src/db.ts': DB };
}

type Plan = Extract<InsertResult, { kind: 'plan' }>;

describe('insertion and set-up over LSP', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    async function start(files: Record<string, string>): Promise<TestServer> {
        server = await TestServer.start(files);
        await server.open(SCHEMA);
        await server.settled(SCHEMA);
        return server;
    }

    function insert(at: TestServer, params: InsertParams): Promise<InsertResult> {
        return at.client.sendRequest(insertAuthModelsRequest.method, { uri: at.uri(SCHEMA), ...params });
    }

    function check(
        at: TestServer,
        params: ParamsOf<typeof checkSetupRequest> = {},
    ): Promise<ResultOf<typeof checkSetupRequest>> {
        return at.client.sendRequest(checkSetupRequest.method, params);
    }

    function plan(result: InsertResult): Plan {
        if (result.kind !== 'plan') assert.fail(JSON.stringify(result));
        return result;
    }

    it('asks what else to insert only when told that it may, and offers only what is not there', async () => {
        const at = await start(workspace(HEAD));
        const asked = await insert(at, { ask: true });
        if (asked.kind !== 'choose-extras') assert.fail(asked.kind);
        const ids = asked.offers.map(({ id }) => id);
        assert.deepEqual(ids, ['policyPlugin', 'authType', 'closedComment', 'enums', 'userContext']);
        assert.deepEqual(
            asked.offers.filter(({ picked }) => picked).map(({ id }) => id),
            ['closedComment'],
        );
        assert.match(asked.offers[1]?.detail ?? '', /^userId String, organizationId String\?$/);
        assert.equal((await insert(at, {})).kind, 'plan');

        const { edit, anchor } = plan(await insert(at, { ask: true, also: ids }));
        assert.ok(fs.existsSync(anchor));
        const text = at.applied(SCHEMA, edit);
        assert.ok(text.startsWith(`${HEAD}\n${POLICY}\n`), text);
        assert.match(text, /enum UserPlan \{\n {4}free\n {4}paid\n\}/);
        assert.match(text, /plan +UserPlan\?/);
        assert.match(text, /\/\/ Better Auth's tables\. .*\n.*\nmodel User \{/);
        assert.match(text, /type Auth \{\n {4}userId +String @id\n {4}organizationId String\?\n\n {4}@@auth\n\}/);
        const created = edit?.documentChanges?.find(
            (part): part is CreateFile => 'kind' in part && part.kind === 'create',
        );
        assert.equal(created?.uri, at.uri('src/user-context.ts'));

        await at.change(SCHEMA, text);
        const again = await insert(at, { ask: true });
        assert.equal(plan(again).edit, undefined, 'nothing is asked when all is there');
    });

    it('applies the proposals of conflicts that are chosen, and keeps the others', async () => {
        const user = `model User {\n    id            String   @id\n    name          Int\n    email         String\n    emailVerified Boolean\n    createdAt     DateTime\n    updatedAt     DateTime\n}\n`;
        const at = await start(workspace(`${HEAD}\n${POLICY}\n${user}`));
        const asked = await insert(at, { ask: true });
        if (asked.kind !== 'choose-extras') assert.fail(asked.kind);
        const proposals = asked.offers.filter(({ group }) => group === 'conflicts');
        assert.deepEqual(
            proposals.map(({ label }) => label),
            ['Change the type of User.name to String', 'Add @unique to User.email'],
        );
        const [first] = proposals;
        assert.ok(first);
        const { edit, conflicts } = plan(await insert(at, { also: [first.id] }));
        const text = at.applied(SCHEMA, edit);
        assert.match(text, /name +String\n/);
        assert.match(text, /email +String\n/);
        assert.equal(conflicts[1]?.proposal, 'Add @unique to User.email');
    });

    it('inserts the type behind auth() alone, and refuses when there is one', async () => {
        const at = await start(workspace(`${HEAD}\n${POLICY}`));
        const { edit } = plan(await insert(at, { what: 'auth-type' }));
        const text = at.applied(SCHEMA, edit);
        assert.equal(
            text,
            `${HEAD}\n${POLICY}\ntype Auth {\n    userId         String @id\n    organizationId String?\n\n    @@auth\n}\n`,
        );
        await at.change(SCHEMA, text);
        const again = await insert(at, { what: 'auth-type' });
        assert.equal(again.kind, 'failed');
        assert.match(again.message, /type Auth describes auth\(\) already/);
    });

    it('inserts the type without a configuration', async () => {
        const at = await start({ [SCHEMA]: HEAD, 'src/db.ts': DB });
        assert.match(at.applied(SCHEMA, plan(await insert(at, { what: 'auth-type' })).edit), /userId +String @id/);
    });

    it('has plugins picked when there is no configuration, and plans with them', async () => {
        const at = await start({ [SCHEMA]: HEAD });
        assert.equal((await insert(at, {})).kind, 'failed');
        const asked = await insert(at, { ask: true });
        if (asked.kind !== 'choose-plugins') assert.fail(asked.kind);
        const { detail } = asked.plugins.find(({ name }) => name === 'organization') ?? assert.fail('no organization');
        assert.equal(detail, 'session.activeOrganizationId, organization, member, invitation');
        const extras = await insert(at, { ask: true, plugins: ['organization'] });
        assert.equal(extras.kind, 'choose-extras');
        const { edit, config } = plan(await insert(at, { ask: true, plugins: ['organization'], also: [] }));
        assert.match(at.applied(SCHEMA, edit), /model Invitation \{/);
        assert.equal(config, undefined);
        const core = plan(await insert(at, { ask: true, plugins: [], also: [] }));
        assert.deepEqual(core.added.models, ['User', 'Session', 'Account', 'Verification']);
    });

    it('creates the helper beside the configuration, and never overwrites it', async () => {
        const at = await start(workspace(HEAD));
        const { edit } = plan(await insert(at, { what: 'user-context' }));
        const [create, write] = edit?.documentChanges ?? [];
        assert.ok(create && 'kind' in create && create.kind === 'create');
        assert.equal(create.uri, at.uri('src/user-context.ts'));
        const text =
            write && 'edits' in write ? write.edits.map((each) => ('newText' in each ? each.newText : '')) : [];
        assert.match(text.join(''), /import \{ auth \} from '\.\/auth\.ts';/);
        await at.write('src/user-context.ts', '// ours\n');
        const again = await insert(at, { what: 'user-context' });
        assert.equal(again.kind, 'failed');
        assert.match(again.message, /user-context\.ts exists already/);
    });

    it('lists what is wrong with the set-up, with edits that cure it', async () => {
        const note = "model Note {\n    id String @id\n\n    @@allow('read', true)\n}\n";
        const auth = authSource('db.$use(new PolicyPlugin())', "{ provider: 'postgresql' }");
        const at = await start({
            ...workspace(`${HEAD}\n${note}`, auth),
            'bun.lock': '{ "packages": { "a": ["chevrotain@10.1.0"], "b": ["chevrotain@12.0.0"], } }\n',
        });
        const { findings, markdown } = await check(at);
        assert.deepEqual(findings.map(({ code }) => code).sort(), [
            'adapter-policy-client',
            'adapter-provider-mismatch',
            'better-auth-drift',
            'chevrotain-override-missing',
            'policy-plugin-missing',
        ]);
        assert.match(markdown, /⚠ \*\*policy-plugin-missing\*\*/);
        assert.match(markdown, /✓ auth\(\) is declared once/);
        const cured = (code: string, name: string): string => {
            const fix = findings.find((finding) => finding.code === code)?.fixes[0];
            assert.ok(fix, code);
            return at.applied(name, fix.edit);
        };
        const client = cured('adapter-policy-client', 'src/auth.ts');
        assert.equal(client, auth.replace('db.$use(new PolicyPlugin())', 'db'));
        assert.equal(cured('adapter-provider-mismatch', 'src/auth.ts'), auth.replace('postgresql', 'sqlite'));
        assert.ok(cured('policy-plugin-missing', SCHEMA).includes(POLICY));
        assert.match(cured('chevrotain-override-missing', 'package.json'), /"overrides": \{\n.*"chevrotain": "\^11"/);
        const adapter = findings.find(({ code }) => code === 'adapter-policy-client');
        assert.equal(adapter?.location.range.start.line, 7);
    });

    it('says so when nothing is wrong, and when there is no schema', async () => {
        const at = await start({ [SCHEMA]: `${HEAD}\n${POLICY}\nmodel Note {\n    id String @id\n}\n` });
        const { findings, markdown } = await check(at, { uri: at.uri(SCHEMA) });
        assert.deepEqual(findings, []);
        assert.match(markdown, /No single Better Auth configuration could be told/);
        await at.stop();
        server = await TestServer.start({ 'a.txt': '' }, { noFolder: true });
        assert.match((await check(server)).message ?? '', /No ZModel schema was found/);
    });

    it('reports nothing but schema-v2 in a schema of version 2, not even errors of the language', async () => {
        const v2 = `${HEAD}\nabstract model Base {\n    id String @id\n}\n\nmodel Note extends Base {\n    x Unknown\n}\n`;
        const at = await start(workspace(v2));
        await at.diagnostic(SCHEMA, 'schema-v2');
        await at.until(() => at.diagnostics(SCHEMA).length === 1, 'one diagnostic alone');
        await at.change(SCHEMA, v2.replace('abstract model', 'type').replace('extends', 'with'));
        await at.until(
            () => at.diagnostics(SCHEMA).some(({ message }) => message.includes('Unknown')),
            'the errors of the language again',
        );
        assert.ok(at.diagnostics(SCHEMA).every(({ code }) => code !== 'schema-v2'));
    });
});
