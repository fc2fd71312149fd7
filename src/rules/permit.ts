import type { Expr, Operation, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import { constantOf } from './constant.ts';
import { Evaluator } from './evaluate.ts';
import type { EvaluatorOptions } from './evaluate.ts';
import { hasOwnColumns, holderOf, isPolymorphic, lineageOf } from './lineage.ts';
import type { Frame, Scope } from './scope.ts';
import { RuleThrows, and, isNotTrue, isUnknowable, or, unknowable } from './truth.ts';
import type { Truth } from './truth.ts';
import type { RowRef, World } from './world.ts';

/** How a rule is looked at: see `EvaluatorOptions`. */
export type PermitOptions = Pick<EvaluatorOptions, 'override' | 'eager'> & {
    /** Replaces the truth of a rule of the model that is asked about (not of those behind `check()`). */
    overrideRule?: (rule: PolicyRule, value: Truth) => Truth | undefined;
};

/** The rules of a model for an operation, in order. */
export function rulesFor(model: PolicyModel, operation: Operation): PolicyRule[] {
    return model.rules.filter((rule) => rule.operations.includes(operation));
}

/** The rules of a field for an operation; only reading and updating have any. */
export function fieldRulesFor(model: PolicyModel, field: string, operation: 'read' | 'update'): PolicyRule[] {
    return (model.fields.get(field)?.rules ?? []).filter((rule) => rule.operations.includes(operation));
}

/**
 * Decides what a schema's rules permit in one world, as the policy plugin's `buildPolicyFilter` does.
 * Results are true (permitted), false or null (refused), or unknown. Throws `RuleThrows` where the ORM throws.
 */
export class Permit {
    readonly #schema: PolicySchema;
    readonly #options: PermitOptions;
    readonly #evaluator: Evaluator;

    constructor(schema: PolicySchema, world: World, options: PermitOptions = {}) {
        this.#schema = schema;
        this.#options = options;
        this.#evaluator = new Evaluator({
            schema,
            world,
            ...(options.override && { override: options.override }),
            ...(options.eager && { eager: true }),
            policy: (model, operation, row, scope) => {
                const declaration = schema.models.get(model);
                if (!declaration) return unknowable(`no model ${model}`);
                // The query for `check()` has the checked model in its FROM, within the one around it.
                const frames: Frame = { alias: model, row, ...(scope.frames && { outer: scope.frames }) };
                return this.#combine(rulesFor(declaration, operation), {
                    ...baseScope(model, operation, frames),
                    checking: [...scope.checking, `${model}:${operation}`],
                });
            },
        });
    }

    /**
     * Whether a row may be read, created (as `row`), deleted, or considered for an update: of `column`, else of one that
     * the model declares itself.
     *
     * A model that extends a `@@delegate` base has a table for each of both. The ORM writes to one after the other, under
     * the rules of the model that the table belongs to: what is created has to pass those of both, what is updated those
     * of the model that declares the column, and what is deleted those of the topmost base alone. The rows to be updated
     * or deleted are found by a query first, so that they have to be readable. A base itself can't be created.
     */
    permits(operation: Exclude<Operation, 'post-update'>, row: RowRef, column?: string): Truth {
        const model = this.#model(row);
        if (!model) return unknowable(`no model ${row.model}`);
        if (!isPolymorphic(model)) return this.#ofTable(model, operation, row);
        const lineage = lineageOf(this.#schema, model);
        if (operation === 'create') return !model.isDelegate && this.#createdIn(lineage, row);
        const written =
            operation === 'delete'
                ? lineage[0]
                : operation === 'read'
                  ? undefined
                  : column === undefined
                    ? (lineage.findLast((each) => hasOwnColumns(this.#schema, each)) ?? model)
                    : holderOf(this.#schema, model, column);
        // The rows aren't looked for where nothing is ever written.
        if (written && this.#isNever(written, operation, row)) return false;
        // The bases are joined as far as they may be read: nothing is, where a rule of theirs throws.
        let readable: Truth = false;
        for (const each of lineage) readable = this.#readIn(each, row);
        if (!written || (readable === false && this.#options.eager !== true)) return readable;
        return and(readable, this.#ofTable(written, operation, row));
    }

    /**
     * Whether a row is there for who reads it by `include` or `select` of a relation. In such a query its table has a name
     * of its own, so that relations of its model with itself lead where they should; unless fields have rules for reading,
     * with which it loses the name. `linked`: the row at the other end of a many-to-many relation, of which both ends have
     * to be readable by themselves. Unknown for models that extend others.
     */
    permitsIncluded(row: RowRef, linked?: RowRef): Truth {
        const model = this.#model(row);
        if (!model) return unknowable(`no model ${row.model}`);
        if (isPolymorphic(model)) return unknowable('a model that extends another, by include');
        if (linked) {
            const ends = and(this.permits('read', row), this.permits('read', linked));
            return and(ends, this.permitsIncluded(row));
        }
        for (const name of model.fields.keys()) {
            if (fieldRulesFor(model, name, 'read').length > 0) return this.permits('read', row);
        }
        const alias = '$included';
        const scope = baseScope(row.model, 'read', { alias, row });
        return this.#ofModel(model, 'read', { ...scope, alias, thisAlias: alias });
    }

    /** Whether the rules of one model of a row's lineage permit it what is done to that model's table. */
    permitsIn(table: string, operation: Exclude<Operation, 'post-update'>, row: RowRef): Truth {
        const model = this.#schema.models.get(table);
        return model ? this.#ofTable(model, operation, row) : unknowable(`no model ${table}`);
    }

    /** Whether an update that has made `after` of `before` may stay. `column`: what it has set, where that matters. */
    permitsAfter(before: RowRef, after: RowRef, column?: string): Truth {
        const own = this.#model(after);
        if (!own) return unknowable(`no model ${after.model}`);
        const model = column === undefined ? own : holderOf(this.#schema, own, column);
        return this.#ofModel(model, 'post-update', this.scopeOf('post-update', after, before, model.name));
    }

    /**
     * Whether the rules on a field permit it to be read (else it is null) or updated (else the update is refused).
     * An update is refused only where they are false: with NULL it goes through (`preUpdateCheck`).
     */
    permitsField(operation: 'read' | 'update', row: RowRef, field: string): Truth {
        const own = this.#model(row);
        if (!own) return unknowable(`no model ${row.model}`);
        const model = holderOf(this.#schema, own, field);
        const rules = fieldRulesFor(model, field, operation);
        const value = this.#combine(rules, this.scopeOf(operation, row, undefined, model.name), true);
        if (operation === 'update') return value === null ? true : value;
        // A base's columns are joined from its table, with what may be read of that.
        return model === own ? value : and(this.#ofTable(model, 'read', row), value);
    }

    /** The allows that are true for a row. `column`: of those for an update, the ones that decide about it. */
    allowing(operation: Operation, row: RowRef, column?: string): PolicyRule[] {
        const own = this.#model(row);
        if (!own) return [];
        const model = column === undefined ? own : holderOf(this.#schema, own, column);
        const scope = this.scopeOf(operation, row, undefined, model.name);
        return rulesFor(model, operation).filter((rule) => rule.effect === 'allow' && this.#rule(rule, scope) === true);
    }

    /** The truth of one rule's condition for a row. */
    rule(rule: PolicyRule, operation: Operation, row: RowRef, before?: RowRef): Truth {
        return this.#rule(rule, this.scopeOf(operation, row, before));
    }

    /** The truth of a condition for a row. */
    condition(condition: Expr, operation: Operation, row: RowRef, before?: RowRef): Truth {
        return this.#evaluator.truth(condition, this.scopeOf(operation, row, before));
    }

    /**
     * Where a rule of a row's model is evaluated. In the queries for a model itself its table goes by the model's
     * name, which a relation of the model with itself hides. (Read by `include`, it has a name of its own.)
     * `model`: the row's own, or a base of it.
     */
    scopeOf(operation: Operation, row: RowRef, before?: RowRef, model = row.model): Scope {
        const own: Frame = { alias: model, row };
        if (!before) return baseScope(model, operation, own);
        // The base's columns are written first, so that nothing tells what they were when it is the model's own turn.
        const outer: Frame = { alias: '$before', row: before, outer: { alias: '$written', row } };
        return baseScope(model, operation, { ...own, outer });
    }

    #model(row: RowRef): PolicyModel | undefined {
        return this.#schema.models.get(row.model);
    }

    /** Whether a model's own rules permit a row of it, or of a model that extends it, what is done to its table. */
    #ofTable(model: PolicyModel, operation: Exclude<Operation, 'post-update'>, row: RowRef): Truth {
        const constant = operation === 'create' ? constantPolicy(rulesFor(model, operation)) : undefined;
        return constant ?? this.#ofModel(model, operation, this.scopeOf(operation, row, undefined, model.name));
    }

    /** Whether a table's row may be read. Its columns are looked at in the same query, so that their rules may throw. */
    #readIn(model: PolicyModel, row: RowRef): Truth {
        for (const { name, rules } of model.fields.values()) {
            if (rules.length === 0 || holderOf(this.#schema, model, name) !== model) continue;
            this.#combine(fieldRulesFor(model, name, 'read'), this.scopeOf('read', row, undefined, model.name), true);
        }
        return this.#ofTable(model, 'read', row);
    }

    /** Whether constants refuse an operation whatever the row is. */
    #isNever(model: PolicyModel, operation: Operation, row: RowRef): boolean {
        const scope = this.scopeOf(operation, row, undefined, model.name);
        const isAlways = ({ condition }: PolicyRule, value: boolean): boolean =>
            constantOf(this.#evaluator, condition, scope) === value;
        const rules = rulesFor(model, operation);
        return (
            rules.every((rule) => rule.effect === 'deny' || isAlways(rule, false)) ||
            rules.some((rule) => rule.effect === 'deny' && isAlways(rule, true))
        );
    }

    /** One table after the other: what refuses first ends it. */
    #createdIn(lineage: readonly PolicyModel[], row: RowRef): Truth {
        let result: Truth = true;
        for (const model of lineage) {
            const own = this.#ofTable(model, 'create', row);
            if (own === false || own === null) return isUnknowable(result) ? result : own;
            result = and(result, own);
        }
        return result;
    }

    #ofModel(model: PolicyModel, operation: Operation, scope: Scope): Truth {
        return this.#combine(rulesFor(model, operation), scope);
    }

    /** Some allow is true and no deny is. `isOpen`: without any allow everything is allowed. */
    #combine(rules: readonly PolicyRule[], scope: Scope, isOpen = scope.operation === 'post-update'): Truth {
        const isEager = this.#options.eager === true;
        const isOwn = scope.checking.length === 1;
        const allows = rules.filter(({ effect }) => effect === 'allow');
        const truthOf = (rule: PolicyRule): Truth => {
            const value = this.#unlessLeftOut(rule, rules, scope, isOpen);
            const replaced = isOwn ? this.#options.overrideRule?.(rule, value) : undefined;
            return replaced === undefined ? value : replaced;
        };
        let result: Truth = allows.length === 0 ? isOpen : false;
        for (const rule of allows) {
            result = or(result, truthOf(rule));
            if (result === true && !isEager) break;
        }
        if (result === false && !isEager) return false;
        for (const rule of rules) {
            if (rule.effect !== 'deny') continue;
            result = and(result, isNotTrue(truthOf(rule)));
            if (result === false && !isEager) break;
        }
        return result;
    }

    /** The truth of a rule; what only the database would refuse counts for nothing where constants decide without it. */
    #unlessLeftOut(rule: PolicyRule, rules: readonly PolicyRule[], scope: Scope, isOpen: boolean): Truth {
        try {
            return this.#rule(rule, scope);
        } catch (error) {
            if (!(error instanceof RuleThrows) || !error.inDatabase) throw error;
            const others = rules
                .filter((other) => other !== rule)
                .map(({ effect, condition }) => ({ effect, value: constantOf(this.#evaluator, condition, scope) }));
            const allows = others.filter(({ effect }) => effect === 'allow');
            const isAllowed = allows.some(({ value }) => value === true);
            const isDenied = others.some(({ effect, value }) => effect === 'deny' && value === true);
            const isNothingAllowed =
                rule.effect === 'deny' &&
                (allows.length > 0 || !isOpen) &&
                allows.every(({ value }) => value === false);
            if (isDenied || isNothingAllowed || (rule.effect === 'allow' && isAllowed)) return false;
            throw error;
        }
    }

    #rule(rule: PolicyRule, scope: Scope): Truth {
        return this.#evaluator.truth(rule.condition, scope);
    }
}

function baseScope(model: string, operation: Operation, frames: Frame): Scope {
    return {
        operation,
        model,
        thisModel: model,
        bindings: new Map(),
        frames,
        checking: [`${model}:${operation}`],
    };
}

/** What the plugin knows of creating without a query (`tryGetConstantPolicy`), in which nothing can throw then. */
function constantPolicy(rules: readonly PolicyRule[]): boolean | undefined {
    const isTrue = ({ condition }: PolicyRule): boolean => condition.kind === 'literal' && condition.value === true;
    const allows = rules.filter(({ effect }) => effect === 'allow');
    const denies = rules.filter(({ effect }) => effect === 'deny');
    if (allows.length === 0 || denies.some(isTrue)) return false;
    return denies.length === 0 && allows.some(isTrue) ? true : undefined;
}
