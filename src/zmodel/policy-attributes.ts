import { isArrayExpr, isInvocationExpr, isReferenceExpr, isStringLiteral } from '@zenstackhq/language/ast';
import type {
    AttributeArg,
    DataField,
    DataFieldAttribute,
    DataModelAttribute,
    Expression,
} from '@zenstackhq/language/ast';
import { isCompositeCstNode, isLeafCstNode } from 'langium';
import { ALL_OPERATIONS } from '../model/policy.ts';
import type { Expr, Operation, PolicyField, PolicyRule } from '../model/policy.ts';
import type { Span } from '../model/text.ts';
import { traitsOf } from './rule-traits.ts';
import { cstOf, expressionSpans, spanOf } from './cst.ts';
import type { SyntaxError } from './parse.ts';
import { readExpression } from './policy-expression.ts';
import type { NameScope } from './policy-expression.ts';

type Attribute = DataModelAttribute | DataFieldAttribute;

/** The arguments of a `@relation`. */
export interface RelationArguments {
    name?: string;
    fields: string[];
    references: string[];
}

const FIELD_OPERATIONS = ['read', 'update'] as const satisfies Operation[];

function isOperation(name: string): name is Operation {
    return name === 'post-update' || (ALL_OPERATIONS as readonly string[]).includes(name);
}

/** The value of an argument by its name, or by its place among those without a name. */
function argument(args: readonly AttributeArg[], name: string, place: number): Expression | undefined {
    let placed: AttributeArg | undefined;
    let unnamed = 0;
    for (const arg of args) {
        if (arg.name === name) return arg.value;
        if (arg.name !== undefined) continue;
        if (unnamed === place) placed = arg;
        unnamed += 1;
    }
    // A recovered tree may lack what the types promise.
    return placed?.value;
}

/** Names of fields in an argument: `[a, b]` or `a`. */
function namesIn(value: Expression | undefined): string[] {
    if (!value) return [];
    if (isArrayExpr(value)) return value.items.flatMap(namesIn);
    const target = isReferenceExpr(value) ? (value.target as typeof value.target | undefined) : undefined;
    return target ? [target.$refText] : [];
}

/** The fields that an attribute of a model is about: `@@id([a, b])`, `@@delegate(kind)`. */
export function fieldNames(args: readonly AttributeArg[]): string[] {
    return namesIn(argument(args, 'fields', 0) ?? argument(args, 'discriminator', 0));
}

/** The groups of fields that `@@unique` is about. In: the attributes of a model. */
export function uniqueFieldsOf(attributes: readonly Attribute[]): string[][] {
    return attributes
        .filter((attribute) => attribute.decl.$refText === '@@unique')
        .map((attribute) => fieldNames(attribute.args));
}

/** The fields that `@@id` is about; undefined when there is none. In: the attributes of a model. */
export function idGroupOf(attributes: readonly Attribute[]): string[] | undefined {
    const group = attributes.find((attribute) => attribute.decl.$refText === '@@id');
    return group && fieldNames(group.args);
}

/**
 * The fields by which a row is known, as the generator's `getIdFields` finds them: `@id` and `@@id`, else the
 * first `@unique` field, else the first `@@unique`.
 */
export function idFieldsOf(
    all: Iterable<PolicyField>,
    grouped: readonly string[],
    groups: readonly string[][],
): string[] {
    const fields = [...all].filter((field) => !field.attributes.includes('@ignore'));
    const ids = fields.filter((field) => field.attributes.includes('@id') || grouped.includes(field.name));
    if (ids.length > 0) return ids.map(({ name }) => name);
    const unique = fields.find((field) => field.attributes.includes('@unique'));
    if (unique) return [unique.name];
    const first = groups[0] ?? [];
    return fields.filter(({ name }) => first.includes(name)).map(({ name }) => name);
}

/** The arguments of a field's `@relation`; undefined when it has none. */
export function readRelation(field: DataField): RelationArguments | undefined {
    const attribute = field.attributes.find((each) => each.decl.$refText === '@relation');
    if (!attribute) return undefined;
    const { args } = attribute;
    const name = argument(args, 'name', 0);
    return {
        ...(name && isStringLiteral(name) && { name: name.value }),
        fields: namesIn(argument(args, 'fields', 1)),
        references: namesIn(argument(args, 'references', 2)),
    };
}

