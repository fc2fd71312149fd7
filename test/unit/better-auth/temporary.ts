import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Writes files into a folder of their own. In: contents by relative path. Out: the folder, and what removes it. */
export async function writeTemporary(
    files: Record<string, string>,
): Promise<{ root: string; remove: () => Promise<void> }> {
    const root = await realpath(await mkdtemp(path.join(tmpdir(), 'zmodel-auth-config-')));
    for (const [name, content] of Object.entries(files)) {
        const file = path.join(root, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, content);
    }
    return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
