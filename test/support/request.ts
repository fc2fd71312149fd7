import assert from 'node:assert/strict';
import { ORMError, ORMErrorReason } from '@zenstackhq/orm';
import type { FieldDef, SchemaDef } from '@zenstackhq/orm/schema';
import type { Counterexample, CounterexampleObject, CounterexampleValue } from '../../src/model/policy.ts';
import { loadSchema, openPolicyClient } from './orm.ts';
import type { PolicyClient, Row, SchemaText } from './orm.ts';
import { buildWorld, concreteOf, filledText, hasAuthDefault } from './request-world.ts';

/** A request with the world that it meets; a counterexample is one, with a sentence. */
export type PolicyRequest = Omit<Counterexample, 'sentence' | 'related'> & Partial<Pick<Counterexample, 'related'>>;

/**
 * What became of a request on the real ORM. `through`: the row was read, or is as the request wanted it in the
 * database, whatever the call returned or threw. `refused`: it isn't, and the ORM said so or did nothing.
 * `throws`: it failed for another reason.
 */
export type Outcome = { kind: 'through' } | { kind: 'refused' } | { kind: 'throws'; message: string };

/**
 * Makes requests of one schema on the real ORM with the policy plugin; each meets a database in which there are the
 * request's rows, the rows that their foreign keys need, and nothing else. The database is in memory, and goes with
 * the runner.
 */
export class RequestRunner {
    readonly #schema: SchemaDef;
    readonly #client: PolicyClient;

    private constructor(schema: SchemaDef, client: PolicyClient) {
        this.#schema = schema;
        this.#client = client;
    }

    /** In: a whole schema. Throws with upstream's messages when it doesn't validate. */
    static async load(schema: SchemaText): Promise<RequestRunner> {
        const loaded = await loadSchema(schema);
        return new RequestRunner(loaded, await openPolicyClient(loaded));
    }

