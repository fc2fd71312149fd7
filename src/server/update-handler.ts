import fs from 'node:fs';
import path from 'node:path';
import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { LangiumSharedServices, TextDocuments } from 'langium/lsp';
import { DocumentState, URI, UriUtils } from 'langium';
import type { LangiumDocuments, TextDocument } from 'langium';
import { FileChangeType, WatchKind } from 'vscode-languageserver';
import type {
    DidChangeWatchedFilesParams,
    FileEvent,
    FileSystemWatcher,
    TextDocumentChangeEvent,
} from 'vscode-languageserver';

const SOURCE = /\.([cm]?[jt]s|[jt]sx|vue|svelte)$/;
const CONFIGURATION = /^(package\.json|[jt]sconfig.*\.json)$/;
/** They are written when packages are installed, which may change every type. */
const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];
const OUTPUT = /(^|[\\/])(node_modules|dist|build|out|\.[^\\/]+)[\\/]/;

/** How long a document must be left alone before it is built, in milliseconds. */
const REST_MS = 30;

export interface UpdateOptions {
    /** The workspace folder of a file; folders above it say nothing about the file. */
    folderOf(file: string): string | undefined;
    sourcesChanged(): void;
    log(message: string): void;
}

/**
 * Langium's handler, with its watcher for every file of the workspace narrowed to those that matter,
 * changes of the application's sources passed on, and failures logged instead of ending the process. While
 * somebody types, building waits: what is asked while typing comes first.
 */
export class UpdateHandler extends DefaultDocumentUpdateHandler {
    readonly #options: UpdateOptions;
    readonly #documents: LangiumDocuments;
    readonly #open: TextDocuments<TextDocument>;
    /** Documents that were edited and wait to be built. */
    readonly #edited = new Map<string, URI>();
    #timer: NodeJS.Timeout | undefined;
    #started: Promise<void> = Promise.resolve();

    constructor(services: LangiumSharedServices, options: UpdateOptions) {
        super(services);
        this.#options = options;
        this.#documents = services.workspace.LangiumDocuments;
        this.#open = services.workspace.TextDocuments;
    }

    protected override getWatchers(): FileSystemWatcher[] {
        const files = [
            '**/*.zmodel',
            '**/{package,tsconfig*,jsconfig*}.json',
            `**/{${LOCKFILES.join(',')}}`,
            '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,vue,svelte}',
        ];
        // A deleted folder is told as one deletion, whatever was in it.
        return [...files.map((globPattern) => ({ globPattern })), { globPattern: '**', kind: WatchKind.Delete }];
    }

    /** What a change of a file on disk means for us. */
    #meaning(event: FileEvent): 'schema' | 'sources' | 'nothing' {
        const uri = URI.parse(event.uri);
        const file = uri.fsPath;
        const folder = this.#options.folderOf(file);
        if (OUTPUT.test(folder === undefined ? file : path.relative(folder, file))) return 'nothing';
        if (file.endsWith('.zmodel')) return 'schema';
        const name = path.basename(file);
        if (SOURCE.test(name) || CONFIGURATION.test(name) || LOCKFILES.includes(name)) return 'sources';
        const holdsSchema = this.#documents.all.some((document) => UriUtils.contains(uri, document.uri));
        return event.type === FileChangeType.Deleted && holdsSchema ? 'schema' : 'nothing';
    }

    override didChangeWatchedFiles(params: DidChangeWatchedFilesParams): void {
        const schemas = params.changes.filter((event) => this.#meaning(event) === 'schema');
        if (schemas.length > 0) super.didChangeWatchedFiles({ changes: schemas });
        if (params.changes.some((event) => this.#meaning(event) === 'sources')) this.#options.sourcesChanged();
    }

    /** What was typed and not saved is gone with the editor: the file on disk counts again. */
    didCloseDocument({ document }: TextDocumentChangeEvent<TextDocument>): void {
        this.fireDocumentUpdate([URI.parse(document.uri)], []);
    }

    /**
     * A document that is opened is worked off at once, which is little when it was loaded with the very text that the
     * editor shows; an edit waits until there is a rest.
     */
    override didChangeContent({ document }: TextDocumentChangeEvent<TextDocument>): void {
        const uri = URI.parse(document.uri);
        if (!this.#documents.hasDocument(uri) || (!this.#edited.has(document.uri) && this.#isParsed(uri))) {
            this.#update([uri], [], (changed) => changed.filter((each) => !this.#adopt(each)));
            return;
        }
        this.#edited.set(document.uri, uri);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            void this.flush();
        }, REST_MS);
    }

    /** True while an edit waits to be built. */
    get isWaiting(): boolean {
        return this.#timer !== undefined;
    }

    /** Begins to build what was edited. Resolves when it has begun: the documents' states tell what they lack. */
    flush(): Promise<void> {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        const edited = [...this.#edited.values()];
        this.#edited.clear();
        if (edited.length > 0) this.fireDocumentUpdate(edited, []);
        return this.#started;
    }

    dispose(): void {
        clearTimeout(this.#timer);
    }

    /** Whether a document's tree is of the text that the editor shows. */
    #isParsed(uri: URI): boolean {
        const document = this.#documents.getDocument(uri);
        const text = this.#open.get(uri)?.getText();
        return (
            document !== undefined &&
            document.state >= DocumentState.Parsed &&
            text !== undefined &&
            document.parseResult.value.$cstNode?.root.fullText === text
        );
    }

    /**
     * Makes the editor's text that of a document whose tree is of the same text already.
     * Out: false when the tree is of another text.
     */
    #adopt(uri: URI): boolean {
        const document = this.#documents.getDocument(uri);
        if (!document || !this.#isParsed(uri)) return false;
        // As upstream's factory does it when a document is built anew.
        Object.defineProperty(document, 'textDocument', { value: this.#open.get(uri), configurable: true });
        return true;
    }

    protected override fireDocumentUpdate(changed: URI[], deleted: URI[]): void {
        this.#update(changed, deleted, (all) => all);
    }

    /**
     * Builds what changed, and whatever else isn't built to its end. `select` leaves out, when the build begins, what
     * turns out to be unchanged. Sorts by what is there then: an editor's content outlives its file, and a file may be
     * gone before it is read.
     */
    #update(changed: URI[], deleted: URI[], select: (changed: URI[]) => URI[]): void {
        const isThere = (uri: URI): boolean =>
            this.#open.get(uri) !== undefined || (uri.scheme === 'file' && fs.existsSync(uri.fsPath));
        let begun = (): void => undefined;
        this.#started = new Promise((resolve) => {
            begun = resolve;
        });
        const update = async (): Promise<void> => {
            await this.workspaceManager.ready;
            await this.workspaceLock.write((token) => {
                // From here on the documents' states tell what they lack.
                const listening = this.documentBuilder.onUpdate(() => {
                    begun();
                });
                const all = [...changed, ...deleted];
                const there = all.filter((uri) => isThere(uri));
                const gone = all.filter((uri) => !there.includes(uri));
                return this.documentBuilder.update(select(there), gone, token).finally(() => {
                    listening.dispose();
                });
            });
        };
        // A write that comes later may take this one's place before it begins.
        update()
            .finally(begun)
            .catch((error: unknown) => {
                const what = changed.concat(deleted).map((uri) => uri.fsPath);
                const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
                this.#options.log(`Updating ${what.join(', ')} failed: ${message}`);
            });
    }
}
