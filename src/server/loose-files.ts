import { URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { packageRootOf } from '../workspace/discover.ts';
import type { Features } from './features.ts';

/**
 * Loads the schema files around a document that lies in no workspace folder, so that a fragment that is
 * opened alone finds its entry file and the auth declaration.
 */
export function loadAroundLooseFiles(
    shared: LangiumSharedServices,
    features: Features,
    log: (message: string) => void,
): void {
    const { TextDocuments, WorkspaceManager, WorkspaceLock, DocumentBuilder, LangiumDocuments } = shared.workspace;
    const seen = new Set<string>();
    TextDocuments.onDidOpen(({ document }) => {
        const uri = URI.parse(document.uri);
        if (uri.scheme !== 'file' || features.folderOf(uri.fsPath) !== undefined) return;
        const root = packageRootOf(uri.fsPath);
        if (seen.has(root)) return;
        seen.add(root);
        void WorkspaceManager.ready
            .then(async () => {
                const found = (await WorkspaceManager.searchFolder(URI.file(root))).filter(
                    (file) => !LangiumDocuments.hasDocument(file),
                );
                if (found.length === 0) return;
                await WorkspaceLock.write((token) => DocumentBuilder.update([...found, uri], [], token));
            })
            .catch((error: unknown) => {
                log(
                    `Looking for the schema of ${uri.fsPath} failed: ${error instanceof Error ? error.message : String(error)}`,
                );
            });
    });
}
