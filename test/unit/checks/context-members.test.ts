import assert from 'node:assert/strict';
import type { ContextShape, ShapeMember, ShapeType } from '../../../src/model/context-shape.ts';
import { findingsIn, findingsOf, fixed, spot } from './support.ts';
import { array, boolean, call, line, literals, member, number, object, string, union, unknown } from './shapes.ts';

/** A schema with `type Auth { userId … <fields> }` and a rule. */
function schema(fields: string, rule = 'true', head = 'type Auth'): string {
    return `${head} {\n    userId String @id\n    ${fields}\n\n    @@auth\n}\nmodel Note {\n    id String @id\n    n String?\n    @@allow('read', ${rule})\n}\nenum Role {\n    ADMIN\n    USER\n}\n`;
}

/** A call that passes `userId` and the given members. */
const passing = (
    members: Record<string, ShapeMember | ShapeType>,
    at = 10,
    more: Partial<ContextShape> = {},
): ContextShape => call(object({ userId: string, ...members }), at, more);

const open = (members: Record<string, ShapeMember | ShapeType>): ContextShape =>
    call(object({ userId: string, ...members }, true));

const nullable = (type: ShapeType, at?: number): ShapeMember =>
    member(type, { nullable: true, text: `${type.kind} | null`, ...(at !== undefined && { source: line(at) }) });

describe('context-member-missing', () => {
    const found = (text: string, contexts: ContextShape[]): ReturnType<typeof findingsOf> =>
        findingsOf('context-member-missing', text, { contexts });

    it('reports a required member that no call supplies', () => {
        const text = schema('role String');
        const [finding, ...others] = found(text, [passing({})]);
        assert.deepEqual(others, []);
        assert.ok(finding);
        assert.equal(finding.severity, 'warning');
        assert.equal(spot(text, finding), 'role');
        assert.equal(
            finding.message,
            '"role" is required in type Auth, but the call of $setAuth at db.ts:10 never supplies it.',
        );
        assert.deepEqual(finding.related, [
            { location: line(10), message: 'user has the type Context, without "role"' },
        ]);
        assert.deepEqual(
            finding.fixes.map(({ title }) => title),
            ['Make role optional (String?)', 'Remove role from Auth'],
        );
        assert.equal(fixed(text, finding), text.replace('role String', 'role String?'));
    });

    it('is an error where rules read it, and is not to be removed then', () => {
        const text = schema('role String', "auth().role == 'x'");
        const [finding] = found(text, [passing({})]);
        assert.equal(finding?.severity, 'error');
        assert.ok(finding.message.endsWith('never supplies it; rules that read it see null.'));
        assert.deepEqual(
            finding.fixes.map(({ title }) => title),
            ['Make role optional (String?)'],
        );
    });

    it('is one finding for all calls, those that lack it first', () => {
        const contexts = [
            passing({ role: string }, 10),
            passing({}, 20),
            passing({}, 30),
            passing({ role: string }, 40),
        ];
        const [finding, ...others] = found(schema('role String'), contexts);
        assert.deepEqual(others, []);
        assert.match(finding?.message ?? '', /2 calls of \$setAuth \(first: db\.ts:20\) never supply it/);
        assert.deepEqual(
            finding?.related.map(({ location }) => location.range.start.line + 1),
            [20, 30, 10, 40],
        );
        assert.deepEqual(
            finding.fixes.map(({ title }) => title),
            ['Make role optional (String?)'],
            'some call supplies it',
        );
    });

    it('reports an optional member that rules read and no call supplies', () => {
        const text = schema('role String?', "auth().role == 'x'");
        assert.equal(found(text, [passing({}), passing({}, 20)]).length, 1);
        assert.deepEqual(found(text, [passing({}), passing({ role: string }, 20)]), []);
        assert.deepEqual(found(schema('role String?'), [passing({})]), [], 'nobody reads it');
    });

    it('has no fix for an id, a list or a column of a model', () => {
        const [id] = found(schema('n Int?'), [call(object({ n: number }))]);
        assert.deepEqual(
            id?.fixes.filter(({ title }) => title.includes('optional')),
            [],
        );
        const [list] = found(schema('roles String[]'), [passing({})]);
        assert.deepEqual(
            list?.fixes.map(({ title }) => title),
            ['Remove roles from Auth'],
        );
        const [column] = found(schema('role String', "auth().role == 'x'", 'model Person'), [passing({})]);
        assert.deepEqual(column?.fixes, []);
    });

    it('is reported where an inherited member is declared', () => {
        const text = `type Base {\n    role String\n}\n${schema('n Int?', 'true', 'type Auth with Base')}`;
        const [finding] = found(text, [passing({})]);
        assert.ok(finding);
        assert.equal(finding.span.start, text.indexOf('role'));
        assert.equal(fixed(text, finding), text.replace('role String\n', 'role String?\n'));
    });

    for (const [name, text, contexts] of [
        ['a member that is there', schema('role String'), [passing({ role: string })]],
        ['a member of unknown type', schema('role String'), [passing({ role: unknown })]],
        ['an object that may hold more', schema('role String'), [open({})]],
        ['an unknown argument', schema('role String'), [call(unknown)]],
        ['a call without a value', schema('role String'), [call(union())]],
        ['a union of objects', schema('role String'), [call(union(object({}), string))]],
        ['a call in a test', schema('role String'), [passing({}, 10, { inTest: true })]],
        ['no call', schema('role String'), []],
        ['an optional member', schema('role String?'), [passing({})]],
        ['a column that no rule reads', schema('role String', 'true', 'model Person'), [passing({})]],
        ['a list of models', schema('notes Note[]'), [passing({})]],
        ['no declaration', schema('role String').replace('@@auth', ''), [passing({})]],
    ] as const) {
        it(`not with ${name}`, () => {
            assert.deepEqual(found(text, [...contexts]), []);
        });
    }

    it('takes no property of every object for the member', () => {
        assert.equal(found(schema('constructor String'), [passing({})]).length, 1);
    });
});

