import { isAPIError } from 'better-auth/api';
import { auth } from './auth.ts';

/**
 * Who asks, and for which organization: what the rules in the schema read as `auth()`. A type, because `$setAuth`
 * wants an index signature, which TypeScript infers for types and not for interfaces.
 */
export type UserContext = {
    userId: string;
    /** The active organization, or null when none is active or the user is no longer a member of it. */
    organizationId: string | null;
    /** The user's role in the active organization: `owner`, `admin` or `member`. */
    organizationRole: string | null;
};

/**
 * Derives the context from the request's session and the full active organization.
 * In: the request's headers. Out: the context; undefined without a session.
 */
export async function getUserContext(headers: Headers): Promise<UserContext | undefined> {
    const current = await auth.api.getSession({ headers });
    if (!current) {
        return undefined;
    }
    const userId = current.user.id;
    const organization = current.session.activeOrganizationId ? await getActiveOrganization(headers) : null;
    const member = organization?.members.find((candidate) => candidate.userId === userId);
    return {
        userId,
        organizationId: member?.organizationId ?? null,
        organizationRole: member ? strongestRole(member.role) : null,
    };
}

/** The active organization; null when the user was removed from it, or it was deleted, since it became active. */
async function getActiveOrganization(headers: Headers) {
    try {
        return await auth.api.getFullOrganization({ headers });
    } catch (error) {
        if (isAPIError(error) && (error.status === 'FORBIDDEN' || error.status === 'BAD_REQUEST')) {
            return null;
        }
        throw error;
    }
}

/** Better Auth keeps several roles of one member as `admin,member`; rules compare with one. */
function strongestRole(roles: string): string {
    const held = roles.split(',').map((role) => role.trim());
    return ['owner', 'admin'].find((role) => held.includes(role)) ?? 'member';
}
