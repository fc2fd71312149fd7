import type { Expr, PolicyField, PolicyModel, PolicyRule, Scalar } from '../model/policy.ts';
import { rulesOf, visitExpr } from './expressions.ts';
import type { LazyWorld } from './lazy-world.ts';
import { Permit, rulesFor } from './permit.ts';
import { createAs, mayUpdate } from './probe-updates.ts';
import { search } from './probe.ts';
import type { Probe, Witness } from './probe.ts';
import { isUnrestricted } from './unrestricted.ts';
import type { RowRef } from './world.ts';

/** A column of one's own row that one may set, or of a row that one makes, though rules read it to tell what one may do. */
export interface Promotion {
    field: PolicyField;
    /** A rule that reads it: as `auth().column`, or of the user's rows in a list such as `organization.members`. */
    reader: { rule: PolicyRule; model: string };
    /** The list's predicate, when it is read there. */
    predicate?: Expr;
    /** The rules that allow the update, or to create the row. */
    rules: PolicyRule[];
    to: Scalar;
    witness: Witness;
}

/**
 * Looks for updates of the row behind `auth()` by its own subject, of a column that rules read as `auth().column`.
 * In: the model that holds the users, the id that `auth()` has of them, the columns that rules read with a rule each.
 */
export function probePromotions(
    probe: Probe,
    model: PolicyModel,
    id: { member: string; column: string },
    readers: ReadonlyMap<string, Promotion['reader']>,
): Promotion[] {
    if (!rulesFor(model, 'update').some(({ effect }) => effect === 'allow')) return [];
    return [...readers].flatMap(([name, reader]) => {
        const field = model.fields.get(name);
        if (!field || field.relation || field.isId || name === id.column || field.type.array) return [];
        const granting = grantingValues(probe, model, name);
        const promotion = probePromotion(probe, { model, id, field, reader, granting, isBehindAuth: true });
        return promotion ? [promotion] : [];
    });
}

/** The values that rules compare a column of the user's row with, there or as a member of `auth()`, as far as it can hold them. */
export function grantingValues({ domains, schema }: Probe, model: PolicyModel, name: string): Scalar[] {
    const literals = domains.literalsOf({ declaration: model.name, field: name });
    const ofAuth = schema.auth ? domains.literalsOf({ declaration: schema.auth.name, field: name }) : [];
    const possible = schema.enums.get(model.fields.get(name)?.type.name ?? '');
    return [...new Set([...literals, ...ofAuth])].filter(
        (value) => !possible || (typeof value === 'string' && possible.includes(value)),
    );
}

/** Looks for updates by which members of something change the column by which rules tell what they are in it. */
export function probeMemberships(probe: Probe, tests: readonly MembershipTest[]): Promotion[] {
    const seen = new Set<PolicyField>();
    return tests.flatMap(({ model, ...test }) => {
        if (seen.has(test.field) || !rulesFor(model, 'update').some(({ effect }) => effect === 'allow')) return [];
        const promotion = probePromotion(probe, { model, ...test, isBehindAuth: false });
        if (!promotion) return [];
        seen.add(test.field);
        return [{ ...promotion, predicate: test.predicate }];
    });
}

interface Test {
    model: PolicyModel;
    /** The member of `auth()` that identifies the user, and the column that holds it. */
    id: { member: string; column: string };
    field: PolicyField;
    reader: Promotion['reader'];
    /** The values that rules grant something to. */
    granting: readonly Scalar[];
    /** The row is the one behind `auth()`, so that the request carries what it holds. */
    isBehindAuth: boolean;
}

/** A predicate that asks for the user's own row with a certain value. */
export type MembershipTest = Omit<Test, 'isBehindAuth'> & { predicate: Expr };

/** Predicates that ask for the user's own row with a certain value: `members?[userId == auth().id && role == 'owner']`; of those that ask for the same, the first. */
export function membershipTests(probe: Probe): MembershipTest[] {
    const tests = new Map<string, MembershipTest>();
    for (const holder of probe.schema.models.values()) {
        for (const rule of holder.rules) {
            if (rule.effect !== 'allow' || !rule.traits.testsElements) continue;
            visitExpr(rule.condition, (expr) => {
                if (expr.kind !== 'predicate' || expr.operator !== '?') return;
                const model = probe.schema.models.get(expr.element ?? '');
                if (!model?.intact || (expr.list.kind === 'path' && expr.list.root.kind === 'auth')) return;
                const parts = conjuncts(expr.condition);
                const id = parts.flatMap((part) => subjectOf(probe, model, part))[0];
                if (!id) return;
                for (const { field, values } of parts.flatMap((part) => valueTest(model, part, expr.binding))) {
                    const key = [model.name, field.name, id.member, id.column, JSON.stringify(values)].join(' ');
                    if (tests.has(key)) continue;
                    const reader = { rule, model: holder.name };
                    tests.set(key, { model, id, field, reader, granting: values, predicate: expr });
                }
            });
        }
    }
    return [...tests.values()];
}

