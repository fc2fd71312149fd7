import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { stampOf } from '../model/dependencies.ts';

/** Where an import leads: a source file of the workspace, a package, or nowhere. */
export type Resolution =
    { kind: 'source'; file: string } | { kind: 'package'; name: string } | { kind: 'missing'; name: string };

/** A syntax error: message and one-based line. */
export interface SyntaxError {
    message: string;
    line: number;
}

interface Parsed {
    version: string;
    sourceFile: ts.SourceFile;
    error: SyntaxError | undefined;
}

/** Parsed files of this process by path; the oldest go first. */
const parsedFiles = new Map<string, Parsed>();
const MAX_PARSED_FILES = 400;

/** In: absolute paths and their unsaved content. Out: the same by normalised path. */
export function normalizeOverlays(overlays: Readonly<Record<string, string>>): Map<string, string> {
    return new Map(Object.entries(overlays).map(([file, content]) => [path.normalize(file), content]));
}

/**
 * In: a file and the unsaved contents. Out: a text that changes when the file's content does, or
 * undefined when there is no such file.
 */
export function contentVersion(file: string, overlays: ReadonlyMap<string, string>): string | undefined {
    const overlay = overlays.get(path.normalize(file));
    if (overlay !== undefined) {
        return `overlay:${createHash('sha1').update(overlay).digest('base64')}`;
    }
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stampOf(stat) : undefined;
}

/**
 * The source files behind one configuration: reads and parses them with unsaved content first,
 * resolves imports as TypeScript does (relative paths, `paths` of the nearest tsconfig, workspace
 * packages), and keeps account of everything it looked at.
 */
export class Project {
    /** Versions of all files that were read, undefined for those that do not exist. */
    readonly versions = new Map<string, string | undefined>();
    /** All paths whose existence mattered. */
    readonly lookups = new Map<string, boolean>();
    /** Source files that were parsed. */
    readonly sources = new Set<string>();
    /** Tsconfig files that cannot be used, with the reason. */
    readonly brokenConfigs = new Map<string, SyntaxError>();

    private readonly overlays: ReadonlyMap<string, string>;
    private readonly compilerOptions = new Map<string, ts.CompilerOptions>();

    constructor(overlays: ReadonlyMap<string, string>) {
        this.overlays = overlays;
    }

    /** Out: the file's content, or undefined when there is no such file. */
    read(file: string): string | undefined {
        const version = this.versionOf(file);
        return version === undefined
            ? undefined
            : (this.overlays.get(path.normalize(file)) ?? readFileSync(file, 'utf8'));
    }

    /** Out: the syntax tree and the first syntax error if any, or undefined when there is no such file. */
    parse(file: string): { sourceFile: ts.SourceFile; error: SyntaxError | undefined } | undefined {
        const version = this.versionOf(file);
        if (version === undefined) {
            return undefined;
        }
        this.sources.add(file);
        const known = parsedFiles.get(file);
        if (known?.version === version) {
            return known;
        }
        const content = this.read(file) ?? '';
        const parsed = { version, ...parseSource(file, content) };
        parsedFiles.delete(file);
        parsedFiles.set(file, parsed);
        const oldest = parsedFiles.keys().next();
        if (parsedFiles.size > MAX_PARSED_FILES && oldest.done !== true) {
            parsedFiles.delete(oldest.value);
        }
        return parsed;
    }

    /** In: the text of an import and the file that has it. Out: where it leads. */
    resolve(specifier: string, from: string): Resolution {
        // Better Auth's own modules count by name: they are read from the bundled copy, installed or not.
        if (/^(better-auth|@better-auth\/[^/]+)(\/|$)/.test(specifier) || specifier.startsWith('node:')) {
            return { kind: 'package', name: specifier };
        }
        const { resolvedModule } = ts.resolveModuleName(specifier, from, this.optionsFor(path.dirname(from)), this);
        if (resolvedModule === undefined) {
            return { kind: 'missing', name: specifier };
        }
        const file = path.normalize(resolvedModule.resolvedFileName);
        return /\.d\.[cm]?ts$/.test(file) || file.split(path.sep).includes('node_modules')
            ? { kind: 'package', name: specifier }
            : { kind: 'source', file };
    }

