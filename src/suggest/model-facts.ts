import { isTenantRoleName } from '../model/role-names.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import { isNamedFor, isOwnerName, isTenantMember, subjectOf } from '../model/tenant-names.ts';
import { isIsolated } from './isolation.ts';
import { idOf, isUserModel, sameType } from './names.ts';
import { findMemberships, findParents, foreignKeys, isMembership, isRole } from './relations.ts';
import type { Membership, Parent } from './relations.ts';

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
    /** What its rows are; whoever writes memberships or users decides who has access to the rest. */
    kind: 'tenant' | 'user' | 'membership' | 'other';
    /** The member of `auth()` that identifies the user. */
    id?: FieldView;
    /** Columns that identify the tenant, the likeliest first. */
    tenants: MatchedColumn[];
    /** The model's own denies already keep requests within the first of them. */
    isolated: boolean;
    /** Columns that identify an owner. */
    owners: MatchedColumn[];
    /** A member of `auth()` that holds the user's role, within the tenant if there are tenants. */
    role?: FieldView;
    /** A member of `auth()` that tells an administrator of everything, whatever the tenant. */
    globalRole?: FieldView;
    /** To-many relations that reach the users who belong to a row. */
    memberships: Membership[];
    parents: Parent[];
    /** Columns that say that a row is public, with the value for it: `published == true`. */
    publicWhen: string[];
}

function findId(auth: DeclarationView): FieldView | undefined {
    return (
        idOf(auth) ??
        auth.fields.find((field) => field.name === 'userId') ??
        auth.fields.find((field) => field.name === 'id')
    );
}

/** The columns of a model that identify tenants, the likeliest first. */
export function findTenants(auth: DeclarationView, model: DeclarationView): MatchedColumn[] {
    const id = findId(auth);
    const keys = foreignKeys(model);
    const found = auth.fields
        .filter((field) => field !== id && isTenantMember(field))
        .flatMap((member): MatchedColumn[] => {
            const about = subjectOf(member.name);
            // The tenant itself is identified by its id, any other model by a key or a column of the member's name.
            const own = isNamedFor(model.name, about) ? idOf(model) : undefined;
            if (own) return sameType(own, member) ? [{ member, column: own }] : [];
            const matches = keys
                .filter(
                    ({ key, target }) =>
                        sameType(key, member) && (key.name === member.name || isNamedFor(target, about)),
                )
                .map(({ key, relation }) => ({ member, column: key, relation }));
            if (matches.length > 0) return matches;
            const column = model.fields.find(
                (field) => field.name === member.name || (isTenantMember(field) && subjectOf(field.name) === about),
            );
            return column && sameType(column, member) ? [{ member, column }] : [];
        });
    // A team is part of a tenant; among several keys to the tenant the one that is named for it is the tenant's.
    const rank = ({ member, column }: MatchedColumn): number =>
        (subjectOf(member.name) === 'team' ? 2 : 0) + (subjectOf(column.name) === subjectOf(member.name) ? 0 : 1);
    return found
        .map((match, index) => ({ match, index }))
        .sort((a, b) => rank(a.match) - rank(b.match) || a.index - b.index)
        .map(({ match }) => match);
}

function findOwners(view: SchemaView, model: DeclarationView, id: FieldView): MatchedColumn[] {
    const keys = foreignKeys(model);
    const related = keys
        .filter(({ key, target }) => sameType(key, id) && isUserModel(view, target))
        .map(({ key, relation }) => ({ member: id, column: key, relation }));
    const plain = model.fields
        .filter((field) => isOwnerName(field.name) && sameType(field, id) && !keys.some(({ key }) => key === field))
        .map((column) => ({ member: id, column }));
    return [...related, ...plain];
}

/**
 * Roles of `auth()`. A single role beside a tenant may well be the one within that tenant, so it tells an
 * administrator of everything only by its name, or when the role within the tenant is another member.
 */
function findRoles(auth: DeclarationView): { role?: FieldView; globalRole?: FieldView } {
    const roles = auth.fields.filter(isRole);
    const hasTenant = auth.fields.some(isTenantMember);
    const within = roles.find((field) => isTenantRoleName(field.name));
    const role = within ?? roles[0];
    const isFlag = (field: FieldView): boolean => field.type.name === 'Boolean' && !field.type.array;
    const everywhere = auth.fields.find(
        (field) =>
            (isRole(field) && /^(global|system|platform|app|site)_?role$/i.test(field.name)) ||
            (isFlag(field) && /^(is_?)?(super|system|platform|global)_?(admin|user)$/i.test(field.name)),
    );
    const general = auth.fields.find(
        (field) =>
            (isRole(field) && /^(user_?)?role$/i.test(field.name)) ||
            (isFlag(field) && /^is_?admin$/i.test(field.name)),
    );
    const globalRole = everywhere ?? (within || !hasTenant ? general : undefined);
    return { ...(role && { role }), ...(globalRole && { globalRole }) };
}

function findPublic(model: DeclarationView): string[] {
    return model.fields.flatMap(({ name, type }) => {
        if (type.array) return [];
        if (type.name === 'Boolean' && /^(is_?)?(published|public)$/i.test(name)) return [`${name} == true`];
        const value = type.kind === 'enum' ? type.values.find((each) => /^(published|public)$/i.test(each)) : undefined;
        return value === undefined ? [] : [`${name} == ${value}`];
    });
}

function kindOf(
    view: SchemaView,
    model: DeclarationView,
    { id, tenant }: { id: FieldView | undefined; tenant: MatchedColumn | undefined },
): ModelFacts['kind'] {
    if (isUserModel(view, model.name)) return 'user';
    if (id && isMembership(view, model, id)) return 'membership';
    const about = tenant && subjectOf(tenant.member.name);
    return about !== undefined && isNamedFor(model.name, about) ? 'tenant' : 'other';
}

/**
 * Gathers what rules of a model can be about.
 * In: the view and a model of it. Out: the facts, or undefined when nothing declares `auth()`.
 */
export function modelFacts(view: SchemaView, model: DeclarationView): ModelFacts | undefined {
    const auth = view.auth?.declaration;
    if (!auth) return undefined;
    const id = findId(auth);
    const tenants = findTenants(auth, model);
    const [tenant] = tenants;
    const kind = kindOf(view, model, { id, tenant });
    return {
        model,
        kind,
        ...(id && { id }),
        tenants,
        isolated: tenant !== undefined && isIsolated(model, tenant),
        owners: id ? findOwners(view, model, id) : [],
        ...findRoles(auth),
        memberships: id ? findMemberships(view, model, id) : [],
        parents: findParents(view, model),
        publicWhen: kind === 'other' ? findPublic(model) : [],
    };
}
