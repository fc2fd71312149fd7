import type { InsertPlan } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import type { Draft, Home, Planning } from './draft.ts';
import { neededImports } from './imports.ts';
import { appendTo, completeModel, insertAfter, insertAtTop } from './place.ts';
import type { Edit } from './place.ts';
import { quoted, renderDatasource, renderModel } from './render.ts';
import type { SchemaStyles } from './schema-styles.ts';
import type { TextStyle } from './style.ts';
import { namesDeclaredAs, tokensOf } from './tokens.ts';

/** Providers that ZenStack has; a test holds them against its validator. */
const PROVIDERS: ReadonlySet<string> = new Set(['sqlite', 'postgresql', 'mysql']);

/** Turns finished drafts into the edits that write them. */
export function writePlan(planning: Planning, home: Home, styles: SchemaStyles): InsertPlan {
    const { view, conflicts, config } = planning;
    const touched = [...planning.drafts.values()].filter(
        (draft) => !draft.existing || draft.fields.length > 0 || draft.attributes.length > 0,
    );
    const fresh = touched.filter((draft) => !draft.existing);
    const plan: InsertPlan = {
        changes: [],
        added: { models: fresh.map((draft) => draft.name), ...addedFields(touched), imports: [] },
        conflicts,
        unknown: [...config.unknown],
    };
    if (touched.length === 0) return plan;
    const newFile = fresh.length > 0 && !view.files.some(({ file }) => file === home.file) ? home.file : undefined;
    plan.added.imports = neededImports(view, touched, newFile);
    const provider = config.adapter?.provider ?? 'sqlite';
    if (lacksDatasource(view)) plan.added.datasource = PROVIDERS.has(provider) ? provider : 'sqlite';
    plan.changes = changesOf(planning, plan, touched, home, styles);
    return plan;
}

function addedFields(touched: readonly Draft[]): { fields: string[]; relations: string[] } {
    const added = touched.flatMap((draft) =>
        draft.existing ? draft.fields.map((field) => ({ ...field, name: `${draft.name}.${field.name}` })) : [],
    );
    return {
        fields: added.filter(({ role }) => role === 'column').map(({ name }) => name),
        relations: added.filter(({ role }) => role !== 'column').map(({ name }) => name),
    };
}

function changesOf(
    planning: Planning,
    plan: InsertPlan,
    touched: readonly Draft[],
    home: Home,
    styles: SchemaStyles,
): TextChange[] {
    const { view } = planning;
    const { imports, datasource } = plan.added;
    const changes: TextChange[] = [];
    const contentOf = (file: string): string => view.files.find((candidate) => candidate.file === file)?.content ?? '';
    const push = (file: string, edits: readonly Edit[]): void => {
        changes.push(...edits.map((edit) => ({ file, ...edit })));
    };
    const fresh = touched.filter((draft) => !draft.existing);
    const models = fresh.map((draft) => renderModel(draft, styles.of(home.file)));
    const source = datasource === undefined ? [] : [renderDatasource(datasource, styles.of(view.entry))];
    // In a file without declarations everything that is new is one piece, in reading order.
    const files = new Set([...imports.map(({ file }) => file), ...(source.length > 0 ? [view.entry] : [])]);
    const rest = [...models];
    for (const file of files) {
        const lines = imports
            .filter((needed) => needed.file === file)
            .map((needed) => `import ${quoted(needed.path, importStyle(view, file, styles))}`);
        const ownSource = file === view.entry ? source : [];
        const known = view.files.find((candidate) => candidate.file === file);
        if (isBare(contentOf(file)) && (known?.imports.length ?? 0) === 0) {
            const head = lines.length > 0 ? [lines.join(styles.of(file).eol)] : [];
            const own = file === home.file ? rest.splice(0) : [];
            push(file, [appendTo(contentOf(file), [...head, ...ownSource, ...own], styles.of(file))]);
        } else {
            const at = known ?? { content: '', imports: [] };
            push(file, [insertAtTop(at, lines, ownSource, styles.of(file))]);
        }
    }
    for (const draft of touched) {
        if (!draft.existing) continue;
        push(draft.file, completeModel(contentOf(draft.file), draft.existing, styles.of(draft.file), draft));
    }
    if (rest.length > 0) {
        const content = contentOf(home.file);
        const style = styles.of(home.file);
        const edit =
            home.after === undefined ? appendTo(content, rest, style) : insertAfter(content, home.after, rest, style);
        push(home.file, [edit]);
    }
    return changes;
}

/** A file's style with the quotes of its own imports. */
function importStyle(view: SchemaView, file: string, styles: SchemaStyles): TextStyle {
    const known = view.files.find((candidate) => candidate.file === file);
    const start = known?.imports.at(-1)?.span.start;
    const quote = start === undefined ? undefined : known?.content.charAt(start);
    return { ...styles.of(file), ...(quote === "'" || quote === '"' ? { quote } : {}) };
}

/** Whether a file holds nothing but imports and comments. */
function isBare(content: string): boolean {
    for (const token of tokensOf(content)) {
        if (token.text === '{') return false;
    }
    return true;
}

/** Whether the schema surely has no datasource: every file was found and read without errors. */
function lacksDatasource(view: SchemaView): boolean {
    if (view.provider !== undefined) return false;
    if (
        view.files.some((file) => file.hasSyntaxErrors || file.imports.some(({ resolved }) => resolved === undefined))
    ) {
        return false;
    }
    return view.files.every((file) => namesDeclaredAs(file.content, new Set(['datasource'])).size === 0);
}
