import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** Columns of the application itself, of every type, in the tables of Better Auth and of its plugins. */
const options = {
    ...common,
    user: {
        additionalFields: {
            plan: { type: ['free', 'pro', 'on request'], required: true, defaultValue: 'free' },
            locale: { type: 'string', required: false, defaultValue: 'en' },
            seats: { type: 'number', required: false, defaultValue: 1 },
            credit: { type: 'number', bigint: true, required: false },
            newsletter: { type: 'boolean', required: false, defaultValue: false },
            bornAt: { type: 'date', required: false },
            tags: { type: 'string[]', required: false },
            scores: { type: 'number[]', required: false },
            preferences: { type: 'json', required: false },
        },
    },
    session: { additionalFields: { device: { type: 'string', required: false, index: true } } },
    plugins: [
        organization({
            schema: {
                organization: {
                    additionalFields: {
                        region: { type: ['eu', 'us'], required: false, defaultValue: 'eu' },
                        standing: { type: 'string', required: true, input: false, defaultValue: 'new' },
                        taxNumber: { type: 'string', required: false, unique: true },
                    },
                },
                member: { additionalFields: { title: { type: 'string', required: false } } },
            },
        }),
        admin(),
    ],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
