import { ZenStackClient } from '@zenstackhq/orm';
import { PolicyPlugin } from '@zenstackhq/plugin-policy';
import { schema } from '../generated/schema.ts';
import type { UserContext } from './context.ts';
import { openSqlite } from './sqlite.ts';

/** Sees everything. For Better Auth, whose tables carry no rules, and for setting up; never for a request. */
export const db = new ZenStackClient(schema, { dialect: openSqlite(process.env['TODO_DB'] ?? 'todo.db') });

const guarded = db.$use(new PolicyPlugin());

/** What a request may use: the schema's rules hold. `undefined` stands for an anonymous request. */
export function dbFor(context: UserContext | undefined) {
    return guarded.$setAuth(context);
}

/** The type of `dbFor`'s result. */
export type GuardedDb = ReturnType<typeof dbFor>;
