import assert from 'node:assert/strict';
import path from 'node:path';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { loadLibrary } from '../../../src/better-auth/library.ts';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import { describeTables } from '../../../src/better-auth/tables.ts';
import type { AuthField } from '../../../src/model/auth-table.ts';
import { FIXTURES, runFixture } from './run-fixture.ts';

/** A stand-in for the ORM client: notes the model that is looked up and the data it is given. */
function recordingClient(): { client: object; models: string[]; data: Record<string, unknown>[] } {
    const models: string[] = [];
    const data: Record<string, unknown>[] = [];
    const client = new Proxy(
        {},
        {
            get: (_, name) => {
                models.push(String(name));
                return {
                    create: (args: { data: Record<string, unknown> }) => {
                        data.push(args.data);
                        return args.data;
                    },
                };
            },
        },
    );
    return { client, models, data };
}

describe('better-auth: names are those that the adapter looks up', () => {
    for (const name of ['core', 'fields-and-model-names', 'organization-schema-renames', 'use-plural', 'rate-limit']) {
        it(`${name}: tables and fields`, async () => {
            const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, name), overlays: {} });
            const [config] = configs;
            assert.ok(config?.adapter);
            const options = await runFixture(config.location.file);
            for (const table of config.tables) {
                const { client, models, data } = recordingClient();
                const adapter = zenstackAdapter(client as never, {
                    provider: 'postgresql',
                    usePlural: config.adapter.usePlural ?? false,
                })(options);
                const values = Object.fromEntries(table.fields.map((field) => [field.key, sampleOf(field)]));
                await adapter.create({ model: table.key, data: values });
                assert.deepEqual([...new Set(models)], [table.name]);
                assert.deepEqual(
                    Object.keys(data[0] ?? {})
                        .filter((key) => key !== 'id')
                        .sort(),
                    table.fields.map((field) => field.name).sort(),
                );
            }
        });
    }

    it('names the tables and fields that foreign keys refer to as they are after renaming', async () => {
        const root = path.join(FIXTURES, 'organization-schema-renames');
        const { configs } = await readAuthConfigs({ root, overlays: {} });
        const tables = new Map(configs[0]?.tables.map((table) => [table.key, table]));
        const reference = (table: string, field: string): AuthField['references'] =>
            tables.get(table)?.fields.find(({ key }) => key === field)?.references;
        assert.deepEqual(reference('member', 'organizationId'), {
            table: 'workspace',
            field: 'id',
            onDelete: 'cascade',
        });
        assert.deepEqual(reference('teamMember', 'teamId'), { table: 'squad', field: 'id', onDelete: 'cascade' });
        assert.deepEqual(reference('session', 'userId'), { table: 'user', field: 'id', onDelete: 'cascade' });
    });

    it('describes types, defaults and flags', async () => {
        const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, 'additional-fields'), overlays: {} });
        const field = (key: string): AuthField | undefined =>
            configs[0]?.tables[0]?.fields.find((each) => each.key === key);
        assert.deepEqual(field('plan')?.type, { literals: ['free', 'team', 'business'] });
        assert.deepEqual(field('plan')?.default, { kind: 'literal', value: 'free' });
        assert.equal(field('credits')?.bigint, true);
        assert.equal(field('tags')?.type, 'string[]');
        assert.equal(field('handle')?.unique, true);
        assert.equal(field('beta')?.index, true);
        assert.equal(field('pin')?.returned, false);
        assert.equal(field('code')?.default.kind, 'dynamic');
        assert.deepEqual(field('managerId')?.references, { table: 'user', field: 'id', onDelete: 'set null' });
    });

    it('tells the current time from other dates', async () => {
        const { configs } = await readAuthConfigs({ root: path.join(FIXTURES, 'times'), overlays: {} });
        const fields = configs[0]?.tables[0]?.fields.slice(-4);
        assert.deepEqual(
            fields?.map(({ key, default: value, updatedAt }) => [key, value.kind, updatedAt]),
            [
                ['joinedAt', 'now', false],
                ['seenAt', 'now', true],
                ['trialEndsAt', 'dynamic', false],
                ['born', 'dynamic', false],
            ],
        );
    });

    it('empties an optional key and cascades a required one where nothing is said', async () => {
        const library = await loadLibrary();
        const references = { model: 'user', field: 'id' };
        const fields = { a: { type: 'string', references }, b: { type: 'string', required: false, references } };
        const options = { database: memoryAdapter({}), user: { additionalFields: fields } };
        const [user] = describeTables(library, options, [], false);
        assert.deepEqual(
            user?.fields.slice(-2).map((field) => field.references?.onDelete),
            ['cascade', 'set null'],
        );
    });
});

function sampleOf({ type }: AuthField): unknown {
    if (typeof type === 'object') {
        return type.literals[0];
    }
    switch (type) {
        case 'number':
            return 1;
        case 'boolean':
            return true;
        case 'date':
            return new Date(0);
        case 'json':
            return {};
        case 'string[]':
        case 'number[]':
            return [];
        case 'string':
            return 'x';
    }
}