    /** In: the text of an import and the file that has it. Out: the declaration file that it leads to, if any. */
    resolveDeclarations(specifier: string, from: string): string | undefined {
        const { resolvedModule } = ts.resolveModuleName(specifier, from, this.optionsFor(path.dirname(from)), this);
        const file = resolvedModule?.resolvedFileName;
        return file !== undefined && /\.d\.[cm]?ts$/.test(file) ? file : undefined;
    }

    /** Part of TypeScript's module resolution host. */
    fileExists(file: string): boolean {
        const exists = contentVersion(file, this.overlays) !== undefined;
        this.lookups.set(file, exists);
        return exists;
    }

    /** Part of TypeScript's module resolution host. */
    readFile(file: string): string | undefined {
        return this.read(file);
    }

    /** Part of TypeScript's module resolution host. */
    realpath(file: string): string {
        return this.overlays.has(path.normalize(file)) ? file : realpathSync(file);
    }

    private versionOf(file: string): string | undefined {
        if (!this.versions.has(file)) {
            this.versions.set(file, contentVersion(file, this.overlays));
        }
        return this.versions.get(file);
    }

    private optionsFor(folder: string): ts.CompilerOptions {
        const known = this.compilerOptions.get(folder);
        if (known !== undefined) {
            return known;
        }
        const config = ['tsconfig.json', 'jsconfig.json']
            .map((name) => path.join(folder, name))
            .find((file) => this.fileExists(file));
        const parent = path.dirname(folder);
        const options =
            config !== undefined
                ? this.readTsconfig(config)
                : parent === folder
                  ? resolutionOptions({})
                  : this.optionsFor(parent);
        this.compilerOptions.set(folder, options);
        return options;
    }

    private readTsconfig(file: string, seen = new Set<string>()): ts.CompilerOptions {
        const source = ts.readJsonConfigFile(file, (each) => this.read(each));
        const parsed = ts.parseJsonSourceFileConfigFileContent(
            source,
            {
                fileExists: (each) => this.fileExists(each),
                readFile: (each) => this.read(each),
                readDirectory: () => [],
                useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
            },
            path.dirname(file),
        );
        const [error] = parseErrorsOf(source);
        if (error !== undefined) {
            this.brokenConfigs.set(file, error);
        }
        // A solution-style tsconfig leaves the paths to the projects that it refers to.
        seen.add(file);
        if (parsed.options.paths === undefined) {
            for (const { path: target } of parsed.projectReferences ?? []) {
                const referenced = path.normalize(ts.resolveProjectReferencePath({ path: target }));
                if (!seen.has(referenced) && this.fileExists(referenced)) {
                    const options = this.readTsconfig(referenced, seen);
                    if (options.paths !== undefined) {
                        return options;
                    }
                }
            }
        }
        return resolutionOptions(parsed.options);
    }
}

function resolutionOptions(options: ts.CompilerOptions): ts.CompilerOptions {
    return {
        ...options,
        allowJs: true,
        resolveJsonModule: true,
        allowImportingTsExtensions: true,
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
    };
}

function parseSource(file: string, content: string): Omit<Parsed, 'version'> {
    const sourceFile = file.endsWith('.json')
        ? ts.parseJsonText(file, content)
        : ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
    if (file.endsWith('.json')) {
        setParents(sourceFile);
    }
    return { sourceFile, error: parseErrorsOf(sourceFile)[0] };
}

function setParents(sourceFile: ts.SourceFile): void {
    const visit = (node: ts.Node, parent: ts.Node): void => {
        Object.assign(node, { parent });
        ts.forEachChild(node, (child) => {
            visit(child, node);
        });
    };
    ts.forEachChild(sourceFile, (child) => {
        visit(child, sourceFile);
    });
}

/** The parser keeps its errors on the tree, in a property that TypeScript's types leave out. */
function parseErrorsOf(sourceFile: ts.SourceFile): SyntaxError[] {
    const found: unknown = Object.entries(sourceFile).find(([key]) => key === 'parseDiagnostics')?.[1];
    return Array.isArray(found)
        ? (found as ts.DiagnosticWithLocation[]).map((diagnostic) => ({
              message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
              line: sourceFile.getLineAndCharacterOfPosition(diagnostic.start).line + 1,
          }))
        : [];
}
