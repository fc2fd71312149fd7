import type { ShapeType } from '../model/context-shape.ts';
import type { FieldType } from '../model/schema-view.ts';

/** Whether a value of a TypeScript type can stand for a ZModel type. */
export type Fit = 'fits' | 'differs' | 'unknown';

/** The primitives that ZenStack's client accepts for each builtin type; Json takes anything. */
const ACCEPTED: Record<string, readonly string[]> = {
    String: ['string'],
    Int: ['number'],
    Float: ['number'],
    Decimal: ['number', 'string'],
    BigInt: ['bigint', 'number'],
    Boolean: ['boolean'],
    DateTime: ['date', 'string'],
    Bytes: ['bytes'],
};

function combine(fits: Fit[]): Fit {
    if (fits.includes('differs')) return 'differs';
    return fits.includes('unknown') ? 'unknown' : 'fits';
}

/**
 * Compares a declared member with what a call supplies, null and undefined apart.
 * In: the ZModel type, the TypeScript type. Out: `differs` only when no value of some part of the
 * TypeScript type can be right.
 */
export function compareTypes(declared: FieldType, supplied: ShapeType): Fit {
    if (supplied.kind === 'unknown' || supplied.kind === 'other') return 'unknown';
    if (supplied.kind === 'union') return combine(supplied.of.map((part) => compareTypes(declared, part)));
    if (declared.kind === 'unresolved' || declared.kind === 'unsupported') return 'unknown';
    if (declared.kind === 'builtin' && declared.name === 'Json') return 'fits';
    if (declared.array) {
        if (supplied.kind !== 'array') return 'differs';
        return compareTypes({ ...declared, array: false }, supplied.element.type);
    }
    if (supplied.kind === 'array') return 'differs';
    if (declared.kind === 'model' || declared.kind === 'type') return supplied.kind === 'object' ? 'fits' : 'differs';
    if (supplied.kind === 'object') return 'differs';
    if (declared.kind === 'enum') {
        // A plain string may well be one of the enum's values: nobody can say.
        if (supplied.kind === 'string') return 'unknown';
        if (supplied.kind !== 'literals') return 'differs';
        return supplied.values.every((value) => declared.values.includes(String(value))) ? 'fits' : 'differs';
    }
    const accepted = ACCEPTED[declared.name] ?? [];
    if (supplied.kind !== 'literals') return accepted.includes(supplied.kind) ? 'fits' : 'differs';
    return supplied.values.every((value) => accepted.includes(typeof value)) ? 'fits' : 'differs';
}

export { printType } from '../model/schema-view.ts';

const BUILTIN_FOR = {
    string: 'String',
    boolean: 'Boolean',
    date: 'DateTime',
    bigint: 'BigInt',
    bytes: 'Bytes',
    number: 'Int',
} as const;

/**
 * The ZModel type that holds a TypeScript type, for fixes; undefined when there is no single one.
 * A number becomes `Int`, as Better Auth's own numbers are, unless a literal says otherwise.
 */
export function zmodelTypeFor(type: ShapeType): string | undefined {
    switch (type.kind) {
        case 'string':
        case 'boolean':
        case 'date':
        case 'bigint':
        case 'bytes':
        case 'number':
            return BUILTIN_FOR[type.kind];
        case 'literals': {
            const kinds = new Set(type.values.map((value) => typeof value));
            if (kinds.size !== 1) return undefined;
            if (kinds.has('string')) return 'String';
            if (kinds.has('boolean')) return 'Boolean';
            return type.values.every((value) => Number.isInteger(value)) ? 'Int' : 'Float';
        }
        case 'array': {
            const element = zmodelTypeFor(type.element.type);
            return element?.endsWith(']') ? undefined : element && `${element}[]`;
        }
        case 'object':
        case 'union':
        case 'other':
        case 'unknown':
            return undefined;
    }
}
