import assert from 'node:assert/strict';
import type { Range, WorkspaceEdit } from 'vscode-languageserver';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const RULES = 'rules.zmodel';
const DB = 'src/db.ts';
const SCHEMA = `import './rules'
${HEAD}
type Base {
    userId String @id
}

type Auth with Base {
    role String?

    @@auth
}
`;
const RULES_TEXT = `model Todo {
    id     String @id
    userId String @default(auth().userId)
    role   String

    @@allow('read', auth().userId == userId && role == 'x')
    @@allow('all', auth().role == 'admin' || auth().userId == id)
}
`;
const DB_TEXT = `interface Db { $setAuth(auth: unknown): Db }
declare const db: Db;
declare const userId: string;
interface Context { userId: string; role?: string }
export const one = db.$setAuth({ userId, role: 'admin' });
export const two = db.$setAuth({ role: 'user', userId: 'u1' });
export const three = (context: Context): Db => db.$setAuth(context);
`;

describe('renaming a member of auth()', () => {
    let server: TestServer;
    const start = async (canConfirm: boolean): Promise<void> => {
        server = await TestServer.start({ [MAIN]: SCHEMA, [RULES]: RULES_TEXT, [DB]: DB_TEXT }, { canConfirm });
        await server.open(MAIN);
        await server.open(RULES);
        await server.settled(MAIN);
        await server.idle();
    };
    const rename = (name: string, search: string, newName: string): Promise<WorkspaceEdit | null> =>
        server.request('textDocument/rename', name, { position: server.position(name, search, 2), newName });
    const expectedMain = SCHEMA.replace('userId String', 'personId String');
    const expectedRules = RULES_TEXT.replaceAll('auth().userId', 'auth().personId');

    describe('in an editor that confirms edits', () => {
        before(() => start(true));
        after(async () => {
            await server.stop();
        });

        it('renames the declaration and every rule and default, and proposes the calls', async () => {
            for (const [file, search] of [
                [MAIN, 'userId String'],
                [RULES, 'userId == userId'],
                [RULES, 'userId)'],
            ] as const) {
                const edit = await rename(file, search, 'personId');
                assert.equal(server.applied(MAIN, edit ?? undefined), expectedMain);
                assert.equal(server.applied(RULES, edit ?? undefined), expectedRules);
                assert.equal(
                    server.applied(DB, edit ?? undefined),
                    DB_TEXT.replace('{ userId, role', '{ personId: userId, role').replace(
                        "userId: 'u1'",
                        "personId: 'u1'",
                    ),
                );
                const changes = edit?.documentChanges?.flatMap((each) => ('edits' in each ? [each] : [])) ?? [];
                for (const { textDocument, edits } of changes) {
                    const annotated = edits.filter((each) => 'annotationId' in each).length;
                    assert.equal(annotated, textDocument.uri === server.uri(DB) ? edits.length : 0);
                }
                const [annotation] = Object.values(edit?.changeAnnotations ?? {});
                assert.equal(annotation?.needsConfirmation, true);
            }
        });

        it('renames in a file that does not parse', async () => {
            const broken = `${RULES_TEXT}\nmodel Broken {\n    id ==\n}\n`;
            await server.change(RULES, broken);
            const range = await server.request<Range>('textDocument/prepareRename', RULES, {
                position: server.position(RULES, 'userId == userId', 2),
            });
            assert.deepEqual(range.start, server.position(RULES, 'userId == userId'));
            const edit = await rename(RULES, 'userId == userId', 'personId');
            assert.equal(server.applied(MAIN, edit ?? undefined), expectedMain);
            assert.equal(
                server.applied(RULES, edit ?? undefined),
                broken.replaceAll('auth().userId', 'auth().personId'),
            );
            await server.change(RULES, RULES_TEXT);
        });

        it('refuses a name that is taken', async () => {
            await assert.rejects(rename(MAIN, 'userId String', 'role'), /Auth has a member "role" already/);
        });

        it('leaves a field of the same name alone', async () => {
            const edit = await rename(RULES, 'userId String', 'ownerId');
            assert.equal(
                server.applied(RULES, edit ?? undefined),
                RULES_TEXT.replace('userId String', 'ownerId String').replace('== userId &&', '== ownerId &&'),
            );
            assert.equal(server.applied(MAIN, edit ?? undefined), SCHEMA);
        });
    });

    describe('in another editor', () => {
        before(() => start(false));
        after(async () => {
            await server.stop();
        });

        it('changes the schema alone', async () => {
            const edit = await rename(MAIN, 'userId String', 'personId');
            assert.deepEqual(Object.keys(edit?.changes ?? {}).sort(), [server.uri(RULES), server.uri(MAIN)]);
            assert.equal(server.applied(RULES, edit ?? undefined), expectedRules);
        });
    });
});
