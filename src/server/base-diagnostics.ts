import fs from 'node:fs';
import path from 'node:path';
import type { LangiumDocument } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';
import type { Diagnostic } from 'vscode-languageserver';
import { importsOf, resolveImportPath } from '../zmodel/load.ts';
import { isSchemaDocument } from '../zmodel/schema-sets.ts';

const SOURCE = 'zmodel-v3';

/**
 * The language's own diagnostics of a document, made clearer where upstream's aren't.
 * A binary file has one instead of hundreds. An import that leads nowhere is always told: upstream checks
 * imports only when every reference resolves, and they don't where an import is missing.
 */
export function baseDiagnostics(document: LangiumDocument): Diagnostic[] {
    const found = document.diagnostics ?? [];
    if (isBinary(document)) {
        const start = { line: 0, character: 0 };
        const message = 'This is not a text file; a ZModel schema is UTF-8 text.';
        return [{ range: { start, end: start }, severity: DiagnosticSeverity.Error, source: SOURCE, message }];
    }
    const lost = lostImports(document);
    const isTold = ({ message, range }: Diagnostic): boolean =>
        message.startsWith('Cannot find model file') && lost.some((each) => each.range.start.line === range.start.line);
    return [...lost, ...found.filter((diagnostic) => !isTold(diagnostic))];
}

/** True for content that no editor would show as text. */
export function isBinary(document: LangiumDocument): boolean {
    return document.textDocument.getText().includes('\0');
}

function lostImports(document: LangiumDocument): Diagnostic[] {
    if (document.uri.scheme !== 'file' || !isSchemaDocument(document)) return [];
    const file = document.uri.fsPath;
    return importsOf(document.parseResult.value).flatMap(({ path: written, span }) => {
        const target = resolveImportPath(file, written);
        if (fs.existsSync(target)) return [];
        const where = path.relative(path.dirname(file), target).split(path.sep).join('/');
        return [
            {
                range: {
                    start: document.textDocument.positionAt(span.start),
                    end: document.textDocument.positionAt(span.end),
                },
                severity: DiagnosticSeverity.Error,
                source: SOURCE,
                message: `The import "${written}" leads nowhere: there is no file ${where}. Correct the path, or create the file.`,
            },
        ];
    });
}
