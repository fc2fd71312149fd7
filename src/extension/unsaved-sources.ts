import path from 'node:path';
import * as vscode from 'vscode';
import { sourceShownNotification, unsavedSourcesNotification, type UnsavedSource } from '../shared/protocol.ts';

/** The languages of an application's sources, with the extension that an unnamed document of them would have. */
const EXTENSIONS: Readonly<Record<string, string>> = {
    typescript: '.ts',
    typescriptreact: '.tsx',
    javascript: '.js',
    javascriptreact: '.jsx',
    vue: '.vue',
    svelte: '.svelte',
};
/** A burst of keystrokes is sent once. */
const SETTLE_MS = 150;
/** Larger files are generated ones, which nobody edits. */
const MAX_LENGTH = 2_000_000;

/** Sends a notification to the server that runs; does nothing while there is none. */
export type Notify = (method: string, params: object) => void;

/**
 * Tells the server what editors show of source files that aren't saved: only those, and only what has
 * changed. Files as they are on disk it reads itself.
 */
export class UnsavedSources implements vscode.Disposable {
    readonly #notify: Notify;
    readonly #listeners: vscode.Disposable[];
    /** Versions that the server has. */
    readonly #sent = new Map<string, number>();
    readonly #changed = new Map<string, vscode.TextDocument>();
    #timer: NodeJS.Timeout | undefined;

    constructor(notify: Notify) {
        this.#notify = notify;
        const { workspace, window } = vscode;
        const note = (document: vscode.TextDocument): void => {
            this.#note(document);
        };
        this.#listeners = [
            workspace.onDidChangeTextDocument(({ document }) => {
                note(document);
            }),
            workspace.onDidOpenTextDocument(note),
            workspace.onDidSaveTextDocument(note),
            workspace.onDidCloseTextDocument((document) => {
                this.#note(document, true);
            }),
            window.onDidChangeActiveTextEditor((editor) => {
                this.#show(editor);
            }),
        ];
    }

    /** A server has started, which knows nothing: tells it everything. */
    restart(): void {
        this.#sent.clear();
        for (const document of vscode.workspace.textDocuments) this.#note(document);
        this.flush();
        this.#show(vscode.window.activeTextEditor);
    }

    /** Sends what is waiting. */
    flush(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        const sources = [...this.#changed].map(([uri, document]): UnsavedSource => {
            const file = fileOf(document);
            if (document.isClosed || !isUnsaved(document)) {
                this.#sent.delete(uri);
                return { uri, file };
            }
            this.#sent.set(uri, document.version);
            return { uri, file, text: document.getText() };
        });
        this.#changed.clear();
        if (sources.length > 0) this.#notify(unsavedSourcesNotification.method, { sources });
    }

    /** Whether the server has the document as it is here, so that its edits fit. */
    isKnown(document: vscode.TextDocument): boolean {
        return !isUnsaved(document) || this.#sent.get(document.uri.toString()) === document.version;
    }

    dispose(): void {
        clearTimeout(this.#timer);
        vscode.Disposable.from(...this.#listeners).dispose();
    }

    #note(document: vscode.TextDocument, isGone = false): void {
        const uri = document.uri.toString();
        // One that changed its language is closed and opened, so that a document that was sent stays one.
        const isSource = document.languageId in EXTENSIONS && ['file', 'untitled'].includes(document.uri.scheme);
        if (!isSource || !(this.#sent.has(uri) || (!isGone && isUnsaved(document)))) return;
        this.#changed.set(uri, document);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            this.flush();
        }, SETTLE_MS);
    }

    #show(editor: vscode.TextEditor | undefined): void {
        const document = editor?.document;
        if (document?.uri.scheme !== 'file' || !(document.languageId in EXTENSIONS)) return;
        this.#notify(sourceShownNotification.method, { file: document.uri.fsPath });
    }
}

function isUnsaved(document: vscode.TextDocument): boolean {
    return (document.isDirty || document.isUntitled) && document.getText().length <= MAX_LENGTH;
}

/** Where a document is, or would be when it is saved: beside everything else of the workspace. */
function fileOf(document: vscode.TextDocument): string {
    const { scheme, path: name, fsPath } = document.uri;
    if (scheme === 'file' || path.isAbsolute(name)) return fsPath;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    return path.join(folder, `${name}${EXTENSIONS[document.languageId] ?? ''}`);
}
