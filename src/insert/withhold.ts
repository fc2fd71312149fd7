import type { AuthTable } from '../model/auth-table.ts';
import type { InsertConflict } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { damageOf } from './damage.ts';
import type { HiddenName } from './damage.ts';
import { byHand } from './draft.ts';
import type { TableMatch } from './match.ts';

/** What has to wait while the schema has syntax errors. */
export interface Withheld {
    /** Names of tables whose model can't be read, or isn't made for that reason: no key can lead to them. */
    broken: ReadonlySet<string>;
    /** What the schema has for each table; new models that have to wait are `blocked`. */
    matches: ReadonlyMap<string, TableMatch>;
}

/**
 * Holds back what can't be made right as long as the schema has syntax errors: new models and keys that refer to
 * a model that can't be read, all new models when that is the users' (the type of ids goes by it), or when a
 * whole file may be missing. The conflict that is the reason says so.
 * In: the tables, what the schema has for each. Out: what is left.
 */
export function withholdUncertain(
    tables: readonly AuthTable[],
    matches: ReadonlyMap<string, TableMatch>,
    view: SchemaView,
): Withheld {
    /** By the name of a table, that of the table which is the reason. */
    const reasons = new Map<string, string>();
    for (const { name } of tables) if (brokenConflict(matches.get(name))) reasons.set(name, name);
    const { lostImport } = damageOf(view);
    if (reasons.size === 0 && !lostImport) return { broken: new Set(), matches };

    const result = new Map(matches);
    const users = tables.find(({ key, name }) => key === 'user' && reasons.has(name))?.name;
    const waiting = new Map<string, string[]>();
    const hold = (reason: string, name: string): void => {
        waiting.set(reason, [...(waiting.get(reason) ?? []), name]);
    };
    const reasonOf = ({ fields }: AuthTable): string | undefined => {
        const referred = fields.flatMap(({ references }) => (references ? (reasons.get(references.table) ?? []) : []));
        return referred[0] ?? users ?? (lostImport && LOST_IMPORT);
    };
    for (let isChanging = true; isChanging;) {
        isChanging = false;
        for (const table of tables) {
            const match = result.get(table.name);
            const reason = match?.kind === 'absent' ? reasonOf(table) : undefined;
            if (match?.kind !== 'absent' || reason === undefined) continue;
            result.set(table.name, { kind: 'blocked', conflicts: [] });
            reasons.set(table.name, reason);
            hold(reason, match.name);
            isChanging = true;
        }
    }
    for (const { name, fields } of tables) {
        const match = result.get(name);
        if (match?.kind !== 'found') continue;
        const { declaration } = match;
        for (const field of fields) {
            const reason = field.references && reasons.get(field.references.table);
            if (reason === undefined || declaration.fields.some((other) => other.name === field.name)) continue;
            hold(reason, `${declaration.name}.${field.name}`);
        }
    }
    for (const [reason, names] of waiting) explain(result, reason, names, lostImport);
    return { broken: new Set(reasons.keys()), matches: result };
}

/** Stands for a reason that is no table. */
const LOST_IMPORT = '';

function brokenConflict(match: TableMatch | undefined): InsertConflict | undefined {
    return match?.kind === 'blocked' ? match.conflicts.find(({ kind }) => kind === 'model-broken') : undefined;
}

/** Says what waits in the conflict that is the reason; an import has none of its own. */
function explain(
    matches: Map<string, TableMatch>,
    reason: string,
    names: readonly string[],
    lostImport: HiddenName | undefined,
): void {
    const list = names.join(', ');
    if (reason !== LOST_IMPORT) {
        const conflict = brokenConflict(matches.get(reason));
        const wait = names.length === 1 ? 'waits' : 'wait';
        if (conflict) {
            const message = `${conflict.message} Until then ${list} ${wait}.`;
            matches.set(reason, { kind: 'blocked', conflicts: [{ ...conflict, message }] });
        }
        return;
    }
    const [first] = [...matches].filter(([, match]) => match.kind === 'blocked' && match.conflicts.length === 0);
    if (!first || !lostImport) return;
    const { file, start, end } = lostImport;
    const conflict: InsertConflict = {
        kind: 'file-broken',
        message: `An import can't be followed; ${list} may be in the file that it names.`,
        table: first[0],
        file,
        span: { start, end },
        proposal: byHand('Mend the import'),
    };
    matches.set(first[0], { kind: 'blocked', conflicts: [conflict] });
}
