import ts from 'typescript';
import { BundledBackend } from './bundled-backend.ts';
import { type EngineAnswer, type Group, isOwnFile, type Part, type Question } from './engine.ts';
import { ParsedFiles, Project } from './program.ts';
import { readProjectCalls } from './project-calls.ts';
import { SchemaPlaces } from './schema-places.ts';
import type { SourceFiles } from './source-files.ts';

/** Beyond this many, the programs used longest ago are forgotten: each may hold hundreds of megabytes. */
const MAX_PROGRAMS = 3;

interface ProjectState {
    project: Project;
    /** The answer of the project's program; missing until a first question has not been aborted. */
    answer?: { program: ts.Program; key: string; part: Part };
}

/** The bundled TypeScript, with a program for each project that was asked about lately. */
export class BundledEngine {
    readonly name = `typescript ${ts.version}`;
    readonly #files: SourceFiles;
    readonly #libFolder: () => string;
    readonly #parsed = new ParsedFiles();
    readonly #projects = new Map<string, ProjectState>();

    constructor(files: SourceFiles, findLibFolder: () => string) {
        this.#files = files;
        this.#libFolder = findLibFolder;
    }

    /** The last answer, when no file that the program holds has changed. */
    known(root: string, { config, rootNames, key }: Group): Part | undefined {
        const state = this.#projects.get(`${root}:${config.key}`);
        if (state?.answer?.key !== key) return undefined;
        return state.project.current(config, rootNames) === state.answer.program ? state.answer.part : undefined;
    }

    async answer({ root, group, callers, pause, timed }: Question): Promise<EngineAnswer> {
        const { config, files, rootNames, key } = group;
        const state = this.#state(`${root}:${config.key}`);
        const { project } = state;
        const { program, backend } = await timed('reading the project', () => {
            const updated = project.update(config, rootNames);
            const resolution = project.resolution.bind(project);
            return { program: updated, backend: new BundledBackend(updated, resolution) };
        });
        const found = await timed('resolving types', () =>
            readProjectCalls(backend, new SchemaPlaces(this.#files), files, root, callers, pause),
        );
        const own = program
            .getSourceFiles()
            .map(({ fileName }) => fileName)
            .filter((path) => isOwnFile(path, this.#libFolder()));
        const part: Part = { ...found, files: [...own, ...config.configFiles], compiler: this.name };
        state.answer = { program, key, part };
        this.#forget();
        return { part, missing: project.missing };
    }

    /** Forgets programs and parsed files. */
    release(): void {
        this.#projects.clear();
        this.#parsed.retain([]);
    }

    #state(key: string): ProjectState {
        const state = this.#projects.get(key) ?? {
            project: new Project(this.#files, this.#parsed, this.#libFolder()),
        };
        // The map keeps the order of use, the latest last.
        this.#projects.delete(key);
        this.#projects.set(key, state);
        return state;
    }

    #forget(): void {
        for (const key of [...this.#projects.keys()].slice(0, -MAX_PROGRAMS)) this.#projects.delete(key);
        const programs = [...this.#projects.values()].map(({ project }) => project.program);
        this.#parsed.retain(programs.filter((program) => program !== undefined));
    }
}
