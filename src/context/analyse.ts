import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import ts from 'typescript';
import type { ContextAnalysis, ContextShape } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { type Candidates, findCalls, findCandidates, isTestFile, parseSource, type TraitCache } from './find-calls.ts';
import { libFolder } from './lib-folder.ts';
import { locate, shorten } from './locate.ts';
import { isWorkspaceFile, ParsedFiles, Project } from './program.ts';
import { Reasons } from './reasons.ts';
import { type ReadType, ShapeReader } from './shape.ts';
import { SourceFiles, toInternalPath, toNativePath } from './source-files.ts';
import { SyntaxReader } from './syntax-only.ts';
import { configFinder, type ProjectConfig } from './tsconfig.ts';
import { NOTHING } from './unite.ts';

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

/** What one project (or one file, without types) contributes. The same object as long as nothing changes. */
interface Part {
    contexts: ContextShape[];
    unknown: Unknown[];
    files: string[];
}

interface ProjectState {
    project: Project;
    /** Missing until a first query has not been aborted. */
    answer?: { program: ts.Program; calls: string; part: Part };
}

interface LastAnswer {
    parts: Part[];
    unknown: string;
    result: ContextAnalysis;
}

function buildShape(
    call: ts.CallExpression,
    inTest: boolean,
    typeText: (argument: ts.Expression) => string,
    reader: { readArgument(argument: ts.Expression): ReadType; unknown: Unknown[] },
): ContextShape {
    const [argument] = call.arguments;
    const base = { call: locate(call), inTest, unknown: reader.unknown };
    if (!argument) {
        return {
            ...base,
            argument: locate(call),
            argumentText: '',
            typeText: 'undefined',
            value: NOTHING,
            mayBeUndefined: true,
            mayBeNull: false,
        };
    }
    const place = { ...base, argument: locate(argument), argumentText: shorten(argument.getText()) };
    const failed = (reason: string): ContextShape => {
        const { file, range } = place.argument;
        const unknown = [...reader.unknown, { what: 'argument', reason, file, line: range.start.line + 1 }];
        const value = { kind: 'unknown', reason } as const;
        return { ...place, typeText: 'unknown', value, mayBeUndefined: false, mayBeNull: false, unknown };
    };
    if (ts.isSpreadElement(argument)) return failed('the arguments are spread');
    try {
        const { value, nullable, undefinable } = reader.readArgument(argument);
        return { ...place, typeText: typeText(argument), value, mayBeUndefined: undefinable, mayBeNull: nullable };
    } catch (error) {
        // The checker has bugs, and recursion limits, that strange types run into: one call must not cost the others.
        return failed(`TypeScript failed on it: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** Answers queries, remembering programs and parsed files, so that a query after a small edit is fast. */
export class ContextAnalyser {
    readonly #files: SourceFiles;
    readonly #libFolder: () => string;
    readonly #parsed = new ParsedFiles();
    readonly #traits: TraitCache = new Map();
    readonly #projects = new Map<string, ProjectState>();
    readonly #syntax = new Map<string, { version: number; inTest: boolean; part: Part }>();
    readonly #answers = new Map<string, LastAnswer>();

    constructor(disk: Disk, findLibFolder: () => string) {
        this.#files = new SourceFiles(disk);
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
        const candidates = await findCandidates(root, this.#files, this.#traits, pause);
        const calling = candidates.mentions.filter((file) => this.#syntaxPart(file, root).contexts.length > 0);
        const unknown = [...candidates.unknown];
        const parts = query.types
            ? await this.#typedParts(root, calling, candidates, unknown, pause)
            : calling.map((file) => this.#syntaxPart(file, root));
        return this.#answer(`${root}:${query.types}`, parts, unknown);
    }

    #answer(key: string, parts: Part[], unknown: Unknown[]): ContextAnalysis {
        const unknownKey = JSON.stringify(unknown);
        const last = this.#answers.get(key);
        if (
            last?.unknown === unknownKey &&
            last.parts.length === parts.length &&
            last.parts.every((part, index) => part === parts[index])
        ) {
            return last.result;
        }
        const result: ContextAnalysis = {
            contexts: parts.flatMap((part) => part.contexts).sort(byPlace),
            unknown: [...unknown, ...parts.flatMap((part) => part.unknown)],
            files: [...new Set(parts.flatMap((part) => part.files))].map(toNativePath).sort(),
        };
        this.#answers.set(key, { parts, unknown: unknownKey, result });
        return result;
    }

    #syntaxPart(file: string, root: string): Part {
        const inTest = isTestFile(file, root);
        const content = this.#files.read(file);
        const known = this.#syntax.get(file);
        if (known && known.version === content?.version && known.inTest === inTest) return known.part;
        const source = parseSource(file, content?.text ?? '');
        const contexts = findCalls(source).map((call) => buildShape(call, inTest, () => 'unknown', new SyntaxReader()));
        const part = { contexts, unknown: [], files: [file] };
        this.#syntax.set(file, { version: content?.version ?? 0, inTest, part });
        return part;
    }

    async #typedParts(
        root: string,
        calling: string[],
        candidates: Candidates,
        unknown: Unknown[],
        pause: () => Promise<void>,
    ): Promise<Part[]> {
        const configOf = configFinder(root, this.#files);
        const groups = new Map<string, { config: ProjectConfig; calling: string[] }>();
        for (const file of calling) {
            const config = configOf(file);
            const group = groups.get(config.key) ?? { config, calling: [] };
            group.calling.push(file);
            groups.set(config.key, group);
        }
        const parts: Part[] = [];
        for (const { config, calling: files } of groups.values()) {
            await pause();
            unknown.push(...config.unknown);
            const globals = candidates.globals.filter((file) => configOf(file).key === config.key);
            const rootNames = [...new Set([...files, ...globals, ...config.ambient])].sort();
            parts.push(await this.#projectPart(root, config, rootNames, files, pause));
        }
        this.#forgetPrograms();
        return parts;
    }

    async #projectPart(
        root: string,
        config: ProjectConfig,
        rootNames: string[],
        calling: string[],
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
        const calls = calling.join('\n');
        if (answer?.program === program && answer.calls === calls) return answer.part;
        const reasons = new Reasons(program.getTypeChecker(), (file, module) => project.resolution(file, module));
        const part: Part = {
            contexts: [],
            unknown: [],
            files: program
                .getSourceFiles()
                .filter((file) => isWorkspaceFile(program, file))
                .map((file) => file.fileName)
                .concat(config.configFiles),
        };
        for (const file of calling) {
            const source = program.getSourceFile(file);
            if (!source) continue;
            part.unknown.push(...syntaxErrors(program, source));
            for (const call of findCalls(source)) {
                await pause();
                const reader = new ShapeReader(program, reasons);
                const typeText = (argument: ts.Expression): string =>
                    reader.text(program.getTypeChecker().getTypeAtLocation(argument));
                part.contexts.push(buildShape(call, isTestFile(file, root), typeText, reader));
            }
        }
        state.answer = { program, calls, part };
        return part;
    }

    #forgetPrograms(): void {
        for (const key of [...this.#projects.keys()].slice(0, -MAX_PROGRAMS)) this.#projects.delete(key);
        const programs = [...this.#projects.values()].map(({ project }) => project.program);
        this.#parsed.retain(programs.filter((program) => program !== undefined));
    }
}

/** A file that doesn't parse is analysed all the same, but what is said about it may be off. */
function syntaxErrors(program: ts.Program, source: ts.SourceFile): Unknown[] {
    const [first] = program.getSyntacticDiagnostics(source);
    if (!first) return [];
    const message = ts.flattenDiagnosticMessageText(first.messageText, ' ');
    return [
        {
            what: 'the file',
            reason: `it has a syntax error: ${message}`,
            file: toNativePath(source.fileName),
            line: source.getLineAndCharacterOfPosition(first.start).line + 1,
        },
    ];
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
