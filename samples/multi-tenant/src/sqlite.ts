import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { SqliteDialect } from '@zenstackhq/orm/dialects/sqlite';

/**
 * Opens SQLite as it comes with Node. Kysely's dialect is written for better-sqlite3, a native add-on whose
 * statements know whether they return rows and take their parameters as one array.
 * In: a path, or `:memory:`. Out: a dialect for `ZenStackClient`; closing the client closes the database.
 */
export function openSqlite(file: string): SqliteDialect {
    const database = new DatabaseSync(file);
    return new SqliteDialect({
        database: {
            close: () => {
                database.close();
            },
            prepare: (sql) => {
                const statement = database.prepare(sql);
                return {
                    reader: statement.columns().length > 0,
                    all: (parameters) => statement.all(...parameters.map(toInput)),
                    run: (parameters) => statement.run(...parameters.map(toInput)),
                    iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
                };
            },
        },
    });
}

function toInput(value: unknown): SQLInputValue {
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
            throw new TypeError(`SQLite can't store a ${typeof value}.`);
    }
}
