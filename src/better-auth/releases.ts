import path from 'node:path';
import type { AuthConfig } from '../model/auth-table.ts';
import history from './history.json' with { type: 'json' };
import { asHistory, rewriteSchema, valueAt } from './history.ts';
import type { LooseSchema, Rewrite } from './history.ts';
import type { Library, LooseOptions } from './library.ts';
import type { Project } from './project.ts';
import { compareVersions, findRelease, parseVersion } from './release.ts';
import type { Release, VersionNumber } from './release.ts';
import { property } from './tables.ts';
import type { ExternalRef } from './values.ts';

const HISTORY = asHistory(history);

/**
 * The releases of Better Auth and its plugin packages that one configuration runs with, and what the
 * bundled factories have to be changed in to make their tables.
 */
export class Releases {
    private readonly project: Project;
    private readonly folder: string;
    private readonly bundled: string;
    private readonly found = new Map<string, Release | undefined>();
    private readonly gone = new Map<string, object>();

    constructor(project: Project, file: string, library: Library) {
        this.project = project;
        this.folder = path.dirname(file);
        this.bundled = library.version;
    }

    /** Out: the release whose tables are used, what says so, and a sentence when that is another one than the workspace has. */
    describe(): Pick<AuthConfig, 'version' | 'versionOrigin' | 'notes'> {
        const release = this.release('better-auth');
        const version = release && parseVersion(release.version);
        if (release === undefined || version === undefined) {
            return { version: this.bundled, versionOrigin: 'bundled' };
        }
        const [nearest, which] = isNewer(version, this.bundled)
            ? [this.bundled, 'newest']
            : isNewer(numberOf(HISTORY.oldest), release.version)
              ? [HISTORY.oldest, 'oldest']
              : [undefined, ''];
        if (nearest === undefined) {
            return { version: release.version, versionOrigin: release.origin };
        }
        const note = `better-auth ${release.version} is ${release.origin}; the tables are those of ${nearest}, the ${which} release that is known`;
        return { version: nearest, versionOrigin: 'bundled', notes: [note] };
    }

    /** Out: the library as it was in the release of better-auth that is used. */
    apply(library: Library): Library {
        const version = this.versionOf('better-auth');
        if (version === undefined) {
            return library;
        }
        return {
            ...library,
            version: this.describe().version,
            getAuthTables: (options) => {
                const schema: LooseSchema = library.getAuthTables(options);
                const rewritten = rewriteSchema(HISTORY, 'core', version, schema, coreRewrite(options));
                return rewritten as ReturnType<Library['getAuthTables']>;
            },
            find: (ref) => library.find(ref) ?? this.findElsewhere(library, ref, version),
            isPending: (module) => library.isPending(module),
        };
    }

    /** In: an export that may have moved. Out: the bundled package that has it now, when that is another one. */
    moduleOf(ref: ExternalRef): string {
        const version = this.versionOf('better-auth');
        const modules = HISTORY.factories[ref.name]?.modules;
        if (version === undefined || modules === undefined || !isOwnPlugin(ref.module)) {
            return ref.module;
        }
        const then = valueAt(modules, version);
        const now = modules.at(-1)?.[1];
        const hasMoved = !then.isCurrent && then.value !== null && isOwnPlugin(then.value);
        return hasMoved && typeof now === 'string' ? now : ref.module;
    }

    /**
     * Gives a plugin the tables that it had in the release that is used.
     * In: the factory, the object that it made (which is changed), and the options that it was given.
     */
    rewritePlugin(ref: ExternalRef, plugin: object, options: unknown): void {
        const version = this.versionOf(packageOf(ref.module));
        if (version === undefined) {
            return;
        }
        const schema = (property(plugin, 'schema') ?? {}) as LooseSchema;
        const renames = property(options, 'schema');
        const rewritten = rewriteSchema(HISTORY, ref.name, version, schema, {
            options,
            modelName: (table) => textIn(renames, table, 'modelName'),
            fieldName: (table, field) => textIn(renames, table, 'fields', field),
            isForeign: (table, field) => read(renames, table, 'additionalFields', field) !== undefined,
        });
        if (rewritten !== schema) {
            Object.assign(plugin, { schema: rewritten });
        }
    }

    /** A factory of that release which the bundled one has in another package, or not any more. */
    private findElsewhere(library: Library, ref: ExternalRef, version: VersionNumber): object | undefined {
        const module = this.moduleOf(ref);
        if (module !== ref.module) {
            return library.find({ module, name: ref.name });
        }
        const modules = HISTORY.factories[ref.name]?.modules;
        const then = modules && valueAt(modules, version);
        if (then === undefined || then.isCurrent || then.value === null || !isOwnPlugin(ref.module)) {
            return undefined;
        }
        const known = this.gone.get(ref.name);
        const { name } = ref;
        const factory = known ?? ((options: unknown) => ({ id: name, schema: {}, options }));
        this.gone.set(name, factory);
        return factory;
    }

    private versionOf(name: string): VersionNumber | undefined {
        const release = this.release(name) ?? this.release('better-auth');
        return release && parseVersion(release.version);
    }

    private release(name: string): Release | undefined {
        if (!this.found.has(name)) {
            this.found.set(name, findRelease(this.project, this.folder, name));
        }
        return this.found.get(name);
    }
}

function coreRewrite(options: LooseOptions): Rewrite {
    const plugins = property(options, 'plugins');
    const schemas = Array.isArray(plugins) ? plugins.map((plugin: unknown) => property(plugin, 'schema')) : [];
    return {
        options,
        modelName: (table) => textIn(options, table, 'modelName'),
        fieldName: (table, field) => textIn(options, table, 'fields', field),
        isForeign: (table, field) =>
            read(options, table, 'additionalFields', field) !== undefined ||
            schemas.some((schema) => read(schema, table, 'fields', field) !== undefined),
    };
}

function isOwnPlugin(module: string): boolean {
    return module === 'better-auth/plugins' || module.startsWith('better-auth/plugins/');
}

function packageOf(module: string): string {
    return module.split('/', module.startsWith('@') ? 2 : 1).join('/');
}

function isNewer(version: VersionNumber, than: string): boolean {
    return compareVersions(version, numberOf(than)) > 0;
}

/** A version that a script or a package wrote is one. */
function numberOf(version: string): VersionNumber {
    return parseVersion(version) ?? [0, 0, 0];
}

function read(value: unknown, ...keys: string[]): unknown {
    return keys.reduce((each: unknown, key) => property(each, key), value);
}

function textIn(value: unknown, ...keys: string[]): string | undefined {
    const found = read(value, ...keys);
    return typeof found === 'string' && found !== '' ? found : undefined;
}
