import path from 'node:path';
import type * as Native from 'typescript-7/unstable/async';
import { guarded, hasEnded } from './native-guard.ts';
import type { NativeModules, NativePackage } from './native-package.ts';
import { hashText } from './cache-file.ts';
import type { SourceFiles } from './source-files.ts';
import { configText, type ProjectConfig } from './tsconfig.ts';

/** Errors about the configuration that don't change a type; see `readConfig`. */
const HARMLESS_ERRORS = new Set([18002, 18003, 5023, 5025]);

/** A project as TypeScript 7 has read it. */
export interface NativeProject {
    modules: NativeModules;
    api: Native.API;
    project: Native.Project;
    /** Paths of all files that it holds. */
    files: readonly string[];
}

interface Running {
    modules: NativeModules;
    api: Native.API;
    /** Whether it asks us what exists; it always asks for content. */
    asksExistence: boolean;
}

interface Opened {
    configFile: string;
    text: string;
}

/**
 * The process of the workspace's own TypeScript 7, with the projects that were opened. It reads
 * through the given files, so that editor content counts, and its configurations exist only there.
 */
export class NativeCompiler {
    readonly #files: SourceFiles;
    readonly #package: NativePackage;
    readonly #opened = new Map<string, Opened>();
    /** What each file was when the compiler read it. */
    readonly #stamps = new Map<string, string | undefined>();
    #running: Running | undefined;
    #snapshot: Native.Snapshot | undefined;
    #environment = '';

    constructor(files: SourceFiles, found: NativePackage) {
        this.#files = files;
        this.#package = found;
    }

    /** As results name it. */
    get name(): string {
        return `typescript ${this.#package.version}`;
    }

    /**
     * Opens a project, or brings it up to date. In: `environment` differs whenever files may have come
     * or gone. Rejects when the compiler can't be used for it.
     */
    async open(config: ProjectConfig, rootNames: readonly string[], environment: string): Promise<NativeProject> {
        // Thousands of questions, which take as long as all that is read: only what the disk doesn't have needs them.
        const asksExistence = [...rootNames, ...this.#files.overlayPaths()].some((file) => this.#files.isOffDisk(file));
        const running = await this.#start(config.folder, asksExistence);
        const opened = await guarded(running.api, this.#update(running, config, rootNames, environment));
        for (const file of opened.files) this.#stamps.set(file, this.#files.stamp(file));
        return opened;
    }

    async #update(
        { modules, api }: Running,
        config: ProjectConfig,
        rootNames: readonly string[],
        environment: string,
    ): Promise<NativeProject> {
        const { configFile, replaced } = this.#opening(config, rootNames);
        const fileChanges = this.#changes(environment);
        const snapshot = await api.updateSnapshot({
            openProjects: [configFile],
            ...(replaced !== undefined && { closeProjects: [replaced] }),
            ...(fileChanges && { fileChanges }),
        });
        await this.#snapshot?.dispose();
        this.#snapshot = snapshot;
        const project = snapshot.getProject(configFile);
        if (!project) throw new Error(`${config.key} could not be opened`);
        const errors = [
            ...(await project.program.getConfigFileParsingDiagnostics()),
            ...(await project.program.getProgramDiagnostics()),
        ].filter(
            ({ category, code }) => category === modules.api.DiagnosticCategory.Error && !HARMLESS_ERRORS.has(code),
        );
        const [error] = errors;
        if (error) throw new Error(`${config.key}: ${error.text}`);
        const files = await project.program.getSourceFileNames();
        return { modules, api, project, files };
    }

    /** Ends the process. */
    async close(): Promise<void> {
        const running = this.#running;
        this.#running = undefined;
        this.#snapshot = undefined;
        this.#opened.clear();
        this.#stamps.clear();
        // There is nobody to say goodbye to when it has crashed.
        if (running && !hasEnded(running.api)) await guarded(running.api, running.api.close());
    }

    async #start(folder: string, asksExistence: boolean): Promise<Running> {
        if (this.#running && asksExistence && !this.#running.asksExistence) await this.close();
        if (this.#running) return this.#running;
        const modules = await this.#package.load();
        const virtual = (file: string): string | undefined =>
            [...this.#opened.values()].find(({ configFile }) => configFile === file)?.text ?? this.#files.virtual(file);
        const api = new modules.api.API({
            cwd: folder,
            fs: {
                readFile: virtual,
                ...(asksExistence && {
                    fileExists: (file) => (virtual(file) === undefined ? undefined : true),
                    directoryExists: (name) => (this.#files.isOverlayFolder(name) ? true : undefined),
                }),
            },
        });
        this.#running = { modules, api, asksExistence };
        return this.#running;
    }

    /**
     * The configuration file to open for a project, and the one that it takes the place of. A changed
     * configuration gets another name, since the compiler doesn't read one again that it has open.
     */
    #opening(config: ProjectConfig, rootNames: readonly string[]): { configFile: string; replaced?: string } {
        const text = configText(config, rootNames);
        const options = Object.entries(config.options).filter(([name]) => name !== 'configFile');
        const name = hashText(JSON.stringify([config.key, text, options]));
        const configFile = path.posix.join(config.folder, `.zmodel-auth-${name}.tsconfig.json`);
        const before = this.#opened.get(config.key)?.configFile;
        this.#opened.set(config.key, { configFile, text });
        return { configFile, ...(before !== undefined && before !== configFile && { replaced: before }) };
    }

    #changes(environment: string): { changed: string[] } | { invalidateAll: true } | undefined {
        const isFirst = this.#environment === '';
        const isSame = this.#environment === environment;
        this.#environment = environment;
        if (isFirst) return undefined;
        if (!isSame) return { invalidateAll: true };
        const changed: string[] = [];
        for (const [file, stamp] of this.#stamps) {
            if (this.#files.stamp(file) !== stamp) changed.push(file);
        }
        return changed.length > 0 ? { changed } : undefined;
    }
}
