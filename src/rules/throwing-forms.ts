import type { Expr, PolicyModel, PolicySchema } from '../model/policy.ts';
import { isAuthItself } from '../model/expressions.ts';
import { mentionsThis } from './expressions.ts';

type Path = Expr & { kind: 'path' };
type Predicate = Expr & { kind: 'predicate' };

/** A form that ZenStack accepts and that throws when it is run. */
export interface ThrowingForm {
    kind:
        | 'auth-of-type'
        | 'auth-in-list'
        | 'before-itself'
        | 'this-itself'
        | 'list-function'
        | 'list-missing'
        | 'list-length'
        | 'element-function'
        | 'element-before'
        | 'element-binding'
        | 'element-relation'
        | 'element-list'
        | 'element-check';
    expr: Expr;
    /** The list of `auth()` with whose elements it happens. */
    list?: Expr;
    /**
     * `always`: whoever asks, since the query can't be written. `elements`: when the list isn't empty.
     * `query`: when it gets into the query, which another part of the rules may prevent.
     */
    when: 'always' | 'elements' | 'query';
}

/**
 * How a condition is run. `rows`: as a part of the query. `value`: in JavaScript, for the elements of a list of
 * `auth()`. `item`: as a part of the query for each element, where the condition mentions `this`.
 */
interface Way {
    kind: 'rows' | 'value' | 'item';
    list?: Expr;
    element?: PolicyModel;
    /** Names that stand for rows of tables. */
    rowBindings: ReadonlySet<string>;
}

/** Functions that are computed in JavaScript too (`ExpressionEvaluator.evaluateCall`). */
const VALUE_FUNCTIONS = new Set(['currentModel', 'currentOperation']);
const LIST_FUNCTIONS = new Set(['has', 'hasEvery', 'hasSome']);

/**
 * The forms in a condition that throw when they are run, as ZenStack 3.9.4's policy plugin does it
 * (`ExpressionTransformer`, `ExpressionEvaluator`); each was seen to throw on the real ORM.
 * In: the condition, the model that holds it, the schema. Out: the forms, those for the schema's database alone.
 */
export function throwingForms(condition: Expr, model: PolicyModel, schema: PolicySchema): ThrowingForm[] {
    const search = new Search(model, schema);
    search.visit(condition, { kind: 'rows', rowBindings: new Set() });
    return search.found;
}

class Search {
    readonly found: ThrowingForm[] = [];
    readonly #model: PolicyModel;
    readonly #schema: PolicySchema;

    constructor(model: PolicyModel, schema: PolicySchema) {
        this.#model = model;
        this.#schema = schema;
    }

    visit(expr: Expr, way: Way): void {
        switch (expr.kind) {
            case 'and':
            case 'or':
                this.visit(expr.left, way);
                this.visit(expr.right, way);
                break;
            case 'not':
                this.visit(expr.operand, way);
                break;
            case 'compare':
                this.#comparison(expr, way);
                break;
            case 'array':
                for (const item of expr.items) {
                    if (isAuthItself(item) && way.kind !== 'value') this.#add('auth-in-list', item, 'always', way);
                    else this.visit(item, way);
                }
                break;
            case 'predicate':
                this.#predicate(expr, way);
                break;
            case 'call':
                this.#call(expr, way);
                break;
            case 'path':
                this.#path(expr, way);
                break;
            default:
                break;
        }
    }