function conjuncts(expr: Expr): Expr[] {
    return expr.kind === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];
}

function subjectOf({ schema }: Probe, model: PolicyModel, expr: Expr): Test['id'][] {
    if (expr.kind !== 'compare' || expr.operator !== '==') return [];
    const sides = [
        [expr.left, expr.right],
        [expr.right, expr.left],
    ] as const;
    return sides.flatMap(([own, auth]) => {
        if (auth.kind !== 'path' || auth.root.kind !== 'auth' || own.kind !== 'path') return [];
        const name = own.root.kind === 'field' ? own.root.name : own.members[0]?.name;
        const field = name === undefined ? undefined : model.fields.get(name);
        const column = field?.relation?.owned ? field.relation.keys[0]?.fk : field?.relation ? undefined : field?.name;
        const member = auth.members[0]?.name ?? schema.auth?.idFields[0];
        const isId = member !== undefined && schema.auth?.idFields.includes(member) === true;
        return column !== undefined && isId ? [{ member, column }] : [];
    });
}

function valueTest(
    model: PolicyModel,
    expr: Expr,
    binding: string | undefined,
): { field: PolicyField; values: Scalar[] }[] {
    if (expr.kind !== 'compare' || (expr.operator !== '==' && expr.operator !== 'in')) return [];
    const { left, right } = expr;
    const values = (right.kind === 'array' ? right.items : [right]).flatMap((item) =>
        item.kind === 'literal' || item.kind === 'enum' ? [item.value] : [],
    );
    if (left.kind !== 'path' || values.length === 0) return [];
    const isBound = left.root.kind === 'binding' && left.root.name === binding && left.members.length === 1;
    const name =
        left.root.kind === 'field' && left.members.length === 0
            ? left.root.name
            : isBound
              ? left.members[0]?.name
              : undefined;
    const field = name === undefined ? undefined : model.fields.get(name);
    return field && !field.relation && !field.isId ? [{ field, values }] : [];
}

function probePromotion(
    probe: Probe,
    { model, id, field, reader, granting, isBehindAuth }: Test,
): Promotion | undefined {
    const { schema } = probe;
    let found: Promotion | undefined;
    const look = (world: LazyWorld): 'go on' | 'stop' | 'unsure' => {
        const before = world.addRow(model.name);
        const auth = world.auth();
        const declaration = schema.auth;
        if (!auth || !declaration) return 'go on';
        const subject = world.authMember(auth, declaration.name, id.member);
        if (typeof subject !== 'string' && typeof subject !== 'number') return 'go on';
        world.setColumn(before, id.column, subject);
        // The request carries what the row holds, and that isn't yet what the rules grant something to.
        const from = world.column(before, field.name);
        if (field.type.name === 'Boolean' ? from === true : granting.includes(from)) return 'go on';
        if (isBehindAuth) world.setAuthMember(field.name, from);
        const permit = new Permit(schema, world);
        if (permit.permits('update', before, field.name) !== true) return 'go on';
        const to =
            granting.length > 0 && field.type.name !== 'Boolean'
                ? (granting.find((value) => /admin|owner/i.test(String(value))) ?? granting[0] ?? null)
                : world.otherValue(model.name, field.name, [from]);
        const after = world.updated(before, new Map([[field.name, to]]));
        if (!mayUpdate(permit, before, after, field)) return 'go on';
        // Who may make such a row anyway, or has one already, gains nothing.
        if (!isBehindAuth && (createAs(permit, model, after) === true || isHeld(world, before, after))) return 'go on';
        // Nor does who runs the model for everybody, by being in another tenant or team.
        if (granting.length === 0 && isUnrestricted(permit, schema, model, 'update', before)) return 'go on';
        found = {
            field,
            reader,
            to,
            rules: permit.allowing('update', before, field.name),
            witness: { operation: 'update', model: model.name, world, row: before, after },
        };
        return 'stop';
    };
    search(probe, model, 'present', look, { limit: 200 });
    return found;
}

/** Whether there is another row with what an update makes of one, in all columns that matter but the id. */
function isHeld(world: LazyWorld, before: RowRef, after: RowRef): boolean {
    const columns = [...new Set([...world.valuesOf(before).keys(), ...world.valuesOf(after).keys()])];
    return world
        .snapshot()
        .rows.some(
            ({ row, values }) =>
                row !== before &&
                row.model === before.model &&
                columns.every((name) => !values.has(name) || values.get(name) === world.column(after, name)),
        );
}

/** The columns that rules anywhere read as `auth().column`, each with the first rule that does. */
export function columnsReadOfAuth({ schema }: Probe): Map<string, Promotion['reader']> {
    const readers = new Map<string, Promotion['reader']>();
    const { auth } = schema;
    if (!auth) return readers;
    for (const model of schema.models.values()) {
        for (const rule of rulesOf(model)) {
            for (const name of rule.traits.authMembers) {
                const field = auth.fields.get(name);
                if (field && !field.relation && !readers.has(name)) readers.set(name, { rule, model: model.name });
            }
        }
    }
    return readers;
}
