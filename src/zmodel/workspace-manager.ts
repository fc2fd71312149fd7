import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DefaultWorkspaceManager, URI } from 'langium';
import type { FileSystemNode, LangiumDocument, LangiumSharedCoreServices, Stream, WorkspaceManager } from 'langium';
import type { WorkspaceFolder } from 'vscode-languageserver-types';
import type { ZModelAssets } from './assets.ts';

const OUTPUT_FOLDERS = new Set(['dist', 'build', 'out', 'coverage']);

/**
 * Loads the `.zmodel` files of the workspace and ZenStack's standard library: the installed one, or
 * the shipped copy where packages aren't installed. A file that can't be read is logged and left out.
 */
export function createWorkspaceManager(
    services: LangiumSharedCoreServices,
    { assets, log }: { assets: ZModelAssets; log: (message: string) => void },
): WorkspaceManager {
    class SchemaWorkspaceManager extends DefaultWorkspaceManager {
        override async loadAdditionalDocuments(
            folders: WorkspaceFolder[],
            collector: (document: LangiumDocument) => void,
        ): Promise<void> {
            await super.loadAdditionalDocuments(folders, collector);
            const installed = folders
                .map((folder) => findStdlib(this.getRootFolder(folder).fsPath))
                .find((file) => file !== undefined);
            const uri = URI.file(installed ?? assets.stdlib);
            collector(await this.langiumDocuments.getOrCreateDocument(uri));
        }

        // Langium's own gives up on the whole workspace when one file can't be read.
        protected override async loadWorkspaceDocuments(
            uris: Stream<URI>,
            collector: (document: LangiumDocument) => void,
        ): Promise<void> {
            const load = async (uri: URI): Promise<void> => {
                try {
                    collector(await this.langiumDocuments.getOrCreateDocument(uri));
                } catch (error) {
                    log(`${uri.fsPath} is left out: ${error instanceof Error ? error.message : String(error)}`);
                }
            };
            await Promise.all(uris.map(load));
        }

        override shouldIncludeEntry(entry: FileSystemNode): boolean {
            if (entry.isDirectory && OUTPUT_FOLDERS.has(path.posix.basename(entry.uri.path))) return false;
            return super.shouldIncludeEntry(entry);
        }
    }
    return new SchemaWorkspaceManager(services);
}

/** The standard library of the `@zenstackhq/language` that a folder has installed. */
function findStdlib(folder: string): string | undefined {
    try {
        const manifest = createRequire(path.join(folder, 'package.json')).resolve('@zenstackhq/language/package.json');
        const file = path.join(path.dirname(manifest), 'res', 'stdlib.zmodel');
        return fs.existsSync(file) ? file : undefined;
    } catch (error) {
        // Not installed is the ordinary case before the first install.
        if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
        throw error;
    }
}
