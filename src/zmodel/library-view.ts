import { isAttribute, isEnum, isFunctionDecl } from '@zenstackhq/language/ast';
import type { Attribute, AttributeParam, FunctionDecl, InternalAttribute, Model } from '@zenstackhq/language/ast';
import { getLiteralArray } from '@zenstackhq/language/utils';
import { GrammarUtils } from 'langium';
import type { AttributeDeclaration, FunctionDeclaration, LibraryView, ParameterView } from '../model/library-view.ts';

const known = new WeakMap<Model, LibraryView>();

/**
 * The attributes, functions and enums that parsed library files declare. Needs no linking.
 * In: the syntax trees, the standard library's first. Out: one view of all; a tree is read once.
 */
export function libraryView(models: readonly Model[]): LibraryView {
    const parts = models.map((model) => {
        let part = known.get(model);
        if (!part) known.set(model, (part = readLibrary(model)));
        return part;
    });
    return {
        attributes: parts.flatMap(({ attributes }) => attributes),
        functions: parts.flatMap(({ functions }) => functions),
        enums: parts.flatMap(({ enums }) => enums),
    };
}

function readLibrary({ declarations }: Model): LibraryView {
    return {
        attributes: declarations.filter(isAttribute).map(readAttribute),
        functions: declarations.filter(isFunctionDecl).map(readFunction),
        enums: declarations.filter(isEnum).map(({ name, fields }) => ({
            name,
            values: fields.map((field) => field.name),
        })),
    };
}

function mark(marks: readonly InternalAttribute[], name: string): InternalAttribute | undefined {
    return marks.find(({ decl }) => decl.$refText === name);
}

/** The words of a mark's list: `[StringField, IntField]`. */
function listed(found: InternalAttribute | undefined): string[] {
    const text = found?.args[0]?.value.$cstNode?.text ?? '';
    return text.match(/\w+/g) ?? [];
}

function readParameter(parameter: AttributeParam): ParameterView {
    const { type } = parameter;
    const hint = mark(parameter.attributes, '@@@completionHint')?.args[0]?.value;
    const hints = hint ? (getLiteralArray<string>(hint) ?? []) : [];
    return {
        name: parameter.name,
        type: type.type ?? type.reference?.$refText ?? 'Any',
        array: type.array,
        optional: type.optional,
        unnamed: parameter.default,
        hints: hints.map((text) => text.replace(/^(['"])(.*)\1$/, '$2')),
    };
}

function readAttribute(declaration: Attribute): AttributeDeclaration {
    const { attributes: marks } = declaration;
    return {
        name: declaration.name,
        parameters: declaration.params.map(readParameter),
        targets: listed(mark(marks, '@@@targetField')),
        once: mark(marks, '@@@once') !== undefined,
        deprecated: mark(marks, '@@@deprecated') !== undefined,
        validation: mark(marks, '@@@validation') !== undefined,
        ...described(declaration, 'attribute'),
    };
}

function readFunction(declaration: FunctionDecl): FunctionDeclaration {
    return {
        name: declaration.name,
        parameters: declaration.params.map((parameter) => ({
            name: parameter.name,
            type: parameter.type.type ?? parameter.type.reference?.$refText ?? 'Any',
            array: parameter.type.array,
            optional: parameter.optional,
            unnamed: true,
            hints: [],
        })),
        returns: declaration.returnType.type ?? declaration.returnType.reference?.$refText ?? 'Any',
        contexts: listed(mark(declaration.attributes, '@@@expressionContext')),
        ...described(declaration, 'function'),
    };
}

/** The comment before a declaration, and its text up to the marks and hints, which say nothing to a reader. */
function described(
    declaration: Attribute | FunctionDecl,
    keyword: string,
): { documentation: string; signature: string } {
    const cst = declaration.$cstNode;
    const content = cst?.root.fullText ?? '';
    const start = GrammarUtils.findNodeForKeyword(cst, keyword)?.offset ?? cst?.offset ?? 0;
    const comment = /\/\*\*([\s\S]*?)\*\/\s*$/.exec(content.slice(content.lastIndexOf('/**', start), start))?.[1] ?? '';
    const text = content.slice(start, cst?.end).replace(/\s*@@@\w+(\([^()]*\))?/g, '');
    return {
        documentation: comment
            .split(/\r\n|\r|\n/)
            .map((line) => line.replace(/^\s*\* ?/, ''))
            .join('\n')
            .trim(),
        signature: text.replace(/\s*\{\s*\}\s*$/, '').replace(/\s+/g, ' '),
    };
}
