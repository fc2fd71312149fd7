import type { Connection, Diagnostic } from 'vscode-languageserver';

/** Diagnostics of a document by where they come from. */
interface Published {
    base: Diagnostic[];
    /** By entry file: a fragment may belong to several schemas. */
    own: Map<string, Diagnostic[]>;
    /** Entries as part of whose schema the language's own diagnostics say nothing of use. */
    muted: Set<string>;
}

/**
 * Sends diagnostics: the language's own and ours, merged per document, and only when they changed.
 * A linking error at a place where ours says the same better is left out.
 */
export class Publisher {
    readonly #connection: Connection;
    readonly #byUri = new Map<string, Published>();
    readonly #sent = new Map<string, string>();

    constructor(connection: Connection) {
        this.#connection = connection;
    }

    setBase(uri: string, diagnostics: Diagnostic[]): void {
        this.#at(uri).base = diagnostics;
        this.#send(uri);
    }

    /** Sets our findings in a document as part of the schema of `entry`. */
    setOwn(uri: string, entry: string, diagnostics: Diagnostic[]): void {
        const { own } = this.#at(uri);
        if (diagnostics.length > 0) own.set(entry, diagnostics);
        else own.delete(entry);
        this.#send(uri);
    }

    /** Leaves out the language's own diagnostics of a document, as long as it is so in the schema of `entry`. */
    setMuted(uri: string, entry: string, isMuted: boolean): void {
        const { muted } = this.#at(uri);
        if (muted.has(entry) === isMuted) return;
        if (isMuted) muted.add(entry);
        else muted.delete(entry);
        this.#send(uri);
    }

    /** Takes all diagnostics of a document away. */
    clear(uri: string): void {
        this.#byUri.delete(uri);
        this.#send(uri);
    }

    #at(uri: string): Published {
        const known = this.#byUri.get(uri);
        if (known) return known;
        const created: Published = { base: [], own: new Map(), muted: new Set() };
        this.#byUri.set(uri, created);
        return created;
    }

    #send(uri: string): void {
        const known = this.#byUri.get(uri);
        const base = known && known.muted.size === 0 ? known.base : [];
        const seen = new Set<string>();
        const own = [...(known?.own.values() ?? [])].flat().filter((diagnostic) => {
            const key = `${place(diagnostic)} ${String(diagnostic.code)} ${diagnostic.message}`;
            return !seen.has(key) && seen.add(key);
        });
        const covered = new Set(
            own
                .filter(({ code }) => code === 'auth-member-missing' || code === 'auth-list-member')
                .map((diagnostic) => place(diagnostic)),
        );
        const diagnostics = [
            ...base.filter((diagnostic) => !(isLinkingError(diagnostic) && covered.has(place(diagnostic)))),
            ...own,
        ];
        const text = JSON.stringify(diagnostics);
        if ((this.#sent.get(uri) ?? '[]') === text) return;
        this.#sent.set(uri, text);
        void this.#connection.sendDiagnostics({ uri, diagnostics });
    }
}

function isLinkingError(diagnostic: Diagnostic): boolean {
    const data: unknown = diagnostic.data;
    return typeof data === 'object' && data !== null && 'code' in data && data.code === 'linking-error';
}

function place({ range }: Diagnostic): string {
    return `${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`;
}
