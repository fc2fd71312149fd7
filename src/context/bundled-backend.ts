import ts from 'typescript';
import type { Backend, Resolution, SymbolHandle, TypeHandle } from './backend.ts';

function asType(handle: TypeHandle): ts.Type {
    if (!isType(handle)) throw new TypeError("The type is another backend's.");
    return handle;
}

function isType(handle: TypeHandle): handle is ts.Type {
    return 'getProperties' in handle;
}

function asSymbol(handle: SymbolHandle): ts.Symbol {
    if (!isSymbol(handle)) throw new TypeError("The symbol is another backend's.");
    return handle;
}

function isSymbol(handle: SymbolHandle): handle is ts.Symbol {
    return 'escapedName' in handle;
}

function isObject(type: ts.Type): type is ts.ObjectType {
    return (type.flags & ts.TypeFlags.Object) !== 0;
}

/** The bundled TypeScript, in this process. */
export class BundledBackend implements Backend {
    readonly #program: ts.Program;
    readonly #checker: ts.TypeChecker;
    readonly #resolution: (file: ts.SourceFile, name: string) => Resolution;

    constructor(program: ts.Program, resolution: (file: ts.SourceFile, name: string) => Resolution) {
        this.#program = program;
        this.#checker = program.getTypeChecker();
        this.#resolution = resolution;
    }

    sourceFile(path: string): ts.SourceFile | undefined {
        return this.#program.getSourceFile(path);
    }

    typeAt(node: ts.Node): Promise<ts.Type> {
        return Promise.resolve(this.#checker.getTypeAtLocation(node));
    }

    symbolAt(node: ts.Node): Promise<ts.Symbol | undefined> {
        return Promise.resolve(this.#checker.getSymbolAtLocation(node));
    }

    shorthandValue(node: ts.Node): Promise<ts.Symbol | undefined> {
        return Promise.resolve(this.#checker.getShorthandAssignmentValueSymbol(node));
    }

    aliased(symbol: SymbolHandle): Promise<ts.Symbol> {
        return Promise.resolve(this.#checker.getAliasedSymbol(asSymbol(symbol)));
    }

    declarations(symbol: SymbolHandle): Promise<readonly ts.Declaration[]> {
        return Promise.resolve(asSymbol(symbol).declarations ?? []);
    }

    valueDeclaration(symbol: SymbolHandle): Promise<ts.Declaration | undefined> {
        return Promise.resolve(asSymbol(symbol).valueDeclaration);
    }

    typeOf(symbol: SymbolHandle, at?: ts.Node): Promise<ts.Type> {
        const type = at
            ? this.#checker.getTypeOfSymbolAtLocation(asSymbol(symbol), at)
            : this.#checker.getTypeOfSymbol(asSymbol(symbol));
        return Promise.resolve(type);
    }

    calledDeclaration(
        call: ts.CallExpression | ts.NewExpression,
    ): Promise<ts.Declaration | ts.JSDocSignature | undefined> {
        return Promise.resolve(this.#checker.getResolvedSignature(call)?.declaration);
    }

    text(type: TypeHandle): Promise<string> {
        return Promise.resolve(this.#checker.typeToString(asType(type), undefined, ts.TypeFormatFlags.NoTruncation));
    }

    symbolOf(type: TypeHandle): Promise<ts.Symbol | undefined> {
        return Promise.resolve(asType(type).getSymbol());
    }

    parts(type: TypeHandle): Promise<readonly ts.Type[]> {
        const known = asType(type);
        return Promise.resolve(known.isUnionOrIntersection() ? known.types : []);
    }

    literalValue(type: TypeHandle): string | number | undefined {
        const known = asType(type);
        return known.isStringLiteral() || known.isNumberLiteral() ? known.value : undefined;
    }

    enumName(type: TypeHandle): Promise<string> {
        return Promise.resolve(this.#checker.getBaseTypeOfLiteralType(asType(type)).symbol.name);
    }

    properties(type: TypeHandle): Promise<readonly ts.Symbol[]> {
        return Promise.resolve(this.#checker.getPropertiesOfType(asType(type)));
    }

    property(type: TypeHandle, name: string): Promise<ts.Symbol | undefined> {
        const present = this.#checker.getNonNullableType(asType(type));
        return Promise.resolve(present.getProperty(name));
    }

    hasIndexSignature(type: TypeHandle): Promise<boolean> {
        return Promise.resolve(this.#checker.getIndexInfosOfType(asType(type)).length > 0);
    }

    hasSignatures(type: TypeHandle): Promise<boolean> {
        const known = asType(type);
        return Promise.resolve(known.getCallSignatures().length > 0 || known.getConstructSignatures().length > 0);
    }

    isArray(type: TypeHandle): Promise<boolean> {
        return Promise.resolve(this.#checker.isArrayType(asType(type)) || this.#checker.isTupleType(asType(type)));
    }

    element(type: TypeHandle): Promise<ts.Type | undefined> {
        return Promise.resolve(this.#checker.getIndexTypeOfType(asType(type), ts.IndexKind.Number));
    }

    baseConstraint(type: TypeHandle): Promise<ts.Type | undefined> {
        return Promise.resolve(this.#checker.getBaseConstraintOfType(asType(type)));
    }

    isObjectLiteral(type: TypeHandle): boolean {
        const known = asType(type);
        return isObject(known) && (known.objectFlags & ts.ObjectFlags.ObjectLiteral) !== 0;
    }

    isGlobal(symbol: SymbolHandle): Promise<boolean> {
        const declarations = asSymbol(symbol).declarations ?? [];
        return Promise.resolve(
            declarations.some((declaration) => {
                const file = declaration.getSourceFile();
                const ofNode = file.fileName.includes('/node_modules/@types/node/');
                return ofNode || this.#program.isSourceFileDefaultLibrary(file);
            }),
        );
    }

    resolution(file: ts.SourceFile, name: string): Resolution {
        return this.#resolution(file, name);
    }

    syntaxError(file: ts.SourceFile): Promise<{ message: string; offset: number } | undefined> {
        const [first] = this.#program.getSyntacticDiagnostics(file);
        return Promise.resolve(
            first && { message: ts.flattenDiagnosticMessageText(first.messageText, ' '), offset: first.start },
        );
    }
}
