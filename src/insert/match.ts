import type { AuthField, AuthTable } from '../model/auth-table.ts';
import type { InsertConflict } from '../model/insert-plan.ts';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import { damageOf } from './damage.ts';
import { byHand } from './draft.ts';
import { answersTo, isDeclarationName, lowerFirst, modelNameFor, normalizeName, plural } from './names.ts';
import { stringValue } from './tokens.ts';

/** What a schema has for a table. */
export type TableMatch =
    /** A model that the adapter finds. */
    | { kind: 'found'; declaration: DeclarationView; conflicts: InsertConflict[] }
    /** A model that the adapter doesn't find, but that others may refer to. */
    | { kind: 'lookalike'; declaration: DeclarationView; conflicts: InsertConflict[] }
    | { kind: 'absent'; name: string }
    /** The model is there, or can't be there: nothing is inserted for the table. */
    | { kind: 'blocked'; conflicts: InsertConflict[] };

/**
 * Finds what a schema has for a table: by the name that the adapter looks up, then by database table and
 * columns.
 * In: the table, all tables, the schema. Out: the match with its conflicts.
 */
export function matchTable(table: AuthTable, tables: readonly AuthTable[], view: SchemaView): TableMatch {
    const found = view.declarations.filter(({ kind, name }) => kind === 'model' && answersTo(name, table.name));
    const [declaration, second] = found;
    if (declaration) return matchFound(table, declaration, second);
    const name = modelNameFor(table.name);
    if (!isDeclarationName(name)) {
        const message = `Better Auth's table "${table.key}" is called "${table.name}", which can't be the name of a ZModel model.`;
        const proposal = byHand(
            `Give the table a modelName of letters, digits and "_" in the Better Auth configuration`,
        );
        return { kind: 'blocked', conflicts: [{ kind: 'name-invalid', message, table: table.key, proposal }] };
    }
    const taken = findTaken(table, name, view);
    if (taken) return { kind: 'blocked', conflicts: [taken] };
    const free = view.declarations.filter(
        (candidate) => candidate.kind === 'model' && !tables.some((other) => answersTo(candidate.name, other.name)),
    );
    const outline = outlineOf(table);
    const lookalike = free.find((candidate) => looksLike(candidate, outline));
    if (lookalike) return { kind: 'lookalike', declaration: lookalike, conflicts: [renamed(table, lookalike)] };
    const mapped = view.declarations.find((candidate) => answersTo(candidate.tableName, name));
    if (mapped && mapped.kind !== 'type') {
        const message = `Model ${mapped.name} is mapped to the database table "${mapped.tableName}", which a model ${name} for Better Auth's table "${table.key}" would also use.`;
        return { kind: 'blocked', conflicts: [renamed(table, mapped, message)] };
    }
    return { kind: 'absent', name };
}

function matchFound(table: AuthTable, declaration: DeclarationView, second: DeclarationView | undefined): TableMatch {
    const place = { table: table.key, file: declaration.file, span: declaration.nameSpan };
    if (!declaration.intact) {
        const message = `Model ${declaration.name} has syntax errors; it isn't edited until they are mended.`;
        const proposal = byHand(`Mend the syntax errors in model ${declaration.name}`);
        return { kind: 'blocked', conflicts: [{ kind: 'model-broken', message, ...place, proposal }] };
    }
    if (declaration.attributes.some((attribute) => attribute.name === '@@ignore')) {
        const message = `Model ${declaration.name} is marked @@ignore, so Better Auth's adapter can't find "${table.name}".`;
        const proposal = byHand(`Remove @@ignore from model ${declaration.name}`);
        return { kind: 'blocked', conflicts: [{ kind: 'ignored', message, ...place, proposal }] };
    }
    if (!second) return { kind: 'found', declaration, conflicts: [] };
    const message = `Models ${declaration.name} and ${second.name} both answer to "${table.name}"; Better Auth's adapter gets the first.`;
    const ambiguous: InsertConflict = {
        kind: 'name-ambiguous',
        message,
        ...place,
        proposal: byHand('Rename one of the two models'),
    };
    return { kind: 'found', declaration, conflicts: [ambiguous] };
}

