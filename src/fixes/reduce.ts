import type { SchemaFileView, SchemaView } from '../model/schema-view.ts';
import { applyChanges } from '../model/text.ts';
import type { Span, TextChange } from '../model/text.ts';

/** The enum that stands where declarations were taken out. */
export const STAND_IN = 'ZModelAuthUnchanged';

/**
 * A file after changes, with declarations that no change touches taken out, so that parsing it takes no longer
 * than the changes deserve.
 *
 * A schema is a sequence of declarations, and its lexer and parser read forwards. The text between two
 * declarations that are left alone therefore parses as it does in the whole file, if what stands for them is
 * recognised as what it is: neither swallowed by an open comment or string before it, nor joined to a word.
 *
 * In: a file without syntax errors, the view that it is of, the changes of this file. Out: the text, and how many
 * enums named `STAND_IN` its tree has when it parses as the whole file would.
 */
export function reduceFile(
    { file, content }: SchemaFileView,
    view: SchemaView,
    changes: readonly TextChange[],
): { text: string; standIns: number } {
    const spans = [...view.declarations, ...view.enums, ...view.plugins]
        .filter((declaration) => declaration.file === file)
        .map(({ span }) => span)
        // What ends with a word could be continued by what follows it.
        .filter(({ end }) => content.charAt(end - 1) === '}')
        .sort((a, b) => a.start - b.start);
    const sorted = [...changes].sort((a, b) => a.start - b.start);
    const runs: Span[] = [];
    let next = 0;
    let joinable = false;
    for (const { start, end } of spans) {
        for (let change = sorted[next]; change && change.end < start; change = sorted[next]) {
            joinable = false;
            next += 1;
        }
        const change = sorted[next];
        const isTouched = change !== undefined && change.start <= end;
        const last = runs.at(-1);
        if (!isTouched && joinable && last) last.end = end;
        else if (!isTouched) runs.push({ start, end });
        joinable = !isTouched;
    }
    const standIns = runs.map((run) => ({ ...run, text: `enum ${STAND_IN}{A}` }));
    return { text: applyChanges(content, [...changes, ...standIns]), standIns: runs.length };
}
