import { addAttributeBelow, completeModel } from '../insert/place.ts';
import { schemaStyles } from '../insert/schema-styles.ts';
import { indentBefore, tokensOf } from '../insert/tokens.ts';
import type { FixData } from '../model/fix.ts';
import type { AttributeView, DeclarationView, SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { findDeclaration } from './members.ts';

type Data<K extends FixData['kind']> = Extract<FixData, { kind: K }>;

/** Changes a rule in place; nothing when its text isn't there any more. */
export function editRule(view: SchemaView, { declaration, rule, nth, edits }: Data<'edit-rule'>): TextChange[] {
    const found = findDeclaration(view, declaration);
    if (!found) return [];
    const { file } = found.declaration;
    const equal = attributesOf(found.declaration).filter(({ span }) => textOf(found.content, span) === rule);
    const start = equal[nth]?.span.start;
    if (start === undefined) return [];
    return edits.map((edit) => ({ file, start: start + edit.start, end: start + edit.end, text: edit.text }));
}

/** Adds a rule on lines of its own, unless the declaration has it already. */
export function addRule(view: SchemaView, { declaration: name, text, after }: Data<'add-rule'>): TextChange[] {
    const found = findDeclaration(view, name);
    if (!found) return [];
    const { declaration, content } = found;
    const { file, attributes } = declaration;
    if (attributes.some(({ span }) => isSameRule(textOf(content, span), text))) return [];
    const style = schemaStyles(view).of(file);
    const previous = attributes.findLast(({ span }) => textOf(content, span) === after);
    const edits = previous && addAttributeBelow(content, declaration, style, previous, text);
    return (edits ?? completeModel(content, declaration, style, { fields: [], attributes: [text] })).map((edit) => ({
        file,
        ...edit,
    }));
}

/** Adds an attribute after the last one of a field: on its line, or below it when that one has a line of its own. */
export function addFieldAttribute(view: SchemaView, data: Data<'add-field-attribute'>): TextChange[] {
    const found = findDeclaration(view, data.declaration);
    const field = found?.declaration.ownFields.find(({ name }) => name === data.field);
    if (!found || !field) return [];
    const { content } = found;
    if (field.attributes.some(({ span }) => isSameRule(textOf(content, span), data.text))) return [];
    const { end } = field.span;
    const last = field.attributes.at(-1);
    const indent = last && indentBefore(content, last.span.start);
    const before = indent === undefined ? ' ' : schemaStyles(view).of(field.file).eol + indent;
    return [{ file: field.file, start: end, end, text: before + data.text }];
}

/** All attributes that are written in a declaration, on fields too, in order. */
function attributesOf({ attributes, ownFields }: DeclarationView): AttributeView[] {
    const all = [...attributes, ...ownFields.flatMap((field) => field.attributes)];
    return all.sort((a, b) => a.span.start - b.span.start);
}

function textOf(content: string, { start, end }: { start: number; end: number }): string {
    return content.slice(start, end);
}

/** The same but for white space and comments. */
function isSameRule(a: string, b: string): boolean {
    return wordsOf(a) === wordsOf(b);
}

function wordsOf(text: string): string {
    const words = [...tokensOf(text)].filter(({ kind }) => kind !== 'space' && kind !== 'comment');
    return words.map((token) => token.text).join(' ');
}
