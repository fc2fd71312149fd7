import { inReadingOrder, reportAccess } from '../../access/access-page.ts';
import type { AccessReport, ToldRule } from '../../access/access-page.ts';
import type { ALL_OPERATIONS } from '../../model/policy.ts';
import { distance } from '../../model/text.ts';
import type { SchemaView } from '../../model/schema-view.ts';
import { printCounterexample } from '../../rules/print-counterexample.ts';
import { loadSchemaView, UnreadableSchemaError } from '../../zmodel/load.ts';
import { printJson } from '../format/json.ts';
import { findInputs } from '../inputs.ts';
import { EXIT, relativePath, UsageError } from '../terminal.ts';
import type { ExitCode, Terminal } from '../terminal.ts';

export interface AccessOptions {
    format: 'text' | 'json';
    operation?: (typeof ALL_OPERATIONS)[number];
}

/**
 * Prints who can access a model, by which rules, and what an anonymous request may do.
 * In: the model's name; schemas or folders. Throws `UsageError` when no schema has the model.
 */
export async function access(
    terminal: Terminal,
    model: string,
    paths: readonly string[],
    options: AccessOptions,
): Promise<ExitCode> {
    const { cwd } = terminal;
    const { entries, problems } = await findInputs(cwd, paths);
    const found: { view: SchemaView; report: AccessReport }[] = [];
    const known = new Set<string>();
    for (const entry of entries) {
        try {
            const view = await loadSchemaView(entry);
            for (const name of view.policies().models.keys()) known.add(name);
            const report = reportAccess(view, model, options.operation);
            if (report) found.push({ view, report });
        } catch (error) {
            if (!(error instanceof UnreadableSchemaError)) throw error;
            problems.push(error.message);
        }
    }
    if (found.length === 0) throw new UsageError([...problems, noModel(model, [...known])].join('\n'));
    for (const problem of new Set(problems)) terminal.err(`error: ${problem}\n`);
    for (const { view } of found) {
        if (view.policies().hasPolicyPlugin) continue;
        const schema = relativePath(cwd, view.entry);
        terminal.err(`note: ${schema} does not declare @zenstackhq/plugin-policy: without it, rules do nothing.\n`);
    }
    if (options.format === 'json') {
        terminal.out(printJson({ schemas: found.map(({ view, report }) => toJson(cwd, view, report)) }));
    } else terminal.out(found.map(({ report }) => toText(cwd, report)).join('\n'));
    return problems.length > 0 ? EXIT.failed : EXIT.ok;
}

function noModel(model: string, known: readonly string[]): string {
    const near = known.filter((name) => distance(name.toLowerCase(), model.toLowerCase()) <= 2);
    return `There is no model ${model}.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`;
}

function toJson(cwd: string, view: SchemaView, report: AccessReport): object {
    const rule = (told: ToldRule): ToldRule => ({ ...told, file: relativePath(cwd, told.file) });
    return {
        entry: relativePath(cwd, view.entry),
        model: report.model,
        summary: report.summary,
        operations: report.operations.map((each) => ({ ...each, rules: each.rules.map(rule) })),
        others: report.others.map(rule),
    };
}

function toText(cwd: string, report: AccessReport): string {
    const ruleLines = ({ text, file, line, says }: ToldRule): string[] => [
        `    ${relativePath(cwd, file)}:${line} ${text}`,
        `        ${says}`,
    ];
    const lines = [`${report.model}: ${report.summary}`];
    for (const { operation, who, counterexample, rules } of inReadingOrder(report.operations)) {
        lines.push('', `${operation}: ${who.join(', ')}`, ...rules.flatMap(ruleLines));
        if (!counterexample) continue;
        lines.push(`    ${counterexample.sentence}`);
        lines.push(...printCounterexample(counterexample).map((line) => `        ${line}`));
    }
    if (report.others.length > 0) lines.push('', 'after updates, and on fields:', ...report.others.flatMap(ruleLines));
    return [...lines, ''].join('\n');
}
