import assert from 'node:assert/strict';
import { getAuthTables } from 'better-auth/db';
import type { BetterAuthDBSchema, DBFieldAttribute } from 'better-auth/db';
import type { Provider } from '../schemas.ts';
import type { ProvableAuth, Step } from '../world.ts';

type Row = Record<string, unknown>;
type Table = BetterAuthDBSchema[string];

/** Reads every column of every table; the error names the one that is lacking. */
export async function takeReadJourney(step: Step, auth: ProvableAuth): Promise<void> {
    const { adapter } = await auth.$context;
    await step('read every column', async () => {
        for (const [model, { fields }] of Object.entries(getAuthTables(auth.options))) {
            await adapter.findOne({ model, where: [], select: ['id', ...Object.keys(fields)] });
        }
    });
}

/**
 * Writes a row with a value in every column of every table, and empties what is optional; each time what is read
 * has to be what was written. In the end it deletes the rows.
 * In: the database, as what the ORM makes of null depends on it.
 */
export async function takeWriteJourney(step: Step, auth: ProvableAuth, provider: Provider): Promise<void> {
    const { adapter } = await auth.$context;
    const tables = getAuthTables(auth.options);
    const rows = new Map<string, { id: string; values: Row }>();

    const check = async (model: string, id: string, values: Row): Promise<void> => {
        const select = Object.keys(values);
        const found = await adapter.findOne({ model, where: [{ field: 'id', value: id }], select });
        assert.ok(found, `${model} is found`);
        for (const key of select) {
            const value: unknown = Reflect.get(found, key);
            const number = typeof value === 'bigint' ? Number(value) : value;
            assert.deepEqual(number, values[key], `${model}.${key} is read as it was written`);
        }
    };

    const makeRow = async (key: string, table: Table, parents: readonly string[]): Promise<Row> => {
        const known = rows.get(key);
        if (known) return known.values;
        const values: Row = {};
        for (const [name, field] of Object.entries(table.fields)) {
            const target = field.references && findTable(tables, field.references.model);
            if (!field.references || !target) {
                values[name] = valueFor(`${key}-${name}`, field);
            } else if (!parents.includes(target.key) && target.key !== key) {
                const parent = await makeRow(target.key, target.table, [...parents, key]);
                values[name] = parent[field.references.field];
            } else {
                assert.equal(field.required, false, `${key}.${name} leads in a circle`);
            }
        }
        const made = await adapter.create({ model: key, data: values });
        const id = String(made['id']);
        await check(key, id, values);
        rows.set(key, { id, values: { ...values, id } });
        return { ...values, id };
    };

    await step('write every column', async () => {
        for (const [key, table] of Object.entries(tables)) await makeRow(key, table, []);
    });

    await step('empty every optional column', async () => {
        for (const [key, { id }] of rows) {
            const optional = Object.entries(tables[key]?.fields ?? {}).filter(
                // The ORM refuses null for PostgreSQL's lists.
                ([, field]) => field.required === false && !(provider === 'postgresql' && isList(field)),
            );
            if (optional.length === 0) continue;
            const update = Object.fromEntries(optional.map(([name]) => [name, null]));
            await adapter.update({ model: key, where: [{ field: 'id', value: id }], update });
            // On SQLite the ORM (3.9.4) writes null as false.
            const emptied = optional.map(([name, { type }]) => [
                name,
                provider === 'sqlite' && type === 'boolean' ? false : null,
            ]);
            await check(key, id, Object.fromEntries(emptied) as Row);
        }
    });

    await step('delete the rows', async () => {
        for (const [model, { id }] of [...rows].reverse()) {
            const query = { model, where: [{ field: 'id', value: id }] };
            await adapter.delete(query);
            assert.equal(await adapter.findOne({ ...query, select: ['id'] }), null, `${model} is deleted`);
        }
    });
}

/** The table that a key refers to, by Better Auth's own key or by its other name. */
function findTable(tables: BetterAuthDBSchema, model: string): { key: string; table: Table } | undefined {
    const found = Object.entries(tables).find(([key, { modelName }]) => key === model || modelName === model);
    return found && { key: found[0], table: found[1] };
}

function isList({ type }: DBFieldAttribute): boolean {
    return type === 'string[]' || type === 'number[]';
}

/** A value that no other column has. */
function valueFor(name: string, { type }: DBFieldAttribute): unknown {
    switch (type) {
        case 'string':
            return name.toLowerCase();
        case 'number':
            return name.length;
        case 'boolean':
            return true;
        case 'date':
            return new Date(Date.UTC(2030, 0, 1, 12, 30, 15, name.length));
        case 'json':
            return { [name]: [1, 'two', null, { deep: true }] };
        case 'string[]':
            return [name, 'a "quoted", one'];
        case 'number[]':
            return [3, 1, 2];
        default:
            return Array.isArray(type) ? type[0] : assert.fail(`${name} has the type ${String(type)}`);
    }
}
