import path from 'node:path';
import ts from 'typescript';
import type { Project } from './project.ts';
import { ArrayValue, Closure, ObjectValue, UnknownValue, readProperty } from './values.ts';
import type { ExternalRef, Value } from './values.ts';

const LIBRARY_FILE = '/zmodel-auth-globals.d.ts';

/** The global types that declarations of plugins are written with; the real ones would take most of the time. */
const LIBRARY = `
interface Array<T> { length: number; [index: number]: T }
interface ReadonlyArray<T> { readonly length: number; readonly [index: number]: T }
interface Boolean {} interface CallableFunction extends Function {} interface NewableFunction extends Function {}
interface Function {} interface IArguments {} interface Number {} interface Object {} interface RegExp {} interface String {}
interface Date { getTime(): number } interface Promise<T> { then: T } interface Symbol {} interface Error {}
type Partial<T> = { [P in keyof T]?: T[P] }; type Required<T> = { [P in keyof T]-?: T[P] };
type Readonly<T> = { readonly [P in keyof T]: T[P] }; type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T }; type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never; type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {}; type Awaited<T> = T;
type Parameters<T extends (...args: any) => any> = T extends (...args: infer P) => any ? P : never;
type ReturnType<T extends (...args: any) => any> = T extends (...args: any) => infer R ? R : any;
`;

const MAX_DEPTH = 12;

/**
 * Reads what a plugin's factory returns from the type declarations of its installed package.
 * In: the project that reads files, the export, the file that imports it, and the call for places.
 * Out: the plugin as far as literal types say it (`id`, `schema`), or undefined when there are no
 * declarations or they leave its tables open.
 */
export function readPluginFromTypes(
    project: Project,
    { module, name }: ExternalRef,
    from: string,
    call: ts.Node,
): ObjectValue | undefined {
    const declarations = project.resolveDeclarations(module, from);
    if (declarations === undefined) {
        return undefined;
    }
    // What a package imports from others is seldom in the way, and takes a hundred times longer.
    return readFrom(project, declarations, name, call, false) ?? readFrom(project, declarations, name, call, true);
}

function readFrom(
    project: Project,
    declarations: string,
    name: string,
    call: ts.Node,
    isWhole: boolean,
): ObjectValue | undefined {
    const program = ts.createProgram({
        rootNames: [LIBRARY_FILE, declarations],
        options: { noLib: true, types: [], strict: true, skipLibCheck: true, noEmit: true },
        host: hostOf(project, isWhole),
    });
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(declarations);
    const module = source && checker.getSymbolAtLocation(source);
    const symbol = module && checker.getExportsOfModule(module).find((each) => each.name === name);
    if (source === undefined || symbol === undefined) {
        return undefined;
    }
    const [signature] = checker.getTypeOfSymbolAtLocation(symbol, source).getCallSignatures();
    const plugin = signature && checker.getReturnTypeOfSignature(signature);
    if (plugin === undefined || plugin.getProperty('id') === undefined || plugin.isUnion()) {
        return undefined;
    }
    const reader = new TypeReader(checker, source, call);
    const result = new ObjectValue(call);
    result.entries.set('id', { value: reader.read(reader.member(plugin, 'id'), 'id'), node: call });
    const schema = plugin.getProperty('schema');
    if (schema === undefined) {
        return result;
    }
    const value = reader.read(checker.getTypeOfSymbolAtLocation(schema, source), 'schema');
    if (!(value instanceof ObjectValue) || value.rest.length > 0) {
        return undefined;
    }
    result.entries.set('schema', { value: withoutOpenTables(value), node: call });
    return result;
}

/** A table whose columns are open is none that could be used. */
function withoutOpenTables(schema: ObjectValue): ObjectValue {
    const result = schema.copy();
    for (const [key, { value, node }] of schema.entries) {
        const fields = readProperty(value, 'fields', node);
        if (!(fields instanceof ObjectValue) || fields.rest.length > 0) {
            result.entries.delete(key);
            result.rest.push(
                fields instanceof UnknownValue
                    ? fields
                    : new UnknownValue(`the types of its package do not say what columns "${key}" has`, node),
            );
        }
    }
    return result;
}

