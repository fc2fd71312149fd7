import type { AuthConfig, AuthTable } from '../model/auth-table.ts';
import type { InsertOptions, InsertPlan } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { columnField, idField, idTypeOf } from './columns.ts';
import { compoundConflicts } from './compound-keys.ts';
import type { Draft, Home, Planning } from './draft.ts';
import { byHand, inheritorNames } from './draft.ts';
import { enumFor } from './enums.ts';
import { hasIdentity, idConflicts, lackingColumns } from './existing.ts';
import { matchTable } from './match.ts';
import type { TableMatch } from './match.ts';
import { isFieldName } from './names.ts';
import { addRelations } from './relations.ts';
import { writePlan } from './write-plan.ts';
import { schemaStyles } from './schema-styles.ts';
import type { TextStyle } from './style.ts';
import { braceDepth, unevenBrace } from './tokens.ts';
import { withholdUncertain } from './withhold.ts';

/**
 * Plans the edits that give a schema the tables that Better Auth needs.
 * In: the schema, the configuration, which tables and where to. Out: the edits with what they add; what is
 * there but different is listed as a conflict and left as it is. Planning again on the result gives no
 * edits. A schema with syntax errors is completed as far as these hide nothing that matters. Reads and writes no files; never throws on odd input.
 */
export function planInsert(view: SchemaView, config: AuthConfig, options: InsertOptions = {}): InsertPlan {
    const tables = config.tables.map(withSingleIndexes);
    const found = new Map(tables.map((table) => [table.name, matchTable(table, tables, view)]));
    const { broken: unreadable, matches } = withholdUncertain(tables, found, view);
    const wanted = (table: AuthTable): boolean =>
        options.tables?.some((name) => name === table.key || name === table.name) ?? true;
    const home = chooseHome(view, tables, matches, options.into);
    const planning: Planning = {
        view,
        config,
        drafts: new Map(),
        conflicts: [],
        unreadable,
        inheritors: inheritorNames(view),
        idType: 'String',
        wantsEnums: options.enums ?? false,
        enums: [],
    };
    for (const table of tables) {
        const match = matches.get(table.name);
        if (match) addDraft(planning, table, match, wanted(table), home.file);
    }
    addOutsideTargets(planning, tables);
    const user = [...planning.drafts.values()].find(({ table }) => table.key === 'user');
    planning.idType = idTypeOf(user, config);
    const styles = schemaStyles(view);
    const broken = isBrokenAt(view, home);
    if (broken && [...planning.drafts.values()].some((draft) => !draft.existing)) {
        dropNewModels(planning, home);
    }
    for (const draft of planning.drafts.values()) {
        if (draft.complete) addColumns(planning, draft, styles.of(draft.file));
    }
    addRelations(planning, styles.of);
    for (const draft of planning.drafts.values()) {
        if (draft.complete) planning.conflicts.push(...compoundConflicts(planning, draft, styles.of(draft.file)));
    }
    // What no text of the schema is the reason for has it in the configuration.
    planning.conflicts = planning.conflicts.map((conflict) =>
        conflict.span ? conflict : { ...conflict, location: config.location },
    );
    const { authType, ...others } = options;
    // A brace that is open would swallow the type as well.
    return writePlan(planning, home, styles, { ...others, ...(authType && !broken && { authType }) });
}

/** The file of the users' model, else of the last model that is there, else the entry; behind the last of them. */
function chooseHome(
    view: SchemaView,
    tables: readonly AuthTable[],
    matches: ReadonlyMap<string, TableMatch>,
    into: string | undefined,
): Home {
    const there = tables.flatMap((table) => {
        const match = matches.get(table.name);
        return match?.kind === 'found' || match?.kind === 'lookalike' ? [{ table, at: match.declaration }] : [];
    });
    const user = there.find(({ table }) => table.key === 'user') ?? there.at(-1);
    const file = into ?? user?.at.file ?? view.entry;
    const ends = there.filter(({ at }) => at.file === file).map(({ at }) => at.span.end);
    return ends.length > 0 ? { file, after: Math.max(...ends) } : { file };
}

/** An index over one column is the same as a mark on the column. */
function withSingleIndexes(table: AuthTable): AuthTable {
    const singles = table.indexes?.filter((index) => index.fields.length === 1) ?? [];
    if (singles.length === 0) return table;
    const fields = table.fields.map((field) => {
        const own = singles.filter((index) => index.fields[0] === field.name);
        const unique = field.unique || own.some((index) => index.unique);
        return own.length === 0
            ? field
            : { ...field, unique, index: field.index || own.some((index) => !index.unique) };
    });
    return { ...table, fields, indexes: table.indexes?.filter((index) => index.fields.length > 1) ?? [] };
}

