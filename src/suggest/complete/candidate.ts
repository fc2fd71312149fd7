import type { ContextShape } from '../../model/context-shape.ts';
import type { LibraryView } from '../../model/library-view.ts';
import type { DeclarationView, SchemaView } from '../../model/schema-view.ts';
import type { Span, TextChange } from '../../model/text.ts';
import type { KnownRoles } from '../rule-snippets.ts';

export type CandidateKind =
    | 'field'
    | 'relation'
    | 'function'
    | 'keyword'
    | 'operator'
    | 'value'
    | 'enum-value'
    | 'attribute'
    | 'snippet'
    | 'model'
    | 'type'
    | 'enum'
    | 'property'
    | 'binding'
    | 'file';

/** Something that may be typed at a place. Lists of them are sorted by likelihood. */
export interface Candidate {
    label: string;
    kind: CandidateKind;
    /** One line: a type, a signature. */
    detail?: string;
    /** A few words beside the label that are worth seeing without opening the details: `may be missing`. */
    note?: string;
    /** Markdown. */
    documentation?: string;
    /** What is inserted: plain text, or a snippet in LSP's syntax. */
    insert: string;
    isSnippet?: boolean;
    /** What it is found by while typing; the label unless told. */
    filter?: string;
    /** What it takes the place of, when that is more than what is typed. */
    replace?: Span;
    /** What has to be added elsewhere in the same file. */
    changes?: TextChange[];
    /** More is to be completed after it: the editor asks again. */
    again?: boolean;
}

/** What completion is told besides the text. */
export interface CompletionInput {
    /** Absolute path of the file. */
    file: string;
    text: string;
    /** Of the cursor. */
    offset: number;
    /** Of the last good trees; the declaration at the cursor without what is being typed. */
    view: SchemaView;
    library: LibraryView;
    /** The application's calls outside tests; undefined while they aren't known. */
    contexts?: readonly ContextShape[];
    roles: KnownRoles;
    /** More organization roles than are known can be made at run time. */
    rolesOpen?: boolean;
    /** Paths of other `.zmodel` files as an import writes them, the likeliest first. */
    importPaths(): string[];
    /** Paths of a location for a message: relative to the workspace folder. */
    display(file: string): string;
}

/** What completion answers. */
export interface Completion {
    candidates: Candidate[];
    /** What a candidate takes the place of, unless it says otherwise. */
    replace: Span;
}

/** The declaration of a name. */
export function declarationOf(view: SchemaView, name: string): DeclarationView | undefined {
    return view.declarations.find((candidate) => candidate.name === name);
}

/** Text in backticks. */
export function zmodel(text: string): string {
    return `\`\`\`zmodel\n${text}\n\`\`\``;
}

/** Sorts by rank and keeps the given order among equals; of several with one label and text the likeliest stays. */
export function ranked(list: readonly { rank: number; candidate: Candidate }[]): Candidate[] {
    const seen = new Set<string>();
    return list
        .map((each, index) => ({ ...each, index }))
        .sort((a, b) => a.rank - b.rank || a.index - b.index)
        .map(({ candidate }) => candidate)
        .filter(({ label, insert }) => {
            const key = `${label}\n${insert}`;
            const isNew = !seen.has(key);
            seen.add(key);
            return isNew;
        });
}

/** A snippet's text with placeholders replaced by what they begin with. */
export function withoutPlaces(text: string): string {
    return text
        .replace(/\$\{\d+\|((?:\\.|[^\\,|])*)(?:\\.|[^\\|])*\|\}/g, '$1')
        .replace(/\$\{\d+:((?:\\.|[^\\}])*)\}/g, '$1')
        .replace(/\$\d+/g, '')
        .replace(/\\([\\,|$}])/g, '$1');
}
