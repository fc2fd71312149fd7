import type { PolicyField, PolicyModel, PolicyRelation } from '../model/policy.ts';
import type { DeclarationView } from '../model/schema-view.ts';
import { setVersion, versionFor, versionOf } from '../model/versions.ts';
import { fieldNames, idGroupOf, readRelation, uniqueFieldsOf } from './policy-attributes.ts';
import type { RelationArguments } from './policy-attributes.ts';
import type { NamedDeclaration } from './policy-expression.ts';
import type { Tree } from './policy-schema.ts';
import { isCurrent } from './text-memory.ts';

/** What a declaration's attributes say of its columns. */
interface Columns {
    /** Arguments of `@relation`, by field. */
    relations: ReadonlyMap<string, RelationArguments>;
    /** Groups of `@@unique`. */
    unique: string[][];
    /** The group of `@@id`. */
    idGroup: string[] | undefined;
    /** The columns of `@@delegate`. */
    discriminators: string[];
}

interface StructureField {
    name: string;
    type: PolicyField['type'];
    declaredIn: string;
    relation: RelationArguments | undefined;
}

/** A declaration with what it inherits, apart from rules and from where it stands. */
export interface Structure extends Omit<Columns, 'relations'> {
    named: NamedDeclaration;
    fields: ReadonlyMap<string, StructureField>;
    /** The fields that are relations, by the models that they lead to. */
    relations: ReadonlyMap<string, StructureField[]>;
    /** What relations were found to be, with the other side as it was then. */
    found: Map<string, { target: Structure; relation: PolicyRelation }>;
    /** All of them as they were last, with what they led to, in order of `relations`. */
    latest?: { targets: readonly (Structure | undefined)[]; relations: ReadonlyMap<string, PolicyRelation> };
}

/** By `signature`. Beyond so many everything is forgotten. */
const structures = new Map<string, Structure>();
const MOST = 4000;

/** The structure of a declaration: with a signature the one that had the same before. */
export function structureOf({ view }: Tree, lineage: readonly Tree[], signature: string | undefined): Structure {
    const known = signature === undefined ? undefined : structures.get(signature);
    if (known) return known;
    const made = makeStructure(view, lineage);
    if (signature !== undefined && lineage.every(({ node, source }) => isCurrent(node, source))) {
        if (structures.size > MOST) structures.clear();
        structures.set(signature, made);
    }
    return made;
}

function makeStructure({ kind, name }: DeclarationView, lineage: readonly Tree[]): Structure {
    const parts = lineage.map((tree) => ({ view: tree.view, columns: columnsOf(tree) }));
    const fields = new Map<string, StructureField>();
    for (const { view, columns } of parts) {
        for (const field of view.ownFields) {
            const relation = columns.relations.get(field.name);
            fields.set(field.name, { name: field.name, type: field.type, declaredIn: field.declaredIn, relation });
        }
    }
    const relations = new Map<string, StructureField[]>();
    for (const field of fields.values()) {
        if (field.type.kind !== 'model') continue;
        const known = relations.get(field.type.name);
        if (known) known.push(field);
        else relations.set(field.type.name, [field]);
    }
    return {
        named: { kind, name, fields: new Map([...fields].map(([each, { type }]) => [each, type])) },
        fields,
        relations,
        unique: parts.flatMap(({ columns }) => columns.unique),
        idGroup: parts.find(({ columns }) => columns.idGroup)?.columns.idGroup,
        discriminators: parts.flatMap(({ columns }) => columns.discriminators),
        found: new Map(),
    };
}

function columnsOf({ node }: Tree): Columns {
    const { attributes } = node;
    const relations = new Map<string, RelationArguments>();
    for (const field of node.fields) {
        const relation = readRelation(field);
        if (relation) relations.set(field.name, relation);
    }
    return {
        relations,
        unique: uniqueFieldsOf(attributes),
        idGroup: idGroupOf(attributes),
        discriminators: attributes
            .filter((each) => each.decl.$refText === '@@delegate')
            .flatMap((each) => fieldNames(each.args)),
    };
}

/**
 * What the relation fields of a model lead to, over which keys, and which field is the other side.
 * In: the model's structure; the structures of all models and views by name. Out: the relations by field; what is the
 * same as before is the same object, with a version. A relation without a side that owns the keys has none, unless
 * both sides are lists: then it is an implicit many-to-many.
 */
