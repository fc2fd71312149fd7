import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, root } from '../../scripts/lib/paths.ts';

let count = 0;

/**
 * Copies a folder to be worked on: below the repository, so that packages still resolve to the root's `node_modules`.
 * @param from path relative to the repository, e.g. `samples/multi-tenant`
 * @returns absolute path of the copy; `removeWorkspace` removes it
 */
export function copyWorkspace(from: string): string {
    const source = path.join(root, from);
    const target = path.join(cacheDir, 'workspaces', `${path.basename(from)}-${process.pid}-${++count}`);
    fs.rmSync(target, { recursive: true, force: true });
    fs.cpSync(source, target, {
        recursive: true,
        filter: (file) => path.basename(file) !== 'node_modules' && !file.endsWith('.db'),
    });
    const packages = path.join(source, 'node_modules');
    if (fs.existsSync(packages)) fs.symlinkSync(packages, path.join(target, 'node_modules'), 'junction');
    return target;
}

/** Removes a copied workspace. */
export function removeWorkspace(folder: string): void {
    fs.rmSync(folder, { recursive: true, force: true });
}
