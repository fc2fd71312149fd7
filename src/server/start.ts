import { fileURLToPath } from 'node:url';
import { NodeFileSystem } from 'langium/node';
import {
    addConfigurationChangeHandler,
    addDocumentHighlightHandler,
    addDocumentSymbolHandler,
    addDocumentUpdateHandler,
    addFindReferencesHandler,
    addFormattingHandler,
    addRenameHandler,
    addSemanticTokenHandler,
    addWorkspaceSymbolHandler,
} from 'langium/lsp';
import type { LangiumSharedServices } from 'langium/lsp';
import { CodeActionKind } from 'vscode-languageserver';
import type { CancellationToken, Connection, InitializeParams, InitializeResult } from 'vscode-languageserver';
import {
    accessRequest,
    addTenantRulesRequest,
    checkSetupRequest,
    contextShapeRequest,
    explainRequest,
    insertAuthModelsRequest,
    loadConfigRequest,
    settingsNotification,
    sourceShownNotification,
    unsavedSourcesNotification,
} from '../shared/protocol.ts';
import type {
    ExplainParams,
    InsertParams,
    LoadConfigParams,
    TenantRulesParams,
    UnsavedSource,
} from '../shared/protocol.ts';
import { parseSettings } from '../shared/settings.ts';
import { loadRealConfig } from '../worker/load-config.ts';
import type { FactSource } from '../workspace/facts.ts';
import { findAssets } from '../zmodel/assets.ts';
import { createZModelLanguage } from '../zmodel/services.ts';
import type { ZModelLanguage } from '../zmodel/services.ts';
import { readUpstream } from '../zmodel/upstream.ts';
import { Application } from './application.ts';
import {
    BASE_FEATURES,
    SHARED_BASE_FEATURES,
    WITHOUT_BASE_FEATURES,
    WITHOUT_SHARED_BASE_FEATURES,
} from './base-features.ts';
import { AuthCodeLensProvider, CodeLensRefresher, rulesText } from './auth-code-lens.ts';
import { AuthMemberUses } from './auth-member-uses.ts';
import { cancellable } from './cancellable.ts';
import { checkSetup } from './check-setup.ts';
import { AuthCodeActionProvider, FIX_ALL } from './code-actions.ts';
import { addCompletion, AuthCompletionProvider, createCompletion, itemSupport } from './completion.ts';
import { DiagnosticsService } from './diagnostics.ts';
import { createDocumentBuilder } from './document-builder.ts';
import { Features } from './features.ts';
import { matchesGlobs } from './globs.ts';
import { insertAuthModels } from './insert.ts';
import { LoadedConfigs } from './loaded-configs.ts';
import type { ConfigLoader } from './loaded-configs.ts';
import { loadAroundLooseFiles } from './loose-files.ts';
import { addMemberHandlers, memberFeatures } from './member-features.ts';
import { contextShapePage, explain, showAccess } from './pages.ts';
import { Publisher } from './publisher.ts';
import { addReadingHandlers, readingAids, refreshHints } from './reading-aids.ts';
import { Schemas } from './schemas.ts';
import { addCodeActions, registerSourceActions } from './source-actions.ts';
import { Status } from './status.ts';
import { addTenantRules } from './tenant-rules.ts';
import { UnsavedSources } from './unsaved-sources.ts';
import { UpdateHandler } from './update-handler.ts';

/** What a server needs from outside. */
export interface ServerOptions {
    facts: FactSource & { dispose(): void };
    log(message: string): void;
    /** Runs a configuration when the user asks for it; in a process of its own unless a test brings another. */
    loadConfig?: ConfigLoader;
}

/** A server that runs, for whoever started it in the same process. */
export interface Server {
    /** Resolves when everything that arrived so far is worked off. */
    idle(): Promise<void>;
    /** Resolves when a schema was checked for the first time. */
    checked: Promise<void>;
}

/**
 * Serves ZModel over a connection, and starts to listen on it.
 * The services are composed when `initialize` arrives, since only then it is known which features are wanted.
 */
export function startServer(connection: Connection, options: ServerOptions): Server {
    let idle = (): Promise<void> => Promise.resolve();
    let markChecked = (): void => undefined;
    const checked = new Promise<void>((resolve) => {
        markChecked = resolve;
    });
    connection.onInitialize(async (params) => {
        const composed = await compose(connection, { ...options, checked: markChecked }, params);
        idle = () => composed.idle();
        return composed.result;
    });
    connection.onExit(() => {
        options.facts.dispose();
    });
    connection.listen();
    return { idle: () => idle(), checked };
}

