import type { BetterAuthOptions } from 'better-auth';
import { getAuthTables } from 'better-auth/db';
import type { Visitor } from '../../samples/multi-tenant/test/visitor.ts';
import { log } from './common.ts';

/** What a proof needs of `betterAuth(…)`'s result, whatever its options. */
export interface ProvableAuth {
    handler: (request: Request) => Promise<Response>;
    options: BetterAuthOptions;
    api: object;
    $context: Promise<{
        adapter: {
            create(query: { model: string; data: Record<string, unknown> }): Promise<Record<string, unknown>>;
            findOne(query: { model: string; where: Condition[]; select: string[] }): Promise<object | null>;
            update(query: { model: string; where: Condition[]; update: Record<string, unknown> }): Promise<unknown>;
            delete(query: { model: string; where: Condition[] }): Promise<unknown>;
        };
        internalAdapter: {
            updateUser(userId: string, data: Record<string, unknown>): Promise<unknown>;
            deleteUser(userId: string): Promise<unknown>;
        };
    }>;
}

interface Condition {
    field: string;
    value: string;
}

/** Ann and Bob are signed in, under a real Better Auth over a real database. */
export interface World {
    auth: ProvableAuth;
    ann: Visitor;
    bob: Visitor;
    annId: string;
    bobId: string;
    /** Ann's organization, of which Bob is a member; undefined where there are none. */
    organizationId?: string;
    /** Requests of somebody new. */
    visit: () => Visitor;
}

/** Takes one step of a proof; when it fails, the error names it and has what was logged. */
export type Step = <T>(name: string, take: () => Promise<T>) => Promise<T>;

export type User = Record<string, unknown> & { id: string; email: string; name: string };

export interface Session {
    user: User;
    session: Record<string, unknown>;
}

export const password = 'correct horse battery';

/** The session of a visitor; throws when there is none. */
export async function sessionOf(visitor: Visitor): Promise<Session> {
    const session = await visitor.ok<Session | null>('GET', '/api/auth/get-session');
    if (!session) throw new Error('The visitor is not signed in.');
    return session;
}

/** Signs up, which also signs in. `name` becomes the local part of the address; `more` goes into the request. */
export async function signUp(visitor: Visitor, name: string, more: object = {}): Promise<User> {
    const account = { name, email: `${name.toLowerCase()}@example.com`, password, ...more };
    return (await visitor.ok<{ user: User }>('POST', '/api/auth/sign-up/email', account)).user;
}

export async function signIn(visitor: Visitor, name: string): Promise<void> {
    const account = { email: `${name.toLowerCase()}@example.com`, password };
    await visitor.ok('POST', '/api/auth/sign-in/email', account);
}

/** Whether the configuration has a table, by Better Auth's own key. */
export function hasTable(auth: ProvableAuth, key: string): boolean {
    return key in getAuthTables(auth.options);
}

/**
 * Keeps a list of steps.
 * Out: a function that takes one; `taken` has the names of those that succeeded, in order.
 */
export function recordSteps(): { step: Step; taken: string[] } {
    const taken: string[] = [];
    const step: Step = async (name, take) => {
        log.length = 0;
        try {
            const result = await take();
            taken.push(name);
            return result;
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new Error([`Step "${name}" failed: ${reason}`, ...log].join('\n'), { cause: error });
        }
    };
    return { step, taken };
}
