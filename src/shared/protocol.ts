import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { TenantGrant, TenantRulesOffer } from '../model/tenant-rules.ts';
import type { Location } from '../model/text.ts';
import type { Unknown } from '../model/unknown.ts';
import type { Settings } from './settings.ts';

/** A request's name with its parameter and result types; `sendRequest(X.method, params)` on either side. */
export interface RequestDefinition<Params, Result> {
    readonly method: string;
    /** Type-level only; never present at run time. */
    readonly types?: { params: Params; result: Result };
}

export type ParamsOf<D> = D extends RequestDefinition<infer P, unknown> ? P : never;
export type ResultOf<D> = D extends RequestDefinition<unknown, infer R> ? R : never;

/** `initializationOptions` of the `initialize` request. All optional: other editors may send nothing. */
export interface InitializationOptions {
    settings?: unknown;
    /** False while the official extension answers the base language features; ours are answered in any case. Default true. */
    baseFeatures?: boolean;
    /** The user trusts the workspace, so that its own compiler may be run. Default false. */
    trusted?: boolean;
    /** Absolute path of a folder for answers that outlive the server; without it nothing is kept. */
    cacheDir?: string;
}

/**
 * Begins the argument of the server's process that names a folder, by its absolute path, where the server keeps its
 * compiled code; without it nothing is kept.
 */
export const CODE_ARGUMENT = '--code-cache=';

/** The folder that is named by `CODE_ARGUMENT`. In: the arguments of the process. */
export function codeFolderIn(args: readonly string[]): string | undefined {
    return args.find((argument) => argument.startsWith(CODE_ARGUMENT))?.slice(CODE_ARGUMENT.length);
}

/** A `betterAuth(...)` call to choose from. */
export interface ConfigChoice {
    /** Identifies it in a following request: `<file>#<one-based line>`. */
    id: string;
    /** Relative to the workspace folder. */
    label: string;
    /** Plugins, and what is unknown, in a line. */
    detail: string;
    location: Location;
    /** Which release's tables: `better-auth 1.7.25, as installed`. */
    release: string;
    /** What tells it from others: parts of a sentence. */
    reasons: string[];
    /** Sentences about how its tables were read. */
    notes: string[];
    /** Set for the one of several that most likely is the application's. */
    recommended?: true;
    /** Set when the tables are those of the configuration that was run. */
    loaded?: true;
}

export interface InsertParams {
    /** A document of the schema to complete; without it, the only (or the declared) schema of the workspace. */
    uri?: string;
    /** `ConfigChoice.id`; without it the only config, else the answer is `choose-config`. */
    config?: string;
    /** The answer to `choose-plugins`: names of plugins. */
    plugins?: string[];
    /** Default: the models. */
    what?: 'models' | 'auth-type' | 'user-context';
    /** The answer to `choose-extras`: ids of the offers that are wanted. */
    also?: string[];
    /** Takes the tables of the configuration that was run on the user's demand; see `loadConfigRequest`. */
    loaded?: boolean;
    /** The answer may be `choose-plugins` or `choose-extras`; without it nothing else is inserted. */
    ask?: boolean;
}

/** Something that can be inserted besides the models, or a conflict's proposal that can be applied with them. */
export interface InsertOffer {
    /** Identifies it in a following request. */
    id: string;
    label: string;
    detail: string;
    group: 'extras' | 'conflicts';
    /** What the settings say; a client may remember another choice for `extras`. */
    picked: boolean;
}

/** Something that is there, but not as Better Auth needs it; `proposal`: what to do about it. */
export interface OpenConflict {
    message: string;
    proposal: string;
    location?: Location;
}

export type InsertResult =
    /** Several configs: ask the user and send the request again with `config`. */
    | { kind: 'choose-config'; configs: ConfigChoice[] }
    /** Several schemas: ask the user and send the request again with `uri`. */
    | { kind: 'choose-schema'; schemas: { uri: string; label: string }[] }
    /** There is no config: ask the user which plugins are to be used and send the request again with `plugins`. */
    | { kind: 'choose-plugins'; plugins: { name: string; detail: string }[] }
    /** Ask the user what else is wanted and send the request again with `also`. */
    | {
          kind: 'choose-extras';
          offers: InsertOffer[];
          summary: string;
          conflicts: OpenConflict[];
          unknown: Unknown[];
          /** Undefined when nothing was read from a configuration. */
          config?: ConfigChoice;
      }
    /** Nothing could be done; `message` says why and what to do. */
    | { kind: 'failed'; message: string; location?: Location }
    /** `edit` is undefined when everything is there. Its changes carry a change annotation that needs confirmation. */
    | {
          kind: 'plan';
          edit?: WorkspaceEdit;
          /** One sentence: what would be added, or that everything is there. */
          summary: string;
          added: { models: string[]; fields: string[] };
          conflicts: OpenConflict[];
          unknown: Unknown[];
          /** Undefined when nothing was read from a configuration. */
          config?: ConfigChoice;
          /** An existing file of the workspace that the edit is about, for the client's preview. */
          anchor: string;
      };

export const insertAuthModelsRequest: RequestDefinition<InsertParams, InsertResult> = {
    method: 'zmodelAuth/insertAuthModels',
};

