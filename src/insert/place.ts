import type { DeclarationView, SchemaFileView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { columnsOf } from './style.ts';
import type { TextStyle } from './style.ts';
import { renderFields } from './render.ts';
import type { FieldText } from './render.ts';
import { hasBlankLine, hasLineBreak, indentBefore, lineEndAfter, tokensOf } from './tokens.ts';

/** A change of one file. */
export type Edit = Span & { text: string };

interface Body {
    content: string;
    declaration: DeclarationView;
    style: TextStyle;
    /** Of its members. */
    indent: string;
    /** Of its closing brace. */
    outer: string;
}

/**
 * Adds members to a model: fields after its last field, `@@` attributes after its last attribute.
 * In: the file's content, the model in it, the file's style, what to add. Out: the edits. A model on one
 * line is spread over lines.
 */
export function completeModel(
    content: string,
    declaration: DeclarationView,
    style: TextStyle,
    added: { fields: readonly FieldText[]; attributes: readonly string[] },
): Edit[] {
    const outer = indentBefore(content, declaration.span.start) ?? '';
    const members = [...declaration.ownFields, ...declaration.attributes];
    const indent = members
        .map((member) => indentBefore(content, member.span.start))
        .findLast((candidate) => candidate !== undefined);
    const body = { content, declaration, style, indent: indent ?? outer + style.indent, outer };
    const columns = columnsOf(content, declaration.ownFields, style);
    const fields = renderFields(added.fields, columns).map((line) => body.indent + line);
    const attributes = added.attributes.map((attribute) => body.indent + attribute);
    const inner = content.slice(declaration.bodySpan.start, declaration.bodySpan.end);
    const text = { fields, attributes };
    return hasLineBreak(inner) ? insertLines(body, text) : spreadLines(body, text);
}

interface Lines {
    fields: string[];
    attributes: string[];
}

function lastEnd(members: readonly { span: Span }[]): number | undefined {
    return members.length === 0 ? undefined : Math.max(...members.map((member) => member.span.end));
}

function firstStart(members: readonly { span: Span }[]): number | undefined {
    return members.length === 0 ? undefined : Math.min(...members.map((member) => member.span.start));
}

/** Puts lines below the line on which something ends; what follows on that line goes to a line of its own. */
function linesBelow(body: Body, offset: number, lines: readonly string[]): Edit {
    const { content, style, declaration } = body;
    const { end, next } = lineEndAfter(content, offset);
    const text = lines.map((line) => style.eol + line).join('');
    if (next === undefined) return { start: end, end, text };
    const indent = next >= declaration.bodySpan.end ? body.outer : body.indent;
    return { start: end, end: next, text: `${text}${style.eol}${indent}` };
}

/**
 * Puts an attribute below another one of its declaration, with the same indentation.
 * In: the file's content, the declaration in it, the file's style, the attribute to follow, the new one's text.
 * Out: the edits; undefined when the one to follow doesn't begin its line.
 */
export function addAttributeBelow(
    content: string,
    declaration: DeclarationView,
    style: TextStyle,
    { span }: { span: Span },
    text: string,
): Edit[] | undefined {
    const indent = indentBefore(content, span.start);
    if (indent === undefined) return undefined;
    const outer = indentBefore(content, declaration.span.start) ?? '';
    return [linesBelow({ content, declaration, style, indent, outer }, span.end, [indent + text])];
}

function insertLines(body: Body, added: Lines): Edit[] {
    const { content, declaration } = body;
    const lastField = lastEnd(declaration.ownFields);
    const lastAttribute = lastEnd(declaration.attributes);
    const firstAttribute = firstStart(declaration.attributes);
    const attributesApart = lastAttribute !== undefined && (lastField === undefined || lastAttribute > lastField);
    const edits: Edit[] = [];
    const separated = added.attributes.length > 0 && !attributesApart ? ['', ...added.attributes] : [];
    const withFields = [...added.fields, ...separated];
    if (withFields.length > 0) {
        if (lastField !== undefined) edits.push(linesBelow(body, lastField, withFields));
        else if (firstAttribute !== undefined) {
            const { end } = lineEndAfter(content, declaration.bodySpan.start);
            const gap = hasBlankLine(/^\s*/.exec(content.slice(end))?.[0] ?? '') ? [] : [''];
            edits.push(linesBelow(body, declaration.bodySpan.start, [...withFields, ...gap]));
        } else edits.push(linesBelow(body, endOfComments(body), withFields));
    }
    if (added.attributes.length > 0 && attributesApart) {
        edits.push(linesBelow(body, lastAttribute, added.attributes));
    }
    return edits;
}

/** Where the comments of a body without members end, or where the body begins. */
function endOfComments({ content, declaration: { bodySpan } }: Body): number {
    let end = bodySpan.start;
    for (const token of tokensOf(content, bodySpan.start)) {
        if (token.start >= bodySpan.end) break;
        if (token.kind === 'comment') end = token.end;
    }
    return end;
}

/** Gives each member of a one-line model its line, with the new ones in their places. */
function spreadLines(body: Body, added: Lines): Edit[] {
    const { content, declaration, style } = body;
    const { bodySpan, ownFields } = declaration;
    const members = [...ownFields, ...declaration.attributes].sort((a, b) => a.span.start - b.span.start);
    const lastField = lastEnd(ownFields) ?? bodySpan.start;
    const edits: Edit[] = [];
    const stops = [bodySpan.start, ...members.map((member) => member.span.end)];
    stops.forEach((stop, index) => {
        const next = members[index]?.span.start;
        const isLast = next === undefined;
        const lines = stop === lastField ? [...added.fields] : [];
        if (isLast && added.attributes.length > 0) {
            const separate = declaration.attributes.length === 0 && (lines.length > 0 || ownFields.length > 0);
            lines.push(...(separate ? [''] : []), ...added.attributes);
        }
        if (stop === bodySpan.start && !isLast && lines.length > 0) lines.push('');
        const until = next ?? bodySpan.end;
        const { end } = lineEndAfter(content, stop);
        const comment = content.slice(stop, end);
        const indent = isLast ? body.outer : body.indent;
        const text = lines.map((line) => style.eol + line).join('') + style.eol + indent;
        // A comment stays with the member before it, except directly after the opening brace.
        if (stop === bodySpan.start && !isLast && comment.trim() !== '' && lines.length === 0) {
            edits.push({ start: stop, end: stop + comment.length - comment.trimStart().length, text });
        } else edits.push({ start: Math.min(end, until), end: until, text });
    });
    return edits;
}

/** Puts declarations after a declaration, with a blank line between; one edit for each. */
export function insertAfter(content: string, offset: number, blocks: readonly string[], style: TextStyle): Edit[] {
    const { end, next } = lineEndAfter(content, offset);
    const gap = style.eol + style.eol;
    const texts = blocks.map((block) => gap + block);
    return insertions(end, next === undefined ? texts : withLast(texts, gap), next);
}

/** Puts declarations at the end of a file, keeping its habit about the final line break; one edit for each. */
export function appendTo(content: string, blocks: readonly string[], style: TextStyle): Edit[] {
    const { eol } = style;
    const isEmpty = content.trim() === '';
    const isOpen = !isEmpty && !/[\n\r]$/.test(content);
    const isApart = isEmpty || hasBlankLine(content.slice(content.trimEnd().length));
    const first = isOpen ? eol + eol : isApart ? '' : eol;
    const texts = blocks.map((block, index) => (index === 0 ? first : eol + eol) + block);
    return insertions(content.length, isOpen ? texts : withLast(texts, eol));
}

/** Edits at one place, in this order; the last one also replaces what stands there up to `until`. */
function insertions(start: number, texts: readonly string[], until = start): Edit[] {
    return texts.map((text, index) => ({ start, end: index === texts.length - 1 ? until : start, text }));
}

function withLast(texts: readonly string[], end: string): string[] {
    return texts.map((text, index) => (index === texts.length - 1 ? text + end : text));
}

/**
 * Puts imports and declarations at the top of a file: after its imports, else after the comment that
 * heads the file, else first.
 */
export function insertAtTop(
    file: Pick<SchemaFileView, 'content' | 'imports'>,
    imports: readonly string[],
    blocks: readonly string[],
    style: TextStyle,
): Edit {
    const { content } = file;
    const { eol } = style;
    const last = lastEnd(file.imports);
    if (last !== undefined) {
        const semicolon = /^\s*;/.exec(content.slice(last));
        const { end, next } = lineEndAfter(content, last + (semicolon?.[0].length ?? 0));
        const lines = imports.map((line) => eol + line).join('');
        const text = lines + blocks.map((block) => eol + eol + block).join('');
        return next === undefined ? { start: end, end, text } : { start: end, end: next, text: text + eol + eol };
    }
    const at = headerEnd(content);
    const parts = imports.length > 0 ? [imports.join(eol), ...blocks] : blocks;
    return { start: at, end: at, text: parts.map((part) => part + eol + eol).join('') };
}

/** The end of a leading comment that a blank line sets off from the rest, blank line included; else the start of the text. */
function headerEnd(content: string): number {
    const start = content.startsWith('\uFEFF') ? 1 : 0;
    let header = start;
    let commented = false;
    for (const token of tokensOf(content, start)) {
        if (token.kind === 'comment' && !token.text.startsWith('///')) commented = true;
        else if (token.kind !== 'space') break;
        else if (commented && hasBlankLine(token.text)) header = token.end;
    }
    return header;
}
