import ts from 'typescript';
import { evaluateCall, requiredModule } from './calls.ts';
import { memberOf, readBound } from './closures.ts';
import type { BundledModules, Evaluation } from './evaluation.ts';
import { evaluateArray, evaluateObject, evaluateTemplate, returnsNow } from './literals.ts';
import { findExport, importedModule, importedValue } from './modules.ts';
import { applyMutations } from './mutations.ts';
import { evaluateBinary, evaluateConditional, evaluatePrefix, shortText } from './operators.ts';
import type { Project } from './project.ts';
import { enclosingFunction, findDeclaration, unwrap } from './scope.ts';
import { Closure, ModuleValue, ObjectValue, UnknownValue } from './values.ts';
import type { Frame, Value } from './values.ts';

/** More steps than any configuration needs; beyond, a value is unknown. */
const MAX_STEPS = 200_000;

/**
 * Evaluates expressions from their syntax trees, across files, without running code of the workspace.
 * In: the project that supplies files, and the bundled modules that may be called.
 * What cannot be told becomes an `UnknownValue` with its reason and place.
 */
export class Evaluator implements Evaluation {
    readonly project: Project;
    readonly bundled: BundledModules;
    private readonly values = new Map<ts.Node, Map<string, Value>>();
    private readonly active = new Set<ts.Node>();
    private steps = 0;

    constructor(project: Project, bundled: BundledModules) {
        this.project = project;
        this.bundled = bundled;
    }

