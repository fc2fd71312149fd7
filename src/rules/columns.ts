import type { PolicyField, PolicyModel, PolicyRelation } from '../model/policy.ts';

interface Parts {
    columns: readonly PolicyField[];
    owned: readonly { name: string; relation: PolicyRelation }[];
}

/** A model that many others refer to has hundreds of fields, few of which are columns. */
const parts = new WeakMap<PolicyModel, Parts>();

function partsOf(model: PolicyModel): Parts {
    const known = parts.get(model);
    if (known) return known;
    const columns: PolicyField[] = [];
    const owned: { name: string; relation: PolicyRelation }[] = [];
    for (const field of model.fields.values()) {
        const { name, relation } = field;
        if (!relation) columns.push(field);
        else if (relation.owned) owned.push({ name, relation });
    }
    const made = { columns, owned };
    parts.set(model, made);
    return made;
}

/** The fields of a model that aren't relations, in order. */
export function columnsOf(model: PolicyModel): Parts['columns'] {
    return partsOf(model).columns;
}

/** The relations of a model that hold the foreign keys, with the names of their fields, in order. */
export function ownedRelationsOf(model: PolicyModel): Parts['owned'] {
    return partsOf(model).owned;
}
