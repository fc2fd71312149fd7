import assert from 'node:assert/strict';
import type { Diagnostic } from 'vscode-languageserver';
import type { InsertResult } from '../../src/shared/protocol.ts';
import { DB_TS, GOOD, HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MANIFEST = '{ "name": "part", "private": true }';
const NULLABLE = GOOD.replace('organizationId   String?', 'organizationId   String');
const AUTH_TS = `import { betterAuth } from 'better-auth';
export const auth = betterAuth({ secret: 'a' });
`;

const FILES: Record<string, string | Buffer> = {
    'good/package.json': MANIFEST,
    'good/schema.zmodel': NULLABLE,
    'good/src/db.ts': DB_TS,

    'empty/package.json': MANIFEST,
    'empty/schema.zmodel': '',
    'empty/src/auth.ts': AUTH_TS,
    'blank/package.json': MANIFEST,
    'blank/schema.zmodel': ' \r\n\t\r\n',
    'blank/src/auth.ts': AUTH_TS,

    'binary/package.json': MANIFEST,
    'binary/schema.zmodel': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0xff, 0xfe]),
    'binary/src/auth.ts': AUTH_TS,
    'imports-binary/package.json': MANIFEST,
    'imports-binary/schema.zmodel': `import './picture'\n${GOOD}`,
    'imports-binary/picture.zmodel': Buffer.from([0x89, 0x50, 0, 0, 0, 0x0d, 0xff, 0xfe]),

    'lost/package.json': MANIFEST,
    'lost/schema.zmodel': `import './nowhere'\n${NULLABLE.replace('auth().userId ==', 'auth().user ==')}`,
    'lost/src/db.ts': DB_TS,

    'tsconfig/package.json': MANIFEST,
    'tsconfig/schema.zmodel': NULLABLE,
    'tsconfig/src/db.ts': DB_TS,
    'tsconfig/tsconfig.json': '{\n    "compilerOptions": {\n        "strict": tru\n',

    'broken/package.json': MANIFEST,
    'broken/schema.zmodel': `${NULLABLE}\nmodel Half {\n    id String @id\n    own\n`,
    'broken/src/db.ts': DB_TS,
    'broken/src/auth.ts': AUTH_TS,

    'none/package.json': MANIFEST,
    'none/schema.zmodel': GOOD,

    'two/package.json': MANIFEST,
    'two/schema.zmodel': GOOD,
    'two/src/auth.ts': AUTH_TS,
    'two/src/admin-auth.ts': `import { betterAuth } from 'better-auth';
import { admin } from 'better-auth/plugins';
export const adminAuth = betterAuth({ plugins: [admin()] });
`,

    'imported/package.json': MANIFEST,
    'imported/schema.zmodel': GOOD,
    'imported/src/options.ts': `import { organization } from 'better-auth/plugins';
export const options = { plugins: [organization()] };
`,
    'imported/src/auth.ts': `import { betterAuth } from 'better-auth';
import { options } from './options';
export const auth = betterAuth(options);
`,

    'opaque/package.json': MANIFEST,
    'opaque/schema.zmodel': GOOD,
    'opaque/src/auth.ts': `import { betterAuth } from 'better-auth';
declare function readOptions(): { plugins: [] };
export const auth = betterAuth(readOptions());
`,

    'unparsable/package.json': MANIFEST,
    'unparsable/schema.zmodel': GOOD,
    'unparsable/src/auth.ts': `import { betterAuth } from 'better-auth';
export const auth = betterAuth({ plugins: [
`,
};

function ours(diagnostics: readonly Diagnostic[]): string[] {
    return diagnostics
        .filter((diagnostic) => diagnostic.source === 'zmodel-auth')
        .map((diagnostic) => String(diagnostic.code));
}

