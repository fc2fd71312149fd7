import type { Location } from './text.ts';
import type { Unknown } from './unknown.ts';

/** A field's type as Better Auth's `DBFieldType` has it; `{ literals }` is a union of string literals. */
export type AuthFieldType =
    'string' | 'number' | 'boolean' | 'date' | 'json' | 'string[]' | 'number[]' | { literals: string[] };

/**
 * A default, in so far as a schema can express it. `dynamic` stands for a function whose result is
 * unknown; Better Auth supplies such values itself.
 */
export type AuthFieldDefault =
    { kind: 'none' } | { kind: 'now' } | { kind: 'literal'; value: string | number | boolean } | { kind: 'dynamic' };

/** One column that Better Auth reads or writes. */
export interface AuthField {
    /** Better Auth's own key: `activeOrganizationId`. */
    key: string;
    /** The name that the adapter uses at run time (after the `fields` map): the ZModel field's name. */
    name: string;
    type: AuthFieldType;
    required: boolean;
    unique: boolean;
    index: boolean;
    bigint: boolean;
    default: AuthFieldDefault;
    /** Better Auth sets it anew on each update (`@updatedAt`). */
    updatedAt: boolean;
    /** `returned: false`: secret, never sent to a client. */
    returned: boolean;
    /** `table` is the `AuthTable.name` of the referenced table. */
    references?: {
        table: string;
        field: string;
        onDelete: 'cascade' | 'no action' | 'restrict' | 'set null' | 'set default';
    };
}

/** One table that Better Auth needs with the given configuration. */
export interface AuthTable {
    /** Better Auth's own key: `session`, `organizationRole`. */
    key: string;
    /** The name that the adapter uses at run time (after `modelName` and `usePlural`); it looks up `db[name]`. */
    name: string;
    /** Without the id, which every table has (see `AuthConfig.id`). In Better Auth's order. */
    fields: AuthField[];
    /** Indexes of the table as a whole, over run-time field names. Those over one field may also be marks of the field. */
    indexes?: { fields: string[]; unique: boolean }[];
    /** Names of the plugins that add the table or fields to it; `core` for Better Auth itself. */
    origins: string[];
}

/** How ids come about: by Better Auth (`application`) or by the database. */
export type AuthId = { kind: 'application' } | { kind: 'serial' } | { kind: 'uuid' } | { kind: 'database' };

/** The database adapter of a configuration. */
export interface AuthAdapter {
    /** The name that its module exports: `zenstackAdapter`. */
    name: string;
    provider?: string;
    usePlural?: boolean;
    /** Whether it hands lists over as lists; its own default goes by `provider`. */
    supportsArrays?: boolean;
    /** The string literal that says the provider, when one does. */
    providerLiteral?: { location: Location; text: string };
    /** Set when the client that it is given certainly has the policy plugin: the expression that adds it. */
    policyClient?: { location: Location; text: string; without?: string };
}

/** A plugin of a configuration. */
export interface AuthPlugin {
    name: string;
    location: Location;
    /** Set when its tables were read from the type declarations of its package, which need not be what it really adds. */
    readFromTypes?: boolean;
}

/** A `betterAuth(...)` configuration, read from its source without running it. */
export interface AuthConfig {
    /** The `betterAuth(...)` call. */
    location: Location;
    /** The variable or export that holds it (`auth`), `default`, or undefined. */
    exportName?: string;
    /** The call stands in a function, so that `exportName` is what makes the instance. */
    isFactory?: boolean;
    plugins: AuthPlugin[];
    tables: AuthTable[];
    id: AuthId;
    /** `zenstackAdapter` when found; what its second argument says. */
    adapter?: AuthAdapter;
    /** Role names of the organization plugin (`owner`, `admin`, `member` unless configured); undefined without it or when unknown. */
    organizationRoles?: string[];
    /** Set when more organization roles can be made at run time (`dynamicAccessControl`). */
    organizationRolesOpen?: boolean;
    /** Role names of the admin plugin; undefined without it or when unknown. */
    adminRoles?: string[];
    /** Where those roles are defined, by name: in the options, or the plugin's call for the roles that come with it. */
    rolePlaces?: Partial<Record<'organization' | 'admin', Record<string, Location>>>;
    /** Version of better-auth whose tables these are. */
    version: string;
    /** What says that version; `bundled` when the workspace says none, or one that is not known. */
    versionOrigin?: 'installed' | 'locked' | 'requested' | 'bundled';
    /** Set when the tables are those of the configuration as it was run, on the user's demand. */
    isLoaded?: boolean;
    /** Sentences about how the tables were read: another release than the installed one, a plugin's tables from its types. */
    notes?: string[];
    /** Whether its module exports `exportName`, or the function that makes it. */
    isExported?: boolean;
    /** What it looks like it is for: the application, a program that makes schemas or fills databases, or tests. */
    purpose?: 'application' | 'tooling' | 'test';
    /** What tells it from others: parts of a sentence for a list to pick from. */
    reasons?: string[];
    /** Set for the one of several that most likely is the application's; for none when that cannot be told. */
    recommended?: boolean;
    unknown: Unknown[];
    /** Absolute paths of the source files that were read. */
    files: string[];
}

/** The result of looking through a workspace folder. */
export interface AuthConfigAnalysis {
    configs: AuthConfig[];
    /** What keeps the analysis from being complete, e.g. a file that does not parse. */
    unknown: Unknown[];
    /** How long the steps took, in milliseconds, where that was measured. */
    timings?: { step: string; ms: number }[];
}
