import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { admin, jwt, organization, twoFactor, username } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { adminAc, defaultStatements, memberAc, ownerAc } from 'better-auth/plugins/organization/access';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

const ac = createAccessControl({ ...defaultStatements, project: ['create', 'share'] });

/** What a large application turns on at once. */
const options = {
    ...common,
    user: { additionalFields: { locale: { type: 'string', required: false, defaultValue: 'en' } } },
    plugins: [
        organization({
            ac,
            roles: {
                owner: ac.newRole({ ...ownerAc.statements, project: ['create', 'share'] }),
                admin: ac.newRole(adminAc.statements),
                member: ac.newRole(memberAc.statements),
            },
            teams: { enabled: true },
            dynamicAccessControl: { enabled: true },
        }),
        admin(),
        twoFactor(),
        username(),
        jwt(),
    ],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
