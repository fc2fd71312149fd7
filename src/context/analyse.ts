import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import ts from 'typescript';
import type { ContextAnalysis, ContextShape } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import { AnswerStore } from './answer-store.ts';
import { answerKey, BasisReader } from './basis.ts';
import { BundledBackend } from './bundled-backend.ts';
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
    /** At once: what earlier queries, or the cache, know, and the syntax tree alone for the rest. */
    quick?: boolean;
    /** Folder for answers that outlive the process; without it they are kept in memory. */
    cacheDir?: string;
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
    /** The answer of the project's program; missing until a first query has not been aborted. */
    answer?: { program: ts.Program; key: string; part: Part };
}

interface LastAnswer {
    parts: readonly object[];
    unknown: string;
    result: ContextAnalysis;
}

/** One project's share of a query. */
interface Group {
    config: ProjectConfig;
    /** Sources with calls. */
    files: string[];
    rootNames: string[];
    /** What the answer depends on besides the content of files. */
    key: string;
}

/** A query under way. */
interface Run {
    root: string;
    cacheDir: string | undefined;
    facts: SourceFacts;
    timings: { step: string; ms: number }[];
    pause: () => Promise<void>;
}

/** Answers queries, remembering programs and parsed files, so that a query after a small edit is fast. */
export class ContextAnalyser {
    readonly #files: SourceFiles;
    readonly #libFolder: () => string;
    readonly #index: SourceIndex;
    readonly #parsed = new ParsedFiles();
    readonly #projects = new Map<string, ProjectState>();
    readonly #store = new AnswerStore<Part>();
    readonly #basis: BasisReader;
    readonly #answers = new Map<string, LastAnswer>();

    constructor(disk: Disk, findLibFolder: () => string) {
        this.#files = new SourceFiles(disk);
        this.#basis = new BasisReader(this.#files);
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
        const timings: Run['timings'] = [];
        const facts = await timed(timings, 'searching calls', () => this.#index.search(root, pause));
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
                    timings,
                }),
            );
        }
        const run: Run = { root, cacheDir: query.cacheDir, facts, timings, pause };
        const groups = this.#groups(run, unknown);
        const parts: Part[] = [];
        let isPartial = false;
        for (const group of groups) {
            await pause();
            const known = this.#knownPart(run, group);
            isPartial ||= query.quick === true && !known;
            parts.push(known ?? (query.quick ? this.#syntaxPart(run, group) : await this.#newPart(run, group)));
        }
        this.#forgetPrograms();
        return this.#answer(`${root}:types:${isPartial}`, parts, unknown, () => ({
            contexts: unite(parts, facts),
            unknown: parts.flatMap((part) => part.unknown),
            files: parts.flatMap((part) => part.files),
            ...(isPartial && { isPartial }),
            compiler: `typescript ${ts.version}`,
            timings,
        }));
    }

    /** Forgets programs and parsed files, which take most of the memory; answers are kept. */
    release(): void {
        this.#projects.clear();
        this.#parsed.retain([]);
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
            ...made,
            contexts: made.contexts.sort(byPlace),
            unknown: [...unknown, ...made.unknown],
            files: [...new Set(made.files)].map(toNativePath).sort(),
        };
        this.#answers.set(key, { parts, unknown: unknownKey, result });
        return result;
    }

    #groups({ root, facts }: Run, unknown: Unknown[]): Group[] {
        const configOf = configFinder(root, this.#files);
        const byConfig = Map.groupBy(new Set([...facts.calls.keys(), ...facts.callers.files]), configOf);
        return [...byConfig].map(([config, files]) => {
            unknown.push(...config.unknown);
            const globals = facts.candidates.globals.filter((file) => configOf(file) === config);
            const rootNames = [...new Set([...files, ...globals, ...config.ambient])].sort();
            const { names, modules, wrappers, files: callerFiles } = facts.callers;
            const asked = [files, rootNames, [...names], [...modules], [...wrappers.values()], callerFiles];
            return { config, files, rootNames, key: answerKey(config, [root, ...asked]) };
        });
    }

    #state({ root }: Run, { config }: Group): ProjectState {
        const key = `${root}:${config.key}`;
        const state = this.#projects.get(key) ?? {
            project: new Project(this.#files, this.#parsed, this.#libFolder()),
        };
        // The map keeps the order of use, the latest last.
        this.#projects.delete(key);
        this.#projects.set(key, state);
        return state;
    }

    /** What is known without asking the checker. */
    #knownPart(run: Run, group: Group): Part | undefined {
        const { config, key, rootNames } = group;
        const { project, answer } = this.#state(run, group);
        const program = project.current(config, rootNames);
        if (program && answer?.program === program && answer.key === key) return answer.part;
        return this.#store
            .answers(run.root, run.cacheDir)
            .find(({ project: owner, basis }) => owner === config.key && this.#basis.holds(basis, key, config))?.value;
    }

    async #newPart(run: Run, group: Group): Promise<Part> {
        const { root, cacheDir, facts, timings, pause } = run;
        const { config, files, key, rootNames } = group;
        const state = this.#state(run, group);
        const program = await timed(timings, 'reading the project', () => state.project.update(config, rootNames));
        const found = await timed(timings, 'resolving types', () =>
            readProjectCalls(
                new BundledBackend(program, (file, name) => state.project.resolution(file, name)),
                files,
                root,
                facts.callers,
                pause,
            ),
        );
        const sources = program.getSourceFiles().filter((file) => isWorkspaceFile(program, file));
        const part = { ...found, files: [...sources.map((file) => file.fileName), ...config.configFiles] };
        state.answer = { program, key, part };
        const basis = this.#basis.read(key, part.files, config, state.project.missing);
        this.#store.add(root, cacheDir, { project: config.key, basis, value: part });
        return part;
    }

    #syntaxPart({ facts }: Run, { config, files }: Group): Part {
        const records = files.flatMap((file) => facts.calls.get(file)?.records ?? []);
        return { records, uncertain: [], unknown: [], files: [...files, ...config.configFiles] };
    }

    #forgetPrograms(): void {
        for (const key of [...this.#projects.keys()].slice(0, -MAX_PROGRAMS)) this.#projects.delete(key);
        const programs = [...this.#projects.values()].map(({ project }) => project.program);
        this.#parsed.retain(programs.filter((program) => program !== undefined));
    }
}

async function timed<T>(timings: Run['timings'], step: string, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
        return await work();
    } finally {
        timings.push({ step, ms: Math.round(performance.now() - start) });
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
/** Edits that follow each other closer than this find their program in memory. */
const RELEASE_MS = 2 * 60_000;
let releaseTimer: NodeJS.Timeout | undefined;

/**
 * Finds every `<expression>.$setAuth(...)` call below a folder and the shape of what it passes, on the
 * real file system, with what earlier queries of this process have read. Queries must follow one
 * another: the next one starts when the one before has settled.
 * Rejects with the signal's reason when aborted; anything that can't be found out is in `unknown`.
 */
export async function analyseContexts(query: ContextQuery, signal?: AbortSignal): Promise<ContextAnalysis> {
    clearTimeout(releaseTimer);
    try {
        return await shared.analyse(query, signal);
    } finally {
        releaseTimer = setTimeout(() => {
            shared.release();
        }, RELEASE_MS).unref();
    }
}
