import * as vscode from 'vscode';
import { ErrorCodes, ResponseError, State, type LanguageClient } from 'vscode-languageclient/node';
import {
    settingsNotification,
    statusNotification,
    type RequestDefinition,
    type StatusParams,
} from '../shared/protocol.ts';
import { parseSettings, type Settings } from '../shared/settings.ts';
import { createClient, stopClient } from './client.ts';
import { coalesce } from './coalesce.ts';
import { CRASH_LIMIT, createCrashBudget } from './crash-budget.ts';
import { OFFICIAL_EXTENSION, wantsBaseFeatures } from './languages.ts';
import { UnsavedSources } from './unsaved-sources.ts';

/** No server runs; the message says so and why, as a sentence. */
export class ServerDownError extends Error {
    /** In: why, as a clause that continues a sentence and ends with a full stop. */
    constructor(reason: string, options?: ErrorOptions) {
        super(`The language server is not running: ${reason}`, options);
    }
}

export interface ServerOptions {
    /** Absolute path of `dist/server.cjs`. */
    module: string;
    log: vscode.LogOutputChannel;
    /** Absolute path of a folder for what outlives the server. */
    cacheDir: string;
    /** Shows the state of the server. */
    showStatus: (status: StatusParams) => void;
}

/** The language server as the rest of the extension sees it: one process at a time, restarted when needed. */
export class Server implements vscode.Disposable {
    readonly #options: ServerOptions;
    readonly #listeners: vscode.Disposable[];
    readonly #sources = new UnsavedSources((method, params) => {
        this.#notify(method, params);
    });
    readonly #crashes = createCrashBudget();
    /** Ends the present process, if any, and starts another; calls during a restart share the next one. */
    readonly #replace = coalesce(() => this.#stopAndStart());
    #client: LanguageClient | undefined;
    #baseFeatures = true;
    /** A restart that is due or under way. */
    #restarting: Promise<void> | undefined;
    #down = 'it was not started yet.';
    #stopped = false;

    constructor(options: ServerOptions) {
        this.#options = options;
        this.#listeners = [
            vscode.workspace.onDidChangeConfiguration((event) => {
                if (event.affectsConfiguration('zmodelAuth')) this.#applySettings();
            }),
            vscode.workspace.onDidGrantWorkspaceTrust(() => {
                this.#applySettings();
            }),
            vscode.extensions.onDidChange(() => {
                if (readBaseFeatures(readSettings()) !== this.#baseFeatures) this.#restartFor('the set of extensions');
            }),
        ];
    }

    /**
     * Starts the server, or restarts it. Does nothing but tell in a workspace that has no files on disk.
     * Rejects with `ServerDownError` when the start fails.
     */
    async restart(): Promise<void> {
        if (isVirtualWorkspace()) {
            this.#down = 'this workspace is virtual, and the analysis needs the files on disk.';
            this.#options.showStatus({
                state: 'warning',
                message: 'Virtual workspace: highlighting and snippets only',
                details: ['The analysis needs the files on disk.'],
            });
            return;
        }
        this.#crashes.reset();
        await this.#begin();
    }

    /**
     * Sends a request, waiting for a server that is still starting.
     * Throws `ServerDownError` when none runs, and what the server answers as an error.
     */
    async request<Params, Result>(
        definition: RequestDefinition<Params, Result>,
        params: Params,
        token: vscode.CancellationToken,
    ): Promise<Result> {
        const client = await this.running();
        try {
            return await client.sendRequest<Result>(definition.method, params, token);
        } catch (error) {
            if (this.#client === client) throw error;
            throw new ServerDownError('it ended before it answered.', { cause: error });
        }
    }

    /** Out: the running client, once it has started. Throws `ServerDownError` when there is none. */
    async running(): Promise<LanguageClient> {
        await this.#restarting;
        const client = this.#client;
        if (client?.state !== State.Running) throw new ServerDownError(this.#down);
        return client;
    }

    /** Ends the server for good. */
    async stop(): Promise<void> {
        this.#stopped = true;
        const client = this.#client;
        this.#client = undefined;
        this.#down = 'it was stopped.';
        if (client) await stopClient(client, this.#options.log);
    }

    dispose(): void {
        vscode.Disposable.from(...this.#listeners, this.#sources).dispose();
    }

    async #begin(): Promise<void> {
        const restarting = this.#replace();
        this.#restarting = restarting;
        try {
            await restarting;
        } finally {
            if (this.#restarting === restarting) this.#restarting = undefined;
        }
    }

    async #stopAndStart(): Promise<void> {
        const previous = this.#client;
        this.#client = undefined;
        if (previous) await stopClient(previous, this.#options.log);
        if (this.#stopped) return;

        const settings = readSettings();
        this.#baseFeatures = readBaseFeatures(settings);
        this.#options.log.info(`Starting the language server; base language features: ${String(this.#baseFeatures)}`);
        this.#options.showStatus({ state: 'starting', message: 'Starting' });
        const client = createClient({
            module: this.#options.module,
            log: this.#options.log,
            initializationOptions: {
                settings,
                baseFeatures: this.#baseFeatures,
                trusted: vscode.workspace.isTrusted,
                cacheDir: this.#options.cacheDir,
            },
            sources: this.#sources,
        });
        client.onDidChangeState(({ oldState, newState }) => {
            if (this.#client === client && oldState === State.Running && newState === State.Stopped) this.#handleLoss();
        });
        const told = { status: false };
        client.onNotification(statusNotification.method, (status: StatusParams) => {
            if (this.#client !== client) return;
            told.status = true;
            this.#options.showStatus(status);
        });
        this.#client = client;
        try {
            await client.start();
            this.#sources.restart();
            // A server that has nothing to tell yet is at rest.
            if (!told.status) this.#options.showStatus({ state: 'ready', message: 'Ready' });
        } catch (error) {
            this.#fail(`it did not start. ${describeStartFailure(error)}`);
            throw new ServerDownError(this.#down, { cause: error });
        }
    }

    /** A running server ended, or its connection did, without being asked to. */
    #handleLoss(): void {
        this.#client = undefined;
        if (this.#crashes.spend()) {
            this.#options.log.warn('The language server ended unexpectedly and is started again');
            this.#restartFor('a crash');
            return;
        }
        this.#fail(`it ended ${CRASH_LIMIT.restarts + 1} times within ${CRASH_LIMIT.minutes} minutes.`);
        void offerRestart(`ZModel Auth: ${new ServerDownError(this.#down).message}`);
    }

    #fail(reason: string): void {
        this.#client = undefined;
        this.#down = reason;
        this.#options.showStatus({ state: 'error', message: 'Not running', details: [reason] });
    }

    #restartFor(cause: string): void {
        if (isVirtualWorkspace()) return;
        this.#options.log.info(`Restarting the language server because of ${cause}`);
        this.#begin().catch((error: unknown) => {
            this.#options.log.error('Restart failed', error);
            void offerRestart(`ZModel Auth: ${error instanceof Error ? error.message : String(error)}`);
        });
    }

    #applySettings(): void {
        const settings = readSettings();
        if (readBaseFeatures(settings) !== this.#baseFeatures) {
            this.#restartFor('zmodelAuth.languageFeatures');
            return;
        }
        this.#notify(settingsNotification.method, { settings, trusted: vscode.workspace.isTrusted });
    }

    /** Tells the server something; one that is down learns it when it is started again. */
    #notify(method: string, params: object): void {
        const client = this.#client;
        // A server that is starting gets it as soon as it is up: the library queues it.
        if (!client || (client.state !== State.Running && client.state !== State.Starting)) return;
        client.sendNotification(method, params).catch((error: unknown) => {
            this.#options.log.error(`${method} did not reach the server`, error);
        });
    }
}

/** Shows an error with the two things that help when the server is down, and does what is chosen. */
export async function offerRestart(message: string): Promise<void> {
    const choice = await vscode.window.showErrorMessage(message, 'Restart Server', 'Show Output');
    if (choice === 'Restart Server') await vscode.commands.executeCommand('zmodelAuth.restartServer');
    if (choice === 'Show Output') await vscode.commands.executeCommand('zmodelAuth.showOutput');
}

function isVirtualWorkspace(): boolean {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders.length > 0 && folders.every((folder) => folder.uri.scheme !== 'file');
}

function readSettings(): Settings {
    return parseSettings(vscode.workspace.getConfiguration().get<unknown>('zmodelAuth'));
}

/** A disabled extension is not among those that can be got. */
function readBaseFeatures(settings: Settings): boolean {
    return wantsBaseFeatures(
        settings.languageFeatures,
        vscode.extensions.getExtension(OFFICIAL_EXTENSION) !== undefined,
    );
}

function describeStartFailure(error: unknown): string {
    if (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected) {
        return 'Its process ended; the output tells why.';
    }
    return error instanceof Error ? error.message : String(error);
}
