import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { extractRule } from './extract-rule.ts';
import { ruleAt } from './refactoring.ts';
import type { Refactoring } from './refactoring.ts';
import { sortOperations } from './sort-operations.ts';
import { toggleGuard } from './toggle-guard.ts';

export type { Refactoring } from './refactoring.ts';

/** The ways to write the rule around a stretch of a file another way; only what fits it. */
export function refactoringsAt(view: SchemaView, file: string, span: Span): Refactoring[] {
    const at = ruleAt(view, file, span);
    if (!at) return [];
    return [extractRule(at), toggleGuard(at), sortOperations(at)].filter((found) => found !== undefined);
}
