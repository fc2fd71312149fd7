import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { organization } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { adminAc, defaultStatements, memberAc, ownerAc } from 'better-auth/plugins/organization/access';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

const ac = createAccessControl({ ...defaultStatements, project: ['create', 'share'] });

/** Organizations whose owners make roles of their own. */
const options = {
    ...common,
    plugins: [
        organization({
            ac,
            roles: {
                owner: ac.newRole({ ...ownerAc.statements, project: ['create', 'share'] }),
                admin: ac.newRole(adminAc.statements),
                member: ac.newRole(memberAc.statements),
            },
            dynamicAccessControl: { enabled: true },
        }),
    ],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
