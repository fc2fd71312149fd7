import type { ConfigChoice, InsertResult } from '../../shared/protocol.ts';
import type { Location } from '../../model/text.ts';

export type InsertPlan = Extract<InsertResult, { kind: 'plan' }>;

/** In: `['A', 'B', 'C']`. Out: `A, B and C`. */
function enumerate(names: readonly string[]): string {
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

type Added = InsertPlan['added'];

/** What a plan leaves open, before or after it is carried out. */
type Open = Pick<InsertPlan, 'config' | 'conflicts' | 'unknown'>;

/** With more lines than this, a dialog would not fit the screen. */
const MAX_DIFFERENCES = 12;

/** With more names than this, a message would not be read: fields are counted. */
const MAX_FIELD_NAMES = 3;

/** In: `['User.name', 'User.email', …]`. Out: the names, or their number and the models that hold them. */
function listFields(fields: readonly string[]): string {
    if (fields.length <= MAX_FIELD_NAMES) return `the field${fields.length > 1 ? 's' : ''} ${enumerate(fields)}`;
    const holders = [...new Set(fields.map((field) => field.split('.', 1).join()))];
    return `${fields.length} fields in ${enumerate(holders)}`;
}

/** Out: `the models A and B, and the field C.d`, or undefined for nothing. */
function listAdded({ models, fields }: Added): string | undefined {
    const parts = [
        ...(models.length > 0 ? [`the model${models.length > 1 ? 's' : ''} ${enumerate(models)}`] : []),
        ...(fields.length > 0 ? [listFields(fields)] : []),
    ];
    return parts.length > 0 ? parts.join(', and ') : undefined;
}

/**
 * What was added, given that the user may have unchecked a part of it in the preview.
 * In: what was planned; what a plan made afterwards would still add, undefined when there is no such plan.
 * Out: one or two sentences.
 */
export function describeAdded(planned: Added, left: Added | undefined): string {
    if (left === undefined) return 'The schema was changed.';
    const done = listAdded({
        models: planned.models.filter((name) => !left.models.includes(name)),
        fields: planned.fields.filter((name) => !left.fields.includes(name)),
    });
    const missing = listAdded(left);
    return [
        // A plan may consist of attributes or relations alone.
        done === undefined ? 'The schema was changed.' : `Added ${done}.`,
        ...(missing === undefined ? [] : [`Left out: ${missing}.`]),
    ].join(' ');
}

/**
 * What a plan leaves to the user.
 * In: a plan. Out: a sentence, or undefined when nothing is left.
 */
export function describeRemainder({ conflicts, unknown }: Open): string | undefined {
    const count = (n: number, one: string, many: string) => (n > 0 ? [n === 1 ? `1 ${one}` : `${n} ${many}`] : []);
    const parts = [
        ...count(conflicts.length, 'conflict needs a decision', 'conflicts need a decision'),
        ...count(unknown.length, 'part of the configuration is unknown', 'parts of the configuration are unknown'),
    ];
    return parts.length > 0 ? `${parts.join(', and ')}.` : undefined;
}

/**
 * In: a plan, and a sentence about what was done with it.
 * Out: a Markdown page with that, the configuration, and what the plan leaves to the user.
 */
export function renderDetails({ config, conflicts, unknown }: Open, done: string): string {
    const section = (title: string, lines: string[]) => (lines.length > 0 ? [`## ${title}`, '', ...lines, ''] : []);
    return [
        '# Better Auth models',
        '',
        done,
        '',
        ...(config ? describeConfig(config) : []),
        ...section(
            'Conflicts',
            conflicts.map(
                ({ message, proposal, location }) =>
                    `- ${message}${location ? ` (${place(location)})` : ''} What to do: ${proposal}.`,
            ),
        ),
        ...section(
            'Unknown',
            unknown.map(({ what, reason, file, line }) => `- \`${what}\`: ${reason} (\`${file}:${line}\`)`),
        ),
    ].join('\n');
}

/** Out: file and one-based line, as Markdown code. */
function place({ file, range }: Location): string {
    return `\`${file}:${range.start.line + 1}\``;
}

function describeConfig({ label, location, detail, release, notes }: ConfigChoice): string[] {
    return [
        `Configuration: \`${label}\` (${place(location)})${detail === '' ? '' : ` — ${detail}`}`,
        '',
        `Tables: ${release}`,
        '',
        ...notes.flatMap((note) => [`Note: ${note}.`, '']),
    ];
}

/**
 * In: what a loaded configuration and its source disagree about, a sentence each.
 * Out: lines for a dialog, and whether these are all.
 */
export function describeDifferences(differences: readonly string[]): { text: string; isComplete: boolean } {
    const isComplete = differences.length <= MAX_DIFFERENCES;
    const shown = isComplete ? differences : differences.slice(0, MAX_DIFFERENCES - 1);
    const rest = isComplete ? [] : [`… and ${differences.length - shown.length} more.`];
    return { text: [...shown, ...rest].join('\n'), isComplete };
}

/** In: a configuration that was loaded, and the differences. Out: a Markdown page with all of them. */
export function renderDifferences(config: ConfigChoice, differences: readonly string[]): string {
    return [
        '# Loaded configuration',
        '',
        ...describeConfig(config),
        '## Differs from its source',
        '',
        ...differences.map((each) => `- ${each}`),
        '',
    ].join('\n');
}
