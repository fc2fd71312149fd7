import type { Expr, PolicyModel, PolicySchema, Scalar } from '../model/policy.ts';
import { isAuthItself } from '../model/expressions.ts';
import type { Path } from './expressions.ts';
import { isTextCall } from './atoms.ts';
import { declarationOf, stepsOf, typesOfRule, visitTyped } from './static-types.ts';
import type { Types } from './static-types.ts';

/** The type of a path: the declaration and field that it ends in. */
export interface Slot {
    declaration: string;
    field: string;
}

export function keyOf({ declaration, field }: Slot): string {
    return `${declaration}.${field}`;
}

/** What the rules, relations and defaults of a model compare, by the keys of slots. */
export interface Comparisons {
    /** Slots that share their values. */
    joined: (readonly [string, string])[];
    /** Slots that are compared with others. */
    compared: string[];
    /** Slots that are asked for more and less. */
    ordered: string[];
    /** Values that slots are compared with, in order. */
    literals: (readonly [string, Scalar])[];
    /** All of this as a text: the same for the same comparisons. */
    print: string;
}

/** Collects what a declaration compares. In: the schema; notes the names of other declarations that it depends on. */
export function comparisonsOf(schema: PolicySchema, model: PolicyModel, seen: Set<string>): Comparisons {
    const collector = new Collector(schema, seen);
    const types = typesOfRule(model.name);
    for (const field of model.fields.values()) {
        const { relation } = field;
        for (const { fk, pk } of relation?.keys ?? []) {
            const [one, other] = relation?.owned
                ? [`${model.name}.${fk}`, `${relation.target}.${pk}`]
                : [`${model.name}.${pk}`, `${relation?.target ?? ''}.${fk}`];
            collector.joinCompared(one, other);
        }
        for (const rule of field.rules) collector.collect(rule.condition, types);
        if (field.default?.value) collector.joinDefault(field.default.value, `${model.name}.${field.name}`, types);
    }
    for (const rule of model.rules) collector.collect(rule.condition, types);
    return collector.found;
}

class Collector {
    readonly found: Comparisons = { joined: [], compared: [], ordered: [], literals: [], print: '' };
    readonly #schema: PolicySchema;
    readonly #seen: Set<string>;

    constructor(schema: PolicySchema, seen: Set<string>) {
        this.#schema = schema;
        this.#seen = seen;
        if (schema.auth) seen.add(schema.auth.name);
    }

    joinCompared(a: string, b: string): void {
        this.found.joined.push([a, b]);
        this.found.compared.push(a, b);
        this.found.print += `${a} == ${b}\n`;
    }

    joinDefault(value: Expr, key: string, types: Types): void {
        const slot = value.kind === 'path' ? this.#slotOf(value, types) : undefined;
        if (!slot) return;
        this.found.joined.push([keyOf(slot), key]);
        this.found.print += `${keyOf(slot)} = ${key}\n`;
    }

    collect(condition: Expr, at: Types): void {
        visitTyped(condition, at, (expr, types) => {
            if (expr.kind === 'compare') this.#compare(expr, types);
            else if (isTextCall(expr)) {
                const [text, part] = expr.args;
                if (!text || !part) return;
                this.#relate(text, part, types, false);
                // What every text contains.
                const slot = this.#slot(part, types);
                if (slot && part.kind === 'path' && part.root.kind === 'auth') this.#addLiteral(keyOf(slot), '');
            }
        });
    }

    #compare({ left, right, operator }: Expr & { kind: 'compare' }, types: Types): void {
        const isOrder = operator !== '==' && operator !== '!=' && operator !== 'in';
        if (isAuthItself(left) || isAuthItself(right)) {
            const other = isAuthItself(left) ? right : left;
            const auth = this.#schema.auth;
            for (const id of auth?.idFields ?? []) {
                const slot = other.kind === 'path' ? this.#slotOf(withMember(other, id), types) : undefined;
                if (auth && slot) this.joinCompared(keyOf({ declaration: auth.name, field: id }), keyOf(slot));
            }
            return;
        }
        if (right.kind !== 'array') this.#relate(left, right, types, isOrder);
        else for (const item of right.items) this.#relate(left, item, types, isOrder);
    }

    #relate(one: Expr, other: Expr, types: Types, isOrder: boolean): void {
        const [a, b] = [this.#slot(one, types), this.#slot(other, types)];
        if (a && b) this.joinCompared(keyOf(a), keyOf(b));
        if (a) this.#tryWith(a, other, isOrder);
        if (b) this.#tryWith(b, one, isOrder);
    }

    #tryWith(slot: Slot, value: Expr, isOrder: boolean): void {
        const key = keyOf(slot);
        if (isOrder) {
            this.found.ordered.push(key);
            this.found.print += `${key} <\n`;
        }
        if ((value.kind === 'literal' || value.kind === 'enum') && value.value !== null) {
            this.#addLiteral(key, value.value);
        }
    }

    #addLiteral(key: string, value: Scalar): void {
        this.found.literals.push([key, value]);
        this.found.print += `${key} ${typeof value === 'string' ? JSON.stringify(value) : String(value)}\n`;
    }

    /** The slot of an operand; a relation's is that of its first id. */
    #slot(expr: Expr, types: Types): Slot | undefined {
        if (expr.kind !== 'path') return undefined;
        const slot = this.#slotOf(expr, types);
        const field = slot && declarationOf(this.#schema, slot.declaration)?.fields.get(slot.field);
        if (!field?.relation) return slot;
        const { target } = field.relation;
        this.#seen.add(target);
        const id = declarationOf(this.#schema, target)?.idFields[0];
        return id === undefined ? undefined : { declaration: target, field: id };
    }

    #slotOf(expr: Path, types: Types): Slot | undefined {
        const steps = stepsOf(this.#schema, expr, types);
        if (!steps) return undefined;
        for (const { declaration } of steps) this.#seen.add(declaration);
        const last = steps.at(-1);
        return last && { declaration: last.declaration, field: last.field.name };
    }
}

function withMember(expr: Path, name: string): Path {
    return { ...expr, members: [...expr.members, { name, span: expr.span }] };
}
