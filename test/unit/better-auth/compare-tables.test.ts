import assert from 'node:assert/strict';
import { compareTables } from '../../../src/better-auth/compare-tables.ts';
import type { AuthField, AuthTable } from '../../../src/model/auth-table.ts';

function field(key: string, more: Partial<AuthField> = {}): AuthField {
    return {
        key,
        name: key,
        type: 'string',
        required: true,
        unique: false,
        index: false,
        bigint: false,
        default: { kind: 'none' },
        updatedAt: false,
        returned: true,
        ...more,
    };
}

function table(key: string, fields: AuthField[], more: Partial<AuthTable> = {}): AuthTable {
    return { key, name: key, fields, origins: ['core'], ...more };
}

describe('better-auth: comparing what was read with what was loaded', () => {
    it('equal tables agree, whatever their order and origins', () => {
        const [a, b] = [table('a', [field('x'), field('y')]), table('b', [])];
        assert.deepEqual(compareTables([a, b], [b, table('a', [field('y'), field('x')], { origins: [] })]), []);
    });

    it('names each property that differs, with both values', () => {
        const references = { table: 'user', field: 'id', onDelete: 'cascade' } as const;
        const read = [
            table('a', [field('x'), field('y', { type: 'number' })], { indexes: [{ fields: ['x'], unique: true }] }),
        ];
        const loaded = [
            table(
                'a',
                [
                    field('x', {
                        name: 'ex',
                        required: false,
                        unique: true,
                        default: { kind: 'literal', value: 'v' },
                        references,
                    }),
                    field('y', { type: 'number', bigint: true }),
                ],
                { name: 'as' },
            ),
        ];
        assert.deepEqual(
            compareTables(read, loaded).map(({ message }) => message),
            [
                'The name of a: a in the source, as in the loaded configuration.',
                'The name of a.x: x in the source, ex in the loaded configuration.',
                'The presence of a.x: required in the source, optional in the loaded configuration.',
                'The index of a.x: not indexed in the source, unique in the loaded configuration.',
                'The default of a.x: none in the source, "v" in the loaded configuration.',
                'The reference of a.x: nothing in the source, user.id, on delete cascade in the loaded configuration.',
                'The type of a.y: number in the source, big number in the loaded configuration.',
                'The indexes of a: unique (x) in the source, none in the loaded configuration.',
            ],
        );
    });

    it('says in which of the two a table or field is', () => {
        const found = compareTables(
            [table('a', [field('x')]), table('b', [])],
            [table('a', [field('y')]), table('c', [])],
        );
        assert.deepEqual(
            found.map(({ table, field, what }) => [table, field, what]),
            [
                ['a', 'x', 'only-read'],
                ['a', 'y', 'only-loaded'],
                ['b', undefined, 'only-read'],
                ['c', undefined, 'only-loaded'],
            ],
        );
        assert.equal(found[0]?.message, 'a.x is in the source, but not in the loaded configuration.');
    });
});
