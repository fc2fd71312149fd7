import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization, twoFactor, username } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { adminAc, defaultStatements, memberAc, ownerAc } from 'better-auth/plugins/organization/access';
import { common } from '../prove-auth-schema.ts';
import type { Client } from '../prove-auth-schema.ts';

const ac = createAccessControl({ ...defaultStatements, project: ['create', 'share'] });

/** More plugins, and an organization with everything that adds tables. */
export function createAuth(db: Client) {
    return betterAuth({
        ...common,
        database: zenstackAdapter(db, { provider: 'sqlite' }),
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
        ],
    });
}