async function compose(
    connection: Connection,
    options: ServerOptions & { checked: () => void },
    params: InitializeParams,
): Promise<{ result: InitializeResult; idle(): Promise<void> }> {
    const log = (message: string): void => {
        options.log(message);
    };
    const features = new Features();
    features.read(params.initializationOptions);
    features.canConfirm = params.capabilities.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
    features.canResolve =
        params.capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true;
    features.folders = (params.workspaceFolders ?? [])
        .filter((folder) => folder.uri.startsWith('file:'))
        .map((folder) => fileURLToPath(folder.uri));

    const unsaved = new UnsavedSources();
    const application = new Application(options.facts, {
        limit: (entry) => features.folderOf(entry),
        accepts: (configFile) => matchesGlobs(configFile, features.settings.authConfig, features.folders),
        analysis: () => features.analysis(),
        schemas: () => schemas().access,
        overlays: () => unsaved.overlays(),
        log,
    });
    const upstream = readUpstream();
    // The providers below are made when the services are first asked for them, after these exist.
    const late: {
        schemas?: Schemas;
        diagnostics?: DiagnosticsService;
        actions?: AuthCodeActionProvider;
        lenses?: AuthCodeLensProvider;
        completion?: AuthCompletionProvider;
        updates?: UpdateHandler;
    } = {};
    const schemas = (): Schemas => (late.schemas ??= new Schemas(language.shared, language.sets, unsaved));
    const actions = (): AuthCodeActionProvider =>
        (late.actions ??= new AuthCodeActionProvider({
            schemas: schemas(),
            application,
            log,
            formatsRules: !features.base,
            features,
            findings: (entry) => late.diagnostics?.findings(entry),
        }));
    const lenses = (): AuthCodeLensProvider =>
        (late.lenses ??= new AuthCodeLensProvider({
            schemas: schemas(),
            members: new AuthMemberUses(schemas(), application),
            features,
            findings: (entry) => late.diagnostics?.findings(entry),
        }));
    const language: ZModelLanguage = createZModelLanguage(
        { connection, ...NodeFileSystem },
        {
            assets: findAssets(),
            log,
            language: {
                lsp: {
                    ...(features.base ? BASE_FEATURES : WITHOUT_BASE_FEATURES),
                    ...memberFeatures({
                        schemas,
                        application,
                        features,
                        findings: (entry) => late.diagnostics?.findings(entry),
                        lenses,
                    }),
                    ...readingAids({ schemas, features }),
                    CodeActionProvider: () => actions(),
                    CompletionProvider: (services) =>
                        (late.completion ??= createCompletion(
                            services,
                            {
                                shared: services.shared,
                                schemas: schemas(),
                                application,
                                features,
                                support: itemSupport(params),
                            },
                            upstream.CompletionProvider,
                        )),
                },
            },
            shared: {
                lsp: {
                    ...(features.base ? SHARED_BASE_FEATURES : WITHOUT_SHARED_BASE_FEATURES),
                    DocumentUpdateHandler: (services) =>
                        (late.updates = new UpdateHandler(services, {
                            folderOf: (file) => features.folderOf(file),
                            sourcesChanged: () => {
                                late.diagnostics?.sourcesChanged();
                            },
                            log,
                        })),
                },
                workspace: {
                    DocumentBuilder: (services: LangiumSharedServices) =>
                        createDocumentBuilder(services, () => late.updates?.flush() ?? Promise.resolve()),
                },
            },
        },
    );
    const { shared } = language;
    const publisher = new Publisher(connection);
    const canRefreshHints = params.capabilities.workspace?.inlayHint?.refreshSupport === true;
    const status = new Status(connection, application, () => features.analysis().backend === 'workspace');
    const canRefresh = params.capabilities.workspace?.codeLens?.refreshSupport === true;
    const refresher = new CodeLensRefresher(connection, canRefresh, log);
    const diagnostics = new DiagnosticsService({
        shared,
        sets: language.sets,
        schemas: schemas(),
        application,
        features,
        status,
        publisher,
        checked: (entry, findings) => {
            const calls = application.state(entry)?.facts?.contexts.contexts.length;
            const rules = rulesText(schemas().view(entry));
            refresher.update(
                entry,
                JSON.stringify([features.settings.codeLens, calls, findings.map(({ code }) => code), rules]),
            );
            options.checked();
        },
        log,
    });
    late.diagnostics = diagnostics;

    addDocumentUpdateHandler(connection, shared);
    addCompletion(connection, () => {
        // Made when the services are first asked for it.
        const provider = late.completion ?? language.language.lsp.CompletionProvider;
        if (!(provider instanceof AuthCompletionProvider)) throw new Error('There is no completion.');
        return provider;
    });
    addCodeActions(connection, shared, () => actions());
    if (features.base) addBaseHandlers(connection, language);
    addMemberHandlers(connection, shared, features, lenses);
    addReadingHandlers(connection, shared);
    addConfigurationChangeHandler(connection, shared);
    loadAroundLooseFiles(shared, features, log);

    connection.onNotification(settingsNotification.method, (changed: { settings: unknown; trusted?: boolean }) => {
        features.settings = parseSettings(changed.settings);
        features.trusted = changed.trusted ?? features.trusted;
        if (canRefreshHints) refreshHints(connection, log);
        diagnostics.schedule();
        // Which configurations count may have changed.
        diagnostics.sourcesChanged();
    });
    connection.onNotification(unsavedSourcesNotification.method, ({ sources }: { sources: UnsavedSource[] }) => {
        const changed = unsaved.update(sources);
        if (changed.some(({ file, texts }) => application.concerns(file, texts))) diagnostics.sourcesChanged('typed');
    });
    connection.onNotification(sourceShownNotification.method, ({ file }: { file: string }) => {
        application.prepare(file);
    });
    const loaded = new LoadedConfigs(options.loadConfig ?? loadRealConfig, log);
    connection.onRequest(insertAuthModelsRequest.method, (request: InsertParams, token: CancellationToken) => {
        diagnostics.flushSources();
        const parts = { schemas: schemas(), application, features, loaded };
        return cancellable(token, () => insertAuthModels(request, parts));
    });
    connection.onRequest(loadConfigRequest.method, (request: LoadConfigParams, token: CancellationToken) => {
        diagnostics.flushSources();
        const parts = { schemas: schemas(), application, features };
        return cancellable(token, (signal) => loaded.load(request, parts, signal));
    });
    connection.onRequest(checkSetupRequest.method, (request: { uri?: string }) =>
        checkSetup(request, { schemas: schemas(), application, features }),
    );
    connection.onRequest(addTenantRulesRequest.method, (request: TenantRulesParams) =>
        addTenantRules(request, { schemas: schemas(), features }),
    );
    connection.onRequest(explainRequest.method, ({ code, data }: ExplainParams) => explain(code, data));
    connection.onRequest(contextShapeRequest.method, async ({ uri }: { uri?: string }) => {
        const [entry] = uri === undefined ? application.entries() : schemas().entriesOf(uri);
        if (entry === undefined) return { markdown: '# Context shape\n\nOpen a ZModel schema first.\n' };
        const state = await application.ensure(entry);
        const base = features.folderOf(entry) ?? '';
        return { markdown: contextShapePage(state.facts, state.error, base) };
    });
    connection.onRequest(accessRequest.method, ({ uri, model }: { uri?: string; model?: string }) => {
        const [entry] = uri === undefined ? application.entries() : schemas().entriesOf(uri);
        if (entry === undefined) return { models: [], message: 'Open a ZModel schema first.' };
        const found = diagnostics.findings(entry) ?? [];
        return showAccess(schemas().view(entry), model, found, features.folderOf(entry) ?? '');
    });
    connection.onInitialized((initialized) => {
        shared.lsp.LanguageServer.initialized(initialized);
        registerSourceActions(connection, params.capabilities, log);
    });
    connection.onShutdown(() => {
        late.updates?.dispose();
        diagnostics.dispose();
        options.facts.dispose();
    });
    const result = await shared.lsp.LanguageServer.initialize(params);
    // Langium's answer doesn't know that lenses and actions are completed later.
    result.capabilities.codeLensProvider = { resolveProvider: true };
    result.capabilities.codeActionProvider = {
        codeActionKinds: [
            CodeActionKind.QuickFix,
            CodeActionKind.RefactorExtract,
            CodeActionKind.RefactorRewrite,
            FIX_ALL,
        ],
        resolveProvider: true,
    };
    shared.workspace.TextDocuments.listen(connection);
    return {
        result,
        idle: async () => {
            await late.updates?.flush();
            await diagnostics.idle();
        },
    };
}

function addBaseHandlers(connection: Connection, { shared }: ZModelLanguage): void {
    addFindReferencesHandler(connection, shared);
    addDocumentSymbolHandler(connection, shared);
    addDocumentHighlightHandler(connection, shared);
    addFormattingHandler(connection, shared);
    addRenameHandler(connection, shared);
    addSemanticTokenHandler(connection, shared);
    addWorkspaceSymbolHandler(connection, shared);
}
