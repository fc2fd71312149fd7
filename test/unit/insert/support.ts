import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDocument } from '@zenstackhq/language';
import type { BetterAuthOptions } from 'better-auth';
import { loadLibrary } from '../../../src/better-auth/library.ts';
import { describeId, describeTables } from '../../../src/better-auth/tables.ts';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { applyPlan, verifyPlan } from '../../support/verify-plan.ts';
import type { AuthConfig, AuthField } from '../../../src/model/auth-table.ts';
import type { InsertOptions, InsertPlan } from '../../../src/model/insert-plan.ts';
import type { SchemaView } from '../../../src/model/schema-view.ts';
import { collectSources } from '../../../src/zmodel/load.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';

/** Where the files of a schema in memory seem to be. */
export const folder = path.resolve('/project/zenstack');
export const entry = path.join(folder, 'schema.zmodel');

export function at(name: string): string {
    return path.join(folder, name);
}

/** Contents by file name; a plain text is the entry. */
export type Files = string | Record<string, string>;

function contents(files: Files): Map<string, string> {
    const named = typeof files === 'string' ? { 'schema.zmodel': files } : files;
    return new Map(Object.entries(named).map(([name, content]) => [at(name), content]));
}

/** In: contents. Out: the view of the schema whose entry is `schema.zmodel`. */
export function viewOf(files: Files): SchemaView {
    const byPath = contents(files);
    const sources = collectSources(entry, {
        read: (file) => {
            const content = byPath.get(file);
            return content === undefined ? undefined : parseSource(content);
        },
    });
    return buildSchemaView(entry, sources);
}

/** The configuration with the tables that the real factories give. */
export async function configOf(
    options: BetterAuthOptions = {},
    adapter: NonNullable<AuthConfig['adapter']> = { name: 'zenstackAdapter', provider: 'sqlite' },
): Promise<AuthConfig> {
    const library = await loadLibrary();
    const plugins = (options.plugins ?? []).map((plugin) => ({ name: plugin.id, plugin }));
    const location = {
        file: '/project/src/auth.ts',
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
    };
    return {
        location,
        exportName: 'auth',
        plugins: plugins.map(({ name }) => ({ name, location })),
        tables: describeTables(library, { ...options }, plugins, adapter.usePlural ?? false),
        id: describeId({ ...options }),
        adapter,
        version: library.version,
        unknown: [],
        files: [location.file],
    };
}

/** A column with the usual properties. */
export function column(name: string, overrides: Partial<AuthField> = {}): AuthField {
    return {
        key: name,
        name,
        type: 'string',
        required: true,
        unique: false,
        index: false,
        bigint: false,
        default: { kind: 'none' },
        updatedAt: false,
        returned: true,
        ...overrides,
    };
}

/** A foreign key to a table's id. */
export function key(name: string, table: string, overrides: Partial<AuthField> = {}): AuthField {
    return column(name, { references: { table, field: 'id', onDelete: 'cascade' }, ...overrides });
}

/** A configuration with tables of the test's own, for what the real plugins don't have. */
export async function configWith(
    tables: Record<string, AuthField[]>,
    overrides: Partial<AuthConfig> = {},
): Promise<AuthConfig> {
    const config = await configOf();
    const own = Object.entries(tables).map(([name, fields]) => ({ key: name, name, fields, origins: ['test'] }));
    return { ...config, tables: own, ...overrides };
}

/** Contents after a plan, by file name. */
export function applied(files: Files, plan: InsertPlan): Record<string, string> {
    const result = { ...Object.fromEntries(contents(files)), ...applyPlan(viewOf(files), plan) };
    return Object.fromEntries(Object.entries(result).map(([file, content]) => [path.relative(folder, file), content]));
}

/** What ZenStack's own loader says about a schema on disk: its errors, none when it is valid. */
export async function validate(files: Record<string, string>): Promise<string[]> {
    const root = await mkdtemp(path.join(tmpdir(), 'zmodel-auth-insert-'));
    try {
        for (const [name, content] of Object.entries(files)) {
            const file = path.join(root, name);
            await mkdir(path.dirname(file), { recursive: true });
            await writeFile(file, content);
        }
        const result = await loadDocument(path.join(root, 'schema.zmodel'));
        return result.success ? [] : result.errors.map(String);
    } finally {
        await rm(root, { recursive: true, force: true });
    }
}

/** Fails unless every character of the old text but white space is there in the new one, in order. */
export function assertUntouched(files: Files, plan: InsertPlan): void {
    for (const { file, start, end } of plan.changes) {
        const content = contents(files).get(file) ?? '';
        assert.equal(content.slice(start, end).trim(), '', `${file}: only white space may be replaced`);
    }
    const after = applied(files, plan);
    for (const [file, content] of contents(files)) {
        const text = after[path.relative(folder, file)] ?? '';
        let from = 0;
        for (const { 0: character, index } of content.matchAll(/\S/gu)) {
            const found = text.indexOf(character, from);
            assert.ok(found >= 0, `${file}: lost ${JSON.stringify(character)} of offset ${index}`);
            from = found + 1;
        }
    }
}

/** Plans, and checks all that holds for every plan. Out: the plan and the contents after it. */
export async function insertInto(
    files: Files,
    config: AuthConfig,
    options: InsertOptions = {},
): Promise<{ plan: InsertPlan; after: Record<string, string>; text: string }> {
    const before = viewOf(files);
    const plan = planInsert(before, config, options);
    const after = applied(files, plan);
    assertUntouched(files, plan);
    const view = viewOf(after);
    assert.deepEqual(verifyPlan(before, view, plan), []);
    assert.deepEqual(await validate(after), [], Object.values(after).join('\n=====\n'));
    assert.deepEqual(planInsert(view, config, options).changes, [], 'planning again gives no edits');
    return { plan, after, text: after['schema.zmodel'] ?? '' };
}
