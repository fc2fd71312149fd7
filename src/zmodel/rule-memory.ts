import type { Expr, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';

/** Rules as they were read, of a declaration that began at `start`. */
interface Remembered {
    start: number;
    rules: PolicyRule[];
}

/** Rules by the text of their declaration, by what names mean in the schema; the last few schemas are kept. */
const memory = new Map<string, Map<string, Remembered>>();
const MOST_SCHEMAS = 8;

/** What the names in rules mean: all declarations with their members and types. */
export function namesOf({ declarations, enums, auth }: Omit<SchemaView, 'policies'>): string {
    const parts = [auth?.declaration.name ?? ''];
    for (const { kind, name, ownFields, bases } of declarations) {
        parts.push(kind, name, ...bases);
        for (const { name: member, type } of ownFields) {
            parts.push(member, type.kind, type.name, type.array ? '[]' : type.optional ? '?' : '');
        }
    }
    for (const { name, values } of enums) parts.push(name, ...values);
    return parts.join(' ');
}

/**
 * Reads the rules of a declaration, or takes those that were read before.
 * In: what names mean (`namesOf`), the declaration's file, text and begin, how they are read. Out: the rules; with the
 * same text at another place, copies with the offsets there.
 */
export function rememberRules(
    names: string,
    { file, text, start }: { file: string; text: string; start: number },
    read: () => PolicyRule[],
): PolicyRule[] {
    const ofSchema = memory.get(names) ?? new Map<string, Remembered>();
    if (!memory.has(names)) {
        memory.set(names, ofSchema);
        if (memory.size > MOST_SCHEMAS) memory.delete(memory.keys().next().value ?? '');
    }
    const key = `${file}\n${text}`;
    const known = ofSchema.get(key);
    if (known?.start === start) return known.rules;
    const rules = known ? known.rules.map((rule) => moveRule(rule, start - known.start)) : read();
    // One more for each text that a declaration has had while it was typed.
    if (ofSchema.size > 4 * MOST_DECLARATIONS) ofSchema.clear();
    ofSchema.set(key, { start, rules });
    return rules;
}

const MOST_DECLARATIONS = 1000;

function move({ start, end }: Span, by: number): Span {
    return { start: start + by, end: end + by };
}

function moveRule(rule: PolicyRule, by: number): PolicyRule {
    return {
        ...rule,
        span: move(rule.span, by),
        operationsSpan: move(rule.operationsSpan, by),
        condition: moveExpr(rule.condition, by),
    };
}

function moveExpr(expr: Expr, by: number): Expr {
    const place = { span: move(expr.span, by), ...(expr.outer && { outer: move(expr.outer, by) }) };
    switch (expr.kind) {
        case 'array':
            return { ...expr, ...place, items: expr.items.map((item) => moveExpr(item, by)) };
        case 'path':
            return {
                ...expr,
                ...place,
                rootSpan: move(expr.rootSpan, by),
                members: expr.members.map(({ name, span }) => ({ name, span: move(span, by) })),
            };
        case 'not':
            return { ...expr, ...place, operand: moveExpr(expr.operand, by) };
        case 'and':
        case 'or':
        case 'compare':
            return {
                ...expr,
                ...place,
                operatorSpan: move(expr.operatorSpan, by),
                left: moveExpr(expr.left, by),
                right: moveExpr(expr.right, by),
            };
        case 'predicate':
            return { ...expr, ...place, list: moveExpr(expr.list, by), condition: moveExpr(expr.condition, by) };
        case 'call':
            return {
                ...expr,
                ...place,
                functionSpan: move(expr.functionSpan, by),
                args: expr.args.map((arg) => moveExpr(arg, by)),
            };
        default:
            return { ...expr, ...place };
    }
}
