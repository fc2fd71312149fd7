import type { FieldType, SchemaView } from '../model/schema-view.ts';

/** A place behind a member of `auth()`, and the type that it has there. */
export interface AuthTypeAt {
    offset: number;
    /** `auth().memberships` → `['memberships']`. */
    path: string[];
    type: FieldType;
    /** The declaration that has the last member. */
    declaredIn: string;
}

/** The type of a path of members from `auth()` on; undefined where it leads nowhere. */
export function typeOfPath(view: SchemaView, path: readonly string[]): Omit<AuthTypeAt, 'offset' | 'path'> | undefined {
    let declaration = view.auth?.declaration;
    let found: Omit<AuthTypeAt, 'offset' | 'path'> | undefined;
    for (const name of path) {
        const field = declaration?.fields.find((each) => each.name === name);
        if (!field) return undefined;
        const { type } = field;
        found = { type, declaredIn: field.declaredIn };
        const isSingle = (type.kind === 'model' || type.kind === 'type') && !type.array;
        declaration = isSingle ? view.declarations.find((each) => each.name === type.name) : undefined;
    }
    return found;
}

/**
 * The types of what a file's rules and defaults read from `auth()`, each path once in an attribute.
 * In: the schema, the file's path. Out: in the order of the text; without what isn't declared.
 */
export function authTypesIn(view: SchemaView, file: string): AuthTypeAt[] {
    const holders = view.declarations
        .filter((declaration) => declaration.file === file)
        .flatMap(({ attributes, ownFields }) => [...attributes, ...ownFields.flatMap((field) => field.attributes)]);
    const seen = new Set<string>();
    return view.authUses.flatMap((use): AuthTypeAt[] => {
        const last = use.memberSpans?.at(-1);
        if (use.file !== file || !last || use.memberSpans?.length !== use.path.length) return [];
        const holder = holders.find(({ span }) => span.start <= use.span.start && use.span.end <= span.end);
        const key = `${holder?.span.start ?? ''} ${use.path.join('.')}`;
        const found = typeOfPath(view, use.path);
        if (!found || found.type.kind === 'unresolved' || seen.has(key)) return [];
        seen.add(key);
        return [{ offset: last.end, path: use.path, ...found }];
    });
}
