import fs from 'node:fs';
import ts from 'typescript';
import { stampOf } from '../model/dependencies.ts';

/** What the analysis needs from a file system, so that it can be replaced. Paths are absolute, with `/`. */
export interface Disk {
    caseSensitive: boolean;
    /** Undefined when nothing is there. `stamp` differs whenever the content may differ. */
    stat(path: string): { kind: 'file' | 'directory'; stamp: string } | undefined;
    /** The decoded content without a byte order mark. Throws when it can't be read. */
    read(path: string): string;
    /** Entries of a folder; symbolic links are left out, so that a walk can't run in circles. Throws when it can't be read. */
    list(path: string): { name: string; kind: 'file' | 'directory' }[];
    realpath(path: string): string;
    /** Files below a folder as a tsconfig's `include` and `exclude` select them. */
    select(
        path: string,
        extensions: readonly string[] | undefined,
        exclude: readonly string[] | undefined,
        include: readonly string[],
        depth?: number,
    ): string[];
}

function decode(bytes: Buffer): string {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
    const text = bytes.toString('utf8');
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function statOrUndefined(path: string): fs.Stats | undefined {
    try {
        return fs.statSync(path, { throwIfNoEntry: false });
    } catch {
        // A folder without permission or a circular link: for module resolution the same as nothing there.
        return undefined;
    }
}

/** The real file system. */
export const nodeDisk: Disk = {
    caseSensitive: ts.sys.useCaseSensitiveFileNames,
    stat(path) {
        const stats = statOrUndefined(path);
        if (!stats) return undefined;
        const stamp = stampOf(stats);
        if (stats.isDirectory()) return { kind: 'directory', stamp };
        return stats.isFile() ? { kind: 'file', stamp } : undefined;
    },
    read: (path) => decode(fs.readFileSync(path)),
    list: (path) =>
        fs
            .readdirSync(path, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() || entry.isFile())
            .map((entry) => ({ name: entry.name, kind: entry.isDirectory() ? 'directory' : 'file' })),
    realpath(path) {
        try {
            return fs.realpathSync.native(path).replaceAll('\\', '/');
        } catch {
            // TypeScript asks for paths that may not exist; its own implementation answers with the path too.
            return path;
        }
    },
    select: (path, extensions, exclude, include, depth) =>
        ts.sys.readDirectory(path, extensions, exclude, include, depth),
};
