import type { Expr, PolicyField } from '../model/policy.ts';
import { columnsBefore } from './columns-before.ts';
import { authOperand, elementMember } from './evaluate-auth.ts';
import type { Evaluator } from './evaluate.ts';
import { holderOf } from './lineage.ts';
import { findFrame } from './scope.ts';
import type { Frame, Operand, Scope } from './scope.ts';
import { RuleThrows, RuleUnsure, unknowable } from './truth.ts';
import type { Unknowable } from './truth.ts';
import type { RowRef } from './world.ts';

/** Where a way over relations ends. `isMissing`: there is no row at its end. */
export interface Hop {
    model: string;
    alias?: string;
    frames: Frame | undefined;
    isMissing: boolean;
    /** There is none behind the first relation already. */
    isEmpty?: boolean;
}

/** The field that a path leads to; undefined for `auth()`, `before()`, and where it leads nowhere. */
export function fieldOf(evaluator: Evaluator, expr: Expr & { kind: 'path' }, scope: Scope): PolicyField | undefined {
    const { root } = expr;
    const names = expr.members.map(({ name }) => name);
    if (root.kind === 'auth' || root.kind === 'before') return undefined;
    const start =
        root.kind === 'this'
            ? scope.thisModel
            : root.kind === 'binding'
              ? scope.bindings.get(root.name)?.type
              : scope.model;
    const path = root.kind === 'field' ? [root.name, ...names] : names;
    let model = start === undefined ? undefined : evaluator.model(start);
    let field: PolicyField | undefined;
    for (const name of path) {
        field = model?.fields.get(name);
        if (!field) return undefined;
        model = field.relation
            ? evaluator.model(field.relation.target)
            : field.type.kind === 'type' || field.type.kind === 'model'
              ? evaluator.model(field.type.name)
              : undefined;
    }
    return field;
}

/** The value of a path: a member of `auth()`, a column of a row, or one of the row before. */
export function evaluatePath(evaluator: Evaluator, expr: Expr & { kind: 'path' }, scope: Scope): Operand {
    const { root, span } = expr;
    const names = expr.members.map(({ name }) => name);
    const [first] = names;
    switch (root.kind) {
        case 'auth': {
            const declaration = evaluator.options.schema.auth;
            if (!declaration) return { value: unknowable('nothing declares auth()', span), constant: true };
            if (first === undefined) throw new RuleThrows('auth() by itself is no value', span);
            return {
                value: authOperand(evaluator, evaluator.options.world.auth(), declaration.name, names),
                constant: true,
            };
        }
        case 'before': {
            if (scope.operation !== 'post-update' || names.length !== 1 || first === undefined) {
                throw new RuleThrows('before() gives columns only, and only in post-update rules', span);
            }
            const [updated] = scope.checking[0]?.split(':') ?? [];
            const isChecked = scope.checking.length > 1;
            if (isChecked && updated !== undefined && !columnsBefore(evaluator.options.schema, updated).has(first)) {
                throw new RuleThrows(
                    `the rules of ${updated} don't load before().${first} for this check()`,
                    span,
                    true,
                );
            }
            const row = findFrame(scope.frames, isWrittenBefore(evaluator, updated, first) ? '$written' : '$before');
            if (!row) return { value: unknowable('the row before is not known', span), constant: false };
            return { value: evaluator.options.world.column(row, first), constant: false };
        }
        case 'field':
            if (scope.item) {
                if (first !== undefined) throw new RuleThrows('an element of auth() has no relations', span);
                return { value: elementMember(evaluator, scope.item.value, scope.model, [root.name]), constant: true };
            }
            return fromTable(evaluator, [root.name, ...names], scope.model, scope.alias, expr, scope);
        case 'this':
            if (first === undefined) throw new RuleThrows('this can only be compared with auth()', span);
            return fromTable(evaluator, names, scope.thisModel, scope.thisAlias, expr, scope);
        case 'binding': {
            const binding = scope.bindings.get(root.name);
            if (!binding || first === undefined) {
                return { value: unknowable('a binding that leads nowhere', span), constant: false };
            }
            if (binding.value !== undefined) {
                const value = elementMember(evaluator, binding.value, binding.type, names);
                return { value, constant: true };
            }
            return fromTable(evaluator, names, binding.type, binding.alias, expr, scope);
        }
    }
}

