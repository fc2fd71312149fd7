import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti/static';
import type { Jiti } from 'jiti/static';
import type { LooseOptions } from '../better-auth/library.ts';
import { describeId, describeTables, property } from '../better-auth/tables.ts';
import type { Describer } from '../better-auth/tables.ts';
import type { LoadRequest, LoadResponse } from '../worker/load-protocol.ts';
import { stubModules } from './stubs.ts';

/**
 * Runs the module of a configuration and asks the workspace's own Better Auth for its tables.
 * In: what to load; environment and working directory are set already.
 * Out: the tables. Throws what the module throws, and an error whose message can be shown when it has no configuration.
 */
export async function loadTables(request: LoadRequest): Promise<LoadResponse> {
    const jiti = createJiti(pathToFileURL(request.file).href, {
        fsCache: false,
        interopDefault: true,
        tsconfigPaths: true,
        virtualModules: stubModules(),
        jsx: true,
    });
    const module: unknown = await jiti.import(request.file);
    const options = await findOptions(module, request.exportName);
    const { describer, version } = await importDescriber(jiti, request.file);
    const plugins: unknown[] = Array.isArray(options['plugins']) ? options['plugins'] : [];
    const named = plugins.map((plugin) => ({ name: String(property(plugin, 'id')), plugin }));
    const usePlural = readUsePlural(options) ?? request.usePlural === true;
    return {
        ok: true,
        tables: describeTables(describer, options, named, usePlural),
        id: describeId(options),
        ...(version !== undefined && { version }),
    };
}

async function findOptions(module: unknown, exportName: string | undefined): Promise<LooseOptions> {
    const exports = typeof module === 'object' && module !== null ? Object.entries(module) : [];
    const wanted = exports.filter(([name]) => exportName === undefined || name === exportName);
    for (const [, value] of wanted as [string, unknown][]) {
        const options = optionsOf(await value);
        if (options !== undefined) {
            return options;
        }
    }
    if (exportName === undefined) {
        throw new Error('The file exports nothing that betterAuth() made.');
    }
    const [found] = wanted;
    if (found === undefined) {
        throw new Error(`The file does not export "${exportName}", so that it cannot be loaded.`);
    }
    throw new Error(
        typeof found[1] === 'function'
            ? `"${exportName}" is a function that makes the configuration: only the application knows what to call it with.`
            : `"${exportName}" is nothing that betterAuth() made: it has no options.`,
    );
}

function optionsOf(value: unknown): LooseOptions | undefined {
    // Reading a property may run a proxy's code, which is what an application does, too.
    const options: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'options') : undefined;
    return typeof options === 'object' && options !== null ? (options as LooseOptions) : undefined;
}

async function importDescriber(
    jiti: Jiti,
    file: string,
): Promise<{ describer: Describer; version: string | undefined }> {
    const parentURL = pathToFileURL(file).href;
    const importOwn = async (name: string): Promise<Record<string, unknown>> => {
        const url = jiti.esmResolve(name, { parentURL, try: true });
        return url === undefined ? {} : ((await import(url)) as Record<string, unknown>);
    };
    const { getAuthTables } = await importOwn('better-auth/db');
    if (!isGetAuthTables(getAuthTables)) {
        throw new Error('better-auth is not installed where the configuration could import it.');
    }
    const { initGetModelName, initGetFieldName } = await importOwn('better-auth/adapters');
    const { organization } = await importOwn('better-auth/plugins');
    const version: unknown =
        typeof organization === 'function'
            ? property(Reflect.apply(organization, undefined, []), 'version')
            : undefined;
    const names = { initGetModelName, initGetFieldName };
    return {
        describer: { getAuthTables, ...(hasNames(names) ? names : simpleNames) },
        version: typeof version === 'string' ? version : undefined,
    };
}

type Names = Omit<Describer, 'getAuthTables'>;

function isGetAuthTables(value: unknown): value is Describer['getAuthTables'] {
    return typeof value === 'function';
}

function hasNames(names: Record<keyof Names, unknown>): names is Names {
    return typeof names.initGetModelName === 'function' && typeof names.initGetFieldName === 'function';
}

/** Releases that do not export their look-up of names do no more than this. */
const simpleNames: Names = {
    initGetModelName:
        ({ schema, usePlural }) =>
        (model) => {
            const name = schema[model]?.modelName ?? model;
            return usePlural === true ? `${name}s` : name;
        },
    initGetFieldName:
        ({ schema }) =>
        ({ model, field }) => {
            const table = schema[model] ?? Object.values(schema).find(({ modelName }) => modelName === model);
            return table?.fields[field]?.fieldName ?? field;
        },
};

/** Adapters keep their settings on what they make of the options. */
function readUsePlural(options: LooseOptions): boolean | undefined {
    const { database } = options;
    if (typeof database !== 'function') {
        return undefined;
    }
    const adapter: unknown = Reflect.apply(database, undefined, [options]);
    const usePlural = property(property(property(adapter, 'options'), 'adapterConfig'), 'usePlural');
    return typeof usePlural === 'boolean' ? usePlural : undefined;
}
