import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Grows when what is stored changes without the program that computes it. */
const FORMAT = 2;
const MAX_FILES = 40;
/** A process that was killed while it wrote leaves its file behind. */
const ABANDONED_MS = 60 * 60_000;
const TEMPORARY = /\.json\.\d+$/;

const complained = new Set<string>();

/** A hash of a text, as 16 hexadecimal digits. */
export function hashText(text: string): string {
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

let build: string | undefined;

/**
 * Differs whenever the analysis may be another one, so that no version trusts what another has stored:
 * of bundles their dates, of sources the latest date of any.
 */
export function buildId(): string {
    build ??= computeBuildId(fileURLToPath(import.meta.url));
    return build;
}

function computeBuildId(here: string): string {
    if (here.endsWith('.ts')) {
        const sources = path.dirname(path.dirname(here));
        const files = ['context', 'better-auth', 'worker', 'model'].flatMap((name) =>
            fs.readdirSync(path.join(sources, name)).map((file) => path.join(sources, name, file)),
        );
        return `sources ${Math.max(...files.map((file) => fs.statSync(file).mtimeMs))}`;
    }
    const folder = path.dirname(here);
    const bundles = fs.readdirSync(folder).filter((file) => file.endsWith('.cjs'));
    return hashText(
        bundles
            .map((file) => {
                const { size, mtimeMs } = fs.statSync(path.join(folder, file));
                return `${file} ${size} ${mtimeMs}`;
            })
            .sort()
            .join('\n'),
    );
}

/** Out: what `writeCacheFile` wrote, in this very version; undefined when there is nothing or it can't be used. */
export function readCacheFile(file: string): unknown {
    if (!fs.existsSync(file)) return undefined;
    try {
        const text = fs.readFileSync(file, 'utf8');
        const end = text.indexOf('\n');
        const body = text.slice(end + 1);
        const [format, id, hash] = text.slice(0, end).split(' ');
        if (hash !== hashText(body)) throw new Error('it is damaged');
        // Another version's is no damage, and is written anew.
        if (format !== String(FORMAT) || id !== hashText(buildId())) return undefined;
        return JSON.parse(body);
    } catch (error) {
        complain(file, 'read', error);
        return undefined;
    }
}

/**
 * Writes a cache file so that nobody ever reads half of it, and removes the oldest ones of its kind.
 * In: the path, the content as JSON, which names in the folder are of the same kind. A failure is
 * told once on stderr, and else no error: everything can be computed again.
 */
export function writeCacheFile(file: string, body: string, kind: RegExp): void {
    const temporary = `${file}.${process.pid}`;
    try {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(temporary, `${FORMAT} ${hashText(buildId())} ${hashText(body)}\n${body}`);
        fs.renameSync(temporary, file);
        removeOldest(path.dirname(file), kind);
    } catch (error) {
        complain(file, 'written', error);
    }
}

function complain(file: string, what: string, error: unknown): void {
    if (complained.has(`${file}:${what}`)) return;
    complained.add(`${file}:${what}`);
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The cache file ${file} could not be ${what}: ${reason}\n`);
}

function removeOldest(folder: string, kind: RegExp): void {
    const times = fs
        .readdirSync(folder)
        .filter((name) => kind.test(name) || TEMPORARY.test(name))
        .map((name) => path.join(folder, name))
        .map((file) => ({ file, time: fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
        .sort((a, b) => b.time - a.time);
    const [abandoned, whole] = [true, false].map((temporary) =>
        times.filter(({ file }) => TEMPORARY.test(file) === temporary),
    );
    for (const { file, time } of abandoned ?? []) {
        if (Date.now() - time > ABANDONED_MS) fs.rmSync(file, { force: true });
    }
    for (const { file } of (whole ?? []).slice(MAX_FILES)) fs.rmSync(file, { force: true });
}
