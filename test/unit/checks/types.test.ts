import assert from 'node:assert/strict';
import { compareTypes, printType, zmodelTypeFor } from '../../../src/checks/types.ts';
import type { Fit } from '../../../src/checks/types.ts';
import type { ShapeType } from '../../../src/model/context-shape.ts';
import type { BuiltinTypeName, FieldType } from '../../../src/model/schema-view.ts';
import { array, literals, member, object, union } from './shapes.ts';

const builtin = (name: BuiltinTypeName, more: Partial<FieldType> = {}): FieldType =>
    ({
        kind: 'builtin',
        name,
        array: false,
        optional: false,
        ...more,
    }) as FieldType;

const PRIMITIVES = ['string', 'number', 'bigint', 'boolean', 'date', 'bytes'] as const;

/** What each builtin type takes of the primitives; Json takes anything. */
const TAKES: Readonly<Record<BuiltinTypeName, readonly string[]>> = {
    String: ['string'],
    Int: ['number'],
    Float: ['number'],
    Decimal: ['number', 'string'],
    BigInt: ['bigint', 'number'],
    Boolean: ['boolean'],
    DateTime: ['date', 'string'],
    Bytes: ['bytes'],
    Json: PRIMITIVES,
};

const ROLE: FieldType = { kind: 'enum', name: 'Role', values: ['ADMIN', 'USER'], array: false, optional: false };
const MODEL: FieldType = { kind: 'model', name: 'Organization', array: false, optional: false };
const TYPE: FieldType = { kind: 'type', name: 'Address', array: false, optional: true };
const string: ShapeType = { kind: 'string' };
const number: ShapeType = { kind: 'number' };
const any: ShapeType = { kind: 'unknown', reason: 'any' };
const other: ShapeType = { kind: 'other' };

describe('compareTypes', () => {
    for (const [name, takes] of Object.entries(TAKES) as [BuiltinTypeName, readonly string[]][]) {
        for (const kind of PRIMITIVES) {
            it(`${name} and ${kind}`, () => {
                const expected: Fit = takes.includes(kind) ? 'fits' : 'differs';
                assert.equal(compareTypes(builtin(name), { kind }), expected);
                assert.equal(compareTypes(builtin(name, { optional: true }), { kind }), expected);
                assert.equal(compareTypes(builtin(name, { array: true }), array({ kind })), expected);
            });
        }

        it(`${name}: nothing is concluded from what is unknown`, () => {
            for (const supplied of [any, other]) {
                assert.equal(compareTypes(builtin(name), supplied), 'unknown');
                assert.equal(compareTypes(builtin(name), union(supplied, supplied)), 'unknown');
            }
        });

        it(`${name}: a list and an object are other things`, () => {
            const expected: Fit = name === 'Json' ? 'fits' : 'differs';
            assert.equal(compareTypes(builtin(name), array(string)), expected);
            assert.equal(compareTypes(builtin(name), object({})), expected);
        });

        it(`${name}: a list is no single value`, () => {
            const list = builtin(name, { array: true });
            for (const supplied of [string, object({}), literals('a')]) {
                assert.equal(compareTypes(list, supplied), name === 'Json' ? 'fits' : 'differs');
            }
            assert.equal(compareTypes(list, array(any)), name === 'Json' ? 'fits' : 'unknown');
        });
    }

    const CASES: [string, FieldType, ShapeType, Fit][] = [
        ['texts of a String', builtin('String'), literals('a', 'b'), 'fits'],
        ['numbers of a String', builtin('String'), literals(1, 2), 'differs'],
        ['a text among the numbers of an Int', builtin('Int'), literals(1, 'a'), 'differs'],
        ['true of a Boolean', builtin('Boolean'), literals(true), 'fits'],
        ['the text "false" of a Boolean', builtin('Boolean'), literals('false'), 'differs'],
        ['the text of a Decimal', builtin('Decimal'), literals('1.5'), 'fits'],
        ['the text of a DateTime', builtin('DateTime'), literals('2020-01-01'), 'fits'],
        ['no literal at all', builtin('Int'), literals(), 'fits'],
        ['values of an enum', ROLE, literals('ADMIN', 'USER'), 'fits'],
        ['a value that the enum lacks', ROLE, literals('ADMIN', 'OWNER'), 'differs'],
        ['a value in another case', ROLE, literals('admin'), 'differs'],
        ['any text for an enum', ROLE, string, 'unknown'],
        ['a number for an enum', ROLE, number, 'differs'],
        ['an object for an enum', ROLE, object({}), 'differs'],
        ['a list for an enum', ROLE, array(string), 'differs'],
        ['texts for a list of an enum', { ...ROLE, array: true }, array(string), 'unknown'],
        ['values for a list of an enum', { ...ROLE, array: true }, array(literals('USER')), 'fits'],
        ['an object for a model', MODEL, object({}), 'fits'],
        ['an object for a type', TYPE, object({}, true), 'fits'],
        ['a key for a model', MODEL, string, 'differs'],
        ['a list for a model', MODEL, array(object({})), 'differs'],
        ['a list for a list of a model', { ...MODEL, array: true }, array(object({})), 'fits'],
        ['an object for a list of a model', { ...MODEL, array: true }, object({}), 'differs'],
        ['keys for a list of a model', { ...MODEL, array: true }, array(string), 'differs'],
        ['a list of lists', builtin('String', { array: true }), array(array(string)), 'differs'],
        ['parts that all fit', builtin('DateTime'), union({ kind: 'date' }, string), 'fits'],
        ['one part that differs', builtin('DateTime'), union({ kind: 'date' }, number), 'differs'],
        ['one part that is unknown', builtin('String'), union(string, any), 'unknown'],
        ['a difference beside something unknown', builtin('String'), union(any, number), 'differs'],
        ['no value at all', builtin('String'), union(), 'fits'],
        [
            'a name that leads nowhere',
            { kind: 'unresolved', name: 'Rol', array: false, optional: false },
            string,
            'unknown',
        ],
        ['Unsupported(…)', { kind: 'unsupported', name: 'xml', array: false, optional: false }, string, 'unknown'],
    ];
    for (const [name, declared, supplied, expected] of CASES) {
        it(name, () => {
            assert.equal(compareTypes(declared, supplied), expected);
        });
    }
});