describe('context-member-nullable', () => {
    const found = (text: string, contexts: ContextShape[]): ReturnType<typeof findingsOf> =>
        findingsOf('context-member-nullable', text, { contexts });
    const text = schema('role String');

    for (const [absence, more] of [
        ['null', { nullable: true }],
        ['undefined', { undefinable: true }],
        ['absent', { optional: true }],
        ['null or undefined or absent', { nullable: true, undefinable: true, optional: true }],
    ] as const) {
        it(`reports a required member that may be ${absence}`, () => {
            const [finding, ...others] = found(text, [
                passing({ role: member(string, { ...more, source: line(3, 'ctx.ts') }) }),
            ]);
            assert.deepEqual(others, []);
            assert.ok(finding);
            assert.equal(finding.severity, 'warning');
            assert.equal(spot(text, finding), 'String');
            assert.equal(
                finding.message,
                `"role" is required in type Auth, but may be ${absence} where $setAuth is called: ctx.ts:3 has string.`,
            );
            assert.deepEqual(finding.related[0]?.location, line(3, 'ctx.ts'));
            assert.equal(fixed(text, finding), text.replace('role String', 'role String?'));
        });
    }

    it('is one finding for all calls', () => {
        const contexts = [
            passing({ role: nullable(string, 11) }, 10),
            passing({ role: string }, 20),
            passing({ role: member(string, { optional: true, source: line(31) }) }, 30),
        ];
        const [finding, ...others] = found(text, contexts);
        assert.deepEqual(others, []);
        assert.match(finding?.message ?? '', /may be null or absent/);
        assert.deepEqual(
            finding?.related.map(({ location }) => location.range.start.line + 1),
            [11, 31],
        );
    });

    it('reports nothing else about the member then', () => {
        const codes = findingsIn(text, { contexts: [passing({ role: nullable(string) })], isMainSchema: false });
        assert.deepEqual(
            codes.map(({ code }) => code).filter((code) => code.startsWith('context-')),
            ['context-member-nullable'],
        );
    });

    it('has no fix for an id, a list or a column of a model', () => {
        const id = found(text, [call(object({ userId: nullable(string), role: string }))]);
        assert.deepEqual(id[0]?.fixes, []);
        const list = found(schema('roles String[]'), [passing({ roles: nullable(array(string)) })]);
        assert.deepEqual(list[0]?.fixes, []);
        const column = found(schema('role String', "auth().role == 'x'", 'model Person'), [
            passing({ role: nullable(string) }),
        ]);
        assert.deepEqual(column[0]?.fixes, []);
    });

    for (const [name, schemaText, contexts] of [
        ['a member that is surely there', text, [passing({ role: string })]],
        ['an optional member', schema('role String?'), [passing({ role: nullable(string) })]],
        ['a member of unknown type', text, [passing({ role: nullable(unknown) })]],
        ['a call in a test', text, [passing({ role: nullable(string) }, 10, { inTest: true })]],
        [
            'undefined as a whole, which is an anonymous request',
            text,
            [passing({ role: string }, 10, { mayBeUndefined: true })],
        ],
        [
            'a column that no rule reads',
            schema('role String', 'true', 'model Person'),
            [passing({ role: nullable(string) })],
        ],
        ['a declaration in pieces', schema('role String @@@'), [passing({ role: nullable(string) })]],
    ] as const) {
        it(`not with ${name}`, () => {
            assert.deepEqual(found(schemaText, [...contexts]), []);
        });
    }
});

