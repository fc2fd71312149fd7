import type { Expr, Operation, PolicyModel, PolicyRule } from '../model/policy.ts';
import { refusesAnonymous, refusesWithout } from './anonymous.ts';
import { atomsOf, isTextCall, mayBeMissing, mayBeNull } from './atoms.ts';
import type { Atom } from './atoms.ts';
import { NullWatch, asNull, asRead, isMisread } from './causes.ts';
import type { Nulls } from './causes.ts';
import { isAuthItself } from '../model/expressions.ts';
import { someExpr } from './expressions.ts';
import { Permit } from './permit.ts';
import { operationGroups, rowFor, search, standFor } from './probe.ts';
import type { Probe, Witness } from './probe.ts';
import { isUnknowable } from './truth.ts';
import type { LazyWorld } from './lazy-world.ts';
import type { RowRef } from './world.ts';

/** A condition that lets a request through because something that it compares is missing. */
export interface MissingCause {
    atom: Atom;
    /** The operations that it lets through. */
    operations: Operation[];
    witness: Witness;
    nulls: Nulls;
}

/** An allow that an anonymous request passes, for what it says and not for what is missing. */
export interface AnonymousGrant {
    rule: PolicyRule;
    operations: Operation[];
    witness: Witness;
}

export interface MissingResult {
    causes: MissingCause[];
    grants: AnonymousGrant[];
}

/**
 * Looks for requests that get through because a member of `auth()` or a column is missing, and for those of
 * anonymous users.
 * A condition is a cause when the request is refused as soon as the condition, and only it, doesn't profit from
 * what is missing: for an allow, when it is NULL; for a deny, when it has the value that a reader expects.
 */
export function probeMissing(probe: Probe, model: PolicyModel): MissingResult {
    const causes = new Map<Expr, MissingCause>();
    const grants = new Map<PolicyRule, AnonymousGrant>();
    const atomsByRule = new Map(model.rules.map((rule) => [rule, atomsOf(rule, model.name)]));
    for (const { operations, rules } of operationGroups(probe.schema, model)) {
        if (!rules.some(({ effect }) => effect === 'allow')) continue;
        const atoms = rules.flatMap((rule) => atomsByRule.get(rule) ?? []);
        const found = new GroupSearch(probe, model, operations, rules, atoms);
        found.run();
        for (const cause of found.causes.values()) merge(causes, cause.atom.expr, cause);
        for (const grant of found.grants.values()) merge(grants, grant.rule, grant);
    }
    return { causes: [...causes.values()], grants: [...grants.values()] };
}

function merge<K, V extends { operations: Operation[] }>(into: Map<K, V>, key: K, value: V): void {
    const known = into.get(key);
    if (known) known.operations.push(...value.operations);
    else into.set(key, { ...value, operations: [...value.operations] });
}

class GroupSearch {
    readonly causes = new Map<Expr, MissingCause>();
    readonly grants = new Map<PolicyRule, AnonymousGrant>();
    readonly #probe: Probe;
    readonly #model: PolicyModel;
    readonly #operations: Operation[];
    readonly #operation: Operation;
    readonly #rules: PolicyRule[];
    readonly #atoms: Map<Expr, Atom>;
    /** Whether a world can still tell something new. */
    #open = 0;

    constructor(probe: Probe, model: PolicyModel, operations: Operation[], rules: PolicyRule[], atoms: Atom[]) {
        this.#probe = probe;
        this.#model = model;
        this.#operations = operations;
        this.#operation = standFor(operations);
        this.#rules = rules;
        this.#atoms = new Map(atoms.map((atom) => [atom.expr, atom]));
    }

