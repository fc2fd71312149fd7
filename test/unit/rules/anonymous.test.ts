import assert from 'node:assert/strict';
import type { PolicyModel, PolicySchema } from '../../../src/model/policy.ts';
import { refusesAnonymous, refusesWithout } from '../../../src/rules/anonymous.ts';
import { Permit } from '../../../src/rules/permit.ts';
import { createProbe, operationGroups, rowFor, search, standFor } from '../../../src/rules/probe.ts';
import { Progress, timeLimit } from '../../support/nightly.ts';
import { SQLITE_PRELUDE } from '../../support/orm.ts';
import { BASE_SCHEMAS, schemaText } from '../../support/rules/base-schema.ts';
import { RuleGenerator } from '../../support/rules/generate-rules.ts';
import { Random } from '../../support/rules/random.ts';
import { policySchemaOf } from '../../support/rules/whole-schema.ts';

/** By night more: `npm run test:nightly`. */
const SCHEMAS = Number(process.env.MEMORY_SCHEMAS ?? 150);
const SEED = Number(process.env.MEMORY_SEED ?? 21);

/** Whether a search finds a request that gets through; `without`: it lacks that member. */
function getsThrough(schema: PolicySchema, model: PolicyModel, operation: string, without?: string): boolean {
    const probe = createProbe(schema, () => true);
    const group = operationGroups(schema, model).find(({ operations }) =>
        operations.some((each) => each === operation),
    );
    const standing = standFor(group?.operations ?? []);
    const auth = schema.auth;
    let found = false;
    if (standing === 'post-update' || !auth) return false;
    search(probe, model, without === undefined ? 'anonymous' : 'present', (world) => {
        const row = rowFor(world, model.name, standing);
        const object = world.auth();
        if (without !== undefined && object && world.authMember(object, auth.name, without) !== undefined)
            return 'go on';
        found ||= new Permit(schema, world).permits(standing, row) === true;
        return found ? 'stop' : 'go on';
    });
    return found;
}

describe('rules that are sure to refuse', function () {
    this.timeout(timeLimit(120_000));

    for (const kind of ['type', 'model'] as const) {
        it(`let no request through that a search finds, auth() is a ${kind}`, () => {
            const base = BASE_SCHEMAS[kind];
            const plain = policySchemaOf(SQLITE_PRELUDE + schemaText(base, {}));
            const random = new Random(SEED);
            const progress = new Progress(SCHEMAS);
            const counts = { anonymous: 0, without: 0 };
            for (let index = 0; index < SCHEMAS; index += 1) {
                progress.at(index, () => `${counts.anonymous + counts.without} sure to refuse`);
                const rules = new RuleGenerator(random, plain).rules(random.pick(['read', 'create', 'update']));
                const text = SQLITE_PRELUDE + schemaText(base, rules);
                const schema = policySchemaOf(text);
                const todo = schema.models.get('Todo');
                assert.ok(todo);
                for (const group of operationGroups(schema, todo)) {
                    const [operation = ''] = group.operations;
                    if (refusesAnonymous(schema, group.rules, 'Todo')) {
                        counts.anonymous += 1;
                        assert.ok(!getsThrough(schema, todo, operation), `${operation}\n${text}`);
                    }
                    for (const member of ['id', 'role', 'orgId']) {
                        if (!refusesWithout(member, group.rules)) continue;
                        counts.without += 1;
                        assert.ok(!getsThrough(schema, todo, operation, member), `${operation} ${member}\n${text}`);
                    }
                }
            }
            assert.ok(counts.anonymous > SCHEMAS / 4, 'some are');
        });
    }

    const rulesOf = (rules: string): [PolicySchema, PolicyModel] => {
        const schema = policySchemaOf(`${SQLITE_PRELUDE}type Auth {
    id String @id
    orgId String?
    role String?
    @@auth
}

model Note {
    id String @id
    ownerId String
    orgId String?
    orgOf String
    state String
    ${rules}
}
`);
        const model = schema.models.get('Note');
        assert.ok(model);
        return [schema, model];
    };
    const anonymous = (rules: string): boolean => {
        const [schema, model] = rulesOf(rules);
        return refusesAnonymous(schema, model.rules, 'Note');
    };

    it('are told by what is compared', () => {
        assert.ok(anonymous("@@allow('read', auth().id == ownerId)"));
        assert.ok(!anonymous("@@allow('read', auth().orgId == orgId)"), 'both may be missing');
        assert.ok(anonymous("@@allow('read', state == 'open' && auth().role in ['admin'])"));
        assert.ok(!anonymous("@@allow('read', state == 'open' || auth().role in ['admin'])"));
        assert.ok(!anonymous("@@allow('read', auth().role != 'guest')"));
        assert.ok(!anonymous("@@allow('read', !(auth().role == 'guest'))"));
        assert.ok(anonymous("@@deny('read', auth() == null)\n@@allow('read', true)"));
        assert.ok(!anonymous("@@deny('read', auth() != null)\n@@allow('read', true)"));
    });

    it('are told by a deny for what is missing', () => {
        const without = (rules: string): boolean => refusesWithout('orgId', rulesOf(rules)[1].rules);
        assert.ok(without("@@deny('read', auth().orgId == null || auth().orgId != orgOf)"));
        assert.ok(!without("@@deny('read', auth().orgId != orgOf)"));
        assert.ok(!without("@@deny('read', auth().role == null)"));
        assert.ok(!without("@@allow('read', auth().orgId == null)"));
    });
});
