import fs from 'node:fs';
import path from 'node:path';
import { suggestAuthType } from '../../checks/auth-type.ts';
import type { AuthTypeOutline } from '../../checks/auth-type.ts';
import { positionAt } from '../../checks/places.ts';
import { changedContents, firstSyntaxError, syntaxBreakage } from '../../fixes/verify.ts';
import { describeDamage, describePlan, describeRelease } from '../../insert/describe-plan.ts';
import { planInsert } from '../../insert/plan-insert.ts';
import type { AuthConfig } from '../../model/auth-table.ts';
import type { InsertConflict, InsertPlan } from '../../model/insert-plan.ts';
import type { SchemaView } from '../../model/schema-view.ts';
import type { TextChange } from '../../model/text.ts';
import { gatherFacts } from '../../workspace/facts.ts';
import { contextsOf } from '../../workspace/findings.ts';
import { withApplication } from '../application.ts';
import type { Application } from '../application.ts';
import { chooseConfig, chooseSchema } from '../choose.ts';
import { describeUnknown, readSchema } from '../examine.ts';
import { printJson } from '../format/json.ts';
import { unknownToJson } from '../report.ts';
import { EXIT, relativeMessage, relativePath, UsageError } from '../terminal.ts';
import type { ExitCode, Terminal } from '../terminal.ts';
import { printDiff, writeChanges } from '../write.ts';
import type { FileChange } from '../write.ts';

export interface InsertOptions {
    schema?: string;
    config?: string;
    /** Plugins by name, instead of a configuration. */
    plugin?: readonly string[];
    into?: string;
    /** Also the type behind `auth()`; also the policy plugin's declaration; enums for unions of literals. */
    authType?: boolean;
    policyPlugin?: boolean;
    enums?: boolean;
    write: boolean;
    format: 'diff' | 'json';
}

const ADVICE =
    'What is unknown may need more models than are inserted. Write it where betterAuth(...) is called, or in a constant that it uses, to have it read.';

/** Gives a schema what the Better Auth configuration needs: shows it, or writes it. */
export async function insert(terminal: Terminal, options: InsertOptions): Promise<ExitCode> {
    const { cwd } = terminal;
    return withApplication(terminal, {}, async (source) => {
        const entry = await chooseSchema(cwd, options.schema);
        const view = await readSchema(source, entry, cwd);
        const into = options.into === undefined ? undefined : chooseTarget(cwd, view, options.into);
        const plugins = options.plugin ?? [];
        const { config, notes } =
            plugins.length > 0
                ? { config: await configOf(source, entry, plugins), notes: [] }
                : await chooseConfig(source, cwd, entry, options.config);
        const authType = options.authType ? await outlineAuthType(source, view, config) : undefined;
        const plan = planInsert(view, config, {
            ...(into !== undefined && { into }),
            ...(authType && { authType }),
            policyPlugin: options.policyPlugin ?? false,
            enums: options.enums ?? false,
        });
        const breakage = syntaxBreakage(view, plan.changes);
        if (breakage !== undefined) throw new UsageError(relativeMessage(cwd, breakage));

        const changes = fileChanges(view, plan);
        const unknown = plan.unknown.map((each) => describeUnknown(cwd, each));
        if (unknown.length > 0) unknown.push(ADVICE);
        const read = [`Tables of ${describeRelease(config)}.`, ...(config.notes ?? []), ...damageNote(cwd, view)];
        for (const note of new Set([...notes, ...read, ...unknown])) terminal.err(`note: ${note}\n`);
        for (const conflict of plan.conflicts) terminal.err(describeConflict(cwd, view, conflict));
        terminal.err(`${relativePath(cwd, view.entry)}: ${describePlan(plan)}\n`);
        if (options.write) writeChanges(cwd, changes);
        if (options.format === 'json') terminal.out(printJson(planToJson(cwd, view, plan, config)));
        else if (!options.write) terminal.out(printDiff(cwd, changes));
        return plan.conflicts.length > 0 ? EXIT.findings : EXIT.ok;
    });
}

/** The configuration that a call with these plugins would be. Throws `UsageError` for a name that Better Auth hasn't. */
async function configOf(source: Application, entry: string, names: readonly string[]): Promise<AuthConfig> {
    const { available } = await source.plugins({ file: entry });
    const unknown = names.find((name) => available.every((plugin) => plugin.name !== name));
    if (unknown !== undefined) {
        const known = available.map(({ name }) => name).join(', ');
        throw new UsageError(`--plugin ${unknown}: Better Auth has no such plugin with tables. It has: ${known}.`);
    }
    const { config } = await source.plugins({ file: entry, names: [...names] });
    if (!config) throw new UsageError(`--plugin ${names.join(', ')}: no configuration could be made of it.`);
    return config;
}

