import assert from 'node:assert/strict';
import { ZenStackClient } from '@zenstackhq/orm';
import type { PostgresDialect } from '@zenstackhq/orm/dialects/postgres';
import type { SchemaDef } from '@zenstackhq/orm/schema';
import { PolicyPlugin } from '@zenstackhq/plugin-policy';
import type { PolicySchema } from '../../src/model/policy.ts';
import { ConcreteWorld } from '../../src/rules/concrete-world.ts';
import { Permit } from '../../src/rules/permit.ts';
import { RuleThrows } from '../../src/rules/truth.ts';
import type { Truth } from '../../src/rules/truth.ts';
import { parseSource } from '../../src/zmodel/parse.ts';
import { SQLITE_PRELUDE, loadSchema, operationsOf } from '../support/orm.ts';
import { BASE_SCHEMAS, schemaText } from '../support/rules/base-schema.ts';
import { generateAuth, generateData, toOrmRow } from '../support/rules/generate-data.ts';
import type { Rows } from '../support/rules/generate-data.ts';
import { Random } from '../support/rules/random.ts';
import { FORMS } from '../support/rules/rule-forms.ts';
import { withRules } from '../support/rules/runtime-schema.ts';
import { policySchemaOf } from '../support/rules/whole-schema.ts';
import { EmbeddedPostgres } from './postgres.ts';

const base = BASE_SCHEMAS.type;
const PRELUDE = SQLITE_PRELUDE.replace("'sqlite'", "'postgresql'");

/** Where PostgreSQL and SQLite differ: a condition, what is passed, and whether each permits a row with the title 'a'. */
const DIFFERENCES: readonly [condition: string, auth: object, postgres: Answer, sqlite: Answer][] = [
    ["contains(title, 'A')", {}, false, true],
    ["contains(title, 'A', true)", {}, true, true],
    ['!auth().isAdmin', { isAdmin: null }, false, true],
    ['!auth().isAdmin', {}, false, false],
    ['auth().isAdmin == null', { isAdmin: null }, true, false],
    ['title in auth().tags', {}, false, 'throws'],
    ['title in auth().tags', { tags: ['a'] }, true, true],
    ['!(title in [parent.title])', {}, false, true],
];
type Answer = boolean | 'throws';

function answer(evaluate: () => Truth): Answer | { unknown: string } {
    try {
        const value = evaluate();
        return typeof value === 'object' && value !== null ? value : value === true;
    } catch (error) {
        if (error instanceof RuleThrows) return 'throws';
        throw error;
    }
}

describe('rules on PostgreSQL', function () {
    this.timeout(300_000);
    let postgres: EmbeddedPostgres;
    let dialect: PostgresDialect;
    let runtime: SchemaDef;
    let plain: PolicySchema;
    let rows: Rows;
    let actors: (Record<string, unknown> | undefined)[];
    before(async () => {
        postgres = await EmbeddedPostgres.start();
        dialect = await postgres.openEmpty();
        const text = PRELUDE + schemaText(base, {});
        runtime = await loadSchema(text);
        plain = policySchemaOf(text);
        const client = new ZenStackClient(runtime, { dialect });
        await client.$pushSchema();
        for (const table of new Set(Object.values(base.joinTables).map((join) => join.table))) {
            await client.$executeRawUnsafe(`CREATE TABLE "${table}" ("A" TEXT, "B" TEXT)`);
        }
        const random = new Random(3);
        ({ rows } = generateData(random, plain, []));
        const [first, ...others] = rows.Todo ?? [];
        assert.ok(first);
        // Not 'B' in `stamp`, which a rule of a mixin denies.
        rows = { ...rows, Todo: [{ ...first, title: 'a', stamp: null }, ...others] };
        for (const [model, list] of Object.entries(rows)) {
            await operationsOf(client, model).createMany({ data: list.map((row) => toOrmRow(plain, model, row)) });
        }
        actors = [undefined, {}, ...[1, 2, 3].map(() => generateAuth(random, plain, rows))];
    });
    after(async () => {
        await postgres.stop();
    });

    async function read(condition: string, auth: object | undefined): Promise<Set<unknown> | 'throws'> {
        const text = PRELUDE + schemaText(base, { Todo: { model: [`@@allow('read', ${condition})`] } });
        const client = new ZenStackClient(withRules(runtime, [parseSource(text)]), { dialect }).$use(
            new PolicyPlugin(),
        );
        const asked = auth === undefined ? client : client.$setAuth(auth as Record<string, unknown>);
        try {
            return new Set((await operationsOf(asked, 'Todo').findMany({ select: { id: true } })).map(({ id }) => id));
        } catch {
            return 'throws';
        }
    }

    function permitFor(
        condition: string,
        auth: object | undefined,
        prelude: string,
        data = rows,
    ): [Permit, ConcreteWorld] {
        const text = prelude + schemaText(base, { Todo: { model: [`@@allow('read', ${condition})`] } });
        const schema = policySchemaOf(text);
        const world = new ConcreteWorld(schema, { rows: data, auth });
        return [new Permit(schema, world, { eager: true }), world];
    }

    it('each form of a rule', async () => {
        let unknown = 0;
        let compared = 0;
        for (const condition of [...FORMS.both, ...FORMS.type].filter((each) => !each.includes('check('))) {
            for (const auth of actors) {
                const found = await read(condition, auth);
                const [permit, world] = permitFor(condition, auth, PRELUDE);
                const answers = (rows.Todo ?? []).map((row) => {
                    return { row, ours: answer(() => permit.permits('read', world.row('Todo', row))) };
                });
                // What is unknown may throw, and then the whole query does.
                const mayThrow = found === 'throws' && answers.some(({ ours }) => typeof ours === 'object');
                for (const { row, ours } of answers) {
                    compared++;
                    if (typeof ours === 'object' || mayThrow) unknown++;
                    else {
                        const theirs = found === 'throws' ? found : found.has(row.id);
                        assert.equal(ours, theirs, `${condition}\n${JSON.stringify(auth)}\n${JSON.stringify(row)}`);
                    }
                }
            }
        }
        assert.ok(unknown < compared / 10, `${unknown} of ${compared}`);
    });

    for (const [condition, auth, expected, onSqlite] of DIFFERENCES) {
        it(`${condition} for ${JSON.stringify(auth)}: ${expected}, on SQLite ${onSqlite}`, async () => {
            const row = (rows.Todo ?? []).find(({ title }) => title === 'a');
            assert.ok(row);
            const found = await read(condition, auth);
            assert.equal(found === 'throws' ? found : found.has(row.id), expected);
            for (const [prelude, outcome] of [
                [PRELUDE, expected],
                [SQLITE_PRELUDE, onSqlite],
            ] as const) {
                const [permit, world] = permitFor(condition, auth, prelude);
                assert.equal(
                    answer(() => permit.permits('read', world.row('Todo', row))),
                    outcome,
                    prelude,
                );
            }
        });
    }
});
