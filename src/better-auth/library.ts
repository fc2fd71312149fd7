import type { getAuthTables } from 'better-auth/db';
import type { initGetFieldName, initGetModelName } from 'better-auth/adapters';
import type { ExternalRef } from './values.ts';

/** The bundled copy of Better Auth: the parts that turn options into tables. */
export interface Library {
    version: string;
    getAuthTables: typeof getAuthTables;
    initGetModelName: typeof initGetModelName;
    initGetFieldName: typeof initGetFieldName;
    /** Out: the export of a module that is bundled and loaded, or undefined. */
    find(ref: ExternalRef): object | undefined;
    /** Out: whether the module is bundled as a package of its own, which was not asked for yet. */
    isPending(module: string): boolean;
    /** Loads such a package. One that cannot be loaded gives no exports afterwards, see `failure`. */
    loadPackage(module: string): Promise<void>;
    /** Out: why a bundled package could not be loaded, or undefined. */
    failure(module: string): string | undefined;
    /** Role names that the organization plugin has without configuration, the creator's first. */
    organizationRoles: string[];
    /** Role names that the admin plugin has without configuration. */
    adminRoles: string[];
}

/** A configuration that is only looked at: its parts may be anything that the types rule out. */
export type LooseOptions = Record<string, unknown>;

/** Plugins that are packages of their own. Each is loaded when a configuration imports it: together they are large. */
const PACKAGES = new Map<string, () => Promise<object>>([
    ['@better-auth/api-key', () => import('@better-auth/api-key')],
    ['@better-auth/oauth-provider', () => import('@better-auth/oauth-provider')],
    ['@better-auth/passkey', () => import('@better-auth/passkey')],
    ['@better-auth/scim', () => import('@better-auth/scim')],
    ['@better-auth/sso', () => import('@better-auth/sso')],
    ['@better-auth/stripe', () => import('@better-auth/stripe')],
]);

let loading: Promise<Library> | undefined;

/**
 * Loads the bundled factories, at the first call only: they are large, and most workspaces that are
 * looked through have no configuration.
 * Out: the library, the same for all callers. Throws when a module cannot be loaded.
 */
export function loadLibrary(): Promise<Library> {
    loading ??= load();
    return loading;
}

async function load(): Promise<Library> {
    const [db, adapters, plugins, organizationAccess, adminAccess, nextJs, svelteKit, tanstackStart, tanstackSolid] =
        await Promise.all([
            import('better-auth/db'),
            import('better-auth/adapters'),
            import('better-auth/plugins'),
            import('better-auth/plugins/organization/access'),
            import('better-auth/plugins/admin/access'),
            import('better-auth/next-js'),
            import('better-auth/svelte-kit'),
            import('better-auth/tanstack-start'),
            import('better-auth/tanstack-start/solid'),
        ]);
    const modules = new Map<string, object>([
        ['better-auth/plugins', plugins],
        ['better-auth/plugins/organization/access', organizationAccess],
        ['better-auth/plugins/admin/access', adminAccess],
        ['better-auth/next-js', nextJs],
        ['better-auth/svelte-kit', svelteKit],
        ['better-auth/tanstack-start', tanstackStart],
        ['better-auth/tanstack-start/solid', tanstackSolid],
    ]);
    const failures = new Map<string, string>();
    return {
        version: plugins.organization().version,
        getAuthTables: db.getAuthTables,
        initGetModelName: adapters.initGetModelName,
        initGetFieldName: adapters.initGetFieldName,
        find: (ref) => findExport(modules, ref),
        isPending: (module) => PACKAGES.has(module) && !modules.has(module) && !failures.has(module),
        loadPackage: async (module) => {
            try {
                modules.set(module, (await PACKAGES.get(module)?.()) ?? {});
            } catch (error) {
                failures.set(module, error instanceof Error ? error.message : String(error));
            }
        },
        failure: (module) => failures.get(module),
        organizationRoles: withFirst('owner', Object.keys(organizationAccess.defaultRoles)),
        adminRoles: Object.keys(adminAccess.defaultRoles),
    };
}

/** `better-auth/plugins/<name>` re-exports a part of `better-auth/plugins`. */
function findExport(modules: Map<string, object>, { module, name }: ExternalRef): object | undefined {
    const isSubpath = module.startsWith('better-auth/plugins/');
    for (const each of [modules.get(module), isSubpath ? modules.get('better-auth/plugins') : undefined]) {
        // A bundle's namespace objects have getters instead of values.
        const found: unknown = each && Object.hasOwn(each, name) ? Reflect.get(each, name) : undefined;
        if ((typeof found === 'object' && found !== null) || typeof found === 'function') {
            return found;
        }
    }
    return undefined;
}

/** Out: the list with `first` in front. */
export function withFirst(first: string, list: string[]): string[] {
    return [first, ...list.filter((each) => each !== first)];
}
