import ts from 'typescript';

/** Whether a node comes from an installed package: a reader can't change it there. */
export function fromPackage(node: ts.Node): boolean {
    return node.getSourceFile().fileName.includes('/node_modules/');
}

/** Whether a property is public and named by a string. */
export function isReadable(property: ts.Symbol): boolean {
    if (property.name.startsWith('__@') || property.name.startsWith('__#')) return false;
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    return !property.valueDeclaration || (ts.getCombinedModifierFlags(property.valueDeclaration) & hidden) === 0;
}

/** Whether a type is that of a `{…}` expression: what it doesn't name isn't there. */
export function isLiteralType(type: ts.Type): boolean {
    if (!(type.flags & ts.TypeFlags.Object)) return false;
    return ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.ObjectLiteral) !== 0;
}

/**
 * Whether an optional property's declaration names `undefined` itself. The checker's type of the
 * property doesn't tell, since being optional brings an `undefined` of its own.
 */
export function declaresUndefined(property: ts.Symbol, checker: ts.TypeChecker): boolean {
    return (property.declarations ?? []).some((declaration) => {
        if (!ts.isPropertySignature(declaration) && !ts.isPropertyDeclaration(declaration)) return false;
        if (!declaration.type) return false;
        const type = checker.getTypeFromTypeNode(declaration.type);
        const parts = type.isUnion() ? type.types : [type];
        return parts.some((part) => part.flags & ts.TypeFlags.Undefined);
    });
}