    /** The models that have rows of their own, with the columns that are foreign keys; those that may be null are said to be. */
    get models(): { name: string; keys: { name: string; optional: boolean }[] }[] {
        return Object.values(this.#schema.models)
            .filter(({ isDelegate }) => isDelegate !== true)
            .map(({ name, fields }) => ({
                name,
                keys: Object.values(fields)
                    .filter(({ foreignKeyFor }) => foreignKeyFor !== undefined)
                    .map((field) => ({ name: field.name, optional: field.optional === true })),
            }));
    }

    /** Values for foreign keys that refer to rows nobody has to do with. */
    strange(model: string, key: string): string | number {
        const type = this.#schema.models[model]?.fields[key]?.type;
        return type === 'Int' || type === 'BigInt' ? 777 : 'strange';
    }

    /**
     * Makes one request. Creates use `createMany`, updates `updateMany` (so that nothing is read back), an update
     * without `update` writes the row's first plain column.
     */
    async run(request: PolicyRequest): Promise<Outcome> {
        this.#client.clear();
        return new RequestRun(this.#schema, this.#client, request).run();
    }
}

/**
 * Whether one request gets through on the real ORM: see `RequestRunner`.
 * In: a whole schema, the request. Throws when it fails for another reason than a rule's.
 */
export async function getsThrough(schema: SchemaText, request: PolicyRequest): Promise<boolean> {
    const runner = await RequestRunner.load(schema);
    const outcome = await runner.run(request);
    assert.notEqual(outcome.kind, 'throws', JSON.stringify(outcome));
    return outcome.kind === 'through';
}

class RequestRun {
    readonly #schema: SchemaDef;
    readonly #client: PolicyClient;
    readonly #request: PolicyRequest;
    #row: Row = {};
    #update: Row = {};

    constructor(schema: SchemaDef, client: PolicyClient, request: PolicyRequest) {
        this.#schema = schema;
        this.#client = client;
        this.#request = request;
    }

    async run(): Promise<Outcome> {
        const { model, operation } = this.#request;
        const isCreate = operation === 'create';
        // A row of a base is one of what extends it.
        const concrete = concreteOf(this.#schema, model);
        const given = { model: concrete, row: toRow(this.#schema, model, this.#request.row), isNew: isCreate };
        const related = (this.#request.related ?? []).map((other) => ({
            model: concreteOf(this.#schema, other.model),
            row: toRow(this.#schema, other.model, other.row),
        }));
        const moved = this.#request.update ? [{ model, row: toRow(this.#schema, model, this.#request.update) }] : [];
        const world = buildWorld(this.#schema, given, related, moved);
        this.#row = world.target;
        // Keys may refer to one another in a circle.
        this.#client.execute('PRAGMA foreign_keys = OFF');
        for (const other of world.others) await this.#client.raw(other.model).create({ data: other.row });
        if (!isCreate) await this.#client.raw(concrete).create({ data: world.target });
        this.#client.execute('PRAGMA foreign_keys = ON');
        this.#update = moved[0]?.row ?? (operation === 'update' ? await this.#touch() : {});
        try {
            return (await this.#perform()) ? { kind: 'through' } : { kind: 'refused' };
        } catch (error) {
            if (!(error instanceof ORMError)) throw error;
            const isRefused =
                error.reason === ORMErrorReason.REJECTED_BY_POLICY || error.reason === ORMErrorReason.NOT_FOUND;
            // What was written stays although the row could not be read back.
            if (isRefused) return (await this.#isDone()) ? { kind: 'through' } : { kind: 'refused' };
            return { kind: 'throws', message: `${error.message} ${error.dbErrorMessage ?? ''}`.trim() };
        }
    }

    async #perform(): Promise<boolean> {
        const { model, operation, auth } = this.#request;
        const user = auth === null ? undefined : toAuth(this.#schema, auth);
        const operations = this.#client.as(user, model);
        const where = this.#where();
        switch (operation) {
            case 'read':
                return (await operations.findMany({ where })).length > 0;
            case 'create': {
                const data = this.#createData();
                const isSubModel = this.#schema.models[model]?.baseModel !== undefined;
                await (isSubModel ? operations.create({ data }) : operations.createMany({ data: [data] }));
                return this.#isDone();
            }
            case 'update':
            case 'post-update':
                await operations.updateMany({ where, data: this.#update });
                return this.#isDone();
            case 'delete':
                await operations.deleteMany({ where });
                return this.#isDone();
        }
    }

    /** Whether the database is as a successful request leaves it; meaningless for reads. */
    async #isDone(): Promise<boolean> {
        const { model, operation } = this.#request;
        const truth = this.#client.raw(model);
        switch (operation) {
            case 'read':
                return false;
            case 'create':
                return (await truth.count({ where: toRow(this.#schema, model, this.#request.row) })) > 0;
            case 'update':
            case 'post-update':
                return (await truth.count({ where: { ...this.#where(), ...this.#update } })) > 0;
            case 'delete':
                return (await truth.count({ where: this.#where() })) === 0;
        }
    }

    #where(): Row {
        const definition = this.#schema.models[this.#request.model];
        return Object.fromEntries((definition?.idFields ?? []).map((name) => [name, this.#row[name]]));
    }

    /** What is created. A null that a default from `auth()` gives by itself is left to it. */
    #createData(): Row {
        const fields = this.#schema.models[this.#request.model]?.fields ?? {};
        return Object.fromEntries(
            Object.entries(this.#row).filter(([name, value]) => value !== null || !hasAuthDefault(fields[name])),
        );
    }

    /** Another value for one column that no relation depends on. */
    async #touch(): Promise<Row> {
        const { model, row } = this.#request;
        const before = await this.#client.raw(model).findFirst({ where: this.#where() });
        // What is inherited is in another table, with rules of its own.
        const fields = Object.values(this.#schema.models[model]?.fields ?? {});
        const own = fields.filter(({ originModel }) => originModel === undefined);
        for (const field of [...own, ...fields.filter((each) => !own.includes(each))]) {
            const isPlain = !field.id && !field.foreignKeyFor && !field.relation && !field.array && !field.computed;
            if (!isPlain || field.isDiscriminator || field.updatedAt || field.name in row) continue;
            const other = this.#other(field, before?.[field.name]);
            if (other !== undefined) return { [field.name]: other };
        }
        throw new Error(`${model} has no column that an update could set`);
    }

    #other(field: FieldDef, value: unknown): unknown {
        switch (field.type) {
            case 'String':
                return filledText(field, 'changed');
            case 'Boolean':
                return value !== true;
            case 'Int':
            case 'Float':
                return typeof value === 'number' ? value + 1 : 1;
            case 'DateTime':
                return new Date(Date.UTC(2001, 1, 1));
            default:
                return Object.keys(this.#schema.enums?.[field.type]?.values ?? {}).find((name) => name !== value);
        }
    }
}

/** The columns with the types that the ORM takes: dates as `Date`, and so on. */
function toRow(schema: SchemaDef, model: string, row: CounterexampleObject): Row {
    const definition = schema.models[model];
    assert.ok(definition, `the schema has no model ${model}`);
    return Object.fromEntries(
        Object.entries(row).map(([name, value]) => {
            const field = definition.fields[name];
            assert.ok(field, `${model} has no field ${name}`);
            assert.ok(!field.relation, `${model}.${name} is a relation: its key is the column`);
            return [name, toColumn(field.type, value)];
        }),
    );
}

function toColumn(type: string, value: CounterexampleValue): unknown {
    if (Array.isArray(value)) return value.map((item) => toColumn(type, item));
    if (typeof value === 'number' && type === 'DateTime') return new Date(value);
    if (typeof value === 'number' && type === 'BigInt') return BigInt(value);
    return value;
}

/** What is passed to `$setAuth`, with dates as `Date`. */
function toAuth(schema: SchemaDef, auth: CounterexampleObject, type = schema.authType): Record<string, unknown> {
    const declaration = type === undefined ? undefined : (schema.models[type] ?? schema.typeDefs?.[type]);
    const fields: Record<string, FieldDef> = declaration?.fields ?? {};
    const toMember = (field: FieldDef | undefined, value: CounterexampleValue): unknown => {
        if (Array.isArray(value)) return value.map((item) => toMember(field, item));
        if (typeof value === 'object' && value !== null) return toAuth(schema, value, field?.type);
        return field ? toColumn(field.type, value) : value;
    };
    return Object.fromEntries(Object.entries(auth).map(([name, value]) => [name, toMember(fields[name], value)]));
}
