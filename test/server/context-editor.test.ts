import assert from 'node:assert/strict';
import type { CodeLens, Hover, LocationLink } from 'vscode-languageserver';
import { DB_TS, GOOD } from './sources.ts';
import { TestServer } from './support.ts';

const SCHEMA = 'schema.zmodel';
const DB = 'src/db.ts';
const NULLABLE = GOOD.replace('organizationId   String?', 'organizationId   String');

/** An application that passes a literal. */
function literal(text: string): string {
    return `interface Db { $setAuth(auth: unknown): Db }\ndeclare const db: Db;\ndeclare const session: { user: { userId: string; organizationId: string; organizationRole: string } } | null;\nexport const scoped = db.$setAuth(${text});\n`;
}

describe('context in the editor', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    async function start(
        files: Record<string, string>,
        options: Parameters<typeof TestServer.start>[1] = {},
    ): Promise<TestServer> {
        server = await TestServer.start(files, options);
        await server.open(SCHEMA);
        await server.settled(SCHEMA);
        return server;
    }

    describe('findings at the call', () => {
        it('shows a finding at the argument, with the way to the schema, and takes it back', async () => {
            const running = await start({ [SCHEMA]: NULLABLE, [DB]: DB_TS });
            const diagnostic = await running.diagnostic(DB, 'context-member-nullable');
            assert.equal(
                diagnostic.message,
                '"organizationId" may be null in what $setAuth gets (string | null), but type Auth (schema.zmodel:10) requires it.',
            );
            assert.deepEqual(diagnostic.range.start, running.position(DB, 'context);'));
            assert.equal(diagnostic.severity, 2);
            const [related] = diagnostic.relatedInformation ?? [];
            assert.equal(related?.location.uri, running.uri(SCHEMA));
            assert.deepEqual(related.location.range.start, running.position(SCHEMA, 'String\n    organizationRole'));
            await running.change(SCHEMA, GOOD);
            await running.gone(DB, 'context-member-nullable');
            assert.deepEqual(running.diagnostics(DB), []);
        });

        it('shows it at the property where that is written in the call', async () => {
            const running = await start({
                [SCHEMA]: GOOD,
                [DB]: literal(`{ userId: 1, organizationId: 'o', organizationRole: 'admin' }`),
            });
            const { range } = await running.diagnostic(DB, 'context-member-type');
            assert.deepEqual(range, {
                start: running.position(DB, 'userId: 1'),
                end: running.position(DB, 'userId: 1', 'userId: 1'.length),
            });
        });

        it('goes when the schema is closed', async () => {
            const running = await start({ [SCHEMA]: NULLABLE, [DB]: DB_TS });
            await running.diagnostic(DB, 'context-member-nullable');
            await running.client.sendNotification('textDocument/didClose', {
                textDocument: { uri: running.uri(SCHEMA) },
            });
            await running.gone(DB, 'context-member-nullable');
        });

        it('is switched off by a setting, at once', async () => {
            const running = await start({ [SCHEMA]: NULLABLE, [DB]: DB_TS });
            await running.diagnostic(DB, 'context-member-nullable');
            await running.client.sendNotification('zmodelAuth/settings', {
                settings: { typescriptDiagnostics: false },
            });
            await running.gone(DB, 'context-member-nullable');
            assert.equal((await running.diagnostic(SCHEMA, 'context-member-nullable')).source, 'zmodel-auth');
        });
    });

    describe('fixes at the call', () => {
        const cases = [
            {
                name: 'null for an anonymous request',
                code: 'context-null-passed',
                before: 'session?.user ?? null',
                title: 'Pass undefined instead of null at src/db.ts:4',
                after: 'session?.user ?? undefined',
            },
            {
                name: 'a condition',
                code: 'context-null-passed',
                before: 'session ? session.user : (null)',
                title: 'Pass undefined instead of null at src/db.ts:4',
                after: 'session ? session.user : (undefined)',
            },
            {
                name: 'the wrapper around the context',
                code: 'context-wrapper-passed',
                before: 'session',
                title: 'Pass its member user at src/db.ts:4',
                after: 'session?.user',
            },
            {
                name: 'a property under another name',
                code: 'context-member-renamed',
                before: `{ id: 'u', organizationId: 'o', organizationRole: 'admin' }`,
                title: 'Rename id to userId at src/db.ts:4',
                after: `{ userId: 'u', organizationId: 'o', organizationRole: 'admin' }`,
            },
        ];
        for (const { name, code, before, title, after } of cases) {
            it(`${name}: offered at the call and in the schema; the finding goes`, async () => {
                const running = await start({ [SCHEMA]: GOOD, [DB]: literal(before) });
                for (const file of [DB, SCHEMA]) {
                    const actions = await running.quickFixes(file, await running.diagnostic(file, code));
                    const action = actions.find((each) => each.title === title);
                    assert.ok(action, `${file}: ${actions.map((each) => each.title).join(', ')}`);
                    assert.equal(running.applied(DB, action.edit), literal(after));
                }
                await running.write(DB, literal(after));
                await running.gone(DB, code);
                await running.gone(SCHEMA, code);
            });
        }

        it('passes a member from the session that the call reads', async () => {
            const auth = `import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
export const auth = betterAuth({ plugins: [organization()] });
`;
            const before = `import { auth } from './auth';
interface Db { $setAuth(auth: unknown): Db }
declare const db: Db;
export async function scoped(headers: Headers) {
    const found = await auth.api.getSession({ headers });
    if (!found) return db;
    return db.$setAuth({
        userId: found.user.id,
        organizationRole: 'admin',
    });
}
`;
            const running = await start({ [SCHEMA]: GOOD, [DB]: before, 'src/auth.ts': auth });
            const actions = await running.quickFixes(DB, await running.diagnostic(DB, 'context-member-missing'));
            const title = 'Pass organizationId: found.session.activeOrganizationId at src/db.ts:7';
            const action = actions.find((each) => each.title === title);
            const after = before.replace(
                "'admin',",
                "'admin',\n        organizationId: found.session.activeOrganizationId,",
            );
            assert.equal(running.applied(DB, action?.edit), after);
            await running.write(DB, after);
            await running.gone(DB, 'context-member-missing');
        });

        it('renames a shorthand property so that the value stays', async () => {
            const before = `interface Db { $setAuth(auth: unknown): Db }\ndeclare const db: Db;\nconst id = 'u' as string;\ndb.$setAuth({ id });\n`;
            const running = await start({ [SCHEMA]: GOOD, [DB]: before });
            const actions = await running.quickFixes(DB, await running.diagnostic(DB, 'context-member-renamed'));
            assert.equal(running.applied(DB, actions[0]?.edit), before.replace('{ id }', '{ userId: id }'));
        });

        it('renames the member in the schema and in the rules instead', async () => {
            const running = await start({
                [SCHEMA]: GOOD,
                [DB]: literal(`{ id: 'u' as string, organizationId: 'o', organizationRole: 'admin' }`),
            });
            const actions = await running.quickFixes(
                SCHEMA,
                await running.diagnostic(SCHEMA, 'context-member-renamed'),
            );
            const action = actions.find(({ title }) => title === 'Rename userId to id in Auth and in the rules');
            const fixed = running.applied(SCHEMA, action?.edit);
            assert.equal(
                fixed,
                GOOD.replace('userId           String', 'id           String').replace('auth().userId', 'auth().id'),
            );
            await running.change(SCHEMA, fixed);
            await running.gone(SCHEMA, 'context-member-renamed');
        });

        it('changes nothing where the source is not what was read any more', async () => {
            const running = await start({ [SCHEMA]: GOOD, [DB]: literal('session?.user ?? null') });
            const diagnostic = await running.diagnostic(DB, 'context-null-passed');
            const actions = await running.quickFixes(DB, diagnostic);
            assert.equal(actions.length, 1);
            await running.write(DB, `// a new first line\n${literal('session?.user ?? null')}`);
            assert.deepEqual(await running.quickFixes(DB, diagnostic), []);
        });
    });

    describe('members of auth()', () => {
        async function hover(running: TestServer, search: string, delta: number): Promise<string> {
            const found = await running.request<Hover | null>('textDocument/hover', SCHEMA, {
                position: running.position(SCHEMA, search, delta),
            });
            const contents = found?.contents;
            return typeof contents === 'object' && 'value' in contents ? contents.value : '';
        }

        async function definitions(running: TestServer, search: string, delta: number): Promise<string[]> {
            const links = await running.request<LocationLink[] | null>('textDocument/definition', SCHEMA, {
                position: running.position(SCHEMA, search, delta),
            });
            return (links ?? []).map(
                ({ targetUri, targetRange }) =>
                    `${targetUri.slice(targetUri.lastIndexOf('/') + 1)}:${targetRange.start.line + 1}`,
            );
        }

        for (const baseFeatures of [true, false]) {
            it(`hover tells the type on both sides, ${baseFeatures ? 'with' : 'without'} the language's own features`, async () => {
                const running = await start({ [SCHEMA]: GOOD, [DB]: DB_TS }, { baseFeatures });
                const expected = [
                    '```zmodel\norganizationId String?\n```',
                    'Member of type `Auth`, which describes `auth()`.',
                    `Passed to \`$setAuth(…)\`:\n\n- [src/db.ts:5](${running.uri(DB)}#L5): \`string | null\`, [declared](${running.uri(DB)}#L3)`,
                    ...(baseFeatures ? ['---', 'Field of *Auth*'] : []),
                ].join('\n\n');
                assert.equal(await hover(running, 'auth().organizationId != null', 10), expected);
                assert.equal(await hover(running, 'organizationId   String?', 3), expected);
                assert.doesNotMatch(await hover(running, 'ownerId        String', 3), /setAuth/);
            });
        }

        it('go to definition offers the declaration and the places in TypeScript', async () => {
            const running = await start({ [SCHEMA]: GOOD, [DB]: DB_TS });
            assert.deepEqual(await definitions(running, 'auth().organizationId != null', 10), [
                'schema.zmodel:12',
                'db.ts:3',
            ]);
            assert.deepEqual(await definitions(running, 'organizationId   String?', 3), [
                'schema.zmodel:12',
                'db.ts:3',
            ]);
        });

        it('go to definition gives only the places in TypeScript without the language’s own features', async () => {
            const running = await start({ [SCHEMA]: GOOD, [DB]: DB_TS }, { baseFeatures: false });
            assert.deepEqual(await definitions(running, 'auth().organizationId != null', 10), ['db.ts:3']);
            assert.deepEqual(await definitions(running, 'ownerId && ', 2), []);
        });

        it('says of a member that no call supplies', async () => {
            const running = await start({ [SCHEMA]: GOOD, [DB]: literal(`{ userId: 'u' }`) });
            assert.match(
                await hover(running, 'auth().organizationRole', 10),
                /- \[src\/db\.ts:4\]\(.*\): not supplied\n/,
            );
        });
    });

    describe('code lens', () => {
        async function lenses(running: TestServer): Promise<CodeLens[]> {
            const all = (await running.request<CodeLens[] | null>('textDocument/codeLens', SCHEMA)) ?? [];
            // Those above models are completed later.
            return all.filter(({ command }) => command !== undefined);
        }

        it('says that schema and calls agree, or how many differences there are, and opens the shape', async () => {
            const running = await start({ [SCHEMA]: GOOD, [DB]: DB_TS });
            const [lens, ...others] = await lenses(running);
            assert.deepEqual(others, []);
            assert.deepEqual(lens?.range.start, running.position(SCHEMA, 'Auth {'));
            assert.deepEqual(lens.command, {
                title: 'In sync with 1 $setAuth call',
                command: 'zmodelAuth.showContextShape',
                arguments: [running.uri(SCHEMA)],
            });
            await running.change(SCHEMA, NULLABLE.replace('organizationRole String?', 'organizationRole String'));
            await running.diagnostic(SCHEMA, 'context-member-nullable');
            assert.equal((await lenses(running))[0]?.command?.title, '2 differences with 1 $setAuth call');
        });

        it('says when there is no call, and when none could be read', async () => {
            const running = await start({ [SCHEMA]: GOOD });
            assert.equal((await lenses(running))[0]?.command?.title, 'No $setAuth call found');
            await running.write(DB, 'declare const db: any, user: any; db.$setAuth(user);\n');
            await running.until(
                () => running.statuses.some(({ state }) => state === 'warning'),
                'the status to tell what is unknown',
            );
            assert.equal((await lenses(running))[0]?.command?.title, '1 $setAuth call, of unknown type');
        });

        it('is switched off by a setting', async () => {
            const running = await start({ [SCHEMA]: GOOD, [DB]: DB_TS }, { settings: { codeLens: false } });
            assert.deepEqual(await lenses(running), []);
        });
    });
});
