import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { FixData } from '../model/fix.ts';
import type { Location } from '../model/text.ts';
import { isWithin } from './context-calls.ts';

// A call of a wrapper is left alone by all of these: its parameter has a type of its own, which an edit may offend.

type ReplaceSource = Extract<FixData, { kind: 'replace-source' }>;

function replace(shape: ContextShape, edits: ReplaceSource['edits']): ReplaceSource {
    const { file, range } = shape.argument;
    return { kind: 'replace-source', file, unchanged: { range, text: shape.argumentText }, edits };
}

/** Makes a call pass `undefined` where it passes `null`; undefined when the argument's form leaves no certain edit. */
export function dropNull(shape: ContextShape): FixData | undefined {
    const { form, argument } = shape;
    if (!form || shape.via) return undefined;
    if (form.nulls.length > 0) {
        return replace(
            shape,
            form.nulls.map(({ range }) => ({ range, expected: 'null', text: 'undefined' })),
        );
    }
    const { end } = argument.range;
    return form.accessible
        ? replace(shape, [{ range: { start: end, end }, expected: '', text: ' ?? undefined' }])
        : undefined;
}

/** Makes a call pass a member of what it passes now; undefined when the argument's form leaves no certain edit. */
export function appendAccess(shape: ContextShape, member: string): FixData | undefined {
    if (!shape.form?.accessible || shape.via) return undefined;
    const { end } = shape.argument.range;
    const text = `${shape.mayBeNull || shape.mayBeUndefined ? '?.' : '.'}${member}`;
    return replace(shape, [{ range: { start: end, end }, expected: '', text }]);
}

/**
 * Renames a property of the literal that a call passes.
 * In: the call, the member with its present name, the new name. Out: undefined unless the property is
 * written in the call itself, without quotes.
 */
export function renameProperty(
    shape: ContextShape,
    member: ShapeMember,
    from: string,
    to: string,
): { fix: FixData; place: Location } | undefined {
    const { source } = member;
    if (!source || shape.via || !isWithin(source, shape.argument)) return undefined;
    const { start, end } = source.range;
    const name = { start, end: { line: start.line, character: start.character + from.length } };
    const shorthand = end.line === name.end.line && end.character === name.end.character;
    const text = shorthand ? `${to}: ${from}` : to;
    return { fix: replace(shape, [{ range: name, expected: from, text }]), place: source };
}
