import assert from 'node:assert/strict';
import type { Operation } from '../../../src/model/policy.ts';
import { loadSchema } from '../../support/orm.ts';
import { newTally } from '../../support/rules/compare.ts';
import type { Tally } from '../../support/rules/compare.ts';
import { Family, compareGenerated, compareOperation, describeRules } from '../../support/rules/differential.ts';
import type { AuthKind, RulesByModel } from '../../support/rules/differential.ts';
import { generateAuth } from '../../support/rules/generate-data.ts';
import { RuleGenerator } from '../../support/rules/generate-rules.ts';
import { Random } from '../../support/rules/random.ts';
import { AFTER_UPDATE, FORMS } from '../../support/rules/rule-forms.ts';

/** How many schemas are made: more by night, `RULES_SCHEMAS=50000`. */
const SCHEMAS = Number(process.env.RULES_SCHEMAS ?? 2000);
const SEED = Number(process.env.RULES_SEED ?? 1);
const KINDS: readonly AuthKind[] = ['type', 'model'];
const OPERATIONS: readonly Operation[] = ['read', 'create', 'update', 'delete'];

function assertSame({ differences }: Tally): void {
    const [first] = differences;
    assert.equal(first && JSON.stringify(first, undefined, 4), undefined, `${differences.length} differences`);
}

/** Schemas that differ in one rule, each asked by the same actors. */
async function compareForms(
    family: Family,
    all: readonly { rules: RulesByModel; operations: readonly Operation[] }[],
    tally: Tally,
): Promise<void> {
    const random = new Random(11);
    await family.fill(random);
    const actors = [undefined, {}, ...Array.from({ length: 3 }, () => generateAuth(random, family.plain, family.rows))];
    for (const { rules, operations } of all) {
        const subject = family.subject(rules);
        for (const auth of actors) {
            for (const operation of operations) {
                await compareOperation(family, subject, auth, operation, random, tally);
            }
        }
    }
}

/** What the rules of others say, for `check()`. */
const OTHERS: RulesByModel = {
    Org: { model: ["@@allow('all', open)", "@@deny('delete', level > 1)"] },
    User: {
        model: ["@@allow('read', auth() != null)", "@@allow('update', isAdmin)", "@@allow('create,delete', false)"],
    },
    Folder: { model: ["@@allow('all', ownerId == auth().id || open)", "@@deny('update,post-update', name == null)"] },
};

for (const kind of KINDS) {
    describe(`rules as the engine evaluates them, auth() is a ${kind}`, function () {
        this.timeout(300_000);
        let family: Family;
        before(async () => {
            family = await Family.open(kind);
        });
        after(() => {
            family.close();
        });

        const conditions = [...FORMS.both, ...FORMS[kind]];
        for (const effect of ['allow', 'deny'] as const) {
            it(`each form of a rule, as ${effect}`, async () => {
                const tally = newTally();
                const all = conditions.map((condition) => ({
                    rules: {
                        ...OTHERS,
                        Todo: {
                            model: [
                                `@@${effect}('all', ${condition})`,
                                ...(effect === 'deny' ? ["@@allow('all', true)"] : []),
                            ],
                        },
                    },
                    operations: OPERATIONS,
                }));
                await compareForms(family, all, tally);
                assertSame(tally);
                assert.ok(tally.unknown < tally.compared / 50, JSON.stringify([...tally.reasons]));
                assert.ok(tally.thrown > 0 || kind === 'model');
            });
        }

        it('rules for the result of an update', async () => {
            const all = AFTER_UPDATE.flatMap((condition) =>
                ['allow', 'deny'].map((effect) => ({
                    rules: {
                        ...OTHERS,
                        Todo: { model: ["@@allow('all', true)", `@@${effect}('post-update', ${condition})`] },
                    },
                    operations: ['post-update'] as const,
                })),
            );
            const tally = newTally();
            await compareForms(family, all, tally);
            assertSame(tally);
            assert.ok(tally.thrown > 0, 'a name that is one of two columns');
        });

        it('rules on fields, no rules, denies alone, several rules', async () => {
            const rules = (model: string[], fields: Record<string, string[]> = {}): RulesByModel => ({
                ...OTHERS,
                Todo: { model, fields },
            });
            const open = ["@@allow('all', true)"];
            const all = [
                rules([]),
                rules(["@@deny('all', false)"]),
                rules(["@@deny('all', auth() == null)"]),
                rules(["@@allow('post-update', true)"]),
                rules(["@@allow('all,post-update', auth().id == creatorId)"]),
                rules(["@@allow('read', done)", "@@allow('read', auth().id == ownerId)", "@@deny('read', flag)"]),
                rules(["@@allow('create,read', done)", "@@deny('read', auth().orgId != orgId)"]),
                ...['auth().id == ownerId', 'done', 'flag', 'parent.count == 1', 'check(org)', 'true', 'false'].flatMap(
                    (condition) => [
                        rules(open, { title: [`@allow('read', ${condition})`] }),
                        rules(open, { score: [`@deny('all', ${condition})`], mark: [`@deny('update', ${condition})`] }),
                        rules(open, { mark: [`@allow('update', ${condition})`] }),
                        rules(open, { mark: [`@allow('all', ${condition})`, "@deny('all', flag)"] }),
                    ],
                ),
            ];
            const tally = newTally();
            await compareForms(
                family,
                all.map((each) => ({ rules: each, operations: [...OPERATIONS, 'post-update'] })),
                tally,
            );
            assertSame(tally);
        });

        it('the engine gets the schema that upstream generates from the same text', async () => {
            const random = new Random(SEED + 5);
            const generator = new RuleGenerator(random, family.plain);
            const merged: Record<string, { model: string[]; fields: Record<string, string[]> }> = {};
            for (let index = 0; index < 60; index++) {
                const rules = generator.rules([...OPERATIONS, 'post-update' as const][index % 5] ?? 'read');
                for (const [name, { model, fields = {} }] of Object.entries(rules)) {
                    const into = (merged[name] ??= { model: [], fields: {} });
                    into.model.push(...model);
                    for (const [field, list] of Object.entries(fields)) (into.fields[field] ??= []).push(...list);
                }
            }
            const real = await loadSchema(family.text(merged));
            assert.deepEqual(plain(family.runtimeOf(merged).models), plain(real.models), describeRules(merged));
        });

        it(`${SCHEMAS / 2} schemas made at random`, async function () {
            this.timeout(Math.max(300_000, SCHEMAS * 300));
            const tally = newTally();
            const start = performance.now();
            await compareGenerated(kind, SEED, SCHEMAS / 2, tally);
            const seconds = Math.round((performance.now() - start) / 1000);
            console.log(
                `      ${tally.compared} comparisons in ${seconds} s: ${tally.permitted} permitted, ` +
                    `${tally.thrown} thrown, ${tally.unknown} unknown, ${tally.differences.length} different`,
            );
            assertSame(tally);
            assert.ok(tally.unknown < tally.compared / 10, JSON.stringify([...tally.reasons]));
            assert.ok(tally.permitted > tally.compared / 10, 'most is refused');
        });
    });
}

/** The element type of lists is of no use to SQLite; we don't infer it. */
function plain(value: unknown): unknown {
    return JSON.parse(
        JSON.stringify(value, (_, each: unknown) =>
            typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'array'
                ? { ...each, type: 'any' }
                : each,
        ),
    );
}
