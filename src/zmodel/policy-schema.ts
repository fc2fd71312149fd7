import { isDataModel, isTypeDef } from '@zenstackhq/language/ast';
import type { DataModel, TypeDef } from '@zenstackhq/language/ast';
import type { PolicyField, PolicyModel, PolicyRelation, PolicySchema } from '../model/policy.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import { setVersion, versionFor, versionOf } from '../model/versions.ts';
import { cstOf, spanOf } from './cst.ts';
import { idFieldsOf } from './policy-attributes.ts';
import { relationsOf, structureOf } from './policy-structure.ts';
import type { Structure } from './policy-structure.ts';
import type { SignedMeanings } from './recorder.ts';
import { readingOf } from './rule-reading.ts';
import type { RuleReading } from './rule-reading.ts';
import { placeOf } from './text-memory.ts';
import type { SchemaSource } from './view.ts';

const POLICY_PLUGIN = '@zenstackhq/plugin-policy';

/** A declaration with its tree. */
export interface Tree {
    node: DataModel | TypeDef;
    view: DeclarationView;
    source: SchemaSource;
}

/** A declaration with its tree and what it inherits. */
export interface Own extends Tree {
    /** What it is made of, in upstream's order (`getAllFields`): mixins, then the base, then itself; each once. */
    lineage: Tree[];
    /** Everything that it extends is there. */
    isWhole: boolean;
    /** Stands for the texts that it is made of, and for what the types of their fields are; undefined in files with errors. */
    signature: string | undefined;
    structure: Structure;
}

/**
 * Reads all rules of a schema with what they refer to, names resolved by us.
 * In: the plain view and the sources that it was built from. Out: the rules; what the parser had to recover and
 * what leads nowhere is `unknown` within them. Needs no linking. What didn't change since another schema was read is
 * taken from there: models are the same objects where their places are the same, else they have the same version.
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
    const structures = new Map<string, Structure>();
    for (const own of declarations.values()) {
        if (own.view.kind !== 'type') structures.set(own.view.name, own.structure);
    }
    const authName = view.auth?.declaration.name;
    const meanings = meaningsOf(declarations, authName, enumValuesOf(schema.enums));
    const readings = new Map<string, RuleReading>();
    for (const [name, own] of declarations) readings.set(name, readingOf(own, meanings));
    for (const [name, own] of declarations) {
        const relations = own.view.kind === 'type' ? NO_RELATIONS : relationsOf(own.structure, structures);
        const model = modelOf(own, readings, relations);
        (model.kind === 'type' ? schema.types : schema.models).set(name, model);
        if (name === authName) schema.auth = model;
    }
    return schema;
}

const NO_RELATIONS: ReadonlyMap<string, PolicyRelation> = new Map();

function enumValuesOf(enums: ReadonlyMap<string, readonly string[]>): Map<string, string> {
    const result = new Map<string, string>();
    for (const [name, values] of enums) {
        for (const value of values) if (!result.has(value)) result.set(value, name);
    }
    return result;
}

function meaningsOf(
    declarations: ReadonlyMap<string, Own>,
    authName: string | undefined,
    enumValues: ReadonlyMap<string, string>,
): SignedMeanings {
    return {
        auth: () => (authName === undefined ? undefined : declarations.get(authName)?.structure.named),
        declaration: (name) => declarations.get(name)?.structure.named,
        fieldType: (holder, name) => holder.fields.get(name),
        enumWith: (value) => enumValues.get(value),
        signatureOf: (name) => declarations.get(name)?.signature,
    };
}

/** The declarations by name; of several with one name, the first. */
function collect(view: Omit<SchemaView, 'policies'>, sources: readonly SchemaSource[]): Map<string, Own> {
    const trees = new Map<string, Tree>();
    // The views are in the order of the trees that they were read of, some of which have none.
    let at = 0;
    for (const source of sources) {
        for (const node of source.model.declarations) {
            const declaration = view.declarations[at];
            if (!declaration || !(isDataModel(node) || isTypeDef(node))) continue;
            const start = placeOf(node, source)?.start ?? spanOf(cstOf(node)).start;
            if (declaration.file !== source.file || declaration.span.start !== start) continue;
            at += 1;
            if (!trees.has(declaration.name)) trees.set(declaration.name, { node, view: declaration, source });
        }
    }
    return new Map([...trees].map(([name, tree]) => [name, ownOf(tree, trees)]));
}

type Trees = ReadonlyMap<string, Tree>;

function ownOf(tree: Tree, trees: Trees): Own {
    const lineage = tree.view.bases.length === 0 ? [tree] : lineageOf(tree, trees);
    const isWhole = lineage.every(({ view }) => view.intact) && tree.view.bases.every((name) => trees.has(name));
    const versions = lineage.map(({ view }) => versionOf(view.ownFields));
    const signature = versions.includes(undefined) ? undefined : versions.join(' ');
    return { ...tree, lineage, isWhole, signature, structure: structureOf(tree, lineage, signature) };
}

