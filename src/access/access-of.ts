import { tenantsOf } from '../checks/rule-tenants.ts';
import type { TenantPath } from '../checks/rule-tenants.ts';
import { ALL_OPERATIONS } from '../model/policy.ts';
import type { Counterexample, Operation, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import { subjectOf } from '../model/tenant-names.ts';
import { describeWitness } from '../rules/describe.ts';
import { Permit, rulesFor } from '../rules/permit.ts';
import { disjunctsOf } from '../rules/phrases.ts';
import { createProbe, operationGroups, rowFor, search, standFor } from '../rules/probe.ts';
import type { Probe, Witness } from '../rules/probe.ts';
import { isUnknowable } from '../rules/truth.ts';
import type { LazyWorld } from '../rules/lazy-world.ts';
import type { RowRef } from '../rules/world.ts';
import { scopeOf } from './scope-of.ts';

/** How many rows some kind of request may reach. `unknown`: neither could be shown. */
export type Reach = 'all' | 'some' | 'none' | 'unknown';

/** Who may do something with the rows of a model. */
export interface OperationAccess {
    operation: Operation;
    /** In a few words each, the widest first: "everyone", "same organization", "owner". */
    who: string[];
    anonymous: Reach;
    /** A request of a signed-in user of whom everything is passed. */
    signedIn: Reach;
    /** What an anonymous request may do, when it may do something. */
    counterexample?: Counterexample;
    /** The rules for it, in order. */
    rules: PolicyRule[];
}

/** Worlds that are looked at for each way; what is said of them is said of rows in general. */
const LIMIT = 600;

const NOBODY = 'nobody';
const UNKNOWN = "can't be told";

/** Finds out who may create, read, update and delete rows of a model, by a search through small worlds. */
export function accessOf(schema: PolicySchema, model: PolicyModel): OperationAccess[] {
    const probe = createProbe(schema, () => false);
    const tenants = tenantsOf(probe, model);
    for (const { member, path } of tenants) relateTenant(probe, model, member, path);
    const found = operationGroups(schema, model).flatMap(({ operations, rules }) => {
        const access = ofGroup(probe, model, tenants, standFor(operations), rules);
        return operations.map((operation): OperationAccess => {
            const { witness, ...rest } = access;
            const counterexample = witness && describeWitness(probe, { ...witness, operation });
            return { operation, ...rest, ...(counterexample && { counterexample }), rules: rulesFor(model, operation) };
        });
    });
    const order = [...ALL_OPERATIONS];
    return found.sort(
        (a, b) => order.findIndex((each) => each === a.operation) - order.findIndex((each) => each === b.operation),
    );
}

type GroupAccess = Pick<OperationAccess, 'who' | 'anonymous' | 'signedIn'> & { witness?: Witness };

function ofGroup(
    probe: Probe,
    model: PolicyModel,
    tenants: readonly TenantPath[],
    operation: Operation,
    rules: readonly PolicyRule[],
): GroupAccess {
    const allows = rules.filter(({ effect }) => effect === 'allow');
    if (allows.length === 0) return { who: [NOBODY], anonymous: 'none', signedIn: 'none' };
    const { reach: anonymous, witness } = reachOf(probe, model, operation, 'anonymous');
    const { reach: signedIn } = probe.schema.auth
        ? reachOf(probe, model, operation, 'present')
        : { reach: 'none' as const };
    const found = { anonymous, signedIn, ...(witness && { witness }) };
    if (anonymous === 'all' && signedIn !== 'some') return { who: ['everyone'], ...found };
    if (anonymous === 'none' && signedIn === 'none') return { who: [NOBODY], ...found };
    const open = anonymous === 'all' ? ['everyone'] : anonymous === 'some' ? ['everyone (some rows)'] : [];
    if (signedIn === 'all') return { who: ['signed-in users', ...open], ...found };
    const ways = allows.flatMap((rule) => waysOf(probe, model, tenants, operation, rule));
    const who = [...new Set([...open, ...ways])];
    // What anyone may reach is no news beside it.
    const rest = open.length > 0 ? who.filter((each) => each !== 'signed-in users (some rows)') : who;
    return { who: rest.length > 0 ? rest : [UNKNOWN], ...found };
}

/** How many rows requests of a kind reach. */
function reachOf(
    probe: Probe,
    model: PolicyModel,
    operation: Operation,
    auth: 'anonymous' | 'present',
): { reach: Reach; witness?: Witness } {
    const found: { witness?: Witness; isRefused: boolean } = { isRefused: false };
    const { isExhaustive } = search(probe, model, auth, (world) => {
        const row = rowFor(world, model.name, operation);
        const truth = permits(probe, world, operation, row);
        if (isUnknowable(truth)) return 'unsure';
        if (truth === true) found.witness ??= { operation, model: model.name, world, row };
        else found.isRefused = true;
        return found.witness && found.isRefused ? 'stop' : 'go on';
    });
    const { witness, isRefused } = found;
    if (witness) return { reach: isRefused || !isExhaustive ? 'some' : 'all', witness };
    return { reach: isExhaustive ? 'none' : 'unknown' };
}

/** By which ways a rule lets signed-in users pass, in a few words each. */
function waysOf(
    probe: Probe,
    model: PolicyModel,
    tenants: readonly TenantPath[],
    operation: Operation,
    rule: PolicyRule,
): string[] {
    return disjunctsOf(rule.condition).flatMap(({ expr, isNegated }) => {
        const condition = isNegated ? ({ kind: 'not', operand: expr, span: expr.span } as const) : expr;
        const same = new Map(tenants.map((tenant) => [tenant, { isSame: true, isSeen: false, isNull: false }]));
        const found = { isAny: false };
        const { isExhaustive } = search(
            probe,
            model,
            'present',
            (world) => {
                const row = rowFor(world, model.name, operation);
                const permit = new Permit(probe.schema, world);
                if (permit.condition(condition, operation, row) !== true) return 'go on';
                const truth = permits(probe, world, operation, row);
                if (isUnknowable(truth)) return 'unsure';
                if (truth !== true) return 'go on';
                found.isAny = true;
                for (const [tenant, seen] of same) {
                    if (!seen.isSame) continue;
                    const compared = compareTenant(probe, world, row, tenant);
                    if (compared === 'null') seen.isNull = true;
                    else seen.isSeen = true;
                    if (compared === 'other') seen.isSame = false;
                }
                return [...same.values()].some(({ isSame }) => isSame) ? 'go on' : 'stop';
            },
            { limit: LIMIT },
        );
        if (!found.isAny)
            return isExhaustive ? [] : [scopeOf(probe.schema, model, { expr, isNegated }, operation, undefined)];
        // What holds in some worlds only is not said of all.
        const tenant = isExhaustive ? [...same].find(([, seen]) => seen.isSame && seen.isSeen) : undefined;
        const name = tenant && { name: subjectOf(tenant[0].member), orNone: tenant[1].isNull };
        return [scopeOf(probe.schema, model, { expr, isNegated }, operation, name)];
    });
}

function permits(probe: Probe, world: LazyWorld, operation: Operation, row: RowRef): ReturnType<Permit['permits']> {
    const permit = new Permit(probe.schema, world);
    if (operation === 'post-update') return permit.permits('update', row);
    // Rows of a base come about with those of what extends it, which has to allow it, too.
    const isOfBase = operation === 'create' && probe.schema.models.get(row.model)?.isDelegate === true;
    return isOfBase ? permit.permitsIn(row.model, operation, row) : permit.permits(operation, row);
}

/** Whether a row belongs to the tenant of who asks. */
function compareTenant(
    { schema }: Probe,
    world: LazyWorld,
    row: RowRef,
    { member, path }: TenantPath,
): 'same' | 'other' | 'null' {
    const auth = world.auth();
    const active = auth && schema.auth ? world.authMember(auth, schema.auth.name, member) : undefined;
    let holder: RowRef | undefined = row;
    for (const relation of path.slice(0, -1)) holder = holder && world.toOne(holder, relation);
    const last = path.at(-1);
    const own = holder && last !== undefined ? world.column(holder, last) : null;
    return own === null ? 'null' : own === active ? 'same' : 'other';
}

/** Lets the search try the same tenant and another one. */
function relateTenant({ schema, domains }: Probe, model: PolicyModel, member: string, path: readonly string[]): void {
    let at: PolicyModel | undefined = model;
    for (const relation of path.slice(0, -1)) at = schema.models.get(at?.fields.get(relation)?.type.name ?? '');
    const field = path.at(-1);
    if (!schema.auth || !at || field === undefined) return;
    domains.relate({ declaration: schema.auth.name, field: member }, { declaration: at.name, field });
}

/** How many kinds of users a line names. */
const MAX_WHO = 3;

/** Who may do what, in a line: "read: everyone · create, update: owner · delete: nobody". */
export function summarizeAccess(access: readonly OperationAccess[]): string {
    const groups = new Map<string, Operation[]>();
    const order: Operation[] = ['read', 'create', 'update', 'delete'];
    for (const operation of order) {
        const found = access.find((each) => each.operation === operation);
        if (!found) continue;
        const { who } = found;
        const more = who.length > MAX_WHO ? [`${who.length - MAX_WHO} more`] : [];
        const key = [...who.slice(0, MAX_WHO), ...more].join(', ');
        groups.set(key, [...(groups.get(key) ?? []), operation]);
    }
    const [only] = groups.keys();
    if (groups.size === 1 && access.length === order.length && only !== undefined) return `all operations: ${only}`;
    return [...groups].map(([who, operations]) => `${operations.join(', ')}: ${who}`).join(' · ');
}
