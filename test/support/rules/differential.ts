import type { SchemaDef } from '@zenstackhq/orm/schema';
import type { Operation, PolicySchema } from '../../../src/model/policy.ts';
import type { ConcreteRow } from '../../../src/rules/concrete-world.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import type { ParsedSource } from '../../../src/zmodel/parse.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';
import { SQLITE_PRELUDE, loadSchema, operationsOf } from '../orm.ts';
import { BASE_SCHEMAS, modelText, schemaText } from './base-schema.ts';
import type { Rules } from './base-schema.ts';
import { Comparison, hasPostUpdate } from './compare.ts';
import type { Subject, Tally } from './compare.ts';
import { Engine } from './engine.ts';
import { generateAuth, generateData, rowOf, toOrmRow } from './generate-data.ts';
import type { Rows } from './generate-data.ts';
import { RuleGenerator } from './generate-rules.ts';
import { Random } from './random.ts';
import { withRules } from './runtime-schema.ts';

export type AuthKind = keyof typeof BASE_SCHEMAS;
export type RulesByModel = Readonly<Record<string, Rules>>;

const OPERATIONS: readonly Operation[] = ['read', 'create', 'update', 'delete', 'post-update'];
/** With how many schemas the same rows are used. */
const SCHEMAS_PER_DATA = 40;
const ACTORS_PER_SCHEMA = 2;
const JOIN_TABLE = `CREATE TABLE "_TagToTodo" (
    "A" TEXT NOT NULL REFERENCES "Tag" ("id") ON DELETE CASCADE,
    "B" TEXT NOT NULL REFERENCES "Todo" ("id") ON DELETE CASCADE
)`;

/** Schemas that share their models and a database, and differ in their rules. */
export class Family {
    readonly #auth: AuthKind;
    readonly #engine: Engine;
    readonly #runtime: SchemaDef;
    readonly #parsed = new Map<string, ParsedSource>();
    readonly plain: PolicySchema;
    #rows: Rows = {};
    #tags: [string, string][] = [];

    private constructor(auth: AuthKind, engine: Engine, runtime: SchemaDef) {
        this.#auth = auth;
        this.#engine = engine;
        this.#runtime = runtime;
        this.plain = this.#read({}).schema;
    }

    static async open(auth: AuthKind): Promise<Family> {
        const runtime = await loadSchema(SQLITE_PRELUDE + schemaText(BASE_SCHEMAS[auth], {}));
        const engine = await Engine.open(runtime);
        // `$pushSchema` leaves out the tables of implicit many-to-many relations.
        engine.execute(JOIN_TABLE);
        return new Family(auth, engine, runtime);
    }

    close(): void {
        this.#engine.close();
    }

    get rows(): Rows {
        return this.#rows;
    }