/** The type behind `auth()`, from what the application passes to `$setAuth`. */
async function outlineAuthType(source: Application, view: SchemaView, config: AuthConfig): Promise<AuthTypeOutline> {
    try {
        const facts = await gatherFacts(source, { entry: view.entry, overlays: {}, types: true });
        return suggestAuthType(view, contextsOf(view, facts), config);
    } catch (error) {
        throw new UsageError(
            `The sources could not be analysed: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
}

/** The file that gets new models. An existing file must be part of the schema: else the models would be nowhere. */
function chooseTarget(cwd: string, view: SchemaView, given: string): string {
    const target = path.resolve(cwd, given);
    if (!target.endsWith('.zmodel')) throw new UsageError(`--into ${given}: a schema's name ends in .zmodel.`);
    if (view.files.some(({ file }) => file === target) || !fs.existsSync(target)) return target;
    throw new UsageError(
        `--into ${given}: the file is there, but ${relativePath(cwd, view.entry)} does not import it. Import it first, or name another file.`,
    );
}

function fileChanges(view: SchemaView, plan: InsertPlan): FileChange[] {
    return [...changedContents(view, plan.changes)].map(([file, after]) => ({
        file,
        before: view.files.find((candidate) => candidate.file === file)?.content,
        after,
    }));
}

/** Makes one change of those at one place, so that a reader can apply them in any order. */
function joinInsertions(changes: readonly TextChange[]): Pick<TextChange, 'start' | 'end' | 'text'>[] {
    const joined: Pick<TextChange, 'start' | 'end' | 'text'>[] = [];
    for (const { start, end, text } of changes) {
        const same = joined.find((change) => change.start === start && change.end === start);
        if (same) Object.assign(same, { end, text: same.text + text });
        else joined.push({ start, end, text });
    }
    return joined;
}

/** What to say of a schema that doesn't parse. */
function damageNote(cwd: string, view: SchemaView): string[] {
    const syntaxError = firstSyntaxError(view);
    if (!syntaxError) return [];
    const content = view.files.find(({ file }) => file === syntaxError.file)?.content ?? '';
    return [
        describeDamage(`${relativePath(cwd, syntaxError.file)}:${positionAt(content, syntaxError.start).line + 1}`),
    ];
}

/** Where a conflict is, in the schema or else in the configuration; the line is one-based. */
function placeOf(view: SchemaView, { file, span, location }: InsertConflict): { file?: string; line?: number } {
    if (!span && location) return { file: location.file, line: location.range.start.line + 1 };
    const content = view.files.find((candidate) => candidate.file === file)?.content;
    const line = content === undefined || !span ? undefined : positionAt(content, span.start).line + 1;
    return { ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
}

function describeConflict(cwd: string, view: SchemaView, conflict: InsertConflict): string {
    const { file, line } = placeOf(view, conflict);
    const where = file === undefined ? '' : `${relativePath(cwd, file)}${line === undefined ? '' : `:${line}`}: `;
    return `conflict: ${where}${conflict.message} What to do: ${conflict.proposal.title}\n`;
}

function planToJson(
    cwd: string,
    view: SchemaView,
    { changes, added, conflicts, unknown }: InsertPlan,
    config: AuthConfig,
): object {
    const files = [...new Set(changes.map(({ file }) => file))];
    return {
        edits: files.map((file) => ({
            file: relativePath(cwd, file),
            changes: joinInsertions(changes.filter((change) => change.file === file)),
        })),
        added: {
            ...added,
            imports: added.imports.map((each) => ({ ...each, file: relativePath(cwd, each.file) })),
        },
        conflicts: conflicts.map((conflict) => {
            const { file, line } = placeOf(view, conflict);
            return {
                kind: conflict.kind,
                message: conflict.message,
                table: conflict.table,
                ...(conflict.field !== undefined && { field: conflict.field }),
                ...(file !== undefined && { file: relativePath(cwd, file) }),
                ...(line !== undefined && { line }),
                proposal: conflict.proposal.title,
            };
        }),
        unknown: unknown.map((each) => unknownToJson(cwd, each)),
        release: { version: config.version, origin: config.versionOrigin ?? 'bundled' },
        notes: [...(config.notes ?? []), ...damageNote(cwd, view)],
    };
}
