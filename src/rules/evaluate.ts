import type {
    CompareOperator,
    Expr,
    Operation,
    PolicyField,
    PolicyModel,
    PolicySchema,
    Scalar,
} from '../model/policy.ts';
import { columnsBefore } from './columns-before.ts';
import { constantOf } from './constant.ts';
import { evaluateText } from './evaluate-text.ts';
import { evaluateValuePredicate } from './evaluate-value.ts';
import { RuleThrows, and, isUnknowable, not, or, unknowable } from './truth.ts';
import type { Truth, Unknowable } from './truth.ts';
import { isAuthList, isAuthObject } from './world.ts';
import type { AuthObject, AuthValue, RowRef, World } from './world.ts';

/** A table in the FROM of a query around an expression; inner ones hide outer ones of the same name. */
export interface Frame {
    alias: string;
    /** Undefined where there is none: then only what throws is of interest. */
    row: RowRef | undefined;
    outer?: Frame;
}

/** What a name in `list?[name, …]` stands for: an element of a list of `auth()`, or a row of a table. */
export interface Binding {
    type: string;
    alias: string;
    value?: AuthValue;
}

/** Where an expression stands; the names follow ZenStack's `ExpressionTransformerContext`. */
export interface Scope {
    operation: Operation;
    /** The model that bare names belong to. */
    model: string;
    alias?: string;
    /** The model that `this` is a row of. */
    thisModel: string;
    thisAlias?: string;
    /** The element of a list of `auth()`, when bare names belong to one. */
    item?: { value: AuthValue };
    bindings: ReadonlyMap<string, Binding>;
    frames: Frame | undefined;
    /** Policies under evaluation, `model:operation`: a circle of `check()` never ends. */
    checking: readonly string[];
}

/** An operand. `constant`: known when the query is written, so that `== NULL` becomes `IS NULL`. */
export interface Operand {
    value: Scalar | readonly Scalar[] | Unknowable;
    constant: boolean;
    /** A query for a column that finds no row, or a list of nothing else. */
    isEmpty?: boolean;
}

export interface EvaluatorOptions {
    schema: PolicySchema;
    world: World;
    /**
     * Looks at the truth of each condition as it is evaluated and may replace it: to find out which part of a
     * rule is the reason for a result. Undefined leaves it.
     */
    override?: (expr: Expr, value: Truth, scope: Scope, evaluator: Evaluator) => Truth | undefined;
    /** Evaluates everything, also what can't change the result, so that whatever throws is found. */
    eager?: boolean;
    /** The truth of a policy, for `check()`. Without a row only what throws is of interest. */
    policy: (model: string, operation: Operation, row: RowRef | undefined, scope: Scope) => Truth;
}

/**
 * Evaluates conditions as ZenStack's policy plugin compiles them to SQL
 * (`ExpressionTransformer` and `ExpressionEvaluator` of @zenstackhq/plugin-policy 3.9.4).
 * What it can't evaluate is unknown. Throws `RuleThrows` where the ORM throws.
 */
export class Evaluator {
    readonly options: EvaluatorOptions;

    constructor(options: EvaluatorOptions) {
        this.options = options;
    }

    /** The truth of a condition. */
    truth(expr: Expr, scope: Scope): Truth {
        const value = this.#truth(expr, scope);
        const replaced = this.options.override?.(expr, value, scope, this);
        return replaced === undefined ? value : replaced;
    }

