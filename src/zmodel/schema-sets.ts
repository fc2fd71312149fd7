import fs from 'node:fs';
import { isModel } from '@zenstackhq/language/ast';
import type { Model } from '@zenstackhq/language/ast';
import { UriUtils } from 'langium';
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

/** The imports of the documents that are loaded, and what follows from them. */
interface ImportGraph {
    /** What it was made of: it holds as long as there are the same documents and they say the same. */
    parts: readonly { document: LangiumDocument<Model>; facts: string }[];
    documents: ReadonlyMap<string, LangiumDocument<Model>>;
    /** By the real path of what is imported. */
    importers: ReadonlyMap<string, readonly LangiumDocument<Model>[]>;
    entries: Map<LangiumDocument<Model>, readonly LangiumDocument<Model>[]>;
    closures: Map<LangiumDocument<Model>, readonly LangiumDocument<Model>[]>;
    schemas: Map<LangiumDocument<Model>, readonly LangiumDocument<Model>[]>;
}

/** The import graph over the loaded documents: which files make up one schema, and which file is its entry. */
export class SchemaSets {
    readonly #services: LangiumSharedServices;
    readonly #realPaths = new WeakMap<LangiumDocument, string>();
    readonly #facts = new WeakMap<Model, string>();
    #graph: ImportGraph | undefined;

    constructor(services: LangiumSharedServices) {
        this.#services = services;
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

    /** The document itself and everything that it imports, directly or not. The same array as long as nothing changes. */
    closure(document: LangiumDocument<Model>): readonly LangiumDocument<Model>[] {
        const { closures, documents } = this.#currentGraph();
        const known = closures.get(document);
        if (known) return known;
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
        const found = [...seen];
        closures.set(document, found);
        return found;
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
        const before = this.#graph;
        let index = 0;
        let isSame = before?.parts.length === documents.size;
        for (const document of documents.values()) {
            const part = before?.parts[index];
            isSame &&= part?.document === document && part.facts === this.#factsOf(document.parseResult.value);
            index += 1;
        }
        if (before && isSame) return before;
        this.#graph = {
            parts: Array.from(documents.values(), (document) => ({
                document,
                facts: this.#factsOf(document.parseResult.value),
            })),
            documents,
            importers: this.#importers(documents),
            entries: new Map(),
            closures: new Map(),
            schemas: new Map(),
        };
        return this.#graph;
    }

    /** What of a file's tree the graph is made of. */
    #factsOf(model: Model): string {
        const known = this.#facts.get(model);
        if (known !== undefined) return known;
        const facts = JSON.stringify([hasDataSource(model), ...importsOf(model).map(({ path }) => path)]);
        this.#facts.set(model, facts);
        return facts;
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

    /** All documents of the schema, or schemas, that a document belongs to. The same array as long as nothing changes. */
    schemaOf(document: LangiumDocument): readonly LangiumDocument<Model>[] {
        if (!isSchemaDocument(document)) return [];
        const { schemas } = this.#currentGraph();
        const known = schemas.get(document);
        if (known) return known;
        const all = this.entriesOf(document).flatMap((entry) => this.closure(entry));
        const found = [...new Set([...all, document])];
        schemas.set(document, found);
        return found;
    }
}

export function isSchemaDocument(document: LangiumDocument): document is LangiumDocument<Model> {
    return isModel(document.parseResult.value);
}

function hasDataSource(model: Model): boolean {
    return model.declarations.some((declaration) => declaration.$type === 'DataSource');
}
