import assert from 'node:assert/strict';
import { applyFix } from '../../../src/fixes/index.ts';
import { syntaxBreakage } from '../../../src/fixes/verify.ts';
import type { ContextShape, ShapeMember, ShapeType } from '../../../src/model/context-shape.ts';
import type { FixData } from '../../../src/model/fix.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { contextFindings, schemaWith, viewOf } from './support.ts';

function apply(schema: string, data: FixData): string {
    const view = viewOf(schema);
    const changes = applyFix(data, { view, file: view.entry });
    assert.equal(syntaxBreakage(view, changes), undefined);
    return applyChanges(schema, changes);
}

function member(type: ShapeType): ShapeMember {
    return { type, text: 'T', optional: false, nullable: false, undefinable: false };
}

/** A call that passes the members, written in the call. */
function passing(members: Record<string, ShapeType>): ContextShape {
    const place = { file: '/app/db.ts', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 99 } } };
    return {
        argument: place,
        call: place,
        argumentText: '{…}',
        typeText: 'T',
        value: {
            kind: 'object',
            members: Object.fromEntries(
                Object.entries(members).map(([name, type]) => [name, { ...member(type), source: place }]),
            ),
            open: false,
        },
        mayBeUndefined: false,
        mayBeNull: false,
        inTest: false,
        unknown: [],
    };
}

const roles = (...values: string[]): ShapeType => ({ kind: 'literals', values });

describe('fixes of the schema', () => {
    describe('values that an enum lacks', () => {
        const data: FixData = { kind: 'add-enum-values', enum: 'Role', values: ['owner', 'guest'] };
        const cases: [name: string, before: string, after: string][] = [
            [
                'on lines of their own',
                'enum Role {\n    admin\n}\n',
                'enum Role {\n    admin\n    owner\n    guest\n}\n',
            ],
            [
                'behind a comment and an attribute, with the line ends of Windows',
                "enum Role {\r\n\tadmin @map('a') // all of it\r\n}\r\n",
                "enum Role {\r\n\tadmin @map('a') // all of it\r\n\towner\r\n\tguest\r\n}\r\n",
            ],
            ['on one line', 'enum Role { admin }\n', 'enum Role { admin owner guest }\n'],
            ['only those that are lacking', 'enum Role {\n  guest\n}\n', 'enum Role {\n  guest\n  owner\n}\n'],
            [
                'none when the file is broken',
                'enum Role {\n  admin\n}\nmodel {\n',
                'enum Role {\n  admin\n}\nmodel {\n',
            ],
        ];
        for (const [name, before, after] of cases) {
            it(name, () => {
                assert.equal(apply(before, data), after);
            });
        }

        it('is offered for names, and the finding is gone after it', () => {
            const schema = `enum Role {\n    admin\n}\n${schemaWith(['userId String @id', 'role Role'])}`;
            const contexts = [passing({ userId: { kind: 'string' }, role: roles('admin', 'owner') })];
            const [finding] = contextFindings(viewOf(schema), { contexts });
            assert.deepEqual(
                finding?.fixes.map(({ title, preferred }) => [title, preferred]),
                [
                    ['Add owner to enum Role', false],
                    ['Change role to String', false],
                ],
            );
            const [fix] = finding.fixes;
            assert.ok(fix);
            assert.deepEqual(contextFindings(viewOf(apply(schema, fix.data)), { contexts }), []);
            const [other] = contextFindings(viewOf(schema), {
                contexts: [passing({ userId: { kind: 'string' }, role: roles('admin', 'super-user') })],
            });
            assert.deepEqual(
                other?.fixes.map(({ title }) => title),
                ['Change role to String'],
            );
        });
    });

    describe('a member that is passed and not declared', () => {
        function added(schema: string, type: ShapeType): string[] {
            const contexts = [passing({ userId: { kind: 'string' }, extra: type })];
            return contextFindings(viewOf(schema), { contexts }).flatMap(({ fixes }) =>
                fixes.map(({ data }) => (data.kind === 'add-member' ? data.typeText : '')),
            );
        }
        const schema = `enum Role {\n    admin\n    owner\n}\n${schemaWith(['userId String @id'])}`;

        it('gets the enum that has just its values', () => {
            assert.deepEqual(added(schema, roles('owner', 'admin')), ['Role']);
            assert.deepEqual(added(schema, { kind: 'array', element: member(roles('owner', 'admin')) }), ['Role[]']);
        });

        it('gets a string when no enum has just its values, or two have', () => {
            assert.deepEqual(added(schema, roles('owner', 'admin', 'member')), ['String']);
            assert.deepEqual(added(schema, roles('owner')), ['String']);
            assert.deepEqual(added(`enum Other {\n    admin\n    owner\n}\n${schema}`, roles('owner', 'admin')), [
                'String',
            ]);
        });

        it('gets nothing where ZModel has no type for it', () => {
            assert.deepEqual(added(schema, { kind: 'object', members: {}, open: false }), []);
        });
    });
});
