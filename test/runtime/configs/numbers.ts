import { apiKey } from '@better-auth/api-key';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { organization, twoFactor } from 'better-auth/plugins';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** Numbers as ids, throughout everything that refers to users and organizations. */
const options = {
    ...common,
    advanced: { database: { generateId: 'serial' } },
    plugins: [
        organization({ requireEmailVerificationOnInvitation: false, teams: { enabled: true } }),
        twoFactor(),
        apiKey(),
    ],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
