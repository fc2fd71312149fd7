import ts from 'typescript';
import type { Backend } from './backend.ts';
import type { NamedCall } from './callers.ts';
import { calledFunction, functionOf, returnedExpressions, stripAssertions, symbolOfName } from './functions.ts';
import type { SchemaPlaces } from './schema-places.ts';
import { joinPath, parentOf } from './source-files.ts';
import { childrenOf } from './syntax.ts';

/** Further than a client is handed through an application. */
const MAX_STEPS = 40;

/** Finds the schema that a client was created from: `new ZenStackClient(schema, …)`. */
export class ClientSchemas {
    readonly #backend: Backend;
    readonly #places: SchemaPlaces;
    readonly #seen = new Set<ts.Node>();

    constructor(backend: Backend, places: SchemaPlaces) {
        this.#backend = backend;
        this.#places = places;
    }

    /** The entry file of the schema whose client a call of `$setAuth` is made on; undefined when that is unclear. */
    async of(call: NamedCall): Promise<string | undefined> {
        this.#seen.clear();
        const callee = stripAssertions(call.expression);
        const hasReceiver = ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee);
        return hasReceiver ? this.#client(callee.expression) : undefined;
    }

    /** Whether a node is still to be looked at. */
    #enter(node: ts.Node): boolean {
        if (this.#seen.has(node) || this.#seen.size > MAX_STEPS) return false;
        this.#seen.add(node);
        return true;
    }

    async #client(expression: ts.Expression): Promise<string | undefined> {
        const node = stripAssertions(expression);
        if (!this.#enter(node)) return undefined;
        if (ts.isNewExpression(node)) return this.#first(node.arguments ?? [], (argument) => this.#schema(argument));
        if (ts.isCallExpression(node)) {
            const callee = stripAssertions(node.expression);
            // `$use`, `$setAuth` and the like give another client of the same schema.
            if (ts.isPropertyAccessExpression(callee) && callee.name.text.startsWith('$')) {
                return this.#client(callee.expression);
            }
            const returned = returnedExpressions(await calledFunction(node, this.#backend));
            return this.#first(returned, (part) => this.#client(part));
        }
        if (ts.isBinaryExpression(node)) return this.#first([node.left, node.right], (part) => this.#client(part));
        if (ts.isConditionalExpression(node)) {
            return this.#first([node.whenTrue, node.whenFalse], (part) => this.#client(part));
        }
        const name = ts.isPropertyAccessExpression(node) ? node.name : node;
        return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? this.#declared(name) : undefined;
    }

    /** What the declaration of a name says of the client that it holds. */
    async #declared(name: ts.Identifier | ts.PrivateIdentifier): Promise<string | undefined> {
        const symbol = await symbolOfName(name, this.#backend);
        const declaration = symbol && (await this.#backend.valueDeclaration(symbol));
        if (!declaration || !this.#enter(declaration)) return undefined;
        if (ts.isShorthandPropertyAssignment(declaration)) return this.#declared(declaration.name);
        const holds =
            ts.isVariableDeclaration(declaration) ||
            ts.isPropertyDeclaration(declaration) ||
            ts.isPropertySignature(declaration) ||
            ts.isPropertyAssignment(declaration) ||
            ts.isParameter(declaration);
        if (!holds) return undefined;
        const annotation = ts.isPropertyAssignment(declaration) ? undefined : declaration.type;
        const initializer = ts.isPropertySignature(declaration) ? undefined : declaration.initializer;
        const ofType = annotation && (await this.#type(annotation));
        return ofType ?? (initializer && this.#client(initializer));
    }

    /** The schema that a type names somewhere: `ClientContract<SchemaType>`, `ReturnType<typeof dbFor>`. */
    async #type(node: ts.Node): Promise<string | undefined> {
        if (!this.#enter(node)) return undefined;
        if (!ts.isIdentifier(node)) return this.#first(childrenOf(node), (child) => this.#type(child));
        const symbol = await symbolOfName(node, this.#backend);
        return this.#first(symbol ? await this.#backend.declarations(symbol) : [], async (declaration) => {
            const place = this.#places.schemaOf(declaration.getSourceFile());
            if (place !== undefined) return place;
            if (ts.isTypeAliasDeclaration(declaration)) return this.#type(declaration.type);
            const fn = functionOf(declaration);
            if (fn) return this.#first(returnedExpressions(fn), (part) => this.#client(part));
            const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
            return initializer && this.#client(initializer);
        });
    }

    /** The schema that an argument of a client's constructor is. */
    async #schema(argument: ts.Expression): Promise<string | undefined> {
        const node = stripAssertions(argument);
        if (!ts.isIdentifier(node)) return undefined;
        const symbol = await symbolOfName(node, this.#backend);
        const found = await this.#first(symbol ? await this.#backend.declarations(symbol) : [], (declaration) =>
            Promise.resolve(this.#places.schemaOf(declaration.getSourceFile())),
        );
        return found ?? this.#notGenerated(node);
    }

    /** Where the client isn't generated yet, the import tells where it will be. */
    #notGenerated(node: ts.Identifier): string | undefined {
        const source = node.getSourceFile();
        for (const statement of source.statements) {
            if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
            const bindings = statement.importClause?.namedBindings;
            const names = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
            const { text } = statement.moduleSpecifier;
            if (!text.startsWith('.') || !names.some(({ name }) => name.text === node.text)) continue;
            return this.#places.ofFolder(parentOf(joinPath(parentOf(source.fileName), text)));
        }
        return undefined;
    }

    async #first<T>(items: readonly T[], find: (item: T) => Promise<string | undefined>): Promise<string | undefined> {
        for (const item of items) {
            const found = await find(item);
            if (found !== undefined) return found;
        }
        return undefined;
    }
}
