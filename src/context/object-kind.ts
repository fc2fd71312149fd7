import ts from 'typescript';
import type { Backend, TypeHandle } from './backend.ts';

const BYTES = new Set(['Uint8Array', 'ArrayBuffer', 'Buffer']);

/**
 * What an object type is to ZModel: a list, a date, bytes, an object with members, or something that
 * it can't hold (a function, a class instance, a Map, a Promise).
 * `isArgument`: an instance of the application's own class counts as an object, since the ORM reads
 * its properties like any other's.
 */
export async function objectKind(
    type: TypeHandle,
    backend: Backend,
    isArgument: boolean,
): Promise<'array' | 'date' | 'bytes' | 'object' | 'other'> {
    if (await backend.isArray(type)) return 'array';
    if (await backend.hasSignatures(type)) return 'other';
    const symbol = type.flags & ts.TypeFlags.Intersection ? undefined : await backend.symbolOf(type);
    if (!symbol) return 'object';
    if (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) && (await backend.isGlobal(symbol))) {
        if (symbol.name === 'Date') return 'date';
        return BYTES.has(symbol.name) ? 'bytes' : 'other';
    }
    return symbol.flags & ts.SymbolFlags.Class && !isArgument ? 'other' : 'object';
}
