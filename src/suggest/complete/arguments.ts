import type { AttributeDeclaration, ParameterView } from '../../model/library-view.ts';
import type { DeclarationView, FieldView } from '../../model/schema-view.ts';
import type { Candidate, CompletionInput } from './candidate.ts';
import { declarationOf } from './candidate.ts';
import { defaultsOf } from './defaults.ts';
import { afterDot, afterOperand, atStart } from './expression.ts';
import type { ExpressionPlace } from './expression-place.ts';
import { fieldList, sortArguments } from './field-lists.ts';
import { argumentsOf } from './functions.ts';
import type { Lexeme } from './lexer.ts';
import { argumentName, openFrames, readSequence } from './nesting.ts';
import type { Frame, Node } from './nesting.ts';
import { ranked } from './candidate.ts';
import { innerScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { afterOperator, comparison, listedFor, valuesOf } from './values.ts';

/** The arguments of an attribute that the cursor is in. */
export interface ArgumentPlace {
    input: CompletionInput;
    declaration?: AttributeDeclaration;
    /** The open brackets, the attribute's own first. */
    frames: Frame[];
    outer: Frame;
    inner: Frame;
    parameter?: ParameterView;
    holder: DeclarationView;
    /** The field that the attribute belongs to. */
    field?: FieldView;
    /** Where what is typed begins. */
    start: number;
    isTyped: boolean;
    expression: ExpressionPlace;
}

/** The context of an attribute's expressions, as upstream's validator tells it. */
function contextOf(name: string, declaration: AttributeDeclaration | undefined): string {
    if (declaration?.validation) return 'ValidationRule';
    if (name === '@default') return 'DefaultValue';
    if (['@@allow', '@@deny', '@allow', '@deny'].includes(name)) return 'AccessPolicy';
    return name === '@@index' ? 'Index' : '';
}

/** The parameter that an argument is for: by its name, else the next one that may be given without a name. */
function parameterAt(declaration: AttributeDeclaration, { parts, items }: Frame): ParameterView | undefined {
    const named = argumentName(items);
    if (named !== undefined) return declaration.parameters.find(({ name }) => name === named);
    const before = parts.map(argumentName);
    const unnamed = declaration.parameters.filter((each) => each.unnamed && !before.includes(each.name));
    return unnamed[before.filter((name) => name === undefined).length];
}

/** The operations of a rule: the words of its first argument. */
export function ruleOperations(parts: readonly (readonly Node[])[]): string[] {
    const first = parts[0]?.find((node) => node.kind === 'string');
    const text = first?.kind === 'string' ? first.text.slice(1, first.unclosed ? undefined : -1) : '';
    return text
        .split(',')
        .map((operation) => operation.trim())
        .filter((operation) => operation !== '');
}

/** Reads the arguments up to the cursor. Out: undefined when no bracket is open. */
export function argumentPlace(
    input: CompletionInput,
    attribute: { name: string; tokens: readonly Lexeme[] },
    around: { holder: DeclarationView; field?: FieldView },
    typed: { start: number; text: string },
): ArgumentPlace | undefined {
    const frames = openFrames(attribute.tokens);
    const [outer] = frames;
    const inner = frames.at(-1);
    if (!outer || !inner) return undefined;
    const declaration = input.library.attributes.find(({ name }) => name === attribute.name);
    const parameter = declaration && parameterAt(declaration, outer);
    const base: Scope = { view: input.view, library: input.library, holder: around.holder, bindings: new Map() };
    return {
        input,
        ...(declaration && { declaration }),
        frames,
        outer,
        inner,
        ...(parameter && { parameter }),
        ...around,
        start: typed.start,
        isTyped: typed.text !== '',
        expression: {
            input,
            scope: innerScope(base, frames),
            sequence: readSequence(inner.items),
            context: contextOf(attribute.name, declaration),
            operations: ruleOperations(outer.parts),
            start: typed.start,
        },
    };
}

/** What may stand at a place within the arguments of an attribute. */
export function argumentCandidates(place: ArgumentPlace): Candidate[] {
    const { inner, outer, parameter, holder, field, input } = place;
    if (!place.declaration) return [];
    const isOuter = inner === outer;
    if (isOuter && argumentName(inner.items) === undefined && inner.items.length === 0) {
        const names = namedArguments(place);
        return ranked([
            ...(parameter ? valuesFor(place, parameter) : []).map((candidate) => ({ rank: 0, candidate })),
            ...names.map((candidate) => ({ rank: parameter?.optional === false ? 1 : -1, candidate })),
        ]);
    }
    if (!parameter) return [];
    if (parameter.type === 'FieldReference' || parameter.type === 'TransitiveFieldReference') {
        if (inner.role === 'call') return sortArguments(input, inner);
        const target = field && declarationOf(input.view, field.type.name);
        const of = parameter.type === 'FieldReference' ? holder : target;
        return of ? fieldList({ ...place, parameter, of }) : [];
    }
    return valuesFor(place, parameter);
}

/** The values that a parameter takes, at its beginning or within an expression. */
function valuesFor(place: ArgumentPlace, parameter: ParameterView): Candidate[] {
    const { input, inner, outer, holder, field, expression } = place;
    const isEmpty = readSequence(inner.items).parts.length === 0;
    if (parameter.type === 'FieldReference' || parameter.type === 'TransitiveFieldReference') {
        const target = field && declarationOf(input.view, field.type.name);
        const of = parameter.type === 'FieldReference' ? holder : target;
        return of ? fieldList({ ...place, parameter, of }) : [];
    }
    if (parameter.hints.length > 0) return isEmpty && inner === outer ? quotedOperations(parameter) : [];
    const listed = input.library.enums.find(({ name }) => name === parameter.type);
    if (listed) return isEmpty ? listed.values.map((value) => enumValue(value, listed.name)) : [];
    if (parameter.type === 'ContextType' && field) {
        if (expression.sequence.end === 'dot')
            return afterDot(expression, ({ type }) => type.name === field.type.name && type.array === field.type.array);
        return isEmpty && inner === outer ? defaultsOf(expression, field) : [];
    }
    return parameter.type === 'Boolean' && !parameter.array && expression.context !== ''
        ? expressionCandidates(place)
        : [];
}

function enumValue(value: string, of: string): Candidate {
    return { label: value, kind: 'enum-value', detail: of, insert: value };
}

/** What is offered where no quote is typed yet. */
function quotedOperations({ hints, name }: ParameterView): Candidate[] {
    return [...hints]
        .sort((a, b) => operationRank(a) - operationRank(b))
        .map((hint) => ({
            label: `'${hint}'`,
            kind: 'value',
            detail: name,
            ...(OPERATIONS[hint] && { documentation: OPERATIONS[hint] }),
            insert: `'${hint}'`,
            filter: `'${hint}' ${hint}`,
        }));
}

/** What rules are mostly for, first. */
export function operationRank(operation: string): number {
    const index = ['read', 'all', 'update', 'create', 'delete', 'post-update'].indexOf(operation);
    return index < 0 ? 10 : index;
}

/** What the operations mean, where the name doesn't tell. */
export const OPERATIONS: Readonly<Record<string, string>> = {
    all: "Create, read, update and delete. It does not include `'post-update'`.",
    read: 'Which rows may be read; also what is given back after a write.',
    create: 'Which rows may be created. The rule sees the row as it would become; rows that refer to it are not there yet.',
    update: "Which rows may be updated. The rule sees the row as it was: add `'post-update'` for what it may become.",
    delete: 'Which rows may be deleted.',
    'post-update':
        'What a row may become by an update. The rule sees the row after the update; `before()` has it as it was, in a rule ' +
        "for `'post-update'` alone. `'all'` does not include it. As soon as one rule allows `'post-update'`, every update needs such a rule.",
};

/** Names of arguments that are not given yet: `fields:`. What may be given without a name comes last. */
function namedArguments({ declaration, outer, input, start, parameter, field }: ArgumentPlace): Candidate[] {
    // What must be given comes first, and mostly without a name.
    if (!declaration || (parameter && !parameter.optional)) return [];
    const given = new Set(outer.parts.map(argumentName));
    const isList = declaration.name === '@relation' && field?.type.array === true;
    const isNamed = /^\w*\s*:/.test(input.text.slice(start, start + 100));
    return declaration.parameters
        .filter(({ name, unnamed, optional }) => !given.has(name) && (!unnamed || optional))
        .filter(({ array, type }) => !isList || (!array && type === 'String'))
        .sort((a, b) => Number(a.unnamed) - Number(b.unnamed))
        .map(({ name, type, array }) => {
            const value = array ? '[$0]' : type === 'String' ? "'$0'" : '';
            return {
                label: `${name}:`,
                kind: 'property' as const,
                detail: `${type}${array ? '[]' : ''}`,
                insert: isNamed ? name : `${name}: ${value}`,
                ...(!isNamed && { again: true, ...(value !== '' && { isSnippet: true }) }),
                filter: name,
            };
        });
}

/** What may stand at the cursor in a condition. */
function expressionCandidates(place: ArgumentPlace): Candidate[] {
    const { expression, inner, isTyped } = place;
    const { sequence } = expression;
    if (inner.role === 'object') return [];
    switch (sequence.end) {
        case 'dot':
            return afterDot(expression);
        case 'quantifier':
            return [];
        case 'operand':
            return afterOperand(expression, isTyped || isSpaced(expression));
        case 'negation':
            return atStart(expression);
        case 'start':
        case 'operator':
            break;
    }
    if (sequence.parts.length === 0) {
        const passed = argumentsOf(expression, inner);
        if (passed) return passed;
        if (inner.role === 'array') {
            const listed = listedOperand(place);
            return listed ? notListed(ranked(valuesOf(expression, listed, true)), inner) : [];
        }
        return atStart(expression);
    }
    const compared = comparison(expression);
    return compared ? afterOperator(expression, compared.operand, compared.operator) : atStart(expression);
}

/** Values without those that a list has already. */
export function notListed(candidates: Candidate[], { parts }: Frame): Candidate[] {
    const listed = new Set(
        parts.flatMap(([node]) => (node && node.kind !== 'group' ? [node.text.replace(/^"(.*)"$/, "'$1'")] : [])),
    );
    return candidates.filter(({ insert }) => !listed.has(insert) && !listed.has(`'${insert}'`));
}

/** What the list that the cursor is in is compared with; an array has the scope that it stands in. */
export function listedOperand({ inner, expression }: ArgumentPlace): ReturnType<typeof listedFor> {
    return listedFor(inner, expression.scope);
}

function isSpaced({ input, start }: ExpressionPlace): boolean {
    return /\s/.test(input.text.charAt(start - 1));
}
