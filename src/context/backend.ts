import type ts from 'typescript';

/** A type as its backend knows it: the same object for the same type. */
export interface TypeHandle {
    /** `ts.TypeFlags` */
    readonly flags: number;
}

/** A symbol as its backend knows it: the same object for the same symbol. */
export interface SymbolHandle {
    readonly name: string;
    /** `ts.SymbolFlags` */
    readonly flags: number;
}

/** What became of an import: its types are known, it has none, or nothing was found. */
export type Resolution = 'typed' | 'untyped' | 'missing';

/**
 * A compiler that answers questions about the types of one project. Nodes are always those of the
 * bundled parser, with parents, taken from `sourceFile`; handles go back only to the backend that
 * gave them. Queries reject when the compiler fails.
 */
export interface Backend {
    /** The syntax tree of a file of the project. */
    sourceFile(path: string): ts.SourceFile | undefined;
    /** The type of an expression at its place, or what a type node or declaration stands for. */
    typeAt(node: ts.Node): Promise<TypeHandle>;
    symbolAt(node: ts.Node): Promise<SymbolHandle | undefined>;
    /** The variable behind `{ name }`. */
    shorthandValue(node: ts.Node): Promise<SymbolHandle | undefined>;
    /** What an imported or re-exported name stands for in the end. */
    aliased(symbol: SymbolHandle): Promise<SymbolHandle>;
    declarations(symbol: SymbolHandle): Promise<readonly ts.Declaration[]>;
    valueDeclaration(symbol: SymbolHandle): Promise<ts.Declaration | undefined>;
    /** The type of a symbol, as narrowed at a place when one is given. */
    typeOf(symbol: SymbolHandle, at?: ts.Node): Promise<TypeHandle>;
    /** The declaration of the signature that a call resolves to. */
    calledDeclaration(
        call: ts.CallExpression | ts.NewExpression,
    ): Promise<ts.Declaration | ts.JSDocSignature | undefined>;

    /** The type as TypeScript prints it, whole. */
    text(type: TypeHandle): Promise<string>;
    symbolOf(type: TypeHandle): Promise<SymbolHandle | undefined>;
    /** The parts of a union or an intersection. */
    parts(type: TypeHandle): Promise<readonly TypeHandle[]>;
    /** The value of a string or number literal, also one of an enum. */
    literalValue(type: TypeHandle): string | number | undefined;
    /** The enum that a member's type belongs to. */
    enumName(type: TypeHandle): Promise<string>;
    properties(type: TypeHandle): Promise<readonly SymbolHandle[]>;
    /** A property by name, null and undefined left out of the type. */
    property(type: TypeHandle, name: string): Promise<SymbolHandle | undefined>;
    hasIndexSignature(type: TypeHandle): Promise<boolean>;
    /** Whether it can be called or constructed. */
    hasSignatures(type: TypeHandle): Promise<boolean>;
    isArray(type: TypeHandle): Promise<boolean>;
    /** What a number index gives. */
    element(type: TypeHandle): Promise<TypeHandle | undefined>;
    baseConstraint(type: TypeHandle): Promise<TypeHandle | undefined>;
    /** Whether it is the type of a `{…}` expression. */
    isObjectLiteral(type: TypeHandle): boolean;
    /** Whether a symbol's declaration comes with TypeScript or with Node's types. */
    isGlobal(symbol: SymbolHandle): Promise<boolean>;
    /** What became of `import … from '<name>'` in a file. */
    resolution(file: ts.SourceFile, name: string): Resolution;
    /** The first syntax error of a file, with its offset. */
    syntaxError(file: ts.SourceFile): Promise<{ message: string; offset: number } | undefined>;
}
