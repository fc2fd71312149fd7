import path from 'node:path';

/** What the process ends with. */
export const EXIT = { ok: 0, findings: 1, failed: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a command runs and writes. Texts are whole lines with their line end. */
export interface Terminal {
    /** Absolute path. */
    cwd: string;
    /** What was asked for. */
    out(text: string): void;
    /** Everything else: notes, problems. */
    err(text: string): void;
}

/** The user asked for something that can't be done, or an input can't be used. The message says what to do. */
export class UsageError extends Error {}

/** The terminal of this process. A reader that closes the pipe early (`| head`) ends the process quietly. */
export function processTerminal(): Terminal {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE') process.exit();
        throw error;
    });
    return {
        cwd: process.cwd(),
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
    };
}

/** A path relative to a folder, with `/`; absolute only on another drive. The folder itself is `.`. */
export function relativePath(cwd: string, file: string): string {
    const relative = path.relative(cwd, file);
    return relative === '' ? '.' : relative.split(path.sep).join('/');
}

/** A message that begins with an absolute path, with that path relative to a folder. */
export function relativeMessage(cwd: string, message: string): string {
    return message.startsWith(cwd + path.sep) ? message.slice(cwd.length + 1) : message;
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `A, B and C`. */
export function enumerate(names: readonly string[]): string {
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
