import type { Operation, PolicySchema } from '../../../src/model/policy.ts';
import { ConcreteWorld } from '../../../src/rules/concrete-world.ts';
import type { ConcreteData, ConcreteRow } from '../../../src/rules/concrete-world.ts';
import { holderOf } from '../../../src/rules/lineage.ts';
import { Permit, rulesFor } from '../../../src/rules/permit.ts';
import { RuleThrows, RuleUnsure, isUnknowable } from '../../../src/rules/truth.ts';
import type { Truth } from '../../../src/rules/truth.ts';
import type { ModelOperations } from '../orm.ts';
import { createStepwise, isInTables, marksOf, updateStepwise } from './compare-tables.ts';
import type { Engine } from './engine.ts';
import { toOrmRow } from './generate-data.ts';
import type { Rows } from './generate-data.ts';

/** What was compared: how often the two agree, how often ours can't tell, and where they differ. */
export interface Tally {
    compared: number;
    unknown: number;
    reasons: Map<string, number>;
    thrown: number;
    permitted: number;
    differences: Difference[];
}

export interface Difference {
    schema: string;
    operation: Operation;
    auth: unknown;
    row?: ConcreteRow | undefined;
    field?: string;
    update?: unknown;
    ours: string;
    theirs: string;
}

export function newTally(): Tally {
    return { compared: 0, unknown: 0, reasons: new Map(), thrown: 0, permitted: 0, differences: [] };
}

/** One schema with its data, ready to be asked of both. */
export interface Subject {
    schema: PolicySchema;
    /** For the report. */
    text: string;
    engine: Engine;
    operations: (auth: object | undefined, model: string) => ModelOperations;
    rows: Rows;
    manyToMany: NonNullable<ConcreteData['manyToMany']>;
}

/** Either side's answer: whether it is permitted, or that the rules can't be evaluated at all. */
type Outcome = boolean | string | { unknown: string };

function outcomeOf(evaluate: () => Truth | string): Outcome {
    try {
        const value = evaluate();
        return typeof value === 'string' || isUnknowable(value) ? value : value === true;
    } catch (error) {
        if (error instanceof RuleUnsure) return { unknown: error.message };
        if (error instanceof RuleThrows) return 'throws';
        throw error;
    }
}

function show(outcome: unknown): string {
    return typeof outcome === 'string' ? outcome : JSON.stringify(outcome);
}

/** Compares what both say to requests about the rows of one model by one actor. */
export class Comparison {
    readonly #subject: Subject;
    readonly #auth: Record<string, unknown> | undefined;
    readonly #model: string;
    readonly #tally: Tally;
    readonly #permit: Permit;
    readonly #world: ConcreteWorld;

    constructor(subject: Subject, model: string, auth: Record<string, unknown> | undefined, tally: Tally) {
        this.#subject = subject;
        this.#auth = auth;
        this.#model = model;
        this.#tally = tally;
        this.#world = this.#worldOf(subject.rows);
        this.#permit = new Permit(subject.schema, this.#world, { eager: true });
    }

