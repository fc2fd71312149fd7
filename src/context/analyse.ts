import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type ts from 'typescript';
import type { ContextAnalysis, ContextShape } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { type CallRecord, expandWrappers } from './expand.ts';
import { libFolder } from './lib-folder.ts';
import { isWorkspaceFile, ParsedFiles, Project } from './program.ts';
import { readProjectCalls } from './project-calls.ts';
import { SourceFiles, toInternalPath, toNativePath } from './source-files.ts';
import { type SourceFacts, SourceIndex } from './source-index.ts';
import { configFinder, type ProjectConfig } from './tsconfig.ts';

/** Which folder to look through; the same shape as the worker's `AnalysisQuery`. */
export interface ContextQuery {
    /** Absolute path of the folder whose sources are searched. */
    root: string;
    /** Editor content of unsaved files by absolute path. */
    overlays: Readonly<Record<string, string>>;
    /** False: from the syntax tree only. */
    types: boolean;
}

/** Beyond this many, the programs used longest ago are forgotten: each may hold hundreds of megabytes. */
const MAX_PROGRAMS = 3;

/** What one project contributes, or all files without types. The same object as long as nothing changes. */
interface Part {
    records: CallRecord[];
    /** Keys of wrappers that may have callers that aren't among the records. */
    uncertain: string[];
    unknown: Unknown[];
    files: string[];
}

interface ProjectState {
    project: Project;
    /** Missing until a first query has not been aborted. */
    answer?: { program: ts.Program; calls: string; part: Part };
}

interface LastAnswer {
    parts: readonly object[];
    unknown: string;
    result: ContextAnalysis;
}

/** One project's share of the files that matter. */
interface Group {
    config: ProjectConfig;
    files: string[];
}

/** Answers queries, remembering programs and parsed files, so that a query after a small edit is fast. */
export class ContextAnalyser {
    readonly #files: SourceFiles;
    readonly #libFolder: () => string;
    readonly #index: SourceIndex;
    readonly #parsed = new ParsedFiles();
    readonly #projects = new Map<string, ProjectState>();
    readonly #answers = new Map<string, LastAnswer>();

    constructor(disk: Disk, findLibFolder: () => string) {
        this.#files = new SourceFiles(disk);
        this.#index = new SourceIndex(this.#files);
        this.#libFolder = findLibFolder;
    }

