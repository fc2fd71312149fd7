import path from 'node:path';
import ts from 'typescript';
import type { Evaluation } from './evaluation.ts';
import { ModuleValue, ObjectValue, UnknownValue, readProperty } from './values.ts';
import type { ExternalRef, Value } from './values.ts';

/** In: what is imported from where. Out: its value; the exports of packages are unknown, save the bundled ones. */
export function importedValue(evaluation: Evaluation, specifier: string, name: string, use: ts.Node): Value {
    const resolution = evaluation.project.resolve(specifier, use.getSourceFile().fileName);
    if (resolution.kind === 'source') {
        return evaluation.exportOf(resolution.file, name, use);
    }
    const external = { module: resolution.name, name };
    if (resolution.kind === 'missing') {
        return new UnknownValue(`the module "${specifier}" could not be resolved`, use, { external });
    }
    return (
        evaluation.bundled.find(external) ?? new UnknownValue(externalReason(evaluation, external), use, { external })
    );
}

/** In: `import * as x from …` or `require(…)`. Out: the module as a value whose properties are its exports. */
export function importedModule(evaluation: Evaluation, specifier: string, use: ts.Node): Value {
    const resolution = evaluation.project.resolve(specifier, use.getSourceFile().fileName);
    if (resolution.kind === 'source') {
        return new ModuleValue(resolution.file, use);
    }
    const external = { module: resolution.name, name: '*' };
    return new UnknownValue(
        resolution.kind === 'missing'
            ? `the module "${specifier}" could not be resolved`
            : `the package "${specifier}" is not run`,
        use,
        { external },
    );
}

/** In: a property of a module that is a package. Out: the export's value, or undefined when it is none. */
export function externalMember(evaluation: Evaluation, module: UnknownValue, name: string, use: ts.Node): Value {
    if (module.external?.name !== '*') {
        return undefined;
    }
    const external = { module: module.external.module, name };
    return (
        evaluation.bundled.find(external) ?? new UnknownValue(externalReason(evaluation, external), use, { external })
    );
}

/** In: a source file and the name of an export. Out: its value; its own, one that it passes on, or a CommonJS one. */
export function findExport(evaluation: Evaluation, file: string, name: string, use: ts.Node): Value {
    const found = lookUpExport(evaluation, file, name, use, new Set());
    return found === undefined
        ? new UnknownValue(`"${path.basename(file)}" has no export "${name}"`, use)
        : found.value;
}

function lookUpExport(
    evaluation: Evaluation,
    file: string,
    name: string,
    use: ts.Node,
    seen: Set<string>,
): { value: Value } | undefined {
    seen.add(file);
    const parsed = evaluation.project.parse(file);
    if (parsed === undefined) {
        return { value: new UnknownValue(`the file "${path.basename(file)}" cannot be read`, use) };
    }
    const { sourceFile, error } = parsed;
    if (error !== undefined) {
        const reason = `"${path.basename(file)}" has a syntax error in line ${error.line}: ${error.message}`;
        return { value: new UnknownValue(reason, use) };
    }
    if (file.endsWith('.json')) {
        const [content] = sourceFile.statements;
        const value =
            content !== undefined && ts.isExpressionStatement(content)
                ? evaluation.evaluate(content.expression, undefined)
                : undefined;
        return { value: name === 'default' ? value : readProperty(value, name, use) };
    }
    for (const statement of sourceFile.statements) {
        const found = readExport(evaluation, statement, name, use);
        if (found !== undefined) {
            return found;
        }
    }
    return name === 'default' ? undefined : lookUpStarExport(evaluation, sourceFile, name, use, seen);
}

/** Follows `export * from …`; a source file that has the name counts before a package that may have it. */
function lookUpStarExport(
    evaluation: Evaluation,
    sourceFile: ts.SourceFile,
    name: string,
    use: ts.Node,
    seen: Set<string>,
): { value: Value } | undefined {
    let possible: { value: Value } | undefined;
    for (const statement of sourceFile.statements) {
        if (!ts.isExportDeclaration(statement) || statement.exportClause !== undefined) {
            continue;
        }
        const specifier = statement.moduleSpecifier;
        if (specifier === undefined || !ts.isStringLiteral(specifier)) {
            continue;
        }
        const resolution = evaluation.project.resolve(specifier.text, sourceFile.fileName);
        if (resolution.kind !== 'source') {
            possible ??= { value: importedValue(evaluation, specifier.text, name, specifier) };
        } else if (!seen.has(resolution.file)) {
            const found = lookUpExport(evaluation, resolution.file, name, use, seen);
            if (found !== undefined) {
                return found;
            }
        }
    }
    return possible;
}

