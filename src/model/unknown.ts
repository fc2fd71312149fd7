/**
 * Something that could not be found out, and why. It is carried along and shown, never guessed and
 * never reported as a mismatch.
 */
export interface Unknown {
    /** What is unknown, as a path a reader recognises: `plugins[2]`, `argument.organizationId`. */
    what: string;
    /** Why, as one plain sentence part: `a conditional spread`, `the module "pg" could not be resolved`. */
    reason: string;
    /** Absolute path. */
    file: string;
    /** One-based line. */
    line: number;
}