    evaluate(expression: ts.Expression, frame: Frame | undefined): Value {
        this.steps += 1;
        if (this.steps > MAX_STEPS) {
            return new UnknownValue('the configuration is too large to be followed', expression);
        }
        const node = unwrap(expression);
        const evaluate = (each: ts.Expression): Value => this.evaluate(each, frame);
        if (ts.isStringLiteralLike(node)) {
            return node.text;
        }
        if (ts.isNumericLiteral(node)) {
            return Number(node.text);
        }
        if (ts.isIdentifier(node)) {
            return this.evaluateIdentifier(node, frame);
        }
        if (ts.isObjectLiteralExpression(node)) {
            return evaluateObject(node, frame, evaluate, ({ name }) => this.evaluateIdentifier(name, frame));
        }
        if (ts.isArrayLiteralExpression(node)) {
            return evaluateArray(node.elements, evaluate);
        }
        if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
            return new Closure(node, frame, returnsNow(node));
        }
        if (ts.isCallExpression(node)) {
            return evaluateCall(this, node, frame);
        }
        if (ts.isPropertyAccessExpression(node)) {
            return this.evaluateMember(evaluate(node.expression), node.name.text, node, node.questionDotToken);
        }
        if (ts.isElementAccessExpression(node)) {
            return this.evaluateElement(node, evaluate);
        }
        if (ts.isTemplateExpression(node)) {
            return evaluateTemplate(node, evaluate);
        }
        if (ts.isConditionalExpression(node)) {
            return evaluateConditional(node, evaluate);
        }
        if (ts.isBinaryExpression(node)) {
            return evaluateBinary(node, evaluate);
        }
        if (ts.isPrefixUnaryExpression(node)) {
            return evaluatePrefix(node, evaluate(node.operand));
        }
        return evaluateKeyword(node);
    }

    exportOf(file: string, name: string, node: ts.Node): Value {
        return findExport(this, file, name, node);
    }

    valueOf(name: string, declaration: ts.Node, frame: Frame | undefined, use: ts.Node): Value {
        const scope = frameOf(declaration, frame);
        const known = scope === undefined ? this.values.get(declaration) : undefined;
        if (known?.has(name) === true) {
            return known.get(name);
        }
        if (scope === undefined && this.active.has(declaration)) {
            return new UnknownValue(`"${name}" refers to itself`, use);
        }
        this.active.add(declaration);
        const value = this.readDeclaration(name, declaration, scope, use);
        this.active.delete(declaration);
        if (scope === undefined) {
            this.values.set(declaration, new Map(known).set(name, value));
        }
        return value;
    }

    private evaluateIdentifier(node: ts.Identifier, frame: Frame | undefined): Value {
        const declaration = findDeclaration(node);
        if (declaration !== undefined) {
            return this.valueOf(node.text, declaration, frame, node);
        }
        switch (node.text) {
            case 'undefined':
                return undefined;
            case 'NaN':
                return NaN;
            case 'Infinity':
                return Infinity;
            default:
                return new UnknownValue(`"${node.text}" is only known at run time`, node, { global: node.text });
        }
    }

    private evaluateMember(object: Value, key: string, node: ts.Expression, optional?: ts.QuestionDotToken): Value {
        if (object instanceof ModuleValue) {
            return this.exportOf(object.file, key, node);
        }
        if ((object === undefined || object === null) && optional === undefined && !isOptionalChain(node)) {
            return new UnknownValue(`"${shortText(node)}" reads a property of ${String(object)}`, node);
        }
        return memberOf(this, object, key, node);
    }

    private evaluateElement(node: ts.ElementAccessExpression, evaluate: (node: ts.Expression) => Value): Value {
        const key = evaluate(node.argumentExpression);
        if (typeof key === 'string' || typeof key === 'number') {
            return this.evaluateMember(evaluate(node.expression), String(key), node, node.questionDotToken);
        }
        return key instanceof UnknownValue
            ? new UnknownValue(`a computed key: ${key.reason}`, key.node)
            : new UnknownValue('a computed key', node);
    }

    private readDeclaration(name: string, declaration: ts.Node, frame: Frame | undefined, use: ts.Node): Value {
        if (ts.isVariableDeclaration(declaration)) {
            return this.readVariable(name, declaration, frame, use);
        }
        if (ts.isBindingElement(declaration)) {
            return this.readBindingElement(name, declaration, frame, use);
        }
        if (ts.isParameter(declaration)) {
            return readParameter(name, declaration, frame, use);
        }
        if (ts.isFunctionDeclaration(declaration)) {
            return new Closure(declaration, frame, returnsNow(declaration));
        }
        if (ts.isEnumDeclaration(declaration)) {
            return this.readEnum(declaration);
        }
        if (ts.isImportSpecifier(declaration)) {
            const { moduleSpecifier } = declaration.parent.parent.parent;
            const imported = (declaration.propertyName ?? declaration.name).text;
            return importedValue(this, specifierText(moduleSpecifier), imported, use);
        }
        if (ts.isImportClause(declaration)) {
            return importedValue(this, specifierText(declaration.parent.moduleSpecifier), 'default', use);
        }
        if (ts.isNamespaceImport(declaration)) {
            return importedModule(this, specifierText(declaration.parent.parent.moduleSpecifier), use);
        }
        const reason = ts.isClassDeclaration(declaration) ? 'is a class' : 'cannot be read without running it';
        return new UnknownValue(`"${name}" ${reason}`, use);
    }

    private readVariable(
        name: string,
        declaration: ts.VariableDeclaration,
        frame: Frame | undefined,
        use: ts.Node,
    ): Value {
        const { initializer } = declaration;
        if (initializer === undefined) {
            const isLoop = !ts.isVariableStatement(declaration.parent.parent);
            const reason = isLoop ? 'is the variable of a loop' : 'has no value at its declaration';
            return new UnknownValue(`"${name}" ${reason}`, use);
        }
        const evaluate = (each: ts.Expression): Value => this.evaluate(each, frame);
        return applyMutations(declaration, name, evaluate(initializer), evaluate);
    }

    private readBindingElement(
        name: string,
        element: ts.BindingElement,
        frame: Frame | undefined,
        use: ts.Node,
    ): Value {
        const pattern = element.parent;
        const holder = pattern.parent;
        if (ts.isParameter(holder) || (ts.isBindingElement(holder) && isInParameter(holder))) {
            return readParameter(name, element, frame, use);
        }
        const whole = ts.isBindingElement(holder)
            ? this.readBindingElement(name, holder, frame, use)
            : ts.isVariableDeclaration(holder) && holder.initializer !== undefined
              ? this.readPattern(holder.initializer, frame)
              : new UnknownValue(`"${name}" is the variable of a loop`, use);
        const index = pattern.elements.findIndex((each) => each === element);
        const value =
            whole instanceof ModuleValue
                ? this.exportOf(whole.file, (element.propertyName ?? element.name).getText(), use)
                : readBound(this, pattern, element, index, whole);
        return value === undefined && element.initializer !== undefined
            ? this.evaluate(element.initializer, frame)
            : value;
    }

    private readPattern(initializer: ts.Expression, frame: Frame | undefined): Value {
        const node = unwrap(initializer);
        const required = ts.isCallExpression(node) ? requiredModule(node) : undefined;
        return required === undefined ? this.evaluate(node, frame) : importedModule(this, required, node);
    }

    private readEnum(declaration: ts.EnumDeclaration): ObjectValue {
        const result = new ObjectValue(declaration);
        let next: number | undefined = 0;
        for (const member of declaration.members) {
            const value: Value =
                member.initializer === undefined
                    ? (next ?? new UnknownValue('an enum member without a value', member))
                    : this.evaluate(member.initializer, undefined);
            next = typeof value === 'number' ? value + 1 : undefined;
            result.entries.set(member.name.getText().replace(/^['"]|['"]$/g, ''), { value, node: member });
        }
        return result;
    }
}

/** The frame of the function that a declaration belongs to, or undefined at the top level of a file. */
function frameOf(declaration: ts.Node, frame: Frame | undefined): Frame | undefined {
    for (let fn = enclosingFunction(declaration); fn !== undefined; fn = enclosingFunction(fn)) {
        for (let each = frame; each !== undefined; each = each.parent) {
            if (each.fn === fn) {
                return each;
            }
        }
    }
    return undefined;
}

function readParameter(name: string, declaration: ts.Node, frame: Frame | undefined, use: ts.Node): Value {
    const fn = enclosingFunction(declaration);
    if (frame !== undefined && frame.fn === fn && frame.bindings.has(name)) {
        return frame.bindings.get(name);
    }
    const holder = fn?.name ?? (fn !== undefined && ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
    const owner = holder === undefined ? 'a function' : `"${holder.getText()}"`;
    return new UnknownValue(`"${name}" is a parameter of ${owner}`, use);
}

function isInParameter(element: ts.BindingElement): boolean {
    const holder = element.parent.parent;
    return ts.isParameter(holder) || (ts.isBindingElement(holder) && isInParameter(holder));
}

function isOptionalChain(node: ts.Node): boolean {
    return ts.isOptionalChain(node);
}

function specifierText(node: ts.Expression): string {
    return ts.isStringLiteral(node) ? node.text : '';
}

function evaluateKeyword(node: ts.Expression): Value {
    switch (node.kind) {
        case ts.SyntaxKind.TrueKeyword:
            return true;
        case ts.SyntaxKind.FalseKeyword:
            return false;
        case ts.SyntaxKind.NullKeyword:
            return null;
    }
    if (ts.isMetaProperty(node)) {
        return new UnknownValue('"import.meta" is only known at run time', node, { global: 'import.meta' });
    }
    if (ts.isVoidExpression(node) || ts.isOmittedExpression(node)) {
        return undefined;
    }
    if (ts.isNewExpression(node)) {
        return new UnknownValue(`"${shortText(node)}" is an instance made at run time`, node, { isObject: true });
    }
    if (ts.isRegularExpressionLiteral(node) || ts.isClassExpression(node)) {
        return new UnknownValue('it is not plain data', node, { isObject: true });
    }
    return new UnknownValue(`"${shortText(node)}" cannot be read without running it`, node);
}
