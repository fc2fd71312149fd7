import path from 'node:path';
import type { InitializationOptions } from '../shared/protocol.ts';
import { DEFAULT_SETTINGS, parseSettings } from '../shared/settings.ts';
import type { Settings } from '../shared/settings.ts';

/** What the client asked for in `initialize`; read when services are first needed, which is after it. */
export class Features {
    settings: Settings = DEFAULT_SETTINGS;
    /** False while the official extension answers the base features of the language. */
    base = true;
    /** The editor lets the user confirm single edits of a change. */
    canConfirm = false;
    /** The editor asks for the edit of an action when it is chosen. */
    canResolve = false;
    /** Whether the workspace's own compiler may be run. */
    trusted = false;
    /** Absolute path of a folder for answers that outlive this process. */
    cacheDir: string | undefined;
    /** Absolute paths. */
    folders: string[] = [];

    /** The workspace folder that holds a file; the innermost one where folders lie in each other. */
    folderOf(file: string): string | undefined {
        return this.folders
            .filter((folder) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep))
            .sort((a, b) => b.length - a.length)[0];
    }

    /** How the sources are analysed. Without trust, nothing of the workspace is run. */
    analysis(): { backend: Settings['typescript']['backend']; cacheDir?: string } {
        const backend = this.trusted ? this.settings.typescript.backend : 'bundled';
        return { backend, ...(this.cacheDir !== undefined && { cacheDir: this.cacheDir }) };
    }

    /** Narrows `initializationOptions`; anything else than the object that our client sends means defaults. */
    read(options: unknown): void {
        if (typeof options !== 'object' || options === null) return;
        const { settings, baseFeatures, trusted, cacheDir }: InitializationOptions = options;
        if (settings !== undefined) this.settings = parseSettings(settings);
        this.trusted = trusted === true;
        if (typeof cacheDir === 'string' && path.isAbsolute(cacheDir)) this.cacheDir = cacheDir;
        if (baseFeatures === false || this.settings.languageFeatures === 'never') this.base = false;
    }
}
