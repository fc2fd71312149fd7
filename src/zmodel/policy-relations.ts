import type { PolicyField, PolicyModel, PolicyRelation } from '../model/policy.ts';
import type { RelationArguments } from './policy-attributes.ts';

/** Gives a field's `@relation`; undefined when it has none. */
export type RelationLookup = (field: PolicyField) => RelationArguments | undefined;

/**
 * Says of each relation field of each model what it leads to, over which keys, and which field is its other side.
 * In: the models with all their fields. Changes the fields. A relation without a side that owns the keys has none,
 * unless both sides are lists: then it is an implicit many-to-many.
 */
export function addRelations(models: ReadonlyMap<string, PolicyModel>, lookup: RelationLookup): void {
    for (const model of models.values()) {
        for (const field of model.fields.values()) {
            const target = field.type.kind === 'model' ? models.get(field.type.name) : undefined;
            if (target) field.relation = relationOf(model, field, target, models, lookup);
        }
    }
    for (const { fields } of models.values()) {
        for (const [name, { relation }] of fields) {
            if (!relation?.owned) continue;
            for (const { fk } of relation.keys) fields.get(fk)?.keyOf.push(name);
        }
    }
}

function relationOf(
    model: PolicyModel,
    field: PolicyField,
    target: PolicyModel,
    models: ReadonlyMap<string, PolicyModel>,
    lookup: RelationLookup,
): PolicyRelation {
    const own = lookup(field);
    const opposite = findOpposite(model, field, target, models, lookup);
    const other = opposite && lookup(opposite);
    const owned = (own?.fields.length ?? 0) > 0;
    const isOtherOwning = (other?.fields.length ?? 0) > 0;
    const many = field.type.array;
    return {
        target: target.name,
        many,
        owned,
        keys: owned ? keysOf(own) : isOtherOwning ? keysOf(other) : [],
        manyToMany: many && !owned && opposite?.type.array === true && !isOtherOwning,
        ...(opposite && { opposite: opposite.name }),
    };
}

function keysOf(relation: RelationArguments | undefined): PolicyRelation['keys'] {
    return (relation?.fields ?? []).flatMap((fk, index) => {
        const pk = relation?.references[index];
        return pk === undefined ? [] : [{ fk, pk }];
    });
}

/** A field of the target that leads back to the model, or to the base that brings the field in, by the same name. */
function findOpposite(
    model: PolicyModel,
    field: PolicyField,
    target: PolicyModel,
    models: ReadonlyMap<string, PolicyModel>,
    lookup: RelationLookup,
): PolicyField | undefined {
    const holder = models.has(field.declaredIn) ? field.declaredIn : model.name;
    const own = lookup(field);
    const owned = (own?.fields.length ?? 0) > 0;
    const candidates = [...target.fields.values()].filter((candidate) => {
        if (candidate.type.kind !== 'model' || candidate.type.name !== holder) return false;
        // A relation of a model with itself has two fields, though one alone may be all that is typed so far.
        if (target.name === holder && candidate.name === field.name) return false;
        return lookup(candidate)?.name === own?.name;
    });
    return (
        candidates.find((candidate) => (lookup(candidate)?.fields.length ?? 0) > 0 !== owned) ??
        candidates.find((candidate) => (lookup(candidate)?.fields.length ?? 0) === 0)
    );
}
