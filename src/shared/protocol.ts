import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
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

export type InsertResult =
    /** Several configs: ask the user and send the request again with `config`. */
    | { kind: 'choose-config'; configs: ConfigChoice[] }
    /** Several schemas: ask the user and send the request again with `uri`. */
    | { kind: 'choose-schema'; schemas: { uri: string; label: string }[] }
    /** There is no config: ask the user which plugins are to be used and send the request again with `plugins`. */
    | { kind: 'choose-plugins'; plugins: { name: string; detail: string }[] }
    /** Ask the user what else is wanted and send the request again with `also`. */
    | { kind: 'choose-extras'; offers: InsertOffer[]; summary: string }
    /** Nothing could be done; `message` says why and what to do. */
    | { kind: 'failed'; message: string; location?: Location }
    /** `edit` is undefined when everything is there. Its changes carry a change annotation that needs confirmation. */
    | {
          kind: 'plan';
          edit?: WorkspaceEdit;
          /** One sentence: what would be added, or that everything is there. */
          summary: string;
          added: { models: string[]; fields: string[] };
          /** `proposal`: what to do about it. */
          conflicts: { message: string; proposal: string; location?: Location }[];
          unknown: Unknown[];
          /** Undefined when nothing was read from a configuration. */
          config?: ConfigChoice;
          /** An existing file of the workspace that the edit is about, for the client's preview. */
          anchor: string;
      };

export const insertAuthModelsRequest: RequestDefinition<InsertParams, InsertResult> = {
    method: 'zmodelAuth/insertAuthModels',
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

/** The page of a diagnostic code, as Markdown; undefined for an unknown code. */
export const explainRequest: RequestDefinition<{ code: string }, { markdown?: string; codes: string[] }> = {
    method: 'zmodelAuth/explain',
};

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

/** Client → server: settings changed. */
export const settingsNotification: { readonly method: string; readonly params?: { settings: Settings } } = {
    method: 'zmodelAuth/settings',
};
