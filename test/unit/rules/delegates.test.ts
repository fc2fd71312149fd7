import assert from 'node:assert/strict';
import { ConcreteWorld } from '../../../src/rules/concrete-world.ts';
import type { ConcreteRow } from '../../../src/rules/concrete-world.ts';
import { Permit } from '../../../src/rules/permit.ts';
import { SQLITE_PRELUDE, createPolicyClient } from '../../support/orm.ts';
import { policySchemaOf } from '../../support/rules/whole-schema.ts';

const SCHEMA = (base: string, video: string, mixin: string): string => `${SQLITE_PRELUDE}
type Auth {
    id String @id
    level Int?
    @@auth
}
type Owned {
    ownerId String?
    ${mixin}
}
model Box {
    id String @id
    level Int
    assets Asset[]
    @@allow('all', level > 1)
}
model Asset with Owned {
    id String @id
    kind String
    level Int?
    boxId String?
    box Box? @relation(fields: [boxId], references: [id])
    ${base}
    @@delegate(kind)
}
model Video extends Asset {
    seconds Int
    ${video}
}
`;

const BOXES: ConcreteRow[] = [
    { id: 'b1', level: 1 },
    { id: 'b2', level: 2 },
];
const VIDEOS: ConcreteRow[] = ['u1', 'u2', null].flatMap((ownerId, owner) =>
    ['b1', 'b2', null].flatMap((boxId, box) =>
        [1, 2].map((level) => ({
            ...{ id: `v${owner}${box}${level}`, kind: 'Video', ownerId, boxId },
            ...{ level, seconds: (owner + box + level) % 4 },
        })),
    ),
);
const ACTORS = [undefined, { id: 'u1' }, { id: 'u2', level: 1 }, { id: 'u1', level: 2 }];

/** Rules of the base, of the model, and of the mixin. */
const CASES: [string, string, string][] = [
    ["@@allow('all', level > 1)", '', ''],
    ["@@allow('all', true)", "@@deny('read', seconds > 1)", ''],
    ['', "@@allow('read', level == auth().level)", ''],
    ["@@allow('read', ownerId == auth().id)", '', ''],
    ['', '', "@@allow('read', ownerId == auth().id)"],
    ["@@allow('all', true)", '', "@@deny('read', ownerId != auth().id)"],
    ["@@allow('read', box.level > 1)", '', ''],
    ["@@allow('read', check(box))", '', ''],
    ["@@allow('read', box.assets?[level > 1])", '', ''],
    ["@@allow('read', auth().level > 1)", "@@allow('read', box.level == this.level)", ''],
    ["@@allow('read', currentModel() == 'Video')", '', ''],
];

describe('rules on models with a base and mixins, as the engine evaluates them', function () {
    this.timeout(120_000);
    for (const [base, video, mixin] of CASES) {
        it([base, video, mixin].filter(Boolean).join(' '), async () => {
            const text = SCHEMA(base, video, mixin);
            const schema = policySchemaOf(text);
            const client = await createPolicyClient(text);
            try {
                for (const data of BOXES) await client.raw('Box').create({ data });
                for (const row of VIDEOS) {
                    const data = Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'kind'));
                    await client.raw('Video').create({ data });
                }
                for (const auth of ACTORS) {
                    const rows = { Box: BOXES, Asset: VIDEOS, Video: VIDEOS };
                    const world = new ConcreteWorld(schema, { rows, auth });
                    const permit = new Permit(schema, world, { eager: true });
                    for (const model of ['Video', 'Asset']) {
                        const found = await client.as(auth, model).findMany({ orderBy: { id: 'asc' } });
                        const mayRead = (of: string, row: ConcreteRow): boolean => {
                            const value = permit.permits('read', world.row(of, row));
                            assert.ok(typeof value !== 'object' || value === null, JSON.stringify(value));
                            return value === true;
                        };
                        const ours = VIDEOS.filter((row) => mayRead(model, row)).map(({ id }) => id);
                        assert.deepEqual(
                            ours.toSorted(),
                            found.map(({ id }) => id),
                            `${model} by ${JSON.stringify(auth)}`,
                        );
                        // The base's rules decide about the columns that are the base's.
                        for (const { id, level } of found) {
                            const row = VIDEOS.find((other) => other.id === id);
                            assert.ok(row);
                            assert.equal(level, mayRead('Asset', row) ? row.level : null, `${model} ${String(id)}`);
                        }
                    }
                }
            } finally {
                await client.close();
            }
        });
    }
});
