import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hover, LocationLink } from 'vscode-languageserver';
import { HEAD } from './sources.ts';
import { TestServer } from './support.ts';

const MAIN = 'schema.zmodel';
const SCHEMA = `${HEAD}
type Auth {
    userId           String  @id
    organizationRole String?
    role             String?
    memberships      Member[]

    @@auth
}

model User {
    id   String  @id
    role String?
}

model Member {
    id     String @id
    role   String
    todo   Todo?  @relation(fields: [todoId], references: [id])
    todoId String?
}

model Todo {
    id      String   @id
    secret  String   @allow('read', auth().role == 'support')
    members Member[]
    label   String

    @@allow('read', members?[role == 'owner'])
    @@allow('update, post-update', auth().organizationRole in ['chair', 'nobody'])
    @@allow('all', auth().memberships?[role == 'member'] || auth().role == 'user')
    @@deny('delete', label == 'owner' || contains(label, auth().userId))
}
`;

const AUTH = `import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';

const ac = createAccessControl({ project: ['create'] });
const chair = ac.newRole({ project: ['create'] });
const staff = {
    user: ac.newRole({ project: [] }),
    support: ac.newRole({ project: [] }),
};
export const auth = betterAuth({
    plugins: [
        organization({ ac, roles: { chair, owner: chair, member: ac.newRole({ project: [] }) } }),
        admin({ ac, roles: staff, adminRoles: ['support'] }),
    ],
});
`;

describe('what rules hold, in the editor', () => {
    let server: TestServer;
    const start = async (baseFeatures: boolean): Promise<void> => {
        server = await TestServer.start({ [MAIN]: SCHEMA, 'src/auth.ts': AUTH }, { baseFeatures });
        await server.open(MAIN);
        await server.settled(MAIN);
    };
    const hover = async (search: string, delta = 1): Promise<string> => {
        const found = await server.request<Hover | null>('textDocument/hover', MAIN, {
            position: server.position(MAIN, search, delta),
        });
        const contents = found?.contents;
        return typeof contents === 'object' && 'value' in contents ? contents.value : '';
    };
    const define = async (search: string): Promise<string[]> => {
        const links = await server.request<LocationLink[] | null>('textDocument/definition', MAIN, {
            position: server.position(MAIN, search, 2),
        });
        return (links ?? []).map(({ targetUri, targetRange: { start, end } }) => {
            const file = path.relative(server.root, fileURLToPath(targetUri));
            const line = server.text(file).split('\n')[start.line] ?? '';
            return `${file}:${start.line + 1} ${line.slice(start.character, end.character)}`;
        });
    };

    for (const base of [true, false]) {
        describe(base ? 'with the language’s own features' : 'beside the official extension', () => {
            before(() => start(base));
            after(async () => {
                await server.stop();
            });

            it('explains operations, in a list and on a field', async () => {
                assert.match(await hover("post-update', auth()"), /`post-update` — .*not part of `all`/);
                assert.match(await hover("'update, post", 2), /`update` — .*before the update/);
                assert.match(await hover("'read', auth().role", 2), /`read` — .*field is `null`/);
                assert.match(await hover("'all', auth()", 2), /not for `post-update`/);
            });

            it('tells what a rule grants to whom, on its name and its operations', async () => {
                const first = /^Lets everyone read a Todo where one of its members is such that role is 'owner'\./;
                assert.match(await hover("@@allow('read', members"), first);
                assert.match(await hover("'read', members", 2), first);
                // What the attribute is follows, where nobody else tells it.
                assert.equal((await hover("@@allow('read', members")).includes('Defines an access policy'), base);
                assert.match(
                    await hover("@allow('read', auth().role"),
                    /^Lets signed-in users whose role is 'support' read secret of a Todo\./,
                );
                assert.match(
                    await hover("@@deny('delete'"),
                    /^Stops everyone from deleting a Todo where label is 'owner' or label contains the user's userId\./,
                );
                const text = await hover("'update, post", 2);
                assert.match(
                    text,
                    /^Lets signed-in users whose organizationRole is 'chair' or 'nobody' update a Todo; after an update/,
                );
                assert.match(text, /\n\n`rule-role-unknown`: .*nobody/);
            });

            it('explains roles by what they are compared with', async () => {
                assert.match(
                    await hover("'owner'])"),
                    /^`owner` is one of the organization plugin’s roles \(`owner`, `chair`, `member`\), defined at \[src\/auth\.ts:13\]/,
                );
                assert.match(await hover("'nobody'"), /`nobody` is none of the organization plugin’s roles/);
                assert.match(await hover("'member']"), /organization plugin.*auth\.ts:13/);
                assert.match(await hover("'user')"), /admin plugin.*auth\.ts:8/);
                assert.doesNotMatch(await hover("'owner' ||"), /plugin/);
            });

            it('goes from a role to its definition', async () => {
                assert.deepEqual(await define("'support'"), ['src/auth.ts:9 support']);
                assert.deepEqual(await define("'chair'"), ['src/auth.ts:13 chair']);
                assert.deepEqual(await define("'owner'])"), ['src/auth.ts:13 owner']);
                assert.deepEqual(await define("'nobody'"), []);
                assert.deepEqual(await define("'owner' ||"), []);
            });

            it('explains functions and auth() itself', async () => {
                const contains = await hover('contains(');
                assert.match(contains, /^With a member of `auth\(\)` that is missing/);
                const auth = await hover('auth().memberships');
                assert.match(auth, /^Described by type `Auth`, \[schema\.zmodel:10\]/);
                assert.match(auth, /organizationRole String\?/);
                // What the language itself says comes after it, once.
                assert.equal(/current login user/.test(auth), base);
                assert.equal(contains.includes('---'), base);
            });

            it('explains in a file that does not parse elsewhere', async () => {
                await server.change(MAIN, `${SCHEMA}\nmodel Broken {\n    id ==\n}\n`);
                assert.match(await hover("'owner'])"), /organization plugin/);
                assert.match(await hover("'all', auth()", 2), /not for `post-update`/);
                await server.change(MAIN, SCHEMA);
            });
        });
    }
});
