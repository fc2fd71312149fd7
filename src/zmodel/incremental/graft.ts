import { isDataModel, isEnum, isTypeDef } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, DataModel, Enum, TypeDef } from '@zenstackhq/language/ast';
import { isAstNode, isMultiReference, isReference } from 'langium';
import type { AstNode, Linker } from 'langium';

type Owner = DataModel | TypeDef | Enum;
type Field = Owner['fields'][number];

/** Fields that a declaration had before its text broke, by name: they come back with the text. */
const lost = new WeakMap<Owner, Map<string, Field>>();

/** Whether a declaration's new text can take the place of its old one in the same object. */
export function canGraft(before: AbstractDeclaration, now: AbstractDeclaration): boolean {
    return isOwner(before) && isOwner(now) && before.$type === now.$type && before.name === now.name;
}

function isOwner(node: AbstractDeclaration): node is Owner {
    return isDataModel(node) || isTypeDef(node) || isEnum(node);
}

/**
 * Gives a declaration what its new text says, and keeps the object, and those of its fields that are still there by
 * name: references to them stay right.
 * In: the declaration, its new tree (of which nothing is to be used any more), whether that tree was recovered from
 * broken text, the linker that makes references. Changes the declaration.
 */
export function graft(before: AbstractDeclaration, now: AbstractDeclaration, isBroken: boolean, linker: Linker): void {
    if (!isOwner(before) || !isOwner(now)) throw new Error(`A ${before.$type} isn't kept.`);
    const known = new Map<string, Field>(lost.get(before));
    for (const field of before.fields) if (!known.has(field.name)) known.set(field.name, field);
    const fields = now.fields.map((field) => {
        const old = known.get(field.name);
        if (!old || old.$type !== field.$type) return field;
        known.delete(field.name);
        take(old, field, linker);
        return old;
    });
    if (isBroken) lost.set(before, known);
    else lost.delete(before);
    Reflect.set(now, 'fields', fields);
    take(before, now, linker);
}

/** Moves all properties of a node to another one, which has been in the tree before. */
function take(to: AstNode, from: AstNode, linker: Linker): void {
    for (const key of Object.keys(to)) {
        if (!(key in from) && !key.startsWith('$container')) Reflect.deleteProperty(to, key);
    }
    for (const [key, value] of Object.entries(from) as [string, unknown][]) {
        if (key.startsWith('$container')) continue;
        const moved = Array.isArray(value)
            ? value.map((item: unknown, index) => adopt(item, to, key, linker, index))
            : key === '$cstNode'
              ? value
              : adopt(value, to, key, linker);
        Reflect.set(to, key, moved);
    }
    if (from.$cstNode) Reflect.set(from.$cstNode, 'astNode', to);
}

function adopt(value: unknown, owner: AstNode, property: string, linker: Linker, index?: number): unknown {
    if (isReference(value)) return linker.buildReference(owner, property, value.$refNode, value.$refText);
    if (isMultiReference(value)) return linker.buildMultiReference(owner, property, value.$refNode, value.$refText);
    if (isAstNode(value)) {
        Reflect.set(value, '$container', owner);
        Reflect.set(value, '$containerProperty', property);
        if (index !== undefined) Reflect.set(value, '$containerIndex', index);
    }
    return value;
}
