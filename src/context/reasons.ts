import ts from 'typescript';
import type { Backend, SymbolHandle } from './backend.ts';
import { stripParentheses } from './syntax.ts';

const ANY = 'the type is any';
/** Far more steps than a reader would follow from a call to the declaration that is missing. */
const MAX_STEPS = 25;

/** Finds out why the checker has no type for something. */
export class Reasons {
    readonly #backend: Backend;
    #steps = 0;

    constructor(backend: Backend) {
        this.#backend = backend;
    }

    /** Why an expression's type is `any`, as one plain sentence part. */
    async ofExpression(expression: ts.Expression): Promise<string> {
        this.#steps = 0;
        return (await this.#expression(expression)) ?? ANY;
    }

    /** Why the value or type that a declaration introduces is `any`. */
    async ofDeclaration(declaration: ts.Declaration): Promise<string> {
        this.#steps = 0;
        return (await this.#declaration(declaration)) ?? ANY;
    }

    /** Why a type that is written in the source is `any`. */
    async ofTypeNode(node: ts.Node): Promise<string> {
        this.#steps = 0;
        return (await this.#typeNode(node)) ?? ANY;
    }

    async #isAny(node: ts.Node): Promise<boolean> {
        return ((await this.#backend.typeAt(node)).flags & ts.TypeFlags.Any) !== 0;
    }

    async #firstAny(nodes: readonly ts.Expression[]): Promise<string | undefined> {
        for (const node of nodes) if (await this.#isAny(node)) return this.#expression(node);
        return undefined;
    }

    async #expression(expression: ts.Expression): Promise<string | undefined> {
        if (++this.#steps > MAX_STEPS) return undefined;
        const node = stripParentheses(expression);
        if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return this.#typeNode(node.type);
        if (ts.isAwaitExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node)) {
            return this.#expression(node.expression);
        }
        if (ts.isIdentifier(node)) return this.#identifier(node);
        if (ts.isPropertyAccessExpression(node)) {
            if (await this.#isAny(node.expression)) return this.#expression(node.expression);
            const symbol = await this.#backend.symbolAt(node.name);
            if (symbol) return this.#symbol(symbol);
            const owner = await this.#backend.text(await this.#backend.typeAt(node.expression));
            return `the property "${node.name.text}" does not exist on the type ${owner.slice(0, 80)}`;
        }
        if (ts.isElementAccessExpression(node) && (await this.#isAny(node.expression)))
            return this.#expression(node.expression);
        if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#call(node);
        if (ts.isBinaryExpression(node)) return this.#firstAny([node.right, node.left]);
        if (ts.isConditionalExpression(node)) return this.#firstAny([node.whenTrue, node.whenFalse]);
        if (ts.isObjectLiteralExpression(node)) {
            return this.#firstAny(node.properties.filter(ts.isSpreadAssignment).map((spread) => spread.expression));
        }
        if (ts.isArrayLiteralExpression(node)) return this.#firstAny(node.elements);
        return undefined;
    }

    async #call(node: ts.CallExpression | ts.NewExpression): Promise<string | undefined> {
        if (await this.#isAny(node.expression)) return this.#expression(node.expression);
        const declaration = await this.#backend.calledDeclaration(node);
        if (!declaration || ts.isJSDocSignature(declaration) || !ts.isFunctionLike(declaration)) return undefined;
        return (await this.#signature(declaration)) ?? this.#firstAny(node.arguments ?? []);
    }

    async #signature(declaration: ts.SignatureDeclaration): Promise<string | undefined> {
        if (declaration.type) return this.#typeNode(declaration.type);
        if (!('body' in declaration) || !declaration.body) return undefined;
        if (!ts.isBlock(declaration.body)) return this.#expression(declaration.body);
        const returned: ts.Expression[] = [];
        const visit = (node: ts.Node): void => {
            if (ts.isFunctionLike(node)) return;
            if (ts.isReturnStatement(node) && node.expression) returned.push(node.expression);
            ts.forEachChild(node, visit);
        };
        visit(declaration.body);
        return this.#firstAny(returned);
    }

    async #identifier(node: ts.Identifier): Promise<string | undefined> {
        const symbol =
            ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
                ? await this.#backend.shorthandValue(node.parent)
                : await this.#backend.symbolAt(node);
        return symbol ? this.#symbol(symbol) : `the name "${node.text}" is not declared`;
    }

    async #symbol(symbol: SymbolHandle): Promise<string | undefined> {
        if (symbol.flags & ts.SymbolFlags.Alias) return this.#alias(symbol);
        const declaration =
            (await this.#backend.valueDeclaration(symbol)) ?? (await this.#backend.declarations(symbol))[0];
        return declaration && this.#declaration(declaration);
    }

    async #alias(symbol: SymbolHandle): Promise<string | undefined> {
        const [declaration] = await this.#backend.declarations(symbol);
        if (!declaration) return undefined;
        const module = moduleOf(declaration);
        if (module) {
            const resolution = this.#backend.resolution(module.getSourceFile(), module.text);
            if (resolution === 'missing' && !(await this.#backend.symbolAt(module))) {
                return `the module "${module.text}" could not be resolved`;
            }
            if (resolution === 'untyped') return `the module "${module.text}" has no type declarations`;
        }
        const target = await this.#backend.aliased(symbol);
        const [first] = await this.#backend.declarations(target);
        if (first) {
            if (ts.isModuleDeclaration(first) && !first.body) {
                return `the module "${first.name.text}" is declared without types`;
            }
            return this.#symbol(target);
        }
        return module
            ? `the module "${module.text}" has no export "${exportedName(declaration)}"`
            : `the name "${symbol.name}" is not declared`;
    }

    async #declaration(declaration: ts.Declaration): Promise<string | undefined> {
        if (++this.#steps > MAX_STEPS) return undefined;
        if (ts.isPropertyAssignment(declaration)) return this.#expression(declaration.initializer);
        if (ts.isShorthandPropertyAssignment(declaration)) return this.#identifier(declaration.name);
        if (ts.isSpreadAssignment(declaration)) return this.#expression(declaration.expression);
        if (ts.isExportAssignment(declaration)) return this.#expression(declaration.expression);
        if (ts.isTypeAliasDeclaration(declaration)) return this.#typeNode(declaration.type);
        if (ts.isBindingElement(declaration)) {
            const holder = ts.walkUpBindingElementsAndPatterns(declaration);
            return this.#declaration(holder);
        }
        if (ts.isParameter(declaration)) {
            if (declaration.type) return this.#typeNode(declaration.type);
            return declaration.initializer
                ? this.#expression(declaration.initializer)
                : `the parameter "${declaration.name.getText()}" has no type`;
        }
        if (ts.isVariableDeclaration(declaration)) {
            if (declaration.type) return this.#typeNode(declaration.type);
            if (declaration.initializer) return this.#expression(declaration.initializer);
            const loop = declaration.parent.parent;
            return ts.isForOfStatement(loop) ? this.#expression(loop.expression) : undefined;
        }
        if (ts.isPropertySignature(declaration)) return declaration.type && this.#typeNode(declaration.type);
        if (ts.isPropertyDeclaration(declaration)) {
            if (declaration.type) return this.#typeNode(declaration.type);
            return declaration.initializer && this.#expression(declaration.initializer);
        }
        return ts.isFunctionLike(declaration) ? this.#signature(declaration) : undefined;
    }

    async #typeNode(node: ts.Node): Promise<string | undefined> {
        if (++this.#steps > MAX_STEPS) return undefined;
        if (ts.isTypeReferenceNode(node))
            return (await this.#entityName(node.typeName)) ?? this.#firstAnyType(node.typeArguments);
        if (ts.isExpressionWithTypeArguments(node)) return this.#expression(node.expression);
        if (ts.isTypeQueryNode(node)) return this.#entityName(node.exprName);
        if (ts.isImportTypeNode(node)) {
            const literal = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
            if (!literal || !ts.isStringLiteral(literal)) return undefined;
            const resolution = this.#backend.resolution(node.getSourceFile(), literal.text);
            return resolution === 'missing' ? `the module "${literal.text}" could not be resolved` : undefined;
        }
        if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) return this.#firstAnyType(node.types);
        if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return this.#typeNode(node.type);
        if (ts.isIndexedAccessTypeNode(node)) return this.#firstAnyType([node.objectType, node.indexType]);
        return undefined;
    }

    async #firstAnyType(nodes: readonly ts.TypeNode[] | undefined): Promise<string | undefined> {
        for (const node of nodes ?? []) if (await this.#isAny(node)) return this.#typeNode(node);
        return undefined;
    }

    async #entityName(name: ts.EntityName): Promise<string | undefined> {
        if (++this.#steps > MAX_STEPS) return undefined;
        if (ts.isQualifiedName(name)) {
            const left = await this.#backend.symbolAt(name.left);
            const reason = left && left.flags & ts.SymbolFlags.Alias ? await this.#alias(left) : undefined;
            if (reason) return reason;
            // `typeof auth.$Infer.Session`: the reason is that of the first name whose type is any.
            if (await this.#isAny(name.left)) return this.#entityName(name.left);
        }
        const symbol = await this.#backend.symbolAt(name);
        if (symbol) return this.#symbol(symbol);
        return ts.isQualifiedName(name)
            ? ((await this.#entityName(name.left)) ?? `"${name.getText()}" is not declared`)
            : `the name "${name.text}" is not declared`;
    }
}

/** The module that an import or re-export names. */
function moduleOf(declaration: ts.Declaration): ts.StringLiteralLike | undefined {
    let node: ts.Node = declaration;
    while (!ts.isSourceFile(node)) {
        if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
            return ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier : undefined;
        }
        if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
            const { expression } = node.moduleReference;
            return ts.isStringLiteralLike(expression) ? expression : undefined;
        }
        if (ts.isVariableDeclaration(node) && node.initializer) return requiredModule(node.initializer);
        node = node.parent;
    }
    return undefined;
}

/** The `x` of `require('x')`, also behind a property access. */
function requiredModule(expression: ts.Expression): ts.StringLiteralLike | undefined {
    if (ts.isPropertyAccessExpression(expression)) return requiredModule(expression.expression);
    if (!ts.isCallExpression(expression)) return undefined;
    const [argument] = expression.arguments;
    return argument && ts.isStringLiteralLike(argument) ? argument : undefined;
}

function exportedName(declaration: ts.Declaration): string {
    if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)) {
        return (declaration.propertyName ?? declaration.name).text;
    }
    return 'default';
}
