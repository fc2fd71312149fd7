import type { InsertPlan } from '../../src/model/insert-plan.ts';
import type { SchemaView } from '../../src/model/schema-view.ts';
import { applyChanges } from '../../src/model/text.ts';

/**
 * Applies a plan to the content of a schema's files.
 * In: the schema the plan was made for, the plan. Out: new content by absolute path, of changed and new
 * files only; it serves as overlays for loading the result. Throws when changes overlap.
 */
export function applyPlan(view: SchemaView, plan: Pick<InsertPlan, 'changes'>): Record<string, string> {
    const result: Record<string, string> = {};
    for (const file of new Set(plan.changes.map((change) => change.file))) {
        const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
        const own = plan.changes.filter((change) => change.file === file);
        result[file] = applyChanges(content, own);
    }
    return result;
}

/**
 * Compares a schema before and after a plan, so that nothing is written that does not parse.
 * In: both views, the plan. Out: what went wrong, as sentences; empty when the result may be written.
 */
export function verifyPlan(before: SchemaView, after: SchemaView, plan: InsertPlan): string[] {
    const problems: string[] = [];
    for (const file of after.files) {
        const had = before.files.find((candidate) => candidate.file === file.file)?.hasSyntaxErrors ?? false;
        if (file.hasSyntaxErrors && !had) problems.push(`${file.file} would not parse any more.`);
    }
    for (const { file } of before.files) {
        if (!after.files.some((candidate) => candidate.file === file)) problems.push(`${file} would leave the schema.`);
    }
    const declared = new Map(after.declarations.map((declaration) => [declaration.name, declaration]));
    for (const { name, intact, file } of before.declarations) {
        const now = declared.get(name);
        if (now?.file !== file) problems.push(`${name} would be lost from ${file}.`);
        else if (intact && !now.intact) problems.push(`${name} would have syntax errors.`);
    }
    for (const name of plan.added.models) {
        if (!declared.get(name)?.intact) problems.push(`Model ${name} would not be readable.`);
    }
    for (const path of [...plan.added.fields, ...plan.added.relations]) {
        const [model = '', field] = path.split('.');
        if (!declared.get(model)?.fields.some(({ name }) => name === field)) {
            problems.push(`Field ${path} would not be readable.`);
        }
    }
    return problems;
}