function readExport(
    evaluation: Evaluation,
    statement: ts.Statement,
    name: string,
    use: ts.Node,
): { value: Value } | undefined {
    if (ts.isExportAssignment(statement)) {
        return name === 'default' ? { value: evaluation.evaluate(statement.expression, undefined) } : undefined;
    }
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
        return readExportClause(evaluation, statement, statement.exportClause, name, use);
    }
    if (ts.isExpressionStatement(statement)) {
        return readCommonJsExport(evaluation, statement.expression, name, use);
    }
    if (!ts.canHaveModifiers(statement)) {
        return undefined;
    }
    const modifiers = ts.getModifiers(statement)?.map(({ kind }) => kind) ?? [];
    if (!modifiers.includes(ts.SyntaxKind.ExportKeyword)) {
        return undefined;
    }
    const isDefault = modifiers.includes(ts.SyntaxKind.DefaultKeyword);
    if (ts.isVariableStatement(statement)) {
        for (const declaration of statement.declarationList.declarations) {
            const element = findBinding(declaration, name);
            if (element !== undefined) {
                return { value: evaluation.valueOf(name, element, undefined, use) };
            }
        }
        return undefined;
    }
    const isNamed =
        ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
    return isNamed && (isDefault ? name === 'default' : statement.name?.text === name)
        ? { value: evaluation.valueOf(name, statement, undefined, use) }
        : undefined;
}

function readExportClause(
    evaluation: Evaluation,
    statement: ts.ExportDeclaration,
    clause: ts.NamedExportBindings,
    name: string,
    use: ts.Node,
): { value: Value } | undefined {
    const specifier =
        statement.moduleSpecifier !== undefined && ts.isStringLiteral(statement.moduleSpecifier)
            ? statement.moduleSpecifier
            : undefined;
    if (ts.isNamespaceExport(clause)) {
        return specifier !== undefined && clause.name.text === name
            ? { value: importedModule(evaluation, specifier.text, specifier) }
            : undefined;
    }
    const element = clause.elements.find((each) => each.name.text === name);
    if (element === undefined) {
        return undefined;
    }
    const original = element.propertyName ?? element.name;
    if (specifier !== undefined) {
        return { value: importedValue(evaluation, specifier.text, original.text, specifier) };
    }
    return ts.isIdentifier(original)
        ? { value: evaluation.evaluate(original, undefined) }
        : { value: new UnknownValue('an export with a quoted name', use) };
}

/** `module.exports = …`, `exports.name = …`, `module.exports.name = …`. */
function readCommonJsExport(
    evaluation: Evaluation,
    node: ts.Expression,
    name: string,
    use: ts.Node,
): { value: Value } | undefined {
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) {
        return undefined;
    }
    const target = node.left.getText();
    if (target === `exports.${name}` || target === `module.exports.${name}`) {
        return { value: evaluation.evaluate(node.right, undefined) };
    }
    if (target !== 'module.exports') {
        return undefined;
    }
    const all = evaluation.evaluate(node.right, undefined);
    if (name === 'default') {
        return { value: all };
    }
    return all instanceof ObjectValue && (all.entries.has(name) || all.rest.length > 0)
        ? { value: readProperty(all, name, use) }
        : undefined;
}

function findBinding(
    declaration: ts.VariableDeclaration | ts.BindingElement,
    name: string,
): ts.VariableDeclaration | ts.BindingElement | undefined {
    if (ts.isIdentifier(declaration.name)) {
        return declaration.name.text === name ? declaration : undefined;
    }
    for (const element of declaration.name.elements) {
        const found = ts.isBindingElement(element) ? findBinding(element, name) : undefined;
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

function externalReason(evaluation: Evaluation, { module, name }: ExternalRef): string {
    const failure = evaluation.bundled.failure(module);
    if (failure !== undefined) {
        return `the bundled copy of "${module}" cannot be loaded: ${failure}`;
    }
    return /^(better-auth|@better-auth\/.*)$/.test(module) || module.startsWith('better-auth/')
        ? `"${name}" of "${module}" is not among the bundled plugins`
        : `"${name}" comes from the package "${module}", which is not run`;
}
