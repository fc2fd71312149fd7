import path from 'node:path';
import { minimatch } from 'minimatch';

/**
 * Whether a file is among those that a setting names.
 * In: an absolute path, the setting's globs (none means every file), the workspace folders that they are
 * relative to. Out: true when some glob matches the path within some folder, or the absolute path.
 */
export function matchesGlobs(file: string, globs: readonly string[], folders: readonly string[]): boolean {
    if (globs.length === 0) return true;
    const candidates = [file, ...folders.map((folder) => path.relative(folder, file))].map((each) =>
        each.split(path.sep).join('/'),
    );
    return globs.some((glob) =>
        candidates.some((candidate) => minimatch(candidate, glob.replace(/^\.\//, ''), { dot: true })),
    );
}
