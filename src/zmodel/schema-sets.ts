import fs from 'node:fs';
import { isModel } from '@zenstackhq/language/ast';
import type { Model } from '@zenstackhq/language/ast';
import { DocumentState, UriUtils, WorkspaceCache } from 'langium';
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { importsOf, resolveImportPath } from './load.ts';

/** What only a user's own file has: one may well be called plugin.zmodel. */
const OWN_DECLARATIONS = new Set(['DataModel', 'DataSource', 'GeneratorDecl', 'Plugin', 'TypeDef']);

/** True for the declarations of ZenStack and of its plugins, which belong to no schema of the user's. */
export function isLibrary(document: LangiumDocument): boolean {
    const name = UriUtils.basename(document.uri);
    if (name !== 'stdlib.zmodel' && name !== 'plugin.zmodel') return false;
    if (!isSchemaDocument(document)) return true;
    const { declarations, imports } = document.parseResult.value;
    return imports.length === 0 && !declarations.some((declaration) => OWN_DECLARATIONS.has(declaration.$type));
}

/** The imports of the documents that were loaded at some time. */
interface ImportGraph {
    /** What it was made of: it holds as long as there are the same documents with the same trees. */
    parts: readonly { document: LangiumDocument<Model>; model: Model; text: string | undefined }[];
    /** By the real path of what is imported. */
    importers: ReadonlyMap<string, readonly LangiumDocument<Model>[]>;
    entries: Map<LangiumDocument<Model>, readonly LangiumDocument<Model>[]>;
}

/** The import graph over the loaded documents: which files make up one schema, and which file is its entry. */
export class SchemaSets {
    readonly #services: LangiumSharedServices;
    readonly #cache: WorkspaceCache<string, LangiumDocument<Model>[]>;
    readonly #realPaths = new WeakMap<LangiumDocument, string>();
    #graph: ImportGraph | undefined;

    constructor(services: LangiumSharedServices) {
        this.#services = services;
        this.#cache = new WorkspaceCache(services);
        // Parsing takes turns with others, who may have asked for what the trees were before.
        services.workspace.DocumentBuilder.onBuildPhase(DocumentState.Parsed, () => {
            this.#cache.clear();
        });
    }

    /** The loaded documents of users' schemas by absolute path. */
    documents(): Map<string, LangiumDocument<Model>> {
        const result = new Map<string, LangiumDocument<Model>>();
        for (const document of this.#services.workspace.LangiumDocuments.all) {
            if (document.uri.scheme === 'file' && !isLibrary(document) && isSchemaDocument(document))
                result.set(document.uri.fsPath, document);
        }
        return result;
    }

    /** The document itself and everything that it imports, directly or not. */
    closure(document: LangiumDocument<Model>, documents = this.documents()): LangiumDocument<Model>[] {
        const seen = new Set<LangiumDocument<Model>>();
        const visit = (at: LangiumDocument<Model>): void => {
            if (seen.has(at)) return;
            seen.add(at);
            for (const imported of importsOf(at.parseResult.value)) {
                const target = documents.get(resolveImportPath(at.uri.fsPath, imported.path));
                if (target) visit(target);
            }
        };
        visit(document);
        return [...seen];
    }

    /**
     * The entry files whose schema holds a document: those that nothing imports. In a circle without
     * such a file the documents of the circle that declare a datasource are entries, else all of them.
     * The same array as long as nothing changes.
     */
    entriesOf(document: LangiumDocument<Model>): readonly LangiumDocument<Model>[] {
        const graph = this.#currentGraph();
        const known = graph.entries.get(document);
        if (known) return known;
        const found = this.#findEntries(document, graph);
        graph.entries.set(document, found);
        return found;
    }

    #currentGraph(): ImportGraph {
        const documents = this.documents();
        const parts = [...documents.values()].map((document) => {
            const model = document.parseResult.value;
            return { document, model, text: model.$cstNode?.root.fullText };
        });
        const before = this.#graph;
        if (
            before?.parts.length === parts.length &&
            before.parts.every(({ document, model, text }, index) => {
                const now = parts[index];
                return now?.document === document && now.model === model && now.text === text;
            })
        ) {
            return before;
        }
        this.#graph = { parts, importers: this.#importers(documents), entries: new Map() };
        return this.#graph;
    }

    #importers(documents: ReadonlyMap<string, LangiumDocument<Model>>): ImportGraph['importers'] {
        const importers = new Map<string, LangiumDocument<Model>[]>();
        for (const candidate of documents.values()) {
            for (const imported of importsOf(candidate.parseResult.value)) {
                const target = documents.get(resolveImportPath(candidate.uri.fsPath, imported.path));
                const key = target && this.#realPath(target);
                if (key !== undefined && key !== this.#realPath(candidate))
                    importers.set(key, [...(importers.get(key) ?? []), candidate]);
            }
        }
        return importers;
    }

    #findEntries(document: LangiumDocument<Model>, { importers }: ImportGraph): LangiumDocument<Model>[] {
        const seen = new Set<LangiumDocument<Model>>();
        const visit = (at: LangiumDocument<Model>): void => {
            if (seen.has(at)) return;
            seen.add(at);
            for (const importer of importers.get(this.#realPath(at)) ?? []) visit(importer);
        };
        visit(document);
        const above = [...seen];
        const roots = above.filter((candidate) => !importers.has(this.#realPath(candidate)));
        if (roots.length > 0) return roots;
        const withSource = above.filter((candidate) => hasDataSource(candidate.parseResult.value));
        return withSource.length > 0 ? withSource : above;
    }

    /** A file that is imported by way of a symbolic link is imported under its own name too. */
    #realPath(document: LangiumDocument<Model>): string {
        const known = this.#realPaths.get(document);
        if (known !== undefined) return known;
        const { fsPath } = document.uri;
        const found = fs.existsSync(fsPath) ? fs.realpathSync(fsPath) : fsPath;
        this.#realPaths.set(document, found);
        return found;
    }

    /** All documents of the schema, or schemas, that a document belongs to. Cached until any document changes. */
    schemaOf(document: LangiumDocument): LangiumDocument<Model>[] {
        if (!isSchemaDocument(document)) return [];
        return this.#cache.get(document.uri.toString(), () => {
            const documents = this.documents();
            const all = this.entriesOf(document).flatMap((entry) => this.closure(entry, documents));
            return [...new Set([...all, document])];
        });
    }
}

export function isSchemaDocument(document: LangiumDocument): document is LangiumDocument<Model> {
    return isModel(document.parseResult.value);
}

function hasDataSource(model: Model): boolean {
    return model.declarations.some((declaration) => declaration.$type === 'DataSource');
}
