import { PGlite } from '@electric-sql/pglite';
import { PostgresDialect } from '@zenstackhq/orm/dialects/postgres';
import type { PostgresDialectConfig } from '@zenstackhq/orm/dialects/postgres';

type Pool = Exclude<PostgresDialectConfig['pool'], (...args: never[]) => unknown>;
type PoolClient = Awaited<ReturnType<Pool['connect']>>;

/** PostgreSQL inside this process, with one database in memory that is emptied for each use. */
export class EmbeddedPostgres {
    readonly #engine: PGlite;

    private constructor(engine: PGlite) {
        this.#engine = engine;
    }

    /** Starts the engine, which takes seconds; call `stop()` when done. */
    static async start(): Promise<EmbeddedPostgres> {
        return new EmbeddedPostgres(await PGlite.create());
    }

    /**
     * Empties the database.
     * Out: a dialect for `ZenStackClient`, good until the next call. Closing the client leaves the engine running.
     */
    async openEmpty(): Promise<PostgresDialect> {
        await this.#engine.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
        return new PostgresDialect({ pool: poolOf(this.#engine) });
    }

    async stop(): Promise<void> {
        await this.#engine.close();
    }
}

/** The engine has one connection, so that who wants it waits until it is given back: a transaction must not be mixed with others. */
function poolOf(engine: PGlite): Pool {
    let last = Promise.resolve();
    return {
        options: {},
        connect: async () => {
            const before = last;
            const { promise, resolve } = Promise.withResolvers<undefined>();
            last = promise;
            await before;
            return {
                query: queryOf(engine),
                release: () => {
                    resolve(undefined);
                },
            };
        },
        end: () => Promise.resolve(),
    };
}

function queryOf(engine: PGlite): PoolClient['query'] {
    async function query(sql: string, parameters: readonly unknown[]): Promise<unknown> {
        const { rows, command, rowCount } = await engine.query(sql, [...parameters]);
        return { rows, command, rowCount };
    }
    return query as PoolClient['query'];
}
