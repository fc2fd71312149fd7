import type { ZModelServices } from '@zenstackhq/language';
import { Cancellation, DocumentState, URI } from 'langium';
import type { LangiumDocument } from 'langium';
import type { CompletionProvider, CompletionProviderOptions, LangiumSharedServices } from 'langium/lsp';
import type {
    CancellationToken,
    CompletionList,
    CompletionParams,
    Connection,
    InitializeParams,
} from 'vscode-languageserver';
import type { Completion } from '../suggest/complete/candidate.ts';
import { complete } from '../suggest/complete/complete.ts';
import { locate } from '../suggest/complete/locate.ts';
import type { KnownRoles } from '../suggest/rule-snippets.ts';
import { contextsOf, displayPath } from '../workspace/findings.ts';
import { findAssets } from '../zmodel/assets.ts';
import type { Application } from './application.ts';
import { toItems } from './completion-items.ts';
import type { ItemSupport } from './completion-items.ts';
import { CompletionSources } from './completion-sources.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

/** What asks for completion while typing. */
const TRIGGERS = ['@', '.', '(', '[', ',', "'", '"', ' '];

/** After a blank only where something must follow: an operator, a comma, a keyword. Anything else would be in the way. */
const EXPECTS = /(?:==|!=|<=?|>=?|&&|\|\||\bin|,|\b(?:extends|with|import|plugin)|\w\s*=)\s$/;

interface Parts {
    shared: LangiumSharedServices;
    schemas: Schemas;
    application: Application;
    features: Features;
    support: ItemSupport;
}

/**
 * Completion. Ours answers from the text left of the cursor and the last good trees, at once and alone; the language's
 * own is asked only where ours has nothing to say. Beside the official extension, what that one offers is left out.
 */
export class AuthCompletionProvider implements CompletionProvider {
    readonly completionOptions: CompletionProviderOptions = { triggerCharacters: TRIGGERS };
    readonly #parts: Parts;
    readonly #base: CompletionProvider;
    readonly #sources: CompletionSources;

    /** `base`: ZenStack's own. */
    constructor(parts: Parts, base: CompletionProvider) {
        this.#parts = parts;
        this.#base = base;
        this.#sources = new CompletionSources(parts.shared, findAssets());
    }

    async getCompletion(
        document: LangiumDocument,
        params: CompletionParams,
        token: CancellationToken = Cancellation.CancellationToken.None,
    ): Promise<CompletionList | undefined> {
        return this.answer({ ...params, textDocument: { uri: document.uri.toString() } }, token);
    }

    /** Answers a request, whatever state the document is in. Out: undefined for a document that isn't there. */
    async answer(params: CompletionParams, token: CancellationToken): Promise<CompletionList | undefined> {
        const uri = URI.parse(params.textDocument.uri);
        const { LangiumDocuments, TextDocuments, WorkspaceManager, DocumentBuilder } = this.#parts.shared.workspace;
        if (!LangiumDocuments.hasDocument(uri)) {
            // It was opened only now: what belongs to it is about to be loaded.
            await WorkspaceManager.ready;
            if (TextDocuments.get(uri)) await DocumentBuilder.waitUntil(DocumentState.Parsed, uri, token);
        }
        const document = TextDocuments.get(uri) ?? LangiumDocuments.getDocument(uri)?.textDocument;
        if (!document) return undefined;
        const text = document.getText();
        const offset = document.offsetAt(params.position);
        if (params.context?.triggerCharacter === ' ' && !EXPECTS.test(text.slice(Math.max(0, offset - 20), offset)))
            return { isIncomplete: false, items: [] };
        const { features, support } = this.#parts;
        const own = this.#own(params.textDocument.uri, text, offset);
        if (own && (own.candidates.length === 0 || features.base))
            return { isIncomplete: false, items: toItems(own, document, support) };
        if (!own && !features.base) return undefined;
        const base = await this.#upstream(uri, params, token);
        if (!own) return base;
        const others = new Set((base?.items ?? []).map(({ label }) => bare(label)));
        const candidates = own.candidates.filter(({ label }) => !others.has(bare(label)));
        return { isIncomplete: false, items: toItems({ ...own, candidates }, document, support) };
    }

    async #upstream(uri: URI, params: CompletionParams, token: CancellationToken): Promise<CompletionList | undefined> {
        const { DocumentBuilder, LangiumDocuments } = this.#parts.shared.workspace;
        await DocumentBuilder.waitUntil(DocumentState.Linked, uri, token);
        const document = LangiumDocuments.getDocument(uri);
        return document && (await this.#base.getCompletion(document, params, token));
    }

    #own(uri: string, text: string, offset: number): Completion | undefined {
        const file = URI.parse(uri).fsPath;
        const located = locate(text, offset, this.#sources.chunks(file, text));
        const typed = { file, text, cut: located.cut };
        const entry = this.#parts.schemas.entriesOf(uri)[0] ?? file;
        const ofEntry = this.#sources.view(entry, typed);
        // Its entry may not import it any more: then it is a schema of its own.
        const view = ofEntry.files.some((each) => each.file === file) ? ofEntry : this.#sources.view(file, typed);
        const facts = this.#parts.application.state(entry)?.facts;
        const contexts = facts && contextsOf(view, facts).filter(({ inTest }) => !inTest);
        const folder = this.#parts.features.folderOf(file) ?? '';
        return complete(
            {
                file,
                text,
                offset,
                view,
                library: this.#sources.library(view),
                roles: this.#roles(entry),
                ...(contexts && { contexts }),
                importPaths: () => this.#sources.importPaths(file),
                display: (each) => displayPath(folder, each),
            },
            located,
        );
    }

    /** The roles of the one configuration that the application has. */
    #roles(entry: string): KnownRoles {
        const configs = this.#parts.application.state(entry)?.facts?.configs.configs ?? [];
        const config = configs.length === 1 ? configs[0] : configs.find(({ recommended }) => recommended);
        return {
            ...(config?.organizationRoles && { organization: config.organizationRoles }),
            ...(config?.adminRoles && { admin: config.adminRoles }),
        };
    }
}

/** A label without what the two completions write differently. */
function bare(label: string): string {
    return label.replace(/^['"]|['"]$/g, '').replace(/\(\)$|[.:]$/, '');
}

/** Makes the provider for the services. */
export function createCompletion(
    services: ZModelServices,
    parts: Parts,
    Base: new (services: ZModelServices) => CompletionProvider,
): AuthCompletionProvider {
    return new AuthCompletionProvider(parts, new Base(services));
}

/** Answers the requests: without waiting for the document to be built, as Langium's own handler does. */
export function addCompletion(connection: Connection, provider: () => AuthCompletionProvider): void {
    connection.onCompletion(async (params, token) => (await provider().answer(params, token)) ?? null);
}

/** What the client can show. */
export function itemSupport({ capabilities, initializationOptions }: InitializeParams): ItemSupport {
    const item = capabilities.textDocument?.completion?.completionItem;
    const options: unknown = initializationOptions;
    return {
        snippets: item?.snippetSupport === true,
        labelDetails: item?.labelDetailsSupport === true,
        // The command is VS Code's, and only our client says settings.
        retrigger: typeof options === 'object' && options !== null && 'settings' in options,
    };
}
