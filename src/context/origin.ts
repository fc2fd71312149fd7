import ts from 'typescript';
import type { ShapeOrigin } from '../model/context-shape.ts';
import { fromPackage } from './properties.ts';
import { stripTransparent, writtenName } from './syntax.ts';

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
    readonly #checker: ts.TypeChecker;
    #steps = 0;

    constructor(checker: ts.TypeChecker) {
        this.#checker = checker;
    }

    /** Where the value of an expression comes from; undefined when that is unclear. */
    ofExpression(expression: ts.Expression): ShapeOrigin | undefined {
        this.#steps = 0;
        return single(this.#value(expression));
    }

    /** Where a member of an expression's value comes from. */
    ofMember(expression: ts.Expression, name: string): ShapeOrigin | undefined {
        this.#steps = 0;
        return single(this.#member(expression, name));
    }

    #value(expression: ts.Expression): ShapeOrigin[] {
        if (++this.#steps > MAX_STEPS) return [];
        const node = inner(expression);
        if (isLiteral(node)) return ['literal'];
        if (ts.isIdentifier(node)) return this.#identifier(node);
        if (ts.isPropertyAccessExpression(node)) return this.#member(node.expression, node.name.text);
        if (ts.isElementAccessExpression(node)) {
            const { argumentExpression: key } = node;
            return ts.isStringLiteralLike(key) ? this.#member(node.expression, key.text) : this.#value(node.expression);
        }
        if (ts.isTemplateExpression(node)) return node.templateSpans.flatMap((span) => this.#value(span.expression));
        if (ts.isCallExpression(node)) return this.#call(node);
        return alternatives(node)?.flatMap((part) => this.#value(part)) ?? [];
    }

    #member(object: ts.Expression, name: string): ShapeOrigin[] {
        if (++this.#steps > MAX_STEPS) return [];
        const node = inner(object);
        if (ts.isObjectLiteralExpression(node)) return this.#literalMember(node, name);
        if ((name === 'user' || name === 'session') && this.#isSessionData(node)) return [name];
        const parts = alternatives(node);
        if (parts) return parts.flatMap((part) => this.#member(part, name));
        if (ts.isIdentifier(node)) {
            const initializer = this.#initializer(node);
            if (initializer) return this.#member(initializer, name);
        }
        if (ts.isCallExpression(node)) {
            const returned = this.#returned(node);
            if (returned.length > 0) return returned.flatMap((part) => this.#member(part, name));
        }
        return this.#value(node);
    }

    #literalMember(literal: ts.ObjectLiteralExpression, name: string): ShapeOrigin[] {
        for (const property of literal.properties.toReversed()) {
            if (ts.isSpreadAssignment(property)) {
                const type = this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(property.expression));
                if (type.getProperty(name)) return this.#member(property.expression, name);
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
    #isSessionData(expression: ts.Expression): boolean {
        if (++this.#steps > MAX_STEPS) return false;
        const node = inner(expression);
        if (ts.isIdentifier(node)) {
            const initializer = this.#initializer(node);
            if (initializer) return this.#isSessionData(initializer);
        } else if (ts.isCallExpression(node)) {
            const callee = inner(node.expression);
            if (ts.isPropertyAccessExpression(callee) && SESSION_CALLS.has(callee.name.text)) return true;
            const returned = this.#returned(node);
            if (returned.length > 0) return returned.some((part) => this.#isSessionData(part));
            // A call of anything else gives data of its own.
            if (!ts.isIdentifier(callee)) return false;
        } else if (ts.isPropertyAccessExpression(node) && node.name.text === 'data') {
            return this.#isSessionData(node.expression);
        }
        const type = this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(node));
        return type.getProperty('session') !== undefined && type.getProperty('user') !== undefined;
    }

    #symbol(node: ts.Identifier): ts.Symbol | undefined {
        return ts.isShorthandPropertyAssignment(node.parent)
            ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
            : this.#checker.getSymbolAtLocation(node);
    }

    #initializer(node: ts.Identifier): ts.Expression | undefined {
        const declaration = this.#symbol(node)?.valueDeclaration;
        return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    }

    #identifier(node: ts.Identifier): ShapeOrigin[] {
        const declaration = this.#symbol(node)?.valueDeclaration;
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

    #outerBinding(element: ts.BindingElement): ShapeOrigin[] {
        const holder = element.parent.parent;
        const key = element.propertyName;
        if (!key || !ts.isIdentifier(key) || !ts.isVariableDeclaration(holder) || !holder.initializer) return [];
        return this.#member(holder.initializer, key.text);
    }

    #call(node: ts.CallExpression): ShapeOrigin[] {
        const callee = inner(node.expression);
        if (ts.isPropertyAccessExpression(callee)) {
            const name = callee.name.text;
            if (SESSION_CALLS.has(name)) return ['session'];
            const receiver = inner(callee.expression);
            const isEndpoint =
                ts.isPropertyAccessExpression(receiver) && /^(?:api|organization)$/.test(receiver.name.text);
            if (isEndpoint && ORGANIZATION_CALLS.test(name)) return ['organization'];
            if (QUERIES.test(name) && ts.isPropertyAccessExpression(receiver)) return ['query'];
        }
        const args = node.arguments.flatMap((argument) => (ts.isFunctionLike(argument) ? [] : this.#value(argument)));
        const returned = this.#returned(node);
        if (returned.length > 0) return [...returned.flatMap((part) => this.#value(part)), ...args];
        // A method of a value gives a part or a form of it: `members.find(…)`, `roles.split(',')`.
        return ts.isPropertyAccessExpression(callee) ? this.#value(callee.expression) : args;
    }

    /** The function that a call by its name calls; methods are left out, since finding those needs types. */
    #called(node: ts.CallExpression): ts.SignatureDeclaration | undefined {
        const callee = inner(node.expression);
        const symbol = ts.isIdentifier(callee) ? this.#symbol(callee) : undefined;
        if (!symbol) return undefined;
        const target = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
        const declaration = target.valueDeclaration;
        if (!declaration) return undefined;
        if (ts.isFunctionDeclaration(declaration)) return declaration;
        const initializer = ts.isVariableDeclaration(declaration) && declaration.initializer;
        return initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
            ? initializer
            : undefined;
    }

    /** What a function of the application returns; nothing for one of a package. */
    #returned(node: ts.CallExpression): ts.Expression[] {
        const declaration = this.#called(node);
        if (!declaration || fromPackage(declaration) || !('body' in declaration) || !declaration.body) return [];
        if (!ts.isBlock(declaration.body)) return [declaration.body];
        const returned: ts.Expression[] = [];
        const visit = (child: ts.Node): void => {
            if (ts.isFunctionLike(child)) return;
            if (ts.isReturnStatement(child) && child.expression) returned.push(child.expression);
            ts.forEachChild(child, visit);
        };
        visit(declaration.body);
        return returned;
    }
}

/** The one origin of a value; a literal beside another one is its fallback: `role ?? 'member'`. */
function single(origins: readonly ShapeOrigin[]): ShapeOrigin | undefined {
    const found = [...new Set(origins)];
    const beside = found.length > 1 ? found.filter((origin) => origin !== 'literal') : found;
    return beside.length === 1 ? beside[0] : undefined;
}

function inner(expression: ts.Expression): ts.Expression {
    const node = stripTransparent(expression);
    if (ts.isAwaitExpression(node) || ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
        return inner(node.expression);
    }
    return node;
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
