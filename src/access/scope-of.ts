import type { Expr, Operation, PolicyModel, PolicySchema } from '../model/policy.ts';
import { isOwnerName, subjectOf } from '../model/tenant-names.ts';
import { isAuthItself } from '../model/expressions.ts';
import { isAuthPath, someExpr } from '../rules/expressions.ts';
import { conjunctsOf } from '../rules/phrases.ts';
import { stepsOf, typesOfRule } from '../rules/static-types.ts';

type Literal = ReturnType<typeof conjunctsOf>[number];

/** What a way asks for. */
interface Scope {
    roles: string[];
    isOwner: boolean;
    isSelf: boolean;
    isMember: boolean;
    parents: string[];
    /** What, by a comparison of keys, both have in common: `team`. */
    same: string[];
    /** Something else about the user. */
    isOther: boolean;
    /** Something about the row alone. */
    isOfRow: boolean;
}

/**
 * Names those whom a way of a rule lets pass, in a few words.
 * In: a part of a condition without `||` at its top; the tenant that, by the search, all whom it lets pass share
 * with the row (`orNone`: or that the row has none). Out: "owner", "admin (same organization)", "members".
 */
export function scopeOf(
    schema: PolicySchema,
    model: PolicyModel,
    way: Literal,
    operation: Operation,
    tenant: { name: string; orNone: boolean } | undefined,
): string {
    const scope: Scope = {
        roles: [],
        isOwner: false,
        isSelf: false,
        isMember: false,
        parents: [],
        same: [],
        isOther: false,
        isOfRow: false,
    };
    for (const part of conjunctsOf(way.expr, way.isNegated)) note(schema, model, part, operation, scope, tenant);
    const shared = [
        ...(tenant ? [`same ${tenant.name}${tenant.orNone ? ' or none' : ''}`] : []),
        ...scope.same.filter((name) => name !== tenant?.name).map((name) => `same ${name}`),
    ];
    const group = shared.length > 0 ? shared.join(', ') : undefined;
    const limit = scope.isOfRow || scope.isOther ? ' (some rows)' : '';
    if (scope.isSelf) return `themselves${limit}`;
    if (scope.isOwner) return `owner${limit}`;
    const roles = scope.roles.join('/');
    if (scope.isMember) return `${roles === '' ? 'members' : `members with role ${roles}`}${limit}`;
    if (roles !== '') return group === undefined ? `role ${roles}${limit}` : `${roles} (${group})${limit}`;
    if (scope.parents.length > 0) return `${scope.parents.join(' and ')}${limit}`;
    if (group !== undefined) return `${group}${limit}`;
    return scope.isOther ? 'some users' : `signed-in users${limit === '' ? ' (some rows)' : limit}`;
}

function note(
    schema: PolicySchema,
    model: PolicyModel,
    { expr, isNegated }: Literal,
    operation: Operation,
    scope: Scope,
    tenant: { name: string } | undefined,
): void {
    if (!isNegated && expr.kind === 'call' && expr.function === 'check') {
        const [relation, named] = expr.args;
        if (relation?.kind !== 'path' || relation.root.kind !== 'field') scope.isOther = true;
        else {
            const { name } = relation.root;
            const asked = named?.kind === 'literal' ? named.value : operation;
            scope.parents.push(asked === operation ? `as its ${name}` : `who may ${String(asked)} its ${name}`);
        }
        return;
    }
    if (!isNegated && expr.kind === 'predicate') {
        const isOfUser = isAuthPath(expr.list);
        const isOfMember = conjunctsOf(expr.condition).some((part) => isSubject(schema, part.expr));
        if (expr.operator === '?' && (isOfUser || isOfMember)) {
            scope.isMember = true;
            for (const part of conjunctsOf(expr.condition)) scope.roles.push(...rolesIn(part));
            return;
        }
    }
    if (expr.kind === 'compare') {
        if (isAuthTest(expr)) return;
        const roles = rolesIn({ expr, isNegated });
        if (roles.length > 0) {
            scope.roles.push(...roles);
            return;
        }
        if (!isNegated && isSubject(schema, expr)) {
            const other = isAuthPath(expr.left) ? expr.right : expr.left;
            if (isOwnRow(schema, model, other)) scope.isSelf = true;
            else if (isOwner(schema, model, other)) scope.isOwner = true;
            else scope.isOther = true;
            return;
        }
        // What the search has found to be the tenant's.
        const isTenant = tenant !== undefined && [expr.left, expr.right].every(({ kind }) => kind === 'path');
        if (isTenant && someExpr(expr, isAuthPath)) return;
        const key = isNegated ? undefined : sharedKey(expr);
        if (key !== undefined) {
            scope.same.push(key);
            return;
        }
    }
    if (someExpr(expr, isAuthPath)) scope.isOther = true;
    else if (expr.kind !== 'literal') scope.isOfRow = true;
}