/** Sets a default's value, where that is a literal, the value of an enum or what is read from `auth()`. In: the `@default`. */
export function readDefault(
    attribute: DataFieldAttribute,
    result: NonNullable<PolicyField['default']>,
    scope: NameScope,
): void {
    const written = argument(attribute.args, 'value', 0);
    if (!written || isInvocationExpr(written)) return;
    // The field itself is no name that a default could read; a value of its enum may be called like a field.
    const value: Expr = readExpression(written, { ...scope, at: undefined }, result.span);
    if (value.kind === 'unknown' || value.kind === 'array') return;
    result.value = value;
}

/** The parser leaves out what it doesn't understand, so that `auth().` becomes `auth()`. */
function isFinished(attribute: Attribute, span: Span, errors: readonly SyntaxError[]): boolean {
    const cst = cstOf(attribute);
    const isClosed = isCompositeCstNode(cst) && cst.content.some((part) => isLeafCstNode(part) && part.text === ')');
    return isClosed && !errors.some((error) => error.end >= span.start && error.start < span.end);
}

const EFFECTS: ReadonlyMap<string, PolicyRule['effect']> = new Map([
    ['@@allow', 'allow'],
    ['@@deny', 'deny'],
]);
const FIELD_EFFECTS: ReadonlyMap<string, PolicyRule['effect']> = new Map([
    ['@allow', 'allow'],
    ['@deny', 'deny'],
]);

/** How rules are read. */
export interface RuleSource {
    /** Those of the file. */
    syntaxErrors: readonly SyntaxError[];
    /** Takes what was read of the same text elsewhere, which `read` makes a rule of here, or lets `read` do it. */
    recall: ((span: Span, read: (known?: PolicyRule) => PolicyRule) => PolicyRule) | undefined;
}

/**
 * The rules among attributes.
 * In: the attributes of a declaration, or of its field `field`; the declaration; what names may mean; the errors of
 * the file, and how to take what was read of the same text before. Out: the rules; the condition of one that the
 * parser had to recover is unknown.
 */
export function readRules(
    attributes: readonly Attribute[],
    { name, file }: { name: string; file: string },
    scope: NameScope,
    { syntaxErrors, recall }: RuleSource,
    field?: string,
): PolicyRule[] {
    const effects = field === undefined ? EFFECTS : FIELD_EFFECTS;
    const rules: PolicyRule[] = [];
    for (const attribute of attributes) {
        const effect = effects.get(attribute.decl.$refText);
        if (!effect) continue;
        const span = spanOf(cstOf(attribute));
        const belongs = { file, declaredIn: name, ...(field !== undefined && { field }) };
        const read = (known?: PolicyRule): PolicyRule =>
            known
                ? { ...known, ...belongs }
                : { ...readRule(attribute, effect, span, scope, syntaxErrors), ...belongs };
        rules.push(recall ? recall(span, read) : read());
    }
    return rules;
}

function readRule(
    attribute: Attribute,
    effect: PolicyRule['effect'],
    span: Span,
    scope: NameScope,
    errors: readonly SyntaxError[],
): Omit<PolicyRule, 'file' | 'declaredIn'> {
    const operations = argument(attribute.args, 'operation', 0);
    const all = attribute.$type === 'DataModelAttribute' ? ALL_OPERATIONS : FIELD_OPERATIONS;
    const names = operations && isStringLiteral(operations) ? splitOperations(operations.value) : [];
    const place = { start: span.end, end: span.end };
    const written = isFinished(attribute, span, errors) ? argument(attribute.args, 'condition', 1) : undefined;
    const condition = readExpression(written, scope, place);
    return {
        effect,
        operations: expandOperations(names, all),
        written: names,
        operationsSpan: operations?.$cstNode ? expressionSpans(operations.$cstNode).span : span,
        condition,
        traits: traitsOf(condition),
        span,
    };
}

/** As the plugin splits them (`PolicyHandler.getModelPolicies`). */
function splitOperations(text: string): string[] {
    return text
        .split(',')
        .filter((name) => name !== '')
        .map((name) => name.trim());
}

function expandOperations(written: readonly string[], all: readonly Operation[]): Operation[] {
    const expanded = written.flatMap((name) => (name === 'all' ? all : isOperation(name) ? [name] : []));
    return [...new Set(expanded)];
}
