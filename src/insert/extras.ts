import type { AuthTypeText } from '../model/insert-plan.ts';
import type { SchemaFileView, SchemaView } from '../model/schema-view.ts';
import type { Span, TextChange } from '../model/text.ts';
import { damageOf } from './damage.ts';
import { insertAfter, insertAtTop } from './place.ts';
import { quoted } from './render.ts';
import { schemaStyles } from './schema-styles.ts';
import type { TextStyle } from './style.ts';
import { braceDepth } from './tokens.ts';

/** The package whose plugin knows `@@allow` and `@@deny`. */
export const POLICY_PLUGIN = '@zenstackhq/plugin-policy';

/**
 * Whether a schema may already declare the policy plugin: a provider that can't be read may be it, and so may
 * any plugin in a part that has syntax errors.
 */
export function hasPolicyPlugin(view: SchemaView): boolean {
    const { mentions, lostImport } = damageOf(view);
    if (lostImport || mentions('plugin') || !placeOfPlugin(view)) return true;
    return view.plugins.some(({ provider }) => provider === undefined || provider === POLICY_PLUGIN);
}

/** Whether something may already describe `auth()`: a part that has syntax errors may hold it. */
export function hasAuthDeclaration(view: SchemaView): boolean {
    const { mentions, lostImport } = damageOf(view);
    return view.authDeclarations.length > 0 || lostImport !== undefined || mentions('@@auth');
}

/** Writes the declaration of the policy plugin under a name that is free. */
export function renderPolicyPlugin(view: SchemaView, style: TextStyle): string {
    const taken = new Set([...view.declarations, ...view.enums, ...view.plugins].map(({ name }) => name));
    const free = ['policy', 'accessPolicy'].find((name) => !taken.has(name)) ?? `policy${view.plugins.length + 2}`;
    return [`plugin ${free} {`, `${style.indent}provider = ${quoted(POLICY_PLUGIN, style)}`, '}'].join(style.eol);
}

/**
 * Declares the policy plugin: after the last plugin, else after the datasource, else at the top of the entry.
 * In: the schema. Out: the edit; none when it may be declared already.
 */
export function declarePolicyPlugin(view: SchemaView): TextChange[] {
    const place = placeOfPlugin(view);
    if (hasPolicyPlugin(view) || !place) return [];
    const { at, file } = place;
    const style = schemaStyles(view).of(file.file);
    const block = renderPolicyPlugin(view, style);
    const edits = at ? insertAfter(file.content, at.span.end, [block], style) : [insertAtTop(file, [], [block], style)];
    return edits.map((edit) => ({ file: file.file, ...edit }));
}

/** The declaration that a plugin is put after; undefined where a brace before that place is open. */
function placeOfPlugin(view: SchemaView): { file: SchemaFileView; at: { span: Span } | undefined } | undefined {
    const at = view.plugins.at(-1) ?? view.datasource;
    const file = view.files.find((candidate) => candidate.file === (at?.file ?? view.entry));
    const isOpen = file?.hasSyntaxErrors && at && braceDepth(file.content, at.span.end) !== 0;
    return file && !isOpen ? { file, at } : undefined;
}

/** Writes a type that describes `auth()`, without a line break at its end. */
export function renderAuthType({ name, members }: AuthTypeText, style: TextStyle): string {
    const width = Math.max(...members.map((member) => member.name.length));
    const lines = members.map(
        (member) => `${style.indent}${member.name.padEnd(width)} ${member.typeText}${member.id ? ' @id' : ''}`,
    );
    return [`type ${name} {`, ...lines, '', `${style.indent}@@auth`, '}'].join(style.eol);
}

/** Says above Better Auth's models why they carry no rules. */
export function renderClosedComment(style: TextStyle): string {
    return [
        "// Better Auth's tables. They carry no rules, so that they are closed to every client with the policy plugin;",
        '// add rules for what the application itself may read. Give zenstackAdapter the client without that plugin.',
    ].join(style.eol);
}

/** Writes an enum. */
export function renderEnum({ name, values }: { name: string; values: readonly string[] }, style: TextStyle): string {
    return [`enum ${name} {`, ...values.map((value) => style.indent + value), '}'].join(style.eol);
}
