import type { Expr } from '../model/policy.ts';
import { isTextCall } from './atoms.ts';
import type { Atom } from './atoms.ts';
import { authValue } from './evaluate-auth.ts';
import { relatedRows } from './evaluate-path.ts';
import type { EvaluatorOptions, Evaluator } from './evaluate.ts';
import { isAuthItself } from '../model/expressions.ts';
import { isList } from './scope.ts';
import type { Scope } from './scope.ts';
import { isUnknowable } from './truth.ts';
import type { Truth } from './truth.ts';

type Override = NonNullable<EvaluatorOptions['override']>;

/** Which sides of an atom were NULL when it was evaluated; for an atom in a predicate, for some element. */
export interface Nulls {
    auth: boolean;
    column: boolean;
    value: Truth;
}

/** Watches an evaluation: which atoms were evaluated with a NULL on a side. */
export class NullWatch {
    readonly seen = new Map<Expr, Nulls>();
    readonly #atoms: ReadonlyMap<Expr, Atom>;

    constructor(atoms: ReadonlyMap<Expr, Atom>) {
        this.#atoms = atoms;
    }

    readonly override: Override = (expr, value, scope, evaluator) => {
        const atom = this.#atoms.get(expr);
        if (!atom) return undefined;
        const nulls = nullsOf(atom, scope, evaluator);
        const before = this.seen.get(expr);
        this.seen.set(expr, {
            auth: nulls.auth || before?.auth === true,
            column: nulls.column || before?.column === true,
            value,
        });
        return undefined;
    };
}

/** Which sides of an atom are NULL. */
export function nullsOf({ expr, path, other }: Atom, scope: Scope, evaluator: Evaluator): Omit<Nulls, 'value'> {
    const { schema, world } = evaluator.options;
    if (!path) return { auth: false, column: other !== undefined && isUnrelated(evaluator, other, scope) };
    const auth = world.auth();
    const isNull = (operand: Expr): boolean => {
        if (isAuthItself(operand)) {
            const id = schema.auth?.idFields[0];
            return !auth || (id !== undefined && isMissing(authValue(evaluator, auth, schema.auth?.name ?? '', [id])));
        }
        const { value } = evaluator.operand(operand, scope);
        return !isList(value) && value === null;
    };
    if (expr.kind === 'predicate') {
        const names = path.members.map(({ name }) => name);
        return { auth: isMissing(authValue(evaluator, auth, schema.auth?.name ?? '', names)), column: false };
    }
    const isAuthNull = isNull(path);
    if (!other) return { auth: isAuthNull, column: false };
    // An empty text is contained in every text, like a missing one.
    if (isTextCall(expr) && expr.args[1] === path) {
        return { auth: isAuthNull || evaluator.operand(path, scope).value === '', column: false };
    }
    if (!isAuthItself(path)) return { auth: isAuthNull, column: isColumnNull(other, isNull) };
    const id = schema.auth?.idFields[0];
    const row: Expr =
        other.kind === 'path' && id !== undefined
            ? { ...other, members: [...other.members, { name: id, span: other.span }] }
            : other;
    return { auth: isAuthNull, column: isColumnNull(row, isNull) };
}

/** Whether the row that a relation leads to isn't there. */
function isUnrelated(evaluator: Evaluator, relation: Expr, scope: Scope): boolean {
    if (relation.kind !== 'path' || relation.root.kind !== 'field') return false;
    const rows = relatedRows(evaluator, relation.root.name, scope.model, scope.alias, scope.frames, relation);
    return !('unknown' in rows) && rows.length === 0;
}

function isColumnNull(expr: Expr, isNull: (expr: Expr) => boolean): boolean {
    return expr.kind === 'path' && expr.root.kind !== 'auth' && isNull(expr);
}

function isMissing(value: unknown): boolean {
    return value === undefined || value === null;
}

/** Makes some atoms NULL, as if a comparison with something missing never told anything. */
export function asNull(atoms: ReadonlySet<Expr>): Override {
    return (expr) => (atoms.has(expr) ? null : undefined);
}

/**
 * Gives some atoms the value that a reader takes them to have when a side is missing: what is missing is
 * something else than anything, below every limit, and a list without elements.
 */
export function asRead(atoms: ReadonlyMap<Expr, Atom>): Override {
    return (expr, value, scope, evaluator) => {
        const atom = atoms.get(expr);
        if (!atom) return undefined;
        const nulls = nullsOf(atom, scope, evaluator);
        return nulls.auth || nulls.column ? readValue(atom, nulls, value) : undefined;
    };
}

function readValue({ expr, other, path }: Atom, nulls: Omit<Nulls, 'value'>, value: Truth): Truth {
    switch (expr.kind) {
        case 'compare':
            // A role that nobody knows of may be the one that is denied.
            if (nulls.auth && isRoleTest(path, other)) return true;
            switch (expr.operator) {
                case '!=':
                    return true;
                case '==':
                case 'in':
                    return false;
                case '<':
                case '<=':
                    return nulls.auth ? true : value;
                default:
                    return nulls.auth ? false : value;
            }
        case 'path':
            return false;
        case 'predicate':
            return expr.operator !== '?';
        case 'call':
            return expr.function === 'check' ? false : value;
        default:
            return value;
    }
}

function isRoleTest(path: Atom['path'], other: Expr | undefined): boolean {
    const last = path?.members.at(-1);
    return last !== undefined && /role$/i.test(last.name) && (other?.kind === 'literal' || other?.kind === 'enum');
}

/** Whether an atom's value would be another to a reader: only then it may be the cause of a surprise. */
export function isMisread(atom: Atom, nulls: Nulls): boolean {
    if (!nulls.auth && !nulls.column) return false;
    const read = readValue(atom, nulls, nulls.value);
    return !isUnknowable(read) && read !== nulls.value && (nulls.value === null || nulls.value !== read);
}