    run(): void {
        const { schema } = this.#probe;
        this.#open = this.#atoms.size + this.#rules.filter(isGrantable).length;
        if (!refusesAnonymous(schema, this.#rules, this.#model.name)) {
            search(this.#probe, this.#model, 'anonymous', (world) => this.#look(world, true));
        }
        const isCandidate = ({ path, other, types, rule, expr, isNegated }: Atom): boolean => {
            const isMissing =
                mayBeMissing(schema, path, this.#probe.mayBeMissing) || (isTextCall(expr) && expr.args[1] === path);
            const isNullable = other !== undefined && mayBeNull(schema, other, types);
            if (rule.effect === 'deny') return isMissing || isNullable;
            if (!isMissing) return false;
            return expr.kind !== 'compare' || expr.operator !== '==' || isNullable || isNegated;
        };
        const candidates = [...this.#atoms.values()].filter((atom) => !this.causes.has(atom.expr) && isCandidate(atom));
        if (candidates.every((atom) => this.#isHarmless(atom)) || !schema.auth) return;
        this.#open = candidates.length;
        search(this.#probe, this.#model, 'present', (world) => this.#look(world, false));
    }

    /** Whether no request that gets through may lack what an atom reads, nor may its other side be missing. */
    #isHarmless({ path, other, types, expr }: Atom): boolean {
        const [member, ...more] = path?.members ?? [];
        if (!member || more.length > 0 || isTextCall(expr)) return false;
        if (other !== undefined && mayBeNull(this.#probe.schema, other, types)) return false;
        return refusesWithout(member.name, this.#rules);
    }

    #look(world: LazyWorld, isAnonymous: boolean): 'go on' | 'stop' | 'unsure' {
        const { schema } = this.#probe;
        const row = rowFor(world, this.#model.name, this.#operation);
        const watch = new NullWatch(this.#atoms);
        const operation = this.#operation as Exclude<Operation, 'post-update'>;
        const truth = new Permit(schema, world, watch).permits(operation, row);
        if (isUnknowable(truth)) return 'unsure';
        if (truth !== true) return 'go on';
        const permitsWith = (override: ReturnType<typeof asNull>): boolean =>
            new Permit(schema, world, { override }).permits(operation, row) === true;
        const denying = this.#seen(watch, 'deny', ({ atom, nulls }) => isMisread(atom, nulls));
        if (denying.length > 0) {
            const read = (some: readonly Seen[]): boolean =>
                permitsWith(asRead(new Map(some.map(({ atom }) => [atom.expr, atom]))));
            const cause = minimal(denying, (some) => !read(some));
            this.#add(cause, world, row);
            // What allows it besides matters only where no deny should have refused it.
            if (cause) return this.#open > 0 ? 'go on' : 'stop';
        }
        const allowing = this.#seen(watch, 'allow', ({ nulls }) => nulls.auth);
        let isGranted = true;
        if (allowing.length > 0) {
            // Under what is replaced, further conditions are evaluated; those with something missing are replaced too.
            if (!permitsWith(this.#withoutMissing())) {
                isGranted = false;
                this.#add(
                    minimal(allowing, (some) => !permitsWith(asNull(new Set(some.map(({ atom }) => atom.expr))))),
                    world,
                    row,
                );
            }
        }
        if (isAnonymous && isGranted) this.#addGrants(world, row);
        return this.#open > 0 ? 'go on' : 'stop';
    }

    #seen(watch: NullWatch, effect: PolicyRule['effect'], test: (seen: Seen) => boolean): Seen[] {
        return [...watch.seen].flatMap(([expr, nulls]) => {
            const atom = this.#atoms.get(expr);
            const seen = atom && { atom, nulls };
            return seen?.atom.rule.effect === effect && test(seen) ? [seen] : [];
        });
    }

    #add(cause: Seen | undefined, world: LazyWorld, row: RowRef): void {
        if (!cause || this.causes.has(cause.atom.expr)) return;
        this.#open -= 1;
        this.causes.set(cause.atom.expr, {
            ...cause,
            operations: this.#operations,
            witness: { operation: this.#operation, model: this.#model.name, world, row },
        });
    }

    /** Makes the conditions of allows NULL for which something of `auth()` is missing. */
    #withoutMissing(): ReturnType<typeof asNull> {
        const allowing = [...this.#atoms.values()].filter(({ rule }) => rule.effect === 'allow');
        return asNullWhereMissing(new Set(allowing.map(({ expr }) => expr)), this.#atoms);
    }

    /** The rules that grant it by what they say; one that is true only by what is missing is no grant but a cause. */
    #addGrants(world: LazyWorld, row: RowRef): void {
        const permit = new Permit(this.#probe.schema, world, { override: this.#withoutMissing() });
        for (const rule of this.#rules) {
            if (!isGrantable(rule) || this.grants.has(rule)) continue;
            if (permit.rule(rule, this.#operation, row) !== true) continue;
            this.#open -= 1;
            this.grants.set(rule, {
                rule,
                operations: this.#operations,
                witness: { operation: this.#operation, model: this.#model.name, world, row },
            });
        }
    }
}

interface Seen {
    atom: Atom;
    nulls: Nulls;
}

/** An allow that could grant something to anonymous requests without saying so by `auth() == null`. */
function isGrantable({ effect, condition }: PolicyRule): boolean {
    return effect === 'allow' && !someExpr(condition, isAnonymousTest);
}

function isAnonymousTest(expr: Expr): boolean {
    return expr.kind === 'compare' && expr.operator === '==' && (isAuthItself(expr.left) || isAuthItself(expr.right));
}

/** The first that is a cause by itself; else, when all together are, the first of them. */
function minimal(seen: readonly Seen[], isCause: (some: readonly Seen[]) => boolean): Seen | undefined {
    return seen.find((each) => isCause([each])) ?? (isCause(seen) ? seen[0] : undefined);
}

/** Makes the atoms NULL for which something of `auth()` is missing. */
function asNullWhereMissing(exprs: ReadonlySet<Expr>, atoms: ReadonlyMap<Expr, Atom>): ReturnType<typeof asNull> {
    const watch = new NullWatch(atoms);
    return (expr, value, scope, evaluator) => {
        if (!exprs.has(expr)) return undefined;
        watch.override(expr, value, scope, evaluator);
        return watch.seen.get(expr)?.auth === true ? null : undefined;
    };
}
