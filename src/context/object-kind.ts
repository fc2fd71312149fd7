import ts from 'typescript';

const BYTES = new Set(['Uint8Array', 'ArrayBuffer', 'Buffer']);

/** Whether the interface behind a type comes with TypeScript or, for `Buffer`, with Node's types. */
function isGlobal(symbol: ts.Symbol, program: ts.Program): boolean {
    return (symbol.declarations ?? []).some((declaration) => {
        const file = declaration.getSourceFile();
        return program.isSourceFileDefaultLibrary(file) || file.fileName.includes('/node_modules/@types/node/');
    });
}

/**
 * What an object type is to ZModel: a list, a date, bytes, an object with members, or something that
 * it can't hold (a function, a class instance, a Map, a Promise).
 * `isArgument`: an instance of the application's own class counts as an object, since the ORM reads
 * its properties like any other's.
 */
export function objectKind(
    type: ts.Type,
    checker: ts.TypeChecker,
    program: ts.Program,
    isArgument: boolean,
): 'array' | 'date' | 'bytes' | 'object' | 'other' {
    if (checker.isArrayType(type) || checker.isTupleType(type)) return 'array';
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return 'other';
    const symbol = type.getSymbol();
    if (!symbol || type.isIntersection()) return 'object';
    if (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) && isGlobal(symbol, program)) {
        if (symbol.name === 'Date') return 'date';
        return BYTES.has(symbol.name) ? 'bytes' : 'other';
    }
    return symbol.flags & ts.SymbolFlags.Class && !isArgument ? 'other' : 'object';
}
