import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { MissingImport } from './program.ts';

/** Grows when what is stored, or how it is computed, changes. */
const FORMAT = 1;
/** Answers per project: the last one, and those that undoing a few edits brings back. */
const MAX_PER_PROJECT = 4;
const MAX_FILE_LENGTH = 16_000_000;
const MAX_FILES = 40;
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

/** A hash of a text, as 16 hexadecimal digits. */
export function hashText(text: string): string {
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Remembers answers, in memory and in one file for each root folder. A file that is damaged, was
 * written by another version or can't be written is no error: the answers are computed again.
 */
export class AnswerStore<T> {
    readonly #answers = new Map<string, StoredAnswer<T>[]>();
    readonly #loaded = new Set<string>();
    readonly #complained = new Set<string>();

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
        if (!fs.existsSync(file)) return [];
        try {
            const text = fs.readFileSync(file, 'utf8');
            const end = text.indexOf('\n');
            const body = text.slice(end + 1);
            if (text.slice(0, end) !== header(body)) throw new Error('it is damaged or from another version');
            // The header proves that this very version wrote it.
            return JSON.parse(body) as StoredAnswer<T>[];
        } catch (error) {
            this.#complain(file, 'read', error);
            return [];
        }
    }

    #save(file: string, answers: StoredAnswer<T>[]): void {
        let body = JSON.stringify(answers);
        for (let count = answers.length; body.length > MAX_FILE_LENGTH; count--) {
            body = JSON.stringify(answers.slice(0, count - 1));
        }
        const temporary = `${file}.${process.pid}`;
        try {
            fs.mkdirSync(path.dirname(file), { recursive: true });
            fs.writeFileSync(temporary, `${header(body)}\n${body}`);
            fs.renameSync(temporary, file);
            removeOldest(path.dirname(file));
        } catch (error) {
            this.#complain(file, 'written', error);
        }
    }

    #complain(file: string, what: string, error: unknown): void {
        if (this.#complained.has(`${file}:${what}`)) return;
        this.#complained.add(`${file}:${what}`);
        const reason = error instanceof Error ? error.message : String(error);
        process.stderr.write(`The cache file ${file} could not be ${what}: ${reason}\n`);
    }
}

function header(body: string): string {
    return `${FORMAT} ${hashText(body)}`;
}

function removeOldest(folder: string): void {
    const names = fs.readdirSync(folder).filter((name) => FILE_NAME.test(name));
    if (names.length <= MAX_FILES) return;
    const files = names.map((name) => path.join(folder, name));
    const times = new Map(files.map((file) => [file, fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
    files.sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
    for (const file of files.slice(MAX_FILES)) fs.rmSync(file, { force: true });
}