/** What a comparison of a key of `auth()` with one of the row is about. */
function sharedKey({ left, right, operator }: Expr & { kind: 'compare' }): string | undefined {
    const [side, other] = isAuthPath(left) ? [left, right] : [right, left];
    if (operator !== '==' || side.kind !== 'path' || other.kind !== 'path' || isAuthPath(other)) return undefined;
    const name = side.members.length === 1 ? side.members[0]?.name : undefined;
    return name !== undefined && /id$/i.test(name) ? subjectOf(name) : undefined;
}

/** `auth() != null`, `auth().x != null`. */
function isAuthTest({ left, right }: Expr & { kind: 'compare' }): boolean {
    const isNull = (side: Expr): boolean => side.kind === 'literal' && side.value === null;
    return (isAuthPath(left) && isNull(right)) || (isAuthPath(right) && isNull(left));
}

/** The roles that a comparison asks for: of a member of `auth()`, or an element, whose name says that it is one. */
function rolesIn({ expr, isNegated }: Literal): string[] {
    if (isNegated || expr.kind !== 'compare') return [];
    const { left, right, operator } = expr;
    const [member, value] = left.kind === 'path' ? [left, right] : [right, left];
    if (member.kind !== 'path' || !['==', 'in'].includes(operator)) return [];
    const name = member.members.at(-1)?.name ?? (member.root.kind === 'field' ? member.root.name : '');
    if (!/role$/i.test(name)) return [];
    return (value.kind === 'array' ? value.items : [value]).flatMap((item) =>
        item.kind === 'enum'
            ? [item.value]
            : item.kind === 'literal' && item.value !== null
              ? [String(item.value)]
              : [],
    );
}

/** Whether a comparison asks for who asks: their id, or `auth()` itself. */
function isSubject({ auth }: PolicySchema, expr: Expr): boolean {
    if (expr.kind !== 'compare' || expr.operator !== '==') return false;
    const [side, other] = isAuthPath(expr.left) ? [expr.left, expr.right] : [expr.right, expr.left];
    if (side.kind !== 'path' || side.root.kind !== 'auth' || other.kind !== 'path' || isAuthPath(other)) return false;
    const [first, ...rest] = side.members;
    return (
        isAuthItself(side) || (first !== undefined && rest.length === 0 && auth?.idFields.includes(first.name) === true)
    );
}

/** Whether the user is the row itself: `auth() == this`, or by the id of a table of users. */
function isOwnRow({ auth }: PolicySchema, model: PolicyModel, expr: Expr): boolean {
    if (expr.kind !== 'path') return false;
    if (expr.root.kind === 'this' && expr.members.length === 0) return true;
    const isId = expr.root.kind === 'field' && expr.members.length === 0 && model.idFields.includes(expr.root.name);
    return isId && (auth === model || /^users?$/i.test(model.name));
}

/** Whether what is compared with the user is a column or relation of the row that says whose it is. */
function isOwner(schema: PolicySchema, model: PolicyModel, expr: Expr): boolean {
    if (expr.kind !== 'path') return false;
    const steps = stepsOf(schema, expr, typesOfRule(model.name));
    const field = steps?.length === 1 ? steps[0]?.field : undefined;
    if (!field) return false;
    const targets = field.relation
        ? [field.relation.target]
        : field.keyOf.map((name) => model.fields.get(name)?.relation?.target);
    return (
        isOwnerName(field.name) ||
        targets.some((target) => target === schema.auth?.name || /^users?$/i.test(target ?? ''))
    );
}