    #truth(expr: Expr, scope: Scope): Truth {
        switch (expr.kind) {
            case 'and':
            case 'or':
                return this.#join(expr, scope);
            case 'not':
                return not(this.truth(expr.operand, scope));
            case 'compare':
                return this.#compare(expr, scope);
            case 'predicate':
                return this.#predicate(expr, scope);
            case 'call':
                return this.#call(expr, scope);
            default: {
                const { value } = this.operand(expr, scope);
                if (typeof value === 'boolean' || value === null) return value;
                if (!isList(value) && isUnknowable(value)) return value;
                return unknowable('a value where a condition is expected', expr.span);
            }
        }
    }

    #join({ kind, left, right }: Expr & { kind: 'and' | 'or' }, scope: Scope): Truth {
        const decisive = kind === 'or';
        const side = (expr: Expr, other: Expr): Truth => {
            try {
                return this.truth(expr, scope);
            } catch (error) {
                // A constant at the other side keeps it out of the query.
                const isLeftOut =
                    error instanceof RuleThrows && error.inDatabase && constantOf(this, other, scope) === decisive;
                if (!isLeftOut) throw error;
                return decisive;
            }
        };
        const first = side(left, right);
        if (first === decisive && !this.options.eager) return first;
        const second = side(right, left);
        return decisive ? or(first, second) : and(first, second);
    }

    /** The value of an operand. */
    operand(expr: Expr, scope: Scope): Operand {
        switch (expr.kind) {
            case 'literal':
                return { value: expr.value, constant: true };
            case 'enum':
                return { value: expr.value, constant: true };
            case 'array': {
                const operands = expr.items.map((item) => this.operand(item, scope));
                const items = operands.map(({ value }) => value);
                const odd = items.find((item) => isList(item) || isUnknowable(item));
                if (odd === undefined) {
                    const isEmpty = operands.length === 1 && operands[0]?.isEmpty === true;
                    return { value: items as Scalar[], constant: true, ...(isEmpty && { isEmpty }) };
                }
                return { value: isList(odd) ? unknowable('a list within a list', expr.span) : odd, constant: true };
            }
            case 'path':
                return this.#path(expr, scope);
            case 'call':
                return this.#scalarCall(expr, scope);
            case 'unknown':
                return { value: unknowable(expr.reason, expr.span), constant: false };
            default:
                return { value: unknowable('a condition is compared', expr.span), constant: false };
        }
    }

    model(name: string): PolicyModel | undefined {
        return this.options.schema.models.get(name) ?? this.options.schema.types.get(name);
    }

    // ---- comparisons

    #compare(expr: Expr & { kind: 'compare' }, scope: Scope): Truth {
        const { operator } = expr;
        if (isAuthItself(expr.left) || isAuthItself(expr.right)) return this.#compareAuth(expr, scope);
        const left = this.operand(this.#withId(expr.left, scope), scope);
        const right = this.operand(this.#withId(expr.right, scope), scope);
        if (operator === 'in') return this.#in(left, right, expr);
        if (isList(left.value) || isList(right.value)) return unknowable('a list is compared', expr.span);
        if (isUnknowable(left.value)) return left.value;
        if (isUnknowable(right.value)) return right.value;
        if (right.constant && right.value === null) return nullCheck(left.value, operator);
        if (left.constant && left.value === null) return nullCheck(right.value, operator);
        return compareScalars(left.value, operator, right.value, expr);
    }

    /** `auth()` itself compared: with null, or with a row by the ids of the model behind it. */
    #compareAuth({ left, right, operator, span }: Expr & { kind: 'compare' }, scope: Scope): Truth {
        const other = isAuthItself(left) ? right : left;
        if (operator !== '==' && operator !== '!=') {
            throw new RuleThrows(`auth() can't be compared by ${operator}`, span);
        }
        const auth = this.options.world.auth();
        if (other.kind === 'literal' && other.value === null) return (operator === '==') === (auth === undefined);
        const declaration = this.options.schema.auth;
        if (!declaration) return unknowable('nothing declares auth()', span);
        if (!this.options.schema.models.has(declaration.name)) {
            throw new RuleThrows(
                'comparing with auth() is possible only where a model, not a type, describes it',
                span,
            );
        }
        if (other.kind !== 'path') return unknowable('auth() is compared with something else than a row', span);
        let result: Truth = true;
        for (const id of declaration.idFields) {
            const value = this.#authPath(auth, declaration.name, [id]);
            if (isList(value)) return unknowable('a list is compared', span);
            const row = this.operand(append(other, id), scope).value;
            if (isList(row)) return unknowable('a list is compared', span);
            if (isUnknowable(value)) return value;
            if (isUnknowable(row)) return row;
            result = and(result, value === null ? row === null : compareScalars(value, '==', row, other));
        }
        return operator === '==' ? result : not(result);
    }

    #in(left: Operand, right: Operand, expr: Expr): Truth {
        const { value } = right;
        if (left.constant && left.value === null) return false;
        const isMissing = value === null && right.constant;
        if (isMissing && this.options.schema.provider !== 'postgresql') {
            throw new RuleThrows('the list is missing, for which SQLite and MySQL have no operator', expr.span, true);
        }
        if (isList(left.value)) return unknowable('a list is looked up in a list', expr.span);
        if (isList(value)) {
            if (value.length === 0) return false;
            // For SQLite `x in ((select …))` asks for one of the rows of the query, of which there is none.
            if (right.isEmpty && this.options.schema.provider === 'sqlite') return false;
            if (isUnknowable(left.value)) return left.value;
            const scalar = left.value;
            const tried = value.map((item) => compareScalars(scalar, '==', item, expr));
            return tried.reduce<Truth>((result, each) => or(result, each), false);
        }
        if (isUnknowable(left.value)) return left.value;
        if (isUnknowable(value)) return value;
        return isMissing ? null : unknowable('a list in a column', expr.span);
    }

    /** Relations are compared by the first id of their model. */
    #withId(expr: Expr, scope: Scope): Expr {
        if (expr.kind !== 'path' || expr.root.kind === 'auth' || expr.root.kind === 'before') return expr;
        const field = this.fieldOf(expr, scope);
        const target = field?.relation && this.model(field.relation.target);
        const id = target?.idFields[0];
        return id === undefined ? expr : append(expr, id);
    }

    /** The field that a path leads to; undefined for `auth()`, `before()`, and where it leads nowhere. */
    fieldOf(expr: Expr & { kind: 'path' }, scope: Scope): PolicyField | undefined {
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
        let model = start === undefined ? undefined : this.model(start);
        let field: PolicyField | undefined;
        for (const name of path) {
            field = model?.fields.get(name);
            if (!field) return undefined;
            model = field.relation
                ? this.model(field.relation.target)
                : field.type.kind === 'type' || field.type.kind === 'model'
                  ? this.model(field.type.name)
                  : undefined;
        }
        return field;
    }

    // ---- paths

    #path(expr: Expr & { kind: 'path' }, scope: Scope): Operand {
        const { root, span } = expr;
        const names = expr.members.map(({ name }) => name);
        const [first] = names;
        switch (root.kind) {
            case 'auth': {
                const declaration = this.options.schema.auth;
                if (!declaration) return { value: unknowable('nothing declares auth()', span), constant: true };
                if (first === undefined) throw new RuleThrows('auth() by itself is no value', span);
                return { value: this.#authPath(this.options.world.auth(), declaration.name, names), constant: true };
            }
            case 'before': {
                if (scope.operation !== 'post-update' || names.length !== 1 || first === undefined) {
                    throw new RuleThrows('before() gives columns only, and only in post-update rules', span);
                }
                const [updated] = scope.checking[0]?.split(':') ?? [];
                const isChecked = scope.checking.length > 1;
                if (isChecked && updated !== undefined && !columnsBefore(this.options.schema, updated).has(first)) {
                    throw new RuleThrows(
                        `the rules of ${updated} don't load before().${first} for this check()`,
                        span,
                        true,
                    );
                }
                const row = findFrame(scope.frames, '$before');
                if (!row) return { value: unknowable('the row before is not known', span), constant: false };
                return { value: this.options.world.column(row, first), constant: false };
            }
            case 'field':
                if (scope.item) {
                    if (first !== undefined) throw new RuleThrows('an element of auth() has no relations', span);
                    return { value: this.#itemMember(scope.item.value, scope.model, root.name), constant: true };
                }
                return this.#fromTable([root.name, ...names], scope.model, scope.alias, expr, scope);
            case 'this':
                if (first === undefined) throw new RuleThrows('this can only be compared with auth()', span);
                return this.#fromTable(names, scope.thisModel, scope.thisAlias, expr, scope);
            case 'binding': {
                const binding = scope.bindings.get(root.name);
                if (!binding || first === undefined) {
                    return { value: unknowable('a binding that leads nowhere', span), constant: false };
                }
                if (binding.value !== undefined) {
                    const value = isAuthObject(binding.value)
                        ? this.#authPath(binding.value, binding.type, names)
                        : null;
                    return { value, constant: true };
                }
                return this.#fromTable(names, binding.type, binding.alias, expr, scope);
            }
        }
    }

    #itemMember(item: AuthValue, declaration: string, name: string): Scalar | readonly Scalar[] | Unknowable {
        return isAuthObject(item) ? this.#authPath(item, declaration, [name]) : null;
    }

    /** A member of what was passed, as `valueMemberAccess` reads it: whatever is missing is null. */
    #authPath(
        object: AuthObject | undefined,
        declaration: string,
        names: readonly string[],
    ): Scalar | readonly Scalar[] | Unknowable {
        const found = this.authValue(object, declaration, names);
        if (found === undefined) return null;
        if (found === null) return this.#nullOf(declaration, names);
        if (isAuthList(found)) {
            return found.every(isScalar) ? found : unknowable('a list of objects of auth() as a value');
        }
        return isAuthObject(found) ? unknowable('an object of auth() as a value') : found;
    }

    /** SQLite's and MySQL's `transformInput` make false of a null that is given for a Boolean, not of a missing one. */
    #nullOf(declaration: string, names: readonly string[]): Scalar {
        if (this.options.schema.provider === 'postgresql') return null;
        let type = this.model(declaration);
        for (const name of names.slice(0, -1)) type = this.model(type?.fields.get(name)?.type.name ?? '');
        return type?.fields.get(names.at(-1) ?? '')?.type.name === 'Boolean' ? false : null;
    }

    /** The value behind a path of members of `auth()`, or of an element of one of its lists. */
    authValue(object: AuthObject | undefined, declaration: string, names: readonly string[]): AuthValue {
        let value: AuthValue = object;
        let type: string | undefined = declaration;
        for (const name of names) {
            if (!isAuthObject(value) || type === undefined) return undefined;
            value = this.options.world.authMember(value, type, name);
            type = this.model(type)?.fields.get(name)?.type.name;
        }
        return value;
    }

    /** A column, directly or over to-one relations. */
    #fromTable(path: readonly string[], model: string, alias: string | undefined, expr: Expr, scope: Scope): Operand {
        const found = this.#hop(path.slice(0, -1), model, alias, scope.frames, expr);
        if ('unknown' in found) return { value: found, constant: false };
        const last = path.at(-1);
        const field = last === undefined ? undefined : this.model(found.model)?.fields.get(last);
        if (!field) return { value: unknowable('a name that leads nowhere', expr.span), constant: false };
        if (field.relation) return { value: unknowable('a relation as a value', expr.span), constant: false };
        if (field.type.array) return { value: unknowable('a list in a column', expr.span), constant: false };
        if (found.isMissing) return { value: null, constant: false, isEmpty: true };
        const row = findFrame(found.frames, found.alias ?? found.model);
        if (!row) return { value: unknowable('a row that is not at hand', expr.span), constant: false };
        return { value: this.options.world.column(row, field.name), constant: false };
    }

    /** Follows to-one relations; each is a query within the other, whose table hides an outer one of the same name. */
    #hop(
        relations: readonly string[],
        model: string,
        alias: string | undefined,
        frames: Frame | undefined,
        expr: Expr,
    ): Hop | Unknowable {
        let at: Hop = { model, ...(alias !== undefined && { alias }), frames, isMissing: false };
        for (const name of relations) {
            const relation = this.model(at.model)?.fields.get(name)?.relation;
            if (!relation) return unknowable('a relation that leads nowhere', expr.span);
            if (relation.many) return unknowable('a column over a to-many relation', expr.span);
            if (at.isMissing) {
                at = { model: relation.target, frames: at.frames, isMissing: true };
                continue;
            }
            const rows = this.related(name, at.model, at.alias, at.frames, expr);
            if ('unknown' in rows) return rows;
            const [row] = rows;
            at = {
                model: relation.target,
                frames: row ? { alias: relation.target, row, ...(at.frames && { outer: at.frames }) } : at.frames,
                isMissing: row === undefined,
            };
        }
        return at;
    }

    /** The rows behind a relation field, as the query finds them whose FROM is the relation's model. */
    related(
        name: string,
        model: string,
        alias: string | undefined,
        frames: Frame | undefined,
        expr: Expr,
    ): readonly RowRef[] | Unknowable {
        const { world } = this.options;
        const relation = this.model(model)?.fields.get(name)?.relation;
        if (!relation) return unknowable('a relation that leads nowhere', expr.span);
        const table = alias ?? model;
        // The condition between the tables names both; where they are the same name, both mean the inner one.
        if (table === relation.target) {
            if (relation.manyToMany) return unknowable('a many-to-many relation of a model with itself', expr.span);
            const rows = world.all(relation.target);
            if (!rows) return unknowable('a relation of a model with itself', expr.span);
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

    // ---- predicates

    #predicate(expr: Expr & { kind: 'predicate' }, scope: Scope): Truth {
        const { list } = expr;
        if (list.kind !== 'path') return unknowable('a predicate over something else than a list', expr.span);
        if (list.root.kind === 'auth' || (scope.item && list.root.kind !== 'this')) {
            return evaluateValuePredicate(this, expr, scope);
        }
        const names = list.members.map(({ name }) => name);
        const { root } = list;
        const binding = root.kind === 'binding' ? scope.bindings.get(root.name) : undefined;
        const path = root.kind === 'field' ? [root.name, ...names] : names;
        const model = root.kind === 'this' ? scope.thisModel : root.kind === 'binding' ? binding?.type : scope.model;
        const alias = root.kind === 'this' ? scope.thisAlias : root.kind === 'binding' ? binding?.alias : scope.alias;
        const last = path.at(-1);
        if (model === undefined || last === undefined) return unknowable('a list that leads nowhere', list.span);
        const holder = this.#hop(path.slice(0, -1), model, alias, scope.frames, expr);
        const target = this.fieldOf(list, scope)?.relation?.target;
        if (target === undefined) return unknowable('a predicate over something else than a relation', list.span);
        const frames = 'unknown' in holder ? scope.frames : holder.frames;
        const truthFor = (row: RowRef | undefined): Truth => {
            const bindings = new Map(scope.bindings);
            if (expr.binding !== undefined) bindings.set(expr.binding, { type: target, alias: target });
            return this.truth(expr.condition, {
                operation: scope.operation,
                model: target,
                thisModel: scope.thisModel,
                ...(scope.thisAlias !== undefined && { thisAlias: scope.thisAlias }),
                bindings,
                frames: { alias: target, row, ...(frames && { outer: frames }) },
                checking: scope.checking,
            });
        };
        // The condition is part of the query, whether there are rows or not.
        if (this.options.eager) truthFor(undefined);
        if ('unknown' in holder) return holder;
        if (holder.isMissing) return null;
        const rows = this.related(last, holder.model, holder.alias, holder.frames, expr);
        if ('unknown' in rows) return rows;
        return countTruths(expr.operator, rows, truthFor);
    }

    // ---- functions

    #call(expr: Expr & { kind: 'call' }, scope: Scope): Truth {
        switch (expr.function) {
            case 'check':
                return this.#check(expr, scope);
            case 'contains':
            case 'startsWith':
            case 'endsWith':
                return evaluateText(this, expr, scope);
            case 'isEmpty': {
                if (this.options.schema.provider === 'postgresql') return unknowable('isEmpty() of a list', expr.span);
                const [list] = expr.args;
                if (list && this.operand(list, scope).value === null) return null;
                throw new RuleThrows('isEmpty() takes JSON on SQLite and MySQL, no list', expr.span, true);
            }
            case 'has':
            case 'hasEvery':
            case 'hasSome':
                if (this.options.schema.provider !== 'postgresql') {
                    throw new RuleThrows(
                        `${expr.function}() needs lists in the database, which SQLite and MySQL lack`,
                        expr.span,
                    );
                }
                return unknowable(`${expr.function}() of a list`, expr.span);
            default:
                return unknowable(`the function ${expr.function}()`, expr.span);
        }
    }

    #scalarCall(expr: Expr & { kind: 'call' }, scope: Scope): Operand {
        const [casing] = expr.args;
        switch (expr.function) {
            case 'now':
                return { value: this.options.world.now(), constant: false };
            case 'currentModel':
                return { value: cased(scope.model, casing, expr), constant: false };
            case 'currentOperation':
                return { value: cased(scope.operation, casing, expr), constant: false };
            default:
                return { value: unknowable(`the function ${expr.function}() as a value`, expr.span), constant: false };
        }
    }

    #check(expr: Expr & { kind: 'call' }, scope: Scope): Truth {
        const [relation, named] = expr.args;
        if (relation?.kind !== 'path' || relation.root.kind !== 'field' || relation.members.length > 0 || scope.item) {
            return unknowable('check() of something else than a relation of the model', expr.span);
        }
        if (named && named.kind !== 'literal') return unknowable('check() with a computed operation', expr.span);
        const field = this.model(scope.model)?.fields.get(relation.root.name);
        if (!field?.relation) return unknowable('check() of a name that leads nowhere', expr.span);
        if (field.relation.many) throw new RuleThrows('check() takes to-one relations only', expr.span);
        const operation = (named?.value ?? scope.operation) as Operation;
        const { target } = field.relation;
        if (scope.checking.includes(`${target}:${operation}`)) {
            throw new RuleThrows(`check() goes round in a circle over ${target}`, expr.span);
        }
        const rows = this.related(relation.root.name, scope.model, scope.alias, scope.frames, expr);
        const row = 'unknown' in rows ? undefined : rows[0];
        // The other's rules are part of the query, whether there is a row or not.
        const value = row || this.options.eager ? this.options.policy(target, operation, row, scope) : null;
        if ('unknown' in rows) return rows;
        return row ? value : null;
    }
}

