import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../common.ts';
import type { Client } from '../common.ts';

/** Other names for tables and columns, as applications with a schema of their own have them. */
const options = {
    ...common,
    user: { modelName: 'person', fields: { email: 'mail', name: 'fullName' } },
    session: { modelName: 'login', fields: { userId: 'personId' } },
    plugins: [
        organization({
            schema: {
                organization: { modelName: 'workspace' },
                member: { modelName: 'seat', fields: { organizationId: 'workspaceId', userId: 'personId' } },
                session: { fields: { activeOrganizationId: 'activeWorkspaceId' } },
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
