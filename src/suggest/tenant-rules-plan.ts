import { declarePolicyPlugin } from '../insert/extras.ts';
import { neededImports, writeImports } from '../insert/imports.ts';
import { completeModel } from '../insert/place.ts';
import type { FieldText } from '../insert/render.ts';
import { quoted } from '../insert/render.ts';
import { schemaStyles } from '../insert/schema-styles.ts';
import type { TextStyle } from '../insert/style.ts';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import type { TenantGrant } from '../model/tenant-rules.ts';
import type { TextChange } from '../model/text.ts';
import { insideBorder, openOperations, outsideBorder } from './isolation.ts';
import { findTenantColumns, oppositeField, tenantMembers } from './tenant-columns.ts';
import { listTenantModels } from './tenant-rules-offers.ts';
import type { TenantModel } from './tenant-rules-offers.ts';

/** What was chosen. */
export interface TenantRulesChoice {
    /** Ids of offers. */
    ids: readonly string[];
    /** Only for models that nothing is allowed on yet. */
    grant: TenantGrant;
}

export interface TenantRulesPlan {
    changes: TextChange[];
    /** One sentence: what would be added, or that everything is there. */
    summary: string;
    /** What to know besides, a sentence each. */
    notes: string[];
}

/** What is added to one declaration. */
interface Draft {
    fields: (FieldText & { target?: string })[];
    attributes: string[];
}

/**
 * Plans tenant rules for several models: the deny that keeps tenants apart, an allow for the tenant's members where
 * nothing is allowed yet, and the columns that tie rows to a tenant where these are wanted.
 * In: the view, what was chosen; ids that are no offer of the view are left out. Out: the edits, none where
 * everything is there.
 */
export function planTenantRules(view: SchemaView, choice: TenantRulesChoice): TenantRulesPlan {
    const styles = schemaStyles(view);
    const drafts = new Map<DeclarationView, Draft>();
    const draftOf = (model: DeclarationView): Draft => {
        const draft = drafts.get(model) ?? { fields: [], attributes: [] };
        drafts.set(model, draft);
        return draft;
    };
    const chosen = listTenantModels(view).filter(({ id }) => choice.ids.includes(id));
    const withRules: string[] = [];
    const withColumns: string[] = [];
    const denyOnly: string[] = [];
    let column = '';
    for (const each of chosen) {
        const { model, isNew } = each;
        if (isNew) {
            const added = addColumns(view, model, draftOf);
            if (added === undefined) continue;
            column = added;
            withColumns.push(model.name);
        }
        const rules = rulesFor(each, choice.grant, styles.of(model.file));
        if (rules.length === 0) continue;
        draftOf(model).attributes.push(...rules);
        withRules.push(model.name);
        if (each.isAllowed) denyOnly.push(model.name);
    }
    const changes = [...drafts].flatMap(([model, added]) => complete(view, model, styles.of(model.file), added));
    const extended = [...drafts].map(([{ name, file }, { fields }]) => ({ name, file, fields }));
    const imports = writeImports(view, neededImports(view, extended), styles);
    const plugin = changes.length > 0 && !view.policies().hasPolicyPlugin ? declarePolicyPlugin(view) : [];
    return {
        changes: [...imports, ...plugin, ...changes],
        summary: summarize({ withRules, withColumns, column, plugin: plugin.length > 0 }),
        notes: [
            ...(denyOnly.length > 0
                ? [
                      `What ${enumerate(denyOnly)} allow${denyOnly.length === 1 ? 's' : ''} stays as it is, within the tenant: only the deny is added.`,
                  ]
                : []),
            ...(withColumns.length > 0
                ? [
                      `Rows of ${enumerate(withColumns)} that exist already need a value before ${column} can be required.`,
                  ]
                : []),
        ],
    };
}

function rulesFor(
    { model, border, attributes, isAllowed, decides }: TenantModel,
    grant: TenantGrant,
    style: TextStyle,
): string[] {
    const open = openOperations(attributes, border);
    const rules: string[] = [];
    const write = (rule: string, operations: string, condition: string): void => {
        rules.push(`${rule}(${quoted(operations, style)}, ${condition})`);
    };
    if (open.length > 0) write('@@deny', open.length === 5 ? 'all,post-update' : open.join(','), outsideBorder(border));
    // Whoever writes memberships, users or tenants decides who has access to the rest.
    const operations = decides ? 'read' : grant === 'all' ? 'all,post-update' : 'read';
    if (!isAllowed && grant !== 'none' && model.kind === 'model') write('@@allow', operations, insideBorder(border));
    return rules;
}

/** Out: the foreign key's name; undefined when the columns don't fit any more. */
function addColumns(
    view: SchemaView,
    model: DeclarationView,
    draftOf: (model: DeclarationView) => Draft,
): string | undefined {
    const known = findTenantColumns(view, model);
    const taken = new Set(known ? draftOf(known.tenant).fields.map(({ name }) => name) : []);
    const columns = findTenantColumns(view, model, taken);
    if (!columns) return undefined;
    const { fields, index } = tenantMembers(columns, 'Cascade');
    const draft = draftOf(model);
    draft.fields.push(...fields);
    draft.attributes.push(index);
    draftOf(columns.tenant).fields.push(oppositeField(columns, model));
    return columns.column;
}

function complete(view: SchemaView, model: DeclarationView, style: TextStyle, added: Draft): TextChange[] {
    const content = view.files.find(({ file }) => file === model.file)?.content;
    if (content === undefined || (added.fields.length === 0 && added.attributes.length === 0)) return [];
    return completeModel(content, model, style, added).map((edit) => ({ file: model.file, ...edit }));
}

function summarize({
    withRules,
    withColumns,
    column,
    plugin,
}: {
    withRules: string[];
    withColumns: string[];
    column: string;
    plugin: boolean;
}): string {
    const count = (names: string[]): string =>
        `${names.length === 1 ? '1 model' : `${names.length} models`} (${names.join(', ')})`;
    const parts = [
        ...(withRules.length > 0 ? [`tenant rules to ${count(withRules)}`] : []),
        ...(withColumns.length > 0 ? [`${column} to ${count(withColumns)}`] : []),
        ...(plugin ? ['the policy plugin'] : []),
    ];
    return parts.length > 0 ? `Adds ${enumerate(parts)}.` : 'Everything is there: nothing was added.';
}

/** In: `['A', 'B', 'C']`. Out: `A, B and C`. */
function enumerate(names: readonly string[]): string {
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