describe('bad input', () => {
    let server: TestServer;
    before(async () => {
        server = await TestServer.start(FILES);
    });
    after(async () => {
        await server.stop();
    });
    afterEach(async () => {
        await server.closeAll();
    });

    const insert = (name: string): Promise<InsertResult> =>
        server.client.sendRequest('zmodelAuth/insertAuthModels', { uri: server.uri(name) });

    async function plan(name: string): Promise<InsertResult & { kind: 'plan' }> {
        const result = await insert(name);
        assert.ok(result.kind === 'plan', JSON.stringify(result));
        return result;
    }

    async function refusal(name: string): Promise<InsertResult & { kind: 'failed' }> {
        const result = await insert(name);
        assert.ok(result.kind === 'failed', JSON.stringify(result));
        return result;
    }

    it('beside all of it, a good schema is served', async () => {
        await server.open('good/schema.zmodel');
        await server.diagnostic('good/schema.zmodel', 'context-member-nullable');
        assert.deepEqual(
            server.diagnostics('good/schema.zmodel').map((each) => each.code),
            ['context-member-nullable'],
        );
    });

    for (const name of ['empty', 'blank']) {
        it(`an ${name} schema has no diagnostics, and gets everything`, async () => {
            const file = `${name}/schema.zmodel`;
            await server.open(file);
            await server.idle();
            assert.deepEqual(server.diagnostics(file), []);
            const result = await plan(file);
            assert.deepEqual(result.added.models, ['User', 'Session', 'Account', 'Verification']);
            const text = server.applied(file, result.edit);
            assert.match(text, /^\s*datasource db \{/);
            assert.equal(/(?<!\r)\n/.test(text), name === 'empty', 'the end of line is the document’s own');
            await server.change(file, text);
            await server.idle();
            assert.deepEqual(server.diagnostics(file), []);
        });
    }

    it('a binary file is told from a schema, and breaks no other', async () => {
        await server.open('binary/schema.zmodel');
        await server.idle();
        assert.deepEqual(
            server.diagnostics('binary/schema.zmodel').map((each) => each.message),
            ['This is not a text file; a ZModel schema is UTF-8 text.'],
        );
        const status = await server.until(
            () => server.statuses.find(({ details }) => details?.some((line) => /binary.*not a text file/.test(line))),
            'a status about the binary file',
        );
        assert.equal(status.state, 'error');
        assert.match((await refusal('binary/schema.zmodel')).message, /not a text file/);
        await server.open('good/schema.zmodel');
        await server.diagnostic('good/schema.zmodel', 'context-member-nullable');
        await server.close('binary/schema.zmodel');
        await server.until(() => server.statuses.at(-1)?.state === 'ready', 'a ready state once it is closed');
    });

    it('an import of a binary file is told at the import; the language goes on', async () => {
        await server.open('imports-binary/schema.zmodel');
        const status = await server.until(
            () =>
                server.statuses.find(({ details }) =>
                    details?.some((line) => /picture\.zmodel.*not a text file/.test(line)),
                ),
            'a status about the binary file',
        );
        assert.equal(status.state, 'error');
        const items = await server.complete(
            'imports-binary/schema.zmodel',
            GOOD.replace('    @@allow', '    <|>\n    @@allow'),
        );
        assert.ok(items.length > 0);
    });

    it('an import that leads nowhere is told at the import, and nothing that it may hold is missed', async () => {
        const file = 'lost/schema.zmodel';
        await server.open(file);
        await server.diagnostic(file, 'context-member-nullable');
        const lost = server.diagnostics(file).find((each) => each.message.includes('nowhere.zmodel'));
        assert.equal(lost?.range.start.line, 0);
        assert.match(lost.message, /"\.\/nowhere" leads nowhere: there is no file nowhere\.zmodel\. Correct/);
        assert.ok(!server.diagnostics(file).some((each) => each.message.startsWith('Cannot find')));
        assert.deepEqual(ours(server.diagnostics(file)).sort(), ['auth-member-missing', 'context-member-nullable']);
    });

    it('a tsconfig.json that does not parse is told with its line; the rest goes on', async () => {
        await server.open('tsconfig/schema.zmodel');
        await server.diagnostic('tsconfig/schema.zmodel', 'context-member-nullable');
        const status = await server.until(
            () => server.statuses.find(({ details }) => details?.some((line) => line.startsWith('tsconfig.json:'))),
            'a status about tsconfig.json',
        );
        assert.equal(status.state, 'warning');
        assert.match(status.details?.find((line) => line.startsWith('tsconfig.json:')) ?? '', /^tsconfig\.json:[34] /);
    });

    it('a syntax error is told, what is certain is checked, and what it may spoil is not edited', async () => {
        const file = 'broken/schema.zmodel';
        await server.open(file);
        await server.diagnostic(file, 'context-member-nullable');
        assert.deepEqual(ours(server.diagnostics(file)), ['context-member-nullable']);
        const syntax = server.diagnostics(file).filter((each) => each.source !== 'zmodel-auth');
        assert.ok(syntax.length > 0 && syntax.every((each) => each.range.start.line >= NULLABLE.split('\n').length));
        const result: InsertResult = await server.client.sendRequest('zmodelAuth/insertAuthModels', {
            uri: server.uri(file),
        });
        assert.ok(result.kind === 'plan', JSON.stringify(result));
        assert.match(
            result.summary,
            /broken\/schema\.zmodel:\d+ doesn't parse; what that part declares is left as it is/,
        );
        // The brace that is open in `Half` would swallow them.
        assert.deepEqual(result.added.models, []);
        assert.match(result.conflicts.map(({ message }) => message).join(' '), /a brace is open/);
        const nullable = server.diagnostics(file).find((each) => each.code === 'context-member-nullable');
        assert.ok(nullable);
        const [fix] = await server.quickFixes(file, nullable);
        assert.equal(
            server.applied(file, fix?.edit),
            server.text(file).replace('organizationId   String\n', 'organizationId   String?\n'),
        );
    });

    it('a declaration that is in pieces is not edited', async () => {
        const file = 'good/schema.zmodel';
        await server.open(file);
        const finding = await server.diagnostic(file, 'context-member-nullable');
        await server.change(file, NULLABLE.replace('organizationRole String?', 'organizationRole String? @('));
        assert.deepEqual(await server.quickFixes(file, finding), []);
        await server.gone(file, 'context-member-nullable');
    });

    it('half-typed text in one file makes no error of ours or of a crash in another', async () => {
        await server.write('pair/package.json', MANIFEST);
        await server.write(
            'pair/schema.zmodel',
            `import './todo'\n${HEAD}model User {\n    id    String @id\n    todos Todo[]\n}\n`,
        );
        const todo = `import './schema'\nmodel Todo {\n    id     String @id\n    userId String\n    user   User   @relation(fields: [userId], references: [id])\n}\n`;
        await server.write('pair/todo.zmodel', todo);
        await server.open('pair/schema.zmodel');
        await server.open('pair/todo.zmodel');
        await server.idle();
        for (const typed of ['own', 'owner User @relation(fields: [', '@@allow(', 'user2 ']) {
            await server.change('pair/todo.zmodel', todo.replace('    id  ', `    ${typed}\n    id  `));
            await server.idle();
            const messages = server.diagnostics('pair/schema.zmodel').map((each) => each.message);
            assert.deepEqual(
                messages.filter((text) => /error occurred/i.test(text)),
                [],
                typed,
            );
            assert.deepEqual(ours(server.diagnostics('pair/schema.zmodel')), [], typed);
        }
    });

    it('no configuration at all: says where it looked and what to do', async () => {
        await server.open('none/schema.zmodel');
        const { message } = await refusal('none/schema.zmodel');
        assert.match(message, /No betterAuth\(…\) call was found under none\. .*auth\.ts.*run the command again/);
    });

    it('two configurations: asks which, and takes the chosen one', async () => {
        await server.open('two/schema.zmodel');
        const result = await insert('two/schema.zmodel');
        assert.ok(result.kind === 'choose-config', JSON.stringify(result));
        assert.deepEqual(result.configs.map(({ label, detail }) => `${label} ${detail}`).sort(), [
            'two/src/admin-auth.ts:3 admin',
            'two/src/auth.ts:2 no plugins',
        ]);
        const chosen = result.configs.find(({ detail }) => detail === 'admin');
        const planned = await server.client.sendRequest<InsertResult>('zmodelAuth/insertAuthModels', {
            uri: server.uri('two/schema.zmodel'),
            config: chosen?.id,
        });
        assert.ok(planned.kind === 'plan');
        assert.match(server.applied('two/schema.zmodel', planned.edit), /impersonatedBy/);
        const gone = await server.client.sendRequest<InsertResult>('zmodelAuth/insertAuthModels', {
            uri: server.uri('two/schema.zmodel'),
            config: `${chosen?.id ?? ''}0`,
        });
        assert.ok(gone.kind === 'failed');
        assert.match(gone.message, /not there any more/);
    });

    it('an options object from another file is read', async () => {
        await server.open('imported/schema.zmodel');
        const result = await plan('imported/schema.zmodel');
        assert.ok(result.added.models.includes('Organization'), result.added.models.join(' '));
        assert.deepEqual(result.unknown, []);
    });

    it('a configuration that is only known at run time: plans what is certain, and names what isn’t', async () => {
        await server.open('opaque/schema.zmodel');
        const result = await plan('opaque/schema.zmodel');
        assert.deepEqual(result.added.models, ['User', 'Session', 'Account', 'Verification']);
        assert.equal(result.unknown[0]?.line, 3);
        assert.ok(result.unknown[0].reason.length > 0);
        assert.match(result.config?.detail ?? '', /unknown/);
    });

    it('a configuration that does not parse: says where', async () => {
        await server.open('unparsable/schema.zmodel');
        const result = await insert('unparsable/schema.zmodel');
        assert.match(JSON.stringify(result), /unparsable\/src\/auth\.ts/);
    });
});
