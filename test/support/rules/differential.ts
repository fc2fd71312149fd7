import type { SchemaDef } from '@zenstackhq/orm/schema';
import type { Operation, PolicySchema } from '../../../src/model/policy.ts';
import type { ConcreteRow } from '../../../src/rules/concrete-world.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import type { ParsedSource } from '../../../src/zmodel/parse.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';
import { SQLITE_PRELUDE, loadSchema, operationsOf } from '../orm.ts';
import { BASE_SCHEMAS, modelText, schemaText } from './base-schema.ts';
import type { JoinTable, Rules } from './base-schema.ts';
import { isInTables } from './compare-tables.ts';
import { Comparison, hasPostUpdate } from './compare.ts';
import type { Subject, Tally } from './compare.ts';
import { Engine } from './engine.ts';
import { generateAuth, generateData, rowOf, toOrmRow } from './generate-data.ts';
import type { Links, Rows } from './generate-data.ts';
import { RuleGenerator } from './generate-rules.ts';
import { Random } from './random.ts';
import { withRules } from './runtime-schema.ts';

export type AuthKind = keyof typeof BASE_SCHEMAS;
export type RulesByModel = Readonly<Record<string, Rules>>;

const OPERATIONS: readonly Operation[] = ['read', 'create', 'update', 'delete', 'post-update'];
/** With how many schemas the same rows are used. */
const SCHEMAS_PER_DATA = 40;
const ACTORS_PER_SCHEMA = 2;

function createJoinTable({ table, a, b }: JoinTable): string {
    return `CREATE TABLE "${table}" (
        "A" TEXT NOT NULL REFERENCES "${a}" ("id") ON DELETE CASCADE,
        "B" TEXT NOT NULL REFERENCES "${b}" ("id") ON DELETE CASCADE
    )`;
}

/** Schemas that share their models and a database, and differ in their rules. */
export class Family {
    readonly #auth: AuthKind;
    readonly #engine: Engine;
    readonly #runtime: SchemaDef;
    readonly #parsed = new Map<string, ParsedSource>();
    readonly plain: PolicySchema;
    #rows: Rows = {};
    #links: Links = {};

    private constructor(auth: AuthKind, engine: Engine, runtime: SchemaDef) {
        this.#auth = auth;
        this.#engine = engine;
        this.#runtime = runtime;
        this.plain = this.#read({}).schema;
    }

    static async open(auth: AuthKind): Promise<Family> {
        const runtime = await loadSchema(SQLITE_PRELUDE + schemaText(BASE_SCHEMAS[auth], {}));
        const engine = await Engine.open(runtime);
        for (const table of Object.values(BASE_SCHEMAS[auth].joinTables)) engine.execute(createJoinTable(table));
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
        const { joinTables } = BASE_SCHEMAS[this.#auth];
        const { rows, links } = generateData(random, this.plain, Object.keys(joinTables));
        this.#rows = rows;
        this.#links = links;
        const models = Object.keys(rows);
        const tables = Object.values(joinTables).map(({ table }) => table);
        for (const table of [...tables, ...models.toReversed()]) this.#engine.execute(`DELETE FROM "${table}"`);
        // Rows of a base are those of what extends it.
        for (const model of models.filter((name) => this.plain.models.get(name)?.isDelegate === false)) {
            const operations = operationsOf(this.#engine.plain, model);
            await operations.createMany({
                data: (rows[model] ?? []).map((row) => toOrmRow(this.plain, model, row)),
            });
        }
        for (const [side, { table, own }] of Object.entries(joinTables)) {
            for (const [from, to] of links[side] ?? []) {
                const [a, b] = own === 'A' ? [from, to] : [to, from];
                this.#engine.execute(`INSERT INTO "${table}" ("A", "B") VALUES ('${a}', '${b}')`);
            }
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
            manyToMany: this.#links,
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
            await comparison.read();
            if (random.chance(0.1)) await comparison.readIncluded();
            return;
        case 'delete':
            return comparison.delete();
        case 'update':
            // Of several tables each has rules of its own.
            if (isInTables(subject, model, operation) || !hasPostUpdate(subject.schema, model))
                await comparison.update();
            return;
        case 'create':
            for (let index = 0; index < 3; index++) {
                await comparison.create(rowOf(random, family.plain, model, `new${index}`, subject.rows));
            }
            return;
        case 'post-update':
            for (let index = 0; index < 3; index++) {
                const row = random.pick(rows);
                await comparison.postUpdate(row, updateOf(random, family.plain, model, row, subject.rows));
            }
    }
}

/** What an update sets: some columns of a row anew. */
function updateOf(random: Random, schema: PolicySchema, model: string, row: ConcreteRow, rows: Rows): ConcreteRow {
    const other = rowOf(random, schema, model, String(row.id), rows);
    // On SQLite a given null for a Boolean becomes false.
    const fields = schema.models.get(model)?.fields;
    const isFine = (name: string): boolean =>
        (name !== 'flag' || other[name] !== null) && fields?.get(name)?.isGenerated === false;
    const names = Object.keys(other).filter((name) => name !== 'id' && isFine(name) && random.chance(0.25));
    const chosen = names.length > 0 ? names : [fields?.has('title') === true ? 'title' : 'score'];
    return Object.fromEntries(chosen.map((name) => [name, other[name] ?? null]));
}

/** Compares both on schemas made at random: each with several actors, on all rows. */
export async function compareGenerated(
    auth: AuthKind,
    seed: number,
    count: number,
    tally: Tally,
    sample: (family: Family, rules: RulesByModel, index: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
    const family = await Family.open(auth);
    try {
        const random = new Random(seed);
        for (let index = 0; index < count; index++) {
            if (index % SCHEMAS_PER_DATA === 0) await family.fill(random);
            const operation = OPERATIONS[index % OPERATIONS.length] ?? 'read';
            const rules = new RuleGenerator(random, family.plain).rules(operation);
            await sample(family, rules, index);
            const subject = family.subject(rules);
            const others = random.chance(0.3) ? [random.pick(OPERATIONS)] : [];
            for (let actor = 0; actor < ACTORS_PER_SCHEMA; actor++) {
                const passed = generateAuth(random, family.plain, family.rows);
                for (const each of new Set([operation, ...others])) {
                    // A base can't be created by itself.
                    const bases = each === 'create' ? [] : BASE_SCHEMAS[auth].bases;
                    const model = bases.length > 0 ? random.pick(['Todo', 'Todo', ...bases]) : 'Todo';
                    await compareOperation(family, subject, passed, each, random, tally, model);
                }
            }
        }
    } finally {
        family.close();
    }
}
