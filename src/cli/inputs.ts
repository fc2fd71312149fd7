import fs from 'node:fs';
import path from 'node:path';
import { discoverSchemas, packageRootOf } from '../workspace/discover.ts';
import { collectSources, FileAccess, UnreadableSchemaError } from '../zmodel/load.ts';
import { relativeMessage, relativePath, UsageError } from './terminal.ts';

/** The schemas that a user's paths mean. */
export interface Inputs {
    /** Absolute paths of entry files, each once, in the order of the paths. */
    entries: string[];
    /** Inputs that can't be used, as messages. */
    problems: string[];
    /** What a user should know and need not act on. */
    notes: string[];
}

/** What a path leads to. Throws `UsageError` when it leads nowhere. */
export function statInput(cwd: string, given: string): { target: string; isFolder: boolean } {
    const target = path.resolve(cwd, given);
    const stats = fs.statSync(target, { throwIfNoEntry: false });
    if (!stats) throw new UsageError(`${given}: there is no such file or folder.`);
    return { target, isFolder: stats.isDirectory() };
}

/**
 * Finds the schemas that paths mean.
 * In: the working directory; files or folders, none standing for the working directory. A fragment
 * stands for the schemas that import it. Out: the entry files; what can't be used is a problem, so that
 * the rest goes on working.
 */
export async function findInputs(cwd: string, paths: readonly string[]): Promise<Inputs> {
    const entries = new Set<string>();
    const inputs: Inputs = { entries: [], problems: [], notes: [] };
    for (const given of paths.length === 0 ? ['.'] : paths) {
        try {
            const { target, isFolder } = statInput(cwd, given);
            const found = await (isFolder ? schemasIn(cwd, target, inputs) : schemasOf(cwd, target, inputs));
            for (const entry of found) entries.add(entry);
        } catch (error) {
            if (!(error instanceof UsageError)) throw error;
            inputs.problems.push(error.message);
        }
    }
    return { ...inputs, entries: [...entries] };
}

async function schemasIn(cwd: string, folder: string, inputs: Inputs): Promise<string[]> {
    const { entries, skipped, problems } = await discoverSchemas(folder);
    inputs.problems.push(...problems.map((problem) => relativeMessage(cwd, problem)));
    for (const { file, reason } of skipped) {
        inputs.notes.push(`${relativePath(cwd, file)} is left out: ${reason}. Name it to have it looked at.`);
    }
    if (entries.length + problems.length > 0) return entries.map(({ file }) => file);
    throw new UsageError(
        `${relativePath(cwd, folder)}: there is no schema (*.zmodel) in this folder. ` +
            'Name a schema or the folder that holds it, or begin one with "zen init".',
    );
}

async function schemasOf(cwd: string, file: string, inputs: Inputs): Promise<string[]> {
    const shown = relativePath(cwd, file);
    if (!file.endsWith('.zmodel')) throw new UsageError(`${shown}: is no schema; a schema's name ends in .zmodel.`);
    const { entries, skipped } = await discoverSchemas(packageRootOf(file));
    const roots = [...entries, ...skipped].map((found) => found.file);
    if (roots.includes(file)) return [file];
    const access = new FileAccess();
    const holders = roots.filter((root) => sourcesOf(root, access).includes(file));
    if (holders.length === 0) return [file];
    const names = holders.map((holder) => relativePath(cwd, holder)).join(', ');
    inputs.notes.push(`${shown} is a part of ${names}, which is looked at as a whole.`);
    return holders;
}

function sourcesOf(entry: string, access: FileAccess): string[] {
    try {
        return collectSources(entry, access).map((source) => source.file);
    } catch (error) {
        // Only whether it holds the named file matters here; naming it as an input shows what is wrong with it.
        if (error instanceof UnreadableSchemaError) return [];
        throw error;
    }
}
