import * as vscode from 'vscode';

const SCHEME = 'zmodel-auth';

/** Read-only Markdown documents that exist only in the editor. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
    readonly #contents = new Map<string, string>();
    readonly #changed = new vscode.EventEmitter<vscode.Uri>();
    readonly #registrations: vscode.Disposable;
    readonly onDidChange = this.#changed.event;

    constructor() {
        this.#registrations = vscode.Disposable.from(
            vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
            vscode.workspace.onDidCloseTextDocument((document) => {
                if (document.uri.scheme === SCHEME) this.#contents.delete(document.uri.path);
            }),
        );
    }

    provideTextDocumentContent(uri: vscode.Uri): string {
        return this.#contents.get(uri.path) ?? 'This page was closed. Run the command again to see it.\n';
    }

    /**
     * Shows Markdown as a rendered page, or as its text where the Markdown preview is disabled.
     * In: a name without slashes, which is the page's title and identity, and the Markdown text.
     */
    async show(name: string, markdown: string): Promise<void> {
        const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
        this.#contents.set(uri.path, markdown);
        this.#changed.fire(uri);
        if (vscode.extensions.getExtension('vscode.markdown-language-features')) {
            await vscode.commands.executeCommand('markdown.showPreview', uri);
        } else {
            await vscode.window.showTextDocument(uri, { preview: true });
        }
    }

    dispose(): void {
        this.#registrations.dispose();
        this.#changed.dispose();
    }
}
