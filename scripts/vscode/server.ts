import fs from 'node:fs';
import path from 'node:path';
import { killGroup, PlainError, run, spawnGroup } from '../lib/process.ts';
import { writeSettings } from './settings.ts';

export interface ServerOptions {
    /** Folder of the installation, from `ensureVsCode`. */
    readonly install: string;
    /** Folder for settings, state and logs; created when needed. */
    readonly dataDir: string;
    /** Folder with the installed extensions; created when needed. */
    readonly extensionsDir: string;
    readonly settings: Readonly<Record<string, unknown>>;
    /** 0 or absent: any free one. */
    readonly port?: number;
    /** Lets the page run an extension test suite; it also hides notification toasts. */
    readonly forTestSuite?: boolean;
    /** Whether the Extensions view can reach the marketplace; without it, nothing is asked of the network. */
    readonly gallery?: boolean;
    /** Environment of the server and its extension host; this process's own by default. */
    readonly env?: NodeJS.ProcessEnv;
}

export interface RunningServer {
    readonly port: number;
    /** What the server has printed so far. */
    output(): string;
    /** Resolves when the server has ended by itself or was stopped. */
    readonly ended: Promise<void>;
    /** The address of the workbench with a folder (absolute path) open. */
    url(folder: string, payload?: readonly (readonly [string, string])[]): string;
    /** Kills the server and everything it started. */
    stop(): Promise<void>;
}

const startTimeout = 30_000;

/**
 * Starts the VS Code server on a loopback port.
 * @throws PlainError when it does not listen within 30 s, with what it printed
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
    writeSettings(options.dataDir, options.settings);
    fs.mkdirSync(options.extensionsDir, { recursive: true });
    const args = [
        '--host=127.0.0.1',
        `--port=${options.port ?? 0}`,
        '--without-connection-token',
        '--accept-server-license-terms',
        '--telemetry-level=off',
        ...places(options),
        ...(options.forTestSuite ? ['--enable-smoke-test-driver'] : []),
    ];
    const child = spawnGroup(
        process.execPath,
        [serverMain(options.install), ...args],
        {
            cwd: options.install,
            env: {
                ...serverEnvironment(options.env ?? process.env),
                ...(options.gallery ? {} : { EXTENSIONS_GALLERY: '{}' }),
            },
            stdio: ['ignore', 'pipe', 'pipe'],
        },
        'SIGKILL',
    );
    let output = '';
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const port = await new Promise<number>((resolve, reject) => {
        const fail = (why: string): void => {
            killGroup(child, 'SIGKILL');
            reject(new PlainError(`The VS Code server ${why}.\n${output.trim()}`));
        };
        const timer = setTimeout(() => fail(`did not listen within ${startTimeout / 1000} s`), startTimeout);
        const read = (chunk: Buffer): void => {
            output += chunk.toString();
            const listening = /Extension host agent listening on (\d+)/.exec(output);
            if (!listening) return;
            clearTimeout(timer);
            resolve(Number(listening[1]));
        };
        child.stdout?.on('data', read);
        child.stderr?.on('data', read);
        child.once('error', (error) => fail(`could not be started: ${error.message}`));
        child.once('exit', (code) => {
            clearTimeout(timer);
            fail(`ended with code ${code}`);
        });
    });
    return {
        port,
        output: () => output,
        ended,
        url: (folder, payload) => {
            const base = `http://127.0.0.1:${port}/?folder=${encodeURI(toUrlPath(folder))}`;
            return payload ? `${base}&payload=${encodeURIComponent(JSON.stringify(payload))}` : base;
        },
        stop: async () => {
            killGroup(child, 'SIGKILL');
            await ended;
        },
    };
}

/**
 * Installs a packaged extension, replacing an older one, into an extensions folder.
 * @throws PlainError with the server's words when that fails
 */
export async function installExtension(
    vsix: string,
    options: Pick<ServerOptions, 'install' | 'dataDir' | 'extensionsDir'>,
): Promise<void> {
    fs.mkdirSync(options.extensionsDir, { recursive: true });
    const args = [serverMain(options.install), '--install-extension', vsix, '--force', ...places(options)];
    const { code, output } = await run(process.execPath, [...args, '--accept-server-license-terms'], {
        env: serverEnvironment(process.env),
        timeout: 60_000,
    });
    if (code !== 0 || !/successfully installed/.test(output)) {
        throw new PlainError(`${path.basename(vsix)} could not be installed into VS Code:\n${output.trim()}`);
    }
}

/** An absolute path as the path of a URL: with `/`, and one in front of a drive letter. */
export function toUrlPath(file: string): string {
    const slashes = file.replaceAll(path.sep, '/');
    return slashes.startsWith('/') ? slashes : `/${slashes}`;
}

function serverMain(install: string): string {
    return path.join(install, 'out', 'server-main.js');
}

function places(options: Pick<ServerOptions, 'dataDir' | 'extensionsDir'>): string[] {
    return [`--server-data-dir=${options.dataDir}`, `--extensions-dir=${options.extensionsDir}`];
}

/** Without what an outer VS Code or Node left in the environment: it would change what the inner one does. */
function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(
        Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|PORT$)/.test(name)),
    );
}
