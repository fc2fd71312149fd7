import type { AuthConfig } from '../model/auth-table.ts';
import type { ContextShape } from '../model/context-shape.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Unknown } from '../model/unknown.ts';
import { positionAt } from '../checks/places.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { Examined } from './examine.ts';
import { printShape } from './shape-text.ts';
import { relativePath } from './terminal.ts';

/** A schema as `check` reports on it. */
export interface SchemaReport extends Examined {
    diagnostics: Diagnostic[];
}

/** Everything that `check` found. */
export interface Report {
    /** The working directory, which paths are printed relative to. */
    cwd: string;
    schemas: SchemaReport[];
    /** Inputs that could not be used or analysed, as messages. */
    problems: string[];
}

/** The diagnostics of all schemas; one in a file that several schemas share counts once. */
export function allDiagnostics({ schemas }: Report): Diagnostic[] {
    const seen = new Map<string, Diagnostic>();
    for (const diagnostic of schemas.flatMap(({ diagnostics }) => diagnostics)) {
        const { file, range, code, message } = diagnostic;
        seen.set(JSON.stringify([file, range, code, message]), diagnostic);
    }
    return [...seen.values()];
}

/** An unknown as JSON output has it. */
export function unknownToJson(cwd: string, { what, reason, file, line }: Unknown): object {
    return { what, reason, file: relativePath(cwd, file), line };
}

/** A configuration as JSON output has it; lines are one-based. */
export function configToJson(cwd: string, { location, plugins, unknown, adapter }: AuthConfig): object {
    return {
        file: relativePath(cwd, location.file),
        line: location.range.start.line + 1,
        plugins: plugins.map(({ name }) => name),
        ...(adapter && { adapter: adapter.name }),
        unknown: unknown.map((each) => unknownToJson(cwd, each)),
    };
}

/** What is unknown about a call, the argument as a whole included. */
export function unknownsOfContext({ value, argument, unknown }: ContextShape): Unknown[] {
    if (value.kind !== 'unknown' || unknown.length > 0) return unknown;
    const { file, range } = argument;
    return [{ what: 'argument', reason: value.reason, file, line: range.start.line + 1 }];
}

/** A `$setAuth` call as JSON output has it; lines are one-based, `type` is without null and undefined. */
export function contextToJson(cwd: string, context: ContextShape): object {
    const { call, value, mayBeUndefined, mayBeNull, inTest } = context;
    const members = value.kind === 'object' ? Object.entries(value.members) : [];
    return {
        file: relativePath(cwd, call.file),
        line: call.range.start.line + 1,
        members: Object.fromEntries(
            members.map(([name, { type, optional, nullable, undefinable }]) => [
                name,
                { type: printShape(type), optional, nullable, undefinable },
            ]),
        ),
        open: value.kind === 'object' ? value.open : true,
        mayBeUndefined,
        mayBeNull,
        inTest,
        unknown: unknownsOfContext(context).map((each) => unknownToJson(cwd, each)),
    };
}

/** The declaration behind `auth()` as JSON output has it; null when there is none. */
export function authToJson(cwd: string, view: SchemaView): object | null {
    if (!view.auth) return null;
    const { name, kind, file, nameSpan } = view.auth.declaration;
    const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
    return { name, kind, file: relativePath(cwd, file), line: positionAt(content, nameSpan.start).line + 1 };
}
