import ts from 'typescript';
import type * as Native from 'typescript-7/unstable/async';
import type { Node as NativeNode } from 'typescript-7/unstable/ast';
import type { Backend, Resolution, SymbolHandle, TypeHandle } from './backend.ts';
import { guarded } from './native-guard.ts';
import type { NativeModules } from './native-package.ts';
import { findBundled, findNative, kindMap } from './node-map.ts';

class NativeType implements TypeHandle {
    readonly native: Native.Type;
    readonly flags: number;
    constructor(native: Native.Type) {
        this.native = native;
        // The numbers were compared when the module was loaded.
        this.flags = native.flags;
    }
}

class NativeSymbol implements SymbolHandle {
    readonly native: Native.Symbol;
    readonly name: string;
    readonly flags: number;
    constructor(native: Native.Symbol) {
        this.native = native;
        this.name = native.name;
        this.flags = native.flags;
    }
}

function asType(handle: TypeHandle): Native.Type {
    if (!(handle instanceof NativeType)) throw new TypeError("The type is another backend's.");
    return handle.native;
}

function asSymbol(handle: SymbolHandle): Native.Symbol {
    if (!(handle instanceof NativeSymbol)) throw new TypeError("The symbol is another backend's.");
    return handle.native;
}

/** What the native backend needs besides its project. */
export interface NativeHost {
    modules: NativeModules;
    api: Native.API;
    /** The bundled parser's tree of a file, with parents. */
    parse(path: string): ts.SourceFile | undefined;
    resolution(file: ts.SourceFile, name: string): Resolution;
}

/**
 * TypeScript 7, in a process of its own. Nodes and declarations are found in its trees by place and
 * kind. `failure` holds the first error of any query: an answer is worth nothing then.
 */
export class NativeBackend implements Backend {
    failure: Error | undefined;
    readonly #project: Native.Project;
    readonly #host: NativeHost;
    readonly #kinds: ReturnType<typeof kindMap>;
    readonly #sources = new Map<string, ts.SourceFile | undefined>();
    readonly #types = new WeakMap<Native.Type, NativeType>();
    readonly #symbols = new WeakMap<Native.Symbol, NativeSymbol>();

    constructor(project: Native.Project, host: NativeHost) {
        this.#project = project;
        this.#host = host;
        this.#kinds = kindMap(host.modules.ast.SyntaxKind);
    }

    sourceFile(path: string): ts.SourceFile | undefined {
        if (!this.#sources.has(path)) this.#sources.set(path, this.#host.parse(path));
        return this.#sources.get(path);
    }

    typeAt(node: ts.Node): Promise<TypeHandle> {
        return this.#ask(async ({ checker }) => {
            const found = await checker.getTypeAtLocation(await this.#native(node));
            return this.#type(found ?? (await checker.getAnyType()));
        });
    }

