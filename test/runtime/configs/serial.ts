import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../prove-auth-schema.ts';
import type { Client } from '../prove-auth-schema.ts';

/** Ids that the database counts up. */
export function createAuth(db: Client) {
    return betterAuth({
        ...common,
        database: zenstackAdapter(db, { provider: 'sqlite' }),
        advanced: { database: { generateId: 'serial' } },
        // Better Auth asks for verification by default where invitation ids can be guessed.
        plugins: [organization({ requireEmailVerificationOnInvitation: false }), admin()],
    });
}