export function relationsOf(
    structure: Structure,
    models: ReadonlyMap<string, Structure>,
): ReadonlyMap<string, PolicyRelation> {
    const { latest } = structure;
    if (latest && sameTargets(structure, latest.targets, models)) return latest.relations;
    const result = new Map<string, PolicyRelation>();
    let isSame = latest !== undefined;
    const targets: (Structure | undefined)[] = [];
    for (const [name, fields] of structure.relations) {
        const target = models.get(name);
        targets.push(target);
        if (!target) continue;
        for (const field of fields) {
            const relation = relationTo(structure, field, target, models);
            result.set(field.name, relation);
            isSame &&= latest?.relations.get(field.name) === relation;
        }
    }
    const relations = latest && isSame && latest.relations.size === result.size ? latest.relations : result;
    structure.latest = { targets, relations };
    return relations;
}

/** What is known of a relation, where its other side didn't change; else what it is now, the same object for the same. */
function relationTo(
    structure: Structure,
    field: StructureField,
    target: Structure,
    models: ReadonlyMap<string, Structure>,
): PolicyRelation {
    const known = structure.found.get(field.name);
    if (known?.target === target) return known.relation;
    const made = relationOf(structure, field, target, models);
    const version = versionFor(printOf(made));
    const relation = known && versionOf(known.relation) === version ? known.relation : made;
    setVersion(relation, version);
    structure.found.set(field.name, { target, relation });
    return relation;
}

/** Whether a structure's relations lead to the very same structures as before. */
function sameTargets(
    { relations }: Structure,
    targets: readonly (Structure | undefined)[],
    models: ReadonlyMap<string, Structure>,
): boolean {
    let at = 0;
    for (const name of relations.keys()) {
        if (models.get(name) !== targets[at]) return false;
        at += 1;
    }
    return true;
}

/** Everything that a relation is, as a text. */
function printOf({ target, many, owned, keys, manyToMany, opposite }: PolicyRelation): string {
    let print = `relation ${target} ${String(many)} ${String(owned)} ${String(manyToMany)} ${opposite ?? ''}`;
    for (const { fk, pk } of keys) print += ` ${fk} ${pk}`;
    return print;
}

function relationOf(
    structure: Structure,
    field: StructureField,
    target: Structure,
    models: ReadonlyMap<string, Structure>,
): PolicyRelation {
    const own = field.relation;
    const opposite = findOpposite(structure.named, field, target, models);
    const other = opposite?.relation;
    const owned = isOwning(field);
    const isOtherOwning = opposite !== undefined && isOwning(opposite);
    const many = field.type.array;
    return {
        target: target.named.name,
        many,
        owned,
        keys: owned ? keysOf(own) : isOtherOwning ? keysOf(other) : [],
        manyToMany: many && !owned && opposite?.type.array === true && !isOtherOwning,
        ...(opposite && { opposite: opposite.name }),
    };
}

function isOwning({ relation }: StructureField): boolean {
    return (relation?.fields.length ?? 0) > 0;
}

function keysOf(relation: RelationArguments | undefined): PolicyRelation['keys'] {
    const keys: PolicyRelation['keys'] = [];
    for (const [index, fk] of relation?.fields.entries() ?? []) {
        const pk = relation?.references[index];
        if (pk !== undefined) keys.push({ fk, pk });
    }
    return keys;
}

/** A field of the target that leads back to the model, or to the base that brings the field in, by the same name. */
function findOpposite(
    model: Pick<PolicyModel, 'name'>,
    field: StructureField,
    target: Structure,
    models: ReadonlyMap<string, Structure>,
): StructureField | undefined {
    const holder = models.has(field.declaredIn) ? field.declaredIn : model.name;
    const owned = isOwning(field);
    let other: StructureField | undefined;
    for (const candidate of target.relations.get(holder) ?? []) {
        // A relation of a model with itself has two fields, though one alone may be all that is typed so far.
        if (target.named.name === holder && candidate.name === field.name) continue;
        if (candidate.relation?.name !== field.relation?.name) continue;
        const isOwner = isOwning(candidate);
        if (isOwner !== owned) return candidate;
        if (!isOwner) other ??= candidate;
    }
    return other;
}
