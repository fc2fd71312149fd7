import ts from 'typescript';
import type { Resolution } from './backend.ts';
import type { SourceFiles } from './source-files.ts';
import type { ProjectConfig } from './tsconfig.ts';

interface Missing {
    name: string;
    mode: ts.ResolutionMode;
}

/** An import that could not be resolved. */
export interface MissingImport {
    /** The importing file. */
    file: string;
    name: string;
    mode?: ts.ResolutionMode;
}

/** Options that don't change how a file is parsed and bound: projects that differ in them share files. */
const PATH_OPTIONS = new Set([
    'baseUrl',
    'configFilePath',
    'configFile',
    'paths',
    'pathsBasePath',
    'rootDir',
    'rootDirs',
]);

function sharingKey(options: ts.CompilerOptions): string {
    return JSON.stringify(Object.entries(options).filter(([name]) => !PATH_OPTIONS.has(name)));
}

interface ParsedFile {
    version: number;
    sourceFile: ts.SourceFile;
}

/** Parsed files, shared by the programs whose options read them alike. */
export class ParsedFiles {
    readonly #buckets = new Map<string, Map<string, ParsedFile>>();

    /** The parsed file; the same object as long as its content stays the same. Undefined when it can't be read. */
    get(
        path: string,
        files: SourceFiles,
        options: ts.CompilerOptions,
        parse: ts.ScriptTarget | ts.CreateSourceFileOptions,
    ): ts.SourceFile | undefined {
        const content = files.read(path);
        if (!content) return undefined;
        const format = typeof parse === 'object' ? parse.impliedNodeFormat : undefined;
        const key = `${sharingKey(options)}:${format ?? ''}`;
        const bucket = this.#buckets.get(key) ?? new Map<string, ParsedFile>();
        this.#buckets.set(key, bucket);
        const known = bucket.get(path);
        if (known?.version === content.version) return known.sourceFile;
        // Comments of TypeScript files say nothing about types, and parsing them takes a tenth of the time.
        const mode = { jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeInfo };
        const how = typeof parse === 'object' ? { ...parse, ...mode } : { languageVersion: parse, ...mode };
        const sourceFile = ts.createSourceFile(path, content.text, how);
        bucket.set(path, { version: content.version, sourceFile });
        return sourceFile;
    }

    /** Forgets the files that none of the given programs holds. */
    retain(programs: readonly ts.Program[]): void {
        const held = new Set(programs.flatMap((program) => program.getSourceFiles()));
        for (const [key, bucket] of this.#buckets) {
            for (const [path, { sourceFile }] of bucket) if (!held.has(sourceFile)) bucket.delete(path);
            if (bucket.size === 0) this.#buckets.delete(key);
        }
    }
}

function optionsKeyOf(config: ProjectConfig, rootNames: readonly string[]): string {
    return JSON.stringify([rootNames, Object.entries(config.options).filter(([name]) => name !== 'configFile')]);
}

function foldersIn(path: string, files: SourceFiles): string[] {
    if (!files.folderExists(path)) return [];
    return files.disk
        .list(path)
        .filter((entry) => entry.kind === 'directory')
        .map((entry) => entry.name);
}

/** What module resolution reads, through the given files. */
export function resolutionHostOf(files: SourceFiles): ts.ModuleResolutionHost {
    return {
        fileExists: (path) => files.exists(path),
        readFile: (path) => files.read(path)?.text,
        directoryExists: (path) => files.folderExists(path),
        realpath: (path) => files.realpath(path),
        useCaseSensitiveFileNames: files.disk.caseSensitive,
        getDirectories: (path) => foldersIn(path, files),
    };
}

/** Whether an import that could not be resolved can be now: a file was written, or a package installed. */
export function resolvesNow(
    missing: readonly MissingImport[],
    options: ts.CompilerOptions,
    files: SourceFiles,
): boolean {
    const host = resolutionHostOf(files);
    return missing.some(
        ({ file, name, mode }) =>
            ts.resolveModuleName(name, file, options, host, undefined, undefined, mode).resolvedModule !== undefined,
    );
}

/** The program of one tsconfig, rebuilt only when something that it read has changed. */
export class Project {
    readonly #files: SourceFiles;
    readonly #parsed: ParsedFiles;
    readonly #libFolder: string;
    #program: ts.Program | undefined;
    #optionsKey = '';
    #versions = new Map<string, number>();
    /** By canonical path of the importing file. */
    #missing = new Map<string, Missing[]>();
    #untyped = new Map<string, Set<string>>();

    constructor(files: SourceFiles, parsed: ParsedFiles, libFolder: string) {
        this.#files = files;
        this.#parsed = parsed;
        this.#libFolder = libFolder;
    }

    get program(): ts.Program | undefined {
        return this.#program;
    }

