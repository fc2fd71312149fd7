import type { LangiumSharedServices } from 'langium/lsp';
import type { ZModelServices } from '@zenstackhq/language';
import { SchemaFormatter } from './formatting.ts';
import { createSemanticTokens } from './semantic-tokens.ts';
import { SchemaDocumentSymbolProvider, SchemaNodeKindProvider, SchemaWorkspaceSymbolProvider } from './symbols.ts';

/** The language's own features, where ours are better than upstream's. */
export const BASE_FEATURES = {
    DocumentSymbolProvider: (services: ZModelServices) => new SchemaDocumentSymbolProvider(services),
    Formatter: () => new SchemaFormatter(),
    SemanticTokenProvider: createSemanticTokens,
};

export const SHARED_BASE_FEATURES = {
    NodeKindProvider: () => new SchemaNodeKindProvider(),
    WorkspaceSymbolProvider: (services: LangiumSharedServices) => new SchemaWorkspaceSymbolProvider(services),
};

/** Nothing in the place of a feature: the server then doesn't announce it. */
const none = (): undefined => undefined;

/**
 * Takes the language's own features away and leaves ours: laid over the composed services where the
 * official extension answers them.
 */
export const WITHOUT_BASE_FEATURES: Record<string, () => undefined> = {
    DefinitionProvider: none,
    DocumentHighlightProvider: none,
    DocumentSymbolProvider: none,
    Formatter: none,
    HoverProvider: none,
    ReferencesProvider: none,
    RenameProvider: none,
    SemanticTokenProvider: none,
};

export const WITHOUT_SHARED_BASE_FEATURES: Record<string, () => undefined> = { WorkspaceSymbolProvider: none };
