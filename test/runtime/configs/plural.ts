import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** Tables named in the plural by the adapter. */
const options = {
    ...common,
    plugins: [organization({ teams: { enabled: true } }), admin()],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite', usePlural: true }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql', usePlural: true }) });
}
