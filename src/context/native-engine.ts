import process from 'node:process';
import ts from 'typescript';
import type { Resolution } from './backend.ts';
import { type EngineAnswer, isOwnFile, type Part, type Question } from './engine.ts';
import { parseSource } from './find-calls.ts';
import { NativeBackend } from './native-backend.ts';
import { NativeCompiler } from './native-compiler.ts';
import type { NativePackage } from './native-package.ts';
import { type MissingImport, resolutionHostOf, resolvesNow } from './program.ts';
import { readProjectCalls } from './project-calls.ts';
import { SchemaPlaces } from './schema-places.ts';
import type { SourceFiles } from './source-files.ts';
import type { ProjectConfig } from './tsconfig.ts';

/** A TypeScript 7 of a workspace. When it fails once, it isn't asked again until it is released. */
export class NativeEngine {
    readonly package: NativePackage;
    readonly #files: SourceFiles;
    readonly #compiler: NativeCompiler;
    /** Imports that led nowhere, by project. */
    readonly #missing = new Map<string, MissingImport[]>();
    #generation = 0;
    #isBroken = false;

    constructor(files: SourceFiles, found: NativePackage) {
        this.package = found;
        this.#files = files;
        this.#compiler = new NativeCompiler(files, found);
    }

    get name(): string {
        return this.#compiler.name;
    }

    get isBroken(): boolean {
        return this.#isBroken;
    }

    /**
     * In: `environment` differs whenever files may have come or gone. Out: undefined when this compiler
     * can't answer; the log says why. Rejects on abort.
     */
    async answer(question: Question, environment: string): Promise<EngineAnswer | undefined> {
        const { root, group, callers, pause, timed } = question;
        const { config, files, rootNames } = group;
        try {
            if (resolvesNow(this.#missing.get(config.key) ?? [], config.options, this.#files)) this.#generation++;
            const opened = await timed('reading the project', () =>
                this.#compiler.open(config, rootNames, `${this.#generation}:${environment}`),
            );
            const resolver = new ImportResolver(config, this.#files);
            const backend = new NativeBackend(opened.project, {
                modules: opened.modules,
                api: opened.api,
                parse: (path) => {
                    const content = this.#files.read(path);
                    return content && parseSource(path, content.text);
                },
                resolution: (file, name) => resolver.resolution(file.fileName, name),
            });
            const found = await timed('resolving types', () =>
                readProjectCalls(backend, new SchemaPlaces(this.#files), files, root, callers, pause),
            );
            if (backend.failure) throw backend.failure;
            const own = opened.files.filter((path) => isOwnFile(path, undefined));
            const part: Part = { ...found, files: [...own, ...config.configFiles], compiler: this.name };
            const missing = resolver.missingOf(own);
            this.#missing.set(config.key, missing);
            return { part, missing };
        } catch (error) {
            // An abort is the question's end, whichever compiler is asked.
            await pause();
            const reason = error instanceof Error ? error.message : String(error);
            process.stderr.write(`${this.name} can't be used, the bundled one answers: ${reason}\n`);
            this.#isBroken = true;
            await this.release();
            return undefined;
        }
    }

    /** Ends the compiler's process. */
    async release(): Promise<void> {
        try {
            await this.#compiler.close();
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            process.stderr.write(`${this.name} did not end properly: ${reason}\n`);
        }
    }
}

/** Resolves imports for a compiler that doesn't tell which of them failed. */
class ImportResolver {
    readonly #config: ProjectConfig;
    readonly #files: SourceFiles;
    readonly #host: ts.ModuleResolutionHost;
    readonly #cache: ts.ModuleResolutionCache;

    constructor(config: ProjectConfig, files: SourceFiles) {
        this.#config = config;
        this.#files = files;
        this.#host = resolutionHostOf(files);
        const canonical = (path: string): string => (files.disk.caseSensitive ? path : path.toLowerCase());
        this.#cache = ts.createModuleResolutionCache(config.folder, canonical, config.options);
    }

    resolution(file: string, name: string): Resolution {
        const found = this.#resolve(file, name);
        if (!found) return 'missing';
        return found.isExternalLibraryImport && /\.[mc]?jsx?$/.test(found.extension) ? 'untyped' : 'typed';
    }

    /** All imports of the given files that lead nowhere. */
    missingOf(paths: readonly string[]): MissingImport[] {
        return paths.flatMap((file) => {
            const { importedFiles } = ts.preProcessFile(this.#files.read(file)?.text ?? '', true, true);
            return importedFiles
                .map(({ fileName: name }) => ({ file, name, mode: this.#mode(file) }))
                .filter(({ name }) => !this.#resolve(file, name));
        });
    }

    #mode(file: string): ts.ResolutionMode {
        return ts.getImpliedNodeFormatForFile(file, undefined, this.#host, this.#config.options);
    }

    #resolve(file: string, name: string): ts.ResolvedModuleFull | undefined {
        const { options } = this.#config;
        const mode = this.#mode(file);
        return ts.resolveModuleName(name, file, options, this.#host, this.#cache, undefined, mode).resolvedModule;
    }
}
