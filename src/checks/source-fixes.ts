import type { AuthConfig, AuthField } from '../model/auth-table.ts';
import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { FixData } from '../model/fix.ts';
import type { FieldView } from '../model/schema-view.ts';
import type { Location } from '../model/text.ts';
import { isWithin } from './context-calls.ts';
import { isUserId, meaningOf } from './member-names.ts';
import { compareTypes } from './types.ts';

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

/**
 * Makes a call pass one more member, from the session that its literal reads already.
 * In: the call, the declared member, the configurations. Out: undefined unless exactly one column of the
 * session or the user has the member's meaning, and a type that fits.
 */
export function addProperty(
    shape: ContextShape,
    field: FieldView,
    configs: readonly AuthConfig[],
): { fix: FixData; text: string } | undefined {
    const { literal } = shape.form ?? {};
    const { value } = shape;
    const [config, ...moreConfigs] = configs;
    if (!literal || shape.via || value.kind !== 'object' || !config || moreConfigs.length > 0) return undefined;
    const read = literal.reads.find(
        ({ member, from }) => Object.hasOwn(value.members, member) && value.members[member]?.origin === from,
    );
    const [found, ...others] = isUserId(field.name) ? ['user.id'] : columnsFor(field, config);
    if (!read || found === undefined || others.length > 0) return undefined;
    const text = `${field.name}: ${read.holder}${found}`;
    const { range } = literal.end;
    return { fix: replace(shape, [{ range, expected: '', text: `${literal.separator}${text}` }]), text };
}

/** Paths of the columns that can stand for a member: `session.activeOrganizationId`. */
function columnsFor(field: FieldView, { tables }: AuthConfig): string[] {
    const mayBeNull = field.type.optional && !field.type.array;
    return ['session', 'user'].flatMap((key) =>
        (tables.find((table) => table.key === key)?.fields ?? [])
            .filter((column) => column.returned && meaningOf(column.key) === meaningOf(field.name))
            .filter((column) => (mayBeNull || column.required) && fitsColumn(field, column))
            .map((column) => `${key}.${column.key}`),
    );
}

function fitsColumn(field: FieldView, { type }: AuthField): boolean {
    if (type === 'string' || type === 'number' || type === 'boolean' || type === 'date') {
        return compareTypes(field.type, { kind: type }) === 'fits';
    }
    return typeof type === 'object' && compareTypes(field.type, { kind: 'literals', values: type.literals }) === 'fits';
}