    /** The imports that could not be resolved in the current program. */
    get missing(): MissingImport[] {
        return [...this.#missing].flatMap(([file, names]) => names.map(({ name, mode }) => ({ file, name, mode })));
    }

    /** The program when nothing that it read has changed. */
    current(config: ProjectConfig, rootNames: readonly string[]): ts.Program | undefined {
        const program = this.#program;
        const same = program && optionsKeyOf(config, rootNames) === this.#optionsKey && this.#isUpToDate(program);
        return same ? program : undefined;
    }

    /** Brings the program up to date. Out: the same object as before when nothing that it read has changed. */
    update(config: ProjectConfig, rootNames: readonly string[]): ts.Program {
        const current = this.current(config, rootNames);
        if (current) return current;
        const before = this.#program;
        const program = ts.createProgram({
            rootNames,
            options: config.options,
            host: this.#host(config),
            ...(before && { oldProgram: before }),
        });
        this.#program = program;
        this.#optionsKey = optionsKeyOf(config, rootNames);
        this.#versions = new Map();
        for (const { fileName } of program.getSourceFiles()) {
            this.#versions.set(fileName, this.#files.read(fileName)?.version ?? 0);
        }
        this.#forgetResolutions(program);
        return program;
    }

    /** What became of `import … from '<name>'` in the given file. */
    resolution(file: ts.SourceFile, name: string): Resolution {
        const key = this.#canonical(file.fileName);
        if (this.#missing.get(key)?.some((missing) => missing.name === name)) return 'missing';
        return this.#untyped.get(key)?.has(name) ? 'untyped' : 'typed';
    }

    #canonical(path: string): string {
        return this.#files.disk.caseSensitive ? path : path.toLowerCase();
    }

    #isUpToDate(program: ts.Program): boolean {
        for (const [path, version] of this.#versions) {
            if ((this.#files.read(path)?.version ?? 0) !== version) return false;
        }
        return !resolvesNow(this.missing, program.getCompilerOptions(), this.#files);
    }

    #forgetResolutions(program: ts.Program): void {
        const held = new Set(program.getSourceFiles().map((file) => this.#canonical(file.fileName)));
        for (const map of [this.#missing, this.#untyped]) {
            for (const path of map.keys()) if (!held.has(path)) map.delete(path);
        }
    }

    #host(config: ProjectConfig): ts.CompilerHost {
        const files = this.#files;
        const canonical = (path: string): string => this.#canonical(path);
        const cache = ts.createModuleResolutionCache(config.folder, canonical, config.options);
        const resolutionHost = resolutionHostOf(files);
        const resolveOne = (
            literal: ts.StringLiteralLike,
            containing: ts.SourceFile,
            options: ts.CompilerOptions,
            reference: ts.ResolvedProjectReference | undefined,
        ): ts.ResolvedModuleWithFailedLookupLocations => {
            const mode = ts.getModeForUsageLocation(containing, literal, options);
            const { fileName } = containing;
            const found = ts.resolveModuleName(literal.text, fileName, options, resolutionHost, cache, reference, mode);
            const key = canonical(fileName);
            if (!found.resolvedModule) {
                this.#missing.set(key, [...(this.#missing.get(key) ?? []), { name: literal.text, mode }]);
            } else if (
                found.resolvedModule.isExternalLibraryImport &&
                /\.[mc]?jsx?$/.test(found.resolvedModule.extension)
            ) {
                this.#untyped.set(key, (this.#untyped.get(key) ?? new Set<string>()).add(literal.text));
            }
            return found;
        };
        return {
            ...resolutionHost,
            readFile: (path) => files.read(path)?.text,
            directoryExists: (path) => files.folderExists(path),
            realpath: (path) => files.realpath(path),
            getDirectories: (path) => foldersIn(path, files),
            getSourceFile: (path, parse) => this.#parsed.get(path, files, config.options, parse),
            getDefaultLibLocation: () => this.#libFolder,
            getDefaultLibFileName: (options) => `${this.#libFolder}/${ts.getDefaultLibFileName(options)}`,
            getCurrentDirectory: () => config.folder,
            getCanonicalFileName: canonical,
            useCaseSensitiveFileNames: () => files.disk.caseSensitive,
            getNewLine: () => '\n',
            writeFile: (path) => {
                throw new Error(`The analysis never writes, yet TypeScript asked for ${path}`);
            },
            resolveModuleNameLiterals: (literals, containingFile, reference, options, containing, reused) => {
                const key = canonical(containingFile);
                const kept = (reused ?? []).filter(({ text }) => this.#untyped.get(key)?.has(text));
                this.#missing.delete(key);
                this.#untyped.set(key, new Set(kept.map(({ text }) => text)));
                return literals.map((literal) => resolveOne(literal, containing, options, reference));
            },
            // A package may have been installed since: what could not be found is looked for again.
            hasInvalidatedResolutions: (path) => this.#missing.has(path),
        };
    }
}
