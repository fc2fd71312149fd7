import type { ShapeMember, ShapeType } from '../model/context-shape.ts';

/** A `ShapeType` with members. */
export type ObjectShape = Extract<ShapeType, { kind: 'object' }>;
type LiteralShape = Extract<ShapeType, { kind: 'literals' }>;

/** No value at all: what is left of a type that is only `null`, `undefined` or `never`. */
export const NOTHING: ShapeType = { kind: 'union', of: [] };

/** A member by name; names such as `constructor` must not reach the prototype. */
export function memberOf(object: ObjectShape, name: string): ShapeMember | undefined {
    return Object.hasOwn(object.members, name) ? object.members[name] : undefined;
}

function byValue(a: string | number | boolean, b: string | number | boolean): number {
    return a < b ? -1 : Number(a > b);
}

function uniteLiterals(literals: LiteralShape[]): ShapeType[] {
    const result: ShapeType[] = [];
    for (const primitive of ['string', 'number', 'boolean'] as const) {
        const group = literals.filter((shape) => typeof shape.values[0] === primitive);
        const [first] = group;
        if (!first) continue;
        const values = [...new Set(group.flatMap((shape) => shape.values))];
        if (primitive === 'boolean' && values.length === 2) {
            result.push({ kind: 'boolean' });
        } else {
            const { enumName } = first;
            const sameEnum = enumName !== undefined && group.every((shape) => shape.enumName === enumName);
            // The checker orders a union by when it met its parts, which differs from query to query; enums keep their own order.
            result.push(
                sameEnum ? { kind: 'literals', values, enumName } : { kind: 'literals', values: values.sort(byValue) },
            );
        }
    }
    return result;
}

function uniteTexts(texts: string[]): string {
    return [...new Set(texts)].join(' | ');
}

/** One member for everything that any of the given ones may be; `first` is one of them. */
export function uniteMembers(members: ShapeMember[], first: ShapeMember): ShapeMember {
    if (members.length === 1) return first;
    const source = members.find((member) => member.source)?.source;
    return {
        type: unite(members.map((member) => member.type)),
        text: uniteTexts(members.map((member) => member.text)),
        optional: members.some((member) => member.optional),
        nullable: members.some((member) => member.nullable),
        undefinable: members.some((member) => member.undefinable),
        ...(source && { source }),
    };
}

function uniteObjects(objects: ObjectShape[]): ObjectShape {
    const members: Record<string, ShapeMember> = {};
    for (const name of new Set(objects.flatMap((object) => Object.keys(object.members)))) {
        const found = objects.map((object) => memberOf(object, name));
        const present = found.filter((member) => member !== undefined);
        const [first] = present;
        if (!first) continue;
        const member = uniteMembers(present, first);
        const absent = objects.filter((_, index) => found[index] === undefined);
        if (absent.some((object) => object.open)) {
            members[name] = { ...member, optional: true, type: unknownBranch(member.type) };
        } else {
            members[name] = absent.length > 0 ? { ...member, optional: true } : member;
        }
    }
    return { kind: 'object', members, open: objects.some((object) => object.open) };
}

function unknownBranch(type: ShapeType): ShapeType {
    return type.kind === 'unknown' ? type : { kind: 'unknown', reason: 'another branch may pass it with another type' };
}

/**
 * One shape for everything that any of the given ones holds.
 * Objects become one object, in which a member that a branch lacks is optional; literals of one
 * primitive become one set and vanish beside the primitive itself. An unknown part makes the whole unknown.
 */
export function unite(shapes: readonly ShapeType[]): ShapeType {
    const flat = shapes.flatMap((shape) => (shape.kind === 'union' ? shape.of : [shape]));
    const unknown = flat.find((shape) => shape.kind === 'unknown');
    if (unknown) return unknown;

    const result: ShapeType[] = [];
    const simple = new Set<string>();
    for (const shape of flat) {
        if (shape.kind === 'object' || shape.kind === 'literals' || shape.kind === 'array') continue;
        if (!simple.has(shape.kind)) result.push(shape);
        simple.add(shape.kind);
    }
    const literals = uniteLiterals(flat.filter((shape) => shape.kind === 'literals'));
    for (const shape of literals) {
        const primitive = shape.kind === 'literals' ? typeof shape.values[0] : shape.kind;
        if (!simple.has(primitive)) result.push(shape);
    }
    const arrays = flat.filter((shape) => shape.kind === 'array').map((shape) => shape.element);
    if (arrays[0]) result.push({ kind: 'array', element: uniteMembers(arrays, arrays[0]) });
    const objects = flat.filter((shape) => shape.kind === 'object');
    if (objects[0]) result.push(objects.length === 1 ? objects[0] : uniteObjects(objects));

    const [only] = result;
    return result.length === 1 && only ? only : { kind: 'union', of: result };
}

/**
 * What `{ ...before, ...spread }` holds.
 * In: the object so far, the spread object, and whether the spread may be null or undefined (then
 * nothing is certain to come from it). An open spread may overwrite anything that stands before it.
 */
export function spreadOver(before: ObjectShape, spread: ObjectShape, mayBeMissing: boolean): ObjectShape {
    const members: Record<string, ShapeMember> = { ...before.members };
    if (spread.open) {
        for (const [name, member] of Object.entries(members)) {
            members[name] = {
                ...member,
                type: { kind: 'unknown', reason: 'a spread after it may overwrite it' },
            };
        }
    }
    for (const [name, member] of Object.entries(spread.members)) {
        const old = memberOf(before, name);
        const optional = member.optional || mayBeMissing;
        if (!optional) members[name] = member;
        else if (!old) members[name] = { ...member, optional: true };
        else members[name] = { ...uniteMembers([member, old], member), optional: old.optional };
    }
    return { kind: 'object', members, open: before.open || spread.open };
}
