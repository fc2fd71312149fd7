import type ts from 'typescript';
import type { BundledModules } from './evaluation.ts';
import { withFirst } from './library.ts';
import type { Library } from './library.ts';
import { openDefaults } from './defaults.ts';
import { findInfluential, firstThatWorks, outcomesOf } from './influence.ts';
import { toNative, unknownLeaves } from './native.ts';
import type { StandIn, UnknownLeaf } from './native.ts';
import type { Releases } from './releases.ts';
import { fingerprintTables, property } from './tables.ts';
import { UnknownValue, isNative } from './values.ts';
import type { ExternalRef, Value } from './values.ts';

/** A plugin that a bundled factory made. */
export interface MadePlugin {
    /** The factory's exported name: `twoFactor`. */
    name: string;
    node: ts.CallExpression;
    /** The first argument. */
    options: Value;
    /** Unknown values in its options that the tables or roles depend on; paths start at the options. */
    influential: UnknownLeaf[];
}

/**
 * Calls functions of the bundled modules for one configuration. Only exports that are plain functions
 * are called, and what helpers like `createAccessControl` return; never an asynchronous one.
 */
export class BundledCalls implements BundledModules {
    private readonly library: Library;
    private readonly releases: Releases;
    private readonly refs = new WeakMap<object, ExternalRef>();
    private readonly helpers = new WeakSet();
    private readonly made = new WeakMap<object, MadePlugin>();
    /** Bundled packages that were asked for before they were loaded: what was read without them does not count. */
    readonly pending = new Set<string>();

    /** In: the library as it was in the releases that are used, see `Releases.apply`. */
    constructor(library: Library, releases: Releases) {
        this.library = library;
        this.releases = releases;
    }

    find(ref: ExternalRef): object | undefined {
        const module = this.releases.moduleOf(ref);
        if (this.library.isPending(module)) {
            this.pending.add(module);
        }
        const found = this.library.find(ref);
        if (found !== undefined && !this.refs.has(found)) {
            this.refs.set(found, ref);
            this.addHelpers(found);
        }
        return found;
    }

    failure(module: string): string | undefined {
        return this.library.failure(module);
    }

    isCallable(fn: object): boolean {
        return (this.refs.has(fn) || this.helpers.has(fn)) && fn.constructor.name === 'Function';
    }

    call(fn: object, args: Value[], node: ts.CallExpression): Value {
        const ref = this.refs.get(fn);
        const name = ref?.name ?? node.expression.getText();
        const run = (standIn: (unknown: UnknownValue) => StandIn): unknown => {
            const natives = args.map((arg) => toNative(arg, standIn));
            const result: unknown = typeof fn === 'function' ? Reflect.apply(fn, undefined, natives) : undefined;
            if (ref !== undefined && isPlugin(result)) {
                this.releases.rewritePlugin(ref, result, natives[0]);
            }
            return result;
        };
        const outcome = firstThatWorks(run);
        if (!outcome.ok) {
            return new UnknownValue(`${name}() cannot be called with these options: ${outcome.message}`, node);
        }
        const { result } = outcome;
        if (typeof result !== 'object' || result === null) {
            return new UnknownValue(`${name}() makes nothing that can be read`, node);
        }
        if (isPlugin(result)) {
            const leaves = args.flatMap((arg, index) => unknownLeaves(arg, index === 0 ? '' : `arguments[${index}]`));
            const influential = findInfluential(leaves, (standIn) => this.fingerprint(run(standIn)));
            for (const { unknown } of influential) {
                openDefaults(result, outcomesOf(unknown, run));
            }
            this.made.set(result, { name, node, options: args[0], influential });
        } else {
            this.addHelpers(result);
        }
        return result;
    }

    /** Out: how a plugin came about, when a bundled factory made it. */
    madeBy(plugin: Value): MadePlugin | undefined {
        return isNative(plugin) ? this.made.get(plugin) : undefined;
    }

    /** What hangs on a helper may be called as well: `ac.newRole(…)`. */
    private addHelpers(holder: object): void {
        for (const member of Object.values(holder) as unknown[]) {
            if (typeof member === 'function') {
                this.helpers.add(member);
            }
        }
    }

    private fingerprint(plugin: unknown): string {
        return JSON.stringify([fingerprintTables(this.library, { plugins: [plugin] }), rolesOf(this.library, plugin)]);
    }
}

/** The roles that a plugin defines. */
export interface PluginRoles {
    plugin: 'organization' | 'admin';
    names: string[];
    /** Roles can be added at run time. */
    open: boolean;
}

/**
 * In: a plugin object. Out: the names of its roles, the creator's first, when it is the organization
 * or the admin plugin, else undefined.
 */
export function rolesOf(library: Library, plugin: unknown): PluginRoles | undefined {
    const id = property(plugin, 'id');
    if (id !== 'organization' && id !== 'admin') {
        return undefined;
    }
    const options = property(plugin, 'options');
    const roles = property(options, 'roles');
    const own = isComposite(roles) ? Object.keys(roles) : undefined;
    if (id === 'admin') {
        return { plugin: id, names: own ?? library.adminRoles, open: false };
    }
    const names = own ?? library.organizationRoles;
    const creator = property(options, 'creatorRole');
    return {
        plugin: id,
        names:
            typeof creator === 'string'
                ? withFirst(creator, names)
                : names.includes('owner')
                  ? withFirst('owner', names)
                  : names,
        open: property(property(options, 'dynamicAccessControl'), 'enabled') === true,
    };
}

/** A function stands in for unknown roles, and must not pass for none. */
function isComposite(value: unknown): value is object {
    return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isPlugin(value: unknown): value is object {
    return typeof property(value, 'id') === 'string';
}
