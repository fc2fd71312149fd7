import path from 'node:path';
import { isModel } from '@zenstackhq/language/ast';
import type { Model } from '@zenstackhq/language/ast';
import { DocumentState, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { LibraryView } from '../model/library-view.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import type { ZModelAssets } from '../zmodel/assets.ts';
import { CompletionViews } from '../zmodel/completion-view.ts';
import type { CurrentFile } from '../zmodel/completion-view.ts';
import { libraryView } from '../zmodel/library-view.ts';
import { pluginFile } from '../zmodel/linked-documents.ts';
import { FileAccess, UnreadableSchemaError } from '../zmodel/load.ts';
import { toParsedSource } from '../zmodel/parse.ts';
import { splitDeclarations } from '../zmodel/split.ts';
import type { Chunk } from '../zmodel/split.ts';

const POLICY = '@zenstackhq/plugin-policy';

/** What completion reads: texts as the editor shows them now, however far the documents built from them are. */
export class CompletionSources {
    readonly #shared: LangiumSharedServices;
    readonly #assets: ZModelAssets;
    readonly #views = new CompletionViews();
    readonly #disk = new FileAccess();
    readonly #split = new Map<string, { content: string; chunks: readonly Chunk[] }>();

    constructor(shared: LangiumSharedServices, assets: ZModelAssets) {
        this.#shared = shared;
        this.#assets = assets;
    }

    /** The content of a schema file; undefined when there is no such file, or when it is no text. */
    #text(file: string): string | undefined {
        const uri = URI.file(file);
        const { LangiumDocuments, TextDocuments } = this.#shared.workspace;
        const document = LangiumDocuments.getDocument(uri);
        // A document that is about to be read for the first time is empty.
        const isRead = document && document.state >= DocumentState.Parsed;
        const open = TextDocuments.get(uri) ?? (isRead ? document.textDocument : undefined);
        return open ? open.getText() : this.#read(file)?.content;
    }

    /** The top-level declarations of a file's content. */
    chunks(file: string, content: string): readonly Chunk[] {
        const known = this.#split.get(file);
        if (known?.content === content) return known.chunks;
        const chunks = splitDeclarations(content);
        this.#split.set(file, { content, chunks });
        return chunks;
    }

    /** The view of a schema. In: its entry's path; the file in which something is being typed, its text, and where. */
    view(entry: string, typed: { file: string; text: string; cut: Span }): SchemaView {
        return this.#views.view(entry, (file) => {
            const content = file === typed.file ? typed.text : this.#text(file);
            if (content === undefined) return undefined;
            const cut = file === typed.file ? { cut: typed.cut } : {};
            const current: CurrentFile = { file, content, chunks: this.chunks(file, content), ...cut };
            if (!this.#views.knows(current)) this.#seed(file);
            return current;
        });
    }

    /** The trees that are there already save parsing every declaration once more. */
    #seed(file: string): void {
        const document = this.#shared.workspace.LangiumDocuments.getDocument(URI.file(file));
        if (!document || document.state < DocumentState.Parsed || !isModel(document.parseResult.value)) return;
        // Not the document's own text: an edit changes that at once, and the tree only when it is built anew.
        const content = document.parseResult.value.$cstNode?.root.fullText;
        if (content !== undefined) this.#views.seed(file, toParsedSource(content, document.parseResult));
    }

    /**
     * What ZenStack and the plugins of a schema declare. A part of a schema whose entry isn't known, which has no
     * datasource and no plugin, may well belong to one with rules.
     */
    library(view: SchemaView): LibraryView {
        const isPart = view.datasource === undefined && view.plugins.length === 0;
        const plugins = isPart ? [{ provider: POLICY, file: view.entry }] : view.plugins;
        const files = plugins.flatMap(({ provider, file }) => {
            const found = provider === undefined ? undefined : pluginFile(provider, file, this.#assets);
            return found === undefined ? [] : [found];
        });
        return libraryView(
            [this.#stdlib(), ...files.map((file) => this.#model(file))].filter((model) => model !== undefined),
        );
    }

    #stdlib(): Model | undefined {
        const loaded = this.#shared.workspace.LangiumDocuments.all.find(({ uri }) =>
            uri.path.endsWith('/stdlib.zmodel'),
        );
        const model = loaded?.parseResult.value;
        return isModel(model) ? model : this.#model(this.#assets.stdlib);
    }

    #model(file: string): Model | undefined {
        const loaded = this.#shared.workspace.LangiumDocuments.getDocument(URI.file(file))?.parseResult.value;
        return isModel(loaded) ? loaded : this.#read(file)?.model;
    }

    /** A file that isn't text declares nothing; whoever reports on files says so. */
    #read(file: string): ReturnType<FileAccess['read']> {
        try {
            return this.#disk.read(file);
        } catch (error) {
            if (error instanceof UnreadableSchemaError) return undefined;
            throw error;
        }
    }

    /** Paths of the other schema files as an import in a file writes them, the nearest first. */
    importPaths(file: string): string[] {
        const found = this.#shared.workspace.LangiumDocuments.all
            .filter(({ uri }) => uri.scheme === 'file' && uri.fsPath !== file && !isPackaged(uri.fsPath))
            .map(({ uri }) => path.relative(path.dirname(file), uri.fsPath).split(path.sep).join('/'))
            .map((relative) => (relative.startsWith('.') ? relative : `./${relative}`).replace(/\.zmodel$/, ''));
        const distance = (relative: string): number => relative.split('/').length;
        return [...found].sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1));
    }
}

function isPackaged(file: string): boolean {
    const name = path.basename(file);
    return name === 'stdlib.zmodel' || name === 'plugin.zmodel' || file.split(path.sep).includes('node_modules');
}
