import path from 'node:path';
import { URI } from 'langium';
import type { UnsavedSource } from '../shared/protocol.ts';
import { toUri } from './convert.ts';

/** What the editor shows of source files otherwise than the disk has it, as the client tells. */
export class UnsavedSources {
    readonly #byUri = new Map<string, { file: string; text: string; isOnDisk: boolean }>();

    /**
     * Takes what the client tells; a path that isn't absolute is left out.
     * Out: what differs from before, with the old and the new text where there is one.
     */
    update(sources: readonly UnsavedSource[]): { file: string; texts: string[] }[] {
        return sources.flatMap(({ uri, file, text }) => {
            const known = this.#byUri.get(uri);
            if (!path.isAbsolute(file) || known?.text === text) return [];
            if (text === undefined) this.#byUri.delete(uri);
            else {
                const isOnDisk = URI.parse(uri).scheme === 'file';
                this.#byUri.set(uri, { file: path.normalize(file), text, isOnDisk });
            }
            const texts = [known?.text, text].filter((each) => each !== undefined);
            return [{ file: path.normalize(file), texts }];
        });
    }

    /** Contents by absolute path, as the analysis takes them. */
    overlays(): Record<string, string> {
        return Object.fromEntries([...this.#byUri.values()].map(({ file, text }) => [file, text]));
    }

    /** The content of what is edited under a path, also where there is no file yet; undefined for what is saved. */
    text(file: string): string | undefined {
        return [...this.#byUri.values()].find((each) => each.file === file)?.text;
    }

    /** The document of a path: an untitled one has no file. */
    uriOf(file: string): string {
        return [...this.#byUri].find(([, each]) => !each.isOnDisk && each.file === file)?.[0] ?? toUri(file);
    }
}
