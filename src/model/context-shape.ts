import type { Location } from './text.ts';
import type { Unknown } from './unknown.ts';

/** The type of a value that the application passes, reduced to what ZModel can be compared with. */
export type ShapeType =
    | { kind: 'string' | 'number' | 'bigint' | 'boolean' | 'date' | 'bytes' }
    /** A union of literals of one primitive; for a TypeScript enum, its name and values. */
    | { kind: 'literals'; values: (string | number | boolean)[]; enumName?: string }
    | { kind: 'array'; element: ShapeMember }
    /** `open`: more members may be there than are listed (index signature, spread of an unknown). */
    | { kind: 'object'; members: Record<string, ShapeMember>; open: boolean }
    /** Two or more of the above that do not reduce to one kind; none of them: no value at all, only `null` or `undefined`. */
    | { kind: 'union'; of: ShapeType[] }
    /** Known to the compiler, yet nothing that a ZModel type can hold: a function, a symbol, a class instance. */
    | { kind: 'other' }
    /** `any`, an error type, an unresolved import: nothing may be concluded. */
    | { kind: 'unknown'; reason: string };

/** A member with its three kinds of absence kept apart. */
export interface ShapeMember {
    type: ShapeType;
    /** The type as TypeScript prints it, with `null` and `undefined`. */
    text: string;
    /** `a?: T`: the property itself may be absent (on some branch). */
    optional: boolean;
    /** `T | null`. */
    nullable: boolean;
    /** `T | undefined` beyond what `optional` brings. */
    undefinable: boolean;
    /** Where the value comes from: the property in the literal or its declaration. */
    source?: Location;
}

/** What one `$setAuth(...)` call passes. */
export interface ContextShape {
    /** The call's argument, or the whole call when it has none. */
    argument: Location;
    /** The call expression. */
    call: Location;
    /** The argument's source text (shortened to 200 characters) and its type as TypeScript prints it. */
    argumentText: string;
    typeText: string;
    /** The object that is passed when one is passed; undefined when `value` tells that none ever is. */
    value: ShapeType;
    /** `undefined` may be passed, or no argument at all: an anonymous request, which is legitimate. */
    mayBeUndefined: boolean;
    /** `null` may be passed. */
    mayBeNull: boolean;
    /** The call stands in a test file. */
    inTest: boolean;
    /** Everything below `value` that is unknown, with its reason. */
    unknown: Unknown[];
}

/** The result of looking through a workspace folder. */
export interface ContextAnalysis {
    contexts: ContextShape[];
    /** Things that keep the analysis from being complete: a broken tsconfig, an unreadable file. */
    unknown: Unknown[];
    /** Absolute paths of the source files whose content the result depends on (declaration files of packages left out). */
    files: string[];
}
