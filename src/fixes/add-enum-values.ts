import { indentBefore, lineEndAfter, tokensOf } from '../insert/tokens.ts';
import type { Token } from '../insert/tokens.ts';
import type { FixData } from '../model/fix.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { endOfLine, indentationAt } from './lines.ts';

/** Adds values after an enum's last one, each on a line of its own unless the enum stands on one line. */
export function addEnumValues(view: SchemaView, data: Extract<FixData, { kind: 'add-enum-values' }>): TextChange[] {
    const found = view.enums.find(({ name }) => name === data.enum);
    const source = view.files.find(({ file }) => file === found?.file);
    if (!found || !source || source.hasSyntaxErrors) return [];
    const values = data.values.filter((value) => !found.values.includes(value));
    const { content } = source;
    let last: Token | undefined;
    for (const token of tokensOf(content, found.span.start)) {
        if (token.end >= found.span.end) break;
        if (token.kind !== 'space' && token.kind !== 'comment') last = token;
    }
    if (!last || values.length === 0 || last.text === '{') return [];
    const { end, next } = lineEndAfter(content, last.end);
    const change = { file: found.file, start: next === undefined ? end : last.end };
    // The first word of the line of an attribute is the value that has it.
    const indentation = indentationAt(content, last.start);
    const isAlone = next === undefined && (indentBefore(content, last.start) !== undefined || indentation !== '');
    const separator = isAlone ? endOfLine(content) + indentation : ' ';
    return [{ ...change, end: change.start, text: values.map((value) => `${separator}${value}`).join('') }];
}
