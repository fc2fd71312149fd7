import { DatabaseSync } from 'node:sqlite';
import { ORMError, ORMErrorReason, ZenStackClient } from '@zenstackhq/orm';
import { SqliteDialect } from '@zenstackhq/orm/dialects/sqlite';
import type { SchemaDef } from '@zenstackhq/orm/schema';
import { PolicyPlugin } from '@zenstackhq/plugin-policy';
import { operationsOf, toKyselyDatabase } from '../orm.ts';
import type { ModelOperations } from '../orm.ts';

/** What the engine made of a request. */
export type Answer<T> = { kind: 'done'; value: T } | { kind: 'refused' } | { kind: 'thrown'; message: string };

/** One database for many schemas that differ in their rules only. */
export class Engine {
    readonly #database = new DatabaseSync(':memory:');
    readonly #dialect: () => SqliteDialect;
    readonly plain: object;

    private constructor(schema: SchemaDef) {
        const database = toKyselyDatabase(this.#database);
        this.#dialect = () =>
            new SqliteDialect({
                // A request runs within a transaction of ours, which is taken back.
                database: { ...database, prepare: (sql) => database.prepare(asSavepoint(sql)) },
            });
        this.plain = new ZenStackClient(schema, { dialect: this.#dialect() });
    }

    /** Opens a database with the tables of a schema. */
    static async open(schema: SchemaDef): Promise<Engine> {
        const engine = new Engine(schema);
        await new ZenStackClient(schema, { dialect: engine.#dialect() }).$pushSchema();
        return engine;
    }

    execute(sql: string): void {
        this.#database.exec(sql);
    }

    /** The rows of a query past the ORM. */
    select(sql: string): Record<string, unknown>[] {
        return this.#database
            .prepare(sql)
            .all()
            .map((row) => ({ ...row }));
    }

    /** Gives the operations of a model with the rules of a schema applied, for a request with this `auth()`. */
    guarded(schema: SchemaDef): (auth: object | undefined, model: string) => ModelOperations {
        const client = new ZenStackClient(schema, { dialect: this.#dialect() }).$use(new PolicyPlugin());
        return (auth, model) =>
            operationsOf(auth === undefined ? client : client.$setAuth(auth as Record<string, unknown>), model);
    }

    /** Runs a request and looks at the outcome, then takes everything back. */
    async attempt<T>(request: () => Promise<unknown>, look: (result: unknown) => T): Promise<Answer<T>> {
        this.#database.exec('BEGIN');
        try {
            return { kind: 'done', value: look(await request()) };
        } catch (error) {
            if (error instanceof ORMError && error.reason === ORMErrorReason.REJECTED_BY_POLICY) {
                return { kind: 'refused' };
            }
            return { kind: 'thrown', message: error instanceof Error ? messageOf(error) : String(error) };
        } finally {
            this.#database.exec('ROLLBACK');
        }
    }

    close(): void {
        this.#database.close();
    }
}

function messageOf(error: Error): string {
    return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function asSavepoint(sql: string): string {
    switch (sql.trim().toLowerCase()) {
        case 'begin':
            return 'SAVEPOINT request';
        case 'commit':
            return 'RELEASE request';
        case 'rollback':
            return 'ROLLBACK TO request';
        default:
            return sql;
    }
}
