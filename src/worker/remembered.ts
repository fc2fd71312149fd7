import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hashText, readCacheFile, writeCacheFile } from '../context/cache-file.ts';
import { type Dependencies, type NoteDependencies, type PathState, stampOf } from '../model/dependencies.ts';
import { WRITTEN_FOLDERS } from '../model/source-folders.ts';
import type { AnalysisQuery } from './protocol.ts';

/** Everything that a search for sources may read, and what configures it. */
const SEARCHED = /(?:\.(?:[mc]?[jt]sx?|vue|svelte)|[\\/](?:package|[jt]sconfig[^\\/]*)\.json)$/;
const SKIPPED = new Set(WRITTEN_FOLDERS);
const KIND = /^answer-[0-9a-f]+\.json$/;
const FOLDERS_PER_STEP = 50;
/** Larger answers are cheaper to compute than to keep. */
const MAX_LENGTH = 16_000_000;

/** An answer that tells what took how long. */
interface Timed {
    timings?: { step: string; ms: number }[];
}

/** How an earlier answer is looked for. */
export interface Remembering {
    /** The question, as part of the name that its answer is kept under. */
    method: string;
    /** Whether to look for an earlier answer at all. */
    isFirst: boolean;
    /**
     * Whether an answer stays as it is when a file on which it doesn't depend has this text in the editor. Without
     * it, an earlier answer is of no use while there is unsaved content.
     */
    ignores?: (text: string) => boolean;
}

interface Stored<T> {
    /** A hash of paths and stamps of all that was there to be searched. */
    tree: string;
    states: [string, PathState][];
    answer: T;
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
 * Answers a question with what an earlier process found out, as long as no source below the root was
 * written since and everything else that the answer depends on is as it was; else computes the answer,
 * and keeps it for a later process. So that it is known, or not, without loading what computes it, which
 * takes longer than anything else.
 * In: how to look for it; the query; what computes it, and tells what its answer depends on. Rejects on
 * abort, and as the computation does.
 */
export async function answerRemembering<T extends Timed>(
    { method, isFirst, ignores }: Remembering,
    { root, overlays, types, cacheDir, fresh, backend = 'bundled' }: AnalysisQuery,
    signal: AbortSignal,
    compute: (note: NoteDependencies) => Promise<T>,
): Promise<T> {
    const unsaved = Object.entries(overlays).map(([file, text]) => ({ file: path.normalize(file), text }));
    const isSaved = unsaved.length === 0;
    const canLook = isFirst && fresh !== true && unsaved.every(({ text }) => ignores?.(text) === true);
    if (cacheDir === undefined || !types || !(isSaved || canLook)) return compute(() => undefined);
    const folder = path.resolve(root);
    const file = path.join(cacheDir, `answer-${hashText(JSON.stringify([folder, method, backend]))}.json`);
    const start = performance.now();
    // Before the sources are read: what is written from here on makes the answer hold no longer.
    const tree = await stampTree(folder, signal);
    if (canLook) {
        // A cache file that can be read was written by this very version.
        const stored = readCacheFile(file) as Stored<T> | undefined;
        const isOf = (file: string): boolean => stored?.states.some(([each]) => each === file) === true;
        if (
            stored?.tree === tree &&
            stored?.states.every(([each, state]) => isStill(each, state)) &&
            !unsaved.some(({ file }) => isOf(file))
        ) {
            const ms = Math.round(performance.now() - start);
            return { ...stored.answer, timings: [{ step: 'checking that the last answer holds', ms }] };
        }
    }
    let dependencies: Dependencies | undefined;
    const answer = await compute((found) => {
        dependencies = found;
    });
    if (isSaved && dependencies && tree !== undefined) {
        const body = JSON.stringify({ tree, states: [...dependencies], answer } satisfies Stored<T>);
        if (body.length <= MAX_LENGTH) writeCacheFile(file, body, KIND);
    }
    return answer;
}
