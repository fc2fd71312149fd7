import type { SourceFiles } from './source-files.ts';

const WORD_BOUNDARY = '[\\w$\\u0080-\\uffff]';

/** Looks for words in sources, and remembers per file what it holds as long as the file stays the same. */
export class WordSearch {
    readonly #files: SourceFiles;
    readonly #known = new Map<string, { stamp: string; words: Map<string, boolean> }>();
    readonly #patterns = new Map<string, RegExp>();

    constructor(files: SourceFiles) {
        this.#files = files;
    }

    /** Whether a file's text holds the word on its own. Throws when the file can't be read. */
    mentions(path: string, word: string): boolean {
        const stamp = this.#files.stamp(path);
        if (stamp === undefined) return false;
        let known = this.#known.get(path);
        if (known?.stamp !== stamp) {
            known = { stamp, words: new Map() };
            this.#known.set(path, known);
        }
        let found = known.words.get(word);
        if (found === undefined) {
            const text = this.#files.peek(path) ?? '';
            found = text.includes(word) && this.#pattern(word).test(text);
            known.words.set(word, found);
        }
        return found;
    }

    #pattern(word: string): RegExp {
        const pattern =
            this.#patterns.get(word) ??
            new RegExp(`(?<!${WORD_BOUNDARY})${word.replace(/[^\w]/g, '\\$&')}(?!${WORD_BOUNDARY})`);
        this.#patterns.set(word, pattern);
        return pattern;
    }
}
