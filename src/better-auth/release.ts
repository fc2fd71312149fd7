import path from 'node:path';
import { load } from 'js-yaml';
import ts from 'typescript';
import type { Project } from './project.ts';
import { property } from './tables.ts';
import { readYarnLock } from './yarn-lock.ts';

/** Major, minor and patch; a pre-release counts as the release that it leads to. */
export type VersionNumber = readonly [number, number, number];

/** The release of a package that a workspace uses, and what says so. */
export interface Release {
    /** As it is written there: `1.4.5`, or the range `~1.4.2` when nothing but package.json tells. */
    version: string;
    origin: 'installed' | 'locked' | 'requested';
}

/** Part of `~1.4.2` that may be anything. */
const ANY = Number.MAX_SAFE_INTEGER;

type ReadLock = (content: string, file: string, folder: string, name: string, range: string | undefined) => unknown;

const LOCK_FILES: Record<string, ReadLock> = {
    'package-lock.json': readPackageLock,
    'npm-shrinkwrap.json': readPackageLock,
    'pnpm-lock.yaml': readPnpmLock,
    'yarn.lock': (content, _file, _folder, name, range) => readYarnLock(content, name, range),
    'bun.lock': readBunLock,
};

/**
 * Finds out which release of a package the sources in a folder use: the installed one, else the one
 * that the nearest lock file names, else what package.json asks for when that leaves no choice of a minor version.
 * In: the project that reads the files, an absolute folder, the package's name.
 * Out: the release, or undefined when none of them tells. A file that does not parse tells nothing.
 */
export function findRelease(project: Project, folder: string, name: string): Release | undefined {
    const installed = firstUpwards(folder, (each) =>
        versionText(readJson(project, path.join(each, 'node_modules', name, 'package.json'), 'version')),
    );
    if (installed !== undefined) {
        return { version: installed, origin: 'installed' };
    }
    const range = firstUpwards(folder, (each) => requestedRange(project, path.join(each, 'package.json'), name));
    const locked = firstUpwards(folder, (each) => lockedVersion(project, each, folder, name, range));
    if (locked !== undefined) {
        return { version: locked, origin: 'locked' };
    }
    return range !== undefined && parseVersion(range) !== undefined
        ? { version: range, origin: 'requested' }
        : undefined;
}

/** In: `1.4.5`, `1.4.5-beta.1`, `~1.4.2` or `1.4.x`. Out: its number, the highest possible one for a range; else undefined. */
export function parseVersion(text: string): VersionNumber | undefined {
    const match = /^([~=v]?)(\d+)\.(\d+)\.(\d+|x|\*)(?:[-+][\w.+-]+)?$/.exec(text.trim());
    if (match === null) {
        return undefined;
    }
    const [, sign, major, minor, patch] = match;
    return [Number(major), Number(minor), sign === '~' || Number.isNaN(Number(patch)) ? ANY : Number(patch)];
}

/** Out: negative when `left` is older, positive when it is newer. */
export function compareVersions(left: VersionNumber, right: VersionNumber): number {
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

function firstUpwards<T>(folder: string, read: (folder: string) => T | undefined): T | undefined {
    for (let each = folder; ; each = path.dirname(each)) {
        const found = read(each);
        if (found !== undefined || path.dirname(each) === each) {
            return found;
        }
    }
}

function requestedRange(project: Project, file: string, name: string): string | undefined {
    for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
        const range = readJson(project, file, kind, name);
        if (typeof range === 'string') {
            return range;
        }
    }
    return undefined;
}

function lockedVersion(
    project: Project,
    folder: string,
    from: string,
    name: string,
    range: string | undefined,
): string | undefined {
    for (const [file, readLock] of Object.entries(LOCK_FILES)) {
        const target = path.join(folder, file);
        const content = project.fileExists(target) ? project.read(target) : undefined;
        const relative = path.relative(folder, from).split(path.sep).join('/');
        const version = content === undefined ? undefined : readLock(content, target, relative, name, range);
        if (versionText(version) !== undefined) {
            return versionText(version);
        }
    }
    return undefined;
}

/** npm: `packages` by path since version 2, `dependencies` by name before. */
function readPackageLock(content: string, file: string, folder: string, name: string): unknown {
    const lock = parseJson(file, content);
    const packages = property(lock, 'packages');
    const own = ancestors(folder).map((each) => (each === '' ? '' : `${each}/`));
    const found = own.map((each) => property(property(packages, `${each}node_modules/${name}`), 'version'));
    return [...found, property(property(property(lock, 'dependencies'), name), 'version')].find(
        (version) => version !== undefined,
    );
}

/** pnpm: by importer, or at the top without workspaces; `1.4.5(react@19.0.0)` names the peers, too. */
function readPnpmLock(content: string, _file: string, folder: string, name: string): unknown {
    const lock = parseYaml(content);
    const importers = property(lock, 'importers');
    const holders = [...ancestors(folder).map((each) => property(importers, each === '' ? '.' : each)), lock];
    for (const holder of holders) {
        for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
            const entry = property(property(holder, kind), name);
            const version = typeof entry === 'string' ? entry : property(entry, 'version');
            if (typeof version === 'string') {
                return version.split(/[(_]/, 1)[0];
            }
        }
    }
    return undefined;
}

/** bun: `packages` by path, each a list that starts with `name@version`. */
function readBunLock(content: string, file: string, folder: string, name: string): unknown {
    const lock = parseJson(file, content);
    const packages = property(lock, 'packages');
    const workspaces = property(lock, 'workspaces');
    const owners = ancestors(folder).map((each) => property(property(workspaces, each), 'name'));
    for (const owner of [...owners, undefined]) {
        const entry = property(packages, typeof owner === 'string' ? `${owner}/${name}` : name);
        const [id] = Array.isArray(entry) ? (entry as unknown[]) : [];
        if (typeof id === 'string') {
            return id.slice(id.lastIndexOf('@') + 1);
        }
    }
    return undefined;
}

/** In: `apps/web`. Out: `apps/web`, `apps`, and the empty text. */
function ancestors(folder: string): string[] {
    const parts = folder === '' ? [] : folder.split('/');
    return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), ''];
}

function versionText(version: unknown): string | undefined {
    return typeof version === 'string' && parseVersion(version) !== undefined ? version : undefined;
}

function readJson(project: Project, file: string, ...keys: string[]): unknown {
    const content = project.fileExists(file) ? project.read(file) : undefined;
    return content === undefined
        ? undefined
        : keys.reduce((value: unknown, key) => property(value, key), parseJson(file, content));
}

/** JSON as bun writes it has trailing commas, which this parser takes. */
function parseJson(file: string, content: string): unknown {
    const { config } = ts.parseConfigFileTextToJson(file, content) as { config?: unknown };
    return config;
}

function parseYaml(content: string): unknown {
    try {
        return load(content);
    } catch {
        // As documented: a lock file that does not parse (while it is being merged, say) tells nothing.
        return undefined;
    }
}
