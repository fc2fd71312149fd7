import type { Severity } from '../../model/finding.ts';
import { withApplication } from '../application.ts';
import type { AnalysisOptions } from '../application.ts';
import { diagnosticsOf } from '../diagnostics.ts';
import { examine, notesOn } from '../examine.ts';
import { formatGithub } from '../format/github.ts';
import { formatJson } from '../format/json.ts';
import { formatSarif } from '../format/sarif.ts';
import { anyReaches, formatText } from '../format/text.ts';
import { findInputs } from '../inputs.ts';
import type { Report } from '../report.ts';
import { EXIT, UsageError } from '../terminal.ts';
import type { ExitCode, Terminal } from '../terminal.ts';

export type CheckFormat = 'text' | 'json' | 'sarif' | 'github';

export interface CheckOptions {
    format: CheckFormat;
    /** Only the exit code depends on it; everything that is found is printed. */
    severity: Severity;
    /** False: from the syntax alone, without the type checker. */
    types: boolean;
    version: string;
    analysis: AnalysisOptions;
}

/** Checks the schemas that paths mean against the application around them, and prints what is found. */
export async function check(terminal: Terminal, paths: readonly string[], options: CheckOptions): Promise<ExitCode> {
    const { cwd } = terminal;
    const { entries, problems, notes } = await findInputs(cwd, paths);
    const report: Report = { cwd, schemas: [], problems };
    await withApplication(terminal, options.analysis, async (source) => {
        for (const entry of entries) {
            try {
                const examined = await examine(source, entry, cwd, options.types);
                const { view, findings, problem } = examined;
                if (problem !== undefined) problems.push(problem);
                notes.push(...notesOn(examined, cwd));
                report.schemas.push({ ...examined, diagnostics: diagnosticsOf(view, findings, cwd) });
            } catch (error) {
                if (!(error instanceof UsageError)) throw error;
                problems.push(error.message);
            }
        }
    });
    for (const note of new Set(notes)) terminal.err(`note: ${note}\n`);
    for (const problem of new Set(problems)) terminal.err(`error: ${problem}\n`);
    if (report.schemas.length > 0 || options.format === 'json' || options.format === 'sarif') {
        terminal.out(print(report, options));
    }
    if (problems.length > 0) return EXIT.failed;
    return anyReaches(report, options.severity) ? EXIT.findings : EXIT.ok;
}

function print(report: Report, { format, version }: CheckOptions): string {
    switch (format) {
        case 'text':
            return formatText(report);
        case 'json':
            return formatJson(report);
        case 'sarif':
            return formatSarif(report, version);
        case 'github':
            return formatGithub(report, process.env['GITHUB_WORKSPACE']);
    }
}
