import type { Expr } from '../model/policy.ts';
import { isList } from './evaluate.ts';
import type { Evaluator, Scope } from './evaluate.ts';
import { RuleThrows, isUnknowable, unknowable } from './truth.ts';
import type { Truth } from './truth.ts';

/**
 * `contains`, `startsWith` and `endsWith` as the ORM's `textMatch` compiles them: LIKE, with a missing search
 * text taken for an empty one, which every text contains.
 */
export function evaluateText(evaluator: Evaluator, expr: Expr & { kind: 'call' }, scope: Scope): Truth {
    const [field, search, insensitive] = expr.args;
    if (!field || !search) return unknowable(`${expr.function}() lacks an argument`, expr.span);
    // A bare name is written without its table, and then means the column of the table around.
    if (scope.item && [field, search].some((each) => each.kind === 'path' && each.root.kind === 'field')) {
        return unknowable(`${expr.function}() of an element of auth()`, expr.span);
    }
    for (const each of [field, search]) {
        if (each.kind === 'path' && each.root.kind === 'field' && isAmbiguous(evaluator, each.root.name, scope)) {
            throw new RuleThrows(
                `${each.root.name} is a column of the row before and after the update, and ${expr.function}() doesn't say which`,
                each.span,
            );
        }
    }
    const text = evaluator.operand(field, scope).value;
    const part = evaluator.operand(search, scope).value;
    if (isList(text) || isList(part)) return unknowable('a list as a text', expr.span);
    if (isUnknowable(text)) return text;
    if (isUnknowable(part)) return part;
    if (text === null) return null;
    if (insensitive && insensitive.kind !== 'literal') return unknowable('a computed casing', expr.span);
    // LIKE tells upper from lower case on PostgreSQL only.
    const ignoresCase = insensitive?.value === true || evaluator.options.schema.provider !== 'postgresql';
    const fold = (value: unknown): string => (ignoresCase ? String(value).toLowerCase() : String(value));
    const haystack = fold(text);
    const needle = fold(part ?? '');
    if (expr.function === 'contains') return haystack.includes(needle);
    return expr.function === 'startsWith' ? haystack.startsWith(needle) : haystack.endsWith(needle);
}

/**
 * After an update the query joins the row as it was, with the columns that `before()` reads and the ids. A bare name
 * is then one of two columns.
 */
function isAmbiguous({ options }: Evaluator, name: string, { operation, model, frames }: Scope): boolean {
    if (operation !== 'post-update' || frames?.outer?.alias !== '$before' || frames.alias !== model) return false;
    const declaration = options.schema.models.get(model);
    const rules = declaration?.rules.filter(({ operations }) => operations.includes('post-update')) ?? [];
    const columns = new Set(rules.flatMap(({ condition }) => columnsBefore(condition)));
    return columns.size > 0 && (columns.has(name) || declaration?.idFields.includes(name) === true);
}

/** The columns that a condition reads from `before()`. */
function columnsBefore(expr: Expr): string[] {
    switch (expr.kind) {
        case 'path':
            return expr.root.kind === 'before' ? expr.members.slice(0, 1).map(({ name }) => name) : [];
        case 'array':
            return expr.items.flatMap(columnsBefore);
        case 'not':
            return columnsBefore(expr.operand);
        case 'and':
        case 'or':
        case 'compare':
            return [...columnsBefore(expr.left), ...columnsBefore(expr.right)];
        case 'predicate':
            return [...columnsBefore(expr.list), ...columnsBefore(expr.condition)];
        case 'call':
            return expr.args.flatMap(columnsBefore);
        default:
            return [];
    }
}
