import type ts from 'typescript';

/**
 * What an expression evaluates to: a JavaScript primitive or `Date`, one of the classes below for
 * what the workspace wrote, or an object or function that comes from a bundled Better Auth module.
 * Code of the workspace is never among them.
 */
export type Value = unknown;

/** An export of a package, or of a module that cannot be found. */
export interface ExternalRef {
    module: string;
    name: string;
}

interface UnknownDetails {
    external?: ExternalRef;
    call?: { callee: ExternalRef; args: () => Value[] };
    alternatives?: Value[];
    global?: string;
    isObject?: boolean;
    spread?: boolean;
}

/** A value that cannot be told without running code: why, and where in the source. */
export class UnknownValue {
    /** One plain sentence part. */
    readonly reason: string;
    /** The expression that cannot be read. */
    readonly node: ts.Node;
    /** Set when the value is an export of a package. */
    readonly external: ExternalRef | undefined;
    /** Set when the value is what a call of a package's export returns; `args` evaluates its arguments. */
    readonly call: UnknownDetails['call'];
    /** All values that it can have, when a condition decides between values that can be told. */
    readonly alternatives: Value[] | undefined;
    /** Set when it is reached from a global object: `process.env.CI`. */
    readonly global: string | undefined;
    /** True when it is certainly an object: an instance. */
    readonly isObject: boolean;
    /** True when it stands for any number of array elements. */
    readonly spread: boolean;

    constructor(reason: string, node: ts.Node, details: UnknownDetails = {}) {
        this.reason = reason;
        this.node = node;
        this.external = details.external;
        this.call = details.call;
        this.alternatives = details.alternatives;
        this.global = details.global;
        this.isObject = details.isObject ?? false;
        this.spread = details.spread ?? false;
    }
}

/** An object literal; `rest` holds what is spread into it without being known. */
export class ObjectValue {
    readonly entries: Map<string, { value: Value; node: ts.Node }>;
    readonly rest: UnknownValue[];
    readonly node: ts.Node;

    constructor(node: ts.Node, entries: ObjectValue['entries'] = new Map(), rest: UnknownValue[] = []) {
        this.node = node;
        this.entries = entries;
        this.rest = rest;
    }

    /** Out: a copy that can be changed without changing this one. */
    copy(): ObjectValue {
        return new ObjectValue(this.node, new Map(this.entries), [...this.rest]);
    }
}

/** An array literal with the expression behind each element. */
export class ArrayValue {
    readonly items: { value: Value; node: ts.Node }[];

    constructor(items: ArrayValue['items']) {
        this.items = items;
    }
}

/** The arguments of a function whose body is being evaluated; `parent` is the frame around it. */
export interface Frame {
    fn: ts.SignatureDeclaration;
    bindings: Map<string, Value>;
    depth: number;
    parent: Frame | undefined;
}

/** A function of the workspace with the frame that it was made in. */
export class Closure {
    readonly fn: ts.FunctionLikeDeclaration;
    readonly frame: Frame | undefined;
    /** It returns the current time, as `() => new Date()` does. */
    readonly isNow: boolean;

    constructor(fn: ts.FunctionLikeDeclaration, frame: Frame | undefined, isNow: boolean) {
        this.fn = fn;
        this.frame = frame;
        this.isNow = isNow;
    }
}

/** All exports of a module of the workspace (`import * as x`). */
export class ModuleValue {
    readonly file: string;
    readonly node: ts.Node;

    constructor(file: string, node: ts.Node) {
        this.file = file;
        this.node = node;
    }
}

/** In: any value. Out: true or false where that can be told, else undefined. */
export function truthiness(value: Value): boolean | undefined {
    if (value instanceof UnknownValue) {
        if (value.isObject) {
            return true;
        }
        const each = new Set(value.alternatives?.map(truthiness));
        return each.size === 1 ? [...each][0] : undefined;
    }
    return Boolean(value);
}

/** In: any value. Out: whether it is an object or function that a bundled module made. */
export function isNative(value: Value): value is object {
    return (
        ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
        !(value instanceof UnknownValue) &&
        !(value instanceof ObjectValue) &&
        !(value instanceof ArrayValue) &&
        !(value instanceof Closure) &&
        !(value instanceof ModuleValue)
    );
}

/**
 * In: any value and a key. Out: the value of its own property; `undefined` when it has none, and
 * unknown when something unknown could supply it. Prototypes are never reached.
 */
export function readProperty(object: Value, key: string, node: ts.Node): Value {
    if (object instanceof UnknownValue) {
        if (object.alternatives !== undefined) {
            const alternatives = object.alternatives.map((each) => readProperty(each, key, node));
            return mergeAlternatives(alternatives, object.reason, object.node);
        }
        if (object.global !== undefined) {
            const global = `${object.global}.${key}`;
            return new UnknownValue(`${global} is only known at run time`, node, { global });
        }
        return new UnknownValue(object.reason, object.node);
    }
    if (object instanceof ObjectValue) {
        const entry = object.entries.get(key);
        const rest = object.rest[0];
        return entry === undefined && rest !== undefined ? new UnknownValue(rest.reason, rest.node) : entry?.value;
    }
    if (object instanceof ArrayValue) {
        const openEnd = object.items.findIndex(({ value }) => value instanceof UnknownValue && value.spread);
        const unknown = object.items[openEnd]?.value;
        if (unknown instanceof UnknownValue && (key === 'length' || Number(key) >= openEnd)) {
            return new UnknownValue(unknown.reason, unknown.node);
        }
        return key === 'length'
            ? object.items.length
            : /^\d+$/.test(key)
              ? object.items[Number(key)]?.value
              : undefined;
    }
    if (isNative(object) || typeof object === 'string') {
        return Object.getOwnPropertyDescriptor(object, key)?.value;
    }
    return object instanceof Closure
        ? new UnknownValue('a property of a function cannot be read without running it', node)
        : undefined;
}

/** In: what a condition decides between. Out: the value when it is the same each way, else an unknown one. */
export function mergeAlternatives(alternatives: Value[], reason: string, node: ts.Node): Value {
    const first = alternatives[0];
    if (alternatives.every((each) => Object.is(each, first))) {
        return first;
    }
    const flat = alternatives.flatMap((each) =>
        each instanceof UnknownValue ? (each.alternatives ?? [each]) : [each],
    );
    return flat.some((each) => each instanceof UnknownValue)
        ? new UnknownValue(reason, node)
        : new UnknownValue(reason, node, { alternatives: flat });
}

/** In: any value. Out: its own entries when it is an object that can be spread, else undefined. */
export function entriesOf(
    value: Value,
    node: ts.Node,
): { entries: ObjectValue['entries']; rest: UnknownValue[] } | undefined {
    if (value instanceof ObjectValue) {
        return { entries: value.entries, rest: value.rest };
    }
    if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') {
        return { entries: new Map(), rest: [] };
    }
    if (isNative(value) && !Array.isArray(value)) {
        return {
            entries: new Map(Object.entries(value).map(([key, each]: [string, Value]) => [key, { value: each, node }])),
            rest: [],
        };
    }
    return undefined;
}

/** In: any value. Out: its elements when it is an array, else undefined. */
export function itemsOf(value: Value, node: ts.Node): ArrayValue['items'] | undefined {
    if (value instanceof ArrayValue) {
        return value.items;
    }
    return Array.isArray(value) ? value.map((each: Value) => ({ value: each, node })) : undefined;
}
