import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** Megabytes. A large application with better-auth's types needs 0.6 to 0.9 GB. */
const MAX_OLD_SPACE = 3072;

/** Variables that would change how the child runs or prints: options of a debugger or a test runner, colours. */
const DROPPED = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_CHANNEL_FD', 'FORCE_COLOR', 'VSCODE_INSPECTOR_OPTIONS'];

/** Out: the environment for a child process that is plain Node. */
export function childEnvironment(): NodeJS.ProcessEnv {
    const environment: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
    for (const name of DROPPED) Reflect.deleteProperty(environment, name);
    // In VS Code's processes the executable is Electron; without this it would open a window.
    if (process.versions['electron'] !== undefined) environment['ELECTRON_RUN_AS_NODE'] = '1';
    return environment;
}

/**
 * Starts the worker process. Whatever it prints goes, line by line, to `log`.
 * In: absolute path of its entry, its arguments, more options for Node.
 */
export function startChild(
    modulePath: string,
    args: readonly string[],
    execArgv: readonly string[],
    log: (line: string) => void,
): ChildProcess {
    const child = fork(modulePath, args, {
        execPath: process.execPath,
        execArgv: [`--max-old-space-size=${MAX_OLD_SPACE}`, ...execArgv],
        env: childEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
            log(`worker: ${line}`);
        });
    }
    return child;
}
