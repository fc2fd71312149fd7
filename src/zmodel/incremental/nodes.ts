import type { AbstractDeclaration } from '@zenstackhq/language/ast';
import { isMultiReference, isReference } from 'langium';
import type { AstNode, MultiReference, Reference } from 'langium';

/** What is called for each node of a tree, and for each reference in it. */
export interface Visitor {
    node?(node: AstNode): void;
    reference?(reference: Reference | MultiReference): void;
}

/** Visits a node and everything below it. Langium's own stream over a tree takes several times as long. */
export function visitTree(node: AstNode, visitor: Visitor): void {
    visitor.node?.(node);
    for (const name in node) {
        if (name.startsWith('$')) continue;
        const value: unknown = Reflect.get(node, name);
        if (Array.isArray(value)) for (const item of value) visitValue(item, visitor);
        else visitValue(value, visitor);
    }
}

function visitValue(value: unknown, visitor: Visitor): void {
    if (typeof value !== 'object' || value === null) return;
    if ('$type' in value) visitTree(value as AstNode, visitor);
    else if (isReference(value) || isMultiReference(value)) visitor.reference?.(value);
}

/** The top-level declaration that a node belongs to: itself, when it is one. Undefined for what stands in no file. */
export function declarationOf(node: AstNode): AbstractDeclaration | undefined {
    let at = node;
    while (at.$container) {
        if (at.$container.$type === 'Model') return at as AbstractDeclaration;
        at = at.$container;
    }
    return undefined;
}
