import type { ShapeMember, ShapeType } from '../model/context-shape.ts';

const WORDS: Partial<Record<ShapeType['kind'], string>> = { date: 'Date', bytes: 'Uint8Array', other: 'unknown' };

/** Whether a printed type must be put in parentheses before `[]`. */
function isCompound(text: string, type: ShapeType): boolean {
    return type.kind === 'union' || (type.kind === 'literals' && type.enumName === undefined && text.includes(' | '));
}

/**
 * A type as TypeScript would write it, null and undefined of the type itself left out.
 * In: the reduced type. Out: one line; `unknown` for what isn't known.
 */
export function printShape(type: ShapeType): string {
    switch (type.kind) {
        case 'literals':
            return (
                type.enumName ??
                type.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' | ')
            );
        case 'array': {
            const element = printMember(type.element);
            const isAbsent = type.element.nullable || type.element.undefinable;
            return isAbsent || isCompound(element, type.element.type) ? `(${element})[]` : `${element}[]`;
        }
        case 'object': {
            const members = Object.entries(type.members).map(
                ([name, member]) => `${name}${member.optional ? '?' : ''}: ${printMember(member)}`,
            );
            if (type.open) members.push('[…]');
            return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`;
        }
        case 'union':
            return type.of.map(printShape).join(' | ');
        default:
            return WORDS[type.kind] ?? type.kind;
    }
}

/** The type of a member with `| null` and `| undefined` where it may be. */
export function printMember({ type, nullable, undefinable }: ShapeMember): string {
    return [printShape(type), ...(nullable ? ['null'] : []), ...(undefinable ? ['undefined'] : [])].join(' | ');
}
