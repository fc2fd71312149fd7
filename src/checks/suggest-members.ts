import type { ContextShape, ShapeMember, ShapeType } from '../model/context-shape.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { knownCalls, memberOf, usedMembers } from './auth-members.ts';
import { zmodelTypeFor } from './types.ts';

/** A member as a new `@@auth` type would declare it. */
export interface SuggestedMember {
    name: string;
    /** `String?` */
    typeText: string;
    /** It gets `@id`. */
    id: boolean;
}

/**
 * The members of an `@@auth` type for what the application passes: whatever some call supplies with a
 * type that ZModel has, and what rules read, the id first. Optional unless every call certainly has it.
 */
export function suggestMembers(view: SchemaView, contexts: readonly ContextShape[]): SuggestedMember[] {
    const calls = knownCalls(contexts);
    const used = usedMembers(view);
    const names = [...new Set([...calls.flatMap((call) => Object.keys(call.members)), ...used])];
    const id = ['userId', 'id'].find((name) => names.includes(name)) ?? 'userId';
    if (!names.includes(id)) names.unshift(id);
    return names
        .flatMap((name) => {
            const supplied = calls.map((call) => memberOf(call, name));
            const first = supplied.find((member) => member !== undefined);
            // A rule that reads it compares it with strings, which an enum's values aren't.
            const typeOf = used.has(name) ? zmodelTypeFor : newMemberType.bind(undefined, view);
            const type = first ? typeOf(first.type) : 'String';
            if (type === undefined) return [];
            const certain = supplied.length > 0 && supplied.every((member) => member && !mayBeAbsent(member));
            const optional = name !== id && !certain && !type.endsWith(']');
            return [{ name, typeText: `${type}${optional ? '?' : ''}`, id: name === id }];
        })
        .sort((a, b) => Number(b.id) - Number(a.id));
}

/**
 * The ZModel type for a member that no rule reads yet.
 * Out: the schema's only enum with exactly the values that may come, else what `zmodelTypeFor` says.
 */
export function newMemberType(view: SchemaView, type: ShapeType): string | undefined {
    if (type.kind === 'array') {
        const element = newMemberType(view, type.element.type);
        return element?.endsWith(']') ? undefined : element && `${element}[]`;
    }
    if (type.kind === 'literals' && type.values.length > 1) {
        const values = new Set(type.values.map(String));
        const same = view.enums.filter(
            (each) => each.values.length === values.size && each.values.every((value) => values.has(value)),
        );
        const [only] = same;
        if (only && same.length === 1 && type.values.every((value) => typeof value === 'string')) return only.name;
    }
    return zmodelTypeFor(type);
}

/** Whether there may be no value, in any of the three ways. */
export function mayBeAbsent(member: ShapeMember): boolean {
    return member.optional || member.nullable || member.undefinable;
}
