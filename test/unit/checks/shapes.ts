import path from 'node:path';
import type { ContextShape, ShapeMember, ShapeType } from '../../../src/model/context-shape.ts';
import type { Location } from '../../../src/model/text.ts';

/** A line of `src/db.ts`, or of another source file. One-based, as messages have it. */
export function line(number: number, file = 'db.ts'): Location {
    return {
        file: path.resolve('/project/src', file),
        range: { start: { line: number - 1, character: 4 }, end: { line: number - 1, character: 20 } },
    };
}

/** A member that is surely there, unless something else is said. */
export function member(type: ShapeType, more: Partial<ShapeMember> = {}): ShapeMember {
    return { type, text: type.kind, optional: false, nullable: false, undefinable: false, ...more };
}

export const string: ShapeType = { kind: 'string' };
export const number: ShapeType = { kind: 'number' };
export const boolean: ShapeType = { kind: 'boolean' };
export const unknown: ShapeType = { kind: 'unknown', reason: 'any' };

export function literals(...values: (string | number | boolean)[]): ShapeType {
    return { kind: 'literals', values };
}

export function array(element: ShapeType): ShapeType {
    return { kind: 'array', element: member(element) };
}

export function union(...of: ShapeType[]): ShapeType {
    return { kind: 'union', of };
}

export function object(members: Record<string, ShapeMember | ShapeType>, open = false): ShapeType {
    const whole = Object.entries(members).map(([name, each]) => [name, 'type' in each ? each : member(each)] as const);
    return { kind: 'object', members: Object.fromEntries(whole), open };
}

/** A call of `$setAuth` on a line of `src/db.ts` that passes a value. */
export function call(value: ShapeType, at = 10, more: Partial<ContextShape> = {}): ContextShape {
    return {
        argument: line(at),
        call: line(at),
        argumentText: 'user',
        typeText: 'Context',
        value,
        mayBeUndefined: false,
        mayBeNull: false,
        inTest: false,
        unknown: [],
        ...more,
    };
}
