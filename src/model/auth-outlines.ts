/** A table of an authentication library, by columns that no other table has together. */
export interface AuthOutline {
    /** Each column with the names that it goes by, Better Auth's own first. */
    columns: readonly (readonly string[])[];
    /** Set for the tables of Better Auth's core: columns that aren't for everybody. */
    sensitive?: readonly string[];
}

/** Better Auth's own tables and those of its plugins, and Auth.js's, which many schemas were begun with. */
export const AUTH_OUTLINES: readonly AuthOutline[] = [
    { columns: [['email'], ['emailVerified']], sensitive: ['email'] },
    { columns: [['token', 'sessionToken'], ['userId'], ['expiresAt', 'expires']], sensitive: ['token'] },
    {
        columns: [['accountId', 'providerAccountId'], ['providerId', 'provider'], ['userId']],
        sensitive: ['accessToken', 'refreshToken', 'idToken', 'password'],
    },
    { columns: [['identifier'], ['value', 'token'], ['expiresAt', 'expires']], sensitive: ['value'] },
    { columns: [['organizationId'], ['userId'], ['role']] },
    { columns: [['organizationId'], ['email'], ['inviterId'], ['status']] },
    { columns: [['name'], ['slug'], ['logo'], ['metadata']] },
    { columns: [['teamId'], ['userId'], ['createdAt']] },
    { columns: [['secret'], ['backupCodes'], ['userId']] },
    { columns: [['publicKey'], ['credentialID'], ['userId']] },
    { columns: [['publicKey'], ['privateKey']] },
    { columns: [['key'], ['rateLimitEnabled'], ['rateLimitMax']] },
    { columns: [['key'], ['count'], ['lastRequest']] },
    { columns: [['clientId'], ['clientSecret'], ['redirectUrls', 'redirectURLs', 'redirectUris']] },
    { columns: [['clientId'], ['accessToken'], ['refreshToken']] },
    { columns: [['clientId'], ['scopes'], ['consentGiven']] },
    { columns: [['issuer'], ['providerId'], ['domain']] },
    { columns: [['deviceCode'], ['userCode']] },
    { columns: [['address'], ['chainId'], ['userId']] },
    { columns: [['organizationId'], ['role'], ['permission']] },
];
