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
    FoldingRangeProvider: none,
    Formatter: none,
    HoverProvider: none,
    ReferencesProvider: none,
    RenameProvider: none,
    SemanticTokenProvider: none,
};

export const WITHOUT_SHARED_BASE_FEATURES: Record<string, () => undefined> = { WorkspaceSymbolProvider: none };