    /** The text of a schema of this family, whole. */
    text(rules: RulesByModel): string {
        return SQLITE_PRELUDE + schemaText(BASE_SCHEMAS[this.#auth], rules);
    }

    /** The schema object that the engine gets for rules. */
    runtimeOf(rules: RulesByModel): SchemaDef {
        return this.#read(rules).runtime;
    }

    /** Replaces what is in the database. */
    async fill(random: Random): Promise<void> {
        const { rows, tags } = generateData(random, this.plain);
        this.#rows = rows;
        this.#tags = tags;
        const models = Object.keys(rows);
        for (const model of ['_TagToTodo', ...models.toReversed()]) this.#engine.execute(`DELETE FROM "${model}"`);
        for (const model of models) {
            const operations = operationsOf(this.#engine.plain, model);
            await operations.createMany({
                data: (rows[model] ?? []).map((row) => toOrmRow(this.plain, model, row)),
            });
        }
        for (const [todo, tag] of tags) {
            this.#engine.execute(`INSERT INTO "_TagToTodo" ("A", "B") VALUES ('${tag}', '${todo}')`);
        }
    }

    /** The family's database under rules. */
    subject(rules: RulesByModel): Subject {
        const { schema, runtime } = this.#read(rules);
        return {
            schema,
            text: describeRules(rules),
            engine: this.#engine,
            operations: this.#engine.guarded(runtime),
            rows: this.#rows,
            manyToMany: { 'Todo.tags': this.#tags },
        };
    }

    #read(rules: RulesByModel): { schema: PolicySchema; runtime: SchemaDef } {
        const base = BASE_SCHEMAS[this.#auth];
        const ruled: ParsedSource[] = [];
        const sources = [
            { ...this.#parse(SQLITE_PRELUDE + base.head), file: '/schema/head.zmodel', imports: [] },
            ...Object.keys(base.models).map((name) => {
                const text = modelText(base, name, rules[name]);
                const parsed = rules[name] ? parseSource(text) : this.#parse(text);
                if (rules[name]) ruled.push(parsed);
                return { ...parsed, file: `/schema/${name}.zmodel`, imports: [] };
            }),
        ];
        const schema = buildSchemaView('/schema/head.zmodel', sources).policies();
        if (!schema.complete) throw new Error(`Rules that don't parse:\n${describeRules(rules)}`);
        return { schema, runtime: withRules(this.#runtime, ruled) };
    }

    #parse(text: string): ParsedSource {
        const known = this.#parsed.get(text);
        if (known) return known;
        const parsed = parseSource(text);
        this.#parsed.set(text, parsed);
        return parsed;
    }
}

/** Rules as text, for a report. */
export function describeRules(rules: RulesByModel): string {
    return Object.entries(rules)
        .flatMap(([model, { model: own, fields = {} }]) => [
            ...own.map((rule) => `${model}: ${rule}`),
            ...Object.entries(fields).flatMap(([field, list]) => list.map((rule) => `${model}.${field}: ${rule}`)),
        ])
        .join('\n');
}

/** Asks both about one operation of an actor on the rows of a model. */
export async function compareOperation(
    family: Family,
    subject: Subject,
    auth: Record<string, unknown> | undefined,
    operation: Operation,
    random: Random,
    tally: Tally,
    model = 'Todo',
): Promise<void> {
    const comparison = new Comparison(subject, model, auth, tally);
    const rows = subject.rows[model] ?? [];
    switch (operation) {
        case 'read':
            return comparison.read();
        case 'delete':
            return comparison.delete();
        case 'update':
            return hasPostUpdate(subject.schema, model) ? undefined : comparison.update();
        case 'create':
            for (let index = 0; index < 3; index++) {
                await comparison.create(rowOf(random, family.plain, model, `new${index}`, subject.rows));
            }
            return;
        case 'post-update':
            for (let index = 0; index < 3; index++) {
                const row = random.pick(rows);
                await comparison.postUpdate(row, updateOf(random, family.plain, row, subject.rows));
            }
    }
}

/** What an update sets: some columns of a row anew. */
function updateOf(random: Random, schema: PolicySchema, row: ConcreteRow, rows: Rows): ConcreteRow {
    const other = rowOf(random, schema, 'Todo', String(row.id), rows);
    // On SQLite a given null for a Boolean becomes false.
    const isFine = (name: string): boolean => name !== 'flag' || other[name] !== null;
    const names = Object.keys(other).filter((name) => name !== 'id' && isFine(name) && random.chance(0.25));
    const chosen = names.length > 0 ? names : ['title'];
    return Object.fromEntries(chosen.map((name) => [name, other[name] ?? null]));
}

/** Compares both on schemas made at random: each with several actors, on all rows. */
export async function compareGenerated(
    auth: AuthKind,
    seed: number,
    count: number,
    tally: Tally,
    sample: (family: Family, rules: RulesByModel) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
    const family = await Family.open(auth);
    try {
        const random = new Random(seed);
        for (let index = 0; index < count; index++) {
            if (index % SCHEMAS_PER_DATA === 0) await family.fill(random);
            const operation = OPERATIONS[index % OPERATIONS.length] ?? 'read';
            const rules = new RuleGenerator(random, family.plain).rules(operation);
            await sample(family, rules);
            const subject = family.subject(rules);
            const others = random.chance(0.3) ? [random.pick(OPERATIONS)] : [];
            for (let actor = 0; actor < ACTORS_PER_SCHEMA; actor++) {
                const passed = generateAuth(random, family.plain, family.rows);
                for (const each of new Set([operation, ...others])) {
                    await compareOperation(family, subject, passed, each, random, tally);
                }
            }
        }
    } finally {
        family.close();
    }
}
