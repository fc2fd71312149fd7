import type { Expr, PolicyField, PolicyModel, Scalar } from '../model/policy.ts';
import { someExpr } from './expressions.ts';
import type { LazyWorld } from './lazy-world.ts';
import { Permit, rulesFor } from './permit.ts';
import { grantingValues } from './probe-promotion.ts';
import type { MembershipTest, Promotion } from './probe-promotion.ts';
import { search } from './probe.ts';
import type { Probe } from './probe.ts';
import { isUnrestricted } from './unrestricted.ts';

/** Values that hardly anybody may choose. */
const PRIVILEGED = /admin|owner|root|superuser|moderator/i;

/**
 * Looks for users who are made with a role by whoever doesn't have it, `auth().role == 'admin'` being read by rules.
 * In: the model that holds the users, the columns that rules read of `auth()` with a rule each.
 */
export function probeAppointments(
    probe: Probe,
    model: PolicyModel,
    readers: ReadonlyMap<string, Promotion['reader']>,
): Promotion[] {
    return [...readers].flatMap(([name, reader]) => {
        const field = model.fields.get(name);
        if (!field || field.relation || field.isId || field.type.array) return [];
        const found = probeAppointment(probe, model, field, grantingValues(probe, model, name), undefined);
        return found ? [{ ...found, field, reader }] : [];
    });
}

/** Looks for users who make themselves members with a role, where nothing connects them with what they are members of. */
export function probeMemberAppointments(probe: Probe, tests: readonly MembershipTest[]): Promotion[] {
    const seen = new Set<PolicyField>();
    return tests.flatMap(({ model, field, reader, granting, id, predicate }) => {
        if (seen.has(field)) return [];
        const found = probeAppointment(probe, model, field, granting, id);
        if (!found) return [];
        seen.add(field);
        return [{ ...found, field, reader, predicate }];
    });
}

/** `own`: the row says by this column that it is the actor's. */
function probeAppointment(
    probe: Probe,
    model: PolicyModel,
    field: PolicyField,
    granting: readonly Scalar[],
    own: { member: string; column: string } | undefined,
): Pick<Promotion, 'rules' | 'to' | 'witness'> | undefined {
    const { schema } = probe;
    const isBoolean = field.type.name === 'Boolean';
    const privileged = isBoolean ? [true] : granting.filter((value) => PRIVILEGED.test(String(value)));
    const value = field.default?.value;
    const usual = value?.kind === 'literal' || value?.kind === 'enum' ? value.value : undefined;
    const to = privileged.find((each) => each !== usual);
    if (to === undefined || !rulesFor(model, 'create').some(({ effect }) => effect === 'allow')) return undefined;
    let found: ReturnType<typeof probeAppointment>;
    const look = (world: LazyWorld): 'go on' | 'stop' | 'unsure' => {
        const row = world.newRow(model.name);
        const auth = world.auth();
        const declaration = schema.auth;
        if (!declaration) return 'stop';
        if (auth && own) {
            const subject = world.authMember(auth, declaration.name, own.member);
            if (typeof subject !== 'string' && typeof subject !== 'number') return 'go on';
            world.setColumn(row, own.column, subject);
        } else if (auth) {
            const has = world.authMember(auth, declaration.name, field.name);
            if (has === true || (!isBoolean && typeof has === 'string' && PRIVILEGED.test(has))) return 'go on';
        }
        world.setColumn(row, field.name, to);
        const permit = new Permit(schema, world);
        if (permit.permits('create', row) !== true) return 'go on';
        if (isUnrestricted(permit, schema, model, 'create', row)) return 'go on';
        const rules = permit.allowing('create', row);
        // Who founds something, or was invited, is connected with it.
        if (own && rules.every(({ condition }) => someExpr(condition, isConnection))) return 'go on';
        found = { rules, to, witness: { operation: 'create', model: model.name, world, row } };
        return 'stop';
    };
    if (!own) search(probe, model, 'anonymous', look, { limit: 100 });
    if (!found) search(probe, model, 'present', look, { limit: 100 });
    return found;
}

/** What a condition says of other rows. */
function isConnection(expr: Expr): boolean {
    if (expr.kind === 'predicate' || expr.kind === 'call') return true;
    return expr.kind === 'path' && expr.root.kind === 'field' && expr.members.length > 0;
}
