import assert from 'node:assert/strict';
import type { AuthAdapter } from '../../../src/model/auth-table.ts';
import { column, configWith, insertInto } from './support.ts';

const tables = {
    user: [
        column('tags', { type: 'string[]', required: false }),
        column('scores', { type: 'number[]', required: false }),
        column('scopes', { type: 'string[]' }),
    ],
};

/** A list has the type in which the adapter hands it over, if the database takes it so. */
describe('insert: lists', () => {
    const inserted: { provider: string; adapter: Partial<AuthAdapter>; types: string[]; what: string }[] = [
        {
            what: 'as they are, on PostgreSQL',
            provider: 'postgresql',
            adapter: { provider: 'postgresql' },
            types: ['String[]', 'Int[]', 'String[]'],
        },
        {
            what: 'as text elsewhere, which Better Auth can also set to null',
            provider: 'sqlite',
            adapter: { provider: 'sqlite' },
            types: ['String?', 'String?', 'String'],
        },
        {
            what: 'as text without length on MySQL',
            provider: 'mysql',
            adapter: { provider: 'mysql' },
            types: ['String? @db.Text', 'String? @db.Text', 'String @db.Text'],
        },
        {
            what: 'as text where the adapter is told so',
            provider: 'postgresql',
            adapter: { provider: 'postgresql', supportsArrays: false },
            types: ['String?', 'String?', 'String'],
        },
        {
            what: 'as JSON where the adapter hands over lists, but the database has none',
            provider: 'sqlite',
            adapter: { provider: 'sqlite', supportsArrays: true },
            types: ['Json?', 'Json?', 'Json'],
        },
        {
            what: 'as the datasource takes them where the adapter does not say',
            provider: 'postgresql',
            adapter: {},
            types: ['String[]', 'Int[]', 'String[]'],
        },
    ];
    for (const { what, provider, adapter, types } of inserted) {
        it(what, async () => {
            const config = await configWith(tables, { adapter: { name: 'zenstackAdapter', ...adapter } });
            const { text } = await insertInto(
                `datasource db {\n    provider = '${provider}'\n    url = 'x'\n}\n`,
                config,
            );
            const found = tables.user.map(({ name }) =>
                new RegExp(`^ *${name} +(.*)$`, 'm').exec(text)?.[1]?.replace(/ +/, ' '),
            );
            assert.deepEqual(found, types);
        });
    }

    const existing: [provider: string, type: string, isAccepted: boolean][] = [
        ['sqlite', 'String?', true],
        ['sqlite', 'Json?', true],
        ['sqlite', 'Int?', false],
        ['sqlite', 'Kind?', false],
        ['postgresql', 'String[]', true],
        ['postgresql', 'Json?', true],
        ['postgresql', 'String?', false],
    ];
    for (const [provider, type, isAccepted] of existing) {
        it(`${isAccepted ? 'accepts' : "doesn't accept"} ${type} on ${provider}`, async () => {
            const [tags] = tables.user;
            assert.ok(tags);
            const config = await configWith({ user: [tags] }, { adapter: { name: 'zenstackAdapter', provider } });
            const text = `datasource db {\n    provider = '${provider}'\n    url = 'x'\n}\nenum Kind {\n    A\n}\nmodel User {\n    id String @id\n    tags ${type}\n}\n`;
            const { plan } = await insertInto(text, config);
            assert.deepEqual(
                plan.conflicts.map(({ kind, field }) => [kind, field]),
                isAccepted ? [] : [['field-type', 'tags']],
            );
        });
    }
});
