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

/**
 * Where a value comes from: the session that `getSession` returns, its user, an organization or a
 * member of one, a literal in the source, a query of the ORM.
 */
export type ShapeOrigin = 'session' | 'user' | 'organization' | 'literal' | 'query';

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
    /** The property in the literal, or the property's declaration. */
    source?: Location;
    /** Where the value comes from, when the expression tells. */
    origin?: ShapeOrigin;
}

/** A function of the application that hands its parameter on to `$setAuth`, itself or through another such function. */
export interface Wrapper {
    /** As callers know it: `dbFor`, `Repository` for a constructor. */
    name: string;
    /** The function's name, or the whole function when it has none. */
    location: Location;
}

/** How an argument is written. */
export interface ArgumentForm {
    /** The keywords `null` that it may evaluate to: `null`, `x ?? null`, `c ? x : null`. */
    nulls: Location[];
    /** A member access or `?? x` may follow directly: a name, a member access, a call. */
    accessible: boolean;
    /** For a literal with members: where another one goes, and which of its members read a session. */
    literal?: {
        /** An empty stretch after the last member; the text that separates the next one from it. */
        end: Location;
        separator: string;
        reads: SessionRead[];
    };
}

/** A member of a literal whose value is written as `x.user.…` or `x.session.…`; its origin tells whether that is Better Auth's. */
export interface SessionRead {
    member: string;
    from: 'session' | 'user';
    /** What comes before `session.` or `user.`: `found.`, `found?.`. */
    holder: string;
}

/**
 * What one `$setAuth(...)` call passes. A call in a wrapper function stands for as many shapes as the
 * application calls the wrapper; each tells what that caller passes.
 */
export interface ContextShape {
    /** The call's argument, or the whole call when it has none. */
    argument: Location;
    /** The call expression: of `$setAuth`, or of the first wrapper in `via`. */
    call: Location;
    /** The wrappers between the call and `$setAuth`, the one that is called here first. Missing for a call of `$setAuth` itself. */
    via?: Wrapper[];
    /** Entry file of the schema whose client is called, an absolute path; missing when that couldn't be found out. */
    schemaFile?: string;
    /** The argument's source text (shortened to 200 characters) and its type as TypeScript prints it. */
    argumentText: string;
    typeText: string;
    /** How the argument is written, as far as edits of it need it; missing when there is none. */
    form?: ArgumentForm;
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
    /** `name version` of the compilers that were asked, e.g. `typescript 6.0.3`; missing without types. */
    compiler?: string;
    /** A quick answer: some of it was read from the syntax alone, and asking again takes longer and tells more. */
    isPartial?: boolean;
    /** How long the steps took that the answer was computed with, in milliseconds; what was remembered took none. */
    timings?: { step: string; ms: number }[];
}

/** A value that a request's context could be given: what a Better Auth instance knows of the request. */
export interface AvailableMember {
    /** The name that it has in its object: `activeOrganizationId`. */
    name: string;
    /** How an expression reaches it from what `getSession` returns: `session.activeOrganizationId`, `user.id`. */
    path: string;
    type: ShapeMember;
    from: 'session' | 'user' | 'organization';
}
