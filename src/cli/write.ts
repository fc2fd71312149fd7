import fs from 'node:fs';
import path from 'node:path';
import { formatPatch, structuredPatch } from 'diff';
import { relativePath, UsageError } from './terminal.ts';

/** A file's content before and after a change; `before` is undefined for a file that is to be created. */
export interface FileChange {
    /** Absolute path. */
    file: string;
    before: string | undefined;
    after: string;
}

/** A unified diff that `git apply` and `patch -p1` take, paths relative to the working directory. Empty without a change. */
export function printDiff(cwd: string, changes: readonly FileChange[]): string {
    return changes
        .filter(({ before, after }) => before !== after)
        .map(({ file, before, after }) => {
            const name = relativePath(cwd, file);
            const from = before === undefined ? '/dev/null' : `a/${name}`;
            const patch = structuredPatch(from, `b/${name}`, before ?? '', after, undefined, undefined, { context: 3 });
            return formatPatch(patch, { includeIndex: false, includeUnderline: false, includeFileHeaders: true });
        })
        .join('');
}

/**
 * Writes changed files: each into a new file beside it that then takes its place, so that nobody ever
 * reads half a schema. The mode stays; a symbolic link stays one.
 * Throws `UsageError`, before anything is written, when a file isn't what it was when it was read.
 */
export function writeChanges(cwd: string, changes: readonly FileChange[]): void {
    const staged: { temporary: string; target: string }[] = [];
    try {
        for (const change of changes.filter(({ before, after }) => before !== after)) {
            staged.push(stage(cwd, change));
        }
        for (const { temporary, target } of staged) fs.renameSync(temporary, target);
    } finally {
        for (const { temporary } of staged) fs.rmSync(temporary, { force: true });
    }
}

function stage(cwd: string, { file, before, after }: FileChange): { temporary: string; target: string } {
    const name = relativePath(cwd, file);
    const exists = fs.existsSync(file);
    if (exists !== (before !== undefined)) {
        throw new UsageError(`${name} was ${exists ? 'created' : 'removed'} in the meantime. Nothing was written.`);
    }
    const target = exists ? fs.realpathSync(file) : file;
    if (before !== undefined && !fs.readFileSync(target).equals(Buffer.from(before, 'utf8'))) {
        throw new UsageError(
            `${name} is not UTF-8, or was changed in the meantime. Nothing was written; try again, or convert the file.`,
        );
    }
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
    fs.writeFileSync(temporary, after, { flag: 'wx' });
    if (exists) fs.chmodSync(temporary, fs.statSync(target).mode);
    return { temporary, target };
}
