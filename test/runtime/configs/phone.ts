import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { phoneNumber } from 'better-auth/plugins';
import { common, messages } from '../common.ts';
import type { Client } from '../common.ts';

/** Telephone numbers. */
const options = {
    ...common,
    plugins: [
        phoneNumber({
            sendOTP: ({ phoneNumber: number, code }) => {
                messages.set(number, code);
            },
        }),
    ],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
