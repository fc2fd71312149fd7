import type { SchemaView } from '../model/schema-view.ts';
import { applyChanges } from '../model/text.ts';
import type { Span, TextChange } from '../model/text.ts';
import { parseSource } from '../zmodel/parse.ts';

/** The new content of every file that the changes touch, by absolute path. A file outside the view begins empty. */
export function changedContents(view: SchemaView, changes: readonly TextChange[]): Map<string, string> {
    const byFile = new Map<string, TextChange[]>();
    for (const change of changes) byFile.set(change.file, [...(byFile.get(change.file) ?? []), change]);
    return new Map(
        [...byFile].map(([file, list]) => {
            const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
            return [file, applyChanges(content, list)] as const;
        }),
    );
}

/**
 * Where a schema doesn't parse: the first syntax error of the first such file; undefined when all parse.
 * What the schema lacks can't be said as long as there is one: it may only be hidden.
 */
export function firstSyntaxError(view: SchemaView): (Span & { file: string; message: string }) | undefined {
    const broken = view.files.find((file) => file.hasSyntaxErrors);
    const [first] = broken ? parseSource(broken.content).syntaxErrors.sort((a, b) => a.start - b.start) : [];
    return broken && first && { ...first, file: broken.file };
}

/**
 * Tells whether changes would add a syntax error.
 * In: the view and changes against its content; those of other files than schemas don't count.
 * Out: a message for the user, or undefined when every file has, after the changes, no more syntax errors than before.
 */
export function syntaxBreakage(view: SchemaView, changes: readonly TextChange[]): string | undefined {
    const schemaChanges = changes.filter(({ file }) => file.endsWith('.zmodel'));
    for (const [file, content] of changedContents(view, schemaChanges)) {
        const before = view.files.find((candidate) => candidate.file === file);
        const known = before?.hasSyntaxErrors ? parseSource(before.content).syntaxErrors.length : 0;
        const { syntaxErrors } = parseSource(content);
        if (syntaxErrors.length > known) {
            return `Nothing was changed: the result would not parse (${file}: ${syntaxErrors[0]?.message ?? 'syntax error'}).`;
        }
    }
    return undefined;
}
