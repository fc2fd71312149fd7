/** One row of a column: how wide the row is before it, and the blanks that are there; undefined when the row ends there. */
export interface Cell {
    width: number;
    raw: string | undefined;
    /** Rows between which no blank line stands have the same number. */
    group: number;
}

/** What to do where the rows' own layout doesn't tell. */
export type Preference = 'aligned' | 'single';

const GAP = 1;

function tight(cells: readonly Cell[]): number {
    return Math.max(...cells.map(({ width }) => width)) + GAP;
}

/** Where most of the rows stand now, when that leaves room for all of them. */
function wide(cells: readonly Cell[]): number {
    const counts = new Map<number, number>();
    for (const { width, raw } of cells) {
        if (raw !== undefined && /^ +$/.test(raw)) {
            const column = width + raw.length;
            counts.set(column, (counts.get(column) ?? 0) + 1);
        }
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const least = tight(cells.filter(({ raw }) => raw !== undefined));
    return most && most[1] > 1 && most[0] >= least ? most[0] : tight(cells);
}

function byGroup(cells: readonly Cell[], columnOf: (cells: readonly Cell[]) => number): (cell: Cell) => number {
    const columns = new Map<number, number>();
    return ({ group }) => {
        const known = columns.get(group) ?? columnOf(cells.filter((cell) => cell.group === group));
        columns.set(group, known);
        return known;
    };
}

function constant(column: number): () => number {
    return () => column;
}

/**
 * Lays out one column as it was meant: the layout of those that formatters and people use which changes
 * the fewest rows. That keeps columns, groups of columns divided by blank lines, wider columns and single blanks alike.
 * In: the rows. Out: the blanks before each cell, in the same order; empty where there is none.
 */
export function layOutColumn(cells: readonly Cell[], preference: Preference): string[] {
    const present = cells.filter(({ raw }) => raw !== undefined);
    if (present.length === 0) return cells.map(() => '');
    const columns: ((cell: Cell) => number)[] = [
        constant(tight(cells)),
        byGroup(cells, tight),
        constant(tight(present)),
        byGroup(present, tight),
        constant(wide(cells)),
        byGroup(cells, wide),
    ];
    const single = ({ width }: Cell): number => width + GAP;
    const layouts = preference === 'aligned' ? [...columns, single] : [single, ...columns];
    const padded = layouts.map((columnOf) =>
        cells.map((cell) => (cell.raw === undefined ? '' : ' '.repeat(Math.max(GAP, columnOf(cell) - cell.width)))),
    );
    const kept = padded.map((pads) => pads.filter((pad, index) => pad === cells[index]?.raw).length);
    return padded[kept.indexOf(Math.max(...kept))] ?? [];
}