    /**
     * Finds every `$setAuth(...)` call below the root and what it passes.
     * Out: shapes in the order of files and positions; the same object as last time when nothing that
     * it depends on has changed. Rejects with the signal's reason when aborted.
     */
    async analyse(query: ContextQuery, signal?: AbortSignal): Promise<ContextAnalysis> {
        const pause = async (): Promise<void> => {
            await setImmediate();
            signal?.throwIfAborted();
        };
        const root = toInternalPath(path.resolve(query.root));
        this.#files.begin(query.overlays);
        const facts = await this.#index.search(root, pause);
        const unknown = [...facts.candidates.unknown];
        if (!query.types) {
            const found = [...facts.calls];
            return this.#answer(
                `${root}:syntax`,
                found.map(([, calls]) => calls),
                unknown,
                () => ({
                    contexts: found.flatMap(([, { records }]) => records.map(({ shape }) => shape)),
                    unknown: [],
                    files: found.map(([file]) => file),
                }),
            );
        }
        const parts = await this.#typedParts(root, facts, unknown, pause);
        return this.#answer(`${root}:types`, parts, unknown, () => ({
            contexts: unite(parts, facts),
            unknown: parts.flatMap((part) => part.unknown),
            files: parts.flatMap((part) => part.files),
        }));
    }

    #answer(key: string, parts: readonly object[], unknown: Unknown[], make: () => ContextAnalysis): ContextAnalysis {
        const unknownKey = JSON.stringify(unknown);
        const last = this.#answers.get(key);
        if (
            last?.unknown === unknownKey &&
            last.parts.length === parts.length &&
            last.parts.every((part, index) => part === parts[index])
        ) {
            return last.result;
        }
        const made = make();
        const result: ContextAnalysis = {
            contexts: made.contexts.sort(byPlace),
            unknown: [...unknown, ...made.unknown],
            files: [...new Set(made.files)].map(toNativePath).sort(),
        };
        this.#answers.set(key, { parts, unknown: unknownKey, result });
        return result;
    }

    async #typedParts(
        root: string,
        facts: SourceFacts,
        unknown: Unknown[],
        pause: () => Promise<void>,
    ): Promise<Part[]> {
        const configOf = configFinder(root, this.#files);
        const groups = new Map<string, Group>();
        for (const file of new Set([...facts.calls.keys(), ...facts.callers.files])) {
            const config = configOf(file);
            const group = groups.get(config.key) ?? { config, files: [] };
            group.files.push(file);
            groups.set(config.key, group);
        }
        const parts: Part[] = [];
        for (const { config, files } of groups.values()) {
            await pause();
            unknown.push(...config.unknown);
            const globals = facts.candidates.globals.filter((file) => configOf(file).key === config.key);
            const rootNames = [...new Set([...files, ...globals, ...config.ambient])].sort();
            parts.push(await this.#projectPart(root, { config, files }, rootNames, facts, pause));
        }
        this.#forgetPrograms();
        return parts;
    }

    async #projectPart(
        root: string,
        { config, files }: Group,
        rootNames: string[],
        { callers }: SourceFacts,
        pause: () => Promise<void>,
    ): Promise<Part> {
        const key = `${root}:${config.key}`;
        const state = this.#projects.get(key) ?? {
            project: new Project(this.#files, this.#parsed, this.#libFolder()),
        };
        // The map keeps the order of use, the latest last.
        this.#projects.delete(key);
        this.#projects.set(key, state);
        const { project, answer } = state;
        const program = project.update(config, rootNames);
        const calls = JSON.stringify([files, [...callers.wrappers.values()], [...callers.names], callers.files]);
        if (answer?.program === program && answer.calls === calls) return answer.part;
        const found = await readProjectCalls(project, program, files, root, callers, pause);
        const sources = program.getSourceFiles().filter((file) => isWorkspaceFile(program, file));
        const part = { ...found, files: [...sources.map((file) => file.fileName), ...config.configFiles] };
        state.answer = { program, calls, part };
        return part;
    }

    #forgetPrograms(): void {
        for (const key of [...this.#projects.keys()].slice(0, -MAX_PROGRAMS)) this.#projects.delete(key);
        const programs = [...this.#projects.values()].map(({ project }) => project.program);
        this.#parsed.retain(programs.filter((program) => program !== undefined));
    }
}

/** The calls of all projects, those in wrappers replaced by their callers. */
function unite(parts: readonly Part[], { callers }: SourceFacts): ContextShape[] {
    const uncertain = new Set(parts.flatMap((part) => part.uncertain));
    return expandWrappers(
        parts.flatMap((part) => part.records),
        ({ key, names }) => uncertain.has(key) || names.some((name) => callers.escaping.has(name)),
    );
}

function byPlace(a: ContextShape, b: ContextShape): number {
    if (a.call.file !== b.call.file) return a.call.file < b.call.file ? -1 : 1;
    const [left, right] = [a.call.range.start, b.call.range.start];
    return left.line - right.line || left.character - right.character;
}

const shared = new ContextAnalyser(nodeDisk, libFolder);

/**
 * Finds every `<expression>.$setAuth(...)` call below a folder and the shape of what it passes, on the
 * real file system, with what earlier queries of this process have read. Queries must follow one
 * another: the next one starts when the one before has settled.
 * Rejects with the signal's reason when aborted; anything that can't be found out is in `unknown`.
 */
export function analyseContexts(query: ContextQuery, signal?: AbortSignal): Promise<ContextAnalysis> {
    return shared.analyse(query, signal);
}
