import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import { accessPage, reportAccess } from '../access/access-page.ts';
import { CODES } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';
import type { Counterexample } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { accessRequest, ResultOf } from '../shared/protocol.ts';
import { counterexampleTable, escapeMarkdown } from '../rules/print-counterexample.ts';
import type { ApplicationFacts } from '../workspace/facts.ts';
import { displayPath } from '../workspace/findings.ts';
import { toUri } from './convert.ts';

/** The folder of the codes' pages: beside the bundle, or `docs/codes` when run from sources. */
function pagesFolder(): string {
    const here = path.dirname(fileURLToPath(import.meta.url));
    const bundled = path.join(here, 'res', 'codes');
    return fs.existsSync(bundled) ? bundled : path.join(here, '..', '..', 'docs', 'codes');
}

/**
 * The page of a diagnostic code, as Markdown; undefined for a code that doesn't exist.
 * In: the code; the data of the diagnostic that is asked about, whose counterexample is put before the page's own.
 */
export function explain(code: string, data?: unknown): { markdown?: string; codes: string[] } {
    const codes = Object.keys(CODES);
    if (!codes.includes(code)) return { codes };
    const page = fs.readFileSync(path.join(pagesFolder(), `${code}.md`), 'utf8');
    const counterexample = readCounterexample(data);
    if (!counterexample) return { markdown: page, codes };
    const [title = '', ...rest] = page.split(/(?<=^# .*\n)/);
    const here = ['', '## In your schema', '', ...counterexampleTable(counterexample)].join('\n');
    return { markdown: `${title}${here}${rest.join('')}`, codes };
}

/** Narrows what comes back from the client. */
function readCounterexample(data: unknown): Counterexample | undefined {
    if (typeof data !== 'object' || data === null || !('counterexample' in data)) return undefined;
    const { counterexample: found } = data;
    if (typeof found !== 'object' || found === null) return undefined;
    const isWhole =
        'sentence' in found &&
        typeof found.sentence === 'string' &&
        'model' in found &&
        typeof found.model === 'string' &&
        'auth' in found &&
        'row' in found &&
        'related' in found &&
        Array.isArray(found.related);
    return isWhole ? (found as Counterexample) : undefined;
}

/** What every `$setAuth` call passes, as Markdown for a reader; paths are relative to `base`. */
export function contextShapePage(facts: ApplicationFacts | undefined, error: string | undefined, base: string): string {
    const lines = ['# Context shape', ''];
    if (!facts) return [...lines, `The application could not be read: ${error ?? 'no answer'}.`, ''].join('\n');
    const { contexts, unknown } = facts.contexts;
    if (contexts.length === 0) lines.push(`No \`$setAuth(…)\` call was found under \`${facts.root}\`.`, '');
    for (const context of contexts) lines.push(...contextSection(context, base));
    if (unknown.length > 0) {
        lines.push('## Not read', '');
        for (const part of unknown)
            lines.push(`- ${displayPath(base, part.file)}:${part.line} ${part.what}: ${part.reason}`);
        lines.push('');
    }
    return lines.join('\n');
}

function contextSection(context: ContextShape, base: string): string[] {
    const { file, range } = context.call;
    const lines = [`## ${displayPath(base, file)}:${range.start.line + 1}${context.inTest ? ' (test)' : ''}`, ''];
    lines.push('```ts', `$setAuth(${context.argumentText})`, `// ${context.typeText}`, '```', '');
    if (context.mayBeUndefined) lines.push('May be `undefined`: an anonymous request.', '');
    if (context.mayBeNull) lines.push('May be `null`.', '');
    if (context.value.kind === 'object') {
        lines.push('| Member | Type | May be absent |', '| --- | --- | --- |');
        for (const [name, member] of Object.entries(context.value.members)) {
            lines.push(`| \`${name}\` | \`${member.text.replaceAll('|', '\\|')}\` | ${absence(member)} |`);
        }
        lines.push('');
        if (context.value.open) lines.push('More members may be there than could be read.', '');
    }
    for (const part of context.unknown)
        lines.push(`- Unknown: ${part.what}: ${part.reason} (${displayPath(base, part.file)}:${part.line})`);
    if (context.unknown.length > 0) lines.push('');
    return lines;
}

function absence(member: ShapeMember): string {
    const kinds = [
        ...(member.nullable ? ['null'] : []),
        ...(member.undefinable ? ['undefined'] : []),
        ...(member.optional ? ['left out'] : []),
    ];
    return kinds.join(', ') || 'no';
}

/**
 * The page that tells who can access a model.
 * In: the schema, the model's name if one is asked about, what was found, how paths are shown. Out: without a page
 * the names to choose from; a message when there is nothing to choose from.
 */
export function showAccess(
    view: SchemaView,
    name: string | undefined,
    findings: readonly Finding[],
    base: string,
): ResultOf<typeof accessRequest> {
    const { models, hasPolicyPlugin } = view.policies();
    const names = [...models.values()].filter(({ isIgnored }) => !isIgnored).map((model) => model.name);
    if (!hasPolicyPlugin) {
        const message = `${displayPath(base, view.entry)} does not declare @zenstackhq/plugin-policy: without it, rules do nothing and everything is open.`;
        return { models: [], message };
    }
    if (names.length === 0) return { models: names, message: `${displayPath(base, view.entry)} has no models.` };
    const model = name === undefined ? undefined : models.get(name);
    const report = model && reportAccess(view, model.name);
    if (!report) return { models: names };
    const about = findings.filter(
        ({ file, span }) => file === model.file && model.span.start <= span.start && span.end <= model.span.end,
    );
    const link = (file: string, line: number): string =>
        `[${escapeMarkdown(displayPath(base, file))}:${line}](${toUri(file)}#L${line})`;
    return { models: names, markdown: accessPage(report, about, link) };
}
