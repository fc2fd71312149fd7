import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CODES } from '../../model/finding.ts';
import type { Severity } from '../../model/finding.ts';
import type { Range } from '../../model/text.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { explainableCodes, readPage, summaryOf } from '../pages.ts';
import { allDiagnostics } from '../report.ts';
import type { Report } from '../report.ts';
import { relativePath } from '../terminal.ts';
import { printJson } from './json.ts';

const LEVELS = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

/** `check --format sarif`: SARIF 2.1.0, for code scanning. In: the report, our version. */
export function formatSarif(report: Report, version: string): string {
    const { cwd, problems } = report;
    const codes = explainableCodes();
    return printJson({
        $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
        version: '2.1.0',
        runs: [
            {
                tool: { driver: { name: 'zmodel-auth', semanticVersion: version, rules: codes.map(describeRule) } },
                invocations: [
                    {
                        executionSuccessful: problems.length === 0,
                        toolExecutionNotifications: problems.map((text) => ({ level: 'error', message: { text } })),
                    },
                ],
                columnKind: 'utf16CodeUnits',
                results: allDiagnostics(report).map((diagnostic) => ({
                    ruleId: diagnostic.code,
                    ruleIndex: codes.indexOf(diagnostic.code),
                    level: LEVELS[diagnostic.severity],
                    message: { text: diagnostic.message },
                    locations: [{ physicalLocation: locate(cwd, diagnostic) }],
                    relatedLocations: diagnostic.related.map((related, id) => ({
                        id,
                        physicalLocation: locate(cwd, related),
                        message: { text: related.message },
                    })),
                    ...(diagnostic.counterexample && {
                        properties: { counterexample: diagnostic.counterexample },
                    }),
                })),
            },
        ],
    });
}

function describeRule(code: string): object {
    const page = readPage(code) ?? '';
    return {
        id: code,
        shortDescription: { text: summaryOf(page) },
        help: { text: page, markdown: page },
        defaultConfiguration: defaultConfiguration(code),
    };
}

function defaultConfiguration(code: string): object {
    const severity = new Map<string, Severity | 'off'>(Object.entries(CODES)).get(code) ?? 'error';
    return severity === 'off' ? { enabled: false } : { level: LEVELS[severity] };
}

function locate(cwd: string, { file, range }: Pick<Diagnostic, 'file' | 'range'>): object {
    return { artifactLocation: artifact(cwd, file), region: region(range) };
}

/** Relative to the working directory as SARIF wants it, an encoded URI; absolute for a file outside of it. */
function artifact(cwd: string, file: string): object {
    const relative = path.relative(cwd, file);
    if (relative.startsWith('..') || path.isAbsolute(relative)) return { uri: pathToFileURL(file).href };
    return { uri: relativePath(cwd, file).split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

/** Lines and columns are one-based; the end column is the one after the last. */
function region({ start, end }: Range): object {
    return {
        startLine: start.line + 1,
        startColumn: start.character + 1,
        endLine: end.line + 1,
        endColumn: end.character + 1,
    };
}
