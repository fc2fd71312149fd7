import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import { createConnection } from 'vscode-languageserver/node.js';
import type {
    CodeAction,
    CompletionItem,
    CompletionList,
    Diagnostic,
    InitializeResult,
    Position,
    PublishDiagnosticsParams,
    WorkspaceEdit,
} from 'vscode-languageserver';
import { startServer } from '../../src/server/start.ts';
import type { Server } from '../../src/server/start.ts';
import { positionAt } from '../../src/checks/places.ts';
import type { InitializationOptions, StatusParams } from '../../src/shared/protocol.ts';
import { AnalysisWorker, workerModulePath } from '../../src/worker/client.ts';

/** Below the repository, so that packages resolve from its node_modules as in a user's project. */
const INSIDE = path.join(import.meta.dirname, '..', '..', 'test-results', 'server');

/** Writes a workspace folder; the caller removes it with `TestServer.stop` or `remove`. */
export function writeWorkspace(files: Record<string, string | Buffer>, parent = INSIDE): string {
    fs.mkdirSync(parent, { recursive: true });
    const root = fs.realpathSync(fs.mkdtempSync(path.join(parent, 'ws-')));
    const all = { 'package.json': '{ "name": "app", "private": true, "type": "module" }', ...files };
    for (const [name, content] of Object.entries(all)) {
        const file = path.join(root, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
    }
    return root;
}

function fileOf(uri: string): string {
    return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
}

export interface StartOptions {
    /** Where the workspace is made; below the repository unless told. */
    parent?: string;
    /** The workspace folder, relative to the files' root. */
    folder?: string;
    /** The server is told of no workspace folder. */
    noFolder?: boolean;
    /** The editor lets the user confirm single edits. */
    canConfirm?: boolean;
}

/** A server over a real LSP connection in this process, with a workspace folder of its own. */
export class TestServer {
    readonly root: string;
    readonly client: MessageConnection;
    readonly logs: string[] = [];
    readonly statuses: StatusParams[] = [];
    /** Everything that was published, in order. */
    readonly published: PublishDiagnosticsParams[] = [];
    result: InitializeResult = { capabilities: {} };
    /** Process id of the worker, while there is one. */
    workerPid: () => number | undefined = () => undefined;
    readonly #diagnostics = new Map<string, Diagnostic[]>();
    readonly #versions = new Map<string, number>();
    readonly #texts = new Map<string, string>();
    readonly #waiters = new Set<() => void>();
    #running: Server | undefined;

    private constructor(root: string, client: MessageConnection) {
        this.root = root;
        this.client = client;
    }

    /** Starts a server on the files. */
    static async start(
        files: Record<string, string | Buffer>,
        options: InitializationOptions & StartOptions = {},
    ): Promise<TestServer> {
        const { parent, ...more } = options;
        return TestServer.#run(writeWorkspace(files, parent), more);
    }

    /** Starts another server on the files of one, as after a restart of the editor. */
    static reopen(server: TestServer, options: InitializationOptions = {}): Promise<TestServer> {
        return TestServer.#run(server.root, options);
    }

    static async #run(root: string, options: InitializationOptions & StartOptions): Promise<TestServer> {
        const { noFolder, canConfirm, folder = '.', ...initializationOptions } = options;
        const toServer = new PassThrough();
        const toClient = new PassThrough();
        const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
        const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
        const server = new TestServer(root, client);
        const log = (message: string): void => {
            server.logs.push(message);
            server.#wake();
        };
        const worker = new AnalysisWorker({ modulePath: workerModulePath(), log });
        server.workerPid = () => worker.pid;
        server.#running = startServer(connection, { facts: worker, log });
        client.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: PublishDiagnosticsParams) => {
            server.#diagnostics.set(fileOf(uri), diagnostics);
            server.published.push({ uri, diagnostics });
            server.#wake();
        });
        client.onNotification('zmodelAuth/status', (status: StatusParams) => {
            server.statuses.push(status);
            server.#wake();
        });
        client.onRequest('client/registerCapability', () => null);
        client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
        client.listen();
        server.result = await client.sendRequest('initialize', {
            // With a process id the connection would watch it, and keep this process alive.
            processId: null,
            rootUri: null,
            capabilities: {
                workspace: {
                    configuration: true,
                    didChangeWatchedFiles: { dynamicRegistration: true },
                    ...(canConfirm && { workspaceEdit: { changeAnnotationSupport: {} } }),
                },
                textDocument: { completion: { completionItem: { snippetSupport: true, labelDetailsSupport: true } } },
            },
            workspaceFolders: noFolder ? null : [{ uri: pathToFileURL(path.join(root, folder)).href, name: 'app' }],
            initializationOptions,
        });
        await client.sendNotification('initialized', {});
        return server;
    }

    #wake(): void {
        for (const waiter of this.#waiters) waiter();
    }

    uri(name: string): string {
        return pathToFileURL(path.join(this.root, name)).href;
    }

    /** Opens a file of the workspace, with its content on disk or another one. */
    async open(name: string, text = fs.readFileSync(path.join(this.root, name), 'utf8')): Promise<void> {
        this.#versions.set(name, 1);
        this.#texts.set(name, text);
        await this.client.sendNotification('textDocument/didOpen', {
            textDocument: { uri: this.uri(name), languageId: 'zmodel-v3', version: 1, text },
        });
    }

    async change(name: string, text: string): Promise<void> {
        const version = (this.#versions.get(name) ?? 0) + 1;
        this.#versions.set(name, version);
        this.#texts.set(name, text);
        await this.client.sendNotification('textDocument/didChange', {
            textDocument: { uri: this.uri(name), version },
            contentChanges: [{ text }],
        });
    }

    async close(name: string): Promise<void> {
        this.#texts.delete(name);
        await this.client.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(name) } });
    }

    async closeAll(): Promise<void> {
        for (const name of [...this.#texts.keys()]) await this.close(name);
    }

    /** Removes a file or folder and tells the server as an editor's watcher does: once, for what was removed. */
    async remove(name: string): Promise<void> {
        fs.rmSync(path.join(this.root, name), { recursive: true, force: true });
        await this.client.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: this.uri(name), type: 3 }],
        });
    }

    /** Writes a file and tells the server as an editor's watcher does. */
    async write(name: string, content: string): Promise<void> {
        const file = path.join(this.root, name);
        const type = fs.existsSync(file) ? 2 : 1;
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
        await this.client.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: this.uri(name), type }],
        });
    }

    text(name: string): string {
        return this.#texts.get(name) ?? fs.readFileSync(path.join(this.root, name), 'utf8');
    }

    diagnostics(name: string): Diagnostic[] {
        return this.#diagnostics.get(path.join(this.root, name)) ?? [];
    }

    /** Waits until something holds, looking whenever the server sent something; fails with what there is. */
    async until<T>(look: () => T | undefined | false, what: string, timeout = 20_000): Promise<T> {
        const deadline = Date.now() + timeout;
        for (;;) {
            const found = look();
            if (found !== undefined && found !== false) return found;
            const left = deadline - Date.now();
            if (left <= 0) throw new Error(`Waited in vain for ${what}. ${this.#report()}`);
            await new Promise<void>((resolve) => {
                const done = (): void => {
                    clearTimeout(timer);
                    this.#waiters.delete(done);
                    resolve();
                };
                const timer = setTimeout(done, left);
                this.#waiters.add(done);
            });
        }
    }

    #report(): string {
        const diagnostics = [...this.#diagnostics].map(([uri, list]) => [
            path.basename(uri),
            list.map((diagnostic) => `${String(diagnostic.code)}: ${diagnostic.message}`),
        ]);
        return `Diagnostics: ${JSON.stringify(diagnostics, null, 1)}\nStatus: ${JSON.stringify(this.statuses.at(-1))}\nLog: ${this.logs.join('\n')}`;
    }

    /** Waits until the worker has looked and nothing is under way, then gives a document's diagnostics. */
    async settled(name: string): Promise<Diagnostic[]> {
        await this.until(() => {
            const last = this.statuses.at(-1);
            return (
                last !== undefined && last.state !== 'busy' && this.statuses.some((status) => status.state === 'busy')
            );
        }, 'the analysis of the application');
        return this.diagnostics(name);
    }

    /** Waits until all that was sent so far has been worked off: built, checked, and the application read. */
    async idle(): Promise<void> {
        // Messages are taken in order: with an answer to this one, all before it have arrived, there and here.
        const flush = (): Promise<unknown> => this.client.sendRequest('zmodelAuth/explain', { code: '' });
        await flush();
        await this.#running?.idle();
        await flush();
    }

    /** Waits for a diagnostic of a code. */
    async diagnostic(name: string, code: string): Promise<Diagnostic> {
        return this.until(
            () => this.diagnostics(name).find((diagnostic) => diagnostic.code === code),
            `${code} in ${name}`,
        );
    }

    async gone(name: string, code: string): Promise<void> {
        await this.until(
            () => !this.diagnostics(name).some((diagnostic) => diagnostic.code === code),
            `${code} to vanish from ${name}`,
        );
    }

    position(name: string, search: string, delta = 0): Position {
        const offset = this.text(name).indexOf(search);
        if (offset < 0) throw new Error(`No "${search}" in ${name}`);
        return positionAt(this.text(name), offset + delta);
    }

    request<T>(method: string, name: string, params: object = {}): Promise<T> {
        return this.client.sendRequest(method, { textDocument: { uri: this.uri(name) }, ...params });
    }

    async quickFixes(name: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
        const actions = await this.request<CodeAction[] | null>('textDocument/codeAction', name, {
            range: diagnostic.range,
            context: { diagnostics: [diagnostic], only: ['quickfix'] },
        });
        return actions ?? [];
    }

    /** Completion at `<|>` in the text, which becomes the document's text without the marker. */
    async complete(name: string, marked: string): Promise<CompletionItem[]> {
        const offset = marked.indexOf('<|>');
        if (offset < 0) throw new Error('No <|> in the text');
        const text = marked.replace('<|>', '');
        if (this.#texts.has(name)) await this.change(name, text);
        else await this.open(name, text);
        const list = await this.request<CompletionList | null>('textDocument/completion', name, {
            position: positionAt(text, offset),
        });
        return list?.items ?? [];
    }

    /** The text of a document after an edit; the document itself isn't changed. */
    applied(name: string, edit: WorkspaceEdit | undefined): string {
        const file = path.join(this.root, name);
        const edits =
            Object.entries(edit?.changes ?? {}).find(([uri]) => fileOf(uri) === file)?.[1] ??
            edit?.documentChanges?.flatMap((change) =>
                'edits' in change && fileOf(change.textDocument.uri) === file
                    ? change.edits.filter((candidate) => 'newText' in candidate)
                    : [],
            ) ??
            [];
        const text = this.text(name);
        const offsetAt = ({ line, character }: Position): number => {
            const lines = text.split('\n');
            return lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
        };
        return edits
            .map((each, index) => ({
                start: offsetAt(each.range.start),
                end: offsetAt(each.range.end),
                text: each.newText,
                index,
            }))
            .sort((a, b) => b.start - a.start || b.index - a.index)
            .reduce((result, each) => result.slice(0, each.start) + each.text + result.slice(each.end), text);
    }

    async stop(): Promise<void> {
        await this.client.sendRequest('shutdown');
        this.client.dispose();
        fs.rmSync(this.root, { recursive: true, force: true });
    }
}
