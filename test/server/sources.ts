/** Texts that many tests build on. */

export const HEAD = `datasource db {
    provider = 'sqlite'
    url = 'file:./dev.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}
`;

/** An application that passes `{ userId, organizationId: string | null, organizationRole?: string }`. */
export const DB_TS = `interface Db { $setAuth(auth: unknown): Db }
declare const db: Db;
interface Context { userId: string; organizationId: string | null; organizationRole?: string }
export function forRequest(context: Context | undefined): Db {
    return db.$setAuth(context);
}
`;

/** A schema that agrees with it. */
export const GOOD = `${HEAD}
type Auth {
    userId           String  @id
    organizationId   String?
    organizationRole String?

    @@auth
}

model Todo {
    id             String  @id @default(cuid())
    title          String
    ownerId        String
    organizationId String?

    @@allow('read', auth().organizationId != null && auth().organizationId == organizationId)
    @@allow('all', auth().userId == ownerId && auth().organizationRole == 'admin')
    @@deny('post-update', ownerId != before().ownerId)
}
`;
