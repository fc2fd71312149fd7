import assert from 'node:assert/strict';
import { zmodelAuth } from './support/run.ts';
import { removeWorkspaces, workspace } from './support/workspace.ts';

const SCHEMA = `datasource db {
    provider = 'sqlite'
    url = 'file:./x.db'
}
plugin policy { provider = '@zenstackhq/plugin-policy' }
type Auth {
    userId String @id
    @@auth
}
model Todo {
    id        String @id
    ownerId   String
    published Boolean
    @@allow('read', published)
    @@allow('create,update,delete', auth().userId == ownerId)
}
`;

describe('zmodel-auth access', function () {
    // Every case starts a process.
    this.timeout(120_000);

    let cwd: string;
    before(() => {
        cwd = workspace({ 'schema.zmodel': SCHEMA });
    });
    after(removeWorkspaces);

    it('prints who can do what, by which rules, and what an anonymous request may do', async () => {
        const { code, stdout } = await zmodelAuth(cwd, ['access', 'Todo', '--operation', 'read']);
        assert.equal(
            stdout,
            [
                'Todo: read: everyone (some rows)',
                '',
                'read: everyone (some rows)',
                "    schema.zmodel:14 @@allow('read', published)",
                '        Lets everyone read a Todo where published is true.',
                '    An anonymous request can read a Todo with published = true.',
                '        auth() = null (an anonymous request)',
                '        Todo = { published: true }',
                '',
            ].join('\n'),
        );
        assert.equal(code, 0);
    });

    it('prints the same as JSON', async () => {
        const { stdout } = await zmodelAuth(cwd, ['access', 'Todo', '--format', 'json']);
        const { schemas } = JSON.parse(stdout) as {
            schemas: { entry: string; operations: { operation: string; who: string[]; anonymous: string }[] }[];
        };
        assert.deepEqual(
            schemas.map(({ entry, operations }) => [
                entry,
                ...operations.map(({ operation, who, anonymous }) => [operation, who.join(), anonymous].join(' ')),
            ]),
            [
                [
                    'schema.zmodel',
                    'create owner none',
                    'read everyone (some rows) some',
                    'update owner none',
                    'delete owner none',
                ],
            ],
        );
    });

    it('says which model may be meant', async () => {
        const { code, stderr } = await zmodelAuth(cwd, ['access', 'todos']);
        assert.match(stderr, /There is no model todos\. Did you mean Todo\?/);
        assert.equal(code, 2);
    });
});
