import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../prove-auth-schema.ts';
import type { Client } from '../prove-auth-schema.ts';

/** Tables named in the plural by the adapter. */
export function createAuth(db: Client) {
    return betterAuth({
        ...common,
        database: zenstackAdapter(db, { provider: 'sqlite', usePlural: true }),
        plugins: [organization(), admin()],
    });
}
