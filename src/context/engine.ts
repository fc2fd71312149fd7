import type { Unknown } from '../model/unknown.ts';
import type { Callers } from './callers.ts';
import type { CallRecord } from './expand.ts';
import type { MissingImport } from './program.ts';
import type { ProjectConfig } from './tsconfig.ts';

/** What one project contributes to an answer. The same object as long as nothing changes. */
export interface Part {
    records: CallRecord[];
    /** Keys of wrappers that may have callers that aren't among the records. */
    uncertain: string[];
    unknown: Unknown[];
    /** Sources and configurations that were read. */
    files: string[];
    /** The compiler that was asked; missing when none was. */
    compiler?: string;
}

/** One project's share of a query. */
export interface Group {
    config: ProjectConfig;
    /** Sources with calls. */
    files: string[];
    rootNames: string[];
    /** What the answer depends on besides the content of files. */
    key: string;
}

/** A question to a compiler. */
export interface Question {
    root: string;
    group: Group;
    callers: Callers;
    /** Awaited between steps; throws when the answer isn't wanted any more. */
    pause: () => Promise<void>;
    /** Runs a step and notes how long it took. */
    timed: <T>(step: string, work: () => T | Promise<T>) => Promise<T>;
}

/** An answer, with what could change it besides the files that were read. */
export interface EngineAnswer {
    part: Part;
    missing: MissingImport[];
}

/** Whether a file is the application's own, also one that another package of it is linked to. */
export function isOwnFile(path: string, libFolder: string | undefined): boolean {
    if (path.includes('/node_modules/') || path.startsWith('bundled:')) return false;
    return libFolder === undefined || !path.startsWith(`${libFolder}/`);
}