describe('context-member-type', () => {
    const found = (text: string, contexts: ContextShape[]): ReturnType<typeof findingsOf> =>
        findingsOf('context-member-type', text, { contexts });

    it('reports a type that differs, with both printed', () => {
        const text = schema('level String');
        const [finding, ...others] = found(text, [passing({ level: member(number, { source: line(4) }) })]);
        assert.deepEqual(others, []);
        assert.ok(finding);
        assert.equal(finding.severity, 'error');
        assert.equal(spot(text, finding), 'String');
        assert.equal(finding.message, '"level" is String in type Auth, but $setAuth gets number (db.ts:4).');
        assert.equal(fixed(text, finding), text.replace('level String', 'level Int'));
    });

    it('is one finding for all calls; without a fix where they disagree', () => {
        const text = schema('level String');
        const contexts = [
            passing({ level: number }, 10),
            passing({ level: string }, 20),
            passing({ level: boolean }, 30),
        ];
        const [finding, ...others] = found(text, contexts);
        assert.deepEqual(others, []);
        assert.deepEqual(
            finding?.related.map(({ location }) => location.range.start.line + 1),
            [10, 30],
        );
        assert.deepEqual(finding.fixes, []);
    });

    it('keeps an optional member optional, and a list without a question mark', () => {
        const optional = schema('level String?');
        assert.match(fixed(optional, found(optional, [passing({ level: nullable(number) })])[0]), /level Int\?/);
        const list = schema('level String?');
        assert.match(fixed(list, found(list, [passing({ level: array(string) })])[0]), /level String\[\]\n/);
    });

    it('names the values that an enum lacks', () => {
        const [finding] = found(schema('role Role'), [passing({ role: literals('ADMIN', 'owner') })]);
        assert.ok(finding?.message.endsWith('(db.ts:10), and the enum lacks "owner".'), finding?.message);
    });

    it('compares what stands beside null', () => {
        assert.equal(found(schema('level String?'), [passing({ level: nullable(number) })]).length, 1);
    });

    it('has no fix for a column of a model', () => {
        const [finding] = found(schema('level String', "auth().level == 'x'", 'model Person'), [
            passing({ level: number }),
        ]);
        assert.deepEqual(finding?.fixes, []);
    });

    for (const [name, text, contexts] of [
        ['the type that is declared', schema('level Int'), [passing({ level: number })]],
        ['any', schema('level Int'), [passing({ level: unknown })]],
        ['a part that is unknown', schema('level Int'), [passing({ level: union(number, unknown) })]],
        ['an instance of a class', schema('level Decimal'), [passing({ level: { kind: 'other' } })]],
        ['text for an enum', schema('role Role'), [passing({ role: string })]],
        ['values of the enum', schema('role Role'), [passing({ role: literals('ADMIN') })]],
        ['Json', schema('meta Json'), [passing({ meta: object({}) })]],
        ['text for a date', schema('since DateTime'), [passing({ since: string })]],
        ['a number for a BigInt', schema('level BigInt'), [passing({ level: number })]],
        ['an object for a relation', schema('note Note?'), [passing({ note: object({ id: number }) })]],
        ['no value at all', schema('level Int?'), [passing({ level: member(union(), { nullable: true }) })]],
        ['a name that leads nowhere', schema('level Gone'), [passing({ level: number })]],
        ['an open object', schema('level Int'), [open({})]],
        ['a call in a test', schema('level Int'), [passing({ level: string }, 10, { inTest: true })]],
        ['a column that no rule reads', schema('level Int', 'true', 'model Person'), [passing({ level: string })]],
    ] as const) {
        it(`not with ${name}`, () => {
            assert.deepEqual(found(text, [...contexts]), []);
        });
    }
});
