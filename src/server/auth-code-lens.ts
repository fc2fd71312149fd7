import type { LangiumDocument } from 'langium';
import type { CodeLensProvider } from 'langium/lsp';
import { CodeLensRefreshRequest } from 'vscode-languageserver';
import type { CodeLens, Connection } from 'vscode-languageserver';
import type { ContextShape } from '../model/context-shape.ts';
import type { Finding } from '../model/finding.ts';
import type { AuthMemberUses } from './auth-member-uses.ts';
import { toRange } from './convert.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

/** The client's command that shows what is passed, with the schema's URI as its argument. */
const SHOW_CONTEXT_SHAPE = 'zmodelAuth.showContextShape';

interface Parts {
    schemas: Schemas;
    members: AuthMemberUses;
    features: Features;
    findings: (entry: string) => readonly Finding[] | undefined;
}

/** A line above the declaration behind `auth()`: whether it agrees with the calls. Asks nobody, tells what is known. */
export class AuthCodeLensProvider implements CodeLensProvider {
    readonly #parts: Parts;

    constructor(parts: Parts) {
        this.#parts = parts;
    }

    provideCodeLens({ uri, textDocument }: LangiumDocument): CodeLens[] {
        const { schemas, members, features, findings } = this.#parts;
        if (!features.settings.codeLens) return [];
        return schemas.entriesOf(uri.toString()).flatMap((entry): CodeLens[] => {
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
    }
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
