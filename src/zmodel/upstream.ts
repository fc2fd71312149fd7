import { createZModelLanguageServices } from '@zenstackhq/language';
import type { ZModelServices } from '@zenstackhq/language';
import type {
    CompletionProvider,
    DefinitionProvider,
    HoverProvider,
    LangiumSharedServices,
    SemanticTokenAcceptor,
    SemanticTokenProvider,
} from 'langium/lsp';
import { EmptyFileSystem, ValidationRegistry } from 'langium';
import type {
    AstNode,
    Cancellation,
    DefaultDocumentBuilder,
    DefaultScopeProvider,
    Grammar,
    LanguageMetaData,
    AstReflection,
    LangiumDocument,
    Linker,
    Scope,
    ValidationChecks,
} from 'langium';

/** The parts of ZenStack's linker that we override; the class itself isn't exported. */
export interface UpstreamLinker extends Linker {
    link(document: LangiumDocument, cancelToken?: Cancellation.CancellationToken): Promise<void>;
    unlink(document: LangiumDocument): void;
    resolve(node: AstNode, document: LangiumDocument, extraScopes?: unknown[]): void;
}

/** The parts of ZenStack's scope provider that we override; the class itself isn't exported. */
export interface UpstreamScopeProvider extends DefaultScopeProvider {
    createScopeForAuth(node: AstNode, globalScope: Scope): Scope;
    createScopeForContainer(node: AstNode | undefined, globalScope: Scope, includeTypeDefScope?: boolean): Scope;
}

/** The parts of ZenStack's semantic tokens that we override; the class itself isn't exported. */
export interface UpstreamSemanticTokenProvider extends SemanticTokenProvider {
    readonly tokenTypes: Record<string, number>;
    highlightElement(node: AstNode, acceptor: SemanticTokenAcceptor): 'prune' | undefined;
}

/** What ZenStack's language package generates and registers but doesn't export. */
export interface Upstream {
    grammar: Grammar;
    metaData: LanguageMetaData;
    reflection: AstReflection;
    /** Validation checks as upstream registers them, to be registered again with our own validator as `this`. */
    checks: ValidationChecks<unknown>[];
    DocumentBuilder: new (services: LangiumSharedServices) => DefaultDocumentBuilder;
    Linker: new (services: ZModelServices) => UpstreamLinker;
    ScopeProvider: new (services: ZModelServices) => UpstreamScopeProvider;
    CompletionProvider: new (services: ZModelServices) => CompletionProvider;
    DefinitionProvider: new (services: ZModelServices) => DefinitionProvider;
    HoverProvider: new (services: ZModelServices) => HoverProvider;
    SemanticTokenProvider: new (services: ZModelServices) => UpstreamSemanticTokenProvider;
}

let upstream: Upstream | undefined;

/**
 * Takes from a throw-away set of upstream services what the package doesn't export. The checks are
 * captured while upstream registers them, because a hand-written list would miss those that only the
 * published package has. Computed once.
 */
export function readUpstream(): Upstream {
    if (upstream) return upstream;
    const checks: ValidationChecks<unknown>[] = [];
    const { prototype } = ValidationRegistry;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const register = prototype.register;
    prototype.register = function (this: ValidationRegistry, record: ValidationChecks<unknown>, ...rest) {
        checks.push(record);
        register.call(this, record, ...rest);
    };
    try {
        const { shared, ZModelLanguage } = createZModelLanguageServices(EmptyFileSystem);
        const { CompletionProvider: completion, SemanticTokenProvider: semantic } = ZModelLanguage.lsp;
        const { DefinitionProvider: definition, HoverProvider: hover } = ZModelLanguage.lsp;
        if (!completion) throw new Error('@zenstackhq/language no longer has a completion provider.');
        if (!definition) throw new Error('@zenstackhq/language no longer has a definition provider.');
        if (!hover) throw new Error('@zenstackhq/language no longer has a hover provider.');
        if (!semantic) throw new Error('@zenstackhq/language no longer has semantic tokens.');
        // Langium's own checks are registered by the default module of every set of services.
        const own = checks.filter((record) => 'DataModel' in record);
        upstream = {
            grammar: ZModelLanguage.Grammar,
            metaData: ZModelLanguage.LanguageMetaData,
            reflection: shared.AstReflection,
            checks: own,
            DocumentBuilder: shared.workspace.DocumentBuilder.constructor as Upstream['DocumentBuilder'],
            Linker: ZModelLanguage.references.Linker.constructor as Upstream['Linker'],
            ScopeProvider: ZModelLanguage.references.ScopeProvider.constructor as Upstream['ScopeProvider'],
            CompletionProvider: completion.constructor as Upstream['CompletionProvider'],
            DefinitionProvider: definition.constructor as Upstream['DefinitionProvider'],
            HoverProvider: hover.constructor as Upstream['HoverProvider'],
            SemanticTokenProvider: semantic.constructor as Upstream['SemanticTokenProvider'],
        };
    } finally {
        prototype.register = register;
    }
    return upstream;
}
