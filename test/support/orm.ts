import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { loadDocument } from '@zenstackhq/language';
import { ZenStackClient } from '@zenstackhq/orm';
import { SqliteDialect } from '@zenstackhq/orm/dialects/sqlite';
import type { SqliteDialectConfig } from '@zenstackhq/orm/dialects/sqlite';
import type { SchemaDef } from '@zenstackhq/orm/schema';
import { PolicyPlugin } from '@zenstackhq/plugin-policy';
import { TsSchemaGenerator } from '@zenstackhq/sdk';

const repository = path.resolve(import.meta.dirname, '../..');

/** Datasource and policy plugin that a schema needs for `createPolicyClient`. Prepend it to the models under test. */
export const SQLITE_PRELUDE = `datasource db {
    provider = 'sqlite'
    url = 'file:./unused.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

`;

/** A row as the ORM returns it. */
export type Row = Record<string, unknown>;

/** The operations of one model, with arguments as the ORM takes them (`{ where, data, include, … }`). */
export interface ModelOperations {
    findMany(args?: object): Promise<Row[]>;
    findFirst(args?: object): Promise<Row | null>;
    findUnique(args: object): Promise<Row | null>;
    count(args?: object): Promise<number>;
    create(args: object): Promise<Row>;
    createMany(args: object): Promise<{ count: number }>;
    update(args: object): Promise<Row>;
    updateMany(args: object): Promise<{ count: number }>;
    upsert(args: object): Promise<Row>;
    delete(args: object): Promise<Row>;
    deleteMany(args?: object): Promise<{ count: number }>;
}

/** A schema's text, or the contents of its files by name; then `schema.zmodel` is the entry. */
export type SchemaText = string | Readonly<Record<string, string>>;

/** One database in memory, seen with and without rules. */
export interface PolicyClient {
    /** The operations of `model` (its name as declared) with no rule applied: for seeding and for looking at the truth. */
    raw(model: string): ModelOperations;
    /** The operations of `model` with all rules applied, for a request with this `auth()`; `undefined` is anonymous. */
    as(auth: Record<string, unknown> | undefined, model: string): ModelOperations;
    /** Runs SQL on the database, past the ORM. */
    execute(sql: string): void;
    /** Removes all rows of all tables, past rules and keys. */
    clear(): void;
    /** Closes the database. */
    close(): Promise<void>;
}

/**
 * Makes a real ZenStack client with the policy plugin over an empty SQLite database in memory, with tables pushed.
 * In: a whole schema (`SQLITE_PRELUDE` + models). Out: the client; call `close()` when done.
 * Throws with upstream's messages (`file:line:column - message`) when the schema doesn't validate.
 */
export async function createPolicyClient(schemaText: SchemaText): Promise<PolicyClient> {
    return openPolicyClient(await loadSchema(schemaText));
}

/** `createPolicyClient` for a schema that is loaded already: each call opens a database of its own. */
export async function openPolicyClient(schema: SchemaDef): Promise<PolicyClient> {
    const database = new DatabaseSync(':memory:');
    const plain = new ZenStackClient(schema, { dialect: new SqliteDialect({ database: toKyselyDatabase(database) }) });
    await plain.$pushSchema();
    const guarded = plain.$use(new PolicyPlugin());
    return {
        raw: (model) => operationsOf(plain, model),
        as: (auth, model) => operationsOf(auth === undefined ? guarded : guarded.$setAuth(auth), model),
        execute: (sql) => {
            database.exec(sql);
        },
        clear: () => {
            const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
            const deletes = tables.map(({ name }) => `DELETE FROM "${String(name)}";`);
            database.exec(`PRAGMA foreign_keys = OFF; ${deletes.join(' ')} PRAGMA foreign_keys = ON;`);
        },
        close: () => plain.$disconnect(),
    };
}

/**
 * Compiles a schema to the object that `ZenStackClient` takes, the way `zen generate` does.
 * In: a whole schema. Out: its schema object. Throws with upstream's messages when the schema doesn't validate.
 */
