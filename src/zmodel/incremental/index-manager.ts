import type { AbstractDeclaration } from '@zenstackhq/language/ast';
import { isModel } from '@zenstackhq/language/ast';
import { AstUtils, CstUtils, DefaultIndexManager, isMultiReference, stream, URI, UriUtils } from 'langium';
import type {
    AstNode,
    AstNodeDescription,
    AstNodeLocator,
    Cancellation,
    LangiumDocument,
    LangiumSharedCoreServices,
    ReferenceDescription,
    Stream,
} from 'langium';
import { visitTree } from './nodes.ts';

/**
 * Langium's index, which tells names that came, went or changed their meaning, and which looks for references when
 * somebody asks for them instead of after each edit.
 */
export class IncrementalIndexManager extends DefaultIndexManager {
    readonly #locator: () => AstNodeLocator;
    /** What documents exported when they were last indexed, by URI. */
    readonly #exports = new Map<string, Map<string, (AstNode | undefined)[]>>();
    readonly #changedAt = new Map<string, number>();
    readonly #related: (document: LangiumDocument) => readonly LangiumDocument[];
    /** Documents that are concerned by changes of others, by the very set of these that Langium asks with. */
    readonly #affected = new WeakMap<Set<string>, ReadonlySet<LangiumDocument> | 'all'>();
    #generation = 0;
    #lastChange = 0;

    /** `related` gives the documents that make up schemas with a document. */
    constructor(
        services: LangiumSharedCoreServices,
        related: (document: LangiumDocument) => readonly LangiumDocument[],
    ) {
        super(services);
        this.#related = related;
        this.#locator = () => {
            const [any] = services.ServiceRegistry.all;
            if (!any) throw new Error('No language is registered.');
            return any.workspace.AstNodeLocator;
        };
    }

    /** Grows with each document that was indexed anew. */
    get generation(): number {
        return this.#generation;
    }

    /** The last generation in which a name came, went or changed its meaning. */
    get lastChange(): number {
        return this.#lastChange;
    }

    /** True when one of the names means something else than in the generation. */
    haveChanged(names: ReadonlySet<string>, since: number): boolean {
        if (this.#lastChange <= since) return false;
        for (const name of names) if ((this.#changedAt.get(name) ?? 0) > since) return true;
        return false;
    }

    override async updateContent(document: LangiumDocument, token?: Cancellation.CancellationToken): Promise<void> {
        await super.updateContent(document, token);
        this.#note(document.uri.toString(), this.getFileDescriptions(document.uri.toString()));
    }

    override remove(uri: URI): void {
        super.remove(uri);
        this.#note(uri.toString(), []);
    }

    #note(uri: string, descriptions: readonly AstNodeDescription[]): void {
        this.#generation += 1;
        const now = new Map<string, (AstNode | undefined)[]>();
        for (const { name, node } of descriptions) now.set(name, [...(now.get(name) ?? []), node]);
        const before = this.#exports.get(uri) ?? new Map<string, (AstNode | undefined)[]>();
        for (const name of new Set([...before.keys(), ...now.keys()])) {
            const [old = [], current = []] = [before.get(name), now.get(name)];
            if (old.length === current.length && old.every((node, index) => node === current[index])) continue;
            this.#changedAt.set(name, this.#generation);
            this.#lastChange = this.#generation;
        }
        if (now.size > 0) this.#exports.set(uri, now);
        else this.#exports.delete(uri);
    }

    /** Nothing is kept: see `findAllReferences`. */
    override updateReferences(): Promise<void> {
        return Promise.resolve();
    }

    override findAllReferences(target: AstNode, path: string): Stream<ReferenceDescription> {
        const found: ReferenceDescription[] = [];
        const targetUri = AstUtils.getDocument(target).uri;
        const name: unknown = Reflect.get(target, 'name');
        for (const document of this.documents.all) {
            const root = document.parseResult.value;
            visitTree(root, {
                reference: (reference) => {
                    if (isMultiReference(reference) || reference.$refText !== name) return;
                    const { $refNode, ref } = reference;
                    if (!$refNode || ref !== target) return;
                    found.push({
                        sourceUri: document.uri,
                        sourcePath: this.#locator().getAstNodePath($refNode.astNode),
                        targetUri,
                        targetPath: path,
                        segment: CstUtils.toDocumentSegment($refNode),
                        local: UriUtils.equals(document.uri, targetUri),
                    });
                },
            });
        }
        return stream(found);
    }

    /**
     * Generous, as what didn't change isn't built again: whatever belongs to a schema with a document that changed. Of
     * one that was deleted, or comes for the first time, nothing tells who imports it.
     */
    override isAffected(document: LangiumDocument, changedUris: Set<string>): boolean {
        let affected = this.#affected.get(changedUris);
        if (!affected) {
            const documents = [...changedUris].map((uri) => this.documents.getDocument(URI.parse(uri)));
            affected = documents.every((each) => each !== undefined && isModel(each.parseResult.value))
                ? new Set(documents.flatMap((each) => (each ? this.#related(each) : [])))
                : 'all';
            this.#affected.set(changedUris, affected);
        }
        return affected === 'all' || affected.has(document);
    }
}

/** The declarations of a document; none for one that isn't read yet. */
export function declarationsIn(document: LangiumDocument): readonly AbstractDeclaration[] {
    const { value } = document.parseResult;
    return isModel(value) ? value.declarations : [];
}
