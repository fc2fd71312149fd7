import ts from 'typescript';
import type { Unknown } from '../model/unknown.ts';
import { realPathOf } from './script-blocks.ts';
import { parentOf, toNativePath, type SourceFiles } from './source-files.ts';

/** So that a configuration tells which components it includes. */
const COMPONENTS: ts.FileExtensionInfo[] = ['vue', 'svelte'].map((extension) => ({
    extension,
    isMixedContent: true,
    scriptKind: ts.ScriptKind.Deferred,
}));

/** How the files of one project are to be understood. */
export interface ProjectConfig {
    /** The tsconfig or jsconfig; for files without one, the folder that was searched. */
    key: string;
    /** Where module resolution starts for names without a file. */
    folder: string;
    options: ts.CompilerOptions;
    /** Declaration files of the project that hold for all of its files. */
    ambient: string[];
    /** The configuration file and those that it extends. */
    configFiles: string[];
    /** Everything that the configuration includes. */
    includes: ReadonlySet<string>;
    references: string[];
    unknown: Unknown[];
}

/**
 * What the analysis sets whatever the project says. Without `strictNullChecks` null and undefined
 * vanish from every type, and what may be missing could not be known; `noImplicitAny` gives variables
 * without a type the type of what is assigned to them; `allowJs` and `checkJs` make JavaScript readable.
 */
const FORCED: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    strictNullChecks: true,
    noImplicitAny: true,
    noEmit: true,
    noLib: false,
    noResolve: false,
    skipLibCheck: true,
    maxNodeModuleJsDepth: 0,
    composite: false,
    incremental: false,
    declaration: false,
    emitDeclarationOnly: false,
};

const DEFAULTS: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.Preserve,
    strict: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
};

/** `ts.ModuleResolutionKind.Classic`, deprecated: it doesn't find packages at all. */
const CLASSIC_RESOLUTION = 1;

/**
 * Errors that don't touch what a type is: nothing is included (we bring our own files), or an option
 * that this version of TypeScript doesn't know.
 */
const HARMLESS_ERRORS = new Set([18002, 18003, 5023, 5025]);

/** The nearest `tsconfig.json`, else `jsconfig.json`, in the file's folder or above; as the editor chooses it. */
export function nearestConfig(file: string, files: SourceFiles): string | undefined {
    for (let folder = parentOf(file); ; folder = parentOf(folder)) {
        const prefix = folder === '/' ? '' : folder;
        for (const name of ['tsconfig.json', 'jsconfig.json']) {
            if (files.exists(`${prefix}/${name}`)) return `${prefix}/${name}`;
        }
        if (parentOf(folder) === folder) return undefined;
    }
}

function completeOptions(options: ts.CompilerOptions, fallBack: boolean): ts.CompilerOptions {
    const complete = { ...(fallBack ? DEFAULTS : {}), ...options, ...FORCED };
    // TypeScript before 6 read all of @types unless told otherwise, and more types never make an answer wrong.
    complete.types ??= ['*'];
    if (Number(complete.moduleResolution) === CLASSIC_RESOLUTION) {
        complete.moduleResolution = ts.ModuleResolutionKind.Bundler;
    }
    // They only tell where output goes, and would make the options of two projects differ.
    delete complete.outDir;
    delete complete.outFile;
    delete complete.declarationDir;
    delete complete.tsBuildInfoFile;
    return complete;
}

/**
 * A tsconfig's text that stands for a configuration, for a compiler that reads its configuration from
 * a file: the same options, and just the given files.
 */
export function configText(config: ProjectConfig, rootNames: readonly string[]): string {
    const { moduleResolution, types } = config.options;
    const enums = { target: 'ESNext', module: 'ESNext', moduleResolution: 'Bundler', jsx: 'preserve' };
    const isFile = config.configFiles.length > 0;
    return JSON.stringify({
        ...(isFile && { extends: config.key }),
        files: rootNames,
        include: [],
        references: [],
        compilerOptions: {
            ...(!isFile && { ...DEFAULTS, ...enums }),
            ...(moduleResolution === ts.ModuleResolutionKind.Bundler && { moduleResolution: 'Bundler' }),
            ...FORCED,
            types,
        },
    });
}

/** The configuration for files that have none. In: the folder that stands for them. */
export function defaultConfig(folder: string): ProjectConfig {
    return {
        key: folder,
        folder,
        options: completeOptions({}, true),
        ambient: [],
        configFiles: [],
        includes: new Set(),
        references: [],
        unknown: [],
    };
}

function unknownOf(diagnostic: ts.Diagnostic, path: string): Unknown {
    const { file, start } = diagnostic;
    return {
        what: 'the TypeScript configuration',
        reason: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
        file: toNativePath(file?.fileName ?? path),
        line: file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 1,
    };
}

/**
 * Reads a tsconfig with everything that it extends. One that doesn't parse gives its errors as
 * unknown, and the options that could be read over sensible defaults.
 */
export function readConfig(path: string, files: SourceFiles): ProjectConfig {
    const folder = parentOf(path);
    const host: ts.ParseConfigHost = {
        useCaseSensitiveFileNames: files.disk.caseSensitive,
        fileExists: (file) => files.exists(file),
        readFile: (file) => files.read(file)?.text,
        readDirectory: (start, extensions, exclude, include, depth) =>
            files.disk.select(start, extensions, exclude, include, depth),
    };
    const source = ts.readJsonConfigFile(path, (file) => files.read(file)?.text);
    const parsed = ts.parseJsonSourceFileConfigFileContent(source, host, folder, FORCED, path, undefined, COMPONENTS);
    const errors = ts
        .getConfigFileParsingDiagnostics(parsed)
        .filter((error) => error.category === ts.DiagnosticCategory.Error && !HARMLESS_ERRORS.has(error.code));
    return {
        key: path,
        folder,
        options: completeOptions(parsed.options, errors.length > 0),
        ambient: parsed.fileNames.filter((file) => /\.d\.[mc]?ts$/.test(file)),
        configFiles: [path, ...(source.extendedSourceFiles ?? [])],
        includes: new Set(parsed.fileNames),
        references: (parsed.projectReferences ?? []).map((reference) => ts.resolveProjectReferencePath(reference)),
        unknown: errors.map((error) => unknownOf(error, path)),
    };
}

/**
 * A function that tells the configuration of a source file: the nearest one, or the one among its
 * `references` that includes the file. Each configuration is read once per returned function.
 * In: the folder that stands for files without any configuration.
 */
export function configFinder(root: string, files: SourceFiles): (file: string) => ProjectConfig {
    const read = new Map<string, ProjectConfig>();
    const load = (path: string): ProjectConfig => {
        const known = read.get(path) ?? readConfig(path, files);
        read.set(path, known);
        return known;
    };
    const fallBack = defaultConfig(root);
    return (file) => {
        const path = nearestConfig(file, files);
        if (path === undefined) return fallBack;
        const config = load(path);
        const included = realPathOf(file);
        if (config.includes.has(included)) return config;
        const referenced = config.references.filter((reference) => files.exists(reference)).map(load);
        return referenced.find((candidate) => candidate.includes.has(included)) ?? config;
    };
}
