import path from 'node:path';
import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { LangiumSharedServices } from 'langium/lsp';
import { URI } from 'langium';
import type { DidChangeWatchedFilesParams, FileEvent, FileSystemWatcher } from 'vscode-languageserver';

const SOURCE = /\.([cm]?[jt]s|[jt]sx)$/;
const OUTPUT = /[\\/](node_modules|dist|build|out|\.[^\\/]+)[\\/]/;

/** What a change of a file on disk means for us. */
function meaning(event: FileEvent): 'schema' | 'sources' | 'nothing' {
    const file = URI.parse(event.uri).fsPath;
    if (OUTPUT.test(file)) return 'nothing';
    if (file.endsWith('.zmodel')) return 'schema';
    const name = path.basename(file);
    return SOURCE.test(name) || name === 'package.json' || /^tsconfig.*\.json$/.test(name) ? 'sources' : 'nothing';
}

/**
 * Langium's handler, with its watcher for every file of the workspace narrowed to those that matter,
 * and changes of the application's sources passed on.
 */
export class UpdateHandler extends DefaultDocumentUpdateHandler {
    readonly #sourcesChanged: () => void;

    constructor(services: LangiumSharedServices, sourcesChanged: () => void) {
        super(services);
        this.#sourcesChanged = sourcesChanged;
    }

    protected override getWatchers(): FileSystemWatcher[] {
        return ['**/*.zmodel', '**/package.json', '**/tsconfig*.json', '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'].map(
            (globPattern) => ({
                globPattern,
            }),
        );
    }

    override didChangeWatchedFiles(params: DidChangeWatchedFilesParams): void {
        const schemas = params.changes.filter((event) => meaning(event) === 'schema');
        if (schemas.length > 0) super.didChangeWatchedFiles({ changes: schemas });
        if (params.changes.some((event) => meaning(event) === 'sources')) this.#sourcesChanged();
    }
}
