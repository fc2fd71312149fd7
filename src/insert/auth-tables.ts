import { columnNamesOf, isModelFor } from './match.ts';
import { normalizeName } from './names.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { DeclarationView } from '../model/schema-view.ts';

/**
 * Columns that tell a table of an authentication library, each with the names that it goes by: Better Auth's
 * own tables and those of its plugins, and Auth.js's, which many schemas were begun with.
 */
const OUTLINES: readonly (readonly string[])[][] = [
    [['email'], ['emailVerified']],
    [['token', 'sessionToken'], ['userId'], ['expiresAt', 'expires']],
    [['accountId', 'providerAccountId'], ['providerId', 'provider'], ['userId']],
    [['identifier'], ['value', 'token'], ['expiresAt', 'expires']],
    [['organizationId'], ['userId'], ['role']],
    [['organizationId'], ['email'], ['inviterId'], ['status']],
    [['name'], ['slug'], ['logo'], ['metadata']],
    [['teamId'], ['userId'], ['createdAt']],
    [['secret'], ['backupCodes'], ['userId']],
    [['publicKey'], ['credentialID'], ['userId']],
    [['publicKey'], ['privateKey']],
    [['key'], ['rateLimitEnabled'], ['rateLimitMax']],
    [['key'], ['count'], ['lastRequest']],
    [['clientId'], ['clientSecret'], ['redirectUrls', 'redirectURLs', 'redirectUris']],
    [['clientId'], ['accessToken'], ['refreshToken']],
    [['clientId'], ['scopes'], ['consentGiven']],
    [['issuer'], ['providerId'], ['domain']],
    [['deviceCode'], ['userCode']],
    [['address'], ['chainId'], ['userId']],
    [['organizationId'], ['role'], ['permission']],
];

/**
 * Whether a model holds rows of an authentication library, under whatever name.
 * In: the model; the Better Auth configurations, as far as they are known: their tables are recognised by name
 * or by columns, the well-known ones by columns alone.
 */
export function isAuthTable(declaration: DeclarationView, configs: readonly AuthConfig[] = []): boolean {
    if (configs.some(({ tables }) => tables.some((table) => isModelFor(declaration, table)))) return true;
    const columns = columnNamesOf(declaration);
    return OUTLINES.some((outline) => outline.every((names) => names.some((name) => columns.has(normalizeName(name)))));
}
