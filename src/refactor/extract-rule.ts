import { completeModel } from '../insert/place.ts';
import { schemaStyles } from '../insert/schema-styles.ts';
import type { Expr, PolicyModel, PolicyRule } from '../model/policy.ts';
import type { Span, TextChange } from '../model/text.ts';
import { compact } from './refactoring.ts';
import type { Refactoring, RuleAt } from './refactoring.ts';

/**
 * Makes an allow that only looks at the row behind a required to-one relation a `check()` of that relation. The rule
 * permits the same as before: the model behind has the same rule, and no other for these operations, or none at
 * all, and gets it.
 */
export function extractRule({ view, content, model, rule }: RuleAt): Refactoring | undefined {
    const policies = view.policies();
    if (rule.effect !== 'allow' || !model.intact || model.kind !== 'model' || !policies.hasPolicyPlugin)
        return undefined;
    if (rule.operations.includes('post-update') || rule.condition.kind === 'unknown') return undefined;
    const prefixes: Span[] = [];
    const relations = new Set<string>();
    if (!collect(rule.condition, false, prefixes, relations)) return undefined;
    const [name, ...others] = relations;
    const field = name === undefined ? undefined : model.fields.get(name);
    const relation = field?.relation;
    if (!field || !relation || others.length > 0 || relation.many || field.type.optional) return undefined;
    if (relation.keys.some(({ fk }) => model.fields.get(fk)?.type.optional !== false)) return undefined;
    const parent = policies.models.get(relation.target);
    const declaration = view.declarations.find((each) => each.name === relation.target);
    const target = view.files.find(({ file }) => file === declaration?.file)?.content;
    if (!parent?.intact || parent === model || !declaration || target === undefined) return undefined;
    const text = without(content, rule.condition, prefixes);
    const present = rulesFor(parent, rule);
    const call: TextChange = {
        file: rule.file,
        ...(rule.condition.outer ?? rule.condition.span),
        text: `check(${field.name})`,
    };
    if (present.length > 0) {
        if (!isSame(parent, rule, text, view.files)) return undefined;
        const title = `Use check(${field.name}) for the same rule of ${parent.name}`;
        return { title, kind: 'extract', changes: [call] };
    }
    const { start, end } = rule.operationsSpan;
    const attribute = `@@allow(${content.slice(start, end)}, ${text})`;
    const style = schemaStyles(view).of(declaration.file);
    const edits = completeModel(target, declaration, style, { fields: [], attributes: [attribute] });
    return {
        title: `Extract rule to ${parent.name} with check(${field.name})`,
        kind: 'extract',
        changes: [call, ...edits.map((edit) => ({ file: declaration.file, ...edit }))],
    };
}

/** Finds the relations that paths begin with, and what is to go in front of the next member. False where anything else of the row is read. */
function collect(expr: Expr, inPredicate: boolean, prefixes: Span[], relations: Set<string>): boolean {
    const all = (...parts: Expr[]): boolean => parts.every((part) => collect(part, inPredicate, prefixes, relations));
    switch (expr.kind) {
        case 'literal':
        case 'enum':
            return true;
        case 'array':
            return all(...expr.items);
        case 'not':
            return all(expr.operand);
        case 'and':
        case 'or':
        case 'compare':
            return all(expr.left, expr.right);
        case 'predicate':
            return all(expr.list) && collect(expr.condition, true, prefixes, relations);
        case 'call':
            return (
                !['check', 'before', 'currentModel', 'currentOperation'].includes(expr.function) && all(...expr.args)
            );
        case 'path': {
            if (expr.root.kind === 'auth' || expr.root.kind === 'binding') return true;
            if (expr.root.kind !== 'field') return false;
            if (inPredicate) return true;
            const [first] = expr.members;
            if (!first) return false;
            relations.add(expr.root.name);
            prefixes.push({ start: expr.rootSpan.start, end: first.span.start });
            return true;
        }
        default:
            return false;
    }
}

function without(content: string, { span }: Expr, prefixes: readonly Span[]): string {
    let text = '';
    let { start } = span;
    for (const prefix of [...prefixes].sort((a, b) => a.start - b.start)) {
        text += content.slice(start, prefix.start);
        start = prefix.end;
    }
    return text + content.slice(start, span.end);
}

function rulesFor({ rules }: PolicyModel, { operations }: PolicyRule): PolicyRule[] {
    return rules.filter((each) => each.operations.some((operation) => operations.includes(operation)));
}

/** Each operation has exactly this rule. */
function isSame(
    parent: PolicyModel,
    rule: PolicyRule,
    text: string,
    files: readonly { file: string; content: string }[],
): boolean {
    return rule.operations.every((operation) => {
        const [only, ...others] = parent.rules.filter((each) => each.operations.includes(operation));
        if (only?.effect !== 'allow' || others.length > 0) return false;
        const content = files.find(({ file }) => file === only.file)?.content ?? '';
        const { start, end } = only.condition.span;
        return compact(content.slice(start, end)) === compact(text);
    });
}
