import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ContextAnalysis, ContextShape } from '../model/context-shape.ts';
import type { NoteDependencies } from '../model/dependencies.ts';
import type { Unknown } from '../model/unknown.ts';
import { AnswerStore } from './answer-store.ts';
import { answerKey, BasisReader } from './basis.ts';
import { BundledEngine } from './bundled-engine.ts';
import { hashText } from './cache-file.ts';
import { type Disk, nodeDisk } from './disk.ts';
import type { Group, Part, Question } from './engine.ts';
import { expandWrappers } from './expand.ts';
import { libFolder } from './lib-folder.ts';
import { NativeEngine } from './native-engine.ts';
import { findNativePackage } from './native-package.ts';
import { SourceFiles, toInternalPath, toNativePath } from './source-files.ts';
import { type SourceFacts, SourceIndex } from './source-index.ts';
import { configFinder } from './tsconfig.ts';

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
    /** Answers of other processes are not enough: the compiler is made ready for questions that will follow. */
    fresh?: boolean;
    /** Folder for answers that outlive the process; without it they are kept in memory. */
    cacheDir?: string;
    /**
     * Which compiler is asked: the bundled one (the default), or the workspace's own TypeScript 7, which
     * is faster, and the bundled one where there is none. Using the workspace's runs its code.
     */
    backend?: 'auto' | 'bundled' | 'workspace';
}

interface LastAnswer {
    parts: readonly object[];
    unknown: string;
    result: ContextAnalysis;
}

/** A query under way. */
interface Run {
    root: string;
    cacheDir: string | undefined;
    fresh: boolean;
    facts: SourceFacts;
    /** The workspace's compiler, when it is to be asked. */
    native: NativeEngine | undefined;
    pause: () => Promise<void>;
    timed: Question['timed'];
}

/** Answers queries, remembering programs and parsed files, so that a query after a small edit is fast. */
export class ContextAnalyser {
    readonly #files: SourceFiles;
    readonly #index: SourceIndex;
    readonly #bundled: BundledEngine;
    readonly #findNative: typeof findNativePackage;
    readonly #natives = new Map<string, NativeEngine>();
    readonly #store = new AnswerStore<Part>();
    readonly #basis: BasisReader;
    readonly #answers = new Map<string, LastAnswer>();

    constructor(disk: Disk, findLibFolder: () => string, findNative = findNativePackage) {
        this.#files = new SourceFiles(disk);
        this.#basis = new BasisReader(this.#files);
        this.#index = new SourceIndex(this.#files);
        this.#bundled = new BundledEngine(this.#files, findLibFolder);
        this.#findNative = findNative;
    }

