import type { DeclarationView, FieldView, SchemaFileView } from '../model/schema-view.ts';
import { hasBlankLine, hasLineBreak, indentBefore, tokensOf } from './tokens.ts';

/** The writing habits of a file. */
export interface TextStyle {
    /** `\n`, `\r\n` or `\r`. */
    readonly eol: string;
    /** One level of indentation. */
    readonly indent: string;
    readonly quote: '"' | "'";
    /** Types and attributes of a model's fields stand below each other. */
    readonly aligned: boolean;
}

/** Where types and first attributes stand, counted in characters from the field's first one. */
export interface Columns {
    type: number;
    attribute?: number;
}

const DEFAULT_STYLE: TextStyle = { eol: '\n', indent: '    ', quote: "'", aligned: true };

function lazy<T>(compute: () => T): () => T {
    let known: { value: T } | undefined;
    return () => (known ??= { value: compute() }).value;
}

/**
 * Reads the habits of a file from its text, each when it is asked for: most plans write nothing.
 * In: the file, the declarations in it, the style to fall back on where it shows none. Out: the style.
 */
export function readStyle(
    file: SchemaFileView,
    declarations: readonly DeclarationView[],
    fallback: TextStyle = DEFAULT_STYLE,
): TextStyle {
    const { content } = file;
    const eol = lazy(() => readEol(content) ?? fallback.eol);
    const indent = lazy(() => readIndent(content, declarations) ?? fallback.indent);
    const quote = lazy(() => readQuote(content) ?? fallback.quote);
    const aligned = lazy(() => readAligned(content, declarations) ?? fallback.aligned);
    return {
        get eol() {
            return eol();
        },
        get indent() {
            return indent();
        },
        get quote() {
            return quote();
        },
        get aligned() {
            return aligned();
        },
    };
}

/** The habits of a schema as a whole, for files that show none: those of the first file with declarations. */
export function schemaStyle(
    files: readonly SchemaFileView[],
    declarationsOf: (file: string) => readonly DeclarationView[],
): TextStyle {
    let style: TextStyle | undefined;
    const byWeight = [...files].sort((a, b) => declarationsOf(a.file).length - declarationsOf(b.file).length);
    for (const file of byWeight) style = readStyle(file, declarationsOf(file.file), style);
    return style ?? DEFAULT_STYLE;
}

function readEol(content: string): string | undefined {
    const counts = new Map<string, number>();
    for (const [eol] of content.matchAll(/\r\n|\n|\r/g)) counts.set(eol, (counts.get(eol) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function readIndent(content: string, declarations: readonly DeclarationView[]): string | undefined {
    for (const declaration of declarations) {
        const outer = indentBefore(content, declaration.span.start) ?? '';
        for (const member of [...declaration.ownFields, ...declaration.attributes]) {
            const indent = indentBefore(content, member.span.start);
            if (indent !== undefined && indent.length > outer.length && indent.startsWith(outer)) {
                return indent.slice(outer.length);
            }
        }
    }
    return undefined;
}

function readQuote(content: string): '"' | "'" | undefined {
    let balance = 0;
    for (const token of tokensOf(content)) {
        if (token.kind === 'string') balance += token.text.startsWith('"') ? 1 : -1;
    }
    if (balance === 0) return undefined;
    return balance > 0 ? '"' : "'";
}

function readAligned(content: string, declarations: readonly DeclarationView[]): boolean | undefined {
    let balance = 0;
    for (const declaration of declarations) {
        const aligned = isAligned(fieldsByLine(content, declaration.ownFields));
        if (aligned !== undefined) balance += aligned ? 1 : -1;
    }
    return balance === 0 ? undefined : balance > 0;
}

/** Fields that stand alone on a line of their own, with name and type on it. */
function fieldsByLine(content: string, fields: readonly FieldView[]): FieldView[] {
    return fields.filter(
        (field) =>
            indentBefore(content, field.span.start) !== undefined &&
            !hasLineBreak(content.slice(field.span.start, field.typeSpan.start)),
    );
}

/** Undefined: the fields don't tell, since all names are of one length. */
function isAligned(fields: readonly FieldView[]): boolean | undefined {
    if (new Set(fields.map((field) => field.name.length)).size < 2) return undefined;
    return new Set(fields.map(typeColumn)).size === 1;
}

function typeColumn(field: FieldView): number {
    return field.typeSpan.start - field.span.start;
}

/** Where the first attributes stand; where the longest type leaves room for them when there are none. */
function attributeColumn(content: string, fields: readonly FieldView[]): number | undefined {
    const columns = fields.flatMap((field) => {
        const first = field.attributes[0];
        if (!first || hasLineBreak(content.slice(field.span.start, first.span.start))) return [];
        return [first.span.start - field.span.start];
    });
    if (columns.length > 0) return new Set(columns).size === 1 ? columns[0] : undefined;
    const ends = fields.map((field) => field.typeSpan.end - field.span.start + 1);
    return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** The last fields of a model that no blank line separates. */
function lastGroup(content: string, fields: readonly FieldView[]): FieldView[] {
    const group: FieldView[] = [];
    for (const field of [...fields].reverse()) {
        const below = group[0];
        if (below && hasBlankLine(content.slice(field.span.end, below.span.start))) break;
        group.unshift(field);
    }
    return group;
}

/**
 * The columns that new fields of a model keep to.
 * In: the file's content, the model's own fields, the file's habit. Out: the columns, or undefined when
 * its fields aren't aligned: all of them, or else the group that the new ones are put below.
 */
export function columnsOf(content: string, ownFields: readonly FieldView[], style: TextStyle): Columns | undefined {
    const fields = fieldsByLine(content, ownFields);
    const group = lastGroup(content, fields);
    const aligned = [fields, group].find((candidates) => isAligned(candidates) === true);
    const telling = isAligned(fields) ?? isAligned(group);
    if (!aligned && !(telling ?? style.aligned)) return undefined;
    const peers = aligned ?? group;
    const type = peers[0] ? typeColumn(peers[0]) : 0;
    const attribute = attributeColumn(content, peers);
    return attribute === undefined ? { type } : { type, attribute };
}
