import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { common } from '../prove-auth-schema.ts';
import type { Client } from '../prove-auth-schema.ts';

/** Other names for tables and columns, as applications with a schema of their own have them. */
export function createAuth(db: Client) {
    return betterAuth({
        ...common,
        database: zenstackAdapter(db, { provider: 'sqlite' }),
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
    });
}
