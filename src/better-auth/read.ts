import path from 'node:path';
import ts from 'typescript';
import type { AuthConfig, AuthConfigAnalysis } from '../model/auth-table.ts';
import type { Dependencies, NoteDependencies, PathState } from '../model/dependencies.ts';
import type { Unknown } from '../model/unknown.ts';
import { readConfig } from './config.ts';
import { Evaluator } from './evaluate.ts';
import { findCandidates, isTestFile } from './find.ts';
import { loadLibrary } from './library.ts';
import type { Library } from './library.ts';
import { BundledCalls } from './plugins.ts';
import { Project, contentVersion, normalizeOverlays } from './project.ts';
import { describeChoices } from './purpose.ts';
import { Releases } from './releases.ts';
import { findDeclaration, unwrap } from './scope.ts';
import { UnknownValue } from './values.ts';
import type { Value } from './values.ts';

/** Which folder to look through. */
export interface AuthConfigQuery {
    /** Absolute path of the folder. */
    root: string;
    /** Content of unsaved files by absolute path; it counts instead of what is on disk. */
    overlays: Record<string, string>;
}

interface FileResult {
    configs: AuthConfig[];
    unknown: Unknown[];
}

/** What a file's result was made of: it holds as long as all of this is unchanged. */
interface CachedResult extends FileResult {
    versions: ReadonlyMap<string, string | undefined>;
    lookups: ReadonlyMap<string, boolean>;
}

const cachedResults = new Map<string, CachedResult>();

/**
 * Finds and reads every `betterAuth(…)` call below a folder, from the sources alone: nothing of the
 * workspace is run. Test files count only when there is no other configuration.
 * In: the folder and unsaved contents; a signal, honoured between files; whom to tell what it depends on.
 * Out: the configurations in the order of files, and what keeps the analysis from being complete.
 * Throws the signal's reason when aborted, and when the folder cannot be read.
 */
export async function readAuthConfigs(
    query: AuthConfigQuery,
    signal?: AbortSignal,
    note?: NoteDependencies,
): Promise<AuthConfigAnalysis> {
    signal?.throwIfAborted();
    const root = path.normalize(query.root);
    const overlays = normalizeOverlays(query.overlays);
    const { sources, tests, unreadable } = await findCandidates(root, overlays, signal);
    const unknown: Unknown[] = unreadable.map(({ folder, message }) => ({
        what: folder,
        reason: `the folder could not be read: ${message}`,
        file: folder,
        line: 1,
    }));
    const found = await readFiles(sources, overlays, signal);
    const last = found.configs.length === 0 && tests.length > 0 ? await readFiles(tests, overlays, signal) : undefined;
    if (unreadable.length === 0) note?.(dependenciesOf([...sources, ...(last ? tests : [])]));
    return {
        configs: describeChoices([...found.configs, ...(last?.configs ?? [])], root, (file) => isTestFile(root, file)),
        unknown: [...unknown, ...dropRepeated([...found.unknown, ...(last?.unknown ?? [])])],
    };
}

/** What the present results of files were made of. */
function dependenciesOf(files: readonly string[]): Dependencies {
    const result = new Map<string, PathState>();
    for (const { versions, lookups } of files.flatMap((file) => cachedResults.get(file) ?? [])) {
        for (const [file, exists] of lookups) if (!result.has(file)) result.set(file, exists ? '*' : '');
        for (const [file, version] of versions) result.set(file, version ?? '');
    }
    return result;
}

async function readFiles(
    files: readonly string[],
    overlays: ReadonlyMap<string, string>,
    signal: AbortSignal | undefined,
): Promise<FileResult> {
    const result: FileResult = { configs: [], unknown: [] };
    for (const file of files) {
        // Evaluation is synchronous; between files an abort must get its turn.
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        const { configs, unknown } = await readFileCached(file, overlays);
        result.configs.push(...configs);
        result.unknown.push(...unknown);
    }
    return result;
}

