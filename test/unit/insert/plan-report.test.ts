import assert from 'node:assert/strict';
import { organization } from 'better-auth/plugins';
import { describePlan } from '../../../src/insert/describe-plan.ts';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { verifyPlan } from '../../support/verify-plan.ts';
import type { InsertPlan } from '../../../src/model/insert-plan.ts';
import { applied, column, configOf, configWith, insertInto, key, viewOf } from './support.ts';

const head = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n\n";

describe('insert: what a plan says', () => {
    it('names what is added', async () => {
        const { plan } = await insertInto('', await configOf({ plugins: [organization()] }));
        const models = 'User, Session, Account, Verification, Organization, 2 more';
        assert.equal(describePlan(plan), `Adds a sqlite datasource and 7 models (${models}).`);
    });

    it('names fields, relation fields, conflicts and unknowns', async () => {
        const unknown = [{ what: 'plugins[1]', reason: 'a conditional spread', file: '/a.ts', line: 1 }];
        const config = await configWith(
            { user: [column('name'), column('email', { unique: true })], session: [key('userId', 'user')] },
            { unknown },
        );
        const { plan } = await insertInto(`${head}model User { id String @id email String }`, config);
        assert.equal(
            describePlan(plan),
            'Adds 1 model (Session), 1 field (User.name) and 1 relation field (User.sessions); 1 conflict is left to you; 1 part of the configuration could not be read.',
        );
    });

    it('says when everything is there, and when only conflicts are left', async () => {
        const config = await configWith({ user: [column('email', { unique: true })] });
        const whole = await insertInto(`${head}model User { id String @id email String @unique }`, config);
        assert.equal(describePlan(whole.plan), 'Everything that Better Auth needs is there.');
        const partial = await insertInto(`${head}model User { id String @id email String }`, config);
        assert.equal(describePlan(partial.plan), 'Nothing to add; 1 conflict is left to you.');
    });
});

describe('insert: verifying a plan against its result', () => {
    const before = `${head}model User {\n    id String @id\n}\n`;
    const spoiled: [string, (plan: InsertPlan) => InsertPlan, RegExp][] = [
        [
            'a change that breaks the syntax',
            (plan) => ({ ...plan, changes: plan.changes.map((change) => ({ ...change, text: `${change.text} {` })) }),
            /would not parse any more/,
        ],
        [
            'a change that swallows a model',
            (plan) => ({
                ...plan,
                changes: [
                    ...plan.changes,
                    { file: viewOf(before).entry, start: head.length, end: head.length, text: '/* ' },
                    { file: viewOf(before).entry, start: before.length, end: before.length, text: ' */' },
                ],
            }),
            /User would be lost/,
        ],
        [
            'a field that does not arrive',
            (plan) => ({ ...plan, added: { ...plan.added, fields: ['User.gone'] } }),
            /Field User\.gone would not be readable/,
        ],
        [
            'a model that does not arrive',
            (plan) => ({ ...plan, added: { ...plan.added, models: ['Gone'] } }),
            /Model Gone would not be readable/,
        ],
    ];
    for (const [name, spoil, message] of spoiled) {
        it(`finds ${name}`, async () => {
            const view = viewOf(before);
            const plan = spoil(planInsert(view, await configOf()));
            const problems = verifyPlan(view, viewOf(applied(before, plan)), plan);
            assert.match(problems.join('\n'), message);
        });
    }

    it('finds a file that would leave the schema', async () => {
        const files = { 'schema.zmodel': `import './a'\n${head}`, 'a.zmodel': 'enum A { B }\n' };
        const plan = planInsert(viewOf(files), await configOf());
        const problems = verifyPlan(viewOf(files), viewOf({ ...files, 'schema.zmodel': head }), plan);
        assert.match(problems.join('\n'), /a\.zmodel would leave the schema/);
    });
});
