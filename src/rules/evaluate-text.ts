import type { Expr } from '../model/policy.ts';
import { columnsBefore } from './columns-before.ts';
import { isInBaseTable } from './evaluate-path.ts';
import type { Evaluator } from './evaluate.ts';
import { isPolymorphic } from './lineage.ts';
import { isList } from './scope.ts';
import type { Scope } from './scope.ts';
import { RuleThrows, RuleUnsure, isUnknowable, unknowable } from './truth.ts';
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
    // Without its table, a column of a base is found only where the query happens to join that.
    const isInBase = (each: Expr): boolean =>
        each.kind === 'path' &&
        each.root.kind === 'field' &&
        each.members.length === 0 &&
        (isInBaseTable(evaluator, scope.model, each.root.name) || isInTables(evaluator, scope.model, each.root.name));
    if (isInBase(field) || isInBase(search)) {
        throw new RuleUnsure(`${expr.function}() of a column of a delegate base`, expr.span);
    }
    for (const each of [field, search]) {
        if (each.kind === 'path' && each.root.kind === 'field' && isAmbiguous(evaluator, each.root.name, scope)) {
            throw new RuleThrows(
                `${each.root.name} is a column of the row before and after the update, and ${expr.function}() doesn't say which`,
                each.span,
                true,
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

/** An id is in the table of each of a model's bases, too, with which that is joined. */
function isInTables({ options: { schema } }: Evaluator, model: string, column: string): boolean {
    const at = schema.models.get(model);
    return at !== undefined && isPolymorphic(at) && at.idFields.includes(column);
}

/** With the row as it was joined to it, a bare name is one of two columns. */
function isAmbiguous({ options }: Evaluator, name: string, { operation, model, frames }: Scope): boolean {
    if (operation !== 'post-update' || frames?.outer?.alias !== '$before' || frames.alias !== model) return false;
    return columnsBefore(options.schema, model).has(name);
}
