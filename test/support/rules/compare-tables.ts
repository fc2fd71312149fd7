import type { Operation, PolicyModel } from '../../../src/model/policy.ts';
import type { ConcreteRow, ConcreteWorld } from '../../../src/rules/concrete-world.ts';
import { holderOf, lineageOf } from '../../../src/rules/lineage.ts';
import { Permit } from '../../../src/rules/permit.ts';
import { isUnknowable } from '../../../src/rules/truth.ts';
import type { Truth } from '../../../src/rules/truth.ts';
import type { Subject } from './compare.ts';
import type { Rows } from './generate-data.ts';

/** What an update leaves: refused as a whole, or the tables in which the row was changed. */
export type Written = 'refused' | string[] | { unknown: string };

/** The model whose row it is, with its bases; the rows of a database, and how to look at them. */
interface At {
    subject: Subject;
    model: PolicyModel;
    worldOf: (rows: Rows) => ConcreteWorld;
}

/** The columns that updates set so that they show, by the tables that a row of a model is in, the topmost first. */
export function marksOf(subject: Subject, name: string): { table: string; mark: string }[] {
    const model = subject.schema.models.get(name);
    if (!model) return [];
    return lineageOf(subject.schema, model).flatMap((each) => {
        const mark = [...each.fields.keys()].find(
            (column) => column.endsWith('mark') && holderOf(subject.schema, each, column) === each,
        );
        return mark === undefined ? [] : [{ table: each.name, mark }];
    });
}

/**
 * Whether a row that extends a base may be created, table by table: when the rules of one model are asked, the tables
 * of its bases have the row already.
 */
export function createStepwise({ subject, model, worldOf }: At, row: ConcreteRow): Truth {
    const rows: Rows = { ...subject.rows };
    for (const { name } of lineageOf(subject.schema, model)) {
        const world = worldOf(rows);
        const permit = new Permit(subject.schema, world, { eager: true });
        const value = permit.permitsIn(name, 'create', world.row(model.name, row));
        if (value !== true) return value;
        rows[name] = [...(rows[name] ?? []), row];
    }
    return true;
}

/** What becomes of an update of one row, table by table: each is asked about the row as the one before has left it. */
export function updateStepwise({ subject, model, worldOf }: At, row: ConcreteRow, update: ConcreteRow): Written {
    const { schema } = subject;
    const written: string[] = [];
    let now = row;
    for (const table of lineageOf(schema, model)) {
        const columns = Object.keys(update).filter((column) => holderOf(schema, model, column) === table);
        const [first] = columns;
        if (first === undefined) continue;
        const world = worldOf(withRow(subject, model, row, now));
        const before = world.row(model.name, now);
        const permit = new Permit(schema, world, { eager: true });
        const truth = permit.permits('update', before, first);
        if (isUnknowable(truth)) return truth;
        const isRuled = new Set<boolean>();
        for (const column of columns) {
            const field = permit.permitsField('update', before, column);
            if (isUnknowable(field)) return field;
            isRuled.add(field !== false);
        }
        const own = permit.permitsIn(table.name, 'update', before);
        if (isRuled.has(false) && own === true) return 'refused';
        if (truth !== true) continue;
        const next: ConcreteRow = {
            ...now,
            ...Object.fromEntries(columns.map((name) => [name, update[name] ?? null])),
        };
        const changed = worldOf(withRow(subject, model, row, next));
        const after = new Permit(schema, changed, { eager: true });
        const stays = after.permitsAfter(before, changed.row(model.name, next), first);
        if (isUnknowable(stays)) return stays;
        if (stays !== true) return 'refused';
        written.push(table.name);
        now = next;
    }
    return written;
}

/** The rows with one that is another now, in all tables that it is in. */
function withRow(subject: Subject, model: PolicyModel, row: ConcreteRow, now: ConcreteRow): Rows {
    const rows: Rows = { ...subject.rows };
    for (const { name } of lineageOf(subject.schema, model)) {
        rows[name] = (rows[name] ?? []).map((other) => (other === row ? now : other));
    }
    return rows;
}

/** Whether a model's rows are in several tables, or are found by a query before they are written. */
export function isInTables(subject: Subject, name: string, operation: Operation): boolean {
    const model = subject.schema.models.get(name);
    return operation !== 'read' && model !== undefined && (model.base !== undefined || model.isDelegate);
}
