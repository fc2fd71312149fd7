import fs from 'node:fs';
import path from 'node:path';
import type { LangiumDocument } from 'langium';
import type { DocumentLinkProvider } from 'langium/lsp';
import type { DocumentLink } from 'vscode-languageserver';
import { importsOf, resolveImportPath } from '../zmodel/load.ts';
import { isSchemaDocument } from '../zmodel/schema-sets.ts';
import { toRange, toUri } from './convert.ts';
import type { Schemas } from './schemas.ts';

/** Imports as links to the files that they lead to; those that lead nowhere are none. */
export class ImportLinkProvider implements DocumentLinkProvider {
    readonly #schemas: Schemas;

    constructor(schemas: Schemas) {
        this.#schemas = schemas;
    }

    getDocumentLinks(document: LangiumDocument): DocumentLink[] {
        if (document.uri.scheme !== 'file' || !isSchemaDocument(document)) return [];
        const content = document.textDocument.getText();
        return importsOf(document.parseResult.value).flatMap(({ path: written, span }): DocumentLink[] => {
            const target = resolveImportPath(document.uri.fsPath, written);
            const uri = toUri(target);
            if (!this.#schemas.document(uri) && !fs.existsSync(target)) return [];
            return [
                {
                    // Without the quotes.
                    range: toRange(content, { start: span.start + 1, end: Math.max(span.start + 1, span.end - 1) }),
                    target: uri,
                    tooltip: `Open ${path.basename(target)}`,
                },
            ];
        });
    }
}
