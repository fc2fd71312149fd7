import type { Expr, Operation, PolicyModel, PolicyRule } from '../model/policy.ts';
import { childrenOf } from '../model/expressions.ts';
import { readsAuth, someExpr, visitExpr } from './expressions.ts';
import { Permit, rulesFor } from './permit.ts';
import { operationGroups, rowFor, search, standFor } from './probe.ts';
import type { Probe, Witness } from './probe.ts';
import { isUnknowable } from './truth.ts';

/** Worlds for what is said about all of them. */
const ALL_LIMIT = 2000;

/** An allow that never does anything. */
export interface Unreachable {
    rule: PolicyRule;
    /** `never-true`: can't be satisfied. `never-grants`: whenever it is, a deny hits. */
    kind: 'never-true' | 'never-grants';
    /** For `never-grants`: the denies that hit. */
    denies: PolicyRule[];
    /** For `never-grants`: the model that is asked by `check()`, and that allows nothing. */
    checks?: PolicyModel;
}

/** Looks for allows that are never true, or never grant anything, in any world; only what is certain is found. */
export function probeUnreachable(probe: Probe, model: PolicyModel): Unreachable[] {
    return model.rules.flatMap((rule) => {
        if (rule.effect !== 'allow' || isConstant(rule.condition)) return [];
        // Without a declaration nothing is known of it, which is told elsewhere.
        if (!probe.schema.auth && model.rules.some(({ condition }) => readsAuth(condition))) return [];
        const operations = rule.operations.filter((operation) => operation !== 'post-update');
        const [first] = operations;
        if (first === undefined) return [];
        const groups = operationGroups(probe.schema, model).filter((group) => group.rules.includes(rule));
        const results = groups.map((group) => probeRule(probe, model, rule, standFor(group.operations), group.rules));
        const [result] = results;
        if (!result || results.some((each) => each?.kind !== result.kind)) return [];
        // What is denied in one model may be granted in others that inherit the rule.
        if (result.kind === 'never-grants' && !result.checks && rule.declaredIn !== model.name) return [];
        return [result];
    });
}

function probeRule(
    probe: Probe,
    model: PolicyModel,
    rule: PolicyRule,
    operation: Operation,
    deciding: readonly PolicyRule[],
): Unreachable | undefined {
    const closed = closedCheck(probe, model, rule, operation);
    if (closed) return { rule, kind: 'never-grants', denies: [], checks: closed };
    const denies = deciding.filter(({ effect }) => effect === 'deny');
    if (operation === 'post-update' || !mayBeDecided(probe, [rule, ...denies])) return undefined;
    const seen = { isTrue: false, isGranting: false };
    const hits = new Set<PolicyRule>();
    // Without denies a rule that is true once grants something.
    const { isExhaustive } = search(
        probe,
        model,
        'any',
        (world) => {
            const row = rowFor(world, model.name, operation);
            const permit = new Permit(probe.schema, world);
            const truth = permit.rule(rule, operation, row);
            if (isUnknowable(truth)) return 'unsure';
            if (truth !== true) return 'go on';
            seen.isTrue = true;
            const hitting = denies.filter((deny) => permit.rule(deny, operation, row) !== false);
            if (hitting.every((deny) => permit.rule(deny, operation, row) !== true)) {
                seen.isGranting = true;
                return 'stop';
            }
            for (const deny of hitting) hits.add(deny);
            return 'go on';
        },
        { limit: ALL_LIMIT },
    );
    if (!isExhaustive || seen.isGranting) return undefined;
    return { rule, kind: seen.isTrue ? 'never-grants' : 'never-true', denies: seen.isTrue ? [...hits] : [] };
}

