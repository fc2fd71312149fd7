import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';

/** A foreign key of one column and the relation that uses it. */
export interface ForeignKey {
    key: FieldView;
    relation: FieldView;
    /** Name of the model that it points to. */
    target: string;
}

/** A column of a model that holds the same kind of value as a member of `auth()`. */
export interface MatchedColumn {
    member: FieldView;
    column: FieldView;
    /** The relation over the column, when there is one. */
    relation?: FieldView;
}

/** What a model and the auth declaration have in common, from which rules are written. */
export interface ModelFacts {
    model: DeclarationView;
    /** The member of `auth()` that identifies the user. */
    id?: FieldView;
    /** Columns that identify the tenant, the likeliest first. */
    tenants: MatchedColumn[];
    /** Columns that identify an owner. */
    owners: MatchedColumn[];
    /** A member of `auth()` that holds the user's role. */
    role?: FieldView;
    /** To-many relations that reach the users of the tenant: `organization.members?[userId == …]`. */
    memberships: { path: string; key: string }[];
}

/** The foreign keys of a model, read from `@relation(fields: [x], …)`; composite keys are left out. */
export function foreignKeys(model: DeclarationView): ForeignKey[] {
    return model.fields.flatMap((relation) => {
        if (relation.type.kind !== 'model' || relation.type.array) return [];
        const fields = relation.attributes
            .find((attribute) => attribute.name === '@relation')
            ?.args.find((argument) => argument.name === 'fields')?.text;
        const names =
            fields
                ?.replace(/^\[|\]$/g, '')
                .split(',')
                .map((name) => name.trim()) ?? [];
        const [name] = names;
        const key = names.length === 1 ? model.fields.find((field) => field.name === name) : undefined;
        return key ? [{ key, relation, target: relation.type.name }] : [];
    });
}

function sameType(a: FieldView, b: FieldView): boolean {
    return (
        a.type.kind === 'builtin' &&
        b.type.kind === 'builtin' &&
        a.type.name === b.type.name &&
        !a.type.array &&
        !b.type.array
    );
}

/** `activeOrganizationId` and `organizationId` → `organization`: what a key is about. */
function subject(name: string): string {
    return name
        .replace(/^(active|current)(?=[A-Z_])/, '')
        .replace(/_?[iI]d$/, '')
        .replace(/^_/, '')
        .toLowerCase();
}

const TENANT_WORDS = new Set([
    'organization',
    'organisation',
    'org',
    'tenant',
    'workspace',
    'space',
    'team',
    'company',
    'account',
]);

/** True for a member of `auth()` that names the active tenant. */
export function isTenantMember(member: FieldView): boolean {
    return member.type.kind === 'builtin' && /id$/i.test(member.name) && TENANT_WORDS.has(subject(member.name));
}

function findId(auth: DeclarationView): FieldView | undefined {
    return (
        auth.fields.find((field) => field.attributes.some((attribute) => attribute.name === '@id')) ??
        auth.fields.find((field) => field.name === 'userId') ??
        auth.fields.find((field) => field.name === 'id')
    );
}

/** Whether a model is about users: the auth model itself, or one named for the user. */
function isUserModel(view: SchemaView, name: string): boolean {
    if (view.auth?.declaration.kind === 'model' && view.auth.declaration.name === name) return true;
    return (
        name.toLowerCase() === 'user' ||
        view.declarations.some((candidate) => candidate.name === name && /^users?$/i.test(candidate.tableName))
    );
}

/**
 * Gathers what rules of a model can be about.
 * In: the view and a model of it. Out: the facts, or undefined when nothing declares `auth()`.
 */
export function modelFacts(view: SchemaView, model: DeclarationView): ModelFacts | undefined {
    const auth = view.auth?.declaration;
    if (!auth) return undefined;
    const id = findId(auth);
    const keys = foreignKeys(model);
    const members = auth.fields.filter((field) => field !== id && isTenantMember(field));

    const tenants = members.flatMap((member): MatchedColumn[] => {
        const about = subject(member.name);
        const matches = keys
            .filter(
                ({ key, target }) =>
                    sameType(key, member) && (key.name === member.name || target.toLowerCase() === about),
            )
            .map(({ key, relation }) => ({ member, column: key, relation }));
        if (matches.length > 0) return matches;
        // The tenant itself is identified by its id, any other model by a column of the member's name.
        const column = model.fields.find((field) =>
            model.name.toLowerCase() === about
                ? field.attributes.some((attribute) => attribute.name === '@id')
                : field.name === member.name || (isTenantMember(field) && subject(field.name) === about),
        );
        return column && sameType(column, member) ? [{ member, column }] : [];
    });

    const owners = id
        ? keys
              .filter(({ key, target }) => sameType(key, id) && isUserModel(view, target))
              .map(({ key, relation }) => ({ member: id, column: key, relation }))
        : [];
    const role = auth.fields.find(
        (field) =>
            /role$/i.test(field.name) &&
            !field.type.array &&
            (field.type.kind === 'enum' || field.type.name === 'String'),
    );
    return {
        model,
        ...(id && { id }),
        tenants,
        owners,
        ...(role && { role }),
        memberships: findMemberships(view, model, tenants, id),
    };
}

function findMemberships(
    view: SchemaView,
    model: DeclarationView,
    tenants: readonly MatchedColumn[],
    id: FieldView | undefined,
): ModelFacts['memberships'] {
    if (!id) return [];
    return tenants.flatMap(({ relation, column }) => {
        const isTenantItself = !relation && column.attributes.some((attribute) => attribute.name === '@id');
        const tenant = isTenantItself
            ? model
            : view.declarations.find((candidate) => candidate.name === relation?.type.name);
        const prefix = relation ? `${relation.name}.` : '';
        return (tenant?.fields ?? []).flatMap((list) => {
            if (!list.type.array || list.type.kind !== 'model') return [];
            const element = view.declarations.find((candidate) => candidate.name === list.type.name);
            const user =
                element &&
                foreignKeys(element).find(({ key, target }) => isUserModel(view, target) && sameType(key, id));
            // A membership has a tenant and a user and little else; an invitation's inviter is no member.
            return user && /member/i.test(list.name) ? [{ path: `${prefix}${list.name}`, key: user.key.name }] : [];
        });
    });
}