/** Whether a column is in the table of a base alone: by its name it isn't found in a query for the model itself. */
export function isInBaseTable({ options: { schema } }: Evaluator, model: string, column: string): boolean {
    const at = schema.models.get(model);
    return at?.base !== undefined && !at.idFields.includes(column) && holderOf(schema, at, column) !== at;
}

/** Whether a column of an updated row is a base's, whose table is written before the rules of the model itself are asked. */
function isWrittenBefore({ options: { schema } }: Evaluator, updated: string | undefined, column: string): boolean {
    const model = updated === undefined ? undefined : schema.models.get(updated);
    return model?.base !== undefined && holderOf(schema, model, column) !== model;
}

/** A column, directly or over to-one relations. */
function fromTable(
    evaluator: Evaluator,
    path: readonly string[],
    model: string,
    alias: string | undefined,
    expr: Expr,
    scope: Scope,
): Operand {
    const found = followRelations(evaluator, path.slice(0, -1), model, alias, scope.frames, expr);
    if ('unknown' in found) return { value: found, constant: false };
    const last = path.at(-1);
    const field = last === undefined ? undefined : evaluator.model(found.model)?.fields.get(last);
    if (!field) return { value: unknowable('a name that leads nowhere', expr.span), constant: false };
    if (field.relation) return { value: unknowable('a relation as a value', expr.span), constant: false };
    if (field.type.array) return { value: unknowable('a list in a column', expr.span), constant: false };
    if (path.length > 1 && isInBaseTable(evaluator, found.model, field.name)) {
        // Not in the table, it is looked for in those of the queries around.
        throw new RuleUnsure('a column of a delegate base behind a relation', expr.span);
    }
    // The query is one for the first relation, within which further ones are values.
    if (found.isMissing) return { value: null, constant: false, isEmpty: found.isEmpty === true };
    const row = findFrame(found.frames, found.alias ?? found.model);
    if (!row) return { value: unknowable('a row that is not at hand', expr.span), constant: false };
    return { value: evaluator.options.world.column(row, field.name), constant: false };
}

/** Follows to-one relations; each is a query within the other, whose table hides an outer one of the same name. */
export function followRelations(
    evaluator: Evaluator,
    relations: readonly string[],
    model: string,
    alias: string | undefined,
    frames: Frame | undefined,
    expr: Expr,
): Hop | Unknowable {
    let at: Hop = { model, ...(alias !== undefined && { alias }), frames, isMissing: false };
    for (const [index, name] of relations.entries()) {
        const relation = evaluator.model(at.model)?.fields.get(name)?.relation;
        if (!relation) return unknowable('a relation that leads nowhere', expr.span);
        if (relation.many) return unknowable('a column over a to-many relation', expr.span);
        if (at.isMissing) {
            at = { model: relation.target, frames: at.frames, isMissing: true, isEmpty: at.isEmpty === true };
            continue;
        }
        const rows = relatedRows(evaluator, name, at.model, at.alias, at.frames, expr);
        if ('unknown' in rows) return rows;
        const [row] = rows;
        at = {
            model: relation.target,
            frames: row ? { alias: relation.target, row, ...(at.frames && { outer: at.frames }) } : at.frames,
            isMissing: row === undefined,
            isEmpty: row === undefined && index === 0,
        };
    }
    return at;
}

/** The rows behind a relation field, as the query finds them whose FROM is the relation's model. */
export function relatedRows(
    evaluator: Evaluator,
    name: string,
    model: string,
    alias: string | undefined,
    frames: Frame | undefined,
    expr: Expr,
): readonly RowRef[] | Unknowable {
    const { world } = evaluator.options;
    const relation = evaluator.model(model)?.fields.get(name)?.relation;
    if (!relation) return unknowable('a relation that leads nowhere', expr.span);
    const table = alias ?? model;
    // The condition between the tables names both; where they are the same name, both mean the inner one.
    if (table === relation.target) {
        const rows = world.all(relation.target);
        if (!rows) return unknowable('a relation of a model with itself', expr.span);
        // Whatever row is asked about, these are the rows that are linked to themselves.
        if (relation.manyToMany) return rows.filter((row) => world.toMany(row, name).includes(row));
        return rows.filter((row) =>
            relation.keys.every(({ fk, pk }) => {
                const key = world.column(row, fk);
                return key !== null && key === world.column(row, pk);
            }),
        );
    }
    const row = findFrame(frames, table);
    if (!row) return unknowable('a row that is not at hand', expr.span);
    if (relation.many) return world.toMany(row, name);
    const other = world.toOne(row, name);
    return other ? [other] : [];
}
