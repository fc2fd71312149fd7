import type { Scalar } from '../model/policy.ts';
import { Impossible } from './choices.ts';
import type { RowRef } from './world.ts';

/** A row whose columns are determined as they are asked for. */
export class LazyRow implements RowRef {
    readonly model: string;
    readonly values = new Map<string, Scalar>();
    /** The rows of to-many relations that were looked at. */
    readonly lists = new Map<string, LazyRow[]>();
    /** It isn't in the database yet, so that nothing refers to it. */
    isNew = false;
    /** The row before an update, from which it has what the update doesn't set. */
    before: LazyRow | undefined;
    constructor(model: string) {
        this.model = model;
    }
}

/** Rows of a model that are known to be all those with certain values. */
interface Closed {
    keys: ReadonlyMap<string, Scalar>;
    rows: readonly LazyRow[];
}

/** The rows of a world, with the lists of them that are known to be whole: no row joins these any more. */
export class LazyRows {
    readonly #rows = new Map<string, LazyRow[]>();
    readonly #closed = new Map<string, Closed[]>();

    /** The rows of a model, in the order in which they came about. */
    of(model: string): readonly LazyRow[] {
        return this.#rows.get(model) ?? [];
    }

    /** All rows, model by model. */
    all(): LazyRow[] {
        return [...this.#rows.values()].flat();
    }

    /** Adds a row with some columns determined. Throws `Impossible` when it would join a closed list. */
    add(model: string, values: ReadonlyMap<string, Scalar> = new Map<string, Scalar>()): LazyRow {
        const row = new LazyRow(model);
        const rows = this.#rows.get(model);
        if (rows) rows.push(row);
        else this.#rows.set(model, [row]);
        for (const [name, value] of values) row.values.set(name, value);
        for (const [name, value] of values) if (!this.isOpen(row, name, value)) throw new Impossible();
        return row;
    }

    /** Closes the list of the rows of a model with certain values. */
    close(model: string, keys: ReadonlyMap<string, Scalar>, rows: readonly LazyRow[]): void {
        this.#closed.set(model, [...(this.#closed.get(model) ?? []), { keys, rows }]);
    }

    /** Whether all rows of a model with certain values are known. */
    isClosed(model: string, keys: ReadonlyMap<string, Scalar>): boolean {
        return (this.#closed.get(model) ?? []).some((closed) => includes(keys, closed.keys));
    }

    /** Whether a value of a column leaves closed lists as they are. */
    isOpen(row: LazyRow, name: string, value: Scalar): boolean {
        return (this.#closed.get(row.model) ?? []).every(({ keys, rows }) => {
            if (!keys.has(name) || rows.includes(row)) return true;
            return [...keys].some(([key, wanted]) => (key === name ? value : row.values.get(key)) !== wanted);
        });
    }
}

function includes(keys: ReadonlyMap<string, Scalar>, part: ReadonlyMap<string, Scalar>): boolean {
    return [...part].every(([name, value]) => keys.get(name) === value);
}
