import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, root } from './paths.ts';

/**
 * A hash over the names and contents of files and folders (recursive, without `node_modules`).
 * @param inputs paths relative to the repository; one that doesn't exist counts as such
 */
export function hashOf(inputs: readonly string[]): string {
    const hash = createHash('sha256');
    for (const input of inputs) {
        for (const file of filesUnder(path.join(root, input))) {
            hash.update(`${path.relative(root, file)}\0`);
            hash.update(fs.readFileSync(file));
        }
    }
    return hash.digest('hex');
}

function filesUnder(place: string): string[] {
    const stat = fs.statSync(place, { throwIfNoEntry: false });
    if (!stat) return [];
    if (stat.isFile()) return [place];
    return fs
        .readdirSync(place, { withFileTypes: true })
        .filter((entry) => entry.name !== 'node_modules')
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((entry) => filesUnder(path.join(place, entry.name)));
}

/**
 * Does work only when its inputs changed since it last ended well, or an output is missing.
 * @returns whether the work was done
 */
export async function whenChanged(
    name: string,
    what: { inputs: readonly string[]; outputs: readonly string[] },
    work: () => Promise<void>,
): Promise<boolean> {
    const file = path.join(cacheDir, 'stamps', name);
    const now = hashOf(what.inputs);
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    if (before === now && what.outputs.every((output) => fs.existsSync(path.join(root, output)))) return false;
    fs.rmSync(file, { force: true });
    await work();
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, now);
    return true;
}
