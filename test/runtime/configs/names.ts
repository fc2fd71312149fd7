import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { anonymous, username } from 'better-auth/plugins';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** Accounts with a name, and guests without account. */
const options = {
    ...common,
    plugins: [username(), anonymous()],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
