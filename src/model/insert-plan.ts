import type { Location, Span, TextChange } from './text.ts';
import type { Unknown } from './unknown.ts';

export type InsertConflictKind =
    /** A type, view, enum or plugin has the name that a model would need. */
    | 'name-taken'
    /** The table or field is called something that no ZModel name can be. */
    | 'name-invalid'
    /** Two models answer to the name that the adapter looks up. */
    | 'name-ambiguous'
    /** A model looks like the table but has another name, or is mapped to its database table. */
    | 'model-renamed'
    /** The model or field carries `@@ignore` / `@ignore`: the adapter can't see it. */
    | 'ignored'
    /** The model has syntax errors. */
    | 'model-broken'
    /** The file where models would go has an open brace or the like. */
    | 'file-broken'
    | 'field-type'
    /** A field looks like the one that is needed but has another name. */
    | 'field-renamed'
    | 'field-not-unique'
    /** Columns that are there, but not unique together. */
    | 'fields-not-unique'
    | 'id-missing'
    | 'id-type'
    /** The database is to make ids, but the field has no default. */
    | 'id-default'
    /** The foreign key's relation leads to another model. */
    | 'relation-target'
    /** A relation field without `@relation(fields: …)`. */
    | 'relation-incomplete';

/** Something that is there but not as Better Auth needs it. It is shown, never overwritten. */
export interface InsertConflict {
    kind: InsertConflictKind;
    message: string;
    /** Better Auth's own key of the table: `session`. */
    table: string;
    /** The run-time name of the field, when it is about one. */
    field?: string;
    /** Absolute path and place in the schema; absent when no text there is the reason. */
    file?: string;
    span?: Span;
    /** The place in the configuration instead. */
    location?: Location;
    /**
     * What to do about it. `changes` is empty where only a person can do it; else it refers to the same
     * content as the plan's changes and goes before them when both are applied as one list.
     */
    proposal: { title: string; changes: TextChange[] };
}

/** The edits that give a schema what Better Auth needs, and what they amount to. */
export interface InsertPlan {
    /** Refer to the content before any of them; a file that isn't in the schema is a new one. */
    changes: TextChange[];
    added: {
        models: string[];
        /** Columns of models that were there before: `Session.activeOrganizationId`. */
        fields: string[];
        /** Relation fields and back relations of models that were there before: `User.sessions`. */
        relations: string[];
        /** The provider of the datasource that is added, when there was none. */
        datasource?: string;
        /** Enums for literal unions. */
        enums?: string[];
        /** The provider of the plugin that is declared. */
        plugin?: string;
        /** The type with `@@auth`. */
        authType?: string;
        /** Import lines: the file that gets one and the path as written. */
        imports: { file: string; path: string }[];
    };
    conflicts: InsertConflict[];
    unknown: Unknown[];
}

/** How to insert. */
export interface InsertOptions {
    /** Absolute path of the file that gets the new models: one of the schema, or a new one. */
    into?: string;
    /** Only these tables, by Better Auth's key or by run-time name. Default: all. */
    tables?: readonly string[];
    /** Unions of literals become enums (roles never). Default: `String`. */
    enums?: boolean;
    /** Also declares the access policy plugin, unless it is there. */
    policyPlugin?: boolean;
    /** Also writes this type with `@@auth`, unless some declaration has it. */
    authType?: AuthTypeText;
    /** Also writes a comment above new models: that they are closed to clients with the policy plugin. */
    closedComment?: boolean;
}

/** A type that describes `auth()`, as it will be written. */
export interface AuthTypeText {
    name: string;
    members: { name: string; typeText: string; id: boolean }[];
}
