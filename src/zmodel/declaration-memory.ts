import type { DataModel, TypeDef } from '@zenstackhq/language/ast';
import type { AttributeView, AuthMemberUse, DeclarationView, FieldType, FieldView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { setVersion, versionFor, versionOf } from '../model/versions.ts';
import { TextMemory, moveSpan, placeOf } from './text-memory.ts';
import type { Names, SchemaSource } from './view.ts';

const views = new TextMemory<DeclarationView | undefined>((view, by) => view && moveDeclaration(view, by));

/**
 * The view of a declaration: the one that was read of the same text before, where the names of its types mean the
 * same, else what `read` gives. Its `ownFields` have a version, which stands for all but its rules.
 */
export function rememberDeclaration(
    node: DataModel | TypeDef,
    source: SchemaSource,
    names: Names,
    read: () => DeclarationView | undefined,
): DeclarationView | undefined {
    const place = placeOf(node, source);
    if (!place) return read();
    const readAnew = (): DeclarationView | undefined => {
        const view = read();
        if (view) setVersion(view.ownFields, versionFor(printShape(view)));
        return view;
    };
    const view = views.recall(
        place,
        readAnew,
        (known) => known?.ownFields.every(({ type }) => isSameType(type, names)) !== false,
    );
    // What it inherits is put into the view later, and may be another every time.
    return view && { ...view, fields: view.ownFields };
}

const RULES: ReadonlySet<string> = new Set(['@@allow', '@@deny', '@allow', '@deny']);

function printShape({ kind, name, file, bases, ownFields, attributes, tableName, intact }: DeclarationView): string {
    const print = (all: readonly AttributeView[]): unknown[] =>
        all.flatMap((each) => (RULES.has(each.name) ? [] : [each.name, each.args]));
    const fields = ownFields.map((field) => [field.name, field.type, print(field.attributes)]);
    return JSON.stringify([kind, name, file, bases, fields, print(attributes), tableName, intact]);
}

function isSameType(type: FieldType, { kinds, enums }: Names): boolean {
    if (type.kind === 'builtin' || type.kind === 'unsupported') return true;
    const values = enums.get(type.name);
    if (!values) return type.kind === (kinds.get(type.name) ?? 'unresolved');
    return (
        type.kind === 'enum' &&
        type.values.length === values.length &&
        values.every((value, index) => value === type.values[index])
    );
}

function moveDeclaration(view: DeclarationView, by: number): DeclarationView {
    const ownFields = view.ownFields.map((field) => moveField(field, by));
    const version = versionOf(view.ownFields);
    if (version !== undefined) setVersion(ownFields, version);
    return {
        ...view,
        span: moveSpan(view.span, by),
        nameSpan: moveSpan(view.nameSpan, by),
        bodySpan: moveSpan(view.bodySpan, by),
        ownFields,
        fields: ownFields,
        attributes: view.attributes.map((attribute) => moveAttribute(attribute, by)),
    };
}

function moveField(field: FieldView, by: number): FieldView {
    return {
        ...field,
        attributes: field.attributes.map((attribute) => moveAttribute(attribute, by)),
        span: moveSpan(field.span, by),
        nameSpan: moveSpan(field.nameSpan, by),
        typeSpan: moveSpan(field.typeSpan, by),
    };
}

function moveAttribute({ name, args, span }: AttributeView, by: number): AttributeView {
    return { name, args, span: moveSpan(span, by) };
}

/** What of `auth()` a declaration reads, and where it calls it first. */
export interface Uses {
    uses: AuthMemberUse[];
    first?: Span;
}

const uses = new TextMemory<Uses>(({ uses: all, first }, by) => ({
    uses: all.map((use) => moveUse(use, by)),
    ...(first && { first: moveSpan(first, by) }),
}));

/** What of `auth()` a declaration reads: what was read of the same text before, else what `read` gives. */
export function rememberUses(node: Parameters<typeof placeOf>[0], source: SchemaSource, read: () => Uses): Uses {
    const place = placeOf(node, source);
    return place ? uses.recall(place, read) : read();
}

function moveUse(use: AuthMemberUse, by: number): AuthMemberUse {
    const { comparison } = use;
    return {
        ...use,
        span: moveSpan(use.span, by),
        ...(use.memberSpans && { memberSpans: use.memberSpans.map((span) => moveSpan(span, by)) }),
        ...(comparison && {
            comparison: {
                ...comparison,
                span: moveSpan(comparison.span, by),
                operand: moveSpan(comparison.operand, by),
                other: moveSpan(comparison.other, by),
            },
        }),
    };
}
