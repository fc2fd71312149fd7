import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseEnv } from 'node:util';

/** The later one counts more. */
const FILES = ['.env', '.env.local'];

/**
 * Reads the `.env` files that an application would have: those of the folders from the workspace down to the file.
 * In: absolute paths. Out: the variables that the process does not have yet; nearer folders count more.
 * Throws when a file is there and cannot be read.
 */
export function readEnvironment(root: string, file: string): Record<string, string> {
    const variables: Record<string, string> = {};
    for (const folder of foldersBetween(root, path.dirname(file))) {
        for (const name of FILES) {
            const target = path.join(folder, name);
            if (existsSync(target)) {
                Object.assign(variables, parseEnv(readFileSync(target, 'utf8')));
            }
        }
    }
    return Object.fromEntries(Object.entries(variables).filter(([name]) => process.env[name] === undefined));
}

/** In: absolute paths. Out: the nearest folder around the file that has a package.json, else the workspace folder. */
export function packageFolder(root: string, file: string): string {
    const folders = foldersBetween(root, path.dirname(file));
    return folders.findLast((folder) => existsSync(path.join(folder, 'package.json'))) ?? root;
}

function foldersBetween(root: string, folder: string): string[] {
    const relative = path.relative(root, folder);
    const parts = relative === '' ? [] : relative.split(path.sep);
    return parts[0] === '..' || path.isAbsolute(relative)
        ? [folder]
        : [root, ...parts.map((_, index) => path.join(root, ...parts.slice(0, index + 1)))];
}
