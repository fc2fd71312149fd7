import fs from 'node:fs/promises';
import path from 'node:path';

/** Code that is still in use is compiled anew after that time, once. */
const MOST_DAYS = 60;

/**
 * Removes what Node's compile cache has kept for long: it never does that itself, and each version of the extension
 * adds its bundles. In: the cache's folder, which needn't exist. Throws when something can't be removed.
 */
export async function removeOldCode(folder: string, now = Date.now()): Promise<void> {
    for (const entry of await entriesOf(folder)) {
        const file = path.join(entry.parentPath, entry.name);
        if (!entry.isFile()) continue;
        const { mtimeMs } = await fs.stat(file);
        if (now - mtimeMs > MOST_DAYS * 24 * 60 * 60_000) await fs.rm(file, { force: true });
    }
}

async function entriesOf(folder: string): ReturnType<typeof list> {
    try {
        return await list(folder);
    } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw error;
    }
}

function list(folder: string) {
    return fs.readdir(folder, { recursive: true, withFileTypes: true });
}
