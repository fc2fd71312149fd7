import type { LangiumDocument } from 'langium';
import type { CodeLensProvider } from 'langium/lsp';
import { CodeLensRefreshRequest } from 'vscode-languageserver';
import type { CodeLens, Connection } from 'vscode-languageserver';
import type { ContextShape } from '../model/context-shape.ts';
import { accessOf, summarizeAccess } from '../access/access-of.ts';
import type { Finding } from '../model/finding.ts';
import type { PolicyModel } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { ShowAccessArgument } from '../shared/protocol.ts';
import type { AuthMemberUses } from './auth-member-uses.ts';
import { toRange } from './convert.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

/** The client's command that shows who can access a model, with `ShowAccessArgument` as its argument. */
const SHOW_ACCESS = 'zmodelAuth.showAccess';

/** The client's command that shows what is passed, with the schema's URI as its argument. */
const SHOW_CONTEXT_SHAPE = 'zmodelAuth.showContextShape';

interface Parts {
    schemas: Schemas;
    members: AuthMemberUses;
    features: Features;
    findings: (entry: string) => readonly Finding[] | undefined;
}

/** Travels in a lens that is resolved when it is to be seen. */
interface LensData {
    uri: string;
    model: string;
}

/**
 * A line above the declaration behind `auth()`: whether it agrees with the calls. Asks nobody, tells what is known.
 * And one above each model: who may do what, which is found out when the line is to be seen.
 */
export class AuthCodeLensProvider implements CodeLensProvider {
    readonly #parts: Parts;
    /** What lines say, worked out once for each state of a schema. */
    readonly #summaries = new WeakMap<PolicyModel, string>();

    constructor(parts: Parts) {
        this.#parts = parts;
    }

    provideCodeLens(document: LangiumDocument): CodeLens[] {
        const { uri, textDocument } = document;
        const { schemas, members, features, findings } = this.#parts;
        if (!features.settings.codeLens) return [];
        const ofAuth = schemas.entriesOf(uri.toString()).flatMap((entry): CodeLens[] => {
            const view = schemas.view(entry);
            const declaration = view.auth?.declaration;
            const contexts = members.contexts(view);
            const found = findings(entry);
            if (declaration?.file !== uri.fsPath || !contexts || !found) return [];
            // A model named User, which no rule reads, has nothing to do with it.
            if (view.auth?.by === 'User' && !view.firstAuthCall) return [];
            return [
                {
                    range: toRange(textDocument.getText(), declaration.nameSpan),
                    command: {
                        title: summarize(contexts, found),
                        command: SHOW_CONTEXT_SHAPE,
                        arguments: [uri.toString()],
                    },
                },
            ];
        });
        return [...ofAuth, ...this.#ofModels(document)];
    }

    /** Completes a lens above a model. */
    resolve(lens: CodeLens): CodeLens {
        const data = readLensData(lens.data);
        const model = data && this.#model(data);
        if (!model) return { ...lens, command: { title: '', command: '' } };
        const known = this.#summaries.get(model.model) ?? summarizeAccess(accessOf(model.view.policies(), model.model));
        this.#summaries.set(model.model, known);
        return {
            ...lens,
            command: { title: known, command: SHOW_ACCESS, arguments: [data satisfies ShowAccessArgument] },
        };
    }

    #ofModels({ uri, textDocument }: LangiumDocument): CodeLens[] {
        const { schemas } = this.#parts;
        const [entry] = schemas.entriesOf(uri.toString());
        if (entry === undefined) return [];
        const { models, hasPolicyPlugin } = schemas.view(entry).policies();
        const all = [...models.values()];
        // Without the plugin, or any rule, nobody thinks of access yet.
        if (!hasPolicyPlugin || all.every(({ rules }) => rules.length === 0)) return [];
        return all
            .filter((model) => model.file === uri.fsPath && model.intact && !model.isIgnored)
            .map(({ name, nameSpan }) => ({
                range: toRange(textDocument.getText(), nameSpan),
                data: { uri: uri.toString(), model: name } satisfies LensData,
            }));
    }

    #model({ uri, model: name }: LensData): { view: SchemaView; model: PolicyModel } | undefined {
        const [entry] = this.#parts.schemas.entriesOf(uri);
        const view = entry === undefined ? undefined : this.#parts.schemas.view(entry);
        const model = view?.policies().models.get(name);
        return view && model && { view, model };
    }
}

function readLensData(data: unknown): LensData | undefined {
    if (typeof data !== 'object' || data === null || !('uri' in data) || !('model' in data)) return undefined;
    const { uri, model } = data;
    return typeof uri === 'string' && typeof model === 'string' ? { uri, model } : undefined;
}

/** A text that differs when what the lines above models say may differ: all rules as they are written. */
export function rulesText(view: SchemaView): string {
    const rules = [...view.policies().models.values()].map(({ name, rules: all }) => {
        const texts = all.map(({ file, span }) => {
            const content = view.files.find((each) => each.file === file)?.content ?? '';
            return content.slice(span.start, span.end);
        });
        return [name, ...texts].join('\n');
    });
    return rules.join('\n\n');
}

/** In: the calls outside tests; what the checks found. Out: the lens' text. */
export function summarize(contexts: readonly ContextShape[], findings: readonly Finding[]): string {
    const about = findings.filter(({ code }) => code.startsWith('context-') && code !== 'context-member-extra').length;
    if (contexts.length === 0)
        return about === 0 ? 'No $setAuth call found' : `No $setAuth call found; ${count(about)} without a source`;
    const calls = `${contexts.length} $setAuth ${contexts.length === 1 ? 'call' : 'calls'}`;
    const unread = contexts.filter(({ value }) => value.kind === 'unknown').length;
    if (unread === contexts.length && about === 0) return `${calls}, of unknown type`;
    const aside = unread > 0 ? ` (${unread} of unknown type)` : '';
    return about === 0
        ? `In sync with ${calls}${aside}`
        : `${about} ${about === 1 ? 'difference' : 'differences'} with ${calls}${aside}`;
}

function count(members: number): string {
    return `${members} ${members === 1 ? 'member' : 'members'}`;
}

/** Makes the client ask for code lenses again, when what they say has changed and the client can do that. */
export class CodeLensRefresher {
    readonly #connection: Connection;
    readonly #isSupported: boolean;
    readonly #log: (message: string) => void;
    readonly #shown = new Map<string, string>();

    constructor(connection: Connection, isSupported: boolean, log: (message: string) => void) {
        this.#connection = connection;
        this.#isSupported = isSupported;
        this.#log = log;
    }

    /** In: the schema's entry; a text that differs when its lens does. */
    update(entry: string, state: string): void {
        if (!this.#isSupported || state === this.#shown.get(entry)) return;
        this.#shown.set(entry, state);
        this.#connection.sendRequest(CodeLensRefreshRequest.type).catch((error: unknown) => {
            this.#log(`Refreshing code lenses failed: ${error instanceof Error ? error.message : String(error)}`);
        });
    }
}
