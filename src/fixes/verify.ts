import type { SchemaFileView, SchemaView } from '../model/schema-view.ts';
import { applyChanges } from '../model/text.ts';
import type { Span, TextChange } from '../model/text.ts';
import { parseSource } from '../zmodel/parse.ts';
import { buildSchemaView } from '../zmodel/view.ts';
import { reduceFile, STAND_IN } from './reduce.ts';

/** The new content of every file that the changes touch, by absolute path. A file outside the view begins empty. */
export function changedContents(view: SchemaView, changes: readonly TextChange[]): Map<string, string> {
    return new Map(
        [...byFile(changes)].map(([file, list]) => {
            const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
            return [file, applyChanges(content, list)] as const;
        }),
    );
}

/** Where a schema doesn't parse: the first syntax error of the first such file; undefined when all parse. */
export function firstSyntaxError(view: SchemaView): (Span & { file: string; message: string }) | undefined {
    const broken = view.files.find((file) => file.hasSyntaxErrors);
    const [first] = broken ? parseSource(broken.content).syntaxErrors.sort((a, b) => a.start - b.start) : [];
    return broken && first && { ...first, file: broken.file };
}

/**
 * Tells whether changes would add a syntax error.
 * In: the view and changes against its content; those of other files than schemas don't count.
 * Out: a message for the user, or undefined when every file parses after the changes; for a file that has errors
 * before them, when it has no more errors then, and every declaration that was intact still is.
 */
export function syntaxBreakage(view: SchemaView, changes: readonly TextChange[]): string | undefined {
    for (const [file, list] of byFile(changes.filter((change) => change.file.endsWith('.zmodel')))) {
        const before = view.files.find((candidate) => candidate.file === file);
        const reason = before?.hasSyntaxErrors ? worsening(before, list) : firstError(view, before, list);
        if (reason !== undefined) return `Nothing was changed: the result would not parse (${file}: ${reason}).`;
    }
    return undefined;
}

function firstError(
    view: SchemaView,
    before: SchemaFileView | undefined,
    changes: readonly TextChange[],
): string | undefined {
    const { text, standIns } = before
        ? reduceFile(before, view, changes)
        : { text: applyChanges('', changes), standIns: 0 };
    const { syntaxErrors, model } = parseSource(text);
    const [first] = syntaxErrors;
    if (first) return first.message;
    const found = model.declarations.filter(({ $type, name }) => $type === 'Enum' && name === STAND_IN);
    return found.length === standIns ? undefined : 'a declaration would be lost';
}

/** What is worse in a file with syntax errors after changes. */
function worsening(before: SchemaFileView, changes: readonly TextChange[]): string | undefined {
    const then = readAlone(before.file, before.content);
    const now = readAlone(before.file, applyChanges(before.content, changes));
    if (now.errors.length > then.errors.length) return now.errors.at(-1)?.message;
    const intact = new Set(now.intact);
    const lost = then.intact.find((name) => !intact.has(name));
    return lost === undefined ? undefined : `${lost} would be lost`;
}

function readAlone(file: string, content: string): { errors: { message: string }[]; intact: string[] } {
    const parsed = parseSource(content);
    const { declarations } = buildSchemaView(file, [{ ...parsed, file, imports: [] }]);
    return {
        errors: parsed.syntaxErrors,
        intact: declarations.filter(({ intact }) => intact).map(({ kind, name }) => `${kind} ${name}`),
    };
}

function byFile(changes: readonly TextChange[]): Map<string, TextChange[]> {
    const result = new Map<string, TextChange[]>();
    for (const change of changes) {
        const list = result.get(change.file) ?? [];
        list.push(change);
        result.set(change.file, list);
    }
    return result;
}
