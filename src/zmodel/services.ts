import { ZModelLanguageModule, ZModelSharedModule } from '@zenstackhq/language';
import type { ZModelServices } from '@zenstackhq/language';
import { createDefaultModule, createDefaultSharedModule } from 'langium/lsp';
import type {
    DefaultSharedModuleContext,
    LangiumSharedServices,
    PartialLangiumServices,
    PartialLangiumSharedServices,
} from 'langium/lsp';
import { inject } from 'langium';
import type { DeepPartial, Module } from 'langium';
import type { ZModelAssets } from './assets.ts';
import { IncrementalDocumentFactory } from './incremental/document-factory.ts';
import { SchemaDocumentValidator } from './incremental/document-validator.ts';
import { IncrementalIndexManager } from './incremental/index-manager.ts';
import { createSchemaLinker } from './incremental/linker.ts';
import type { SchemaLinker } from './incremental/linker.ts';
import {
    Asked,
    AuthDeclarations,
    createSchemaScopeProvider,
    LazyDescriptionProvider,
    SchemaScopeComputation,
} from './incremental/scopes.ts';
import { Shapes } from './incremental/shapes.ts';
import { loadLinkedDocuments } from './linked-documents.ts';
import { SchemaSets } from './schema-sets.ts';
import { readUpstream } from './upstream.ts';
import { SchemaValidationRegistry } from './validation-registry.ts';
import { createWorkspaceManager } from './workspace-manager.ts';

/** What a caller adds: modules over ours, and where messages go. */
export interface ServiceOptions {
    assets: ZModelAssets;
    /** Says once what is missing or odd; never stdout, which belongs to the protocol. */
    log(message: string): void;
    /** Editor features, over or instead of upstream's. */
    language?: Module<ZModelServices, DeepPartial<ZModelServices> & PartialLangiumServices>;
    shared?: Module<LangiumSharedServices, PartialLangiumSharedServices>;
}

export interface ZModelLanguage {
    shared: LangiumSharedServices;
    language: ZModelServices;
    /** Which documents make up one schema. */
    sets: SchemaSets;
}

/**
 * Composes ZenStack's language services with ours.
 * In: the Langium context (file system and, for a server, the connection) and the options. Out: the
 * services. They differ from upstream's in that `auth()` resolves within one schema instead of over all
 * loaded documents, imported files outside the workspace folder are loaded, and declarations of packages
 * that aren't installed come from a shipped copy.
 */
export function createZModelLanguage(context: DefaultSharedModuleContext, options: ServiceOptions): ZModelLanguage {
    const upstream = readUpstream();
    const late: { sets?: SchemaSets } = {};
    const shared = inject(
        createDefaultSharedModule(context),
        { AstReflection: () => upstream.reflection },
        ZModelSharedModule,
        {
            workspace: {
                WorkspaceManager: (services: LangiumSharedServices) => createWorkspaceManager(services, options),
                LangiumDocumentFactory: (services: LangiumSharedServices) => new IncrementalDocumentFactory(services),
                IndexManager: (services: LangiumSharedServices) =>
                    new IncrementalIndexManager(services, (document) => late.sets?.schemaOf(document) ?? []),
            },
        },
        options.shared ?? {},
    );
    const sets = new SchemaSets(shared);
    late.sets = sets;
    const asked = new Asked();
    const shapes = new Shapes();
    let auth: AuthDeclarations | undefined;
    const authOf = (services: ZModelServices): AuthDeclarations => (auth ??= new AuthDeclarations(services, sets));
    let linker: SchemaLinker | undefined;
    const linkerOf = (services: ZModelServices): SchemaLinker =>
        (linker ??= createSchemaLinker(services, authOf(services), shapes, (message) => {
            options.log(message);
        }));
    const language = inject(
        createDefaultModule({ shared }),
        { Grammar: () => upstream.grammar, LanguageMetaData: () => upstream.metaData, parser: {} },
        ZModelLanguageModule,
        {
            workspace: {
                AstNodeDescriptionProvider: (services: ZModelServices) => new LazyDescriptionProvider(services),
            },
            validation: {
                ValidationRegistry: (services: ZModelServices) => new SchemaValidationRegistry(services, sets),
                DocumentValidator: (services: ZModelServices) =>
                    new SchemaDocumentValidator(services, linkerOf(services)),
            },
            references: {
                Linker: linkerOf,
                ScopeComputation: (services: ZModelServices) => new SchemaScopeComputation(services, sets, asked),
                ScopeProvider: (services: ZModelServices) =>
                    createSchemaScopeProvider(services, authOf(services), asked),
            },
        },
        options.language ?? {},
    );
    shared.ServiceRegistry.register(language);
    const { ValidationRegistry, ZModelValidator } = language.validation;
    for (const checks of upstream.checks) ValidationRegistry.register(checks, ZModelValidator);
    if (!context.connection) void shared.workspace.ConfigurationProvider.initialized({});
    loadLinkedDocuments(shared, options);
    return { shared, language, sets };
}