/** Something else than a model that stands in the way of a model's name. */
function findTaken(table: AuthTable, name: string, view: SchemaView): InsertConflict | undefined {
    const others = [
        ...view.declarations
            .filter(({ kind }) => kind !== 'model')
            .map((other) => ({ ...other, span: other.nameSpan })),
        ...view.enums.map((other) => ({ ...other, kind: 'enum' })),
        ...view.plugins.map((other) => ({ ...other, kind: 'plugin' })),
    ];
    const other = others.find((candidate) =>
        candidate.kind === 'view' ? answersTo(candidate.name, name) : candidate.name === name,
    );
    if (other) {
        const message = `Better Auth needs a model ${name} for its table "${table.key}", but the name is taken by ${other.kind} ${other.name}.`;
        const title = `Rename ${other.kind} ${other.name}, or set another modelName in the Better Auth configuration`;
        const { file, span } = other;
        return { kind: 'name-taken', message, table: table.key, file, span, proposal: byHand(title) };
    }
    const hidden = damageOf(view).findModel(name);
    if (!hidden) return undefined;
    const { file, start, end } = hidden;
    const message = `"${hidden.text}" stands in a part that has syntax errors, which may hide the model for Better Auth's table "${table.key}".`;
    const proposal = byHand('Mend the syntax errors there');
    return { kind: 'model-broken', message, table: table.key, file, span: { start, end }, proposal };
}

function renamed(table: AuthTable, declaration: DeclarationView, message?: string): InsertConflict {
    const mapped = declaration.tableName === declaration.name ? '' : ` (mapped to "${declaration.tableName}")`;
    const looks = `Model ${declaration.name}${mapped} looks like Better Auth's table "${table.key}", but the adapter looks for "${table.name}".`;
    const title = `Set modelName: "${lowerFirst(declaration.name)}" for "${table.key}" in the Better Auth configuration, or rename the model to ${modelNameFor(table.name)}`;
    return {
        kind: 'model-renamed',
        message: message ?? looks,
        table: table.key,
        file: declaration.file,
        span: declaration.nameSpan,
        proposal: byHand(title),
    };
}

/** Whether a model is the one for a table: by the name that the adapter looks up, else by its columns. */
export function isModelFor(declaration: DeclarationView, table: AuthTable): boolean {
    return answersTo(declaration.name, table.name) || looksLike(declaration, outlineOf(table));
}

/** A table as `looksLike` compares it, with names normalized. */
interface TableOutline {
    names: string[];
    required: string[][];
    keys: string[][];
    telling: string[][];
}

function outlineOf(table: AuthTable): TableOutline {
    const namesOf = (field: AuthField): string[] => [normalizeName(field.name), normalizeName(field.key)];
    return {
        names: [table.key, table.name].flatMap((name) => [normalizeName(name), normalizeName(plural(name))]),
        required: table.fields.filter((field) => field.required).map(namesOf),
        keys: table.fields.filter((field) => field.references).map(namesOf),
        // Dates are alike everywhere.
        telling: table.fields.filter((field) => field.type !== 'date').map(namesOf),
    };
}

/** Normalized names of a model's fields and columns; kept because every lacking table asks for them. */
const columnNames = new WeakMap<DeclarationView, ReadonlySet<string>>();

/** The normalized names of a model's fields and of the columns that they are mapped to. */
export function columnNamesOf(declaration: DeclarationView): ReadonlySet<string> {
    const known = columnNames.get(declaration);
    if (known) return known;
    const names = new Set<string>();
    for (const field of declaration.fields) {
        names.add(normalizeName(field.name));
        const map = field.attributes.find((attribute) => attribute.name === '@map')?.args[0]?.text;
        const column = map === undefined ? undefined : stringValue(map);
        if (column !== undefined) names.add(normalizeName(column));
    }
    columnNames.set(declaration, names);
    return names;
}

/**
 * Whether a model under another name holds a table's rows. Columns alone count only when there are
 * enough of them to be telling; a name alone never does.
 */
function looksLike(declaration: DeclarationView, table: TableOutline): boolean {
    const columns = columnNamesOf(declaration);
    const count = (fields: string[][]): number =>
        fields.filter((names) => names.some((name) => columns.has(name))).length;
    const coverage = table.required.length === 0 ? 0 : count(table.required) / table.required.length;
    if (coverage < 0.5) return false;
    const name = normalizeName(declaration.name);
    const mapped = normalizeName(declaration.tableName);
    if (declaration.tableName !== declaration.name && table.names.includes(mapped)) return true;
    const ends = table.names.some((known) => name.endsWith(known) || mapped.endsWith(known));
    if (ends && coverage >= 0.75 && count(table.keys) === table.keys.length) return true;
    return coverage === 1 && count(table.telling) >= 4;
}