    #add(kind: ThrowingForm['kind'], expr: Expr, when: ThrowingForm['when'], { list }: Way): void {
        this.found.push({ kind, expr, when: list && when === 'always' ? 'elements' : when, ...(list && { list }) });
    }

    #comparison(expr: Expr & { kind: 'compare' }, way: Way): void {
        const { left, right, operator } = expr;
        if (way.kind === 'value') {
            this.visit(left, way);
            this.visit(right, way);
            return;
        }
        if (isAuthItself(left) || isAuthItself(right)) {
            const other = isAuthItself(left) ? right : left;
            if (other.kind === 'literal' && other.value === null) return;
            if (this.#schema.auth?.kind === 'type') this.#add('auth-of-type', expr, 'always', way);
            else if (way.kind === 'item' && this.#isElementField(other, way)) {
                this.#add('element-relation', other, 'always', way);
            }
            return;
        }
        const { provider } = this.#schema;
        if (operator === 'in' && isAuthList(right) && (provider === 'sqlite' || provider === 'mysql')) {
            this.#add('list-missing', expr, 'query', way);
        }
        const before = this.found.length;
        for (const side of [left, right]) {
            // A relation is compared by its id, and becomes a path of two names by that.
            if (way.kind === 'item' && this.#isElementRelation(side, way)) {
                this.#add('element-relation', side, 'always', way);
            } else this.visit(side, way);
            // The other side doesn't come to it any more.
            if (this.found.length > before) return;
        }
    }

    #path(expr: Path, way: Way): void {
        const { root, members } = expr;
        if (way.kind === 'value') {
            if (root.kind === 'before') this.#add('element-before', expr, 'always', way);
            if (root.kind === 'binding' && way.rowBindings.has(root.name)) {
                this.#add('element-binding', expr, 'always', way);
            }
            return;
        }
        if (root.kind === 'before' && members.length === 0) this.#add('before-itself', expr, 'always', way);
        if (root.kind === 'this' && members.length === 0) this.#add('this-itself', expr, 'always', way);
        if (way.kind === 'item' && root.kind === 'field' && members.length > 0) {
            this.#add('element-relation', expr, 'always', way);
        }
    }

    #isElementField(expr: Expr, way: Way): boolean {
        return expr.kind === 'path' && expr.root.kind === 'field' && way.element?.fields.has(expr.root.name) === true;
    }

    #isElementRelation(expr: Expr, way: Way): boolean {
        if (expr.kind !== 'path' || expr.root.kind !== 'field' || expr.members.length > 0) return false;
        return way.element?.fields.get(expr.root.name)?.relation !== undefined;
    }

    #predicate(expr: Predicate, way: Way): void {
        const { list, condition, binding } = expr;
        if (list.kind !== 'path') return;
        const element = this.#declaration(expr.element);
        const isValue = list.root.kind === 'auth' || (way.kind !== 'rows' && list.root.kind !== 'this');
        if (!isValue) {
            const rowBindings = binding === undefined ? way.rowBindings : new Set([...way.rowBindings, binding]);
            this.visit(condition, { kind: 'rows', rowBindings, ...(way.list && { list: way.list }) });
            return;
        }
        const isOver = way.kind === 'item' && list.root.kind === 'field' && list.members.length > 0;
        if (isOver) {
            this.#add('element-list', list, 'always', way);
            return;
        }
        const kind = way.kind === 'value' || !mentionsThis(condition) ? 'value' : 'item';
        const rowBindings = new Set([...way.rowBindings].filter((name) => name !== binding));
        this.visit(condition, { kind, rowBindings, list: way.list ?? list, ...(element && { element }) });
    }

    #declaration(name: string | undefined): PolicyModel | undefined {
        return name === undefined ? undefined : (this.#schema.models.get(name) ?? this.#schema.types.get(name));
    }

    #call(expr: Expr & { kind: 'call' }, way: Way): void {
        const { provider } = this.#schema;
        const isWithoutLists = provider === 'sqlite' || provider === 'mysql';
        if (way.kind === 'value') {
            if (!VALUE_FUNCTIONS.has(expr.function)) this.#add('element-function', expr, 'always', way);
            return;
        }
        if (isWithoutLists && LIST_FUNCTIONS.has(expr.function)) {
            this.#add('list-function', expr, 'always', way);
            return;
        }
        if (provider === 'sqlite' && expr.function === 'isEmpty') {
            this.#add('list-length', expr, way.kind === 'item' ? 'elements' : 'query', way);
            return;
        }
        if (way.kind === 'item') {
            if (expr.function === 'check') {
                this.#add('element-check', expr, 'elements', way);
                return;
            }
            // A plain name becomes a column of the row's table, whatever the element has.
            const lost = expr.args.find(
                (arg) =>
                    this.#isElementField(arg, way) &&
                    arg.kind === 'path' &&
                    arg.members.length === 0 &&
                    arg.root.kind === 'field' &&
                    !this.#model.fields.has(arg.root.name),
            );
            if (lost) {
                this.#add('element-function', expr, 'elements', way);
                return;
            }
        }
        for (const arg of expr.args) this.visit(arg, way);
    }
}

/** A member of `auth()`, of which `in` takes only lists. */
function isAuthList(expr: Expr): boolean {
    return expr.kind === 'path' && expr.root.kind === 'auth' && expr.members.length > 0;
}