    symbolAt(node: ts.Node): Promise<SymbolHandle | undefined> {
        return this.#ask(async ({ checker }) =>
            this.#symbol(await checker.getSymbolAtLocation(await this.#native(node))),
        );
    }

    shorthandValue(node: ts.Node): Promise<SymbolHandle | undefined> {
        return this.#ask(async ({ checker }) =>
            this.#symbol(await checker.getShorthandAssignmentValueSymbol(await this.#native(node))),
        );
    }

    aliased(symbol: SymbolHandle): Promise<SymbolHandle> {
        return this.#ask(async ({ checker }) => this.#symbol(await checker.getAliasedSymbol(asSymbol(symbol))));
    }

    declarations(symbol: SymbolHandle): Promise<readonly ts.Declaration[]> {
        return this.#ask(async () => {
            const found: ts.Declaration[] = [];
            for (const handle of asSymbol(symbol).declarations) {
                const declaration = await this.#declaration(handle);
                if (declaration) found.push(declaration);
            }
            return found;
        });
    }

    valueDeclaration(symbol: SymbolHandle): Promise<ts.Declaration | undefined> {
        return this.#ask(() => this.#declaration(asSymbol(symbol).valueDeclaration));
    }

    typeOf(symbol: SymbolHandle, at?: ts.Node): Promise<TypeHandle> {
        return this.#ask(async ({ checker }) => {
            const native = asSymbol(symbol);
            if (at) return this.#type(await checker.getTypeOfSymbolAtLocation(native, await this.#native(at)));
            return this.#type((await checker.getTypeOfSymbol(native)) ?? (await checker.getAnyType()));
        });
    }

    calledDeclaration(call: ts.CallExpression | ts.NewExpression): Promise<ts.Declaration | undefined> {
        return this.#ask(async ({ checker }) => {
            const signature = await checker.getResolvedSignature(await this.#native(call));
            return this.#declaration(signature?.declaration);
        });
    }

    text(type: TypeHandle): Promise<string> {
        return this.#ask(({ checker }) =>
            checker.typeToString(asType(type), undefined, ts.TypeFormatFlags.NoTruncation),
        );
    }

    symbolOf(type: TypeHandle): Promise<SymbolHandle | undefined> {
        return this.#ask(async () => this.#symbol(await asType(type).getSymbol()));
    }

    parts(type: TypeHandle): Promise<readonly TypeHandle[]> {
        return this.#ask(async () => {
            const native = asType(type);
            const parts = native.isUnionType() || native.isIntersectionType() ? await native.getTypes() : [];
            return parts.map((part) => this.#type(part));
        });
    }

    literalValue(type: TypeHandle): string | number | undefined {
        const native = asType(type);
        return native.isStringLiteralType() || native.isNumberLiteralType() ? native.value : undefined;
    }

    enumName(type: TypeHandle): Promise<string> {
        return this.#ask(async ({ checker }) => {
            const base = await checker.getBaseTypeOfLiteralType(asType(type));
            const symbol = await base?.getSymbol();
            if (!symbol) throw new Error('an enum without a name');
            return symbol.name;
        });
    }

    properties(type: TypeHandle): Promise<readonly SymbolHandle[]> {
        return this.#ask(async ({ checker }) => {
            const found = await checker.getPropertiesOfType(asType(type));
            return found.map((property) => this.#symbol(property));
        });
    }

    property(type: TypeHandle, name: string): Promise<SymbolHandle | undefined> {
        return this.#ask(async ({ checker }) => {
            const present = await checker.getNonNullableType(asType(type));
            return this.#symbol(present && (await checker.getPropertyOfType(present, name)));
        });
    }

    hasIndexSignature(type: TypeHandle): Promise<boolean> {
        return this.#ask(async ({ checker }) => (await checker.getIndexInfosOfType(asType(type))).length > 0);
    }

    hasSignatures(type: TypeHandle): Promise<boolean> {
        return this.#ask(async ({ checker }) => {
            const { Call, Construct } = this.#host.modules.api.SignatureKind;
            for (const kind of [Call, Construct]) {
                if ((await checker.getSignaturesOfType(asType(type), kind)).length > 0) return true;
            }
            return false;
        });
    }

    isArray(type: TypeHandle): Promise<boolean> {
        return this.#ask(
            async ({ checker }) =>
                (await checker.isArrayType(asType(type))) || (await checker.isTupleType(asType(type))),
        );
    }

    element(type: TypeHandle): Promise<TypeHandle | undefined> {
        return this.#ask(async ({ checker }) => {
            const { TypeFlags } = this.#host.modules.api;
            const infos = await checker.getIndexInfosOfType(asType(type));
            const info = infos.find(({ keyType }) => (keyType.flags & TypeFlags.Number) !== 0);
            return info && this.#type(info.valueType);
        });
    }

    baseConstraint(type: TypeHandle): Promise<TypeHandle | undefined> {
        return this.#ask(async ({ checker }) => {
            const found = await checker.getBaseConstraintOfType(asType(type));
            return found && this.#type(found);
        });
    }

    isObjectLiteral(type: TypeHandle): boolean {
        const native = asType(type);
        return native.isObjectType() && (native.objectFlags & this.#host.modules.api.ObjectFlags.ObjectLiteral) !== 0;
    }

    isGlobal(symbol: SymbolHandle): Promise<boolean> {
        return this.#ask(async ({ program }) => {
            for (const { path } of asSymbol(symbol).declarations) {
                if (path.includes('/node_modules/@types/node/')) return true;
                if ((await program.getSourceFileMetadataByPath(path))?.isDefaultLibrary) return true;
            }
            return false;
        });
    }

    resolution(file: ts.SourceFile, name: string): Resolution {
        return this.#host.resolution(file, name);
    }

    syntaxError(file: ts.SourceFile): Promise<{ message: string; offset: number } | undefined> {
        return this.#ask(async ({ program }) => {
            const [first] = await program.getSyntacticDiagnostics(file.fileName);
            return first && { message: first.text, offset: first.pos };
        });
    }

    /** Runs a query; its failure is kept, so that it can't be taken for an answer, and so that none is waited for in vain. */
    async #ask<T>(query: (project: Native.Project) => Promise<T>): Promise<T> {
        try {
            if (this.failure) throw this.failure;
            return await guarded(this.#host.api, query(this.#project));
        } catch (error) {
            this.failure ??= error instanceof Error ? error : new Error(String(error));
            throw error;
        }
    }

    #type(native: Native.Type): NativeType {
        const known = this.#types.get(native) ?? new NativeType(native);
        this.#types.set(native, known);
        return known;
    }

    #symbol(native: Native.Symbol): NativeSymbol;
    #symbol(native: Native.Symbol | undefined): NativeSymbol | undefined;
    #symbol(native: Native.Symbol | undefined): NativeSymbol | undefined {
        if (!native) return undefined;
        const known = this.#symbols.get(native) ?? new NativeSymbol(native);
        this.#symbols.set(native, known);
        return known;
    }

    async #native(node: ts.Node): Promise<NativeNode> {
        const { fileName } = node.getSourceFile();
        const source = await this.#project.program.getSourceFile(fileName);
        const found = source && findNative(source, node, this.#kinds.get(node.kind));
        if (!found) throw new Error(`no ${ts.SyntaxKind[node.kind]} at ${fileName}:${node.pos}`);
        return found;
    }

    /** Undefined for declarations of TypeScript's own library, which is built into it. */
    async #declaration(handle: Native.NodeHandle | undefined): Promise<ts.Declaration | undefined> {
        if (!handle || handle.path.startsWith('bundled:')) return undefined;
        const native = await handle.resolve();
        if (!native) throw new Error(`a declaration in ${handle.path} is gone`);
        const source = this.sourceFile(native.getSourceFile().fileName);
        const found = source && findBundled(source, native, this.#kinds);
        if (!found)
            throw new Error(
                `no ${this.#host.modules.ast.SyntaxKind[native.kind]} at ${handle.path}:${native.pos}-${native.end}`,
            );
        // A declaration's handle leads to a declaration: both parsers agree on the kind.
        return found as ts.Declaration;
    }
}
