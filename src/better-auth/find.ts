import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { WRITTEN_FOLDERS } from '../model/source-folders.ts';
import { contentVersion } from './project.ts';

/** Files that may hold a configuration; those of tests count only when there is no other. */
export interface Candidates {
    sources: string[];
    tests: string[];
    /** Folders that could not be listed, with the reason. */
    unreadable: { folder: string; message: string }[];
}

const SKIPPED_FOLDERS = new Set([...WRITTEN_FOLDERS, 'storybook-static']);
const SOURCE = /\.(?:[cm]?ts|tsx|[cm]?js|jsx)$/;
const NOT_SOURCE = /\.d\.[cm]?ts$|\.min\.[cm]?js$/;
const TEST = /(?:^|[\\/])(?:test|tests|__tests__|__mocks__|e2e)[\\/]|\.(?:test|spec)\.[a-z]+$/;
/** Larger files are bundles. */
const MAX_LENGTH = 1_000_000;
const PARALLEL_READS = 16;

/** Whether a file mentions `betterAuth`, by path, for the content version that was looked at. */
const mentions = new Map<string, { version: string; found: boolean }>();

/**
 * Finds the source files below a folder that mention `betterAuth`; a cheap look at their text.
 * In: the folder, unsaved contents by normalised path, a signal that ends the search.
 * Out: absolute paths in alphabetical order. Throws the signal's reason when it is aborted, and when
 * the folder cannot be read.
 */
export async function findCandidates(
    root: string,
    overlays: ReadonlyMap<string, string>,
    signal?: AbortSignal,
): Promise<Candidates> {
    const { files: listed, unreadable } = await listSources(root, signal);
    const files = new Set(listed);
    for (const file of overlays.keys()) {
        if (isSourceBelow(root, file)) {
            files.add(file);
        }
    }
    const found: string[] = [];
    const queue = [...files].sort();
    const work = async (): Promise<void> => {
        for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
            signal?.throwIfAborted();
            if (await mentionsBetterAuth(file, overlays)) {
                found.push(file);
            }
        }
    };
    await Promise.all(Array.from({ length: PARALLEL_READS }, work));
    found.sort();
    const isTest = (file: string): boolean => isTestFile(root, file);
    return { sources: found.filter((file) => !isTest(file)), tests: found.filter(isTest), unreadable };
}

/** In: absolute paths of the workspace folder and a file in it. Out: whether the file is one of tests. */
export function isTestFile(root: string, file: string): boolean {
    return TEST.test(path.relative(root, file));
}

async function listSources(
    root: string,
    signal: AbortSignal | undefined,
): Promise<{ files: string[]; unreadable: Candidates['unreadable'] }> {
    const files: string[] = [];
    const unreadable: Candidates['unreadable'] = [];
    const folders = [root];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        signal?.throwIfAborted();
        const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
            if (folder === root) {
                throw error;
            }
            unreadable.push({ folder, message: error instanceof Error ? error.message : String(error) });
            return [];
        });
        for (const entry of entries) {
            if (entry.isDirectory() && !isSkippedFolder(entry.name)) {
                folders.push(path.join(folder, entry.name));
            } else if (entry.isFile() && isSourceName(entry.name)) {
                files.push(path.join(folder, entry.name));
            }
        }
    }
    return { files, unreadable };
}

async function mentionsBetterAuth(file: string, overlays: ReadonlyMap<string, string>): Promise<boolean> {
    const overlay = overlays.get(file);
    if (overlay !== undefined) {
        return overlay.includes('betterAuth');
    }
    const version = contentVersion(file, overlays);
    if (version === undefined) {
        return false;
    }
    const known = mentions.get(file);
    if (known?.version === version) {
        return known.found;
    }
    const content = await readFile(file, 'utf8');
    const found = content.length <= MAX_LENGTH && content.includes('betterAuth');
    mentions.set(file, { version, found });
    return found;
}

function isSourceBelow(root: string, file: string): boolean {
    const relative = path.relative(root, file);
    const parts = relative.split(path.sep);
    const name = parts.pop() ?? '';
    return (
        !parts.some((part) => part === '..' || isSkippedFolder(part)) &&
        !path.isAbsolute(relative) &&
        isSourceName(name)
    );
}

function isSkippedFolder(name: string): boolean {
    return name.startsWith('.') || SKIPPED_FOLDERS.has(name);
}

function isSourceName(name: string): boolean {
    return SOURCE.test(name) && !NOT_SOURCE.test(name);
}
