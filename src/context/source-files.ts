import type { PathState } from '../model/dependencies.ts';
import type { Disk } from './disk.ts';
import { realPathOf, scriptText } from './script-blocks.ts';

interface Entry {
    stamp: string;
    text: string;
    /** Grows with each different content. */
    version: number;
}

/** Turns a path of this platform into the form that TypeScript uses: absolute, with `/`. */
export function toInternalPath(path: string): string {
    return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

/** The reverse of `toInternalPath`: the form in which results carry paths; a component's script is its component. */
export function toNativePath(path: string): string {
    const real = realPathOf(path);
    return process.platform === 'win32' ? real.replaceAll('/', '\\') : real;
}

/**
 * Files as an analysis sees them: editor content first, then the disk. The scripts of a component are
 * a file of their own beside it; see `scriptPath`. It remembers what it has read
 * over several analyses; within one (between two calls of `begin`) the disk is asked once per path.
 */
export class SourceFiles {
    readonly disk: Disk;
    readonly #entries = new Map<string, Entry>();
    readonly #stats = new Map<string, ReturnType<Disk['stat']>>();
    readonly #realpaths = new Map<string, string>();
    #overlays = new Map<string, string>();
    #overlayFolders = new Set<string>();
    #versions = 0;

    constructor(disk: Disk) {
        this.disk = disk;
    }

    /** Starts an analysis. In: editor content by path. */
    begin(overlays: Readonly<Record<string, string>>): void {
        this.#stats.clear();
        this.#realpaths.clear();
        this.#overlays = new Map(Object.entries(overlays).map(([path, text]) => [toInternalPath(path), text]));
        this.#overlayFolders = new Set();
        for (const path of this.#overlays.keys()) {
            for (let folder = parentOf(path); !this.#overlayFolders.has(folder); folder = parentOf(folder)) {
                this.#overlayFolders.add(folder);
            }
        }
    }

    /**
     * Every path that this analysis has asked the disk for, with what was there. What is inside of an
     * installed package is left out: lockfiles, which are asked for too, tell when it changes.
     */
    probed(): Map<string, PathState> {
        const result = new Map<string, PathState>();
        for (const [path, stat] of this.#stats) {
            const state = stat === undefined ? '' : stat.kind === 'directory' ? 'folder' : stat.stamp;
            const inPackage = /\/node_modules\/(?!\.)(?:@[^/]+\/)?[^/]+/.exec(path);
            const isPackage = inPackage?.[0].length === path.length - (inPackage?.index ?? 0);
            if (!inPackage || (isPackage && state === '')) result.set(path, state);
        }
        return result;
    }

    overlayPaths(): string[] {
        return [...this.#overlays.keys()];
    }

    /** Content that isn't on disk like this: of an editor, or the script of a component. */
    virtual(path: string): string | undefined {
        return this.#overlays.has(path) || realPathOf(path) !== path ? this.read(path)?.text : undefined;
    }

    /** Whether there is no such file on disk: at most it is virtual. */
    isOffDisk(path: string): boolean {
        return this.#stat(path)?.kind !== 'file';
    }

    /** Whether a folder holds editor content. */
    isOverlayFolder(path: string): boolean {
        return this.#overlayFolders.has(path);
    }

    /** A value that differs whenever the content may differ; undefined when there is no such file. */
    stamp(path: string): string | undefined {
        const real = realPathOf(path);
        const overlay = this.#overlays.get(real);
        if (overlay !== undefined) return `overlay:${overlay}`;
        const stat = this.#stat(real);
        return stat?.kind === 'file' ? stat.stamp : undefined;
    }

    exists(path: string): boolean {
        const real = realPathOf(path);
        return this.#overlays.has(real) || this.#stat(real)?.kind === 'file';
    }

    folderExists(path: string): boolean {
        const folder = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
        return this.#overlayFolders.has(folder) || this.#stat(folder)?.kind === 'directory';
    }

    /** Content without remembering it. Undefined when there is no such file; throws when it can't be read. */
    peek(path: string): string | undefined {
        const real = realPathOf(path);
        const text = this.#overlays.get(real) ?? (this.exists(real) ? this.disk.read(real) : undefined);
        return text === undefined || real === path ? text : scriptText(text);
    }

    /** Content with a version that stays the same as long as the content does. Undefined when there is no readable file. */
    read(path: string): { text: string; version: number } | undefined {
        const stamp = this.stamp(path);
        if (stamp === undefined) return undefined;
        const known = this.#entries.get(path);
        if (known?.stamp === stamp) return known;
        const text = this.#readText(path);
        if (text === undefined) return undefined;
        const version = known?.text === text ? known.version : ++this.#versions;
        const entry = { stamp, text, version };
        this.#entries.set(path, entry);
        return entry;
    }

    realpath(path: string): string {
        if (this.#overlays.has(path) || realPathOf(path) !== path) return path;
        let real = this.#realpaths.get(path);
        if (real === undefined) {
            real = this.disk.realpath(path);
            this.#realpaths.set(path, real);
        }
        return real;
    }

    #readText(path: string): string | undefined {
        try {
            return this.peek(path);
        } catch {
            // To TypeScript it is a missing module; a file that holds a call is reported by the search for calls.
            return undefined;
        }
    }

    #stat(path: string): ReturnType<Disk['stat']> {
        if (this.#stats.has(path)) return this.#stats.get(path);
        const stat = this.disk.stat(path);
        this.#stats.set(path, stat);
        return stat;
    }
}

/** The folder of a path; a root folder is its own. */
export function parentOf(path: string): string {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return path;
    if (slash === 0) return '/';
    return path.slice(0, slash);
}

/** A relative path of `/`-separated segments from a folder. */
export function joinPath(folder: string, relative: string): string {
    const segments = folder.split('/');
    for (const segment of relative.split('/')) {
        if (segment === '..') segments.pop();
        else if (segment !== '.' && segment !== '') segments.push(segment);
    }
    return segments.join('/');
}
