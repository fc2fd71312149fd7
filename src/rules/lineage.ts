import type { PolicyModel, PolicySchema } from '../model/policy.ts';

/**
 * A model with the `@@delegate` bases that it extends, the topmost first: each has a table of its own, which holds the
 * columns that it declares. A base that isn't there ends it.
 */
export function lineageOf(schema: PolicySchema, model: PolicyModel): readonly PolicyModel[] {
    if (model.base === undefined) return [model];
    const lineage = [model];
    for (let at = model; at.base !== undefined;) {
        const base = schema.models.get(at.base);
        if (!base || lineage.includes(base)) break;
        lineage.unshift(base);
        at = base;
    }
    return lineage;
}

/** The model of a lineage whose table holds a column of a model: the topmost that has it. */
export function holderOf(schema: PolicySchema, model: PolicyModel, column: string): PolicyModel {
    return lineageOf(schema, model).find(({ fields }) => fields.has(column)) ?? model;
}

/** Whether a model of a lineage has columns of its own that an update may set. */
export function hasOwnColumns(schema: PolicySchema, model: PolicyModel): boolean {
    return [...model.fields.values()].some(
        ({ name, relation, isId, isGenerated }) =>
            !relation && !isId && !isGenerated && holderOf(schema, model, name) === model,
    );
}

/** Whether what is written to a model goes to several tables, or is found by a query of its own: then it has to be readable. */
export function isPolymorphic({ base, isDelegate }: PolicyModel): boolean {
    return base !== undefined || isDelegate;
}
