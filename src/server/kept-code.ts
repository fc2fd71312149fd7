import { hash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import vm from 'node:vm';

/** Grows when the form of the file changes. */
const FORMAT = 1;
/** A process that was killed while it wrote leaves its file behind. */
const ABANDONED_MS = 60 * 60_000;

/** A script that was loaded, and what became of its compiled code. */
export interface LoadedScript {
    /** What the script exports. */
    exports: unknown;
    /** A sentence for the log: whether compiled code was there, and why it was of no use. */
    note: string;
    /**
     * Keeps what is compiled by now, for the next process. It blocks for some milliseconds. Out: a sentence for the
     * log that tells how it went. Undefined when the kept code is good.
     */
    keep?: () => string;
}

/**
 * Loads a CommonJS script as `require` does, with the compiled code that an earlier process kept: also of those
 * functions that were compiled when they were first called, which Node's own compile cache doesn't have.
 * In: absolute path of the script, and of the file for its code, which needn't exist or be readable. Throws what
 * the script throws.
 */
export function loadWithKeptCode(script: string, file: string): LoadedScript {
    const source = fs.readFileSync(script, 'utf8');
    // V8 itself compares no more of a source than its length.
    const key = [FORMAT, process.version, process.versions.v8, process.arch, hash('sha256', source)].join(' ');
    const kept = readCode(file, key);
    const code = new vm.Script(`(function (exports, require, module, __filename, __dirname) {\n${source}\n})`, {
        filename: script,
        lineOffset: -1,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        ...('code' in kept && { cachedData: kept.code }),
    });
    const module = { exports: {} };
    const run = code.runInThisContext() as (...args: unknown[]) => void;
    run.call(module.exports, module.exports, createRequire(script), module, script, path.dirname(script));
    if ('code' in kept && code.cachedDataRejected !== true) {
        return { exports: module.exports, note: `Compiled code was taken from ${file}.` };
    }
    const why = 'code' in kept ? 'V8 refuses it' : kept.why;
    return {
        exports: module.exports,
        note: `Compiled code was not taken from ${file}: ${why}.`,
        keep: () => writeCode(file, key, () => code.createCachedData()),
    };
}

/** Out: what `writeCode` wrote under this key, or why there is nothing, as a clause. */
function readCode(file: string, key: string): { code: Buffer } | { why: string } {
    let bytes: Buffer;
    try {
        bytes = fs.readFileSync(file);
    } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        return { why: isMissing ? 'there is none yet' : messageOf(error) };
    }
    const end = bytes.indexOf('\n');
    const [digest, ...rest] = bytes.toString('latin1', 0, Math.max(end, 0)).split(' ');
    const code = bytes.subarray(end + 1);
    // V8 doesn't look for damage in what it is given.
    if (digest !== hash('sha256', code)) return { why: 'it is damaged' };
    return rest.join(' ') === key ? { code } : { why: 'it is of another version' };
}

/** Writes compiled code so that nobody ever reads half of it, over that of another version. Out: how it went. */
function writeCode(file: string, key: string, create: () => Buffer): string {
    const temporary = `${file}.${process.pid}`;
    try {
        const start = performance.now();
        const code = create();
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(temporary, Buffer.concat([Buffer.from(`${hash('sha256', code)} ${key}\n`, 'latin1'), code]));
        fs.renameSync(temporary, file);
        removeAbandoned(file);
        const ms = Math.round(performance.now() - start);
        return `Compiled code was kept in ${file}: ${Math.round(code.length / 1024)} KB in ${ms} ms.`;
    } catch (error) {
        return `Compiled code was not kept in ${file}: ${messageOf(error)}.`;
    }
}

function removeAbandoned(file: string): void {
    const folder = path.dirname(file);
    for (const name of fs.readdirSync(folder)) {
        if (!name.startsWith(`${path.basename(file)}.`)) continue;
        const other = path.join(folder, name);
        const time = fs.statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? 0;
        if (Date.now() - time > ABANDONED_MS) fs.rmSync(other, { force: true });
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