/** The model that a condition asks by `check()` as a part of what it requires, when nothing allows the operation there. */
function closedCheck(
    probe: Probe,
    model: PolicyModel,
    { condition }: PolicyRule,
    operation: Operation,
): PolicyModel | undefined {
    const requires = (expr: Expr): Expr[] =>
        expr.kind === 'and' ? [...requires(expr.left), ...requires(expr.right)] : [expr];
    for (const expr of requires(condition)) {
        if (expr.kind !== 'call' || expr.function !== 'check') continue;
        const [relation, named] = expr.args;
        if (relation?.kind !== 'path' || relation.root.kind !== 'field') continue;
        const target = probe.schema.models.get(model.fields.get(relation.root.name)?.type.name ?? '');
        const asked = named?.kind === 'literal' ? named.value : operation;
        if (!target?.intact || !probe.schema.complete) continue;
        if (!target.rules.some((rule) => rule.effect === 'allow' && rule.operations.some((each) => each === asked))) {
            return target;
        }
    }
    return undefined;
}

/**
 * Small worlds stand for all only where the rules ask for little: not for several rows of one list, not for texts
 * that contain each other, not for numbers in more than one order.
 */
function mayBeDecided(probe: Probe, rules: readonly PolicyRule[]): boolean {
    return rules.every(({ condition }) => !someExpr(condition, isHard)) && probe.schema.complete;
}

function isHard(expr: Expr): boolean {
    if (expr.kind === 'unknown' || expr.kind === 'call') return true;
    if (expr.kind === 'predicate') return true;
    return expr.kind === 'compare' && !['==', '!='].includes(expr.operator) && expr.operator !== 'in';
}

function isConstant(expr: Expr): boolean {
    return expr.kind === 'literal';
}

function isFalse(expr: Expr): boolean {
    return expr.kind === 'literal' && expr.value === false;
}

/** A predicate that holds for an empty list, by which an allow grants. */
export interface EmptyListGrant {
    predicate: Expr & { kind: 'predicate' };
    rule: PolicyRule;
    operations: Operation[];
    witness: Witness;
}

/** Looks for requests that `!` or `^` lets through because a list is empty. */
export function probeEmptyLists(probe: Probe, model: PolicyModel): EmptyListGrant[] {
    const found = new Map<Expr, EmptyListGrant>();
    for (const { operations, rules } of operationGroups(probe.schema, model)) {
        const operation = standFor(operations);
        if (operation === 'post-update') continue;
        const predicates = rules
            .filter(({ effect }) => effect === 'allow')
            .flatMap((rule) => universalPredicates(rule.condition).map((predicate) => ({ rule, predicate })));
        if (predicates.length === 0) continue;
        for (const auth of ['present', 'anonymous'] as const) {
            search(probe, model, auth, (world) => {
                const row = rowFor(world, model.name, operation);
                if (new Permit(probe.schema, world).permits(operation, row) !== true) return 'go on';
                for (const { rule, predicate } of predicates) {
                    // That nobody is on a list of the excluded is what is meant, unless that lets everybody in.
                    const isExclusion = predicate.operator === '^' && readsAuth(predicate.condition);
                    if (isExclusion && auth !== 'anonymous') continue;
                    if (found.has(predicate)) continue;
                    const seen = { isTrue: false };
                    const override = (expr: Expr, value: unknown): false | undefined => {
                        if (expr !== predicate || value !== true) return undefined;
                        seen.isTrue = true;
                        return false;
                    };
                    const isCause = new Permit(probe.schema, world, { override }).permits(operation, row) !== true;
                    if (!isCause || !seen.isTrue || !isListEmpty(probe, world, predicate, operation, row)) continue;
                    found.set(predicate, {
                        predicate,
                        rule,
                        operations,
                        witness: { operation, model: model.name, world, row },
                    });
                }
                return found.size < predicates.length ? 'go on' : 'stop';
            });
        }
    }
    return [...found.values()];
}

/** With a condition that holds for some element only, an empty list is what makes it true: ask whether any is there. */
function isListEmpty(
    probe: Probe,
    world: Witness['world'],
    predicate: Expr & { kind: 'predicate' },
    operation: Operation,
    row: Witness['row'],
): boolean {
    const condition: Expr = { kind: 'literal', value: true, span: predicate.span };
    return (
        new Permit(probe.schema, world).condition({ ...predicate, operator: '?', condition }, operation, row) !== true
    );
}

function universalPredicates(expr: Expr): (Expr & { kind: 'predicate' })[] {
    if (expr.kind === 'not') return [];
    if (expr.kind === 'predicate') return expr.operator === '?' || isTrivial(expr) ? [] : [expr];
    return expr.kind === 'and' || expr.kind === 'or' ? childrenOf(expr).flatMap(universalPredicates) : [];
}

