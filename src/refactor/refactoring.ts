import type { Expr, PolicyModel, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span, TextChange } from '../model/text.ts';

/** A way to write something else instead, which the user may choose. */
export interface Refactoring {
    title: string;
    kind: 'extract' | 'rewrite';
    changes: TextChange[];
}

/** A rule with what it is part of. */
export interface RuleAt {
    view: SchemaView;
    /** The file's content. */
    content: string;
    model: PolicyModel;
    rule: PolicyRule;
}

/** The rule of a declaration itself, not of one of its fields, that holds a stretch of a file. */
export function ruleAt(view: SchemaView, file: string, { start, end }: Span): RuleAt | undefined {
    const content = view.files.find((each) => each.file === file)?.content;
    if (content === undefined) return undefined;
    const { models, types } = view.policies();
    for (const model of [...models.values(), ...types.values()]) {
        if (model.file !== file) continue;
        const rule = model.rules.find(
            (each) =>
                each.declaredIn === model.name &&
                each.file === file &&
                each.field === undefined &&
                each.span.start <= start &&
                end <= each.span.end,
        );
        if (rule) return { view, content, model, rule };
    }
    return undefined;
}

/** The text of an expression with the parentheses around it. */
export function textOf(content: string, { span, outer }: Expr): string {
    const { start, end } = outer ?? span;
    return content.slice(start, end);
}

/** An expression's text without white space, for comparing. Comments make it another. */
export function compact(text: string): string {
    return text.replaceAll(/'[^']*'|"[^"]*"|\s+/g, (part) => (part.trim() === '' ? '' : part));
}
