import type { Expr, Operation, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import { constantOf } from './constant.ts';
import { Evaluator } from './evaluate.ts';
import type { EvaluatorOptions } from './evaluate.ts';
import type { Frame, Scope } from './scope.ts';
import { RuleThrows, and, isNotTrue, or, unknowable } from './truth.ts';
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

    /** Whether a row may be read, created (as `row`), deleted, or considered for an update. */
    permits(operation: Exclude<Operation, 'post-update'>, row: RowRef): Truth {
        const model = this.#model(row);
        if (!model) return unknowable(`no model ${row.model}`);
        const constant = operation === 'create' ? constantPolicy(rulesFor(model, operation)) : undefined;
        return constant ?? this.#ofModel(model, operation, this.scopeOf(operation, row));
    }

    /** Whether an update that has made `after` of `before` may stay. */
    permitsAfter(before: RowRef, after: RowRef): Truth {
        const model = this.#model(after);
        if (!model) return unknowable(`no model ${after.model}`);
        return this.#ofModel(model, 'post-update', this.scopeOf('post-update', after, before));
    }

    /**
     * Whether the rules on a field permit it to be read (else it is null) or updated (else the update is refused).
     * An update is refused only where they are false: with NULL it goes through (`preUpdateCheck`).
     */
    permitsField(operation: 'read' | 'update', row: RowRef, field: string): Truth {
        const model = this.#model(row);
        if (!model) return unknowable(`no model ${row.model}`);
        const rules = fieldRulesFor(model, field, operation);
        const value = this.#combine(rules, this.scopeOf(operation, row), true);
        return operation === 'update' && value === null ? true : value;
    }

    /** The allows that are true for a row. */
    allowing(operation: Operation, row: RowRef): PolicyRule[] {
        const rules = this.#model(row)?.rules ?? [];
        return rules.filter(
            (rule) =>
                rule.effect === 'allow' &&
                rule.operations.includes(operation) &&
                this.rule(rule, operation, row) === true,
        );
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
     */
    scopeOf(operation: Operation, row: RowRef, before?: RowRef): Scope {
        const own: Frame = { alias: row.model, row };
        const frames: Frame = before ? { ...own, outer: { alias: '$before', row: before } } : own;
        return baseScope(row.model, operation, frames);
    }

    #model(row: RowRef): PolicyModel | undefined {
        return this.#schema.models.get(row.model);
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
