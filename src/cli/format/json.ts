import type { Diagnostic } from '../diagnostics.ts';
import { authToJson, configToJson, contextToJson, unknownToJson } from '../report.ts';
import type { Report, SchemaReport } from '../report.ts';
import { relativePath } from '../terminal.ts';

/** JSON as it goes to the standard output. */
export function printJson(value: object): string {
    return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** `check --format json`: ranges are zero-based UTF-16, as in LSP; `line` elsewhere is one-based. */
export function formatJson({ cwd, schemas }: Report): string {
    return printJson({ schemas: schemas.map((schema) => schemaToJson(cwd, schema)) });
}

function schemaToJson(cwd: string, { view, facts, diagnostics }: SchemaReport): object {
    return {
        entry: relativePath(cwd, view.entry),
        files: view.files.map(({ file }) => relativePath(cwd, file)),
        auth: authToJson(cwd, view),
        configs: (facts?.configs.configs ?? []).map((config) => configToJson(cwd, config)),
        contexts: (facts?.contexts.contexts ?? []).map((context) => contextToJson(cwd, context)),
        unknown: [...(facts?.configs.unknown ?? []), ...(facts?.contexts.unknown ?? [])].map((each) =>
            unknownToJson(cwd, each),
        ),
        diagnostics: diagnostics.map((diagnostic) => diagnosticToJson(cwd, diagnostic)),
    };
}

function diagnosticToJson(cwd: string, diagnostic: Diagnostic): object {
    const { file, range, severity, code, message, related, fixes, counterexample } = diagnostic;
    return {
        file: relativePath(cwd, file),
        range,
        severity,
        code,
        message,
        related: related.map((each) => ({
            file: relativePath(cwd, each.file),
            line: each.range.start.line + 1,
            message: each.message,
        })),
        fixes,
        ...(counterexample && { counterexample }),
    };
}
