import assert from 'node:assert/strict';
import { createPolicyClient, SQLITE_PRELUDE } from '../../support/orm.ts';
import { cured, onlyFinding } from './rule-support.ts';
import { findingsOf, spot } from './support.ts';

const CODE = 'rule-mixed-operators';

const schema = (condition: string, more = ''): string => `${SQLITE_PRELUDE}type Auth {
    userId String @id
    roles String[]

    @@auth
}

model Note {
    id String @id
    a Boolean @default(false)
    b Boolean @default(false)
    c Boolean @default(false)
    d Boolean @default(false)
    e Boolean @default(false)
    name String?
    items Item[]

    @@allow('read', ${condition})${more}
}

model Item {
    id String @id
    a Boolean @default(false)
    b Boolean @default(false)
    c Boolean @default(false)
    noteId String
    note Note @relation(fields: [noteId], references: [id])
}
`;

/** Which notes may be read, as their names; every combination of a, b, c and d is there. */
async function readable(text: string): Promise<unknown[]> {
    const client = await createPolicyClient(text);
    try {
        for (let bits = 0; bits < 32; bits += 1) {
            const has = (index: number): boolean => ((bits >> index) & 1) === 1;
            const data = { id: String(bits), a: has(0), b: has(1), c: has(2), d: has(3), e: has(4) };
            await client.raw('Note').create({ data });
        }
        const notes = await client.as({ userId: 'u1' }, 'Note').findMany({ orderBy: { id: 'asc' } });
        return notes.map(({ id }) => Number(id)).sort((x, y) => x - y);
    } finally {
        await client.close();
    }
}

function expected(holds: (a: boolean, b: boolean, c: boolean, d: boolean, e: boolean) => boolean): number[] {
    return Array.from({ length: 32 }, (_, bits) => bits).filter((bits) => {
        const [a = false, b = false, c = false, d = false, e = false] = [0, 1, 2, 3, 4].map(
            (index) => ((bits >> index) & 1) === 1,
        );
        return holds(a, b, c, d, e);
    });
}

describe(CODE, function () {
    this.timeout(60_000);

    const MIXED: [string, string, string, (a: boolean, b: boolean, c: boolean, d: boolean, e: boolean) => boolean][] = [
        ['a || b && c', '(a || b) && c', 'a || (b && c)', (a, b, c) => a || (b && c)],
        [
            'a || b && c || d && e',
            '((a || b) && c || d) && e',
            'a || (b && c) || (d && e)',
            (a, b, c, d, e) => a || (b && c) || (d && e),
        ],
        ['a && b || c && d', '(a && b || c) && d', 'a && b || (c && d)', (a, b, c, d) => (a && b) || (c && d)],
        ['!a || b && !c', '(!a || b) && !c', '!a || (b && !c)', (a, b, c) => !a || (b && !c)],
        [
            '(a || b) || c && (d)',
            '((a || b) || c) && (d)',
            '(a || b) || (c && (d))',
            (a, b, c, d) => a || b || (c && d),
        ],
        [
            'a || b && c && d || e',
            '(a || b) && c && d || e',
            'a || (b && c && d) || e',
            (a, b, c, d, e) => a || (b && c && d) || e,
        ],
    ];
    for (const [condition, today, javascript, meaning] of MIXED) {
        it(`reports ${condition}; one fix keeps what the ORM does, the other is what JavaScript does`, async () => {
            const text = schema(condition);
            const finding = onlyFinding(CODE, text);
            assert.equal(spot(text, finding), condition);
            assert.equal(finding.severity, 'warning');
            assert.ok(finding.message.includes(`from left to right: ${today}.`), finding.message);
            assert.ok(finding.message.includes(`JavaScript this would be ${javascript}.`), finding.message);
            assert.equal(finding.fixes.length, 2);
            const kept = await cured(CODE, text, finding, 0);
            assert.equal(kept, schema(today));
            const changed = await cured(CODE, text, finding, 1);
            assert.equal(changed, schema(javascript));
            for (const result of [kept, changed]) assert.deepEqual(findingsOf(CODE, result), []);
            const [before, same, other] = await Promise.all([readable(text), readable(kept), readable(changed)]);
            assert.deepEqual(same, before);
            assert.deepEqual(other, expected(meaning));
            assert.notDeepEqual(other, before);
        });
    }

    it('says when the readings differ', () => {
        assert.match(
            onlyFinding(CODE, schema('a || b && c')).message,
            / When "a" holds, and "b" and "c" don't, it is false, not true\.$/,
        );
    });

    it('looks into groups, negations and predicates, each for itself', () => {
        for (const [condition, place] of [
            ['a && (b || c && d)', 'b || c && d'],
            ['!(a || b && c)', 'a || b && c'],
            ['items?[a || b && c]', 'a || b && c'],
            ['a && items?[i, i.a || b && c]', 'i.a || b && c'],
        ] as const) {
            const text = schema(condition);
            assert.equal(spot(text, onlyFinding(CODE, text)), place);
        }
    });

    it('keeps comments and line breaks', async () => {
        const text = schema('a // one\n        || b /* two */ &&\n        c');
        assert.equal(
            await cured(CODE, text, onlyFinding(CODE, text), 1),
            schema('a // one\n        || (b /* two */ &&\n        c)'),
        );
    });

    it('reports a rule of a mixin once, and field rules', () => {
        const text = `${SQLITE_PRELUDE}type Base {
    a Boolean
    b Boolean
    c Boolean
    @@allow('read', a || b && c)
}
model One with Base {
    id String @id
}
model Two with Base {
    id String @id
    name String @allow('read', a || b && c)
}
`;
        assert.deepEqual(
            findingsOf(CODE, text).map((finding) => spot(text, finding)),
            ['a || b && c', 'a || b && c'],
        );
    });

    for (const condition of [
        'a && b || c',
        'a && b || c || d',
        '(a || b) && c',
        'a || (b && c)',
        'a || items?[a && b]',
        'a && items?[a || b]',
        // Both readings are the same for all that the atoms can be.
        'a || b && a || b',
        'a || b && (a || b)',
        'name == null || name != null && true',
        'a || true && true',
    ]) {
        it(`says nothing about ${condition}`, () => {
            assert.deepEqual(findingsOf(CODE, schema(condition)), []);
        });
    }

    it('says nothing in comments, without the policy plugin, and in a model that does not parse', () => {
        assert.deepEqual(findingsOf(CODE, schema('a', "\n    // @@allow('read', a || b && c)")), []);
        const text = schema('a || b && c');
        assert.deepEqual(findingsOf(CODE, text.replace("'@zenstackhq/plugin-policy'", "'./other'")), []);
        assert.deepEqual(findingsOf(CODE, text.replace('    items Item[]', '    items Item[')), []);
    });
});
