import { apiKey } from '@better-auth/api-key';
import { passkey } from '@better-auth/passkey';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** Keys for programs, and passkeys: plugins that are packages of their own. */
const options = {
    ...common,
    plugins: [apiKey(), passkey()],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
