import { tokensOf } from '../insert/tokens.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';

/** The content of a file of the schema. */
export function contentOf({ files }: Pick<SchemaView, 'files'>, file: string): string {
    return files.find((candidate) => candidate.file === file)?.content ?? '';
}

/** The text of a place in a schema. */
export function textAt(view: Pick<SchemaView, 'files'>, file: string, { start, end }: Span): string {
    return contentOf(view, file).slice(start, end);
}

/** A piece of a text as one line, with single blanks and without comments. */
export function oneLine(content: string, { start, end }: Span): string {
    const tokens = [...tokensOf(content.slice(start, end))];
    const texts = tokens.map(({ kind, text }) => (kind === 'space' ? ' ' : kind === 'comment' ? '' : text));
    return texts.join('').replaceAll(/ +/g, ' ').trim();
}

/** A piece of a text for a message: one line, cut when it is long. */
export function excerpt(content: string, span: Span, longest = 80): string {
    const text = oneLine(content, span);
    return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}

/** An expression for a message: its whole text as one line, in backticks. */
export function codeOf(view: Pick<SchemaView, 'files'>, file: string, { span }: { span: Span }): string {
    return `\`${oneLine(contentOf(view, file), span)}\``;
}
