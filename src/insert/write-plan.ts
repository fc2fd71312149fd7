import type { AuthTypeText, InsertOptions, InsertPlan } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import type { Draft, Home, Planning } from './draft.ts';
import {
    declarePolicyPlugin,
    hasAuthDeclaration,
    hasPolicyPlugin,
    POLICY_PLUGIN,
    renderAuthType,
    renderClosedComment,
    renderEnum,
    renderPolicyPlugin,
} from './extras.ts';
import { importStyle, neededImports } from './imports.ts';
import { appendTo, completeModel, insertAfter, insertAtTop } from './place.ts';
import type { Edit } from './place.ts';
import { quoted, renderDatasource, renderModel } from './render.ts';
import type { SchemaStyles } from './schema-styles.ts';
import type { TextStyle } from './style.ts';
import { namesDeclaredAs, tokensOf } from './tokens.ts';

/** Providers that ZenStack has; a test holds them against its validator. */
const PROVIDERS: ReadonlySet<string> = new Set(['sqlite', 'postgresql', 'mysql']);

/** Turns finished drafts into the edits that write them. */
export function writePlan(
    planning: Planning,
    home: Home,
    styles: SchemaStyles,
    options: InsertOptions = {},
): InsertPlan {
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
    const authType = options.authType && !hasAuthDeclaration(view) ? options.authType : undefined;
    if (authType) plan.added.authType = authType.name;
    const wantsPlugin = (options.policyPlugin ?? false) && !hasPolicyPlugin(view);
    if (wantsPlugin) plan.added.plugin = POLICY_PLUGIN;
    if (planning.enums.length > 0) plan.added.enums = planning.enums.map(({ name }) => name);
    if (touched.length === 0 && !authType && !wantsPlugin) return plan;
    const isNew = !view.files.some(({ file }) => file === home.file);
    const newFile = isNew && (fresh.length > 0 || authType) ? home.file : undefined;
    plan.added.imports = neededImports(view, touched, newFile);
    const provider = config.adapter?.provider ?? 'sqlite';
    if (lacksDatasource(view)) plan.added.datasource = PROVIDERS.has(provider) ? provider : 'sqlite';
    plan.changes = changesOf(planning, plan, touched, home, styles, { ...options, authType });
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
    options: Pick<InsertOptions, 'closedComment'> & { authType: AuthTypeText | undefined },
): TextChange[] {
    const { view } = planning;
    const { imports, datasource, plugin } = plan.added;
    const changes: TextChange[] = [];
    const contentOf = (file: string): string => view.files.find((candidate) => candidate.file === file)?.content ?? '';
    const push = (file: string, edits: readonly Edit[]): void => {
        changes.push(...edits.map((edit) => ({ file, ...edit })));
    };
    const fresh = touched.filter((draft) => !draft.existing);
    const blocks = homeBlocks(planning, fresh, home, styles.of(home.file), options);
    const source = datasource === undefined ? [] : [renderDatasource(datasource, styles.of(view.entry))];
    // Without a datasource and other plugins there is nothing to stand after.
    const isFirst = source.length > 0 && view.plugins.length === 0;
    if (plugin !== undefined && isFirst) source.push(renderPolicyPlugin(view, styles.of(view.entry)));
    else if (plugin !== undefined) changes.push(...declarePolicyPlugin(view));
    // In a file without declarations everything that is new is one piece, in reading order.
    const files = new Set([...imports.map(({ file }) => file), ...(source.length > 0 ? [view.entry] : [])]);
    const rest = [...blocks];
    for (const file of files) {
        const lines = imports
            .filter((needed) => needed.file === file)
            .map((needed) => `import ${quoted(needed.path, importStyle(view, file, styles))}`);
        const ownSource = file === view.entry ? source : [];
        const known = view.files.find((candidate) => candidate.file === file);
        if (isBare(contentOf(file)) && (known?.imports.length ?? 0) === 0) {
            const head = lines.length > 0 ? [lines.join(styles.of(file).eol)] : [];
            const own = file === home.file ? rest.splice(0) : [];
            push(file, appendTo(contentOf(file), [...head, ...ownSource, ...own], styles.of(file)));
        } else {
            const at = known ?? { content: '', imports: [] };
            push(file, [insertAtTop(at, lines, ownSource, styles.of(file))]);
        }
    }
    for (const draft of touched) {
        if (!draft.existing) continue;
        push(draft.file, completeModel(contentOf(draft.file), draft.existing, styles.of(draft.file), draft));
        const enums = planning.enums.filter(({ file }) => file === draft.file && file !== home.file);
        const own = enums.filter(({ name }) => draft.fields.some(({ type }) => type.replace('?', '') === name));
        if (own.length === 0) continue;
        const rendered = own.map((each) => renderEnum(each, styles.of(draft.file)));
        push(draft.file, insertAfter(contentOf(draft.file), draft.existing.span.end, rendered, styles.of(draft.file)));
    }
    if (rest.length > 0) {
        const content = contentOf(home.file);
        const style = styles.of(home.file);
        const { file, after } = home;
        push(file, after === undefined ? appendTo(content, rest, style) : insertAfter(content, after, rest, style));
    }
    return changes;
}

/** What is written where new models go, in this order: the enums of models there, the models, the type behind `auth()`. */
function homeBlocks(
    planning: Planning,
    fresh: readonly Draft[],
    home: Home,
    style: TextStyle,
    { closedComment, authType }: Pick<InsertOptions, 'closedComment'> & { authType: AuthTypeText | undefined },
): string[] {
    const enums = planning.enums.filter(({ file }) => file === home.file).map((each) => renderEnum(each, style));
    const [first, ...others] = fresh.map((draft) => renderModel(draft, style));
    const commented = first !== undefined && closedComment ? renderClosedComment(style) + style.eol + first : first;
    return [
        ...enums,
        ...(commented === undefined ? [] : [commented, ...others]),
        ...(authType ? [renderAuthType(authType, style)] : []),
    ];
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
