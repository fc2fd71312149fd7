import type { FieldType } from './schema-view.ts';
import type { Span } from './text.ts';

/** What a rule can be about. `'all'` stands for the first four. */
export type Operation = 'create' | 'read' | 'update' | 'delete' | 'post-update';

/** The operations that `'all'` stands for; `post-update` is none of them. */
export const ALL_OPERATIONS = ['create', 'read', 'update', 'delete'] as const satisfies Operation[];

/** A scalar as rules compare it; dates are milliseconds since 1970, `null` is SQL's NULL. */
export type Scalar = string | number | boolean | null;

/** A place in a rule. */
interface Placed {
    /** Without parentheses around it. Offsets into the file of the rule. */
    span: Span;
    /** With the parentheses around it; missing when it has none. */
    outer?: Span;
}

/** A name after a dot. */
export interface MemberName {
    name: string;
    span: Span;
}

/**
 * What members are read from. `field`: a name of the model at hand, which inside a predicate is the
 * element's; `this`: always the rule's own model; `binding`: `m` in `members?[m, …]`.
 */
export type Root =
    | { kind: 'auth' }
    | { kind: 'this' }
    | { kind: 'before' }
    | { kind: 'field'; name: string }
    | { kind: 'binding'; name: string };

/** The syntax tree of a condition, with names resolved. */
export type Expr = Placed &
    (
        | { kind: 'literal'; value: Scalar }
        /** The value of an enum; compared as its name. */
        | { kind: 'enum'; enum: string; value: string }
        | { kind: 'array'; items: Expr[] }
        /** A root with the members that follow; none for `auth()`, `this` and a field by itself. */
        | { kind: 'path'; root: Root; rootSpan: Span; members: MemberName[] }
        | { kind: 'not'; operand: Expr }
        | { kind: 'and' | 'or'; left: Expr; right: Expr; operatorSpan: Span }
        | { kind: 'compare'; operator: CompareOperator; left: Expr; right: Expr; operatorSpan: Span }
        /** `list?[binding, condition]`: some, `!` every, `^` none. `element` is the type of the list's elements. */
        | {
              kind: 'predicate';
              operator: '?' | '!' | '^';
              list: Expr;
              binding?: string;
              element?: string;
              condition: Expr;
          }
        | { kind: 'call'; function: string; functionSpan: Span; args: Expr[] }
        /** What could not be read: half-typed, or a name that leads nowhere. */
        | { kind: 'unknown'; reason: string }
    );

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';

/** What is to be found somewhere in a condition, by which checks tell whether the rule is worth a look. */
export interface RuleTraits {
    hasAnd: boolean;
    hasOr: boolean;
    /** A comparison within a predicate of two paths of rows that end in the same name. */
    comparesNamesakes: boolean;
    /** A `check()`. */
    asksCheck: boolean;
    /** A form that may throw when it is run; see `throwingForms`. */
    mayThrow: boolean;
    /** A predicate `?` in which something is compared with a value that is written down. */
    testsElements: boolean;
    /** Names that paths begin with, those after `this.` included. */
    names: readonly string[];
    /** Members of `auth()` that are read by themselves: `auth().role`. */
    authMembers: readonly string[];
}

/** An `@@allow`, `@@deny`, `@allow` or `@deny`. */
export interface PolicyRule {
    effect: 'allow' | 'deny';
    /** `'all'` expanded; names that are no operation left out. */
    operations: Operation[];
    /** As written: `['all', 'post-update']`. */
    written: string[];
    /** The string that names the operations, with its quotes. */
    operationsSpan: Span;
    condition: Expr;
    traits: RuleTraits;
    /** Absolute path of the file it is written in. */
    file: string;
    /** The whole attribute. */
    span: Span;
    /** The model or type that it is written in; another than the model's own when inherited. */
    declaredIn: string;
    /** The field, for a rule on a field. */
    field?: string;
}

/** A relation as one side sees it. */
export interface PolicyRelation {
    target: string;
    many: boolean;
    /** This side holds the foreign keys. */
    owned: boolean;
    /** Foreign key and the key that it refers to, on whichever side; empty for an implicit many-to-many. */
    keys: { fk: string; pk: string }[];
    manyToMany: boolean;
    /** The field at the other side. */
    opposite?: string;
}

export interface PolicyField {
    name: string;
    type: FieldType;
    isId: boolean;
    /** `@unique`, or the only field of a `@@unique`. */
    isUnique: boolean;
    /** `@default`; `value` where it is a literal, an enum's value or `auth().…`. */
    default?: { span: Span; value?: Expr };
    /** Has `@updatedAt`, `@computed`, or another attribute by which the database or ORM sets it. */
    isGenerated: boolean;
    relation?: PolicyRelation;
    /** Relation fields that have this field as a foreign key. */
    keyOf: string[];
    /** `@allow` and `@deny` on it. */
    rules: PolicyRule[];
    declaredIn: string;
    file: string;
    span: Span;
    nameSpan: Span;
    typeSpan: Span;
    /** Names of its attributes, `@omit`. */
    attributes: string[];
}

/** A model (or view, or type) as rules see it, inherited members included. */
export interface PolicyModel {
    name: string;
    kind: 'model' | 'view' | 'type';
    /** By name, in order: inherited ones first. */
    fields: Map<string, PolicyField>;
    idFields: string[];
    /** Own and inherited rules, each once, in order. */
    rules: PolicyRule[];
    /** `@@ignore`. */
    isIgnored: boolean;
    /** `@@delegate`. */
    isDelegate: boolean;
    /** The model after `extends`. */
    base?: string;
    /** Types after `with`. */
    mixins: string[];
    file: string;
    span: Span;
    nameSpan: Span;
    bodySpan: Span;
    /** Value of `@@map`, else the name. */
    tableName: string;
    /** False when the parser had to recover inside it or something that it inherits from. */
    intact: boolean;
}

/** All rules of a schema with what they refer to. */
export interface PolicySchema {
    provider?: string;
    /** The policy plugin is declared, so that rules count. */
    hasPolicyPlugin: boolean;
    models: Map<string, PolicyModel>;
    types: Map<string, PolicyModel>;
    enums: Map<string, string[]>;
    /** What `auth()` is; missing when nothing declares it. */
    auth?: PolicyModel;
    /** False while declarations may be missing: hidden by a syntax error, or behind an import that leads nowhere. */
    complete: boolean;
}

/** A request that gets through (or doesn't), with what it needs to be repeated. Plain JSON. */
export interface Counterexample {
    operation: Operation;
    model: string;
    /** In one sentence: "An anonymous request can read a Todo with organizationId = null." */
    sentence: string;
    /** What is passed to `$setAuth`; null for an anonymous request. */
    auth: CounterexampleObject | null;
    /** The columns that matter, of the row as it is (for `create`: as it is made). */
    row: CounterexampleObject;
    /** For an update: what it sets. */
    update?: CounterexampleObject;
    /** Other rows that the rules look at. */
    related: { model: string; row: CounterexampleObject }[];
}

export type CounterexampleValue = Scalar | CounterexampleValue[] | CounterexampleObject;
export interface CounterexampleObject {
    [name: string]: CounterexampleValue;
}
