import { setImmediate } from 'node:timers/promises';
import { DocumentState, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { findingsInSteps } from '../workspace/findings.ts';
import { UnreadableSchemaError } from '../zmodel/load.ts';
import { isLibrary, isSchemaDocument } from '../zmodel/schema-sets.ts';
import type { SchemaSets } from '../zmodel/schema-sets.ts';
import type { Application } from './application.ts';
import { baseDiagnostics } from './base-diagnostics.ts';
import { sourceDiagnostics, toDiagnostic, toUri } from './convert.ts';
import type { Features } from './features.ts';
import { matchesGlobs } from './globs.ts';
import type { Publisher } from './publisher.ts';
import type { Schemas } from './schemas.ts';
import type { Status } from './status.ts';

/** Edits settle for this long before our checks run; the language's own diagnostics don't wait. */
const SETTLE_MS = 120;
/** Saves of source files come in bursts (formatters, branch switches). */
const SOURCES_SETTLE_MS = 400;
/** What is typed has settled in the client already. */
const TYPED_SETTLE_MS = 150;

interface Parts {
    shared: LangiumSharedServices;
    sets: SchemaSets;
    schemas: Schemas;
    application: Application;
    features: Features;
    status: Status;
    publisher: Publisher;
    /** Called after each check that went through. */
    checked(entry: string, findings: readonly Finding[]): void;
    log(message: string): void;
}

/**
 * Runs our checks on the schemas of open documents and publishes what they find, beside the language's
 * own diagnostics. A schema is checked at once with what is known of the application, and again when
 * the worker has looked.
 */
export class DiagnosticsService {
    readonly #parts: Parts;
    /** URIs of documents with published findings, by entry. */
    readonly #published = new Map<string, Set<string>>();
    /** What was found last, by entry. */
    readonly #findings = new Map<string, Finding[]>();
    /** Checks under way, by entry: each new one puts an end to the one before. */
    readonly #checking = new Map<string, { controller: AbortController; done: Promise<void> }>();
    /** Models of which it was said that their rules were not searched exhaustively. */
    readonly #limited = new Set<string>();
    #timer: NodeJS.Timeout | undefined;
    #sourcesTimer: NodeJS.Timeout | undefined;

    constructor(parts: Parts) {
        this.#parts = parts;
        const { shared, publisher, features } = parts;
        const { DocumentBuilder, TextDocuments } = shared.workspace;
        DocumentBuilder.onBuildPhase(DocumentState.Parsed, () => {
            this.schedule();
        });
        DocumentBuilder.onUpdate((_changed, deleted) => {
            for (const uri of deleted) publisher.clear(uri.toString());
            if (deleted.length > 0) this.schedule();
        });
        DocumentBuilder.onDocumentPhase(DocumentState.Validated, (document) => {
            if (features.base && this.#isShown(document.uri.toString())) {
                publisher.setBase(document.uri.toString(), baseDiagnostics(document));
            }
        });
        parts.application.onChange = (entry) => {
            if (this.#openEntries().has(entry) && !parts.schemas.isBehind(entry)) this.check(entry);
            // Whoever is told that nothing is under way expects to see what was found.
            void this.#checked(entry).then(() => {
                parts.status.update();
            });
        };
        TextDocuments.onDidClose(() => {
            this.#showBase();
            this.schedule();
        });
        TextDocuments.onDidOpen(({ document }) => {
            this.#showBase();
            this.schedule();
            this.#prefetch(document.uri);
        });
    }

    /** Checks soon, once for all calls until then. */
    schedule(): void {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            this.#timer = undefined;
            this.checkAll();
        }, SETTLE_MS);
    }

    /** Resolves when nothing is under way: what arrived so far is built and checked, and the application is read. */
    async idle(): Promise<void> {
        const { shared, application } = this.#parts;
        await shared.workspace.WorkspaceManager.ready;
        do {
            await new Promise((resolve) => setTimeout(resolve, this.#sourcesTimer ? SOURCES_SETTLE_MS : SETTLE_MS));
            await shared.workspace.WorkspaceLock.read(() => undefined);
            await application.settled();
            await Promise.all([...this.#checking.values()].map(({ done }) => done));
        } while (this.#timer ?? this.#sourcesTimer ?? this.#checking.size > 0);
    }

    /** Source files of the application changed: asks the worker again, soon, for every schema that is shown. */
    sourcesChanged(how: 'written' | 'typed' = 'written'): void {
        clearTimeout(this.#sourcesTimer);
        this.#sourcesTimer = setTimeout(
            () => {
                this.#sourcesTimer = undefined;
                for (const entry of this.#parts.application.entries()) this.#refresh(entry);
            },
            how === 'typed' ? TYPED_SETTLE_MS : SOURCES_SETTLE_MS,
        );
    }

    /** What the last check of a schema found; undefined before there was one. */
    findings(entry: string): readonly Finding[] | undefined {
        return this.#findings.get(entry);
    }

    /** For a request that wants the sources as they are: a change that still waits is asked about at once. */
    flushSources(): void {
        if (!this.#sourcesTimer) return;
        clearTimeout(this.#sourcesTimer);
        this.#sourcesTimer = undefined;
        for (const entry of this.#parts.application.entries()) this.#refresh(entry);
    }

    dispose(): void {
        for (const { controller } of this.#checking.values()) controller.abort();
        clearTimeout(this.#timer);
        clearTimeout(this.#sourcesTimer);
    }

    /** Asks the worker about a document's schema that is opened for the first time, without waiting for anything else. */
    #prefetch(uri: string): void {
        const { shared, schemas, application, features } = this.#parts;
        void shared.workspace.WorkspaceManager.ready.then(
            () => {
                for (const entry of schemas.entriesOf(uri)) {
                    const isWanted = matchesGlobs(entry, features.settings.schema, features.folders);
                    if (isWanted && !application.entries().includes(entry)) this.#refresh(entry);
                }
            },
            (error: unknown) => {
                this.#parts.log(`Looking for the schema of ${uri} failed: ${String(error)}`);
            },
        );
    }

    /** The entries whose schemas hold an open document. */
    #openEntries(): Set<string> {
        const { shared, schemas, features } = this.#parts;
        const entries = shared.workspace.TextDocuments.keys().flatMap((uri) => schemas.entriesOf(uri));
        return new Set(entries.filter((entry) => matchesGlobs(entry, features.settings.schema, features.folders)));
    }

    /** Diagnostics are shown for open documents and for the other files of their schemas. */
    #isShown(uri: string): boolean {
        const { shared, schemas } = this.#parts;
        if (shared.workspace.TextDocuments.get(uri)) return true;
        const open = this.#openEntries();
        return schemas.entriesOf(uri).some((entry) => open.has(entry));
    }

    /** Publishes what was validated before the schema was opened, and takes back what nobody has open any more. */
    #showBase(): void {
        const { shared, publisher, features } = this.#parts;
        if (!features.base) return;
        for (const document of shared.workspace.LangiumDocuments.all) {
            if (isLibrary(document) || !isSchemaDocument(document)) continue;
            const uri = document.uri.toString();
            if (!this.#isShown(uri)) publisher.setBase(uri, []);
            else if (document.diagnostics) publisher.setBase(uri, baseDiagnostics(document));
        }
    }

    checkAll(): void {
        const open = this.#openEntries();
        for (const [entry, uris] of this.#published) {
            if (open.has(entry)) continue;
            for (const uri of uris) this.#parts.publisher.setOwn(uri, entry, []);
            this.#published.delete(entry);
            this.#findings.delete(entry);
        }
        for (const [entry, { controller }] of this.#checking) if (!open.has(entry)) controller.abort();
        this.#parts.application.retain(open);
        this.#parts.status.retain(open);
        for (const entry of open) {
            // What is built next calls for another check.
            if (!this.#parts.schemas.isBehind(entry)) this.check(entry);
            if (!this.#parts.application.state(entry) && !this.#parts.application.entries().includes(entry))
                this.#refresh(entry);
        }
    }

    /** Said once per model: its rules leave more to try than is tried. */
    #noteLimited(entry: string, model: string): void {
        const key = `${entry} ${model}`;
        if (this.#limited.has(key)) return;
        this.#limited.add(key);
        this.#parts.log(`The rules of ${model} in ${entry} were not searched exhaustively: there is too much to try.`);
    }

    /** Asks the worker; the answer comes by `Application.onChange`. */
    #refresh(entry: string): void {
        const { application, status } = this.#parts;
        void application.refresh(entry);
        status.update();
    }

    /**
     * Runs the checks on one schema, a few milliseconds at a time, and publishes; a schema that can't be read is logged
     * and keeps nothing. What is found in a text that is another one by then isn't published: a check of that follows.
     */
    check(entry: string): void {
        this.#checking.get(entry)?.controller.abort();
        const controller = new AbortController();
        const done = this.#check(entry, controller).finally(() => {
            if (this.#checking.get(entry)?.controller === controller) this.#checking.delete(entry);
        });
        this.#checking.set(entry, { controller, done });
    }

    /** Resolves when no check of a schema is under way. */
    async #checked(entry: string): Promise<void> {
        for (let last = this.#checking.get(entry); last; last = this.#checking.get(entry)) await last.done;
    }

    /** Whether editors still show what a view was made of. */
    #isCurrent({ files }: SchemaView): boolean {
        const { TextDocuments } = this.#parts.shared.workspace;
        return files.every(
            ({ file, content }) => (TextDocuments.get(URI.file(file))?.getText() ?? content) === content,
        );
    }

    /** Never rejects. */
    async #check(entry: string, controller: AbortController): Promise<void> {
        const { signal } = controller;
        const { schemas, application, features, status } = this.#parts;
        const problems: string[] = [];
        let view: SchemaView;
        let findings: Finding[];
        try {
            view = schemas.view(entry, {}, (error) => problems.push(error.message));
            const pause = async (): Promise<void> => {
                await setImmediate();
                if (!this.#isCurrent(view)) controller.abort();
                signal.throwIfAborted();
            };
            await pause();
            const severities = features.settings.diagnostics.severity;
            const base = features.folderOf(entry) ?? '';
            findings = await findingsInSteps(view, application.state(entry)?.facts, {
                severities,
                base,
                onLimited: (model) => {
                    this.#noteLimited(entry, model);
                },
                pause,
            });
            if (!this.#isCurrent(view)) return;
        } catch (error) {
            if (signal.aborted) return;
            const message = error instanceof Error ? error.message : String(error);
            const isExpected = error instanceof UnreadableSchemaError;
            const detail = error instanceof Error && !isExpected ? (error.stack ?? message) : message;
            this.#parts.log(`Checking ${entry} failed: ${detail}`);
            status.problem(entry, message);
            return;
        }
        this.#findings.set(entry, findings);
        const { uriOf } = schemas;
        const byUri = new Map<string, Diagnostic[]>();
        const add = (file: string, diagnostics: readonly Diagnostic[]): void => {
            const uri = uriOf(file);
            byUri.set(uri, [...(byUri.get(uri) ?? []), ...diagnostics]);
        };
        if (features.settings.typescriptDiagnostics) {
            for (const [file, diagnostics] of sourceDiagnostics(view, findings, uriOf)) add(file, diagnostics);
        }
        for (const finding of findings) add(finding.file, [toDiagnostic(view, finding, uriOf)]);
        const before = this.#published.get(entry) ?? new Set();
        for (const uri of before) if (!byUri.has(uri)) this.#parts.publisher.setOwn(uri, entry, []);
        for (const [uri, diagnostics] of byUri) this.#parts.publisher.setOwn(uri, entry, diagnostics);
        const isV2 = findings.some(({ code }) => code === 'schema-v2');
        for (const { file } of view.files) this.#parts.publisher.setMuted(toUri(file), entry, isV2);
        this.#published.set(entry, new Set(byUri.keys()));
        status.problem(entry, problems[0]);
        this.#parts.checked(entry, findings);
    }
}
