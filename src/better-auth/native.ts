import { ArrayValue, Closure, ModuleValue, ObjectValue, UnknownValue } from './values.ts';
import type { Value } from './values.ts';

/**
 * How an unknown value is stood in for when real code is called: left out, or by something that code
 * would tell apart from nothing. `alternative` takes one of the values that a condition decides between.
 */
export type StandIn =
    | { kind: 'omit' }
    | { kind: 'text' }
    | { kind: 'true' }
    | { kind: 'false' }
    | { kind: 'any' }
    | { kind: 'alternative'; value: Value };

/** An unknown value inside of another one, with the path that leads to it. */
export interface UnknownLeaf {
    path: string;
    unknown: UnknownValue;
}

/** Stand-ins that are tried to find out whether an unknown value matters. */
export const PROBES: readonly StandIn[] = [
    { kind: 'omit' },
    { kind: 'text' },
    { kind: 'true' },
    { kind: 'false' },
    { kind: 'any' },
];

/** Long enough for secrets, of which some factories ask 32 characters. */
export const PROBE_TEXT = 'zmodelAuthProbeInPlaceOfUnknownText';

/** In: any value and the path that leads to it. Out: all unknown values inside of it. */
export function unknownLeaves(value: Value, path: string): UnknownLeaf[] {
    if (value instanceof UnknownValue) {
        return [{ path, unknown: value }];
    }
    if (value instanceof ArrayValue) {
        return value.items.flatMap((item, index) => unknownLeaves(item.value, `${path}[${index}]`));
    }
    if (value instanceof ObjectValue) {
        return [
            ...[...value.entries].flatMap(([key, entry]) => unknownLeaves(entry.value, joinPath(path, key))),
            ...value.rest.map((unknown) => ({ path, unknown })),
        ];
    }
    return [];
}

/** In: a path and a key. Out: the path to that key. */
export function joinPath(path: string, key: string): string {
    return path === '' ? key : `${path}.${key}`;
}

/**
 * Turns an evaluated value into plain JavaScript that real code can be given: functions become
 * functions that do nothing (or give the current time), unknown values what `standIn` says.
 */
export function toNative(value: Value, standIn: (unknown: UnknownValue) => StandIn): unknown {
    if (value instanceof UnknownValue) {
        return substitute(value, standIn);
    }
    if (value instanceof Closure) {
        return value.isNow ? () => new Date() : () => undefined;
    }
    if (value instanceof ModuleValue) {
        return {};
    }
    if (value instanceof ArrayValue) {
        return value.items.flatMap((item) => arrayElement(item.value, standIn));
    }
    if (!(value instanceof ObjectValue)) {
        return value;
    }
    const entries = [...value.entries].flatMap(([key, entry]) => objectEntry(key, entry.value, standIn));
    let isOpen = false;
    for (const unknown of value.rest) {
        isOpen ||= standIn(unknown).kind === 'any';
    }
    const result: Record<string, unknown> = Object.fromEntries(entries);
    return isOpen ? openObject(result) : result;
}

function objectEntry(key: string, value: Value, standIn: (unknown: UnknownValue) => StandIn): [string, unknown][] {
    if (value instanceof UnknownValue && standIn(value).kind === 'omit' && !value.isObject) {
        // A default that cannot be told is still a default, one that Better Auth supplies itself.
        return key === 'defaultValue' ? [[key, () => undefined]] : [];
    }
    return [[key, toNative(value, standIn)]];
}

function arrayElement(value: Value, standIn: (unknown: UnknownValue) => StandIn): unknown[] {
    if (!(value instanceof UnknownValue)) {
        return [toNative(value, standIn)];
    }
    const chosen = standIn(value);
    if (chosen.kind === 'omit') {
        return [];
    }
    const element = substitute(value, standIn);
    if (!value.spread || chosen.kind !== 'alternative') {
        return [element];
    }
    return Array.isArray(element)
        ? (element as unknown[])
        : element === undefined || element === false
          ? []
          : [element];
}

function substitute(unknown: UnknownValue, standIn: (unknown: UnknownValue) => StandIn): unknown {
    const chosen = standIn(unknown);
    switch (chosen.kind) {
        case 'omit':
            return unknown.isObject ? {} : undefined;
        case 'text':
            return unknown.isObject ? {} : PROBE_TEXT;
        case 'true':
            return unknown.isObject ? {} : true;
        case 'false':
            return unknown.isObject ? {} : false;
        case 'any':
            return anything('value');
        case 'alternative':
            return toNative(chosen.value, standIn);
    }
}

/** An object with some known members that has every other one, too. */
function openObject(known: Record<string, unknown>): object {
    return new Proxy(known, {
        get: (target, key): unknown =>
            typeof key === 'string' && !Object.hasOwn(target, key) ? anything(key) : Reflect.get(target, key),
        has: () => true,
        ownKeys: (target) => [...Reflect.ownKeys(target), PROBE_TEXT],
        getOwnPropertyDescriptor: (target, key) =>
            Reflect.getOwnPropertyDescriptor(target, key) ??
            (key === PROBE_TEXT ? { value: anything(PROBE_TEXT), enumerable: true, configurable: true } : undefined),
    });
}

/**
 * Something that every property can be read of and that can be called: it makes code go down its
 * paths. As a text it tells where it was reached, since two tables of one name are refused.
 */
function anything(path: string): unknown {
    const text = `${PROBE_TEXT}_${path.replace(/\W/g, '_')}`;
    const target = (): string => text;
    return new Proxy(target, {
        get: (_, key) => {
            if (key === Symbol.toPrimitive || key === 'toString') {
                return () => text;
            }
            // Neither a promise nor endless.
            const isEnd = key === 'then' || typeof key === 'symbol' || path.split('.').length > 6;
            return isEnd ? undefined : anything(`${path}.${key}`);
        },
        apply: () => text,
    });
}
