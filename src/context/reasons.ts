import ts from 'typescript';
import type { Resolution } from './program.ts';
import { stripParentheses } from './syntax.ts';

const ANY = 'the type is any';
/** Far more steps than a reader would follow from a call to the declaration that is missing. */
const MAX_STEPS = 25;

/** Finds out why the checker has no type for something. */
export class Reasons {
    readonly #checker: ts.TypeChecker;
    readonly #resolution: (file: ts.SourceFile, module: string) => Resolution;
    #steps = 0;

    constructor(checker: ts.TypeChecker, resolution: (file: ts.SourceFile, module: string) => Resolution) {
        this.#checker = checker;
        this.#resolution = resolution;
    }

    /** Why an expression's type is `any`, as one plain sentence part. */
    ofExpression(expression: ts.Expression): string {
        this.#steps = 0;
        return this.#expression(expression) ?? ANY;
    }

    /** Why the value or type that a declaration introduces is `any`. */
    ofDeclaration(declaration: ts.Declaration): string {
        this.#steps = 0;
        return this.#declaration(declaration) ?? ANY;
    }

    /** Why a type that is written in the source is `any`. */
    ofTypeNode(node: ts.Node): string {
        this.#steps = 0;
        return this.#typeNode(node) ?? ANY;
    }

    #isAny(node: ts.Node): boolean {
        return (this.#checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any) !== 0;
    }

    #firstAny(nodes: readonly ts.Expression[]): string | undefined {
        const culprit = nodes.find((node) => this.#isAny(node));
        return culprit && this.#expression(culprit);
    }

    #expression(expression: ts.Expression): string | undefined {
        if (++this.#steps > MAX_STEPS) return undefined;
        const node = stripParentheses(expression);
        if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return this.#typeNode(node.type);
        if (ts.isAwaitExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node)) {
            return this.#expression(node.expression);
        }
        if (ts.isIdentifier(node)) return this.#identifier(node);
        if (ts.isPropertyAccessExpression(node)) {
            if (this.#isAny(node.expression)) return this.#expression(node.expression);
            const symbol = this.#checker.getSymbolAtLocation(node.name);
            const owner = this.#checker.typeToString(this.#checker.getTypeAtLocation(node.expression));
            return symbol
                ? this.#symbol(symbol)
                : `the property "${node.name.text}" does not exist on the type ${owner.slice(0, 80)}`;
        }
        if (ts.isElementAccessExpression(node) && this.#isAny(node.expression))
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

    #call(node: ts.CallExpression | ts.NewExpression): string | undefined {
        if (this.#isAny(node.expression)) return this.#expression(node.expression);
        const declaration = this.#checker.getResolvedSignature(node)?.declaration;
        if (!declaration || ts.isJSDocSignature(declaration)) return undefined;
        return this.#signature(declaration) ?? this.#firstAny(node.arguments ?? []);
    }

    #signature(declaration: ts.SignatureDeclaration): string | undefined {
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

    #identifier(node: ts.Identifier): string | undefined {
        const symbol =
            ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
                ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
                : this.#checker.getSymbolAtLocation(node);
        return symbol ? this.#symbol(symbol) : `the name "${node.text}" is not declared`;
    }

    #symbol(symbol: ts.Symbol): string | undefined {
        if (symbol.flags & ts.SymbolFlags.Alias) return this.#alias(symbol);
        const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
        return declaration && this.#declaration(declaration);
    }

    #alias(symbol: ts.Symbol): string | undefined {
        const declaration = symbol.declarations?.[0];
        if (!declaration) return undefined;
        const module = moduleOf(declaration);
        if (module) {
            const resolution = this.#resolution(module.getSourceFile(), module.text);
            if (resolution === 'missing' && !this.#checker.getSymbolAtLocation(module)) {
                return `the module "${module.text}" could not be resolved`;
            }
            if (resolution === 'untyped') return `the module "${module.text}" has no type declarations`;
        }
        const target = this.#checker.getAliasedSymbol(symbol);
        if (target.declarations?.length) {
            const [first] = target.declarations;
            if (first && ts.isModuleDeclaration(first) && !first.body) {
                return `the module "${first.name.text}" is declared without types`;
            }
            return this.#symbol(target);
        }
        return module
            ? `the module "${module.text}" has no export "${exportedName(declaration)}"`
            : `the name "${symbol.name}" is not declared`;
    }

    #declaration(declaration: ts.Declaration): string | undefined {
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

    #typeNode(node: ts.Node): string | undefined {
        if (++this.#steps > MAX_STEPS) return undefined;
        if (ts.isTypeReferenceNode(node))
            return this.#entityName(node.typeName) ?? this.#firstAnyType(node.typeArguments);
        if (ts.isExpressionWithTypeArguments(node)) return this.#expression(node.expression);
        if (ts.isTypeQueryNode(node)) return this.#entityName(node.exprName);
        if (ts.isImportTypeNode(node)) {
            const literal = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
            if (!literal || !ts.isStringLiteral(literal)) return undefined;
            const resolution = this.#resolution(node.getSourceFile(), literal.text);
            return resolution === 'missing' ? `the module "${literal.text}" could not be resolved` : undefined;
        }
        if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) return this.#firstAnyType(node.types);
        if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return this.#typeNode(node.type);
        if (ts.isIndexedAccessTypeNode(node)) return this.#firstAnyType([node.objectType, node.indexType]);
        return undefined;
    }

    #firstAnyType(nodes: readonly ts.TypeNode[] | undefined): string | undefined {
        const culprit = nodes?.find((node) => this.#isAny(node));
        return culprit && this.#typeNode(culprit);
    }

    #entityName(name: ts.EntityName): string | undefined {
        if (++this.#steps > MAX_STEPS) return undefined;
        if (ts.isQualifiedName(name)) {
            const left = this.#checker.getSymbolAtLocation(name.left);
            const reason = left && left.flags & ts.SymbolFlags.Alias ? this.#alias(left) : undefined;
            if (reason) return reason;
            // `typeof auth.$Infer.Session`: the reason is that of the first name whose type is any.
            if (this.#isAny(name.left)) return this.#entityName(name.left);
        }
        const symbol = this.#checker.getSymbolAtLocation(name);
        if (symbol) return this.#symbol(symbol);
        return ts.isQualifiedName(name)
            ? (this.#entityName(name.left) ?? `"${name.getText()}" is not declared`)
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
