import type { Location, Range, Span } from './text.ts';

/**
 * Everything a fix needs, so that a message is never parsed. It travels in `Diagnostic.data` and is
 * plain JSON. Spans are offsets into the file's content at the time of the finding; a fix looks its
 * target up again by name and uses no span after an edit.
 */
export type FixData =
    /** Writes another type for a member: `String` → `String?`, `Int` → `String`. */
    | { kind: 'set-member-type'; declaration: string; member: string; typeText: string }
    /** Adds a member to a declaration. */
    | { kind: 'add-member'; declaration: string; member: string; typeText: string }
    /** Removes a member that no call supplies. */
    | { kind: 'remove-member'; declaration: string; member: string }
    /** Adds values to an enum, where they aren't there yet. */
    | { kind: 'add-enum-values'; enum: string; values: string[] }
    /** Gives a member of the auth declaration another name, there and in every `auth().member`. */
    | { kind: 'rename-auth-member'; declaration: string; member: string; to: string }
    /**
     * Changes a TypeScript source. `unchanged` is the argument as it was read (shortened as
     * `ContextShape.argumentText` is): when it isn't there any more, or an expected text isn't, nothing is done.
     */
    | {
          kind: 'replace-source';
          file: string;
          unchanged: { range: Range; text: string };
          edits: { range: Range; expected: string; text: string }[];
      }
    /**
     * Makes a comparison with a member of a list a predicate over it: `auth().list.x == y` → `auth().list?[x == y]`.
     * `comparison` is its text, `list` the index of the list in `path`.
     */
    | { kind: 'compare-in-predicate'; path: string[]; list: number; comparison: string }
    /**
     * Changes a rule in place. `rule` is the whole text of its attribute as it was, on the declaration or on one
     * of its fields, `nth` its index among equal texts there; `edits` have offsets from the attribute's beginning.
     */
    | {
          kind: 'edit-rule';
          declaration: string;
          rule: string;
          nth: number;
          edits: { start: number; end: number; text: string }[];
      }
    /** Adds a rule to a declaration: below the attribute whose text is `after`, else below its last one. */
    | { kind: 'add-rule'; declaration: string; text: string; after?: string }
    /** Adds an attribute to a field. */
    | { kind: 'add-field-attribute'; declaration: string; field: string; text: string }
    /** Creates `type <name> { … @@auth }`. */
    | { kind: 'add-auth-type'; name: string; members: { name: string; typeText: string; id: boolean }[] }
    /** Takes `@@auth` off a declaration. */
    | { kind: 'remove-auth-attribute'; declaration: string }
    /** Replaces a piece of a source file, as long as the piece is still what it was. */
    | { kind: 'edit-source'; location: Location; expected: string; text: string }
    /** Inserts what the Better Auth configuration needs and the schema lacks. */
    | { kind: 'insert-auth-models'; tables: string[] }
    /** Declares the access policy plugin. */
    | { kind: 'add-policy-plugin' }
    /** Adds an override of a package's version to a package.json. */
    | { kind: 'add-override'; manifest: string; name: string; version: string };

/** Where a fix applies: the schema's entry and the file of the finding. */
export interface FixTarget {
    entry: string;
    file: string;
    span: Span;
}
