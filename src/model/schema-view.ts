import type { PolicySchema } from './policy.ts';
import type { Span } from './text.ts';

/** ZModel's builtin scalar types. */
export type BuiltinTypeName =
    'BigInt' | 'Boolean' | 'Bytes' | 'DateTime' | 'Decimal' | 'Float' | 'Int' | 'Json' | 'String';

/** The declared type of a field. */
export type FieldType = { array: boolean; optional: boolean } & (
    | { kind: 'builtin'; name: BuiltinTypeName }
    | { kind: 'enum'; name: string; values: string[] }
    | { kind: 'model' | 'type'; name: string }
    /** `Unsupported("…")`. */
    | { kind: 'unsupported'; name: string }
    /** A name that resolves to nothing. */
    | { kind: 'unresolved'; name: string }
);

/** A field's type as it is written. */
export function printType(type: FieldType): string {
    return `${type.name}${type.array ? '[]' : ''}${type.optional ? '?' : ''}`;
}

/** An attribute as it is written. */
export interface AttributeView {
    /** With its at signs: `@id`, `@@map`. */
    name: string;
    /** Argument sources as written: `[{ name: 'fields', text: '[userId]' }]`. */
    args: { name?: string; text: string }[];
    span: Span;
}

/** A field of a model or type. */
export interface FieldView {
    name: string;
    type: FieldType;
    attributes: AttributeView[];
    /** File and span of the whole field; doc comments above it and line comments after it are outside. */
    file: string;
    span: Span;
    nameSpan: Span;
    /** The type with its `[]` and `?`. */
    typeSpan: Span;
    /** The declaration that holds it; differs from the one that lists it when inherited. */
    declaredIn: string;
}

/** A model, view or type. */
export interface DeclarationView {
    kind: 'model' | 'view' | 'type';
    name: string;
    /** Absolute path. */
    file: string;
    span: Span;
    nameSpan: Span;
    /** From after `{` to before `}`. */
    bodySpan: Span;
    /** Fields written in the declaration itself, in order. */
    ownFields: FieldView[];
    /** Own fields and those that come by `extends` and `with`. */
    fields: FieldView[];
    /** Attributes written in the declaration itself. */
    attributes: AttributeView[];
    /** Names after `extends` and `with`. */
    bases: string[];
    /** Value of `@@map`, else the name. */
    tableName: string;
    /** False when the parser had to recover inside it: positions may be wrong, so it is not edited. */
    intact: boolean;
}

/** A comparison with a member of `auth()` as one operand: `auth().memberships.role == 'admin'`. */
export interface AuthComparison {
    operator: string;
    /** Which operand is the access. */
    side: 'left' | 'right';
    /** The whole comparison. */
    span: Span;
    /** The access. */
    operand: Span;
    other: Span;
    /** What the other operand begins with; `name` is a field or the value of an enum. */
    otherKind: 'literal' | 'auth' | 'this' | 'name' | 'other';
    /** It stands within a predicate over a list, where a name is one of the element. */
    inPredicate: boolean;
}

/** A member of `auth()` that a rule or default reads. */
export interface AuthMemberUse {
    /** `['organizationId']`; deeper for `auth().organization.id`. */
    path: string[];
    file: string;
    /** The first member's name. */
    span: Span;
    /** The names of all members in `path` that the tree has a place for, in order. */
    memberSpans?: Span[];
    /** Set where the whole access is an operand of a comparison. */
    comparison?: AuthComparison;
    /** The model that holds the rule. */
    model: string;
    /** The attribute: `@@allow`, `@@deny`, `@allow`, `@deny`, `@default`, … */
    attribute: string;
}

/** One file of a schema. */
export interface SchemaFileView {
    /** Absolute path. */
    file: string;
    content: string;
    /** The lexer or parser reported errors. */
    hasSyntaxErrors: boolean;
    imports: { path: string; span: Span; resolved?: string }[];
}

/** An entry file with everything that it imports, as plain data. */
export interface SchemaView {
    /** Absolute path of the entry file. */
    entry: string;
    files: SchemaFileView[];
    provider?: string;
    /** The datasource that says the provider; `providerSpan` is the provider's value. */
    datasource?: { name: string; file: string; span: Span; providerSpan: Span };
    plugins: { name: string; provider?: string; file: string; span: Span }[];
    enums: { name: string; values: string[]; file: string; span: Span }[];
    declarations: DeclarationView[];
    /** The declaration behind `auth()`: with `@@auth`, else a model named `User`. */
    auth?: { declaration: DeclarationView; by: '@@auth' | 'User' };
    /** All declarations with `@@auth`. */
    authDeclarations: DeclarationView[];
    authUses: AuthMemberUse[];
    /** Rules or defaults call `auth()` at all: where first. */
    firstAuthCall?: { file: string; span: Span };
    /** The rules with what they refer to; read when first asked for. */
    policies: () => PolicySchema;
}
