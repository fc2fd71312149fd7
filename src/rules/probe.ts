import type { Operation, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import { ALL_OPERATIONS } from '../model/policy.ts';
import { Domains } from './domains.ts';
import { someExpr, visitExpr } from './expressions.ts';
import type { Actors } from './lazy-world.ts';
import { lineageOf } from './lineage.ts';
import { rulesFor } from './permit.ts';
import { searchWorlds } from './search.ts';
import type { SearchOptions } from './search.ts';
import type { LazyWorld } from './lazy-world.ts';
import type { RowRef } from './world.ts';

/** What a search needs to know of a schema, gathered once. */
export interface Probe {
    schema: PolicySchema;
    domains: Domains;
    /** Whether a member of `auth()` may be missing although the request has an auth. */
    mayBeMissing: Actors['mayBeMissing'];
    /** Told of a model for which there were more worlds than are looked at. */
    onLimited?: (model: string) => void;
}

/** A request that was found, with the world it is made in. */
export interface Witness {
    operation: Operation;
    model: string;
    world: LazyWorld;
    row: RowRef;
    /** For an update: the row as it becomes. */
    after?: RowRef;
}

/** Worlds per search. Beyond, a search is not exhaustive, and says so. */
export const WORLD_LIMIT = 400;

/** 2026-01-01, as good as any: dates are tried before and after it. */
const NOW = Date.UTC(2026, 0, 1);

/** Gathers what searches need. In: the schema; which members of `auth()` may be missing. */
export function createProbe(
    schema: PolicySchema,
    mayBeMissing: Actors['mayBeMissing'],
    onLimited?: Probe['onLimited'],
): Probe {
    return { schema, domains: new Domains(schema, NOW), mayBeMissing, ...(onLimited && { onLimited }) };
}

/**
 * The operations that `'all'` stands for, by the rules that decide them: those with the same rules are
 * permitted alike, so that one stands for the others.
 */
export function operationGroups(
    schema: PolicySchema,
    model: PolicyModel,
): { operations: Operation[]; rules: PolicyRule[] }[] {
    const groups = new Map<string, { operations: Operation[]; rules: PolicyRule[] }>();
    for (const operation of ALL_OPERATIONS) {
        const rules = decidingRules(schema, model, operation);
        const differs =
            isWrittenElsewhere(model, operation) ||
            rules.some(({ condition }) => someExpr(condition, dependsOnOperation));
        const key = rules.map((rule) => model.rules.indexOf(rule)).join() + (differs ? operation : '');
        const group = groups.get(key);
        if (group) group.operations.push(operation);
        else groups.set(key, { operations: [operation], rules });
    }
    return [...groups.values()];
}

/** The rules of a model that decide about an operation, before all others: what is deleted goes by those of the topmost base. */
function decidingRules(schema: PolicySchema, model: PolicyModel, operation: Operation): PolicyRule[] {
    const [top = model] = operation === 'delete' ? lineageOf(schema, model) : [];
    return rulesFor(top, operation);
}

/** Whether other rules decide besides: see `Permit.permits`. */
function isWrittenElsewhere({ base, isDelegate }: PolicyModel, operation: Operation): boolean {
    return operation !== 'read' && (base !== undefined || (isDelegate && operation === 'create'));
}

/** A row that is created has no rows that refer to it, and `check()` asks about the same operation. */
function dependsOnOperation(expr: Parameters<Parameters<typeof visitExpr>[1]>[0]): boolean {
    return expr.kind === 'predicate' || (expr.kind === 'call' && ['check', 'currentOperation'].includes(expr.function));
}

/** The operation that stands for a group: what is read is easiest to imagine. */
export function standFor(operations: readonly Operation[]): Operation {
    return operations.includes('read') ? 'read' : (operations[0] ?? 'read');
}

/** How many rows of a model lists are tried with: one, or two where several predicates ask about its rows. */
export function listSizes(model: PolicyModel): (element: string) => number {
    const predicates = new Map<string, number>();
    for (const rule of model.rules) {
        visitExpr(rule.condition, (expr) => {
            if (expr.kind !== 'predicate' || expr.element === undefined) return;
            predicates.set(expr.element, (predicates.get(expr.element) ?? 0) + 1);
        });
    }
    return (element) => Math.min(2, Math.max(1, predicates.get(element) ?? 0));
}

/** Searches with the probe's facts; see `searchWorlds`. */
export function search(
    probe: Probe,
    model: PolicyModel,
    auth: Actors['auth'],
    look: Parameters<typeof searchWorlds>[1],
    options: Partial<Pick<SearchOptions, 'limit' | 'listSize' | 'domains'>> = {},
): { isExhaustive: boolean } {
    const result = searchWorlds(
        {
            schema: probe.schema,
            domains: options.domains ?? probe.domains,
            actors: { auth, mayBeMissing: probe.mayBeMissing },
            listSize: options.listSize ?? listSizes(model),
            limit: options.limit ?? WORLD_LIMIT,
        },
        look,
    );
    if (result.isLimited) probe.onLimited?.(model.name);
    return result;
}

/** The row that an operation is about: one that is there, or for `create` one that isn't yet. */
export function rowFor(world: LazyWorld, model: string, operation: Operation): RowRef {
    return operation === 'create' ? world.newRow(model) : world.addRow(model);
}
