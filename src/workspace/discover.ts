import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { glob } from 'tinyglobby';
import { collectSources, FileAccess, importsOf, resolveImportPath, UnreadableSchemaError } from '../zmodel/load.ts';
import type { SourceAccess } from '../zmodel/load.ts';

const IGNORED = ['**/node_modules/**', '**/.*/**', '**/dist/**', '**/build/**', '**/out/**', '**/coverage/**'];

/** The places where ZenStack's command line looks when nothing is declared. */
const DEFAULT_PLACES = ['schema.zmodel', 'zenstack/schema.zmodel'];

/** A schema's entry file, and why it is one. */
export interface SchemaEntry {
    /** Absolute path. */
    file: string;
    /** The package declares it, it stands where ZenStack looks by default, or it is the package's only schema. */
    isMain: boolean;
}

export interface Discovery {
    entries: SchemaEntry[];
    /** Schemas that aren't looked at unless they are named, each with the reason. */
    skipped: { file: string; reason: string }[];
    /** What could not be read, as messages with a path. */
    problems: string[];
}

/** The nearest folder above a file that holds a package.json; the file's own folder when there is none. */
export function packageRootOf(file: string): string {
    const own = path.dirname(file);
    for (let folder = own; ; folder = path.dirname(folder)) {
        if (fs.existsSync(path.join(folder, 'package.json'))) return folder;
        if (folder === path.dirname(folder)) return own;
    }
}

/** The folder above a package that holds its workspaces (npm, yarn, bun, pnpm); undefined when it is no part of one. */
export function monorepoRootOf(packageRoot: string): string | undefined {
    for (let folder = path.dirname(packageRoot); folder !== path.dirname(folder); folder = path.dirname(folder)) {
        if (fs.existsSync(path.join(folder, 'pnpm-workspace.yaml'))) return folder;
        const manifest = readManifest(folder);
        if (manifest && 'value' in manifest && manifest.value['workspaces'] !== undefined) return folder;
    }
    return undefined;
}

function readManifest(folder: string): { value: Record<string, unknown> } | { problem: string } | undefined {
    const file = path.join(folder, 'package.json');
    if (!fs.existsSync(file)) return undefined;
    try {
        const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
        return typeof value === 'object' && value !== null
            ? { value: { ...value } }
            : { problem: `${file}: is no JSON object.` };
    } catch (error) {
        return { problem: `${file}: ${error instanceof Error ? error.message : String(error)}` };
    }
}

/** The schema that a package.json declares under `"zenstack": { "schema": … }`: a file, or a folder that holds schema.zmodel. */
export function declaredSchema(packageRoot: string): string | undefined {
    const manifest = readManifest(packageRoot);
    if (!manifest || 'problem' in manifest) return undefined;
    const { zenstack } = manifest.value;
    const schema: unknown =
        typeof zenstack === 'object' && zenstack !== null && 'schema' in zenstack ? zenstack.schema : undefined;
    if (typeof schema !== 'string') return undefined;
    const target = path.resolve(packageRoot, schema);
    return fs.existsSync(target) && fs.statSync(target).isDirectory() ? path.join(target, 'schema.zmodel') : target;
}

/** Whether a schema is the one that its package means when it says nothing else. */
export function isMainSchema(entry: string, packageRoot: string, siblings: readonly string[]): boolean {
    const declared = declaredSchema(packageRoot);
    if (declared !== undefined && fs.existsSync(declared)) return declared === entry;
    const byDefault = DEFAULT_PLACES.map((place) => path.join(packageRoot, place)).find((file) => fs.existsSync(file));
    if (byDefault !== undefined) return byDefault === entry;
    return siblings.every((file) => file === entry);
}

export interface DiscoverOptions {
    /** How files are read; from disk unless told. */
    access?: SourceAccess;
    signal?: AbortSignal | undefined;
}

/**
 * Finds the schemas of a folder. Between two files that it reads, anything else gets its turn.
 * In: an absolute path. Out: the entry files (files that no other file imports), the ones left out
 * because their package declares another schema, and what could not be read. Rejects with the signal's
 * reason when aborted.
 */
export async function discoverSchemas(
    folder: string,
    { access = new FileAccess(), signal }: DiscoverOptions = {},
): Promise<Discovery> {
    const options = { cwd: folder, absolute: true, ignore: IGNORED, followSymbolicLinks: false };
    const found = await glob('**/*.zmodel', { ...options, ...(signal && { signal }) });
    const files = found.map((file) => path.normalize(file)).sort();
    const problems: string[] = [];
    const imported = new Set<string>();
    const pause = async (): Promise<void> => {
        await setImmediate();
        signal?.throwIfAborted();
    };
    for (const file of files) {
        await pause();
        try {
            const parsed = access.read(file);
            for (const each of parsed ? importsOf(parsed.model) : []) {
                const target = resolveImportPath(file, each.path);
                if (target !== file) imported.add(realPath(target));
            }
        } catch (error) {
            if (!(error instanceof UnreadableSchemaError)) throw error;
            problems.push(error.message);
        }
    }
    // What can't be read is among the problems already.
    const filesOf = (file: string): string[] =>
        collectSources(file, access, () => undefined).map((source) => realPath(source.file));
    const readable = files.filter((file) => !problems.some((problem) => problem.startsWith(`${file}:`)));
    const roots = readable.filter((file) => !imported.has(realPath(file)));
    const covered = new Set<string>();
    for (const file of roots) {
        await pause();
        for (const each of filesOf(file)) covered.add(each);
    }
    // Files that only import each other in a circle have no root: each circle's first file stands for it.
    for (const file of readable) {
        if (covered.has(realPath(file))) continue;
        roots.push(file);
        for (const each of filesOf(file)) covered.add(each);
    }
    return { ...select(roots, folder), problems };
}

/** A file that is imported by way of a symbolic link is imported under its own name, too. */
function realPath(file: string): string {
    return fs.existsSync(file) ? fs.realpathSync(file) : file;
}

function select(roots: readonly string[], folder: string): Pick<Discovery, 'entries' | 'skipped'> {
    const entries: SchemaEntry[] = [];
    const skipped: Discovery['skipped'] = [];
    const byPackage = new Map<string, string[]>();
    for (const root of roots) {
        const owner = packageRootOf(root);
        byPackage.set(owner, [...(byPackage.get(owner) ?? []), root]);
    }
    for (const [owner, siblings] of byPackage) {
        const declared = declaredSchema(owner);
        for (const file of siblings) {
            // A declaration in a folder above the one that was asked for says nothing about its contents.
            const elsewhere = declared !== undefined && declared !== file && declared.startsWith(folder + path.sep);
            if (elsewhere && fs.existsSync(declared)) {
                skipped.push({ file, reason: `the package declares ${path.relative(owner, declared)} as its schema` });
            } else entries.push({ file, isMain: isMainSchema(file, owner, siblings) });
        }
    }
    return { entries, skipped };
}
