import type { TextChange } from '../model/text.ts';

/** A rule to be completed, in LSP's snippet syntax, with a model's own names in it. */
export interface RuleSnippet {
    label: string;
    /** One line beside the label. */
    detail: string;
    /** Markdown. */
    documentation: string;
    text: string;
    /** Words by which it is found while typing. */
    filter: string;
    /** What has to be added elsewhere in the same file for the text to be valid. */
    changes?: TextChange[];
}

/** `${1|a,b|}`, or the only value as a placeholder. Commas and bars would end a choice and are escaped. */
export function choice(index: number, values: readonly string[]): string {
    const distinct = [...new Set(values)];
    const escaped = distinct.map((value) => value.replace(/[\\,|$}]/g, (character) => `\\${character}`));
    return escaped.length > 1 ? `\${${index}|${escaped.join(',')}|}` : `\${${index}:${escaped[0] ?? ''}}`;
}

/**
 * Lists of operations. One that allows `update` allows `post-update` with it, or the other way round a row
 * could be given away: `update` looks at the row as it was, `post-update` as it becomes.
 */
const EVERYTHING = 'all,post-update';
const CHANGES = 'update,delete,post-update';

/** The choices of operations that suit a rule; the first is what it is mostly for. */
export const OPERATIONS = {
    /** Whoever only belongs to something. */
    read: ['read', 'create,read', EVERYTHING, CHANGES, 'create', 'delete'],
    /** Whoever owns something. */
    own: [EVERYTHING, 'read', 'create,read', CHANGES, 'create', 'delete'],
    /** Whoever runs something. */
    manage: [CHANGES, EVERYTHING, 'read', 'create', 'delete'],
    /** Changes of what is there already. */
    change: [CHANGES, 'update,post-update', 'read', 'delete'],
    /** Writing alone. */
    write: ['create,update,delete,post-update', 'update,post-update', 'create', 'delete'],
} as const satisfies Record<string, readonly string[]>;
