import { oauthProvider } from '@better-auth/oauth-provider';
import { scim } from '@better-auth/scim';
import { sso } from '@better-auth/sso';
import { stripe } from '@better-auth/stripe';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import type { BetterAuthOptions, BetterAuthPlugin } from 'better-auth';
import { jwt, lastLoginMethod, organization, siwe } from 'better-auth/plugins';
import { common, unusedStripe } from '../common.ts';
import type { Client } from '../common.ts';

/** What needs services elsewhere, most of it in packages of its own, and rate limits in the database. */
const options = {
    ...common,
    rateLimit: { enabled: true, storage: 'database', max: 1000 },
    plugins: [
        organization(),
        jwt(),
        lastLoginMethod({ storeInDatabase: true }),
        siwe({
            domain: 'example.com',
            getNonce: () => Promise.resolve('nonce12345'),
            verifyMessage: () => Promise.resolve(true),
        }),
        oauthProvider({
            loginPage: '/sign-in',
            consentPage: '/consent',
            silenceWarnings: { oauthAuthServerConfig: true },
        }),
        sso({ domainVerification: { enabled: true } }),
        // Its type has tables that may be undefined, which exactOptionalPropertyTypes refuses.
        scim({
            connections: [],
            managedConnections: { credentialHashSecret: 'a secret of more than 32 characters, for tests' },
        }) as BetterAuthPlugin,
        stripe({
            stripeClient: unusedStripe,
            stripeWebhookSecret: 'unused',
            organization: { enabled: true },
            subscription: { enabled: true, plans: [{ name: 'pro', priceId: 'price_pro' }] },
        }),
    ],
} satisfies BetterAuthOptions;

export function onSqlite(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'sqlite' }) });
}

export function onPostgres(db: Client) {
    return betterAuth({ ...options, database: zenstackAdapter(db, { provider: 'postgresql' }) });
}