export interface TenantRulesParams {
    /** As in `InsertParams`. */
    uri?: string;
    /** The answer to `choose-models`: ids of offers. */
    chosen?: string[];
    /** What the members of a tenant may do where nothing is allowed yet. Default: `read`. */
    grant?: TenantGrant;
}

export type TenantRulesResult =
    /** Several schemas: ask the user and send the request again with `uri`. */
    | { kind: 'choose-schema'; schemas: { uri: string; label: string }[] }
    /** Ask the user for which models, and send the request again with `chosen`. */
    | { kind: 'choose-models'; offers: TenantRulesOffer[]; notes: string[] }
    /** Nothing could be done; `message` says why and what to do. */
    | { kind: 'failed'; message: string; location?: Location }
    /** As in `InsertResult`; `notes`: what to know besides, a sentence each. */
    | { kind: 'plan'; edit?: WorkspaceEdit; summary: string; notes: string[]; anchor: string };

export const addTenantRulesRequest: RequestDefinition<TenantRulesParams, TenantRulesResult> = {
    method: 'zmodelAuth/addTenantRules',
};

export interface LoadConfigParams {
    /** As in `InsertParams`. */
    uri?: string;
    /** `ConfigChoice.id`. */
    config: string;
    /** The user was told that this runs the file and what it imports, and agreed; without it nothing is run. */
    consent: boolean;
}

export type LoadConfigResult =
    /** What the source and the loaded configuration disagree about, a sentence each; `config` is the loaded one. */
    | { kind: 'loaded'; differences: string[]; config: ConfigChoice }
    /** Nothing was loaded; `message` says why. */
    | { kind: 'failed'; message: string; location?: Location };

/**
 * Runs the file of a configuration in a process of its own and keeps its tables for `InsertParams.loaded`. The only
 * request that executes code of the workspace.
 */
export const loadConfigRequest: RequestDefinition<LoadConfigParams, LoadConfigResult> = {
    method: 'zmodelAuth/loadConfig',
};

/** A finding about how Better Auth and ZenStack are set up. */
export interface SetupFinding {
    code: string;
    message: string;
    severity: 'error' | 'warning' | 'information' | 'hint';
    location: Location;
    /** The schema that it is about, relative to the workspace folder. */
    schema: string;
    /** Edits without annotations; they refer to the files as they are on disk where these aren't schemas. */
    fixes: { title: string; edit: WorkspaceEdit }[];
}

/** Looks over the set-up: of a document's schema, else of the main schemas of the workspace. */
export const checkSetupRequest: RequestDefinition<
    { uri?: string },
    { findings: SetupFinding[]; markdown: string; message?: string }
> = { method: 'zmodelAuth/checkSetup' };

/** What the application passes, for *Show Context Shape*: a Markdown text. */
export const contextShapeRequest: RequestDefinition<{ uri?: string }, { markdown: string }> = {
    method: 'zmodelAuth/contextShape',
};

export interface ExplainParams {
    code: string;
    /** `data` of the diagnostic that is asked about, as it was published: its own counterexample is shown first. */
    data?: unknown;
}

/** The page of a diagnostic code, as Markdown; undefined for an unknown code. */
export const explainRequest: RequestDefinition<ExplainParams, { markdown?: string; codes: string[] }> = {
    method: 'zmodelAuth/explain',
};

/** The argument of *Show Who Can Access…* where a model is meant; `uri` is a document of its schema. */
export interface ShowAccessArgument {
    uri: string;
    model: string;
}

/** Who can access a model, as Markdown; without a model, and for one that isn't there, the names of all. */
export const accessRequest: RequestDefinition<
    { uri?: string; model?: string },
    { models: string[]; markdown?: string; message?: string }
> = { method: 'zmodelAuth/access' };

/** Whether the server is at work, and what a user should know. Server → client. */
export interface StatusParams {
    state: 'starting' | 'busy' | 'ready' | 'warning' | 'error';
    /** A sentence for the status item. */
    message: string;
    /** More lines for its detail, e.g. what is unknown and why. */
    details?: string[];
}

export const statusNotification: { readonly method: string; readonly params?: StatusParams } = {
    method: 'zmodelAuth/status',
};

/** Client → server: settings, or the trust in the workspace, changed. */
export interface SettingsParams {
    settings: Settings;
    /** As in `InitializationOptions`; unchanged without it. */
    trusted?: boolean;
}

export const settingsNotification: { readonly method: string; readonly params?: SettingsParams } = {
    method: 'zmodelAuth/settings',
};

/** What an editor shows of a source file of the application otherwise than the disk has it. */
export interface UnsavedSource {
    uri: string;
    /** Absolute path; where a file that was never saved counts as being. */
    file: string;
    /** Undefined when it is saved or closed: the disk counts again. */
    text?: string;
}

/** Client → server: sources that were edited, saved or closed since the last time. Saved ones aren't sent at all. */
export const unsavedSourcesNotification: {
    readonly method: string;
    readonly params?: { sources: UnsavedSource[] };
} = { method: 'zmodelAuth/unsavedSources' };

/** Client → server: a source file is looked at, and may be edited next. */
export const sourceShownNotification: { readonly method: string; readonly params?: { file: string } } = {
    method: 'zmodelAuth/sourceShown',
};
