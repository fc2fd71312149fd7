import type ts from 'typescript';
import type { AuthConfig, AuthTable } from '../model/auth-table.ts';
import type { Location } from '../model/text.ts';
import type { Unknown } from '../model/unknown.ts';
import { readAdapter } from './adapter.ts';
import type { Evaluator } from './evaluate.ts';
import { findHolder, locationOf } from './holder.ts';
import { findInfluential, firstThatWorks } from './influence.ts';
import type { Library, LooseOptions } from './library.ts';
import { joinPath, toNative, unknownLeaves } from './native.ts';
import type { StandIn } from './native.ts';
import { readPluginFromTypes } from './plugin-types.ts';
import { rolePlaces } from './role-places.ts';
import { rolesOf } from './plugins.ts';
import type { BundledCalls, PluginRoles } from './plugins.ts';
import { compareVersions, parseVersion } from './release.ts';
import type { VersionNumber } from './release.ts';
import { enclosingFunction, lineOf } from './scope.ts';
import { describeId, describeTables, fingerprintTables, property } from './tables.ts';
import { ArrayValue, ObjectValue, UnknownValue, isNative, itemsOf, readProperty } from './values.ts';
import type { Value } from './values.ts';

interface ReadPlugin {
    name: string;
    /** As it stands in the options: a plugin object of a bundled factory, or an object literal. */
    value: Value;
    node: ts.Node;
    index: number;
    location: Location;
    readFromTypes?: boolean;
}

/** The first release that ignores `useNumberId`. */
const NUMBER_ID_DROPPED: VersionNumber = [1, 5, 0];

/** Collects what could not be told. */
class Unknowns {
    readonly list: Unknown[] = [];

    add(what: string, reason: string, node: ts.Node): void {
        const unknown = { what, reason, file: node.getSourceFile().fileName, line: lineOf(node) };
        const isKnown = this.list.some(
            (each) => each.what === what && each.file === unknown.file && each.line === unknown.line,
        );
        if (!isKnown) {
            this.list.push(unknown);
        }
    }
}

/**
 * Reads one `betterAuth(…)` call.
 * In: the call, an evaluator of its project, the bundled library and the calls made through it.
 * Out: the configuration; what could not be told is listed in `unknown`, all else is used.
 */
export function readConfig(
    call: ts.CallExpression,
    evaluator: Evaluator,
    library: Library,
    calls: BundledCalls,
): AuthConfig {
    const unknowns = new Unknowns();
    const options = readOptions(call, evaluator, unknowns);
    const plugins = readPlugins(options, calls, unknowns, evaluator.project);
    const database = readProperty(options, 'database', call);
    const report = (what: string, { reason, node }: UnknownValue): void => {
        unknowns.add(what, reason, node);
    };
    const adapter = readAdapter(database, evaluator, call, report, locationOf);
    const core = coreOptions(options);
    const whole = core.copy();
    const list = new ArrayValue(plugins.map(({ value, node }) => ({ value, node })));
    whole.entries.set('plugins', { value: list, node: call });

    const build = (standIn: (unknown: UnknownValue) => StandIn): LooseOptions =>
        toNative(whole, standIn) as LooseOptions;
    const describe = (native: LooseOptions): AuthTable[] => {
        const named = madePlugins(native).map((plugin, index) => ({ name: plugins[index]?.name ?? '', plugin }));
        return describeTables(library, native, named, adapter?.usePlural === true);
    };

    const leaves = [
        ...unknownLeaves(core, ''),
        ...plugins.flatMap(({ value, index }) => unknownLeaves(value, `plugins[${index}]`)),
    ];
    const influential = findInfluential(leaves, (standIn) => {
        const native = build(standIn);
        return JSON.stringify([fingerprintTables(library, native), describeId(native)]);
    });
    for (const { path, unknown } of influential) {
        unknowns.add(path === '' ? 'options' : path, unknown.reason, unknown.node);
    }

    const native = firstThatWorks((standIn) => {
        const built = build(standIn);
        return { built, tables: describe(built) };
    });
    if (!native.ok) {
        unknowns.add('options', `Better Auth refuses them: ${native.message}`, call);
    }
    const used = native.ok ? native.result : { built: {}, tables: describeTables(library, {}, [], false) };
    noteNumberId(used.built, options, unknowns, library.version, call);

    const holder = findHolder(call);
    const { version } = library;
    return {
        location: locationOf(call),
        ...holder,
        ...(enclosingFunction(call) && { isFactory: true }),
        plugins: plugins.map(({ name, location, readFromTypes }) => ({
            name,
            location,
            ...(readFromTypes && { readFromTypes }),
        })),
        tables: used.tables,
        id: describeId(used.built),
        ...(adapter && { adapter }),
        ...readRoles(plugins, used.built, library, calls),
        version,
        unknown: unknowns.list,
        files: [...evaluator.project.sources].sort(),
    };
}

function readOptions(call: ts.CallExpression, evaluator: Evaluator, unknowns: Unknowns): ObjectValue {
    const argument = call.arguments[0];
    const value = argument && evaluator.evaluate(argument, undefined);
    if (argument === undefined) {
        return new ObjectValue(call);
    }
    if (value instanceof ObjectValue) {
        return value;
    }
    if (value instanceof UnknownValue) {
        unknowns.add('options', value.reason, value.node);
    } else {
        unknowns.add('options', 'they are not an object literal', argument);
    }
    return new ObjectValue(argument);
}