/** Turns literal types into values. */
class TypeReader {
    private readonly checker: ts.TypeChecker;
    private readonly source: ts.SourceFile;
    private readonly call: ts.Node;

    constructor(checker: ts.TypeChecker, source: ts.SourceFile, call: ts.Node) {
        this.checker = checker;
        this.source = source;
        this.call = call;
    }

    member(type: ts.Type, name: string): ts.Type | undefined {
        const symbol = type.getProperty(name);
        return symbol && this.checker.getTypeOfSymbolAtLocation(symbol, this.source);
    }

    read(type: ts.Type | undefined, what: string, depth = 0): Value {
        if (type === undefined || depth > MAX_DEPTH) {
            return this.unknown(what);
        }
        if (type.isStringLiteral() || type.isNumberLiteral()) {
            return type.value;
        }
        if (type.flags & ts.TypeFlags.BooleanLiteral) {
            return this.checker.typeToString(type) === 'true';
        }
        if (type.flags & ts.TypeFlags.Undefined) {
            return undefined;
        }
        if (type.flags & ts.TypeFlags.Null) {
            return null;
        }
        if (!(type.flags & ts.TypeFlags.Object) && !type.isIntersection()) {
            return this.unknown(what);
        }
        if (type.getCallSignatures().length > 0) {
            // A function is there, and what it gives is not said; that is what an empty one stands for.
            return new Closure(
                ts.factory.createFunctionExpression([], undefined, '', [], [], undefined, ts.factory.createBlock([])),
                undefined,
                false,
            );
        }
        return this.checker.isArrayLikeType(type) ? this.readArray(type, what) : this.readObject(type, what, depth);
    }

    private readArray(type: ts.Type, what: string): Value {
        const element = type.getNumberIndexType();
        const members = element?.isUnion() === true ? element.types : element === undefined ? [] : [element];
        return members.length > 0 && members.every((member) => member.isStringLiteral())
            ? new ArrayValue(members.map((member) => ({ value: member.value, node: this.call })))
            : this.unknown(what);
    }

    private readObject(type: ts.Type, what: string, depth: number): Value {
        const result = new ObjectValue(this.call);
        if (this.checker.getIndexInfosOfType(type).length > 0) {
            result.rest.push(this.unknown(what));
        }
        for (const symbol of this.checker.getPropertiesOfType(type)) {
            const place = `${what}.${symbol.name}`;
            const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
            const value = isOptional
                ? this.unknown(place)
                : this.read(this.checker.getTypeOfSymbolAtLocation(symbol, this.source), place, depth + 1);
            result.entries.set(symbol.name, { value, node: this.call });
        }
        return result;
    }

    private unknown(what: string): UnknownValue {
        return new UnknownValue(`the types of its package do not say "${what}"`, this.call);
    }
}

function hostOf(project: Project, isWhole: boolean): ts.CompilerHost {
    return {
        fileExists: (file) => file === LIBRARY_FILE || project.fileExists(file),
        readFile: (file) => (file === LIBRARY_FILE ? LIBRARY : project.read(file)),
        getSourceFile: (file, languageVersion) => {
            const content = file === LIBRARY_FILE ? LIBRARY : project.read(file);
            return content === undefined ? undefined : ts.createSourceFile(file, content, languageVersion);
        },
        resolveModuleNameLiterals: (literals, from) =>
            literals.map(({ text }) => {
                const isOwn = text.startsWith('.');
                const file = isOwn || isWhole ? project.resolveDeclarations(text, from) : undefined;
                return {
                    resolvedModule:
                        file === undefined ? undefined : { resolvedFileName: file, extension: extensionOf(file) },
                };
            }),
        getDefaultLibFileName: () => LIBRARY_FILE,
        getCurrentDirectory: () => '/',
        getCanonicalFileName: (file) => file,
        useCaseSensitiveFileNames: () => true,
        getNewLine: () => '\n',
        writeFile() {
            throw new Error('Nothing is written.');
        },
    };
}

function extensionOf(file: string): ts.Extension {
    const name = path.basename(file);
    return name.endsWith('.d.mts') ? ts.Extension.Dmts : name.endsWith('.d.cts') ? ts.Extension.Dcts : ts.Extension.Dts;
}
