import { DefaultLangiumDocumentFactory, interruptAndCheck } from 'langium';
import type { AstNode, Cancellation, LangiumSharedCoreServices, ParseResult, URI } from 'langium';
import { DocumentTree } from './document-tree.ts';
import { SegmentParser } from './segment-parser.ts';

/**
 * Langium's factory of documents, which parses a document that was edited only where it was edited, and lets others
 * have a turn while it parses a large one.
 */
export class IncrementalDocumentFactory extends DefaultLangiumDocumentFactory {
    readonly #services: LangiumSharedCoreServices;
    /** The tree behind the model that a document has now. */
    readonly #trees = new WeakMap<AstNode, DocumentTree>();
    #parser: SegmentParser | undefined;

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.#services = services;
    }

    protected override async parseAsync<T extends AstNode = AstNode>(
        uri: URI,
        text: string,
        cancellationToken: Cancellation.CancellationToken,
    ): Promise<ParseResult<T>> {
        const services = this.#services.ServiceRegistry.getServices(uri);
        this.#parser ??= new SegmentParser(services);
        const document = this.#services.workspace.LangiumDocuments.getDocument(uri);
        const known = document && this.#trees.get(document.parseResult.value);
        const tree = known ?? new DocumentTree(this.#parser, services.references.Linker);
        const result = await tree.update(text, () => pause(cancellationToken), document);
        this.#trees.set(result.value, tree);
        return result as ParseResult as ParseResult<T>;
    }
}

/** Gives whoever waits a turn. Throws Langium's mark of a cancelled operation. */
async function pause(token: Cancellation.CancellationToken): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await interruptAndCheck(token);
}
