import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../../..');
const made: string[] = [];

/** An application with one `$setAuth` call; the receiver is declared on the spot, so that no package is compiled. */
export const DB_TS = `declare const db: { $setAuth(context: object | undefined): unknown };
declare const userId: string, organizationId: string | null;
export const guarded = db.$setAuth({ userId, organizationId });
`;

/** A schema on which `check` finds one warning, at line 8, column 20: organizationId may be null. */
export const SCHEMA = `datasource db {
    provider = 'sqlite'
    url = 'file:./test.db'
}

type Auth {
    userId String @id
    organizationId String

    @@auth
}

model Post {
    id String @id
    ownerId String
    organizationId String

    @@allow('all,post-update', auth().userId == ownerId && auth().organizationId == organizationId)
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}
`;

/** The same without a finding. */
export const GOOD_SCHEMA = SCHEMA.replace(
    '    organizationId String\n\n    @@auth',
    '    organizationId String?\n\n    @@auth',
);

export const AUTH_TS = `import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
import { db } from './client.ts';

export const auth = betterAuth({
    database: zenstackAdapter(db, { provider: 'sqlite' }),
    emailAndPassword: { enabled: true },
    plugins: [organization()],
});
`;

/**
 * Writes a package into a new folder, inside the repository so that its imports resolve.
 * In: contents by relative path; a package.json is added. Out: the folder's absolute path.
 */
export function workspace(files: Record<string, string | Buffer>): string {
    const parent = path.join(root, 'test-results', 'cli');
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(path.join(parent, 'case-'));
    made.push(folder);
    const all = { 'package.json': '{ "name": "case", "private": true, "type": "module" }\n', ...files };
    for (const [name, content] of Object.entries(all)) {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
    }
    return folder;
}

/** Removes what `workspace` made. */
export function removeWorkspaces(): void {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}
