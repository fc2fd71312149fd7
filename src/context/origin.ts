import ts from 'typescript';
import type { ShapeOrigin } from '../model/context-shape.ts';
import type { Backend } from './backend.ts';
import { calledFunction, returnedExpressions, stripAssertions, symbolOfName } from './functions.ts';
import { writtenName } from './syntax.ts';

/** The server's and the client's way to ask Better Auth for the session. */
const SESSION_CALLS = new Set(['getSession', 'useSession']);
/** Methods of the ORM that read rows. */
const QUERIES = /^(?:find(?:Unique|First|Many)(?:OrThrow)?|create|update|upsert|delete|aggregate|groupBy|count)$/;
/** Better Auth names its endpoints after what they return: `getFullOrganization`, `getActiveMember`. */
const ORGANIZATION_CALLS = /^(?:get|list|use|set).*(?:Organization|Member|Team)/;
/** Further than a reader would follow a value through variables and functions. */
const MAX_STEPS = 40;

/** Follows expressions to where their values come from. */
export class Origins {
    readonly #backend: Backend;
    #steps = 0;

    constructor(backend: Backend) {
        this.#backend = backend;
    }

    /** Where the value of an expression comes from; undefined when that is unclear. */
    async ofExpression(expression: ts.Expression): Promise<ShapeOrigin | undefined> {
        this.#steps = 0;
        return single(await this.#value(expression));
    }

    /** Where a member of an expression's value comes from. */
    async ofMember(expression: ts.Expression, name: string): Promise<ShapeOrigin | undefined> {
        this.#steps = 0;
        return single(await this.#member(expression, name));
    }

    async #value(expression: ts.Expression): Promise<ShapeOrigin[]> {
        if (++this.#steps > MAX_STEPS) return [];
        const node = stripAssertions(expression);
        if (isLiteral(node)) return ['literal'];
        if (ts.isIdentifier(node)) return this.#identifier(node);
        if (ts.isPropertyAccessExpression(node)) return this.#member(node.expression, node.name.text);
        if (ts.isElementAccessExpression(node)) {
            const { argumentExpression: key } = node;
            return ts.isStringLiteralLike(key) ? this.#member(node.expression, key.text) : this.#value(node.expression);
        }
        if (ts.isTemplateExpression(node)) return collect(node.templateSpans, (span) => this.#value(span.expression));
        if (ts.isCallExpression(node)) return this.#call(node);
        return collect(alternatives(node) ?? [], (part) => this.#value(part));
    }

    async #member(object: ts.Expression, name: string): Promise<ShapeOrigin[]> {
        if (++this.#steps > MAX_STEPS) return [];
        const node = stripAssertions(object);
        if (ts.isObjectLiteralExpression(node)) return this.#literalMember(node, name);
        if ((name === 'user' || name === 'session') && (await this.#isSessionData(node))) return [name];
        const parts = alternatives(node);
        if (parts) return collect(parts, (part) => this.#member(part, name));
        if (ts.isIdentifier(node)) {
            const initializer = await this.#initializer(node);
            if (initializer) return this.#member(initializer, name);
        }
        if (ts.isCallExpression(node)) {
            const returned = await this.#returned(node);
            if (returned.length > 0) return collect(returned, (part) => this.#member(part, name));
        }
        return this.#value(node);
    }

    async #literalMember(literal: ts.ObjectLiteralExpression, name: string): Promise<ShapeOrigin[]> {
        for (const property of literal.properties.toReversed()) {
            if (ts.isSpreadAssignment(property)) {
                const type = await this.#backend.typeAt(property.expression);
                if (await this.#backend.property(type, name)) return this.#member(property.expression, name);
            } else if (writtenName(property.name) === name) {
                if (ts.isPropertyAssignment(property)) return this.#value(property.initializer);
                return ts.isShorthandPropertyAssignment(property) ? this.#identifier(property.name) : [];
            }
        }
        return [];
    }

    /**
     * What `getSession` returns, wherever its value was handed through. Types are asked last: those of
     * Better Auth take seconds to compute, and a shape with a declared type doesn't need them.
     */
    async #isSessionData(expression: ts.Expression): Promise<boolean> {
        if (++this.#steps > MAX_STEPS) return false;
        const node = stripAssertions(expression);
        if (ts.isIdentifier(node)) {
            const initializer = await this.#initializer(node);
            if (initializer) return this.#isSessionData(initializer);
        } else if (ts.isCallExpression(node)) {
            const callee = stripAssertions(node.expression);
            if (ts.isPropertyAccessExpression(callee) && SESSION_CALLS.has(callee.name.text)) return true;
            const returned = await this.#returned(node);
            for (const part of returned) if (await this.#isSessionData(part)) return true;
            if (returned.length > 0) return false;
            // A call of anything else gives data of its own.
            if (!ts.isIdentifier(callee)) return false;
        } else if (ts.isPropertyAccessExpression(node) && node.name.text === 'data') {
            return this.#isSessionData(node.expression);
        }
        const type = await this.#backend.typeAt(node);
        return (
            (await this.#backend.property(type, 'session')) !== undefined &&
            (await this.#backend.property(type, 'user')) !== undefined
        );
    }

    async #initializer(node: ts.Identifier): Promise<ts.Expression | undefined> {
        const symbol = await symbolOfName(node, this.#backend);
        const declaration = symbol && (await this.#backend.valueDeclaration(symbol));
        return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    }

    async #identifier(node: ts.Identifier): Promise<ShapeOrigin[]> {
        const symbol = await symbolOfName(node, this.#backend);
        const declaration = symbol && (await this.#backend.valueDeclaration(symbol));
        if (!declaration) return [];
        if (ts.isVariableDeclaration(declaration))
            return declaration.initializer ? this.#value(declaration.initializer) : [];
        if (!ts.isBindingElement(declaration) || !ts.isObjectBindingPattern(declaration.parent)) return [];
        const key = declaration.propertyName ?? declaration.name;
        const name = ts.isIdentifier(key) || ts.isStringLiteralLike(key) ? key.text : undefined;
        const holder = declaration.parent.parent;
        if (name === undefined || declaration.dotDotDotToken) return [];
        if (ts.isVariableDeclaration(holder)) return holder.initializer ? this.#member(holder.initializer, name) : [];
        // `const { user: { id } } = …`: the outer pattern tells whose member it is.
        return ts.isBindingElement(holder) ? this.#outerBinding(holder) : [];
    }

    async #outerBinding(element: ts.BindingElement): Promise<ShapeOrigin[]> {
        const holder = element.parent.parent;
        const key = element.propertyName;
        if (!key || !ts.isIdentifier(key) || !ts.isVariableDeclaration(holder) || !holder.initializer) return [];
        return this.#member(holder.initializer, key.text);
    }

    async #call(node: ts.CallExpression): Promise<ShapeOrigin[]> {
        const callee = stripAssertions(node.expression);
        if (ts.isPropertyAccessExpression(callee)) {
            const name = callee.name.text;
            if (SESSION_CALLS.has(name)) return ['session'];
            const receiver = stripAssertions(callee.expression);
            const isEndpoint =
                ts.isPropertyAccessExpression(receiver) && /^(?:api|organization)$/.test(receiver.name.text);
            if (isEndpoint && ORGANIZATION_CALLS.test(name)) return ['organization'];
            if (QUERIES.test(name) && ts.isPropertyAccessExpression(receiver)) return ['query'];
        }
        const values = node.arguments.filter((argument) => !ts.isFunctionLike(argument));
        const args = await collect(values, (argument) => this.#value(argument));
        const returned = await this.#returned(node);
        if (returned.length > 0) return [...(await collect(returned, (part) => this.#value(part))), ...args];
        // A method of a value gives a part or a form of it: `members.find(…)`, `roles.split(',')`.
        return ts.isPropertyAccessExpression(callee) ? this.#value(callee.expression) : args;
    }

    async #returned(node: ts.CallExpression): Promise<ts.Expression[]> {
        return returnedExpressions(await calledFunction(node, this.#backend));
    }
}

/** What a query gives for each item, in one list. */
async function collect<T>(items: Iterable<T>, query: (item: T) => Promise<ShapeOrigin[]>): Promise<ShapeOrigin[]> {
    const result: ShapeOrigin[] = [];
    for (const item of items) result.push(...(await query(item)));
    return result;
}

/** The one origin of a value; a literal beside another one is its fallback: `role ?? 'member'`. */
function single(origins: readonly ShapeOrigin[]): ShapeOrigin | undefined {
    const found = [...new Set(origins)];
    const beside = found.length > 1 ? found.filter((origin) => origin !== 'literal') : found;
    return beside.length === 1 ? beside[0] : undefined;
}

function isLiteral(node: ts.Expression): boolean {
    return (
        ts.isStringLiteralLike(node) ||
        ts.isNumericLiteral(node) ||
        ts.isBigIntLiteral(node) ||
        node.kind === ts.SyntaxKind.TrueKeyword ||
        node.kind === ts.SyntaxKind.FalseKeyword
    );
}

/** The values that a condition or a logical operator chooses from. */
function alternatives(node: ts.Expression): ts.Expression[] | undefined {
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
    if (!ts.isBinaryExpression(node)) return undefined;
    switch (node.operatorToken.kind) {
        case ts.SyntaxKind.BarBarToken:
        case ts.SyntaxKind.QuestionQuestionToken:
            return [node.left, node.right];
        case ts.SyntaxKind.AmpersandAmpersandToken:
        case ts.SyntaxKind.CommaToken:
            return [node.right];
        default:
            return undefined;
    }
}
