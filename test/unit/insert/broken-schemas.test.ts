import assert from 'node:assert/strict';
import fc from 'fast-check';
import { admin, organization } from 'better-auth/plugins';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { syntaxBreakage } from '../../../src/fixes/verify.ts';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { applied, assertUntouched, column, configOf, configWith, key, viewOf } from './support.ts';
import type { Files } from './support.ts';

const HEAD = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n\n";
const USER = 'model User {\n    id String @id\n    email String @unique\n}\n';
const NOTE = '\nmodel Note {\n    id Int @id\n}\n';

interface BrokenCase {
    name: string;
    files: Files;
    models?: string[];
    fields?: string[];
    /** Kind, the text that it points at, and words of the message. */
    conflicts?: [kind: string, text: string, message: RegExp][];
}

/** Better Auth needs `User.name`, `Session` with a key to it, and `Jwks`, which refers to nothing. */
const cases: BrokenCase[] = [
    {
        name: 'an error in a model of the application hinders nothing',
        files: `${HEAD}${USER}\nmodel Post {\n    id String @id\n    title Strin@g?? x\n}\n`,
        models: ['Session', 'Jwks'],
        fields: ['User.name'],
    },
    {
        name: 'nor does one that breaks the file off, behind the models',
        files: `${HEAD}${USER}\nmodel Post {\n    id String @id\n    title `,
        models: ['Session', 'Jwks'],
        fields: ['User.name'],
    },
    {
        name: 'nor one in another file',
        files: {
            'schema.zmodel': `import './posts'\n${HEAD}${USER}`,
            'posts.zmodel': 'model Post {\n    id String @\n',
        },
        models: ['Session', 'Jwks'],
        fields: ['User.name'],
    },
    {
        name: 'a name of a field or in a comment is no declaration',
        files: `${HEAD}${USER}\nmodel Post {\n    session String\n    // Jwks {\n\n    // later\n    title Strin@g?? x\n}\n`,
        models: ['Session', 'Jwks'],
        fields: ['User.name'],
    },
    {
        name: 'a model that is needed may be hidden: by a keyword that is misspelt',
        files: `${HEAD}${USER}${NOTE}\nmodl Session {\n    id String @id\n}\n`,
        models: ['Jwks'],
        fields: ['User.name'],
        conflicts: [['model-broken', 'Session', /"Session" stands in a part that has syntax errors/]],
    },
    {
        name: 'by a brace that is missing',
        files: `${HEAD}${USER}\nmodel Session\n    id String @id\n}\n`,
        models: ['Jwks'],
        fields: ['User.name'],
        conflicts: [['model-broken', 'Session', /Session/]],
    },
    {
        name: 'by a quote that is not closed',
        files: `${USER}\nplugin policy {\n    provider = '@zenstackhq/plugin-policy\n}\n\nmodel Session {\n    id String @id @default('a')\n}\n`,
        models: ['Jwks'],
        fields: ['User.name'],
        conflicts: [['model-broken', 'Session', /Session/]],
    },
    {
        name: 'by a comment in front of its first line',
        files: `${HEAD}${USER}${NOTE}\n// model Session {\n    id String @id\n}\n`,
        models: ['Jwks'],
        fields: ['User.name'],
        conflicts: [['model-broken', 'Session', /Session/]],
    },
    {
        name: 'but not where all of it is a comment',
        files: `${HEAD}${USER}${NOTE}\n// model Session {\n//   id String @id\n// }\n\nmodl Other {\n}\n`,
        models: ['Session', 'Jwks'],
        fields: ['User.name'],
    },
    {
        name: 'by the name of its table',
        files: `${HEAD}${USER}${NOTE}\nmodl Visit {\n    id String @id\n    @@map("sessions")\n}\n`,
        models: ['Jwks'],
        fields: ['User.name'],
        conflicts: [['model-broken', '"sessions"', /"sessions" stands in a part/]],
    },
    {
        name: "the users' model is broken: what refers to it waits, and so do ids",
        files: `${HEAD}model User {\n    id Int @id\n    email Strin@g?? x\n}\n`,
        conflicts: [['model-broken', 'User', /User has syntax errors.* Until then Session, Jwks wait\.$/]],
    },
    {
        name: 'a key of a model that is there waits, too',
        files: `${HEAD}model User {\n    id Int @id\n    email Strin@g?? x\n}\n\nmodel Session {\n    id Int @id\n}\n\nmodel Jwks { id Int @id }\n`,
        fields: ['Session.token', 'Jwks.key'],
        conflicts: [['model-broken', 'User', /Until then Session\.userId waits\.$/]],
    },
    {
        name: 'an import that is broken may lead to all of them',
        files: { 'schema.zmodel': `import './people\n\n${HEAD}`, 'people.zmodel': USER },
        conflicts: [['file-broken', 'import', /An import can't be followed; User, Session, Jwks may be in the file/]],
    },
    {
        name: 'what is there is completed beside a broken import',
        files: { 'schema.zmodel': `import ./more\n\n${HEAD}${USER}`, 'more.zmodel': '' },
        fields: ['User.name'],
        conflicts: [['file-broken', 'import', /Session, Jwks may be in the file/]],
    },
];

describe('insert: a schema that has syntax errors elsewhere', () => {
    let config: AuthConfig;
    before(async () => {
        config = await configWith({
            user: [column('email', { unique: true }), column('name')],
            session: [column('token'), key('userId', 'user')],
            jwks: [column('key')],
        });
    });

    for (const { name, files, models = [], fields = [], conflicts = [] } of cases) {
        it(name, () => {
            const view = viewOf(files);
            assert.ok(view.files.some(({ hasSyntaxErrors }) => hasSyntaxErrors));
            const plan = planInsert(view, {
                ...config,
                id: { kind: fields.includes('Jwks.key') ? 'serial' : 'application' },
            });
            const shown = plan.conflicts.map(({ kind, file, span }) => {
                const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
                return [kind, span ? content.slice(span.start, span.end) : ''];
            });
            assert.deepEqual([plan.added.models, plan.added.fields], [models, fields]);
            assert.deepEqual(
                shown.filter(([kind]) => kind !== 'id-default'),
                conflicts.map(([kind, text]) => [kind, text]),
            );
            conflicts.forEach(([, , message], index) => {
                assert.match(plan.conflicts[index]?.message ?? '', message);
            });
            assertUntouched(files, plan);
            assert.equal(syntaxBreakage(view, plan.changes), undefined);
            const again = planInsert(viewOf(applied(files, plan)), config);
            assert.deepEqual(again.changes, []);
        });
    }

    it('adds neither plugin, type nor datasource that may be hidden', () => {
        const text = `plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n\ntype Auth {\n    id String @id\n    @@auth\n}\n`;
        const authType = { name: 'Auth', members: [{ name: 'userId', typeText: 'String', id: true }] };
        const { added, changes } = planInsert(viewOf(text), config, { tables: [], policyPlugin: true, authType });
        assert.deepEqual(
            [added.plugin, added.authType, added.datasource, changes],
            [undefined, undefined, undefined, []],
        );
    });

    it('never adds what is there but hidden: any few characters lost or put in anywhere', async function () {
        this.timeout(60_000);
        const full = await configOf({ plugins: [organization({ teams: { enabled: true } }), admin()] });
        const whole = applied('', planInsert(viewOf(''), full))['schema.zmodel'] ?? '';
        const own = 'model Note {\n    id String @id\n    text String // "a" }\n}\n';
        const one = { 'schema.zmodel': `${whole}\n${own}` };
        const at = whole.indexOf('model Organization');
        const two = {
            'schema.zmodel': `import './more'\n\n${whole.slice(0, at)}`,
            'more.zmodel': `import './schema'\n\n${whole.slice(at)}\n${own}`,
        };
        let broken = 0;
        fc.assert(
            fc.property(
                fc.constantFrom<Record<string, string>>(one, two),
                fc.nat(),
                fc.nat(),
                fc.nat({ max: 2 }),
                fc.constantFrom('', '', '{', '}', '"', "'", '/', '@', '?', '[', '.', '(', ' x '),
                (files, which, place, length, text) => {
                    const names = Object.keys(files);
                    const name = names[which % names.length] ?? '';
                    const content = files[name] ?? '';
                    const start = place % content.length;
                    const change = { start, end: Math.min(start + length, content.length), text };
                    const changed = { ...files, [name]: applyChanges(content, [change]) };
                    const view = viewOf(changed);
                    if (!view.files.some(({ hasSyntaxErrors }) => hasSyntaxErrors)) return;
                    broken += 1;
                    const { added, changes } = planInsert(view, full);
                    const why = changed[name]?.slice(Math.max(0, start - 80), start + 80);
                    assert.deepEqual([added.models, added.fields, added.relations, changes], [[], [], [], []], why);
                },
            ),
            { numRuns: 300 },
        );
        assert.ok(broken > 80, String(broken));
    });
});
