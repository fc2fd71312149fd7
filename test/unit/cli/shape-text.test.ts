import assert from 'node:assert/strict';
import { printMember, printShape } from '../../../src/cli/shape-text.ts';
import type { ShapeMember, ShapeType } from '../../../src/model/context-shape.ts';

function member(type: ShapeType, absent: Partial<ShapeMember> = {}): ShapeMember {
    return { type, text: '', optional: false, nullable: false, undefinable: false, ...absent };
}

const string: ShapeType = { kind: 'string' };
const number: ShapeType = { kind: 'number' };

describe('printShape', () => {
    const cases: [ShapeType, string][] = [
        [string, 'string'],
        [{ kind: 'date' }, 'Date'],
        [{ kind: 'bytes' }, 'Uint8Array'],
        [{ kind: 'unknown', reason: 'any' }, 'unknown'],
        [{ kind: 'literals', values: ['a', 1, true] }, "'a' | 1 | true"],
        [{ kind: 'literals', values: ['a', 'b'], enumName: 'Role' }, 'Role'],
        [{ kind: 'array', element: member(string) }, 'string[]'],
        [{ kind: 'array', element: member(string, { nullable: true }) }, '(string | null)[]'],
        [{ kind: 'array', element: member({ kind: 'literals', values: ['a', 'b'] }) }, "('a' | 'b')[]"],
        [{ kind: 'array', element: member({ kind: 'literals', values: ['a'] }) }, "'a'[]"],
        [{ kind: 'array', element: member({ kind: 'union', of: [string, number] }) }, '(string | number)[]'],
        [{ kind: 'object', members: {}, open: false }, '{}'],
        [
            {
                kind: 'object',
                members: { a: member(string, { optional: true }), b: member(number, { undefinable: true }) },
                open: true,
            },
            '{ a?: string; b: number | undefined; […] }',
        ],
    ];
    for (const [type, text] of cases) {
        it(text, () => {
            assert.equal(printShape(type), text);
        });
    }

    it('adds null and undefined to a member', () => {
        assert.equal(printMember(member(string, { nullable: true, undefinable: true })), 'string | null | undefined');
    });
});