function lineageOf(tree: Tree, trees: Trees, seen = new Set<Tree>()): Tree[] {
    if (seen.has(tree)) return [];
    seen.add(tree);
    const { mixins, base } = basesOf(tree);
    const inherited = [...mixins, ...(base === undefined ? [] : [base])].flatMap((name) => {
        const from = trees.get(name);
        return from ? lineageOf(from, trees, seen) : [];
    });
    return [...inherited, tree];
}

function basesOf({ node }: Tree): { base: string | undefined; mixins: string[] } {
    return {
        base: isDataModel(node) ? node.baseModel?.$refText : undefined,
        mixins: node.mixins.map((mixin) => mixin.$refText),
    };
}

/** Models by the fields of the declaration they are of, with what else they were made of. */
const models = new WeakMap<readonly FieldView[], { parts: readonly unknown[]; model: PolicyModel }>();

function modelOf(
    own: Own,
    readings: ReadonlyMap<string, RuleReading>,
    relations: ReadonlyMap<string, PolicyRelation>,
): PolicyModel {
    const { view, lineage, isWhole, structure } = own;
    const read: RuleReading[] = [];
    const parts: unknown[] = [structure, isWhole, relations];
    for (const tree of lineage) {
        const reading = readings.get(tree.view.name);
        parts.push(tree.view.ownFields, reading);
        if (reading) read.push(reading);
    }
    const known = models.get(view.ownFields);
    if (known?.parts.length === parts.length && known.parts.every((part, index) => part === parts[index])) {
        return known.model;
    }
    const model = makeModel(own, readings, relations);
    models.set(view.ownFields, { parts, model });
    const version = versionOfParts(own, read, relations);
    if (version !== undefined) setVersion(model, version);
    return model;
}

function versionOfParts(
    { signature, isWhole }: Own,
    read: readonly RuleReading[],
    relations: ReadonlyMap<string, PolicyRelation>,
): number | undefined {
    if (signature === undefined) return undefined;
    const versions = [...read, ...relations.values()].map(versionOf);
    if (versions.includes(undefined)) return undefined;
    return versionFor(`model ${signature} ${String(isWhole)} ${versions.join(' ')}`);
}

function makeModel(
    own: Own,
    readings: ReadonlyMap<string, RuleReading>,
    relations: ReadonlyMap<string, PolicyRelation>,
): PolicyModel {
    const { lineage, isWhole, structure } = own;
    const { kind, name, file, span, nameSpan, bodySpan, tableName, attributes } = own.view;
    const { unique, discriminators, idGroup } = structure;
    const fields = new Map<string, PolicyField>();
    for (const { view } of lineage) {
        const reading = readings.get(view.name);
        for (const field of view.ownFields) {
            const made = fieldOf(field, reading);
            if (unique.some((names) => names.length === 1 && names[0] === field.name)) made.isUnique = true;
            if (discriminators.includes(field.name)) made.isGenerated = true;
            fields.set(field.name, made);
        }
    }
    const idFields = idFieldsOf(fields.values(), idGroup ?? [], unique);
    for (const id of idFields) {
        const field = fields.get(id);
        if (field) field.isId = true;
    }
    for (const [each, field] of fields) {
        const relation = relations.get(each);
        if (!relation) continue;
        field.relation = relation;
        if (relation.owned) for (const { fk } of relation.keys) fields.get(fk)?.keyOf.push(each);
    }
    const { base, mixins } = basesOf(own);
    return {
        kind,
        name,
        fields,
        idFields,
        rules: lineage.flatMap(({ view }) => readings.get(view.name)?.rules ?? []),
        isIgnored: attributes.some((each) => each.name === '@@ignore'),
        isDelegate: attributes.some((each) => each.name === '@@delegate'),
        ...(base !== undefined && { base }),
        mixins,
        file,
        span,
        nameSpan,
        bodySpan,
        tableName,
        intact: isWhole,
    };
}

function fieldOf(view: FieldView, reading: RuleReading | undefined): PolicyField {
    const own = reading?.fields.get(view.name);
    const field: PolicyField = {
        name: view.name,
        type: view.type,
        isId: false,
        isUnique: false,
        isGenerated: false,
        keyOf: [],
        rules: own?.rules ?? [],
        declaredIn: view.declaredIn,
        file: view.file,
        span: view.span,
        nameSpan: view.nameSpan,
        typeSpan: view.typeSpan,
        attributes: [],
    };
    if (own?.default) field.default = own.default;
    for (const { name } of view.attributes) {
        field.attributes.push(name);
        if (name === '@id') field.isId = true;
        else if (name === '@unique') field.isUnique = true;
        else if (name === '@updatedAt' || name === '@computed') field.isGenerated = true;
    }
    return field;
}
