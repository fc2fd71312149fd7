import type { AuthConfig } from '../model/auth-table.ts';
import type { Finding } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Unknown } from '../model/unknown.ts';
import { gatherFacts } from '../workspace/facts.ts';
import type { ApplicationFacts } from '../workspace/facts.ts';
import { findingsFor } from '../workspace/findings.ts';
import { loadSchemaView, UnreadableSchemaError } from '../zmodel/load.ts';
import type { Application } from './application.ts';
import { relativeMessage, relativePath, UsageError } from './terminal.ts';

/** A schema with what is known about the application around it. */
export interface Examined {
    view: SchemaView;
    /** Undefined when the sources could not be analysed; `problem` says why. */
    facts?: ApplicationFacts;
    findings: Finding[];
    /** Models whose rules were not searched exhaustively. */
    limited?: string[];
    problem?: string;
}

/**
 * Loads a schema and checks it against the application.
 * In: the entry's absolute path; the working directory; whether types are resolved. Throws `UsageError`
 * when the schema can't be read. When only the sources can't be analysed, the schema is checked alone.
 */
export async function examine(source: Application, entry: string, cwd: string, types: boolean): Promise<Examined> {
    const view = await readSchema(source, entry, cwd);
    const { facts, problem } = await readApplication(source, entry, cwd, { types });
    const limited = new Set<string>();
    const onLimited = (model: string): void => void limited.add(model);
    const findings = await source.measure('checks', () => findingsFor(view, facts, { base: cwd, onLimited }));
    return {
        view,
        findings,
        limited: [...limited],
        ...(facts && { facts }),
        ...(problem !== undefined && { problem }),
    };
}

/**
 * Reads the application around a schema.
 * In: the entry's absolute path; whether types are resolved (default true); contents of sources that
 * count instead of the disk's. Out: the facts, or what kept them from being read as a message.
 */
export async function readApplication(
    source: Application,
    entry: string,
    cwd: string,
    { types = true, overlays = {} }: { types?: boolean; overlays?: Record<string, string> },
): Promise<{ facts?: ApplicationFacts; problem?: string }> {
    try {
        return { facts: await gatherFacts(source, { entry, overlays, types }) };
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { problem: `The sources around ${relativePath(cwd, entry)} could not be analysed: ${reason}` };
    }
}

/** Loads a schema. Throws `UsageError` when it, or a file that it imports, can't be read. */
export async function readSchema(
    source: Application,
    entry: string,
    cwd: string,
    overlays: Record<string, string> = {},
): Promise<SchemaView> {
    try {
        return await source.measure('schema', () => loadSchemaView(entry, { overlays }));
    } catch (error) {
        if (error instanceof UnreadableSchemaError) throw new UsageError(relativeMessage(cwd, error.message));
        throw error;
    }
}

/** The configurations whose adapter is ZenStack's when there are any, else all: those that a schema may serve. */
export function candidateConfigs(facts: ApplicationFacts): AuthConfig[] {
    const all = facts.configs.configs;
    const ours = all.filter((config) => config.adapter?.name === 'zenstackAdapter');
    return ours.length > 0 ? ours : all;
}

/** What is unknown about an application as a whole or any of its parts, each once. */
export function unknownsOf({ configs, contexts }: ApplicationFacts): Unknown[] {
    const all = [
        ...configs.unknown,
        ...configs.configs.flatMap(({ unknown }) => unknown),
        ...contexts.unknown,
        ...contexts.contexts.flatMap((context) => context.unknown),
    ];
    return [...new Map(all.map((unknown) => [JSON.stringify(unknown), unknown])).values()];
}

/** `src/auth.ts:12: plugins[2] is unknown: …`, for a note. */
export function describeUnknown(cwd: string, { what, reason, file, line }: Unknown): string {
    return `${relativePath(cwd, file)}:${line}: ${what} is unknown: ${reason}.`;
}

/** A folder as a sentence has it. */
export function nameFolder(cwd: string, folder: string): string {
    const relative = relativePath(cwd, folder);
    return relative === '.' ? 'this folder' : relative;
}

/** `src/auth.ts:6`. */
export function placeOf(cwd: string, { location }: AuthConfig): string {
    return `${relativePath(cwd, location.file)}:${location.range.start.line + 1}`;
}

/** What a user should know about an examined schema that is no finding, as lines. */
export function notesOn({ view, facts, limited = [] }: Examined, cwd: string): string[] {
    const notes: string[] = [];
    const entry = relativePath(cwd, view.entry);
    if (limited.length > 0) {
        notes.push(
            `The rules of ${limited.join(', ')} in ${entry} were not searched exhaustively: there is too much to try.`,
        );
    }
    if (view.files.every(({ content }) => content.trim() === '')) {
        notes.push(`${entry} is empty. "zmodel-auth insert" gives it what the Better Auth configuration needs.`);
    }
    if (!facts) return notes;
    const root = nameFolder(cwd, facts.root);
    const configs = candidateConfigs(facts);
    const [config] = configs;
    if (!config) {
        notes.push(`There is no betterAuth(...) configuration below ${root}: the models are not compared with one.`);
    } else if (configs.length > 1) {
        notes.push(
            `There are several betterAuth(...) configurations (${configs.map((each) => placeOf(cwd, each)).join(', ')}): ` +
                'the models are compared with none. Compare with one by "zmodel-auth insert --config FILE".',
        );
    } else if (config.adapter?.name !== 'zenstackAdapter') {
        notes.push(
            `${placeOf(cwd, config)}: no zenstackAdapter could be read from this configuration, so the models are not ` +
                'compared with it. "zmodel-auth insert" compares in any case.',
        );
    }
    if (facts.contexts.contexts.length === 0) {
        notes.push(`There is no $setAuth(...) call below ${root}: what auth() holds is not compared with one.`);
    }
    return [...notes, ...unknownsOf(facts).map((unknown) => describeUnknown(cwd, unknown))];
}
