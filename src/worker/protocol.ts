import type { AuthConfig, AuthConfigAnalysis } from '../model/auth-table.ts';
import type { ContextAnalysis } from '../model/context-shape.ts';

/** Which folder to look through. */
export interface AnalysisQuery {
    /** Absolute path of the folder whose sources are searched (node_modules and build output are left out). */
    root: string;
    /** Editor content of unsaved files by absolute path; it counts instead of what is on disk. */
    overlays: Record<string, string>;
    /** False: from the syntax tree only, no type checker (`--no-types`). */
    types: boolean;
    /** An answer at once, from what is remembered, cached or told by the syntax alone; see `ContextAnalysis.isPartial`. */
    quick?: boolean;
    /** Past answers are not enough: the compiler is made ready for questions that will follow. */
    fresh?: boolean;
    /** Folder for answers that outlive the process; nothing in it is run. */
    cacheDir?: string;
    /** The compiler that is asked; `bundled` by default. `auto` and `workspace` run the workspace's own TypeScript 7. */
    backend?: 'auto' | 'bundled' | 'workspace';
}

/** A plugin that comes with Better Auth; `adds` are tables (`member`) and columns (`session.activeTeamId`). */
export interface BuiltinPlugin {
    name: string;
    adds: string[];
}

/** Which plugins to make a configuration of; without names, only what there is is asked for. */
export interface PluginQuery {
    names?: string[];
    /** Absolute path of the file that stands for the missing source. */
    file: string;
}

export interface PluginAnswer {
    available: BuiltinPlugin[];
    /** Set when names were given. */
    config?: AuthConfig;
}

/** The worker's methods: parameters and results are plain JSON. */
export interface WorkerMethods {
    contexts: { params: AnalysisQuery; result: ContextAnalysis };
    configs: { params: AnalysisQuery; result: AuthConfigAnalysis };
    plugins: { params: PluginQuery; result: PluginAnswer };
}

export type WorkerMethod = keyof WorkerMethods;

/** Parent → worker, over Node's child-process IPC channel. */
export type WorkerRequest = {
    [M in WorkerMethod]: { id: number; method: M; params: WorkerMethods[M]['params'] };
}[WorkerMethod];

/** Worker → parent. A failed request carries the error's message and stack for the log. */
export type WorkerResponse =
    | { id: number; ok: true; result: WorkerMethods[WorkerMethod]['result'] }
    | { id: number; ok: false; message: string; stack?: string };

/** Parent → worker: the answer to the request with this id isn't wanted any more; it is answered all the same, as failed. */
export interface WorkerAbort {
    abort: number;
}
