import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './paths.ts';

/** An error whose message says everything that the user needs: printed without a stack. */
export class PlainError extends Error {}

/** How a finished process ended and what it wrote. */
export interface Finished {
    readonly code: number;
    readonly output: string;
}

export interface RunOptions {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** `show` passes the output through, `collect` (default) returns it, `both` does both. */
    readonly output?: 'show' | 'collect' | 'both';
    /** Milliseconds after which the process and its children are killed; none by default. */
    readonly timeout?: number;
}

/**
 * Runs a process to its end, without input.
 * @returns its exit code (1 when a signal ended it, 127 when it could not be started) and output, both streams as they came
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const how = options.output ?? 'collect';
    const child = spawnGroup(
        command,
        args,
        {
            cwd: options.cwd ?? root,
            env: options.env ?? process.env,
            stdio: how === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
        },
        'SIGTERM',
    );
    return new Promise((resolve) => {
        let output = '';
        child.stdout?.on('data', (chunk: Buffer) => {
            output += chunk.toString();
            if (how === 'both') process.stdout.write(chunk);
        });
        child.stderr?.on('data', (chunk: Buffer) => {
            output += chunk.toString();
            if (how === 'both') process.stderr.write(chunk);
        });
        const timers: NodeJS.Timeout[] = [];
        if (options.timeout !== undefined) {
            const stop = (): void => {
                const message = `\nStopped after ${(options.timeout ?? 0) / 1000} s.\n`;
                output += message;
                if (how !== 'collect') process.stderr.write(message);
                killGroup(child, 'SIGTERM');
                timers.push(setTimeout(() => killGroup(child, 'SIGKILL'), 5_000));
            };
            timers.push(setTimeout(stop, options.timeout));
        }
        const clear = (): void => timers.forEach(clearTimeout);
        child.on('error', (error) => {
            clear();
            resolve({ code: 127, output: `${output}${error.message}` });
        });
        child.on('close', (code) => {
            clear();
            resolve({ code: code ?? 1, output });
        });
    });
}

/** What runs, with the signal that ends it: one that lets it end what it started itself, or one that can't be ignored. */
const running = new Map<ChildProcess, 'SIGTERM' | 'SIGKILL'>();

/**
 * Starts a process in a group of its own, which ends when this process ends for whatever reason it can see.
 * @param ending `SIGTERM` for a process that may have started groups of its own, as our scripts do
 */
export function spawnGroup(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; stdio: ['ignore', 'pipe' | 'inherit', 'pipe' | 'inherit'] },
    ending: 'SIGTERM' | 'SIGKILL',
): ChildProcess {
    const child = spawn(command, args, { ...options, detached: process.platform !== 'win32', windowsHide: true });
    watchOwnEnd();
    running.set(child, ending);
    child.on('exit', () => running.delete(child));
    return child;
}

/** Signals a process started by `spawnGroup` and its group. Does nothing when it has ended already. */
export function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (child.pid === undefined) return;
    if (process.platform === 'win32') {
        spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
        return;
    }
    try {
        process.kill(-child.pid, signal);
    } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
}

let watching = false;

function watchOwnEnd(): void {
    if (watching) return;
    watching = true;
    process.on('exit', () => {
        for (const [child, signal] of running) killGroup(child, signal);
    });
    const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
    for (const [signal, code] of Object.entries(exitCodes)) {
        // Without a listener the signal would end this process without its `exit` event.
        process.on(signal, () => process.exit(code));
    }
}

/** Runs npm with the npm that started us, or the one on PATH. See `run`. */
export function runNpm(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const cli = process.env['npm_execpath'];
    if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) return run(process.execPath, [cli, ...args], options);
    if (process.platform === 'win32') return run('cmd.exe', ['/d', '/c', 'npm', ...args], options);
    return run('npm', args, options);
}

/** Runs a script of an installed package, e.g. `mocha/bin/mocha.js`, on the running Node. See `run`. */
export function runTool(script: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return run(process.execPath, [path.join(root, 'node_modules', script), ...args], options);
}

/** Runs the entry of a script: a `PlainError` ends the process with its message, anything else with its stack. */
export async function main(entry: () => Promise<void>): Promise<void> {
    try {
        await entry();
    } catch (error) {
        console.error(error instanceof PlainError ? `\n${error.message}` : error);
        process.exit(1);
    }
}