interface Hop {
    model: string;
    alias?: string;
    frames: Frame | undefined;
    isMissing: boolean;
}

export function isList(value: Operand['value']): value is readonly Scalar[] {
    return Array.isArray(value);
}

function isScalar(value: AuthValue): value is Scalar {
    return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `auth()` without a member. */
export function isAuthItself(expr: Expr): boolean {
    return expr.kind === 'path' && expr.root.kind === 'auth' && expr.members.length === 0;
}

function append(expr: Expr & { kind: 'path' }, name: string): Expr & { kind: 'path' } {
    return { ...expr, members: [...expr.members, { name, span: expr.span }] };
}

export function findFrame(frames: Frame | undefined, alias: string): RowRef | undefined {
    for (let at = frames; at; at = at.outer) if (at.alias === alias) return at.row;
    return undefined;
}

/** A comparison with NULL that is known when the query is written. */
function nullCheck(other: Scalar, operator: CompareOperator): Truth {
    if (operator === '==') return other === null;
    return operator === '!=' ? other !== null : null;
}

/** SQL's comparison: NULL with anything is NULL. */
function compareScalars(left: Scalar, operator: CompareOperator, right: Scalar, expr: Expr): Truth {
    if (left === null || right === null) return null;
    if (typeof left !== typeof right) return unknowable('values of different types are compared', expr.span);
    switch (operator) {
        case '==':
            return left === right;
        case '!=':
            return left !== right;
        case '<':
            return left < right;
        case '<=':
            return left <= right;
        case '>':
            return left > right;
        case '>=':
            return left >= right;
        case 'in':
            return unknowable('a list is expected', expr.span);
    }
}

/** SQL counts the rows for which the condition is true (for `!`, for which its negation is). */
export function countTruths<T>(operator: '?' | '!' | '^', rows: readonly T[], truth: (row: T) => Truth): Truth {
    const wanted = operator !== '!';
    let unknown: Unknowable | undefined;
    for (const row of rows) {
        const value = truth(row);
        if (value === wanted) return operator === '?';
        if (isUnknowable(value)) unknown ??= value;
    }
    return unknown ?? operator !== '?';
}

function cased(text: string, casing: Expr | undefined, expr: Expr): Scalar | Unknowable {
    if (!casing) return text;
    const value = casing.kind === 'literal' ? casing.value : undefined;
    switch (value) {
        case 'original':
            return text;
        case 'upper':
            return text.toUpperCase();
        case 'lower':
            return text.toLowerCase();
        case 'capitalize':
            return text.charAt(0).toUpperCase() + text.slice(1);
        case 'uncapitalize':
            return text.charAt(0).toLowerCase() + text.slice(1);
        default:
            return unknowable('an unknown casing', expr.span);
    }
}