/** `list^[true]`: an explicit test for an empty list. */
function isTrivial({ condition }: Expr & { kind: 'predicate' }): boolean {
    return condition.kind === 'literal';
}

/** A row that may be created by an actor who can never read it. */
export interface Unreadable {
    /** Those that allow it to be created. */
    rules: PolicyRule[];
    witness: Witness;
}

/** Looks for an actor who may create rows of a model but can read none of those. */
export function probeUnreadable(probe: Probe, model: PolicyModel): Unreadable | undefined {
    const creating = rulesFor(model, 'create');
    if (!probe.schema.auth || !creating.some(({ effect }) => effect === 'allow')) return undefined;
    const reading = rulesFor(model, 'read');
    // Where nobody may read, that is meant, or still to be written.
    if (!reading.some(({ effect, condition }) => effect === 'allow' && !isFalse(condition))) return undefined;
    if ([...creating, ...reading].some(({ condition }) => hasOwnList(model, condition))) return undefined;
    if (mayReadAll(creating, reading)) return undefined;
    let unreadable: Witness | undefined;
    const readableBy = new Set<string>();
    const creators = new Map<string, Witness>();
    // That anonymous requests create rows is told by what lets them.
    const { isExhaustive } = search(
        probe,
        model,
        'present',
        (world) => {
            const row = rowFor(world, model.name, 'read');
            const permit = new Permit(probe.schema, world);
            const created = permit.permits('create', row);
            if (isUnknowable(created)) return 'unsure';
            if (created !== true) return 'go on';
            const read = permit.permits('read', row);
            if (isUnknowable(read)) return 'unsure';
            const auth = [...(world.snapshot().auth ?? [])];
            // Who lacks something isn't whom the rules are for.
            if (auth.some(([, value]) => value === undefined || value === null)) return 'go on';
            const actor = JSON.stringify(auth.filter(([, value]) => typeof value !== 'object'));
            if (read === true) readableBy.add(actor);
            else if (!creators.has(actor)) creators.set(actor, { operation: 'create', model: model.name, world, row });
            return 'go on';
        },
        { limit: ALL_LIMIT },
    );
    if (!isExhaustive) return undefined;
    for (const [actor, witness] of creators) {
        // What a request that reads more members has in common with this one counts for it, too.
        const couldRead = [...readableBy].some((other) => isCompatible(actor, other));
        if (!couldRead) unreadable ??= witness;
    }
    if (!unreadable) return undefined;
    const { world, row } = unreadable;
    return { rules: new Permit(probe.schema, world).allowing('create', row), witness: unreadable };
}

/** Whether it takes no search to see that who creates may read: whatever allows or denies creating does so for reading. */
function mayReadAll(creating: readonly PolicyRule[], reading: readonly PolicyRule[]): boolean {
    const isSame = (rule: PolicyRule): boolean =>
        !someExpr(rule.condition, (expr) => expr.kind === 'call' || expr.kind === 'unknown');
    return (
        creating.every((rule) => rule.effect === 'deny' || (reading.includes(rule) && isSame(rule))) &&
        reading.every((rule) => rule.effect === 'allow' || (creating.includes(rule) && isSame(rule)))
    );
}

function isCompatible(actor: string, other: string): boolean {
    const [one, two] = [
        new Map(JSON.parse(actor) as [string, unknown][]),
        new Map(JSON.parse(other) as [string, unknown][]),
    ];
    return [...one].every(([name, value]) => !two.has(name) || two.get(name) === value);
}

function hasOwnList(model: PolicyModel, condition: Expr): boolean {
    let found = false;
    visitExpr(condition, (expr) => {
        if (expr.kind !== 'predicate' || expr.list.kind !== 'path') return;
        const { root, members } = expr.list;
        const first = root.kind === 'field' ? root.name : root.kind === 'this' ? members[0]?.name : undefined;
        found ||= first !== undefined && model.fields.get(first)?.relation?.owned === false;
    });
    return found;
}
