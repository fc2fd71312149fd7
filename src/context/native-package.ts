import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type * as Ast from 'typescript-7/unstable/ast';
import type * as Api from 'typescript-7/unstable/async';

/** The modules of TypeScript 7 that the analysis uses. Their types are those of the version that it was written for. */
export interface NativeModules {
    api: typeof Api;
    ast: typeof Ast;
}

/** An installed TypeScript 7 or later. */
export interface NativePackage {
    version: string;
    /** Absolute path of its folder. */
    folder: string;
    /** Loads its modules. Rejects when they aren't what the analysis was written for. */
    load(): Promise<NativeModules>;
}

/** Where the asynchronous API is: 7.0 calls it unstable. */
const PREFIXES = ['', 'unstable/'];
/** What the analysis reads of types and symbols: it relies on the numbers being those of the bundled version. */
const TYPE_FLAGS = [
    'Any',
    'Unknown',
    'Null',
    'Undefined',
    'Void',
    'Never',
    'Boolean',
    'BooleanLiteral',
    'StringLiteral',
    'NumberLiteral',
    'StringLike',
    'NumberLike',
    'BigIntLike',
    'BooleanLike',
    'ESSymbolLike',
    'EnumLiteral',
    'Literal',
    'NonPrimitive',
    'Instantiable',
    'Index',
    'Union',
    'Intersection',
    'Object',
] as const;
const SYMBOL_FLAGS = ['Optional', 'Alias', 'Interface', 'Class'] as const;

function isLike(module: unknown, names: readonly string[]): boolean {
    return typeof module === 'object' && module !== null && names.every((name) => name in module);
}

function isApi(module: unknown): module is NativeModules['api'] {
    return isLike(module, ['API', 'TypeFlags', 'SymbolFlags', 'ObjectFlags']);
}

function isAst(module: unknown): module is NativeModules['ast'] {
    return isLike(module, ['SyntaxKind']);
}

function sameNumbers(api: NativeModules['api']): boolean {
    const types: Record<string, unknown> = { ...api.TypeFlags };
    const symbols: Record<string, unknown> = { ...api.SymbolFlags };
    return (
        TYPE_FLAGS.every((name) => types[name] === ts.TypeFlags[name]) &&
        SYMBOL_FLAGS.every((name) => symbols[name] === ts.SymbolFlags[name])
    );
}

/**
 * Finds the TypeScript that a folder resolves to, when it is version 7 or later.
 * In: an absolute folder; the package's name, for tests. Out: undefined when there is none.
 */
export function findNativePackage(folder: string, name = 'typescript'): NativePackage | undefined {
    const require = createRequire(path.join(folder, 'package.json'));
    const resolve = (request: string): string | undefined => {
        try {
            return require.resolve(request);
        } catch {
            // Not installed, or without that entry: to be expected in most workspaces.
            return undefined;
        }
    };
    const manifest = resolve(`${name}/package.json`);
    if (manifest === undefined) return undefined;
    const content: unknown = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    const version =
        typeof content === 'object' && content !== null && 'version' in content ? String(content.version) : '';
    if (Number.parseInt(version, 10) < 7) return undefined;
    const entries = PREFIXES.map((prefix) => [resolve(`${name}/${prefix}async`), resolve(`${name}/${prefix}ast`)]);
    const found = entries.find((pair): pair is string[] => pair.every((entry) => entry !== undefined));
    const [api, ast] = found ?? [];
    if (api === undefined || ast === undefined) return undefined;
    return {
        version,
        folder: path.dirname(manifest),
        async load() {
            const modules: unknown[] = [await import(pathToFileURL(api).href), await import(pathToFileURL(ast).href)];
            const [apiModule, astModule] = modules;
            if (!isApi(apiModule) || !isAst(astModule) || !sameNumbers(apiModule)) {
                throw new Error(`the API of TypeScript ${version} differs from the one that is known`);
            }
            return { api: apiModule, ast: astModule };
        },
    };
}