function readPlugins(
    options: ObjectValue,
    calls: BundledCalls,
    unknowns: Unknowns,
    project: Evaluator['project'],
): ReadPlugin[] {
    const entry = options.entries.get('plugins');
    if (entry?.value === undefined || entry.value === null) {
        return [];
    }
    const items = itemsOf(entry.value, entry.node);
    if (items === undefined) {
        const unknown = entry.value instanceof UnknownValue ? entry.value : undefined;
        unknowns.add('plugins', unknown?.reason ?? 'it is not an array literal', unknown?.node ?? entry.node);
        return [];
    }
    return items.flatMap(({ value, node }, index): ReadPlugin[] => {
        const what = `plugins[${index}]`;
        if (value instanceof UnknownValue) {
            const read = value.spread ? undefined : readTyped(value, project);
            unknowns.add(what, read?.reason ?? value.reason, value.node);
            if (read === undefined) {
                return [];
            }
            const { name, plugin } = read;
            return [{ name, value: plugin, node, index, location: locationOf(value.node), readFromTypes: true }];
        }
        const made = calls.madeBy(value);
        for (const { path, unknown } of made?.influential ?? []) {
            unknowns.add(path === '' ? what : joinPath(what, path), unknown.reason, unknown.node);
        }
        if (value instanceof ObjectValue || isNative(value)) {
            const id = readProperty(value, 'id', node);
            const name = made?.name ?? (typeof id === 'string' ? id : what);
            return [{ name, value, node, index, location: locationOf(made?.node ?? node) }];
        }
        if (value !== undefined && value !== null && value !== false) {
            unknowns.add(what, 'it is not a plugin object', node);
        }
        return [];
    });
}

/** A plugin of a package that is not run, as its types have it: better than nothing, but no certainty. */
function readTyped(
    { call, node }: UnknownValue,
    project: Evaluator['project'],
): { name: string; plugin: Value; reason: string } | undefined {
    const plugin = call && readPluginFromTypes(project, call.callee, node.getSourceFile().fileName, node);
    const { name, module } = call?.callee ?? { name: '', module: '' };
    const reason = `"${name}" comes from the package "${module}", which is not run; its tables are read from its types`;
    return plugin && { name, plugin, reason };
}

/** The options that `getAuthTables` looks at, apart from plugins. */
function coreOptions(options: ObjectValue): ObjectValue {
    const core = options.copy();
    core.entries.delete('plugins');
    core.entries.delete('database');
    const storage = core.entries.get('secondaryStorage');
    // Only its presence counts, and what a package's function makes is there.
    if (storage?.value instanceof UnknownValue && storage.value.call !== undefined) {
        const value = new ObjectValue(storage.node);
        core.entries.set('secondaryStorage', { value, node: storage.node });
    }
    return core;
}

function readRoles(
    plugins: readonly ReadPlugin[],
    native: LooseOptions,
    library: Library,
    calls: BundledCalls,
): Pick<AuthConfig, 'organizationRoles' | 'organizationRolesOpen' | 'adminRoles' | 'rolePlaces'> {
    const made = madePlugins(native);
    const found = new Map<PluginRoles['plugin'], PluginRoles>();
    const places: NonNullable<AuthConfig['rolePlaces']> = {};
    plugins.forEach(({ value }, index) => {
        const roles = rolesOf(library, made[index]);
        const call = calls.madeBy(value);
        const isUnsure = call?.influential.some(({ path }) => /^(roles\b|creatorRole|$)/.test(path));
        if (roles !== undefined && isUnsure !== true) {
            found.set(roles.plugin, roles);
            if (call) places[roles.plugin] = rolePlaces(roles, call);
        }
    });
    const organization = found.get('organization');
    const admin = found.get('admin');
    return {
        ...(organization && { organizationRoles: organization.names }),
        ...(organization?.open === true && { organizationRolesOpen: true }),
        ...(admin && { adminRoles: admin.names }),
        ...(Object.keys(places).length > 0 && { rolePlaces: places }),
    };
}

function madePlugins(native: LooseOptions): unknown[] {
    return Array.isArray(native['plugins']) ? native['plugins'] : [];
}

function noteNumberId(
    native: LooseOptions,
    options: ObjectValue,
    unknowns: Unknowns,
    version: string,
    call: ts.CallExpression,
): void {
    const database = property(property(native, 'advanced'), 'database');
    const isIgnored = compareVersions(parseVersion(version) ?? NUMBER_ID_DROPPED, NUMBER_ID_DROPPED) >= 0;
    if (!isIgnored || property(database, 'useNumberId') !== true || property(database, 'generateId') === 'serial') {
        return;
    }
    const advanced = readProperty(options, 'advanced', call);
    const written = readProperty(advanced, 'database', call);
    const node = written instanceof ObjectValue ? (written.entries.get('useNumberId')?.node ?? call) : call;
    unknowns.add(
        'advanced.database.useNumberId',
        `better-auth ${version} ignores it (generateId: 'serial' has taken its place); read as serial ids`,
        node,
    );
}
