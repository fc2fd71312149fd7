import { buildShape } from './call-shape.ts';
import { type Callers, findCallers } from './callers.ts';
import type { CallRecord } from './expand.ts';
import { type Candidates, findCalls, findCandidates, isTestFile, parseSource, type TraitCache } from './find-calls.ts';
import { findForwarding, type Forwarding } from './forwarding.ts';
import type { SourceFiles } from './source-files.ts';
import { SyntaxReader } from './syntax-only.ts';
import { WordSearch } from './word-search.ts';
import type ts from 'typescript';

/** What the syntax of one file tells. The same object as long as the file stays the same. */
interface FileCalls {
    version: number;
    inTest: boolean;
    records: CallRecord[];
    /** What its calls hand on. */
    forwards: Forwarding[];
}

/** Everything that the sources tell without types. */
export interface SourceFacts {
    candidates: Candidates;
    /** Files with a call of `$setAuth`, with what the syntax alone tells of each call. */
    calls: ReadonlyMap<string, FileCalls>;
    callers: Callers;
}

/** How many parsed files are remembered; a large application's callers of wrappers stay below. */
const MAX_PARSED = 400;

/** Searches sources without types; remembers what it has read of files that stay the same. */
export class SourceIndex {
    readonly #files: SourceFiles;
    readonly #traits: TraitCache = new Map();
    readonly #words: WordSearch;
    readonly #calls = new Map<string, FileCalls>();
    readonly #parsed = new Map<string, { version: number; source: ts.SourceFile }>();

    constructor(files: SourceFiles) {
        this.#files = files;
        this.#words = new WordSearch(files);
    }

    /** In: an absolute folder with `/`. `pause` is awaited now and then and may throw to end the search. */
    async search(root: string, pause: () => Promise<void>): Promise<SourceFacts> {
        const candidates = await findCandidates(root, this.#files, this.#traits, pause);
        const calls = new Map<string, FileCalls>();
        for (const file of candidates.mentions) {
            const found = await this.#callsOf(file, root);
            if (found.records.length > 0) calls.set(file, found);
        }
        const direct = [...calls.values()].flatMap(({ forwards }) => forwards);
        const search = {
            mentioning: (words: readonly string[], limit: number): string[] | undefined => {
                const found = candidates.sources.filter((path) => words.some((word) => this.#mentions(path, word)));
                return found.length > limit ? undefined : found;
            },
            parse: (path: string): ts.SourceFile => this.#parse(path).source,
        };
        return { candidates, calls, callers: await findCallers(direct, search, pause) };
    }

    #mentions(path: string, word: string): boolean {
        try {
            return this.#words.mentions(path, word);
        } catch {
            // The search for calls has reported the file already.
            return false;
        }
    }

    #parse(path: string): { version: number; source: ts.SourceFile } {
        const content = this.#files.read(path);
        const version = content?.version ?? 0;
        const known = this.#parsed.get(path);
        if (known?.version === version) return known;
        const parsed = { version, source: parseSource(path, content?.text ?? '') };
        this.#parsed.delete(path);
        this.#parsed.set(path, parsed);
        for (const oldest of [...this.#parsed.keys()].slice(0, -MAX_PARSED)) this.#parsed.delete(oldest);
        return parsed;
    }

    async #callsOf(path: string, root: string): Promise<FileCalls> {
        const inTest = isTestFile(path, root);
        const version = this.#files.read(path)?.version ?? 0;
        const known = this.#calls.get(path);
        if (known?.version === version && known.inTest === inTest) return known;
        const calls = findCalls(this.#parse(path).source);
        const records: CallRecord[] = [];
        for (const call of calls) records.push({ shape: await buildShape(call, inTest, new SyntaxReader()) });
        const forwards = calls.flatMap(({ arguments: [argument] }) => (argument && findForwarding(argument)) ?? []);
        const found = { version, inTest, records, forwards };
        this.#calls.set(path, found);
        return found;
    }
}