function addDraft(planning: Planning, table: AuthTable, match: TableMatch, wanted: boolean, home: string): void {
    if (wanted && match.kind !== 'absent') planning.conflicts.push(...match.conflicts);
    if (match.kind === 'blocked') return;
    const empty = { table, fields: [], attributes: [] };
    if (match.kind === 'absent') {
        if (wanted) planning.drafts.set(table.name, { ...empty, name: match.name, file: home, complete: true });
        return;
    }
    const { declaration } = match;
    const complete = wanted && match.kind === 'found';
    const there = { name: declaration.name, file: declaration.file, existing: declaration, complete };
    planning.drafts.set(table.name, { ...empty, ...there });
}

/** Tables that keys refer to without being in the configuration (kept elsewhere) may still be in the schema. */
function addOutsideTargets(planning: Planning, tables: readonly AuthTable[]): void {
    for (const table of tables) {
        for (const { references } of table.fields) {
            if (!references || tables.some((other) => other.name === references.table)) continue;
            if (planning.drafts.has(references.table)) continue;
            const outside: AuthTable = { key: references.table, name: references.table, fields: [], origins: [] };
            const match = matchTable(outside, [...tables, outside], planning.view);
            if (match.kind === 'found') addDraft(planning, outside, match, false, match.declaration.file);
        }
    }
}

/** Whether an unclosed brace before the place of the new models would swallow them. */
function isBrokenAt(view: SchemaView, home: Home): boolean {
    const file = view.files.find((candidate) => candidate.file === home.file);
    return !!file?.hasSyntaxErrors && braceDepth(file.content, home.after ?? file.content.length) !== 0;
}

function dropNewModels(planning: Planning, { file, after }: Home): void {
    const content = planning.view.files.find((candidate) => candidate.file === file)?.content ?? '';
    const span = unevenBrace(content, after ?? content.length);
    for (const [name, draft] of planning.drafts) {
        if (draft.existing) continue;
        planning.drafts.delete(name);
        planning.conflicts.push({
            kind: 'file-broken',
            message: `Model ${draft.name} can't be inserted: a brace is open or closed too often in this file.`,
            table: draft.table.key,
            file,
            ...(span && { span }),
            proposal: byHand('Mend the syntax errors in the file, or insert into another file'),
        });
    }
}

/** Adds the columns, the id and the indexes that a draft lacks. */
function addColumns(planning: Planning, draft: Draft, style: TextStyle): void {
    const { table, existing } = draft;
    planning.conflicts.push(...idConflicts(planning, draft));
    const hasId = existing?.fields.some((field) => field.name === 'id') ?? false;
    if (!hasId && !(existing && hasIdentity(existing))) draft.fields.push(idField(planning));
    const columns = (existing ? lackingColumns(planning, draft) : table.fields).filter((field) => {
        if (field.references && planning.unreadable.has(field.references.table)) return false;
        if (isFieldName(field.name)) return field.name !== 'id';
        planning.conflicts.push({
            kind: 'name-invalid',
            message: `Better Auth's field "${table.key}.${field.key}" is called "${field.name}", which can't be the name of a ZModel field.`,
            table: table.key,
            field: field.name,
            ...(existing ? { file: existing.file, span: existing.nameSpan } : {}),
            proposal: byHand('Give the field a name of letters, digits and "_" in the Better Auth configuration'),
        });
        return false;
    });
    const added = new Set(columns.map((field) => field.name));
    const compound = (table.indexes ?? []).filter((index) => index.fields.some((field) => added.has(field)));
    const indexed = new Set(compound.flatMap((index) => index.fields));
    for (const field of columns) {
        const shape = { indexed: field.index || indexed.has(field.name), enumName: enumFor(planning, draft, field) };
        draft.fields.push(columnField(planning, field, shape, style));
        const isList = draft.fields.at(-1)?.type.endsWith('[]') ?? false;
        if (field.index && !field.unique && !isList) draft.attributes.push(`@@index([${field.name}])`);
    }
    const present = new Set([...added, ...(existing?.fields ?? []).map((field) => field.name)]);
    for (const index of compound) {
        if (!index.fields.every((field) => present.has(field))) continue;
        draft.attributes.push(`@@${index.unique ? 'unique' : 'index'}([${index.fields.join(', ')}])`);
    }
}
