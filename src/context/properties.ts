import ts from 'typescript';
import type { Backend, SymbolHandle } from './backend.ts';

/** Whether a node comes from an installed package: a reader can't change it there. */
export function fromPackage(node: ts.Node): boolean {
    return node.getSourceFile().fileName.includes('/node_modules/');
}

/** Whether a property is public and named by a string. */
export async function isReadable(property: SymbolHandle, backend: Backend): Promise<boolean> {
    if (property.name.startsWith('__@') || property.name.startsWith('__#')) return false;
    // Only members of classes can be hidden.
    const declaration = await backend.valueDeclaration(property);
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    return !declaration || (ts.getCombinedModifierFlags(declaration) & hidden) === 0;
}

/**
 * Whether an optional property's declaration names `undefined` itself. The checker's type of the
 * property doesn't tell, since being optional brings an `undefined` of its own.
 */
export async function declaresUndefined(property: SymbolHandle, backend: Backend): Promise<boolean> {
    for (const declaration of await backend.declarations(property)) {
        if (!ts.isPropertySignature(declaration) && !ts.isPropertyDeclaration(declaration)) continue;
        if (!declaration.type) continue;
        const type = await backend.typeAt(declaration.type);
        const parts = type.flags & ts.TypeFlags.Union ? await backend.parts(type) : [type];
        if (parts.some((part) => part.flags & ts.TypeFlags.Undefined)) return true;
    }
    return false;
}
