import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthConfig, AuthTable } from '../../../src/model/auth-table.ts';

describe('better-auth: plugins of packages that are not run, from their types', () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(path.join(tmpdir(), 'auth-plugin-types-'));
    });

    afterEach(() => {
        rmSync(root, { recursive: true, force: true });
    });

    /** Installs a package with the given declarations and reads a configuration that uses its `loyalty`. */
    async function read(files: Record<string, string>, call = 'loyalty({ tier: 2 })'): Promise<AuthConfig> {
        const folder = path.join(root, 'node_modules/loyalty');
        mkdirSync(folder, { recursive: true });
        writeFileSync(
            path.join(folder, 'package.json'),
            JSON.stringify({
                name: 'loyalty',
                type: 'module',
                exports: { '.': { types: './index.d.ts', default: './index.js' } },
            }),
        );
        for (const [file, content] of Object.entries(files)) {
            writeFileSync(path.join(folder, file), content);
        }
        writeFileSync(
            path.join(root, 'auth.ts'),
            `import { betterAuth } from 'better-auth';\nimport { loyalty } from 'loyalty';\nexport const auth = betterAuth({ plugins: [${call}] });\n`,
        );
        const [config] = (await readAuthConfigs({ root, overlays: {} })).configs;
        assert.ok(config);
        return config;
    }

    function table(config: AuthConfig, key: string): AuthTable | undefined {
        return config.tables.find((each) => each.key === key);
    }

    function unknowns(config: AuthConfig): string[] {
        return config.unknown.map(({ what }) => what);
    }

    const LITERAL = `export declare const loyalty: (options?: { tier?: number }) => {
        id: "loyalty";
        endpoints: { points: (context: any) => Promise<number> };
        schema: {
            user: { fields: { points: { type: "number"; required: false; defaultValue: 0; input: false } } };
            reward: {
                modelName: "prize";
                fields: {
                    userId: { type: "string"; required: true; references: { model: "user"; field: "id"; onDelete: "cascade" } };
                    kind: { type: ("mug" | "shirt")[]; required: true };
                    at: { type: "date"; required: true; defaultValue: () => Date; returned: false };
                };
            };
        };
    };`;

    it('literal types give the tables, marked and listed as uncertain', async () => {
        const config = await read({ 'index.d.ts': LITERAL });
        assert.deepEqual(
            config.plugins.map(({ name, readFromTypes }) => [name, readFromTypes]),
            [['loyalty', true]],
        );
        assert.deepEqual(unknowns(config), ['plugins[0]']);
        assert.match(
            config.unknown[0]?.reason ?? '',
            /"loyalty" comes from the package "loyalty", .* read from its types/,
        );
        assert.equal(config.unknown[0]?.line, 3);
        const points = table(config, 'user')?.fields.find(({ key }) => key === 'points');
        assert.deepEqual(
            [points?.type, points?.required, points?.default],
            ['number', false, { kind: 'literal', value: 0 }],
        );
        const reward = table(config, 'reward');
        assert.equal(reward?.name, 'prize');
        assert.deepEqual(reward.origins, ['loyalty']);
        const [userId, kind, at] = reward.fields;
        assert.deepEqual(userId?.references, { table: 'user', field: 'id', onDelete: 'cascade' });
        assert.deepEqual(kind?.type, { literals: ['mug', 'shirt'] });
        assert.deepEqual([at?.default, at?.returned], [{ kind: 'dynamic' }, false]);
    });

    it('follows declarations through files and helper types', async () => {
        const config = await read({
            'index.d.ts': `import { make } from './plugin.js'; export { make as loyalty };`,
            'plugin.d.ts': `import type { columns } from './schema.js'; import type { Base } from 'elsewhere';
                type Plugin<S> = { id: "loyalty"; init: (context: Base) => void } & { schema: S };
                export declare function make<T extends object>(options: T): Plugin<{ reward: { fields: Omit<typeof columns, "secret"> } }>;`,
            'schema.d.ts': `export declare const columns: { name: { type: "string"; unique: true }; secret: { type: "string" } };`,
        });
        const [name, ...others] = table(config, 'reward')?.fields ?? [];
        assert.deepEqual([name?.name, name?.unique, others], ['name', true, []]);
    });

    it('uses types of other packages where the tables need them', async () => {
        const other = path.join(root, 'node_modules/columns');
        mkdirSync(other, { recursive: true });
        writeFileSync(path.join(other, 'package.json'), JSON.stringify({ name: 'columns', types: 'index.d.ts' }));
        writeFileSync(
            path.join(other, 'index.d.ts'),
            'export type Schema = { reward: { fields: { name: { type: "string" } } } };',
        );
        const config = await read({
            'index.d.ts': `import type { Schema } from 'columns'; export declare const loyalty: () => { id: "loyalty"; schema: Schema };`,
        });
        assert.equal(table(config, 'reward')?.fields[0]?.name, 'name');
    });

    it('a plugin without a schema adds nothing', async () => {
        const config = await read({
            'index.d.ts': 'export declare const loyalty: () => { id: "loyalty"; hooks: {} };',
        });
        assert.equal(config.tables.length, 4);
        assert.equal(config.plugins[0]?.readFromTypes, true);
    });

    it('columns that the types leave open are listed, and never made up', async () => {
        const config = await read({
            'index.d.ts': `export declare const loyalty: <O extends { big?: boolean }>(options: O) => {
                id: "loyalty";
                schema: {
                    reward: { fields: O["big"] extends true ? { a: { type: "string" } } : { b: { type: "string" } } };
                    badge: { fields: { name: { type: string } ; size: { type: "number"; required: boolean } } };
                };
            };`,
        });
        assert.equal(table(config, 'reward'), undefined);
        assert.ok(table(config, 'badge'));
        assert.ok(unknowns(config).includes('plugins[0].schema'));
        assert.ok(unknowns(config).includes('plugins[0].schema.badge.fields.name.type'));
        assert.ok(unknowns(config).includes('plugins[0].schema.badge.fields.size.required'));
    });

    for (const [name, files] of [
        [
            'the general plugin type',
            {
                'index.d.ts':
                    'interface Plugin { id: string; schema?: Record<string, { fields: Record<string, object> }> } export declare const loyalty: () => Plugin;',
            },
        ],
        ['no such export', { 'index.d.ts': 'export declare const other: () => { id: "x" };' }],
        [
            'a union',
            { 'index.d.ts': 'export declare const loyalty: () => { id: "a"; schema: {} } | { id: "b"; schema: {} };' },
        ],
        ['no declarations at all', { 'index.js': 'export const loyalty = () => ({ id: "loyalty" });' }],
    ] as const) {
        it(`${name}: the plugin stays unknown`, async () => {
            const config = await read(files);
            assert.deepEqual(config.plugins, []);
            assert.deepEqual(unknowns(config), ['plugins[0]']);
            assert.doesNotMatch(config.unknown[0]?.reason ?? '', /types/);
            assert.equal(config.tables.length, 4);
        });
    }

    it('is read anew when the declarations change', async () => {
        await read({ 'index.d.ts': LITERAL });
        const config = await read({ 'index.d.ts': LITERAL.replace('"prize"', '"trophy"') });
        assert.equal(table(config, 'reward')?.name, 'trophy');
    });
});
