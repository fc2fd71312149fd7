import { isDataModel, isEnum, isTypeDef } from '@zenstackhq/language/ast';
import type { DataField, DataModel, TypeDef } from '@zenstackhq/language/ast';
import type { PolicyField, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import { cstOf, spanOf } from './cst.ts';
import type { SyntaxError } from './parse.ts';
import { fieldNames, idFieldsOf, readDefault, readRelation, readRules, uniqueFieldsOf } from './policy-attributes.ts';
import type { RelationArguments } from './policy-attributes.ts';
import { addRelations } from './policy-relations.ts';
import { namesOf, rememberRules } from './rule-memory.ts';
import type { SchemaSource } from './view.ts';

const POLICY_PLUGIN = '@zenstackhq/plugin-policy';

type Declaration = DataModel | TypeDef;

/** A field as it is declared. What inherits it has a copy, whose relation may differ, with the same rules and default. */
interface OwnField {
    node: DataField;
    view: FieldView;
    rules: PolicyRule[];
    default?: NonNullable<PolicyField['default']>;
}

/** A declaration with its tree. */
interface Own {
    node: Declaration;
    view: DeclarationView;
    model: PolicyModel;
    fields: OwnField[];
    rules: PolicyRule[];
    /** Those of its file. */
    errors: readonly SyntaxError[];
}

/** By name; of several declarations with one name, the first. */
type Declarations = ReadonlyMap<string, Own>;

/**
 * Reads all rules of a schema with what they refer to, names resolved by us.
 * In: the plain view and the sources that it was built from. Out: the rules; what the parser had to recover and
 * what leads nowhere is `unknown` within them. Needs no linking.
 */
export function buildPolicySchema(view: Omit<SchemaView, 'policies'>, sources: readonly SchemaSource[]): PolicySchema {
    const schema: PolicySchema = {
        ...(view.provider !== undefined && { provider: view.provider }),
        hasPolicyPlugin: view.plugins.some(({ provider }) => provider === POLICY_PLUGIN),
        models: new Map(),
        types: new Map(),
        enums: new Map(view.enums.map(({ name, values }) => [name, values])),
        complete: view.files.every(
            (file) => !file.hasSyntaxErrors && file.imports.every(({ resolved }) => resolved !== undefined),
        ),
    };
    const declarations = collect(view, sources);
    for (const [name, { model }] of declarations) {
        (model.kind === 'type' ? schema.types : schema.models).set(name, model);
    }
    const auth = view.auth && declarations.get(view.auth.declaration.name);
    if (auth) schema.auth = auth.model;

    const relations = new Map<string, RelationArguments>();
    for (const own of declarations.values()) {
        for (const { node, view: field } of own.fields) {
            const relation = readRelation(node);
            if (relation) relations.set(placeKey(field.file, field.nameSpan.start), relation);
        }
        inheritShape(own, declarations);
    }
    addRelations(schema.models, (field) => relations.get(placeKey(field.file, field.nameSpan.start)));

    const enumValues = enumValuesOf(schema.enums);
    const names = namesOf(view);
    const contents = new Map(sources.map(({ file, content }) => [file, content]));
    for (const own of declarations.values()) {
        const { model } = own;
        const scope = { schema, enumValues, owner: model, at: model, bindings: new Map<string, undefined>() };
        const read = (): PolicyRule[] => readRules(own.node.attributes, model, scope, own.errors);
        const text = contents.get(model.file)?.slice(model.span.start, model.span.end);
        // With errors in the file, the same text may have been read in another way.
        const isSure = own.errors.length === 0 && text !== undefined;
        const place = { file: model.file, text: text ?? '', start: model.span.start };
        own.rules.push(...(isSure ? rememberRules(names, place, read) : read()));
        for (const field of own.fields) {
            field.rules.push(...readRules(field.node.attributes, model, scope, own.errors, field.view.name));
            if (field.default) readDefault(field.node, field.default, scope);
        }
    }
    for (const own of declarations.values()) {
        own.model.rules = lineage(own, declarations).flatMap(({ rules }) => rules);
    }
    return schema;
}

function placeKey(file: string, offset: number): string {
    return `${offset} ${file}`;
}

function enumValuesOf(enums: ReadonlyMap<string, readonly string[]>): Map<string, string> {
    const result = new Map<string, string>();
    for (const [name, values] of enums) {
        for (const value of values) if (!result.has(value)) result.set(value, name);
    }
    return result;
}

function collect(view: Omit<SchemaView, 'policies'>, sources: readonly SchemaSource[]): Map<string, Own> {
    const views = new Map(view.declarations.map((each) => [placeKey(each.file, each.span.start), each]));
    const result = new Map<string, Own>();
    for (const { file, model, syntaxErrors } of sources) {
        for (const node of model.declarations) {
            if (isEnum(node) || !(isDataModel(node) || isTypeDef(node))) continue;
            const declaration = views.get(placeKey(file, spanOf(cstOf(node)).start));
            if (declaration && !result.has(declaration.name)) {
                result.set(declaration.name, ownOf(node, declaration, syntaxErrors));
            }
        }
    }
    return result;
}

function ownOf(node: Declaration, view: DeclarationView, errors: readonly SyntaxError[]): Own {
    const { kind, name, file, span, nameSpan, bodySpan, tableName, intact } = view;
    const attributes = new Set(view.attributes.map((attribute) => attribute.name));
    const base = isDataModel(node) ? node.baseModel?.$refText : undefined;
    const nodes = new Map(node.fields.map((field) => [field.name, field]));
    const fields = view.ownFields.flatMap((field): OwnField[] => {
        const tree = nodes.get(field.name);
        if (!tree) return [];
        const written = field.attributes.find((attribute) => attribute.name === '@default');
        return [{ node: tree, view: field, rules: [], ...(written && { default: { span: written.span } }) }];
    });
    const model: PolicyModel = {
        kind,
        name,
        fields: new Map(),
        idFields: [],
        rules: [],
        isIgnored: attributes.has('@@ignore'),
        isDelegate: attributes.has('@@delegate'),
        ...(base !== undefined && { base }),
        mixins: node.mixins.map((mixin) => mixin.$refText),
        file,
        span,
        nameSpan,
        bodySpan,
        tableName,
        intact,
    };
    return { node, view, model, fields, rules: [], errors };
}

/** What a declaration is made of, in upstream's order (`getAllFields`): mixins, then the base, then itself; each once. */
function lineage(own: Own, declarations: Declarations, seen = new Set<Own>()): Own[] {
    if (seen.has(own)) return [];
    seen.add(own);
    const { mixins, base } = own.model;
    const inherited = [...mixins, ...(base === undefined ? [] : [base])].flatMap((name) => {
        const from = declarations.get(name);
        return from ? lineage(from, declarations, seen) : [];
    });
    return [...inherited, own];
}

function inheritShape(own: Own, declarations: Declarations): void {
    const { model } = own;
    const all = lineage(own, declarations);
    const names = [...model.mixins, ...(model.base === undefined ? [] : [model.base])];
    model.intact = all.every(({ view }) => view.intact) && names.every((name) => declarations.has(name));
    const attributes = all.flatMap((from) => from.node.attributes);
    const unique = uniqueFieldsOf(attributes);
    const discriminators = all.flatMap(({ node }) =>
        node.attributes.filter((each) => each.decl.$refText === '@@delegate').flatMap((each) => fieldNames(each.args)),
    );
    for (const { fields } of all) {
        for (const field of fields) {
            model.fields.set(field.view.name, {
                ...fieldOf(field),
                ...(unique.some((names) => names.length === 1 && names[0] === field.view.name) && { isUnique: true }),
                ...(discriminators.includes(field.view.name) && { isGenerated: true }),
            });
        }
    }
    model.idFields = idFieldsOf(model, attributes);
    for (const name of model.idFields) {
        const field = model.fields.get(name);
        if (field) field.isId = true;
    }
}

function fieldOf({ view, rules, default: value }: OwnField): PolicyField {
    const { name, type, declaredIn, file, span, nameSpan, typeSpan } = view;
    const attributes = view.attributes.map((attribute) => attribute.name);
    return {
        name,
        type,
        isId: attributes.includes('@id'),
        isUnique: attributes.includes('@unique'),
        ...(value && { default: value }),
        isGenerated: attributes.includes('@updatedAt') || attributes.includes('@computed'),
        keyOf: [],
        rules,
        declaredIn,
        file,
        span,
        nameSpan,
        typeSpan,
        attributes,
    };
}
