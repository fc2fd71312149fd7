import fs from 'node:fs';
import { DocumentState, URI } from 'langium';
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { SchemaView } from '../model/schema-view.ts';
import { isBinary } from './base-diagnostics.ts';
import { FileAccess, collectSources, notText } from '../zmodel/load.ts';
import type { SourceAccess, UnreadableSchemaError } from '../zmodel/load.ts';
import { parseSource, toParsedSource } from '../zmodel/parse.ts';
import type { ParsedSource } from '../zmodel/parse.ts';
import { isSchemaDocument } from '../zmodel/schema-sets.ts';
import type { SchemaSets } from '../zmodel/schema-sets.ts';
import type { UnsavedSources } from './unsaved-sources.ts';
import { buildSchemaView } from '../zmodel/view.ts';
import type { SchemaSource } from '../zmodel/view.ts';

/** The schemas of the server's documents as plain views; editor content counts, disk is read for the rest. */
export class Schemas {
    readonly #shared: LangiumSharedServices;
    readonly #sets: SchemaSets;
    /** Files as the editor shows them, else as they are loaded, else from disk. */
    readonly access: SourceAccess = { read: (file) => this.#read(file) };
    readonly #disk = new FileAccess();
    readonly #parsed = new WeakMap<object, ParsedSource>();
    /** The last view of each schema, which is good as long as its files are the same. */
    readonly #views = new Map<string, { sources: SchemaSource[]; view: SchemaView }>();
    readonly #unsaved: Pick<UnsavedSources, 'text' | 'uriOf'>;

    /** `unsaved` knows the application's sources that aren't saved. */
    constructor(shared: LangiumSharedServices, sets: SchemaSets, unsaved: Pick<UnsavedSources, 'text' | 'uriOf'>) {
        this.#shared = shared;
        this.#sets = sets;
        this.#unsaved = unsaved;
    }

    /** The document of a URI, when it is loaded and a schema. */
    document(uri: string): LangiumDocument | undefined {
        const document = this.#shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
        return document && isSchemaDocument(document) ? document : undefined;
    }

    /** Absolute paths of the entry files of the schemas that hold a document. */
    entriesOf(uri: string): string[] {
        const document = this.document(uri);
        // A document that isn't saved has no folder to belong to; one of a version control is no part of the schema.
        return document?.uri.scheme === 'file' && isSchemaDocument(document)
            ? this.#sets.entriesOf(document).map((entry) => entry.uri.fsPath)
            : [];
    }

    /**
     * The view of a schema. `overlays` (content by absolute path) count instead of what the editor shows.
     * Throws `UnreadableSchemaError` when the entry is gone or isn't text. An imported file that can't be read is
     * told to `onUnreadable`, and its import leads nowhere.
     */
    view(
        entry: string,
        overlays: Readonly<Record<string, string>> = {},
        onUnreadable: (error: UnreadableSchemaError) => void = () => undefined,
    ): SchemaView {
        const access: SourceAccess = {
            read: (file) => {
                const content = overlays[file];
                return content === undefined ? this.#read(file) : parseSource(content);
            },
        };
        const sources = collectSources(entry, access, onUnreadable);
        if (Object.keys(overlays).length > 0) return buildSchemaView(entry, sources);
        const known = this.#views.get(entry);
        if (known && areSame(known.sources, sources)) return known.view;
        const view = buildSchemaView(entry, sources);
        this.#views.set(entry, { sources, view });
        return view;
    }

    /** True while a schema has been edited and its trees are of older texts: they are built soon, and say so. */
    isBehind(entry: string): boolean {
        const document = this.document(URI.file(entry).toString());
        if (!document || !isSchemaDocument(document)) return false;
        return this.#sets.closure(document).some((each) => {
            const open = this.#shared.workspace.TextDocuments.get(each.uri);
            return (
                open !== undefined &&
                (each.state < DocumentState.Parsed || open.getText() !== each.parseResult.value.$cstNode?.root.fullText)
            );
        });
    }

    /** The content of a source file of the application: as an editor shows it, else on disk; undefined when there is none. */
    readSource(file: string): string | undefined {
        const open = this.#shared.workspace.TextDocuments.get(URI.file(file));
        const unsaved = open?.getText() ?? this.#unsaved.text(file);
        if (unsaved !== undefined) return unsaved;
        return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
    }

    /** The document of a source file or a schema by its path: one that was never saved has no file. */
    readonly uriOf = (file: string): string => this.#unsaved.uriOf(file);

    /** What the editor shows counts; a document that is about to be parsed anew is parsed here. */
    #read(file: string): ParsedSource | undefined {
        const uri = URI.file(file);
        const { LangiumDocuments, TextDocuments } = this.#shared.workspace;
        const document = LangiumDocuments.getDocument(uri);
        const content = TextDocuments.get(uri)?.getText();
        // Not the document's own text: an edit changes that at once, and the tree only when it is built anew.
        const parsedText = document?.parseResult.value.$cstNode?.root.fullText;
        const isCurrent =
            document &&
            document.state >= DocumentState.Parsed &&
            parsedText !== undefined &&
            (content === undefined || parsedText === content);
        if (document && isBinary(document)) throw notText(uri.fsPath);
        if (!isCurrent) return content === undefined ? this.#disk.read(file) : parseSource(content);
        const { parseResult } = document;
        const known = this.#parsed.get(parseResult);
        if (known) return known;
        const parsed: ParsedSource = {
            ...toParsedSource(parsedText, parseResult),
            isOutdated: () => document.parseResult !== parseResult,
        };
        this.#parsed.set(parseResult, parsed);
        return parsed;
    }
}

/** Whether files are the very ones that were read before, and import the same. */
function areSame(before: readonly SchemaSource[], now: readonly SchemaSource[]): boolean {
    return (
        before.length === now.length &&
        before.every((source, index) => {
            const other = now[index];
            return (
                other?.file === source.file &&
                other.model === source.model &&
                other.imports.length === source.imports.length &&
                other.imports.every(({ resolved }, nth) => resolved === source.imports[nth]?.resolved)
            );
        })
    );
}
