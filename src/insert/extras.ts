import type { AuthTypeText } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { insertAfter, insertAtTop } from './place.ts';
import { quoted } from './render.ts';
import { schemaStyles } from './schema-styles.ts';
import type { TextStyle } from './style.ts';

/** The package whose plugin knows `@@allow` and `@@deny`. */
export const POLICY_PLUGIN = '@zenstackhq/plugin-policy';

/** Whether a schema may already declare the policy plugin: a provider that can't be read may be it. */
export function hasPolicyPlugin({ plugins }: Pick<SchemaView, 'plugins'>): boolean {
    return plugins.some(({ provider }) => provider === undefined || provider === POLICY_PLUGIN);
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
    if (hasPolicyPlugin(view)) return [];
    const at = view.plugins.at(-1) ?? view.datasource;
    const file = view.files.find((candidate) => candidate.file === (at?.file ?? view.entry));
    if (!file) return [];
    const style = schemaStyles(view).of(file.file);
    const block = renderPolicyPlugin(view, style);
    const edit = at ? insertAfter(file.content, at.span.end, [block], style) : insertAtTop(file, [], [block], style);
    return [{ file: file.file, ...edit }];
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
