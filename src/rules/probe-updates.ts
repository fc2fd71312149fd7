import type { Expr, PolicyField, PolicyModel, PolicyRule, Scalar } from '../model/policy.ts';
import type { Atom } from './atoms.ts';
import { atomsOf } from './atoms.ts';
import { childrenOf, isAuthItself } from '../model/expressions.ts';
import { someExpr, visitExpr } from './expressions.ts';
import { Permit, rulesFor } from './permit.ts';
import { search } from './probe.ts';
import type { Probe, Witness } from './probe.ts';
import type { Truth } from './truth.ts';
import { isUnrestricted } from './unrestricted.ts';
import type { LazyWorld } from './lazy-world.ts';
import type { RowRef } from './world.ts';

/** A column of a model by which its rows belong to somebody: rules compare it with `auth()`, directly or over its relation. */
export interface BelongingColumn {
    field: PolicyField;
    /** The atoms that compare it, or what it refers to. */
    atoms: Atom[];
    /** The member of `auth()` it is compared with itself; undefined when only something behind it is. */
    member?: string;
    /** It identifies the user: compared with the id of `auth()`. */
    isOwner: boolean;
}

/** An update that makes a row that the same actor may not create. */
export interface Escape {
    column: BelongingColumn;
    /** What the column becomes. */
    to: Scalar;
    /** The row was the actor's own and is given away; or was another's and is taken over; else it is moved. */
    kind: 'given away' | 'taken over' | 'moved';
    /** The rules that allow the update. */
    rules: PolicyRule[];
    witness: Witness;
}

/** The columns by which rows belong to somebody, in the order of the model. */
export function belongingColumns(probe: Probe, model: PolicyModel): BelongingColumn[] {
    const { schema } = probe;
    const auth = schema.auth;
    if (!auth) return [];
    const columns = new Map<string, BelongingColumn>();
    for (const rule of model.rules) {
        for (const atom of atomsOf(rule, model.name)) {
            for (const { field, isDirect } of startsOf(model, atom)) {
                const member = atom.path && (isAuthItself(atom.path) ? auth.idFields[0] : atom.path.members[0]?.name);
                const isId = member !== undefined && auth.idFields.includes(member);
                const known = columns.get(field.name);
                if (known) known.atoms.push(atom);
                const column = known ?? { field, atoms: [atom], isOwner: false };
                if (isDirect && isId) column.isOwner = true;
                if (isDirect && member !== undefined) column.member ??= member;
                columns.set(field.name, column);
            }
        }
    }
    return [...model.fields.values()].flatMap(({ name }) => columns.get(name) ?? []);
}

/** The columns of the model itself that a condition depends on: the one compared, or the keys of the relation it goes by. */
function startsOf(model: PolicyModel, atom: Atom): { field: PolicyField; isDirect: boolean }[] {
    const found: { field: PolicyField; isDirect: boolean }[] = [];
    const add = (name: string | undefined, rest: readonly string[], isComparedWithAuth: boolean): void => {
        const field = name === undefined ? undefined : model.fields.get(name);
        if (!field) return;
        if (!field.relation) {
            if (!field.isId && !field.isGenerated)
                found.push({ field, isDirect: rest.length === 0 && isComparedWithAuth });
            return;
        }
        if (!field.relation.owned) return;
        for (const { fk, pk } of field.relation.keys) {
            const key = model.fields.get(fk);
            // `owner == auth()` and `owner.id == auth().id` are about the key itself.
            const isKey = rest.length === 0 || (rest.length === 1 && rest[0] === pk);
            if (key) found.push({ field: key, isDirect: isKey && isComparedWithAuth });
        }
    };
    const look = (expr: Expr, isCompared: boolean, isWithin: boolean): void => {
        if (expr.kind !== 'path') return;
        const names = expr.members.map(({ name }) => name);
        // Within a predicate bare names are the element's.
        if (expr.root.kind === 'field' && !isWithin) add(expr.root.name, names, isCompared);
        if (expr.root.kind === 'this') add(names[0], names.slice(1), isCompared);
    };
    if (atom.other) look(atom.other, atom.expr.kind === 'compare', atom.isInPredicate);
    // Predicates that read auth(): `organization.members?[userId == auth().id]`, `auth().memberships?[orgId == this.orgId]`.
    const visit = (expr: Expr, isWithin: boolean): void => {
        if (expr.kind === 'predicate' && someExpr(expr, (inner) => inner === atom.expr)) {
            look(expr.list, false, isWithin);
            visitExpr(expr.condition, (inner) => {
                look(inner, false, true);
            });
        }
        for (const child of childrenOf(expr)) visit(child, isWithin || expr.kind === 'predicate');
    };
    visit(atom.rule.condition, false);
    return found.filter(({ field }, index) => found.findIndex((each) => each.field === field) === index);
}