describe('zmodelTypeFor', () => {
    const CASES: [string, ShapeType, string | undefined][] = [
        ['string', string, 'String'],
        ['number', number, 'Int'],
        ['bigint', { kind: 'bigint' }, 'BigInt'],
        ['boolean', { kind: 'boolean' }, 'Boolean'],
        ['date', { kind: 'date' }, 'DateTime'],
        ['bytes', { kind: 'bytes' }, 'Bytes'],
        ['texts', literals('a', 'b'), 'String'],
        ['whole numbers', literals(1, 2), 'Int'],
        ['a number with a fraction', literals(1, 2.5), 'Float'],
        ['true', literals(true), 'Boolean'],
        ['literals of two kinds', literals('a', 1), undefined],
        ['no literal', literals(), undefined],
        ['a list', array(string), 'String[]'],
        ['a list of literals', array(literals('a')), 'String[]'],
        ['a list of lists', array(array(string)), undefined],
        ['a list of objects', array(object({})), undefined],
        ['an object', object({ id: member(string) }), undefined],
        ['a union', union(string, number), undefined],
        ['no value', union(), undefined],
        ['a function', other, undefined],
        ['any', any, undefined],
    ];
    for (const [name, type, expected] of CASES) {
        it(name, () => {
            assert.equal(zmodelTypeFor(type), expected);
        });

        it(`${name}: a value of it fits the type`, () => {
            if (expected === undefined) return;
            const name = expected.replace('[]', '') as BuiltinTypeName;
            assert.equal(compareTypes(builtin(name, { array: expected.endsWith(']') }), type), 'fits');
        });
    }
});

describe('printType', () => {
    it('writes lists and options', () => {
        assert.equal(printType(builtin('String')), 'String');
        assert.equal(printType({ ...ROLE, optional: true }), 'Role?');
        assert.equal(printType({ ...MODEL, array: true }), 'Organization[]');
    });
});
