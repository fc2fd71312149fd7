import { createHash } from 'node:crypto';
import type { zenstackAdapter } from '@zenstackhq/better-auth';
import type { BetterAuthOptions } from 'better-auth';

/** A ZenStack client, as `zenstackAdapter` takes it. */
export type Client = Parameters<typeof zenstackAdapter>[0];

/** What Better Auth logged since the last step began: where an answer of its own hides the ORM's error. */
export const log: string[] = [];

/** The last code that was sent to each telephone. */
export const messages = new Map<string, string>();

/** Stands for the client of a service that is never called. */
export const unusedStripe = {};

const digest = (password: string): string => createHash('sha256').update(password).digest('hex');

/** What every configuration under proof has in common. */
export const common = {
    baseURL: 'http://localhost',
    secret: 'a secret for tests, long enough not to be complained about',
    emailAndPassword: {
        enabled: true,
        // Better Auth's own hashing takes most of the time of a proof, and is not what is proved.
        password: {
            hash: (password: string) => Promise.resolve(digest(password)),
            verify: (input: { hash: string; password: string }) =>
                Promise.resolve(digest(input.password) === input.hash),
        },
    },
    // What isn't an answer of Better Auth's own, such as an error of the ORM, comes through as it is.
    onAPIError: { throw: true },
    logger: {
        log: (level, message, ...details) => {
            log.push([level, message, ...details.map(String)].join(' '));
        },
    },
} as const satisfies BetterAuthOptions;
