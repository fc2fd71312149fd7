import assert from 'node:assert/strict';
import {
    isArrayExpr,
    isBinaryExpr,
    isBooleanLiteral,
    isDataModel,
    isEnum,
    isInvocationExpr,
    isMemberAccessExpr,
    isNullExpr,
    isNumberLiteral,
    isReferenceExpr,
    isStringLiteral,
    isThisExpr,
    isUnaryExpr,
} from '@zenstackhq/language/ast';
import type { DataModel, Expression } from '@zenstackhq/language/ast';
import { ExpressionUtils } from '@zenstackhq/orm/schema';
import type { AttributeApplication, Expression as RuntimeExpression, SchemaDef } from '@zenstackhq/orm/schema';
import type { ParsedSource } from '../../../src/zmodel/parse.ts';

const RULES = new Set(['@@allow', '@@deny', '@allow', '@deny']);

/**
 * A schema object with the rules of parsed models added, as `TsSchemaGenerator` writes them. Names of bindings and
 * of the values of enums must not be those of fields.
 */
export function withRules(schema: SchemaDef, sources: readonly ParsedSource[]): SchemaDef {
    const values = new Set(Object.values(schema.enums ?? {}).flatMap((each) => Object.values(each.values)));
    const written = new Map<string, DataModel>();
    for (const { model } of sources) {
        for (const declaration of model.declarations) {
            if (isEnum(declaration) || !isDataModel(declaration)) continue;
            assert.ok(schema.models[declaration.name], declaration.name);
            written.set(declaration.name, declaration);
        }
    }
    const models = Object.entries(schema.models).map(([name, known]) => {
        const lineage = lineageOf(schema, known).flatMap((each) => written.get(each.name) ?? []);
        return [name, lineage.length > 0 ? withModelRules(known, lineage, values) : known];
    });
    return { ...schema, models: Object.fromEntries(models) as SchemaDef['models'] };
}

type ModelDef = SchemaDef['models'][string];

/** A model with its bases, the topmost first. */
function lineageOf(schema: SchemaDef, model: ModelDef): ModelDef[] {
    const base = model.baseModel === undefined ? undefined : schema.models[model.baseModel];
    return base ? [...lineageOf(schema, base), model] : [model];
}

/** What is inherited comes first. */
function withModelRules(known: ModelDef, lineage: readonly DataModel[], values: ReadonlySet<string>): ModelDef {
    const rules = lineage.map((model) => ({ model, rules: rulesOf(model.attributes, values) }));
    const isOwn = ({ model }: { model: DataModel }): boolean => model.name === known.name;
    const fields = { ...known.fields };
    for (const field of lineage.flatMap((model) => model.fields)) {
        const own = rulesOf(field.attributes, values);
        const def = fields[field.name];
        if (def && own.length > 0) fields[field.name] = { ...def, attributes: [...(def.attributes ?? []), ...own] };
    }
    const inherited = rules.filter((each) => !isOwn(each)).flatMap((each) => each.rules);
    const own = rules.filter(isOwn).flatMap((each) => each.rules);
    return { ...known, fields, attributes: [...inherited, ...(known.attributes ?? []), ...own] };
}

function rulesOf(
    attributes: DataModel['attributes'] | DataModel['fields'][number]['attributes'],
    values: ReadonlySet<string>,
): AttributeApplication[] {
    return attributes
        .filter((attribute) => RULES.has(attribute.decl.$refText))
        .map((attribute) => ({
            name: attribute.decl.$refText as `@${string}`,
            args: attribute.args.map((arg, index) => ({
                name: index === 0 ? 'operation' : 'condition',
                value: convert(arg.value, values, []),
            })),
        }));
}

/** The type of a list's elements, as far as its first one tells; only PostgreSQL wants to know. */
function elementType(first: Expression | undefined): string {
    if (isNumberLiteral(first)) return 'Int';
    return isBooleanLiteral(first) ? 'Boolean' : 'String';
}

function convert(node: Expression, values: ReadonlySet<string>, bindings: readonly string[]): RuntimeExpression {
    const inner = (child: Expression): RuntimeExpression => convert(child, values, bindings);
    if (isStringLiteral(node) || isBooleanLiteral(node)) return ExpressionUtils.literal(node.value);
    if (isNumberLiteral(node)) return ExpressionUtils.literal(Number(node.value));
    if (isNullExpr(node)) return ExpressionUtils._null();
    if (isThisExpr(node)) return ExpressionUtils._this();
    if (isArrayExpr(node)) return ExpressionUtils.array(elementType(node.items[0]), node.items.map(inner));
    if (isUnaryExpr(node)) return ExpressionUtils.unary(node.operator, inner(node.operand));
    if (isInvocationExpr(node)) {
        const args = node.args.map((arg) => inner(arg.value));
        return args.length > 0
            ? ExpressionUtils.call(node.function.$refText, args)
            : ExpressionUtils.call(node.function.$refText);
    }
    if (isReferenceExpr(node)) {
        const name = node.target.$refText;
        if (bindings.includes(name)) return ExpressionUtils.binding(name);
        return values.has(name) ? ExpressionUtils.literal(name) : ExpressionUtils.field(name);
    }
    if (isMemberAccessExpr(node)) {
        const members: string[] = [];
        let receiver: Expression = node;
        while (isMemberAccessExpr(receiver)) {
            members.unshift(receiver.member.$refText);
            receiver = receiver.operand;
        }
        return ExpressionUtils.member(inner(receiver), members);
    }
    assert.ok(isBinaryExpr(node), node.$type);
    const binding = node.binding?.name;
    const within = binding === undefined ? bindings : [...bindings, binding];
    const right = convert(node.right, values, within);
    return binding === undefined
        ? ExpressionUtils.binary(inner(node.left), node.operator, right)
        : ExpressionUtils.binary(inner(node.left), node.operator, right, binding);
}