    async read(): Promise<void> {
        const { engine, schema } = this.#subject;
        const model = schema.models.get(this.#model);
        const guarded = [...(model?.fields.values() ?? [])].filter(({ rules }) =>
            rules.some(({ operations }) => operations.includes('read')),
        );
        // A base's columns are there only as far as the base's row may be read.
        if (model?.base !== undefined) {
            const inherited = [...model.fields.values()].filter(
                (field) => field.declaredIn !== this.#model && !field.relation && !field.type.optional && !field.isId,
            );
            guarded.push(...inherited.filter((field) => !guarded.includes(field)));
        }
        const names = ['id', ...guarded.map(({ name }) => name)];
        const select = Object.fromEntries(names.map((name) => [name, true]));
        const answer = await engine.attempt(
            () => this.#operations().findMany({ select }),
            (rows) => new Map((rows as Record<string, unknown>[]).map((row) => [row.id, row])),
        );
        const found = answer.kind === 'done' ? answer.value : new Map<unknown, Record<string, unknown>>();
        const isThrown = answer.kind === 'thrown';
        for (const row of this.#rows()) {
            const ref = this.#world.row(this.#model, row);
            const permitted = outcomeOf(() => {
                const value = this.#permit.permits('read', ref);
                for (const { name } of guarded) this.#permit.permitsField('read', ref, name);
                return value;
            });
            const theirs = isThrown ? `throws (${answer.message})` : found.has(row.id);
            this.#note('read', permitted, theirs, { row });
            if (permitted !== true || theirs !== true) continue;
            for (const { name } of guarded) {
                if ((row[name] ?? null) === null) continue;
                const shown = outcomeOf(() => this.#permit.permitsField('read', ref, name));
                this.#note('read', shown, found.get(row.id)?.[name] !== null, { row, field: name });
            }
        }
    }

    /** The same by `include` of relations that lead to the model: from what may be read, to what is shown of it. */
    async readIncluded(): Promise<void> {
        const { engine, schema } = this.#subject;
        const model = schema.models.get(this.#model);
        if (!model || model.base !== undefined || model.isDelegate) return;
        for (const { name: holder, fields } of schema.models.values()) {
            const lists = [...fields.values()].filter(
                ({ relation }) => relation?.target === this.#model && relation.many,
            );
            for (const { name, relation } of lists) {
                const select = { id: true, [name]: { select: { id: true } } };
                const answer = await engine.attempt(
                    () => this.#subject.operations(this.#auth, holder).findMany({ select }),
                    (rows) => rows as { id: unknown; [list: string]: unknown }[],
                );
                if (answer.kind !== 'done') continue;
                for (const found of answer.value) {
                    const from = (this.#subject.rows[holder] ?? []).find(({ id }) => id === found.id);
                    if (!from) continue;
                    const shown = (found[name] as { id: unknown }[]).map(({ id }) => id);
                    const source = this.#world.row(holder, from);
                    for (const ref of this.#world.toMany(source, name)) {
                        const id = this.#world.column(ref, 'id');
                        const ours = outcomeOf(() =>
                            this.#permit.permitsIncluded(ref, relation?.manyToMany === true ? source : undefined),
                        );
                        this.#note('read', ours, shown.includes(id), { row: { id }, field: `${holder}.${name}` });
                    }
                }
            }
        }
    }

    async delete(): Promise<void> {
        const answer = await this.#subject.engine.attempt(
            () => this.#operations().deleteMany({}),
            () => new Set(this.#ids()),
        );
        for (const row of this.#rows()) {
            const ours = outcomeOf(() => this.#permit.permits('delete', this.#world.row(this.#model, row)));
            const theirs =
                answer.kind === 'thrown'
                    ? `throws (${answer.message})`
                    : answer.kind === 'done' && !answer.value.has(row.id);
            this.#note('delete', ours, theirs, { row });
        }
    }

    /** Whether rows may be changed at all, when there are no rules for what an update leaves. */
    async update(): Promise<void> {
        const { engine, schema } = this.#subject;
        if (isInTables(this.#subject, this.#model, 'update')) return this.#updateTables();
        const field = schema.models.get(this.#model)?.fields.get('mark');
        const isGuarded = field?.rules.some(({ operations }) => operations.includes('update')) === true;
        if (isGuarded) {
            for (const row of this.#rows()) await this.#updateOne(row);
            return;
        }
        const answer = await engine.attempt(
            () => this.#operations().updateMany({ data: { mark: 'x' } }),
            () => new Set(engine.select(`SELECT id FROM "${this.#model}" WHERE mark = 'x'`).map(({ id }) => id)),
        );
        for (const row of this.#rows()) {
            const ours = outcomeOf(() => this.#permit.permits('update', this.#world.row(this.#model, row)));
            const theirs =
                answer.kind === 'thrown'
                    ? `throws (${answer.message})`
                    : answer.kind === 'done' && answer.value.has(row.id);
            this.#note('update', ours, theirs, { row });
        }
    }

    /** Each table's column by itself: other rules decide about each. */
    async #updateTables(): Promise<void> {
        for (const { table, mark } of marksOf(this.#subject, this.#model)) {
            if (hasPostUpdate(this.#subject.schema, table)) continue;
            for (const row of this.#rows()) await this.#writeTables(row, { [mark]: 'x' }, 'update');
        }
    }

    /** An update of one row, whose tables are written one after the other. */
    async #writeTables(row: ConcreteRow, update: ConcreteRow, operation: Operation): Promise<void> {
        const { engine, schema } = this.#subject;
        const model = schema.models.get(this.#model);
        if (!model) return;
        const tables = marksOf(this.#subject, this.#model).filter(({ mark }) => mark in update);
        const id = String(row.id);
        const look = (): string[] =>
            tables
                .filter(
                    ({ table, mark }) =>
                        engine.select(`SELECT id FROM "${table}" WHERE "${mark}" = 'x' AND id = '${id}'`).length > 0,
                )
                .map(({ table }) => table);
        const answer = await engine.attempt(
            () =>
                this.#operations().updateMany({
                    where: { id: row.id },
                    data: { ...update, ...toOrmRow(schema, this.#model, update) },
                }),
            look,
        );
        const ours = outcomeOf(() => {
            const written = updateStepwise({ subject: this.#subject, model, worldOf: this.#worldOf }, row, update);
            return Array.isArray(written) ? written.join() : written;
        });
        const theirs =
            answer.kind === 'thrown'
                ? `throws (${answer.message})`
                : answer.kind === 'done'
                  ? answer.value.join()
                  : 'refused';
        this.#note(operation, ours, theirs, { row, update }, theirs === tables.map(({ table }) => table).join());
        // What searches ask of a single column says the same.
        const [only, ...more] = Object.keys(update);
        if (operation !== 'update' || only === undefined || more.length > 0 || typeof ours !== 'string') return;
        const ref = this.#world.row(this.#model, row);
        const whole = outcomeOf(() =>
            this.#permit.permits('update', ref, only) === true
                ? this.#permit.permitsField('update', ref, only) !== false
                : false,
        );
        const isWritten = ours === 'throws' ? ours : ours !== '' && ours !== 'refused';
        if (whole !== isWritten) this.#note(operation, whole, String(isWritten), { row, update });
    }

    async #updateOne(row: ConcreteRow): Promise<void> {
        const answer = await this.#subject.engine.attempt(
            () => this.#operations().updateMany({ where: { id: row.id }, data: { mark: 'x' } }),
            (result) => (result as { count: number }).count === 1,
        );
        const ref = this.#world.row(this.#model, row);
        const ours = outcomeOf(() => {
            const permitted = this.#permit.permits('update', ref);
            const field = this.#permit.permitsField('update', ref, 'mark');
            return permitted === true ? field : permitted;
        });
        const theirs = answer.kind === 'thrown' ? `throws (${answer.message})` : answer.kind === 'done' && answer.value;
        this.#note('update', ours, theirs, { row, field: 'mark' });
    }

    /** One update of one row, with what its result may be. */
    async postUpdate(row: ConcreteRow, update: ConcreteRow): Promise<void> {
        const { engine, schema } = this.#subject;
        if (isInTables(this.#subject, this.#model, 'post-update')) {
            const fields = schema.models.get(this.#model);
            const tables = new Set(Object.keys(update).map((name) => fields && holderOf(schema, fields, name).name));
            const marks = marksOf(this.#subject, this.#model).filter(({ table }) => tables.has(table));
            const marked = { ...update, ...Object.fromEntries(marks.map(({ mark }) => [mark, 'x'])) };
            return this.#writeTables(row, marked, 'post-update');
        }
        const answer = await engine.attempt(
            () =>
                this.#operations().updateMany({
                    where: { id: row.id },
                    data: { ...update, ...toOrmRow(schema, this.#model, update) },
                }),
            (result) => (result as { count: number }).count,
        );
        const before = this.#world.row(this.#model, row);
        const changed: ConcreteRow = { ...row, ...update };
        const rows = {
            ...this.#subject.rows,
            [this.#model]: this.#rows().map((other) => (other === row ? changed : other)),
        };
        const world = this.#worldOf(rows);
        const ours = outcomeOf(() => {
            const permitted = this.#permit.permits('update', before);
            if (permitted !== true) return permitted;
            for (const name of Object.keys(update)) {
                if (this.#permit.permitsField('update', before, name) === false) return false;
            }
            const permit = new Permit(schema, world, { eager: true });
            return permit.permitsAfter(before, world.row(this.#model, changed));
        });
        const isPermitted = outcomeOf(() => this.#permit.permits('update', before));
        const theirs =
            answer.kind === 'thrown'
                ? `throws (${answer.message})`
                : answer.kind === 'done'
                  ? answer.value === 1
                  : isPermitted === false
                    ? 'refused'
                    : false;
        this.#note('post-update', ours, theirs, { row, update });
    }

    async create(given: ConcreteRow): Promise<void> {
        const row = this.#withDefaults(given);
        const answer = await this.#subject.engine.attempt(
            () => this.#operations().createMany({ data: [toOrmRow(this.#subject.schema, this.#model, given)] }),
            (result) => (result as { count: number }).count === 1,
        );
        const model = this.#subject.schema.models.get(this.#model);
        const whole = outcomeOf(() => this.#permit.permits('create', this.#world.row(this.#model, row)));
        const ours =
            model?.base === undefined
                ? whole
                : outcomeOf(() => createStepwise({ subject: this.#subject, model, worldOf: this.#worldOf }, row));
        // What searches ask without going table by table may only be less sure.
        if (typeof whole !== 'object' && typeof ours !== 'object' && whole !== ours) {
            this.#note('create', whole, show(ours), { row });
        }
        const theirs = answer.kind === 'thrown' ? `throws (${answer.message})` : answer.kind === 'done' && answer.value;
        this.#note('create', ours, theirs, { row });
    }

    /** What isn't given comes from `auth()`, where that is the default. */
    #withDefaults(row: ConcreteRow): ConcreteRow {
        const auth = this.#world.auth();
        const { schema } = this.#subject;
        const defaults = [...(schema.models.get(this.#model)?.fields.values() ?? [])].flatMap((field) => {
            const value = field.default?.value;
            const [member] = value?.kind === 'path' && value.root.kind === 'auth' ? value.members : [];
            if (!member || (row[field.name] ?? null) !== null) return [];
            const passed = auth && this.#world.authMember(auth, schema.auth?.name ?? '', member.name);
            return [[field.name, typeof passed === 'object' ? null : (passed ?? null)] as const];
        });
        return { ...row, ...Object.fromEntries(defaults) };
    }

    #operations(): ModelOperations {
        return this.#subject.operations(this.#auth, this.#model);
    }

    readonly #worldOf = (rows: Rows): ConcreteWorld => {
        const { schema, manyToMany } = this.#subject;
        return new ConcreteWorld(schema, { rows, auth: this.#auth, manyToMany });
    };

    #rows(): readonly ConcreteRow[] {
        return this.#subject.rows[this.#model] ?? [];
    }

    #ids(): unknown[] {
        return this.#subject.engine.select(`SELECT id FROM "${this.#model}"`).map(({ id }) => id);
    }

    #note(
        operation: Operation,
        ours: Outcome,
        theirs: boolean | string,
        about: Pick<Difference, 'row' | 'field' | 'update'>,
        isPermitted = theirs === true,
    ): void {
        const tally = this.#tally;
        tally.compared++;
        if (typeof ours === 'object') {
            tally.unknown++;
            tally.reasons.set(ours.unknown, (tally.reasons.get(ours.unknown) ?? 0) + 1);
            return;
        }
        if (isPermitted) tally.permitted++;
        if (ours === 'throws') tally.thrown++;
        const isSame =
            ours === theirs || (ours === 'throws' && typeof theirs === 'string' && theirs.startsWith('throws'));
        if (isSame) return;
        const { text } = this.#subject;
        tally.differences.push({
            schema: text,
            operation,
            auth: this.#auth,
            ours: show(ours),
            theirs: show(theirs),
            ...about,
        });
    }
}

/** Whether an update of a model is followed by a look at its result. */
export function hasPostUpdate(schema: PolicySchema, model: string): boolean {
    const declaration = schema.models.get(model);
    return declaration !== undefined && rulesFor(declaration, 'post-update').length > 0;
}