export async function loadSchema(schemaText: SchemaText): Promise<SchemaDef> {
    return inSchemaFolder(schemaText, async (file) => {
        const loaded = await loadDocument(file);
        if (!loaded.success) {
            throw new Error(`The schema does not validate:\n${loaded.errors.join('\n')}\n\n${textOf(schemaText)}`);
        }
        const outDir = path.dirname(file);
        await new TsSchemaGenerator().generate(loaded.model, { outDir, generateModelTypes: false });
        const generated: unknown = await import(pathToFileURL(path.join(outDir, 'schema.ts')).href);
        return schemaOf(generated);
    });
}

/**
 * Parses, links and validates a schema with ZenStack's own services.
 * In: a whole schema. Out: upstream's errors and warnings, as `file:line:column - message` with one-based positions.
 */
export async function validateSchema(schemaText: SchemaText): Promise<{ errors: string[]; warnings: string[] }> {
    return inSchemaFolder(schemaText, async (file) => {
        const loaded = await loadDocument(file);
        return { errors: loaded.success ? [] : loaded.errors, warnings: loaded.warnings };
    });
}

function textOf(schemaText: SchemaText): string {
    if (typeof schemaText === 'string') return schemaText;
    return Object.entries(schemaText)
        .map(([name, content]) => `// ${name}\n${content}`)
        .join('\n');
}

/** Runs `use` with the schema on disk, where upstream wants it, in a folder that sees this repository's packages. */
async function inSchemaFolder<T>(schemaText: SchemaText, use: (file: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(path.join(tmpdir(), 'zmodel-orm-'));
    try {
        const file = path.join(folder, 'schema.zmodel');
        const contents = typeof schemaText === 'string' ? { 'schema.zmodel': schemaText } : schemaText;
        await Promise.all([
            symlink(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'), 'junction'),
            writeFile(path.join(folder, 'package.json'), '{ "type": "module" }'),
            ...Object.entries(contents).map(async ([name, content]) => {
                const target = path.join(folder, name);
                await mkdir(path.dirname(target), { recursive: true });
                await writeFile(target, content);
            }),
        ]);
        return await use(file);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/**
 * The schema object of a generated module. In: the module's namespace. Throws when it isn't one that ZenStack generates.
 */
export function schemaOf(generated: unknown): SchemaDef {
    if (typeof generated === 'object' && generated !== null && 'schema' in generated && isSchema(generated.schema)) {
        return generated.schema;
    }
    throw new Error('The generated module has no export `schema`.');
}

function isSchema(value: unknown): value is SchemaDef {
    return typeof value === 'object' && value !== null && 'provider' in value && 'models' in value;
}

/** The operations of a model of a client. Throws when the schema has no such model. */
export function operationsOf(client: object, model: string): ModelOperations {
    const operations: unknown = Reflect.get(client, model.charAt(0).toLowerCase() + model.slice(1));
    if (!isModelOperations(operations)) {
        throw new Error(`The schema has no model ${model}.`);
    }
    return operations;
}

function isModelOperations(value: unknown): value is ModelOperations {
    return typeof value === 'object' && value !== null && 'findMany' in value;
}

/** Kysely's dialect is written for better-sqlite3, whose statements know whether they return rows and take one array. */
export function toKyselyDatabase(
    database: DatabaseSync,
): Exclude<SqliteDialectConfig['database'], (...args: never[]) => unknown> {
    return {
        close: () => {
            database.close();
        },
        prepare: (sql) => {
            const statement: StatementSync = database.prepare(sql);
            return {
                reader: statement.columns().length > 0,
                all: (parameters) => statement.all(...parameters.map(toSqlInput)),
                run: (parameters) => statement.run(...parameters.map(toSqlInput)),
                iterate: (parameters) => statement.iterate(...parameters.map(toSqlInput)),
            };
        },
    };
}

function toSqlInput(value: unknown): SQLInputValue {
    switch (typeof value) {
        case 'string':
        case 'number':
        case 'bigint':
            return value;
        case 'boolean':
            return value ? 1 : 0;
        default:
            if (value === null || value instanceof Uint8Array) {
                return value;
            }
            throw new TypeError(`SQLite can't bind a ${typeof value}.`);
    }
}
