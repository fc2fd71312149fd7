import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hashText, readCacheFile, writeCacheFile } from '../context/cache-file.ts';
import { type Dependencies, type PathState, stampOf } from '../model/dependencies.ts';
import { WRITTEN_FOLDERS } from '../model/source-folders.ts';

/** Everything that a search for sources may read, and what configures it. */
const SEARCHED = /(?:\.(?:[mc]?[jt]sx?|vue|svelte)|[\\/](?:package|[jt]sconfig[^\\/]*)\.json)$/;
const SKIPPED = new Set(WRITTEN_FOLDERS);
const KIND = /^answer-[0-9a-f]+\.json$/;
const FOLDERS_PER_STEP = 50;
/** Larger answers are cheaper to compute than to keep. */
const MAX_LENGTH = 16_000_000;

interface Stored {
    /** A hash of paths and stamps of all that was there to be searched. */
    tree: string;
    states: [string, PathState][];
    answer: object;
}

/** Whether a path is as an answer found it. */
function isStill(path: string, state: PathState): boolean {
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    if (!stats) return state === '';
    if (stats.isDirectory()) return state === 'folder';
    return stats.isFile() ? state === '*' || state === stampOf(stats) : state === '';
}

/** A hash of the sources below a folder; undefined when a part of it can't be read. Rejects on abort. */
async function stampTree(root: string, signal: AbortSignal): Promise<string | undefined> {
    const stamps: string[] = [];
    const folders = [root];
    for (let index = 0, folder = folders[0]; folder !== undefined; folder = folders[++index]) {
        if (index % FOLDERS_PER_STEP === 0) {
            await setImmediate();
            signal.throwIfAborted();
        }
        try {
            for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
                const file = path.join(folder, entry.name);
                if (entry.isDirectory()) {
                    if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) folders.push(file);
                } else if (entry.isFile() && SEARCHED.test(file)) {
                    stamps.push(`${file} ${stampOf(fs.statSync(file))}`);
                }
            }
        } catch {
            // The analysis itself reports it, with its place.
            return undefined;
        }
    }
    return hashText(stamps.sort().join('\n'));
}

/**
 * The last answer to one question, in a file: it holds as long as no source below the root was written,
 * and everything else that it depends on is as it was. So it is found, or not, without loading what
 * computes it, which takes longer than anything else.
 */
export class Remembered {
    readonly #file: string;
    readonly #root: string;
    readonly #signal: AbortSignal;
    #tree: Promise<string | undefined> | undefined;

    /** In: the cache folder, the folder that is searched, everything else that is asked, what ends it. */
    constructor(folder: string, root: string, question: readonly unknown[], signal: AbortSignal) {
        this.#root = path.resolve(root);
        this.#file = path.join(folder, `answer-${hashText(JSON.stringify([this.#root, ...question]))}.json`);
        this.#signal = signal;
    }

    /** The answer when it still holds. Rejects on abort. */
    async find(): Promise<object | undefined> {
        // A cache file that can be read was written by this very version.
        const stored = readCacheFile(this.#file) as Stored | undefined;
        if (!stored || stored.tree !== (await this.#present())) return undefined;
        return stored.states.every(([file, state]) => isStill(file, state)) ? stored.answer : undefined;
    }

    /** To be called before the sources are read: what is written after it makes the answer hold no longer. */
    async begin(): Promise<void> {
        await this.#present();
    }

    /** Keeps an answer. */
    async keep(answer: object, dependencies: Dependencies): Promise<void> {
        const tree = await this.#present();
        if (tree === undefined) return;
        const stored: Stored = { tree, states: [...dependencies], answer };
        const body = JSON.stringify(stored);
        if (body.length <= MAX_LENGTH) writeCacheFile(this.#file, body, KIND);
    }

    #present(): Promise<string | undefined> {
        this.#tree ??= stampTree(this.#root, this.#signal);
        return this.#tree;
    }
}
