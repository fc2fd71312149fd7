import path from 'node:path';
import type { AuthConfig } from '../model/auth-table.ts';
import type { LoadConfigParams, LoadConfigResult } from '../shared/protocol.ts';
import type { LoadedConfig, LoadOptions } from '../worker/load-config.ts';
import type { Application } from './application.ts';
import { pickConfig, toChoice } from './config-choices.ts';
import { findEntries } from './entries.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

/** Runs a configuration; see `loadRealConfig`. */
export type ConfigLoader = (options: LoadOptions) => Promise<LoadedConfig>;

interface Parts {
    schemas: Schemas;
    application: Application;
    features: Features;
}

/** The configurations that the user had run, each as long as its source stays as it was then. */
export class LoadedConfigs {
    readonly #load: ConfigLoader;
    readonly #log: (message: string) => void;
    readonly #known = new Map<string, { read: string; config: AuthConfig }>();

    constructor(load: ConfigLoader, log: (message: string) => void) {
        this.#load = load;
        this.#log = log;
    }

    /** The loaded counterpart of a configuration that was read; undefined when there is none, or not of this source. */
    find(read: AuthConfig): AuthConfig | undefined {
        const known = this.#known.get(keyOf(read));
        return known?.read === JSON.stringify(read) ? known.config : undefined;
    }

    /**
     * Runs a configuration, if the user agreed to it, and keeps what it gave.
     * Rejects with the signal's reason when aborted; its process is ended then.
     */
    async load(params: LoadConfigParams, parts: Parts, signal: AbortSignal): Promise<LoadConfigResult> {
        if (!params.consent) {
            return {
                kind: 'failed',
                message: 'Nothing was run: loading a configuration executes it, and needs consent.',
            };
        }
        const [entry] = await findEntries(params.uri, parts);
        const { facts } = entry === undefined ? {} : await parts.application.ensure(entry);
        const read = pickConfig(facts?.configs.configs ?? [], params.config);
        if (!facts || !read || read === 'choose') {
            const place = params.config.replace('#', ':');
            return {
                kind: 'failed',
                message: `The configuration at ${place} is not there any more. Run the command again.`,
            };
        }
        const { location, exportName, tables, adapter } = read;
        const loaded = await this.#load({
            file: location.file,
            root: parts.features.folderOf(location.file) ?? facts.root,
            tables,
            signal,
            ...(exportName !== undefined && { exportName }),
            ...(adapter?.usePlural !== undefined && { usePlural: adapter.usePlural }),
        });
        if ('error' in loaded) {
            this.#log(`Loading ${location.file} failed: ${loaded.stack ?? loaded.error}`);
            const message = `${toChoice(read, parts).label} could not be loaded: ${loaded.error}`;
            return { kind: 'failed', message, location };
        }
        const config = withLoaded(read, loaded);
        this.#known.set(keyOf(read), { read: JSON.stringify(read), config });
        const differences = loaded.differences.map(({ message }) => message);
        if (loaded.id.kind !== read.id.kind) {
            differences.push(
                `Who makes ids: ${read.id.kind} in the source, ${loaded.id.kind} in the loaded configuration.`,
            );
        }
        return { kind: 'loaded', differences, config: toChoice(config, parts) };
    }
}

function keyOf({ location: { file, range } }: AuthConfig): string {
    return `${path.normalize(file)}#${range.start.line}`;
}

/** What was read, with the tables that the configuration has in truth. The adapter is not asked, so that what is unknown of it stays so. */
function withLoaded(read: AuthConfig, { tables, id, version }: Exclude<LoadedConfig, { error: string }>): AuthConfig {
    return {
        ...read,
        tables,
        id,
        version: version ?? read.version,
        versionOrigin: 'installed',
        isLoaded: true,
        notes: ['The tables are those of the configuration as it was loaded'],
        unknown: read.unknown.filter(({ what }) => /^database\b/.test(what)),
    };
}
