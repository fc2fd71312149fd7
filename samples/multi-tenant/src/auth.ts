import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';
import { db } from './db.ts';

export const auth = betterAuth({
    appName: 'Multi-tenant todo',
    baseURL: { allowedHosts: ['localhost:*', '127.0.0.1:*'] },
    database: zenstackAdapter(db, { provider: 'sqlite' }),
    emailAndPassword: { enabled: true },
    plugins: [organization(), admin()],
});
