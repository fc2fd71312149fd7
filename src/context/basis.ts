import type { Basis } from './answer-store.ts';
import { hashText } from './cache-file.ts';
import { type MissingImport, resolvesNow } from './program.ts';
import { parentOf, type SourceFiles } from './source-files.ts';
import type { ProjectConfig } from './tsconfig.ts';

/** What tells which versions of packages are installed, and which schema a package has. */
const LOCKFILES = [
    'package.json',
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb',
    'node_modules/.package-lock.json',
    'node_modules/.modules.yaml',
    'node_modules/.yarn-state.yml',
];

/** Computes and checks what answers are based on; hashes of files that stay the same are remembered. */
export class BasisReader {
    readonly #files: SourceFiles;
    readonly #hashes = new Map<string, { stamp: string; hash: string }>();

    constructor(files: SourceFiles) {
        this.#files = files;
    }

    /** The basis of an answer. In: its key, its files, its project's configuration, imports without a target. */
    read(key: string, paths: readonly string[], config: ProjectConfig, missing: readonly MissingImport[]): Basis {
        return {
            key,
            environment: this.environment(config.folder),
            hashes: Object.fromEntries(paths.map((path) => [path, this.#hash(path)])),
            missing: [...missing],
        };
    }

    /** Whether an answer with this basis still holds. */
    holds(basis: Basis, key: string, config: ProjectConfig): boolean {
        return (
            basis.key === key &&
            Object.entries(basis.hashes).every(([path, hash]) => this.#hash(path) === hash) &&
            basis.environment === this.environment(config.folder) &&
            !resolvesNow(basis.missing, config.options, this.#files)
        );
    }

    /** What is installed for a folder, as a hash. */
    environment(folder: string): string {
        const found: string[] = [];
        for (let current = folder; ; current = parentOf(current)) {
            for (const name of LOCKFILES) {
                const path = `${current === '/' ? '' : current}/${name}`;
                if (this.#files.exists(path)) found.push(path, this.#hash(path));
            }
            if (parentOf(current) === current) return hashText(JSON.stringify(found));
        }
    }

    #hash(path: string): string {
        const stamp = this.#files.stamp(path) ?? '';
        const known = this.#hashes.get(path);
        if (known?.stamp === stamp) return known.hash;
        const hash = stamp === '' ? '' : this.#hashContent(path);
        this.#hashes.set(path, { stamp, hash });
        return hash;
    }

    #hashContent(path: string): string {
        try {
            return hashText(this.#files.peek(path) ?? '');
        } catch {
            // To the analysis, a file that can't be read is one that isn't there.
            return '';
        }
    }
}

/** Everything that an answer depends on besides the content of files and the compiler, as one hash. */
export function answerKey(config: ProjectConfig, parts: readonly unknown[]): string {
    const options = Object.entries(config.options).filter(([name]) => name !== 'configFile');
    return hashText(JSON.stringify([config.key, options, ...parts]));
}
