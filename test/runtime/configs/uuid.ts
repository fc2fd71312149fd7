import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../prove-auth-schema.ts';
import type { Client } from '../prove-auth-schema.ts';

/** Ids that are UUIDs. */
export function createAuth(db: Client) {
    return betterAuth({
        ...common,
        database: zenstackAdapter(db, { provider: 'sqlite' }),
        advanced: { database: { generateId: 'uuid' } },
        plugins: [organization(), admin()],
    });
}