    /**
     * Finds every `$setAuth(...)` call below the root and what it passes.
     * Out: shapes in the order of files and positions; the same object as last time when nothing that
     * it depends on has changed. Rejects with the signal's reason when aborted. `note` is told what a
     * whole answer depends on.
     */
    async analyse(query: ContextQuery, signal?: AbortSignal, note?: NoteDependencies): Promise<ContextAnalysis> {
        const pause = async (): Promise<void> => {
            await setImmediate();
            signal?.throwIfAborted();
        };
        const root = toInternalPath(path.resolve(query.root));
        this.#files.begin(query.overlays);
        const timings: { step: string; ms: number }[] = [];
        const timed: Run['timed'] = async (step, work) => {
            const start = performance.now();
            try {
                return await work();
            } finally {
                timings.push({ step, ms: Math.round(performance.now() - start) });
            }
        };
        const facts = await timed('searching calls', () => this.#index.search(root, pause));
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
        const native = this.#native(root, query.backend);
        const { cacheDir, fresh = false } = query;
        const run: Run = { root, cacheDir, fresh, facts, native, pause, timed };
        const groups = this.#groups(run, unknown);
        const parts: Part[] = [];
        let isPartial = false;
        for (const group of groups) {
            await pause();
            const known = this.#knownPart(run, group);
            isPartial ||= query.quick === true && !known;
            parts.push(known ?? (query.quick ? this.#syntaxPart(run, group) : await this.#newPart(run, group)));
        }
        if (!isPartial && isWithin(groups, root)) note?.(this.#files.probed());
        return this.#answer(`${root}:types:${isPartial}`, parts, unknown, () => ({
            contexts: unite(parts, facts),
            unknown: parts.flatMap((part) => part.unknown),
            files: parts.flatMap((part) => part.files),
            ...(isPartial ? { isPartial } : {}),
            ...namesOf(parts),
            timings,
        }));
    }

    /** Forgets programs and ends other compilers, which take most of the memory; answers are kept. */
    async release(): Promise<void> {
        this.#bundled.release();
        const natives = [...this.#natives.values()];
        this.#natives.clear();
        await Promise.all(natives.map((native) => native.release()));
    }

    #native(root: string, backend: ContextQuery['backend']): NativeEngine | undefined {
        if (backend === undefined || backend === 'bundled') return undefined;
        const found = this.#findNative(root);
        if (!found) return undefined;
        const known = this.#natives.get(found.folder);
        const engine = known?.package.version === found.version ? known : new NativeEngine(this.#files, found);
        this.#natives.set(found.folder, engine);
        return engine.isBroken ? undefined : engine;
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

    /** What is known without asking a compiler. */
    #knownPart({ root, cacheDir, fresh, native }: Run, group: Group): Part | undefined {
        const { config } = group;
        const key = keyFor(native ?? this.#bundled, group);
        const ofProgram = native ? undefined : this.#bundled.known(root, group);
        if (ofProgram || fresh) return ofProgram;
        return this.#store
            .answers(root, cacheDir)
            .find(({ project, basis }) => project === config.key && this.#basis.holds(basis, key, config))?.value;
    }

    async #newPart(run: Run, group: Group): Promise<Part> {
        const { root, cacheDir, facts, native, pause, timed } = run;
        const { config } = group;
        const question: Question = { root, group, callers: facts.callers, pause, timed };
        const environment = hashText(this.#basis.environment(config.folder) + facts.candidates.sources.join('\n'));
        const answer = (await native?.answer(question, environment)) ?? (await this.#bundled.answer(question));
        const key = keyFor(native ?? this.#bundled, group);
        const basis = this.#basis.read(key, answer.part.files, config, answer.missing);
        this.#store.add(root, cacheDir, { project: config.key, basis, value: answer.part });
        return answer.part;
    }

    #syntaxPart({ facts }: Run, { config, files }: Group): Part {
        const records = files.flatMap((file) => facts.calls.get(file)?.records ?? []);
        return { records, uncertain: [], unknown: [], files: [...files, ...config.configFiles] };
    }
}

/** Whether the projects include nothing outside of the searched folder, where a new file would not be noticed. */
function isWithin(groups: readonly Group[], root: string): boolean {
    const prefix = root === '/' ? root : `${root}/`;
    return groups.every(({ config }) => {
        const included = [...config.includes].filter((file) => !file.includes('/node_modules/'));
        return `${config.folder}/`.startsWith(prefix) && included.every((file) => file.startsWith(prefix));
    });
}

function keyFor(engine: { name: string }, group: Group): string {
    return `${engine.name} ${group.key}`;
}

function namesOf(parts: readonly Part[]): Pick<ContextAnalysis, 'compiler'> {
    const names = new Set(parts.flatMap(({ compiler }) => compiler ?? []));
    return names.size > 0 ? { compiler: [...names].join(', ') } : {};
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
export async function analyseContexts(
    query: ContextQuery,
    signal?: AbortSignal,
    note?: NoteDependencies,
): Promise<ContextAnalysis> {
    clearTimeout(releaseTimer);
    try {
        return await shared.analyse(query, signal, note);
    } finally {
        releaseTimer = setTimeout(() => void shared.release(), RELEASE_MS).unref();
    }
}
