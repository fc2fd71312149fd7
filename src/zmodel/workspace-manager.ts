import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DefaultWorkspaceManager, URI } from 'langium';
import type { FileSystemNode, LangiumDocument, LangiumSharedCoreServices, WorkspaceManager } from 'langium';
import type { WorkspaceFolder } from 'vscode-languageserver-types';
import type { ZModelAssets } from './assets.ts';

const OUTPUT_FOLDERS = new Set(['dist', 'build', 'out', 'coverage']);

/**
 * Loads the `.zmodel` files of the workspace and ZenStack's standard library: the installed one, or
 * the shipped copy where packages aren't installed.
 */
export function createWorkspaceManager(services: LangiumSharedCoreServices, assets: ZModelAssets): WorkspaceManager {
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
