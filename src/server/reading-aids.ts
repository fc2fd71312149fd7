import { DocumentState } from 'langium';
import { addDocumentLinkHandler, addFoldingRangeHandler, addInlayHintHandler } from 'langium/lsp';
import type { DocumentLinkProvider, FoldingRangeProvider, InlayHintProvider, LangiumSharedServices } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { ImportLinkProvider } from './document-links.ts';
import type { Features } from './features.ts';
import { SchemaFoldingRangeProvider } from './folding.ts';
import { RuleInlayHintProvider } from './inlay-hints.ts';
import type { Schemas } from './schemas.ts';

/** What shows beside or within the text and is offered beside the official extension, too, which lacks it. */
export function readingAids({ schemas, features }: { schemas: () => Schemas; features: Features }): {
    DocumentLinkProvider(): DocumentLinkProvider;
    FoldingRangeProvider(): FoldingRangeProvider;
    InlayHintProvider(): InlayHintProvider;
} {
    return {
        DocumentLinkProvider: () => new ImportLinkProvider(schemas()),
        FoldingRangeProvider: () => new SchemaFoldingRangeProvider(!features.base),
        InlayHintProvider: () => new RuleInlayHintProvider(schemas(), features),
    };
}

/** Answers the requests for them, which need the parsed text only. */
export function addReadingHandlers(connection: Connection, shared: LangiumSharedServices): void {
    addDocumentLinkHandler(connection, shared, DocumentState.Parsed);
    addFoldingRangeHandler(connection, shared, DocumentState.Parsed);
    addInlayHintHandler(connection, shared, DocumentState.Parsed);
}

/** Makes the client ask for inlay hints again, where it can. */
export function refreshHints(connection: Connection, log: (message: string) => void): void {
    connection.languages.inlayHint.refresh().catch((error: unknown) => {
        log(`Refreshing inlay hints failed: ${error instanceof Error ? error.message : String(error)}`);
    });
}
