import { CompletionItemKind, InsertTextFormat } from 'vscode-languageserver';
import type { CompletionItem } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { withoutPlaces } from '../suggest/complete/candidate.ts';
import type { Candidate, CandidateKind, Completion } from '../suggest/complete/candidate.ts';

/** What a client can show. */
export interface ItemSupport {
    snippets: boolean;
    labelDetails: boolean;
    /** It has VS Code's command that asks for completion again. */
    retrigger: boolean;
}

const KINDS: Readonly<Record<CandidateKind, CompletionItemKind>> = {
    field: CompletionItemKind.Field,
    relation: CompletionItemKind.Reference,
    function: CompletionItemKind.Function,
    keyword: CompletionItemKind.Keyword,
    operator: CompletionItemKind.Operator,
    value: CompletionItemKind.Value,
    'enum-value': CompletionItemKind.EnumMember,
    attribute: CompletionItemKind.Property,
    snippet: CompletionItemKind.Snippet,
    model: CompletionItemKind.Class,
    type: CompletionItemKind.Struct,
    enum: CompletionItemKind.Enum,
    property: CompletionItemKind.Property,
    binding: CompletionItemKind.Variable,
    file: CompletionItemKind.File,
};

/** Candidates as items of the protocol. In: the candidates, the document that they are for, what the client can show. */
export function toItems(completion: Completion, document: TextDocument, support: ItemSupport): CompletionItem[] {
    return completion.candidates.map((candidate, index) => toItem(candidate, index, completion, document, support));
}

/**
 * Words to be found by, with the one first that was begun: editors sort what begins with the typed text first.
 * In: what was typed, the words. Out: the words.
 */
function startingWith(typed: string, filter: string): string {
    const words = filter.split(' ');
    const begun = typed === '' ? undefined : words.find((word) => word.startsWith(typed.toLowerCase()));
    return begun === undefined ? filter : [begun, ...words.filter((word) => word !== begun)].join(' ');
}

function toItem(
    candidate: Candidate,
    index: number,
    completion: Completion,
    document: TextDocument,
    support: ItemSupport,
): CompletionItem {
    const { label, detail, note, documentation, insert, filter, changes } = candidate;
    const { start, end } = candidate.replace ?? completion.replace;
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const isSnippet = candidate.isSnippet === true && support.snippets;
    const shown = note !== undefined && !support.labelDetails ? `${detail ?? ''} (${note})` : detail;
    return {
        label,
        kind: KINDS[candidate.kind],
        // Before whatever another server offers at the same place.
        sortText: `!${String(index).padStart(3, '0')}`,
        ...(shown !== undefined && { detail: shown }),
        ...(note !== undefined && support.labelDetails && { labelDetails: { description: note } }),
        ...(documentation !== undefined && { documentation: { kind: 'markdown' as const, value: documentation } }),
        textEdit: { range, newText: candidate.isSnippet && !isSnippet ? withoutPlaces(insert) : insert },
        ...(isSnippet && { insertTextFormat: InsertTextFormat.Snippet }),
        ...(filter !== undefined && { filterText: startingWith(document.getText(range), filter) }),
        ...(changes && {
            additionalTextEdits: changes.map((change) => ({
                range: { start: document.positionAt(change.start), end: document.positionAt(change.end) },
                newText: change.text,
            })),
        }),
        ...(candidate.again &&
            support.retrigger && {
                command: { title: 'Suggest', command: 'editor.action.triggerSuggest' },
            }),
    };
}
