import assert from 'node:assert/strict';
import type { Operation } from '../../../src/model/policy.ts';
import { loadSchema } from '../../support/orm.ts';
import { Progress, sayForSummary, timeLimit } from '../../support/nightly.ts';
import { Comparison, newTally } from '../../support/rules/compare.ts';
import type { Tally } from '../../support/rules/compare.ts';
import { Family, compareGenerated, compareOperation, describeRules } from '../../support/rules/differential.ts';
import type { AuthKind, RulesByModel } from '../../support/rules/differential.ts';
import { generateAuth } from '../../support/rules/generate-data.ts';
import { RuleGenerator } from '../../support/rules/generate-rules.ts';
import { Random } from '../../support/rules/random.ts';
import { AFTER_UPDATE, FORMS, INCLUDED } from '../../support/rules/rule-forms.ts';

/** How many schemas are made; by night more: `npm run test:nightly`. */
const SCHEMAS = Number(process.env.RULES_SCHEMAS ?? 2000);
const WITH_BASES = Math.ceil(SCHEMAS / 10);
const SEED = Number(process.env.RULES_SEED ?? 1);
const KINDS = ['type', 'model'] as const satisfies AuthKind[];
const OPERATIONS: readonly Operation[] = ['read', 'create', 'update', 'delete'];

function assertSame({ differences }: Tally): void {
    const shown = new Map(differences.map((each) => [each.schema, each]));
    const texts = [...shown.values()]
        .slice(0, 20)
        .map((each) => `${each.schema}\n${JSON.stringify(each, undefined, 4)}`);
    assert.equal(texts.join('\n'), '', `${differences.length} differences in ${shown.size} schemas`);
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
    Org: {
        model: [
            "@@allow('all', open)",
            "@@deny('delete', level > 1)",
            // Not in the query where the member is missing.
            "@@deny('post-update', auth().level < before().level)",
        ],
    },
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

        it('rows that are read by include', async () => {
            const tally = newTally();
            const random = new Random(12);
            await family.fill(random);
            const actors = [
                undefined,
                ...Array.from({ length: 2 }, () => generateAuth(random, family.plain, family.rows)),
            ];
            const open = { model: ["@@allow('all', true)"] };
            const others = Object.fromEntries([...family.plain.models.keys()].map((name) => [name, open]));
            for (const condition of INCLUDED) {
                const model = [`@@allow('read', ${condition})`];
                for (const fields of [{}, { mark: ["@allow('read', done)"] }]) {
                    const subject = family.subject({ ...others, Todo: { model, fields } });
                    for (const auth of actors) await new Comparison(subject, 'Todo', auth, tally).readIncluded();
                }
            }
            assertSame(tally);
            assert.ok(tally.permitted > tally.compared / 10 && tally.permitted < tally.compared, 'some are');
            assert.equal(tally.unknown, 0);
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

        it('the engine gets the schema that upstream generates from the same text', () => assertSameSchema(family));

        it(`${SCHEMAS / 2} schemas made at random`, async function () {
            this.timeout(timeLimit(Math.max(300_000, SCHEMAS * 300)));
            await compareRandom(kind, SCHEMAS / 2);
        });
    });
}

describe('rules of a model that extends a base, and of its bases, as the engine evaluates them', function () {
    this.timeout(300_000);

    it('the engine gets the schema that upstream generates from the same text', async () => {
        const family = await Family.open('delegate');
        try {
            await assertSameSchema(family);
        } finally {
            family.close();
        }
    });

    it(`${WITH_BASES} schemas made at random, written table by table`, async function () {
        this.timeout(timeLimit(300_000));
        await compareRandom('delegate', WITH_BASES);
    });
});

async function compareRandom(kind: AuthKind, count: number): Promise<void> {
    const tally = newTally();
    const start = performance.now();
    const progress = new Progress(count);
    await compareGenerated(kind, SEED, count, tally, (_family, _rules, index) => {
        progress.at(index, () => describeTally(tally));
        return Promise.resolve();
    });
    const seconds = Math.round((performance.now() - start) / 1000);
    sayForSummary(`${kind}: ${count} schemas, ${describeTally(tally)} in ${seconds} s`);
    assertSame(tally);
    assert.ok(tally.unknown < tally.compared / 10, JSON.stringify([...tally.reasons]));
    assert.ok(tally.permitted > tally.compared / 10, 'most is refused');
}

function describeTally({ compared, permitted, thrown, unknown, differences }: Tally): string {
    const share = ((100 * unknown) / Math.max(1, compared)).toFixed(2);
    return (
        `${compared} comparisons: ${permitted} permitted, ${thrown} thrown, ` +
        `${unknown} unknown (${share} %), ${differences.length} different`
    );
}

/** Rules of all kinds in one schema, compiled by upstream and put together by us. */
async function assertSameSchema(family: Family): Promise<void> {
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
