import fs from 'node:fs';
import path from 'node:path';
import { GrammarUtils } from 'langium';
import type { Model } from '@zenstackhq/language/ast';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { parseSource } from './parse.ts';
import type { ParsedSource } from './parse.ts';
import { buildSchemaView } from './view.ts';
import type { SchemaSource } from './view.ts';

/** How sources are read; `undefined` means that there is no such file. Paths are absolute. */
export interface SourceAccess {
    /** The parsed file; throws when the file is there but can't be read or isn't text. */
    read(file: string): ParsedSource | undefined;
}

/** A file that can't be used, with what to do about it. */
export class UnreadableSchemaError extends Error {
    readonly file: string;
    constructor(file: string, message: string) {
        super(message);
        this.file = file;
    }
}

/** Where an import leads: ZenStack's rule is the path itself, with `.zmodel` added when it lacks it, relative to the file. */
export function resolveImportPath(file: string, importPath: string): string {
    const withExtension = importPath.endsWith('.zmodel') ? importPath : `${importPath}.zmodel`;
    return path.resolve(path.dirname(file), withExtension);
}

/** The imports of a parsed file: path as written and its place in the text. */
export function importsOf(model: Model): { path: string; span: Span }[] {
    return model.imports.flatMap((node) => {
        const found = GrammarUtils.findNodeForProperty(node.$cstNode, 'path');
        // While an import is being typed its path may be missing from the tree.
        return found ? [{ path: node.path, span: { start: found.offset, end: found.end } }] : [];
    });
}

/**
 * Collects an entry file and everything that it imports, each file once, circles included.
 * In: the entry's absolute path, how to read. Out: the sources, the entry first; imports that lead
 * nowhere have no `resolved`. Throws `UnreadableSchemaError` when the entry can't be read; for an imported
 * file, the error goes to `onUnreadable` where there is one, and the import leads nowhere.
 */
export function collectSources(
    entry: string,
    access: SourceAccess,
    onUnreadable?: (error: UnreadableSchemaError) => void,
): SchemaSource[] {
    const sources: SchemaSource[] = [];
    const seen = new Set<string>();
    const read = (file: string): ParsedSource | undefined => {
        try {
            return access.read(file);
        } catch (error) {
            if (file === entry || !onUnreadable || !(error instanceof UnreadableSchemaError)) throw error;
            onUnreadable(error);
            return undefined;
        }
    };
    const visit = (file: string): boolean => {
        if (seen.has(file)) return true;
        const parsed = read(file);
        if (!parsed) return false;
        seen.add(file);
        const source: SchemaSource = { ...parsed, file, imports: [] };
        sources.push(source);
        for (const imported of importsOf(parsed.model)) {
            const resolved = resolveImportPath(file, imported.path);
            source.imports.push(visit(resolved) ? { ...imported, resolved } : imported);
        }
        return true;
    };
    if (!visit(entry)) throw new UnreadableSchemaError(entry, `${entry}: there is no such file.`);
    return sources;
}

/**
 * Reads files from disk, with editor content before it; parses each content once.
 * A file with NUL bytes is taken for binary and refused.
 */
export class FileAccess implements SourceAccess {
    readonly #overlays: Readonly<Record<string, string>>;
    readonly #parsed = new Map<string, ParsedSource>();

    constructor(overlays: Readonly<Record<string, string>> = {}) {
        this.#overlays = overlays;
    }

    read(file: string): ParsedSource | undefined {
        const content = this.#overlays[file] ?? readText(file);
        if (content === undefined) return undefined;
        const known = this.#parsed.get(file);
        if (known?.content === content) return known;
        const parsed = parseSource(content);
        this.#parsed.set(file, parsed);
        return parsed;
    }
}

/** The error for a file whose content is no text. */
export function notText(file: string): UnreadableSchemaError {
    return new UnreadableSchemaError(file, `${file}: is not a text file; a ZModel schema is UTF-8 text.`);
}

function readText(file: string): string | undefined {
    let bytes: Buffer;
    try {
        bytes = fs.readFileSync(file);
    } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        if (code === 'EISDIR') throw new UnreadableSchemaError(file, `${file}: is a folder, not a file.`);
        throw new UnreadableSchemaError(file, `${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (bytes.includes(0)) {
        throw notText(file);
    }
    return bytes.toString('utf8');
}

/**
 * Loads a schema from disk.
 * In: the entry's absolute path; unsaved editor content by absolute path. Out: the view.
 * Throws `UnreadableSchemaError` when the entry or an imported file can't be read or isn't text.
 */
export function loadSchemaView(
    entry: string,
    options: { overlays?: Record<string, string> } = {},
): Promise<SchemaView> {
    const sources = collectSources(entry, new FileAccess(options.overlays));
    return Promise.resolve(buildSchemaView(entry, sources));
}
