import path from 'node:path';
import type { Diagnostic } from '../diagnostics.ts';
import { printCounterexample } from '../../rules/print-counterexample.ts';
import { allDiagnostics } from '../report.ts';
import type { Report } from '../report.ts';
import { relativePath } from '../terminal.ts';
import { place } from './text.ts';

const COMMANDS = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/** Escapes a message, as GitHub's runner reads it back. */
function escapeData(text: string): string {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes a property's value. */
function escapeProperty(text: string): string {
    return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * `check --format github`: workflow commands that become annotations of a pull request.
 * In: the report; the checkout's folder when known, since annotations need paths relative to it.
 */
export function formatGithub(report: Report, checkout: string | undefined): string {
    const inCheckout = checkout !== undefined && !path.relative(checkout, report.cwd).startsWith('..');
    const base = inCheckout ? checkout : report.cwd;
    return allDiagnostics(report)
        .map((diagnostic) => `${annotate(base, diagnostic)}\n`)
        .join('');
}

function annotate(base: string, diagnostic: Diagnostic): string {
    const { file, range, severity, code, message, related, counterexample } = diagnostic;
    const { start, end } = range;
    const properties = {
        file: relativePath(base, file),
        line: start.line + 1,
        // Columns are only understood for a stretch of a single line.
        ...(start.line === end.line
            ? { col: start.character + 1, endColumn: end.character + 1 }
            : { endLine: end.line + 1 }),
        title: code,
    };
    const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
    const text = [
        message,
        ...(counterexample ? printCounterexample(counterexample) : []),
        ...related.map((each) => `${place(base, each.file, each.range)} ${each.message}`),
    ].join('\n');
    return `::${COMMANDS[severity]} ${list.join(',')}::${escapeData(text)}`;
}
