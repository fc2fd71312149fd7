import type { Columns, TextStyle } from './style.ts';

/** A field to write. */
export interface FieldText {
    name: string;
    /** `String?`, `Session[]`. */
    type: string;
    /** `@unique`, `@default(now())`. */
    attributes: string[];
}

/** A string literal in the file's quote style. */
export function quoted(text: string, style: TextStyle): string {
    return `${style.quote}${text.replaceAll(/["'\\]/g, (char) => (char === style.quote || char === '\\' ? `\\${char}` : char))}${style.quote}`;
}

/**
 * Writes fields as lines without indentation and line breaks.
 * In: the fields; the columns to keep to, undefined for single blanks. Columns that are too narrow for a
 * new field are widened for the new fields alone, since the others aren't touched.
 */
export function renderFields(fields: readonly FieldText[], columns: Columns | undefined): string[] {
    if (!columns) return fields.map((field) => [field.name, field.type, ...field.attributes].join(' '));
    const type = Math.max(columns.type, ...fields.map((field) => field.name.length + 1));
    const narrowest = type + Math.max(0, ...fields.map((field) => field.type.length)) + 1;
    const shifted = columns.attribute === undefined ? 0 : columns.attribute + type - columns.type;
    const attribute = Math.max(narrowest, shifted);
    return fields.map((field) => {
        const head = `${field.name.padEnd(type)}${field.type}`;
        return field.attributes.length === 0 ? head : `${head.padEnd(attribute)}${field.attributes.join(' ')}`;
    });
}

/**
 * Writes a whole model the way ZenStack's formatter leaves it, without a line break at its end.
 * In: its name, fields, `@@` attributes, the file's style.
 */
export function renderModel(
    model: { name: string; fields: readonly FieldText[]; attributes: readonly string[] },
    style: TextStyle,
): string {
    const lines = renderFields(model.fields, { type: 0 }).map((line) => style.indent + line);
    const attributes = model.attributes.map((attribute) => style.indent + attribute);
    const body = attributes.length > 0 ? [...lines, '', ...attributes] : lines;
    return [`model ${model.name} {`, ...body, '}'].join(style.eol);
}

/** Writes a datasource; SQLite gets a file beside the schema, others an environment variable. */
export function renderDatasource(provider: string, style: TextStyle): string {
    const url = provider === 'sqlite' ? quoted('file:./dev.db', style) : `env(${quoted('DATABASE_URL', style)})`;
    const lines = [`provider = ${quoted(provider, style)}`, `url      = ${url}`];
    return ['datasource db {', ...lines.map((line) => style.indent + line), '}'].join(style.eol);
}
