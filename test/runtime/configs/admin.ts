import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { admin } from 'better-auth/plugins';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** A platform with administrators. */
const options = {
    ...common,
    plugins: [admin()],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
