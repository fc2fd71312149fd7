import assert from 'node:assert/strict';
import { at, column, configWith, insertInto, key } from './support.ts';
import type { Files } from './support.ts';
import type { InsertOptions } from '../../../src/model/insert-plan.ts';

const source = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n";
const user = 'model User {\n    id String @id\n}\n';
const completed = 'model User {\n    id String @id\n    sessions Session[]\n}\n';
const session =
    'model Session {\n    id     String @id\n    userId String\n    user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)\n}';

interface FileCase {
    name: string;
    before: Files;
    options?: InsertOptions;
    after: Record<string, string>;
}

const cases: FileCase[] = [
    {
        name: 'new models go to the imported file where the users are',
        before: { 'schema.zmodel': `import './people'\n\n${source}`, 'people.zmodel': user },
        after: { 'schema.zmodel': `import './people'\n\n${source}`, 'people.zmodel': `${completed}\n${session}\n` },
    },
    {
        name: 'files that refer to each other import each other, in their own style',
        before: {
            'schema.zmodel': `import "a/people.zmodel"\nimport "b/sessions.zmodel"; // both\n\n${source}`,
            'a/people.zmodel': `// People\n\n/// Signs in\n${user}`,
            'b/sessions.zmodel': 'model Session {\n    id String @id\n    userId String\n}\n',
        },
        after: {
            'schema.zmodel': `import "a/people.zmodel"\nimport "b/sessions.zmodel"; // both\n\n${source}`,
            'a/people.zmodel': `// People\n\nimport '../b/sessions.zmodel'\n\n/// Signs in\n${completed}`,
            'b/sessions.zmodel':
                "import '../a/people.zmodel'\n\nmodel Session {\n    id String @id\n    userId String\n    user User @relation(fields: [userId], references: [id], onDelete: Cascade)\n}\n",
        },
    },
    {
        name: 'another file of the schema, when asked for',
        before: { 'schema.zmodel': `import "./auth"\n\n${source}\n${user}`, 'auth.zmodel': '// Auth\n' },
        options: { into: at('auth.zmodel') },
        after: {
            'schema.zmodel': `import "./auth"\n\n${source}\n${completed}`,
            'auth.zmodel': `// Auth\n\nimport './schema'\n\n${session}\n`,
        },
    },
    {
        name: 'a new file, imported by the entry and importing it',
        before: { 'schema.zmodel': `import "./other"\n\n${source}\n${user}`, 'other.zmodel': '' },
        options: { into: at('auth/models.zmodel') },
        after: {
            'schema.zmodel': `import "./other"\nimport "./auth/models"\n\n${source}\n${completed}`,
            'other.zmodel': '',
            'auth/models.zmodel': `import '../schema'\n\n${session}\n`,
        },
    },
    {
        name: 'a new file for an empty schema',
        before: '',
        options: { into: at('auth.zmodel') },
        after: {
            'schema.zmodel': `import './auth'\n\n${source.replace('url =', 'url      =')}`,
            'auth.zmodel': `model User {\n    id       String    @id\n    sessions Session[]\n}\n\n${session}\n`,
        },
    },
    {
        name: 'a file that imports nothing but is there gets datasource and models below its imports',
        before: { 'schema.zmodel': `import './other'`, 'other.zmodel': 'enum Color {\n    RED\n}' },
        after: {
            'schema.zmodel': `import './other'\n\n${source.replace('url =', 'url      =')}\nmodel User {\n    id       String    @id\n    sessions Session[]\n}\n\n${session}`,
            'other.zmodel': 'enum Color {\n    RED\n}',
        },
    },
    {
        name: 'fields of mixins in imported files count as present, circles included',
        before: {
            'schema.zmodel': `import './mixins'\n\n${source}\nmodel Session with Timed, Owned {\n}\n\n${user}`,
            'mixins.zmodel': `import './schema'\n\ntype Timed {\n    id String @id\n}\n\ntype Owned {\n    userId String\n}\n`,
        },
        after: {
            'schema.zmodel': `import './mixins'\n\n${source}\nmodel Session with Timed, Owned {\n    user User @relation(fields: [userId], references: [id], onDelete: Cascade)\n}\n\n${completed}`,
            'mixins.zmodel': `import './schema'\n\ntype Timed {\n    id String @id\n}\n\ntype Owned {\n    userId String\n}\n`,
        },
    },
];

describe('insert: schemas of several files', () => {
    for (const { name, before, options, after } of cases) {
        it(name, async () => {
            const config = await configWith({ user: [], session: [key('userId', 'user')] });
            const result = await insertInto(before, config, options);
            assert.deepEqual(result.after, after);
            assert.deepEqual(result.plan.conflicts, []);
        });
    }

    it('adds no datasource when an import leads nowhere or a file has errors: there may be one', async () => {
        const { planInsert } = await import('../../../src/insert/plan-insert.ts');
        const { viewOf } = await import('./support.ts');
        const config = await configWith({ user: [column('name')] });
        for (const text of [
            "import './gone'\n",
            'datasource db { provider = \n',
            'datasource db { provider = env("X") }\n',
        ]) {
            const plan = planInsert(viewOf(text), config);
            assert.equal(plan.added.datasource, undefined, text);
        }
    });
});
