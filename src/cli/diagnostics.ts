import path from 'node:path';
import { positionAt, rangeOf } from '../checks/places.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Counterexample } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Range, Span } from '../model/text.ts';
import { resolveImportPath } from '../zmodel/load.ts';
import { parseSource } from '../zmodel/parse.ts';
import { relativePath } from './terminal.ts';

/** What only the command line reports, since an editor shows it as part of the language. */
export const SCHEMA_CODES = {
    'schema-syntax': 'The schema has a syntax error. Declarations with one are not judged until it is gone.',
    'schema-import-missing': 'An import leads to a file that is not there.',
} as const;

/** Something to report, whatever the output format. Paths are absolute. */
export interface Diagnostic {
    file: string;
    range: Range;
    severity: Severity;
    code: Finding['code'] | keyof typeof SCHEMA_CODES;
    message: string;
    /** The request that shows it. */
    counterexample?: Counterexample;
    related: { file: string; range: Range; message: string }[];
    /** Titles, the preferred one first. */
    fixes: string[];
}

export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies Severity[];

/** Whether a severity is as grave as a threshold, or graver. */
export function reaches(severity: Severity, threshold: Severity): boolean {
    return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

/**
 * All diagnostics of a schema, by file (the entry first) and place.
 * In: the view, the findings about it, the folder that paths in messages are relative to.
 */
export function diagnosticsOf(view: SchemaView, findings: readonly Finding[], cwd: string): Diagnostic[] {
    const order = view.files.map(({ file }) => file);
    return [
        ...syntaxErrors(view),
        ...missingImports(view, cwd),
        ...findings.map((each) => fromFinding(view, each)),
    ].sort(
        (a, b) =>
            order.indexOf(a.file) - order.indexOf(b.file) ||
            a.range.start.line - b.range.start.line ||
            a.range.start.character - b.range.start.character,
    );
}

function fromFinding(view: SchemaView, finding: Finding): Diagnostic {
    const { file, severity, code, message, span, related, fixes, counterexample } = finding;
    return {
        file,
        range: rangeOf(view, file, span).range,
        severity,
        code,
        message,
        ...(counterexample && { counterexample }),
        related: related.map(({ location, message }) => ({ ...location, message })),
        fixes: [...fixes].sort((a, b) => Number(b.preferred) - Number(a.preferred)).map(({ title }) => title),
    };
}

/** The longest message of the parser that still helps a reader; longer ones list every token that may follow. */
const LONGEST_MESSAGE = 160;
const LONGEST_QUOTE = 40;

function syntaxErrors(view: SchemaView): Diagnostic[] {
    return view.files
        .filter(({ hasSyntaxErrors }) => hasSyntaxErrors)
        .flatMap(({ file, content }) => {
            // Where the parser gives up twice at the same place, the first message is the telling one.
            const byPlace = new Map(
                parseSource(content)
                    .syntaxErrors.reverse()
                    .map((error) => [error.start, error]),
            );
            return [...byPlace.values()].map((error) =>
                report(file, content, 'schema-syntax', error, describeSyntaxError(content, error)),
            );
        });
}

function describeSyntaxError(content: string, { message, start, end }: Span & { message: string }): string {
    if (message.length <= LONGEST_MESSAGE) return message;
    const text = content.slice(start, end);
    if (text === '') return 'The file ends too early.';
    const quote = text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
    return `"${quote}" can't stand here.`;
}

function missingImports(view: SchemaView, cwd: string): Diagnostic[] {
    return view.files.flatMap(({ file, content, imports }) =>
        imports
            .filter(({ resolved }) => resolved === undefined)
            .map(({ path: written, span }) => {
                const target = resolveImportPath(file, written);
                const where = relativePath(cwd, path.normalize(target));
                return report(
                    file,
                    content,
                    'schema-import-missing',
                    span,
                    `The import "${written}" leads nowhere: there is no file ${where}. Correct the path, or create the file.`,
                );
            }),
    );
}

function report(
    file: string,
    content: string,
    code: keyof typeof SCHEMA_CODES,
    { start, end }: Span,
    message: string,
): Diagnostic {
    return {
        file,
        range: { start: positionAt(content, start), end: positionAt(content, end) },
        severity: 'error',
        code,
        message,
        related: [],
        fixes: [],
    };
}
