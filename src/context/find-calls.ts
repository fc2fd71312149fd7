import ts from 'typescript';
import { WRITTEN_FOLDERS } from '../model/source-folders.ts';
import type { Unknown } from '../model/unknown.ts';
import { isComponent, realPathOf, scriptPath } from './script-blocks.ts';
import { stripParentheses } from './syntax.ts';
import { toNativePath, type SourceFiles } from './source-files.ts';

const EXTENSIONS = /\.(?:[mc]?[jt]s|[jt]sx|vue|svelte)$/;
const DECLARATIONS = /\.d\.(?:[^./]+\.)?[mc]?ts$/;
const GENERATED_FILES = /\.(?:min|bundle)\.[mc]?js$/;
/** Folders that hold what tools have written; a call in there comes from a source that is read anyway. */
const SKIPPED_FOLDERS = new Set(WRITTEN_FOLDERS);
const TEST_FOLDERS = new Set(['test', 'tests', '__tests__', '__mocks__', 'spec', 'specs', 'e2e', 'cypress']);
const TEST_FILES = /\.(?:test|spec|e2e|cy)\.(?:[mc]?[jt]sx?|vue|svelte)$/;
/** An open editor's worth of text is far below; a generated file may be above and would only cost time. */
const MAX_LENGTH = 4_000_000;
const FOLDERS_PER_STEP = 50;

/** What the text search found below a folder. Paths as TypeScript writes them. */
export interface Candidates {
    /** All sources, test files included. */
    sources: string[];
    /** Sources whose text mentions `$setAuth`. */
    mentions: string[];
    /** Sources with `declare global` or `declare module`: they may change types of a file that doesn't import them. */
    globals: string[];
    unknown: Unknown[];
}

interface Traits {
    stamp: string;
    /** What is analysed: the file itself, or the script of a component. */
    source: string;
    mentions: boolean;
    globals: boolean;
}

/** Remembers, per file and stamp, what its text contains, so that a second search reads only what changed. */
export type TraitCache = Map<string, Traits>;

function isSkippedFolder(name: string): boolean {
    return name.startsWith('.') || SKIPPED_FOLDERS.has(name);
}

/** Whether the search below `root` would read this path at all. */
function isSource(path: string, root: string): boolean {
    if (!path.startsWith(`${root}/`) && root !== '/') return false;
    const segments = path.slice(root.length).split('/').filter(Boolean);
    const name = segments.pop() ?? '';
    return isSourceName(name) && !segments.some(isSkippedFolder);
}

function isSourceName(name: string): boolean {
    return EXTENSIONS.test(name) && !DECLARATIONS.test(name) && !GENERATED_FILES.test(name);
}

/** Whether a path (below `root`) belongs to tests rather than to the application. */
export function isTestFile(path: string, root: string): boolean {
    const real = realPathOf(path);
    const segments = real.slice(root.length).split('/');
    return TEST_FILES.test(real) || segments.slice(0, -1).some((segment) => TEST_FOLDERS.has(segment));
}

function readTraits(path: string, files: SourceFiles, cache: TraitCache): Traits | undefined {
    const stamp = files.stamp(path);
    if (stamp === undefined) return undefined;
    const known = cache.get(path);
    if (known?.stamp === stamp) return known;
    const text = files.peek(path) ?? '';
    const readable = text.length <= MAX_LENGTH;
    const traits = {
        stamp,
        source: isComponent(path) ? scriptPath(path, text) : path,
        mentions: readable && text.includes('$setAuth'),
        globals: readable && /\bdeclare\s+(?:global|module)\b/.test(text),
    };
    cache.set(path, traits);
    return traits;
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/**
 * Searches the sources below a folder by text. Packages, build output, hidden folders and declaration
 * files are left out; unsaved files that aren't on disk yet count. Folders and files that can't be
 * read are reported as unknown. `pause` is awaited now and then and may throw to end the search.
 */
export async function findCandidates(
    root: string,
    files: SourceFiles,
    cache: TraitCache,
    pause: () => Promise<void>,
): Promise<Candidates> {
    const result: Candidates = { sources: [], mentions: [], globals: [], unknown: [] };
    const report = (what: string, path: string, error: unknown): void => {
        result.unknown.push({ what, reason: messageOf(error), file: toNativePath(path), line: 1 });
    };
    const visit = (path: string): void => {
        try {
            const traits = readTraits(path, files, cache);
            if (traits) result.sources.push(traits.source);
            if (traits?.mentions) result.mentions.push(traits.source);
            if (traits?.globals) result.globals.push(traits.source);
        } catch (error) {
            report('the file', path, error);
        }
    };

    const seen = new Set<string>();
    const folders = [root];
    for (let index = 0, folder = folders[0]; folder !== undefined; folder = folders[++index]) {
        if (index % FOLDERS_PER_STEP === 0) await pause();
        try {
            for (const entry of files.disk.list(folder)) {
                const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`;
                if (entry.kind === 'directory') {
                    if (!isSkippedFolder(entry.name)) folders.push(path);
                } else if (isSourceName(entry.name)) {
                    seen.add(path);
                    visit(path);
                }
            }
        } catch (error) {
            report('the folder', folder, error);
        }
    }
    for (const path of files.overlayPaths()) {
        if (!seen.has(path) && isSource(path, root)) visit(path);
    }
    result.sources.sort();
    result.mentions.sort();
    result.globals.sort();
    return result;
}

function isSetAuth(callee: ts.Expression): boolean {
    const inner = ts.isNonNullExpression(callee) ? callee.expression : stripParentheses(callee);
    if (ts.isPropertyAccessExpression(inner)) return inner.name.text === '$setAuth';
    return (
        ts.isElementAccessExpression(inner) &&
        ts.isStringLiteralLike(inner.argumentExpression) &&
        inner.argumentExpression.text === '$setAuth'
    );
}

/** All `<expression>.$setAuth(...)` calls of a file, in the order of the text; whatever the receiver is. */
export function findCalls(sourceFile: ts.SourceFile): ts.CallExpression[] {
    const calls: ts.CallExpression[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node) && isSetAuth(node.expression)) calls.push(node);
        ts.forEachChild(node, visit);
    };
    visit(sourceFile);
    return calls.sort((a, b) => a.getStart(sourceFile) - b.getStart(sourceFile));
}

/** Parses a source without any type information; parents are set. */
export function parseSource(path: string, text: string): ts.SourceFile {
    return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}