async function readFileCached(file: string, overlays: ReadonlyMap<string, string>): Promise<FileResult> {
    const cached = cachedResults.get(file);
    if (cached !== undefined && isCurrent(cached, overlays)) {
        return cached;
    }
    const project = new Project(overlays);
    const result = await readOneFile(file, project);
    cachedResults.set(file, { ...result, versions: project.versions, lookups: project.lookups });
    return result;
}

function isCurrent({ versions, lookups }: CachedResult, overlays: ReadonlyMap<string, string>): boolean {
    return (
        [...versions].every(([file, version]) => contentVersion(file, overlays) === version) &&
        [...lookups].every(([file, exists]) => (contentVersion(file, overlays) !== undefined) === exists)
    );
}

async function readOneFile(file: string, project: Project): Promise<FileResult> {
    const parsed = project.parse(file);
    if (parsed === undefined) {
        return { configs: [], unknown: [] };
    }
    const { sourceFile, error } = parsed;
    const possible = possibleCalls(sourceFile);
    if (error !== undefined) {
        const reason = `a syntax error: ${error.message}`;
        return {
            configs: [],
            unknown: !usesName(sourceFile) ? [] : [{ what: path.basename(file), reason, file, line: error.line }],
        };
    }
    if (possible.length === 0) {
        return { configs: [], unknown: [] };
    }
    const library = await loadLibrary();
    const configs: AuthConfig[] = [];
    for (const call of possible) {
        project.sources.clear();
        project.sources.add(file);
        const config = await readCall(call, project, library);
        configs.push(...(config ? [config] : []));
    }
    const unknown = [...project.brokenConfigs].map(([config, { message, line }]) => ({
        what: path.basename(config),
        reason: `a syntax error: ${message}`,
        file: config,
        line,
    }));
    return { configs, unknown };
}

/** Reads a call again whenever it turns out that it needs a bundled package which was not loaded yet. */
async function readCall(call: ts.CallExpression, project: Project, library: Library): Promise<AuthConfig | undefined> {
    for (;;) {
        const releases = new Releases(project, call.getSourceFile().fileName, library);
        const released = releases.apply(library);
        const calls = new BundledCalls(released, releases);
        const evaluator = new Evaluator(project, calls);
        const config = isBetterAuth(evaluator.evaluate(call.expression, undefined))
            ? { ...readConfig(call, evaluator, released, calls), ...releases.describe() }
            : undefined;
        if (calls.pending.size === 0) {
            return config;
        }
        await Promise.all([...calls.pending].map((module) => library.loadPackage(module)));
    }
}

function isBetterAuth(callee: Value): boolean {
    const external = callee instanceof UnknownValue ? callee.external : undefined;
    return (
        external?.name === 'betterAuth' &&
        (external.module === 'better-auth' || external.module === 'better-auth/minimal')
    );
}

/** Calls of something that is named, or imported as, `betterAuth`. */
function possibleCalls(sourceFile: ts.SourceFile): ts.CallExpression[] {
    const calls: ts.CallExpression[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node) && mayBeBetterAuth(unwrap(node.expression))) {
            calls.push(node);
        }
        ts.forEachChild(node, visit);
    };
    visit(sourceFile);
    return calls;
}

/** Whether the name occurs outside of comments and strings. */
function usesName(sourceFile: ts.SourceFile): boolean {
    const visit = (node: ts.Node): boolean =>
        (ts.isIdentifier(node) && node.text === 'betterAuth') || ts.forEachChild(node, visit) === true;
    return visit(sourceFile);
}

function mayBeBetterAuth(callee: ts.Expression): boolean {
    if (ts.isPropertyAccessExpression(callee)) {
        return callee.name.text === 'betterAuth';
    }
    if (!ts.isIdentifier(callee)) {
        return false;
    }
    const declaration = findDeclaration(callee);
    const isRenamed =
        declaration !== undefined &&
        (ts.isImportSpecifier(declaration) || ts.isBindingElement(declaration)) &&
        declaration.propertyName?.getText() === 'betterAuth';
    return isRenamed || callee.text === 'betterAuth';
}

function dropRepeated(unknown: readonly Unknown[]): Unknown[] {
    const byText = new Map(unknown.map((each) => [JSON.stringify(each), each]));
    return [...byText.values()];
}
