import type { ContextShape, ShapeMember, ShapeType } from '../../../src/model/context-shape.ts';

function renderName(name: string): string {
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function renderMember(name: string, member: ShapeMember): string {
    return `${renderName(name)}${member.optional ? '?' : ''}: ${renderValue(member)}`;
}

function renderType(type: ShapeType): string {
    switch (type.kind) {
        case 'literals': {
            const values = type.values.map((value) => JSON.stringify(value)).join(' | ');
            return type.enumName === undefined ? values : `${type.enumName}(${values})`;
        }
        case 'array': {
            const element = renderValue(type.element);
            return element.startsWith('{') || !element.includes(' | ') ? `${element}[]` : `(${element})[]`;
        }
        case 'object': {
            const parts = Object.entries(type.members).map(([name, member]) => renderMember(name, member));
            if (type.open) parts.push('...');
            return parts.length === 0 ? '{}' : `{ ${parts.join('; ')} }`;
        }
        case 'union':
            return type.of.map(renderType).join(' | ');
        case 'unknown':
            return `unknown(${type.reason})`;
        case 'date':
            return 'Date';
        default:
            return type.kind;
    }
}

function renderValue({ type, nullable, undefinable }: Pick<ShapeMember, 'type' | 'nullable' | 'undefinable'>): string {
    const parts = [renderType(type), nullable && 'null', undefinable && 'undefined'];
    return parts.filter((part) => typeof part === 'string' && part !== '').join(' | ') || 'never';
}

/**
 * A shape as one line, in the notation of the fixtures: TypeScript's, with `...` for an open object,
 * `Name("a" | "b")` for an enum and `unknown(reason)`.
 */
export function renderShape(shape: ContextShape): string {
    return renderValue({ type: shape.value, nullable: shape.mayBeNull, undefinable: shape.mayBeUndefined });
}
