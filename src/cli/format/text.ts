import type { Range } from '../../model/text.ts';
import { reaches, SEVERITIES } from '../diagnostics.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { printCounterexample } from '../../rules/print-counterexample.ts';
import { allDiagnostics } from '../report.ts';
import type { Report } from '../report.ts';
import { count, enumerate, relativePath } from '../terminal.ts';

/** `file:line:column`, one-based, as compilers write it and terminals link it. */
export function place(cwd: string, file: string, { start }: Range): string {
    return `${relativePath(cwd, file)}:${start.line + 1}:${start.character + 1}`;
}

/** `check --format text`: a line for each diagnostic, what belongs to it indented, and a summary. */
export function formatText(report: Report): string {
    const { cwd, schemas } = report;
    const diagnostics = allDiagnostics(report);
    const lines = diagnostics.flatMap((diagnostic) => describe(cwd, diagnostic));
    const fixable = diagnostics.filter(({ fixes }) => fixes.length > 0).length;
    const numbers = SEVERITIES.flatMap((severity) => {
        const number = diagnostics.filter((each) => each.severity === severity).length;
        return number === 0 ? [] : [severity === 'information' ? `${number} information` : count(number, severity)];
    });
    const where = schemas.length === 1 ? schemas.map(({ view }) => relativePath(cwd, view.entry)) : [];
    const summary = [
        numbers.length === 0 ? 'Nothing found' : enumerate(numbers),
        ` in ${where[0] ?? count(schemas.length, 'schema')}.`,
        schemas.some(({ facts }) => !facts) ? ' What the sources say is not known.' : '',
        fixable > 0 ? ` "zmodel-auth fix" shows a cure for ${fixable === diagnostics.length ? 'all' : fixable}.` : '',
    ].join('');
    return [...lines, ...(lines.length > 0 ? [''] : []), summary, ''].join('\n');
}

function describe(cwd: string, diagnostic: Diagnostic): string[] {
    const { file, range, severity, code, message, related, fixes, counterexample } = diagnostic;
    return [
        `${place(cwd, file, range)} ${severity} ${code} ${oneLine(message)}`,
        ...(counterexample ? printCounterexample(counterexample).map((line) => `    ${line}`) : []),
        ...related.map((each) => `    ${place(cwd, each.file, each.range)} ${oneLine(each.message)}`),
        ...fixes.map((title) => `    fix: ${title}`),
    ];
}

/** The parser's messages may have several lines; a reader of lines wants one per diagnostic. */
function oneLine(message: string): string {
    return message.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** Whether anything is as grave as a threshold; decides the exit code. */
export function anyReaches(report: Report, threshold: Diagnostic['severity']): boolean {
    return allDiagnostics(report).some(({ severity }) => reaches(severity, threshold));
}