/**
 * Looks for updates of a belonging column that make a row which the same actor may not create, although
 * the same actor may create it with the column as it was, or has nothing to do with what it becomes.
 */
export function probeEscapes(probe: Probe, model: PolicyModel, columns: readonly BelongingColumn[]): Escape[] {
    if (!rulesFor(model, 'update').some(({ effect }) => effect === 'allow')) return [];
    if (!rulesFor(model, 'create').some(({ effect }) => effect === 'allow')) return [];
    return columns.flatMap((column) => {
        const escape = probeEscape(probe, model, column);
        return escape ? [escape] : [];
    });
}

function probeEscape(probe: Probe, model: PolicyModel, column: BelongingColumn): Escape | undefined {
    const { schema } = probe;
    let found: Escape | undefined;
    let givenAway: Escape | undefined;
    const look = (world: LazyWorld): 'go on' | 'stop' | 'unsure' => {
        const before = world.addRow(model.name);
        const permit = new Permit(schema, world);
        if (permit.permits('update', before, column.field.name) !== true) return 'go on';
        const from = world.column(before, column.field.name);
        const to = world.otherValue(model.name, column.field.name, [from]);
        const after = world.updated(before, new Map([[column.field.name, to]]));
        if (!mayUpdate(permit, before, after, column.field)) return 'go on';
        // What is asked for creating tells whose row it is.
        const created = createAs(permit, model, before);
        const own = column.member === undefined ? undefined : world.knownAuthMember(column.member);
        const isOwn = own !== undefined && own !== null;
        // Somebody else's row becomes the actor's own, which opens what was closed.
        const isTakenOver =
            isOwn && from !== own && to === own && isRefused(created) === true && opensMore(permit, before, after);
        // The row becomes one that the actor couldn't have made, and that because of the column.
        const isMoved = created === true && isRefused(createAs(permit, model, after)) === true;
        if (!isMoved && !isTakenOver) return 'go on';
        // Who runs a model for everybody has no border to cross.
        if (isUnrestricted(permit, schema, model, 'update', before)) return 'go on';
        const isGivenAway = isMoved && column.isOwner && isOwn && own === from;
        if (isGivenAway) {
            givenAway ??= escapeOf(column, to, 'given away', permit, world, before, after);
            return 'go on';
        }
        found = escapeOf(column, to, isMoved ? 'moved' : 'taken over', permit, world, before, after);
        return 'stop';
    };
    search(probe, model, 'present', look, { limit: 300 });
    return found ?? givenAway;
}

/** Whether some operation is permitted after an update that wasn't before. */
function opensMore(permit: Permit, before: RowRef, after: RowRef): boolean {
    return (['delete', 'read', 'update'] as const).some(
        (operation) =>
            isRefused(permit.permits(operation, before)) === true && permit.permits(operation, after) === true,
    );
}

function escapeOf(
    column: BelongingColumn,
    to: Scalar,
    kind: Escape['kind'],
    permit: Permit,
    world: LazyWorld,
    before: RowRef,
    after: RowRef,
): Escape {
    const { model } = before;
    const rules = permit.allowing('update', before, column.field.name);
    return { column, to, kind, rules, witness: { operation: 'update', model, world, row: before, after } };
}

/** Whether the rules of fields and of `post-update` let an update be that sets a column (or its relation). */
export function mayUpdate(permit: Permit, before: RowRef, after: RowRef, field: PolicyField): boolean {
    for (const name of [field.name, ...field.keyOf]) {
        if (permit.permitsField('update', before, name) !== true) return false;
    }
    return permit.permitsAfter(before, after, field.name) === true;
}

/** Whether the rules for `create` would let the actor make a row as it is; those of a base, make one of what extends it. */
export function createAs(permit: Permit, { isDelegate, name }: PolicyModel, row: RowRef): Truth {
    return isDelegate ? permit.permitsIn(name, 'create', row) : permit.permits('create', row);
}

function isRefused(truth: Truth): boolean | undefined {
    return truth === true ? false : truth === false || truth === null ? true : undefined;
}

/** The columns of a model that its rules for `create` read of the row itself. */
export function columnsOfCreate(model: PolicyModel): BelongingColumn[] {
    const names = new Set<string>();
    for (const rule of rulesFor(model, 'create')) {
        visitExpr(rule.condition, (expr) => {
            if (expr.kind !== 'path') return;
            if (expr.root.kind === 'field' && expr.members.length === 0) names.add(expr.root.name);
            if (expr.root.kind === 'this' && expr.members.length === 1) names.add(expr.members[0]?.name ?? '');
        });
    }
    return [...names].flatMap((name) => {
        const field = model.fields.get(name);
        const isColumn = field && !field.relation && !field.isId && !field.isGenerated && !field.type.array;
        return isColumn ? [{ field, atoms: [], isOwner: false }] : [];
    });
}
