import { fileURLToPath } from 'node:url';
import { discoverSchemas } from '../workspace/discover.ts';
import { displayPath } from '../workspace/findings.ts';
import type { Features } from './features.ts';
import { matchesGlobs } from './globs.ts';
import type { Schemas } from './schemas.ts';

/** Entries of a document's schemas; without a document, those of the main schemas of the workspace folders. */
export async function findEntries(
    uri: string | undefined,
    { schemas, features }: { schemas: Schemas; features: Features },
): Promise<string[]> {
    if (uri !== undefined) {
        const entries = schemas.entriesOf(uri);
        return entries.length > 0 ? entries : [fileURLToPath(uri)];
    }
    const { access } = schemas;
    const discovered = await Promise.all(features.folders.map((folder) => discoverSchemas(folder, { access })));
    const found = discovered
        .flatMap(({ entries }) => entries)
        .filter((entry) => matchesGlobs(entry.file, features.settings.schema, features.folders));
    const main = found.filter((entry) => entry.isMain);
    return (main.length > 0 ? main : found).map((entry) => entry.file);
}

/** A path as the user knows it: relative to its workspace folder. */
export function display(file: string, { features }: { features: Features }): string {
    const folder = features.folderOf(file);
    return folder === undefined ? file : displayPath(folder, file);
}
