/** The words of a name in camel, snake or kebab case, in lower case. */
function wordsOf(name: string): string[] {
    return name
        .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
        .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
        .toLowerCase()
        .split(/[\s_-]+/)
        .filter((word) => word !== '');
}

/**
 * What a member's name stands for, so that two spellings of one thing give the same text:
 * `activeOrganizationId`, `organization_id` and `orgId` are one. Better Auth puts `active` before what
 * the session points at.
 */
export function meaningOf(name: string): string {
    const words = wordsOf(name).map((word) => (word === 'org' ? 'organization' : word));
    const [first] = words;
    return (words.length > 1 && (first === 'active' || first === 'current') ? words.slice(1) : words).join('');
}

/** Whether a name is one of those for the current user's id: `id`, `userId`, `uid`. */
export function isUserId(name: string): boolean {
    return ['id', 'userid', 'uid', 'currentuserid'].includes(meaningOf(name));
}

/** The name of one element of a list: `organizationIds` → `organizationId`. */
export function singularOf(name: string): string {
    return /[^s]s$/.test(name) ? name.slice(0, -1) : name;
}
