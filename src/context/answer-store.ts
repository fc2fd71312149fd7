import path from 'node:path';
import { hashText, readCacheFile, writeCacheFile } from './cache-file.ts';
import type { MissingImport } from './program.ts';

/** Answers per project: the last one, and those that undoing a few edits brings back. */
const MAX_PER_PROJECT = 4;
const MAX_FILE_LENGTH = 16_000_000;
const FILE_NAME = /^contexts-[0-9a-f]+\.json$/;

/** What an answer was computed from. It holds as long as all of this is the same. */
export interface Basis {
    /** Everything that isn't a file's content: options, compiler, which files were asked about. */
    key: string;
    /** Lockfiles and what package managers write about an installation. */
    environment: string;
    /** Hash of the content by path of each source and configuration that was read. */
    hashes: Record<string, string>;
    /** Imports that could not be resolved. */
    missing: MissingImport[];
}

export interface StoredAnswer<T> {
    project: string;
    basis: Basis;
    value: T;
}

/**
 * Remembers answers, in memory and in one file for each root folder. A file that is damaged, was
 * written by another version or can't be written is no error: the answers are computed again.
 */
export class AnswerStore<T> {
    readonly #answers = new Map<string, StoredAnswer<T>[]>();
    readonly #loaded = new Set<string>();

    /** Answers for a root, the newest first. In: the cache folder, or undefined to use memory alone. */
    answers(root: string, folder: string | undefined): readonly StoredAnswer<T>[] {
        const file = folder === undefined ? undefined : this.#file(root, folder);
        if (file !== undefined && !this.#loaded.has(file)) {
            this.#loaded.add(file);
            this.#answers.set(root, [...(this.#answers.get(root) ?? []), ...this.#load(file)]);
        }
        return this.#answers.get(root) ?? [];
    }

    /** Adds an answer and writes the root's file. */
    add(root: string, folder: string | undefined, answer: StoredAnswer<T>): void {
        const others = this.answers(root, folder).filter(
            ({ project, basis }) =>
                project !== answer.project || JSON.stringify(basis) !== JSON.stringify(answer.basis),
        );
        const perProject = new Map<string, number>();
        const kept = [answer, ...others].filter(({ project }) => {
            const count = (perProject.get(project) ?? 0) + 1;
            perProject.set(project, count);
            return count <= MAX_PER_PROJECT;
        });
        this.#answers.set(root, kept);
        if (folder !== undefined) this.#save(this.#file(root, folder), kept);
    }

    #file(root: string, folder: string): string {
        return path.join(folder, `contexts-${hashText(root)}.json`);
    }

    #load(file: string): StoredAnswer<T>[] {
        // A cache file that can be read was written by this very version.
        return (readCacheFile(file) ?? []) as StoredAnswer<T>[];
    }

    #save(file: string, answers: StoredAnswer<T>[]): void {
        let body = JSON.stringify(answers);
        for (let count = answers.length; body.length > MAX_FILE_LENGTH; count--) {
            body = JSON.stringify(answers.slice(0, count - 1));
        }
        writeCacheFile(file, body, FILE_NAME);
    }
}
