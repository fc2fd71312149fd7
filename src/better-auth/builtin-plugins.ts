import type { AuthConfig } from '../model/auth-table.ts';
import { loadLibrary } from './library.ts';
import type { Library } from './library.ts';
import { describeTables } from './tables.ts';

/** A plugin that comes with Better Auth; `adds` are tables (`member`) and columns (`session.activeTeamId`). */
export interface BuiltinPlugin {
    name: string;
    adds: string[];
}

/** In: names, or none to only list. Out: the plugins that there are, and the configuration with the named ones. */
export async function answerPlugins({
    names,
    file,
}: {
    names?: string[];
    file: string;
}): Promise<{ available: BuiltinPlugin[]; config?: AuthConfig }> {
    const available = await listBuiltinPlugins();
    return names ? { available, config: await configOfPlugins(names, file) } : { available };
}

/**
 * Lists the plugins that come with Better Auth: every factory of its bundled copy that makes a plugin
 * without options and adds tables or fields.
 * Out: their names in alphabetical order, each with what it adds.
 */
export async function listBuiltinPlugins(): Promise<BuiltinPlugin[]> {
    const library = await loadLibrary();
    const core = columnsOf(library, []);
    const found: BuiltinPlugin[] = [];
    for (const [name, plugin] of await makePlugins()) {
        const adds = [...columnsOf(library, [plugin])].filter((column) => !core.has(column));
        if (adds.length > 0) found.push({ name, adds: summarize(adds, core) });
    }
    return found.sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The configuration that a `betterAuth(…)` call with these plugins would be.
 * In: names as `listBuiltinPlugins` has them, the file that stands for the missing source. Out: the
 * configuration, with the plugins' options at their defaults. Throws when a name is unknown.
 */
export async function configOfPlugins(names: readonly string[], file: string): Promise<AuthConfig> {
    const library = await loadLibrary();
    const known = await makePlugins();
    const plugins = [...new Set(names)].map((name) => {
        const plugin = known.get(name);
        if (plugin === undefined) {
            throw new Error(`Better Auth has no plugin "${name}". It has: ${[...known.keys()].sort().join(', ')}.`);
        }
        return { name, plugin };
    });
    const start = { line: 0, character: 0 };
    const location = { file, range: { start, end: start } };
    const has = (name: string): boolean => names.includes(name);
    return {
        location,
        plugins: plugins.map(({ name }) => ({ name, location })),
        tables: describeTables(library, { plugins: plugins.map(({ plugin }) => plugin) }, plugins, false),
        id: { kind: 'application' },
        ...(has('organization') && { organizationRoles: library.organizationRoles }),
        ...(has('admin') && { adminRoles: library.adminRoles }),
        version: library.version,
        unknown: [],
        files: [],
    };
}

/** Plugins by the name of their factory: what each exported function makes, when that is a plugin. */
async function makePlugins(): Promise<Map<string, object>> {
    const factories = Object.entries(await import('better-auth/plugins'));
    return new Map(factories.flatMap(([name, factory]) => makePlugin(name, factory)));
}

/** Other exports are helpers: called without options, they throw or make something without an id. */
function makePlugin(name: string, factory: unknown): [string, object][] {
    if (typeof factory !== 'function' || factory.constructor.name !== 'Function' || !/^[a-z]/.test(name)) return [];
    try {
        const made: unknown = Reflect.apply(factory, undefined, [{}]);
        const isPlugin = typeof made === 'object' && made !== null && 'id' in made && typeof made.id === 'string';
        return isPlugin ? [[name, made]] : [];
    } catch {
        // A factory that needs options can't be picked by name alone.
        return [];
    }
}

/** Tables and columns, as `session` and `session.activeOrganizationId`. */
function columnsOf(library: Library, plugins: object[]): Set<string> {
    const named = plugins.map((plugin) => ({ name: '', plugin }));
    const tables = describeTables(library, { plugins }, named, false);
    return new Set(tables.flatMap(({ key, fields }) => [key, ...fields.map((field) => `${key}.${field.key}`)]));
}

/** New tables by name, and the columns that are added to tables of Better Auth itself. */
function summarize(added: readonly string[], core: ReadonlySet<string>): string[] {
    return added.filter((name) => !name.includes('.') || core.has(name.split('.', 1).join()));
}
